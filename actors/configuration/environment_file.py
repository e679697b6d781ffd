"""`environment.toml` read: every object, and every reference from one to another checked (`protocols.md` 6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from msgspec import structs

from actors.configuration.environment import (
    DEFAULT_TENANT,
    SUPPLIED_RULE,
    Agent,
    AgentGroup,
    CapacityRule,
    Dn,
    DnGroup,
    Environment,
    InteractionQueue,
    Place,
    PlaceGroup,
    Source,
    Switch,
    Tenant,
)
from actors.configuration.expression_tokens import ExpressionError
from actors.configuration.expression_tree import Expression
from actors.configuration.expressions import parse_capacity, parse_script
from actors.configuration.rows import Row, RowReader
from actors.configuration.server_options import is_address
from actors.configuration.time_profiles import is_time_zone
from actors.vocabulary.errors import Fault
from actors.vocabulary.objects import MEDIUM_OF_DN
from runtime.files import TomlFile, UnreadableFileError, read_toml

_TABLES: Final = (
    "tenant",
    "switch",
    "dn",
    "place",
    "agent",
    "agent_group",
    "place_group",
    "dn_group",
    "interaction_queue",
    "capacity_rule",
    "source",
)
_WITH_TENANT: Final = tuple(table for table in _TABLES if table not in {"tenant", "dn", "source"})
_SOURCE_TYPES: Final = ("tserver", "interaction-server", "asterisk")


class ReadEnvironment(NamedTuple):
    """The contact centre as far as it can be read, and every fault found."""

    environment: Environment
    faults: tuple[Fault, ...]


def read_environment(path: Path) -> ReadEnvironment:
    """Reads `environment.toml`."""
    try:
        return environment_of(read_toml(path))
    except UnreadableFileError as error:
        return ReadEnvironment(Environment(), (Fault(str(path), error.line, error.reason),))


def environment_of(file: TomlFile) -> ReadEnvironment:
    """Reads what stands in such a file; its content is not to be used after that."""
    rows = RowReader(file)
    environment = _Centre(rows).environment()
    return ReadEnvironment(environment, tuple(rows.faults))


class _Centre:
    """Reads table by table, what is referred to before what refers to it."""

    def __init__(self, rows: RowReader) -> None:
        self._rows = rows
        self._tenant_rows: list[tuple[Row, Tenant]] = []
        self._tenants: Mapping[str, Tenant] = {}
        self._switches: Mapping[str, Switch] = {}
        self._dns: Mapping[str, Dn] = {}
        self._agents: Mapping[tuple[str, str], Agent] = {}
        self._places: Mapping[tuple[str, str], Place] = {}
        self._rules: Mapping[tuple[str, str], CapacityRule] = {}

    def environment(self) -> Environment:
        self._rows.check_tables(_TABLES)
        self._tenants = self._all_tenants()
        self._say_tenants()
        self._rules = self._capacity_rules()
        for row, tenant in self._tenant_rows:
            self._check_rule(row, tenant.name, tenant.capacity_rule)
        self._switches = self._rows.unique("switch", self._of_tenants("switch", Switch), lambda switch: switch.name)
        self._dns = self._all_dns()
        self._places = self._all_places()
        self._agents = self._all_agents()
        return Environment(
            tenants=self._tenants,
            switches=self._switches,
            dns=self._dns,
            places=self._places,
            agents=self._agents,
            agent_groups=self._agent_groups(),
            place_groups=self._place_groups(),
            dn_groups=self._dn_groups(),
            interaction_queues=self._rows.unique(
                "interaction_queue", self._of_tenants("interaction_queue", InteractionQueue), _named
            ),
            capacity_rules=self._rules,
            sources=self._sources(),
        )

    # ---------------------------------------------------------------------------------------------- tenants

    def _all_tenants(self) -> Mapping[str, Tenant]:
        self._tenant_rows = self._rows.records("tenant", Tenant)
        for row, tenant in self._tenant_rows:
            if tenant.time_zone and not is_time_zone(tenant.time_zone):
                self._rows.complain(row, "time_zone", f"no time zone '{tenant.time_zone}'; write one like Europe/Paris")
        tenants = self._rows.unique("tenant", self._tenant_rows, lambda tenant: tenant.name)
        return tenants or {DEFAULT_TENANT: Tenant(DEFAULT_TENANT)}

    def _say_tenants(self) -> None:
        """Writes the only tenant into every row that names none."""
        only = next(iter(self._tenants)) if len(self._tenants) == 1 else DEFAULT_TENANT
        for table in _WITH_TENANT:
            for written in self._rows.raw(table):
                written.setdefault("tenant", only)
        for written in self._rows.raw("source"):
            if written.get("type") == "interaction-server":
                written.setdefault("tenant", only)

    def _of_tenants(self, table: str, kind: type[Any]) -> list[tuple[Row, Any]]:
        """The records of a table whose tenant is known."""
        known = []
        for row, record in self._rows.records(table, kind):
            if record.tenant in self._tenants:
                known.append((row, record))
            else:
                self._rows.complain_of_unknown(row, "tenant", "tenant", record.tenant, self._tenants)
                self._rows.keep_name_of(row, record)
        return known

    def _capacity_rules(self) -> Mapping[tuple[str, str], CapacityRule]:
        for written in self._rows.raw("capacity_rule"):
            media = [key for key in written if key not in {"name", "tenant"}]
            written["media"] = {medium: written.pop(medium) for medium in media}
        rows = self._of_tenants("capacity_rule", CapacityRule)
        for row, rule in rows:
            for medium, forbidden in rule.media.items():
                self._check_expression(row, medium, forbidden, parse_capacity)
        return self._rows.unique("capacity_rule", rows, _named)

    # ------------------------------------------------------------------------------- DNs, places and agents

    def _all_dns(self) -> Mapping[str, Dn]:
        rows = []
        for row, dn in self._rows.records("dn", Dn, derived=("tenant",)):
            switch = self._switches.get(dn.switch)
            if switch is None:
                self._rows.complain_of_unknown(row, "switch", "switch", dn.switch, self._switches)
            tenant = switch.tenant if switch else dn.tenant
            medium = dn.media_type.lower() or MEDIUM_OF_DN.get(dn.type, "voice")
            rows.append((row, structs.replace(dn, tenant=tenant, media_type=medium)))
        for name in self._switches:
            own = [(row, dn) for row, dn in rows if dn.switch == name and dn.interface]
            self._rows.check_apart(own, "interface", lambda dn: (dn.device,), lambda dn: f"DN '{dn.id}'")
        return self._rows.unique("dn", rows, lambda dn: dn.id)

    def _all_places(self) -> Mapping[tuple[str, str], Place]:
        rows = []
        for row, place in self._of_tenants("place", Place):
            self._check_rule(row, place.tenant, place.capacity_rule)
            rows.append((row, self._with_ids(row, place, "dns", is_mediation=False)))
        self._rows.check_apart(rows, "dns", lambda place: place.dns, lambda place: f"place '{place.name}'")
        return self._rows.unique("place", rows, _named)

    def _all_agents(self) -> Mapping[tuple[str, str], Agent]:
        rows = []
        for row, agent in self._of_tenants("agent", Agent):
            self._check_rule(row, agent.tenant, agent.capacity_rule)
            if agent.place:
                self._check_known(row, "place", agent.tenant, (agent.place,), self._places)
            logins = tuple(self._login(row, login) for login in agent.logins)
            rows.append((row, agent if logins == agent.logins else structs.replace(agent, logins=logins)))
        self._rows.check_apart(rows, "logins", lambda agent: agent.logins, lambda agent: f"agent '{agent.employee_id}'")
        return self._rows.unique("agent", rows, lambda agent: (agent.tenant, agent.employee_id))

    def _login(self, row: Row, login: str) -> str:
        name, at, switch = login.rpartition("@")
        if not at:
            return self._full_id(row, "logins", login)
        if switch not in self._switches or not name:
            self._rows.complain_of_unknown(row, "logins", "switch", switch, self._switches)
        return login

    # ----------------------------------------------------------------------------------------------- groups

    def _agent_groups(self) -> Mapping[tuple[str, str], AgentGroup]:
        rows = []
        for row, group in self._of_tenants("agent_group", AgentGroup):
            self._check_known(row, "agents", group.tenant, group.agents, self._agents)
            if group.script:
                self._check_expression(row, "script", group.script, parse_script)
            if group.script and group.agents:
                self._rows.complain(row, "script", "a group has either agents or a script, not both")
            rows.append((row, self._with_ids(row, group, "origination_dns", is_mediation=True)))
        return self._rows.unique("agent_group", rows, _named)

    def _place_groups(self) -> Mapping[tuple[str, str], PlaceGroup]:
        rows = []
        for row, group in self._of_tenants("place_group", PlaceGroup):
            self._check_known(row, "places", group.tenant, group.places, self._places)
            rows.append((row, self._with_ids(row, group, "origination_dns", is_mediation=True)))
        return self._rows.unique("place_group", rows, _named)

    def _dn_groups(self) -> Mapping[tuple[str, str], DnGroup]:
        rows = []
        for row, group in self._of_tenants("dn_group", DnGroup):
            known = self._with_ids(row, group, "dns", is_mediation=True)
            rows.append((row, self._with_ids(row, known, "origination_dns", is_mediation=True)))
        return self._rows.unique("dn_group", rows, _named)

    # ---------------------------------------------------------------------------------------------- sources

    def _sources(self) -> Mapping[str, Source]:
        rows = self._rows.records("source", Source)
        for row, source in rows:
            if source.type not in _SOURCE_TYPES:
                self._rows.complain_of_unknown(row, "type", "type of source", source.type, _SOURCE_TYPES)
            elif source.type == "interaction-server":
                self._check_named(row, "tenant", source.tenant, self._tenants)
            else:
                self._check_named(row, "switch", source.switch, self._switches)
            self._check_link(row, source)
        return self._rows.unique("source", rows, lambda source: source.name)

    def _check_named(self, row: Row, key: str, name: str, known: Mapping[str, object]) -> None:
        if not name:
            self._rows.complain(row, "", f"[[source]] has no {key}")
        elif name not in known:
            self._rows.complain_of_unknown(row, key, key, name, known)

    def _check_link(self, row: Row, source: Source) -> None:
        """Where the link goes to; a recording that stands for one need not say."""
        is_link = not source.recording
        has_port = 0 < source.port <= 65535
        wrong = (
            (is_link and not source.host, "host", "has no host, and no recording"),
            ((is_link or source.port) and not has_port, "port", f"port {source.port} is not between 1 and 65535"),
            (source.backup and not is_address(source.backup), "backup", f"'{source.backup}' is no HOST:PORT"),
            (source.speed < 0, "speed", f"speed {source.speed} is below 0; 0 is as fast as it goes"),
        )
        for is_wrong, key, reason in wrong:
            if is_wrong:
                self._rows.complain(row, key, f"source '{source.name}': {reason}")

    # -------------------------------------------------------------------------------- what all tables share

    def _check_known(
        self, row: Row, key: str, tenant: str, names: Iterable[str], known: Mapping[tuple[str, str], object]
    ) -> None:
        for name in names:
            if (tenant, name) not in known:
                of_tenant = (one for owner, one in known if owner == tenant)
                self._rows.complain_of_unknown(row, key, key.removesuffix("s"), name, of_tenant)

    def _check_rule(self, row: Row, tenant: str, rule: str) -> None:
        if rule and rule != SUPPLIED_RULE:
            self._check_known(row, "capacity_rule", tenant, (rule,), self._rules)

    def _check_expression(self, row: Row, key: str, text: str, parse: Callable[[str], Expression]) -> None:
        try:
            parse(text)
        except ExpressionError as error:
            self._rows.complain(row, key, f"{key}: {error}")

    def _with_ids(self, row: Row, record: Any, field: str, *, is_mediation: bool) -> Any:
        """The record with each DN of a field by its full id; complains of unknown ones and of the wrong kind."""
        written: tuple[str, ...] = getattr(record, field)
        ids = tuple(self._full_id(row, field, one) if one not in self._dns else one for one in written)
        for one in ids:
            dn = self._dns.get(one)
            if dn is None and "@" in one:
                self._rows.complain_of_unknown(row, field, "DN", one, self._dns)
            elif dn and dn.is_mediation is not is_mediation:
                wanted = "a queue or routing point" if is_mediation else "a DN that rings"
                self._rows.complain(row, field, f"DN '{one}' is of type {dn.type}: {wanted} is wanted here")
        return record if ids == written else structs.replace(record, **{field: ids})

    def _full_id(self, row: Row, key: str, number: str) -> str:
        """`number@switch`; a bare number is of the only switch, if there is only one."""
        if "@" in number:
            return number
        if len(self._switches) == 1:
            return f"{number}@{next(iter(self._switches))}"
        self._rows.complain(row, key, f"'{number}' does not say of which switch: write number@switch")
        return number


def _named(record: Any) -> tuple[str, str]:
    return record.tenant, record.name
