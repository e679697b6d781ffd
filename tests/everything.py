"""A broad list of statistics on every object of a contact centre, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, Final

import msgspec

from actors.configuration.load import Loaded
from actors.replay import Line, Replay
from actors.vocabulary.kinds import ACTIONS, kind_of
from actors.vocabulary.objects import MEDIATION_OBJECTS, OBJECT_TYPE_OF_DN, ObjectType
from actors.vocabulary.protocol import Notification, ObjectName, OpenStatistic
from actors.vocabulary.statuses import AGENT_STATUSES, GROUP_STATUSES, PRIORITY
from runtime.dispatcher import Dispatcher

OF_ACTIONS: Final = (
    "CurrentNumber",
    "CurrentTime",
    "CurrentMaxTime",
    "CurrentMinTime",
    "CurrentAverageTime",
    "CurrentDistinctNumber",
    "TotalNumber",
    "TotalTime",
    "TotalAdjustedTime",
    "TotalAdjustedNumber",
    "MaxTime",
    "MinTime",
    "AverageTime",
    "MaxNumber",
    "MinNumber",
    "AverageOfCurrentNumber",
    "AverageOfCurrentTime",
    "TotalNumberInTimeRange",
    "TotalTimeInTimeRange",
)
OF_STATUSES: Final = ("CurrentTime", "CurrentNumber", "TotalTime", "TotalNumber", "MaxTime")
OF_QUEUES: Final = ("EstimWaitingTime", "LoadBalance")
STATUSES_OF: Final = {
    ObjectType.REG_DN: {"DNStatus": frozenset(PRIORITY)},
    ObjectType.AGENT: {"AgentStatus": AGENT_STATUSES, "DNStatus": frozenset(PRIORITY)},
    ObjectType.PLACE: {"PlaceStatus": frozenset(PRIORITY), "DNStatus": frozenset(PRIORITY)},
    ObjectType.GROUP_AGENTS: {"AgentStatus": AGENT_STATUSES, "GroupStatus": GROUP_STATUSES},
    ObjectType.GROUP_PLACES: {"PlaceStatus": frozenset(PRIORITY), "GroupStatus": GROUP_STATUSES},
    ObjectType.TENANT: {"AgentStatus": AGENT_STATUSES},
}
TARGETS: Final = frozenset({ObjectType.AGENT, ObjectType.PLACE, ObjectType.GROUP_AGENTS, ObjectType.GROUP_PLACES})
MEDIA: Final = ("voice", "chat", "email")
PROFILES: Final = ("Growing:never", "Sliding:60:5", "Selection:3")

Values = list[list[tuple[Any, ...]]]


def objects_of(loaded: Loaded) -> Iterator[ObjectName]:
    """Every object that can be asked for."""
    environment = loaded.environment
    for dn in environment.dns.values():
        yield ObjectName(OBJECT_TYPE_OF_DN[dn.type], f"{dn.number}@{dn.switch}")
    for kind, names in (
        (ObjectType.AGENT, environment.agents),
        (ObjectType.PLACE, environment.places),
        (ObjectType.GROUP_AGENTS, environment.agent_groups),
        (ObjectType.GROUP_PLACES, environment.place_groups),
        (ObjectType.GROUP_QUEUES, environment.dn_groups),
        (ObjectType.SWITCH, environment.switches),
        (ObjectType.TENANT, environment.tenants),
        (ObjectType.STAGING_AREA, environment.interaction_queues),
    ):
        for key in names:
            yield ObjectName(kind, key if isinstance(key, str) else key[-1])


def definitions_for(kind: ObjectType) -> Iterator[dict[str, str]]:
    """What is asked of every object of a kind."""
    for category in OF_ACTIONS:
        yield {"category": category, "main_mask": "*"}
    for medium in MEDIA:
        yield {"category": "TotalTime", "main_mask": "*", "MediaType": medium}
    for action in ACTIONS[kind_of(frozenset({kind}))]:
        for category in ("TotalNumber", "TotalTime", "CurrentNumber"):
            yield {"category": category, "main_mask": action}
    for subject, statuses in STATUSES_OF.get(kind, {}).items():
        yield {"category": "CurrentState", "subject": subject}
        for category in OF_STATUSES:
            for status in sorted(statuses):
                yield {"category": category, "main_mask": status, "subject": subject}
    if kind in TARGETS:
        yield {"category": "CurrentTargetState"}
    if kind in MEDIATION_OBJECTS:
        for category in OF_QUEUES:
            yield {"category": category}


def every_statistic(loaded: Loaded, share: float = 1, seed: int = 0) -> list[OpenStatistic]:
    """All of it, or a share of it drawn from a seed."""
    random = Random(seed)
    asked = []
    for name in objects_of(loaded):
        for definition in definitions_for(ObjectType(name.type)):
            for profile in PROFILES:
                if random.random() < share:
                    asked.append((name, definition, profile))
    none = Notification(mode="None")
    return [
        OpenStatistic(ref=ref, object=name, statistic=definition, time_profile=profile, notification=none)
        for ref, (name, definition, profile) in enumerate(asked)
    ]


def values_of(
    loaded: Loaded,
    lines: Sequence[Line],
    requests: Sequence[OpenStatistic],
    readings_us: Sequence[int],
    *,
    batch_max: int = 1,
    shuffle: int | None = None,
) -> Values:
    """Every value at every reading, in the order of the requests."""
    dispatcher = Dispatcher(shuffle=None if shuffle is None else Random(shuffle))
    replay = Replay(loaded, requests, lines[0].stamp_us, batch_max=batch_max, dispatcher=dispatcher)
    fed = list(replay.feed(lines, readings_us))
    assert {result.error["code"] for result in fed[-1] if result.error} <= {"NotApplicable"}
    assert replay.supervisor.failures == 0
    return [
        [
            (one.object.type, one.object.id, msgspec.json.encode(one.statistic), one.value, one.state, one.target)
            for one in reading
            if one.error is None
        ]
        for reading in fed
    ]
