"""A state made of its bytes is what was saved, and goes on as that would."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.objects.grouping import Roll
from actors.objects.saving import VERSION, UnknownVersionError, decode_state, encode_state
from actors.replay import Replay
from actors.statistics.node import Node
from actors.vocabulary.events import TServerEvent
from actors.vocabulary.objects import ObjectType
from actors.vocabulary.times import microseconds
from tests.oracle.days import days
from tests.oracle.served import SOURCE, loaded

Event = dict[str, Any]


def server(events: list[Event]) -> Replay:
    return Replay(loaded(), [], microseconds(events[0]["time"]))


def feed(replay: Replay, event: Event) -> None:
    typed = msgspec.convert(event, TServerEvent)
    replay.intake.put(replay.supervisor.connectors[SOURCE], typed, stamp_us=microseconds(typed.time))
    replay.intake.drain()


def nodes_of(replay: Replay) -> list[Node]:
    return [node for node in replay.supervisor.board.nodes.values() if node.state is not None]


def saved_and_decoded(node: Node) -> Any:
    return decode_state(node.key.type, encode_state(node.key.type, node.state), node.state)


def parts(whole: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """All of a state that can change, by where it is."""
    inner: Any = ()
    if isinstance(whole, msgspec.Struct) and not whole.__struct_config__.frozen:
        inner = [(name, getattr(whole, name)) for name in whole.__struct_fields__]
    elif isinstance(whole, dict):
        inner = whole.items()
    elif isinstance(whole, list):
        inner = enumerate(whole)
    elif not isinstance(whole, set):
        return
    yield path, whole
    for name, part in inner:
        yield from parts(part, f"{path}.{name}")


def shared_parts(whole: Any) -> list[tuple[str, str]]:
    """Each part that is in a state twice, with where it is first."""
    first: dict[int, str] = {}
    known = list(parts(whole))
    return [(path, first[id(part)]) for path, part in known if first.setdefault(id(part), path) != path]


def types_of(whole: Any) -> list[tuple[str, type]]:
    return [(path, type(part)) for path, part in parts(whole)]


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(days())
def test_after_every_event_what_is_decoded_is_what_was_encoded(events: list[Event]) -> None:
    replay = server(events)
    for event in events:
        feed(replay, event)
        for node in nodes_of(replay):
            decoded = saved_and_decoded(node)
            assert decoded == node.state
            assert types_of(decoded) == types_of(node.state)
            assert shared_parts(decoded) == shared_parts(node.state)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(days())
def test_what_was_decoded_goes_on_alike(events: list[Event]) -> None:
    untouched, replaced = server(events), server(events)
    for event in events:
        feed(untouched, event)
        feed(replaced, event)
        for node in nodes_of(replaced):
            decoded = saved_and_decoded(node)
            for name in decoded.__struct_fields__:
                setattr(node.state, name, getattr(decoded, name))
    assert [node.state for node in nodes_of(replaced)] == [node.state for node in nodes_of(untouched)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(data=st.dictionaries(st.text(), JSON))
def test_whatever_a_user_attaches_to_a_call_is_kept(data: dict[str, Any]) -> None:
    ringing = {"event": "EventRinging", "time": 1_000_001.0, "this_dn": "7001", "conn_id": "1", "user_data": data}
    replay = server([ringing])
    feed(replay, ringing)
    (node,) = (node for key, node in replay.supervisor.board.nodes.items() if key.id == "7001@pbx1")
    assert list(saved_and_decoded(node).calls.parties) == ["1"]
    assert saved_and_decoded(node) == node.state


def test_what_the_configuration_says_is_not_saved() -> None:
    replay = server([{"event": "EventRinging", "time": 1.0}])
    for node in nodes_of(replay):
        if node.key.type is ObjectType.REG_DN:
            assert saved_and_decoded(node).seat.logins is node.state.seat.logins
            assert b"1001" not in encode_state(node.key.type, node.state)


def test_a_state_of_another_version_is_refused_by_name() -> None:
    data = encode_state(ObjectType.SWITCH, Roll()).replace(VERSION, b"99", 1)
    with pytest.raises(UnknownVersionError, match="version 99; this one reads version 1"):
        decode_state(ObjectType.SWITCH, data, Roll())


def test_what_is_no_state_is_refused() -> None:
    data = encode_state(ObjectType.SWITCH, Roll())
    with pytest.raises(msgspec.MsgspecError):
        decode_state(ObjectType.AGENT, data, None)


def test_a_group_of_queues_that_was_saved_without_a_state_has_nobody_who_joined() -> None:
    saved = encode_state(ObjectType.SWITCH, Roll()).partition(b"\n")[0] + b"\nnull"
    assert decode_state(ObjectType.SWITCH, saved, Roll()) == Roll()
