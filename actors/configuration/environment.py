"""The contact centre as `environment.toml` describes it: plain frozen records, all references checked."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from actors.vocabulary.objects import OBJECT_TYPE_OF_DN, DnType, ObjectKey, ObjectType

DEFAULT_TENANT = "Environment"
SUPPLIED_RULE = "Default_One_interaction_of_any_type_only"
"""A capacity rule that need not be written (`multimedia.md` 5.1)."""


class Tenant(msgspec.Struct, frozen=True):
    """A company, or a part of one, with its own agents and its own midnight."""

    name: str
    time_zone: str = ""
    capacity_rule: str = ""


class Switch(msgspec.Struct, frozen=True):
    """A telephone switch: the second half of every DN's id."""

    name: str
    tenant: str = DEFAULT_TENANT


class Dn(msgspec.Struct, frozen=True):
    """A number at a switch; `interface` is its name in Asterisk, `media_type` what its calls are."""

    number: str
    switch: str
    type: DnType
    tenant: str = DEFAULT_TENANT
    interface: str = ""
    media_type: str = ""

    @property
    def id(self) -> str:
        """`number@switch`."""
        return f"{self.number}@{self.switch}"

    @property
    def device(self) -> str:
        """Its interface without the `/n` that only says how a Local channel behaves."""
        return self.interface.removesuffix("/n")

    @property
    def key(self) -> ObjectKey:
        """What names it as an object."""
        return ObjectKey(OBJECT_TYPE_OF_DN[self.type], self.id, self.tenant)

    @property
    def is_mediation(self) -> bool:
        """Whether calls wait here, rather than ring."""
        return OBJECT_TYPE_OF_DN[self.type] is not ObjectType.REG_DN


class Place(msgspec.Struct, frozen=True):
    """A desk; `dns` are ids."""

    name: str
    tenant: str = DEFAULT_TENANT
    dns: tuple[str, ...] = ()
    capacity_rule: str = ""

    @property
    def key(self) -> ObjectKey:
        """What names it as an object."""
        return ObjectKey(ObjectType.PLACE, self.name, self.tenant)


class Agent(msgspec.Struct, frozen=True):
    """A person; `logins` are `login@switch`."""

    employee_id: str
    tenant: str = DEFAULT_TENANT
    name: str = ""
    logins: tuple[str, ...] = ()
    skills: Mapping[str, int] = {}
    place: str = ""
    capacity_rule: str = ""

    @property
    def key(self) -> ObjectKey:
        """What names it as an object."""
        return ObjectKey(ObjectType.AGENT, self.employee_id, self.tenant)


class AgentGroup(msgspec.Struct, frozen=True):
    """Agents counted as one: listed, or those for whom `script` holds (a virtual group)."""

    name: str
    tenant: str = DEFAULT_TENANT
    agents: tuple[str, ...] = ()
    script: str = ""
    origination_dns: tuple[str, ...] = ()

    @property
    def key(self) -> ObjectKey:
        """What names it as an object."""
        return ObjectKey(ObjectType.GROUP_AGENTS, self.name, self.tenant)


class PlaceGroup(msgspec.Struct, frozen=True):
    """Places counted as one."""

    name: str
    tenant: str = DEFAULT_TENANT
    places: tuple[str, ...] = ()
    origination_dns: tuple[str, ...] = ()

    @property
    def key(self) -> ObjectKey:
        """What names it as an object."""
        return ObjectKey(ObjectType.GROUP_PLACES, self.name, self.tenant)


class DnGroup(msgspec.Struct, frozen=True):
    """Mediation DNs counted as one; `dns` are ids."""

    name: str
    tenant: str = DEFAULT_TENANT
    dns: tuple[str, ...] = ()
    origination_dns: tuple[str, ...] = ()

    @property
    def key(self) -> ObjectKey:
        """What names it as an object."""
        return ObjectKey(ObjectType.GROUP_QUEUES, self.name, self.tenant)


class InteractionQueue(msgspec.Struct, frozen=True):
    """Where interactions wait in an Interaction Server."""

    name: str
    tenant: str = DEFAULT_TENANT

    @property
    def key(self) -> ObjectKey:
        """What names it as an object."""
        return ObjectKey(ObjectType.STAGING_AREA, self.name, self.tenant)


class CapacityRule(msgspec.Struct, frozen=True):
    """How many interactions of which media somebody may have; `media` maps a medium to what is forbidden."""

    name: str
    tenant: str = DEFAULT_TENANT
    media: Mapping[str, str] = {}


class Source(msgspec.Struct, frozen=True):
    """A link to a switch (or a tenant's Interaction Server), or the recording that stands for it.

    `speed` paces a recording: times real time, 0 unpaced.
    """

    name: str
    type: str
    switch: str = ""
    tenant: str = ""
    host: str = ""
    port: int = 0
    backup: str = ""
    username: str = ""
    secret_env: str = ""
    recording: str = ""
    speed: float = 1.0


class Environment(msgspec.Struct, frozen=True):
    """The whole contact centre. Mappings are by id (`number@switch` for DNs); groups and places by (tenant, name)."""

    tenants: Mapping[str, Tenant] = {}
    switches: Mapping[str, Switch] = {}
    dns: Mapping[str, Dn] = {}
    places: Mapping[tuple[str, str], Place] = {}
    agents: Mapping[tuple[str, str], Agent] = {}
    agent_groups: Mapping[tuple[str, str], AgentGroup] = {}
    place_groups: Mapping[tuple[str, str], PlaceGroup] = {}
    dn_groups: Mapping[tuple[str, str], DnGroup] = {}
    interaction_queues: Mapping[tuple[str, str], InteractionQueue] = {}
    capacity_rules: Mapping[tuple[str, str], CapacityRule] = {}
    sources: Mapping[str, Source] = {}
