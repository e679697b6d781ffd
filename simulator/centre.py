"""The contact centre that is played: its numbers, people, services and groups, all drawn from one seed.

A *service* is what customers call for ("Sales"). Half of them are ACD queues; the others are routing points whose
calls are also seen in a virtual queue. An agent has one to three skills, each of them the name of a service.

Some customers write instead: each service has an interaction queue for chats and one for e-mails, each medium has an
Interaction Server of its own, and most agents answer one of the media, or both, beside the telephone.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

import msgspec
from msgspec import structs

TENANT: Final = "Environment"
SWITCH: Final = "pbx1"
CHAT: Final = "chat"
EMAIL: Final = "email"
INTERACTION_SERVERS: Final = {CHAT: "ixn-1", EMAIL: "ixn-2"}
"""Which Interaction Server carries a medium."""
DRAFTS: Final = "Drafts"
"""The queue behind the agents' workbins."""
OUTGOING: Final = "E-mails to send"
EVERYBODY: Final = "Everybody"
AGENTS_A_SERVICE: Final = 30
SERVICES_MIN: Final = 4
TEAM: Final = "Team "
AGENTS_A_TEAM: Final = 30
SPARE_SHARE: Final = 0.05
"""Desks nobody calls his own, so that people can change desks."""

MEDIA: Final = ((CHAT, EMAIL), (CHAT, EMAIL), (CHAT,), (EMAIL,), ())
"""What agents answer beside the telephone; any of these is as likely as the others."""
SERVICES: Final = ("Sales", "Billing", "Support", "Orders", "Returns", "Claims", "Loyalty", "Travel", "Cards", "Loans")
FIRST_NAMES: Final = ("Ada", "Ben", "Chloe", "Dan", "Emma", "Finn", "Greta", "Hugo", "Ida", "Jon", "Kim", "Lea")
LAST_NAMES: Final = ("Arnold", "Berg", "Costa", "Dietz", "Evans", "Fischer", "Grant", "Hansen", "Ivanov", "Jensen")


class Agent(msgspec.Struct, frozen=True):
    """A person: `employee_id` for the configuration, `login` for the switch; `extension` is the usual desk.

    `media` are answered beside the telephone.
    """

    employee_id: str
    login: str
    name: str
    extension: str
    skills: dict[str, int]
    media: tuple[str, ...] = ()


class Service(msgspec.Struct, frozen=True):
    """What customers call for: `number` is an ACD queue or, where there is a `virtual_queue`, a routing point."""

    name: str
    number: str
    virtual_queue: str = ""

    @property
    def is_routed(self) -> bool:
        """Whether its calls wait at a routing point, not in an ACD queue."""
        return bool(self.virtual_queue)

    def queue_of(self, medium: str) -> str:
        """The interaction queue in which its chats or e-mails wait."""
        return f"{self.name} {medium}"


class Centre(msgspec.Struct, frozen=True):
    """The whole contact centre. Groups are by name: employee ids of agents, numbers of DNs."""

    agents: tuple[Agent, ...]
    extensions: tuple[str, ...]
    services: tuple[Service, ...]
    agent_groups: dict[str, tuple[str, ...]]
    dn_groups: dict[str, tuple[str, ...]]
    expert_groups: dict[str, tuple[str, int]]
    """Virtual groups: name to the skill and the level it takes at least."""

    def experts(self, group: str) -> tuple[str, ...]:
        """Employee ids of those who are in a virtual group."""
        skill, level = self.expert_groups[group]
        return tuple(agent.employee_id for agent in self.agents if agent.skills.get(skill, 0) >= level)

    @property
    def teams(self) -> tuple[str, ...]:
        """Names of the groups of which everybody is in one."""
        return tuple(name for name in self.agent_groups if name.startswith(TEAM))

    def team_of(self, agent: Agent) -> str:
        """The one that an agent is in."""
        return next(team for team in self.teams if agent.employee_id in self.agent_groups[team])

    def interaction_queues(self, medium: str) -> tuple[str, ...]:
        """All interaction queues of a medium, and so of its Interaction Server."""
        further = (DRAFTS, OUTGOING) if medium == EMAIL else ()
        return (*(service.queue_of(medium) for service in self.services), *further)


def centre_of(agents: int, seed: int) -> Centre:
    """The contact centre of so many agents; the same seed gives the same one.

    Args:
        agents: how many people work there, at least 1.
        seed: draws names, skills and groups.
    """
    rng = Random(seed)
    spare = max(2, round(agents * SPARE_SHARE))
    width = max(3, len(str(agents + spare)))
    extensions = tuple(f"7{index:0{width}}" for index in range(1, agents + spare + 1))
    services = _services(max(SERVICES_MIN, agents // AGENTS_A_SERVICE), width)
    media = Random(f"media {seed}")
    people = tuple(
        structs.replace(_agent(index, extensions[index], services, rng), media=media.choice(MEDIA))
        for index in range(agents)
    )
    return Centre(
        agents=people,
        extensions=extensions,
        services=services,
        agent_groups=_agent_groups(people, services),
        dn_groups=_dn_groups(services),
        expert_groups={f"{services[0].name} experts": (services[0].name, 7)},
    )


def _services(count: int, width: int) -> tuple[Service, ...]:
    services = []
    for index in range(count):
        name, lap = SERVICES[index % len(SERVICES)], index // len(SERVICES)
        full_name = f"{name} {lap + 1}" if lap else name
        if index % 2:
            services.append(Service(full_name, f"85{index:0{width}}", f"90{index:0{width}}"))
        else:
            services.append(Service(full_name, f"80{index:0{width}}"))
    return tuple(services)


def _agent(index: int, extension: str, services: Sequence[Service], rng: Random) -> Agent:
    first = index % len(services)
    others = rng.sample(range(len(services)), k=min(len(services), rng.choice((0, 0, 1, 1, 2))))
    skills = {services[first].name: rng.randint(3, 9)} | {
        services[other].name: rng.randint(1, 6) for other in others if other != first
    }
    employee_id = str(1001 + index)
    name = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
    return Agent(employee_id, f"6{employee_id}", name, extension, skills)


def _agent_groups(agents: Sequence[Agent], services: Sequence[Service]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {EVERYBODY: [], **{service.name: [] for service in services}}
    for index, agent in enumerate(agents):
        team = f"{TEAM}{index // AGENTS_A_TEAM + 1}"
        for group in (EVERYBODY, team, *agent.skills):
            groups.setdefault(group, []).append(agent.employee_id)
    return {name: tuple(members) for name, members in groups.items()}


def _dn_groups(services: Sequence[Service]) -> dict[str, tuple[str, ...]]:
    groups = {
        "All services": tuple(service.number for service in services),
        "Virtual queues": tuple(service.virtual_queue for service in services if service.is_routed),
    }
    for first in range(0, len(services), len(SERVICES)):
        of_department = services[first : first + len(SERVICES)]
        groups[f"Department {first // len(SERVICES) + 1}"] = tuple(service.number for service in of_department)
    return groups
