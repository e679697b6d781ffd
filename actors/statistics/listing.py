"""What the `List...` requests answer: the objects there are, and what the configuration defines (`protocols.md` 1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from actors.configuration.definitions import Definitions
from actors.configuration.environment import Environment
from actors.statistics.board import Board
from actors.statistics.opening import ROUTERS, object_type_of
from actors.vocabulary import protocol
from actors.vocabulary.objects import ObjectKey, ObjectType
from actors.vocabulary.times import seconds


def objects_listed(request: protocol.ListObjects, environment: Environment, board: Board) -> list[dict[str, Any]]:
    """The objects of a type, of one tenant or of all.

    Raises:
        RequestError: `UnknownObject`, there is no such type.
    """
    object_type = object_type_of(request.type)
    return [
        {"type": key.type, "id": key.id, "tenant": key.tenant} | _name(object_type, key.tenant, key.id, environment)
        for key in sorted(board.nodes)
        if key.type is object_type and request.tenant in ("", key.tenant) and not _is_routers(key, environment)
    ]


def _is_routers(key: ObjectKey, environment: Environment) -> bool:
    """Whether a group is there because a router asks for it: the configuration does not have it."""
    return key.id.startswith(ROUTERS) and (key.tenant, key.id) not in environment.agent_groups


def _name(object_type: ObjectType, tenant: str, id_: str, environment: Environment) -> dict[str, str]:
    if object_type is not ObjectType.AGENT:
        return {}
    agent = environment.agents.get((tenant, id_))
    return {"name": agent.name} if agent and agent.name else {}


def _rows(named: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"name": name} | _in_seconds(msgspec.to_builtins(value)) for name, value in sorted(named.items())]


def _in_seconds(value: Any) -> Any:
    """What is in microseconds, which its name then says, in seconds as all durations on the wire."""
    if isinstance(value, list):
        return [_in_seconds(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name.removesuffix("_us"): seconds(one) if name.endswith("_us") and one is not None else _in_seconds(one)
        for name, one in value.items()
    }


def _stat_types(ref: int, definitions: Definitions) -> protocol.StatTypes:
    rows = [
        row
        | {
            "objects": sorted(row["objects"]),
            "main_mask": sorted(row["main_mask"]),
            "rel_mask": sorted(row["rel_mask"]),
        }
        for row in _rows(definitions.stat_types)
    ]
    return protocol.StatTypes(ref=ref, stat_types=rows)


def _time_profiles(ref: int, definitions: Definitions) -> protocol.TimeProfiles:
    return protocol.TimeProfiles(ref=ref, time_profiles=_rows(definitions.time_profiles))


def _time_ranges(ref: int, definitions: Definitions) -> protocol.TimeRanges:
    return protocol.TimeRanges(ref=ref, time_ranges=_rows(definitions.time_ranges))


def _filters(ref: int, definitions: Definitions) -> protocol.Filters:
    rows = [{"name": name, "expression": text} for name, text in sorted(definitions.filters.items())]
    return protocol.Filters(ref=ref, filters=rows)


LISTINGS: Final[Mapping[type, Callable[[int, Definitions], protocol.Event]]] = {
    protocol.ListStatTypes: _stat_types,
    protocol.ListTimeProfiles: _time_profiles,
    protocol.ListTimeRanges: _time_ranges,
    protocol.ListFilters: _filters,
}
