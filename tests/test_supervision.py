"""Who fails is put back in its place: nobody else notices, and no value changes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from random import Random
from typing import Any, Final

import pytest
from everything import every_statistic
from hypothesis import given, settings
from hypothesis import strategies as st
from pykka.messages import ProxyCall
from test_order import interleaved, loaded_from

from actors.objects.agent import AgentActor
from actors.objects.dn import DnActor
from actors.objects.group import GroupActor
from actors.objects.mediation_dn import MediationDnActor, QueueGroupActor
from actors.objects.messages import DnEvent
from actors.objects.place import PlaceActor
from actors.replay import Line, Replay, Result
from actors.sessions.messages import Answer, SessionRequest
from actors.supervisor import RESTART_WINDOW_US, RESTARTS_MAX, TooManyRestarts, add_restart
from actors.vocabulary import protocol
from actors.vocabulary.objects import ObjectType
from runtime import restart
from runtime.actor import Actor, ActorRef
from runtime.effects import EFFECTS
from runtime.intake import BATCH_MAX
from runtime.mail import order_of
from tests.faults import Faults, drawn_from

LETHAL: Final = ProxyCall(("nothing_of_that_name",), (), {})
SEED: Final = 3
LINES: Final = interleaved(SEED, 8)
HALF: Final = len(LINES) // 2
KINDS: Final = (
    ObjectType.REG_DN,
    ObjectType.AGENT,
    ObjectType.PLACE,
    ObjectType.GROUP_AGENTS,
    ObjectType.GROUP_PLACES,
    ObjectType.QUEUE,
    ObjectType.ROUTE_POINT,
    ObjectType.GROUP_QUEUES,
)


OBJECTS: Final = (DnActor, AgentActor, PlaceActor, GroupActor, MediationDnActor, QueueGroupActor)


def server(batch_max: int = BATCH_MAX) -> Replay:
    loaded = loaded_from("flows")
    return Replay(loaded, every_statistic(loaded, 0.02, SEED), LINES[0].stamp_us, batch_max=batch_max)


def results(replay: Replay, lines: Iterable[Line]) -> list[Result]:
    (reading,) = replay.feed(lines, [LINES[-1].stamp_us + 600_000_000])
    return reading


def feed_half(replay: Replay) -> None:
    for line in LINES[:HALF]:
        replay.intake.put(replay.supervisor.connectors[line.source], line.payload, stamp_us=line.stamp_us)
    replay.intake.drain()


def refs_of(replay: Replay, kind: ObjectType) -> list[ActorRef]:
    return [node.ref for key, node in replay.supervisor.board.nodes.items() if key.type is kind]  # type: ignore[misc]


def statistics_of(replay: Replay) -> list[ActorRef]:
    return [entry.ref for entry in replay.supervisor.pool.at_rest().state.entries.values()]


def killed(replay: Replay, refs: Iterable[ActorRef]) -> int:
    count = 0
    for count, ref in enumerate(refs, 1):
        ref.tell(LETHAL)
        if count % 50 == 0:
            replay.intake.advance(replay.intake.now_us + RESTART_WINDOW_US)
        replay.intake.dispatcher.run_until_quiet()
    return count


@cache
def undisturbed() -> list[Result]:
    return results(server(), LINES)


WHO: Final[dict[str, Callable[[Replay], list[ActorRef]]]] = {
    **{kind: lambda replay, kind=kind: refs_of(replay, kind) for kind in KINDS},
    "connector": lambda replay: list(replay.supervisor.connectors.values()),
    "pool": lambda replay: [replay.supervisor.pool],
    "statistics": lambda replay: statistics_of(replay)[::40],
}


@pytest.mark.parametrize("who", WHO)
def test_actors_of_any_kind_fail_and_no_value_changes(who: str) -> None:
    replay = server()
    feed_half(replay)
    count = killed(replay, WHO[who](replay))
    assert replay.supervisor.dead_letters.count == count > 0
    assert results(replay, LINES[HALF:]) == undisturbed()


@pytest.mark.parametrize("who", WHO)
def test_an_actor_that_fails_is_replaced_behind_the_same_ref_and_no_other_is(who: str) -> None:
    replay = server()
    ref = WHO[who](replay)[0]
    others = [other for other in [*statistics_of(replay), *replay.supervisor.connectors.values()] if other is not ref]
    before = [other.at_rest() for other in others]
    failed, urn = ref.at_rest(), ref.actor_urn
    killed(replay, [ref])
    assert ref.is_alive()
    assert ref.at_rest() is not failed
    assert ref.actor_urn == urn
    assert all(other.at_rest() is actor for other, actor in zip(others, before, strict=True))


def test_a_failure_is_counted_and_logged_with_who_what_and_why(caplog: pytest.LogCaptureFixture) -> None:
    replay = server()
    (ref, *_) = refs_of(replay, ObjectType.REG_DN)
    caplog.clear()
    killed(replay, [ref])
    assert replay.supervisor.failures == 2
    record, *_ = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert str(ref) in record.message
    assert "nothing_of_that_name" in record.message
    assert record.exc_info is not None
    assert record.exc_info[0] is AttributeError


@settings(max_examples=8, deadline=None, derandomize=True)
@given(at=st.integers(1, 40), number=st.sampled_from(["7001", "7002", "7003"]))
def test_the_rest_of_a_batch_is_handled_in_its_order_when_one_message_kills(at: int, number: str) -> None:
    replay = server()
    node = next(node for key, node in replay.supervisor.board.nodes.items() if key.id.startswith(number))
    node.ref.tell(DnEvent(order_of(replay.intake.inputs + at, 9), LINES[at].stamp_us, None))  # type: ignore[arg-type]
    assert results(replay, LINES) == undisturbed()
    assert replay.supervisor.failures == 2
    (letter,) = replay.supervisor.dead_letters.newest
    assert letter.number is not None
    assert letter.actor == f"RegDN:{node.key.id}"
    assert "DnEvent" in letter.message


def differing(replay: Replay, kinds: Sequence[type[Actor]], seed: int) -> list[tuple[Result, Result]]:
    """What differs from an undisturbed server where actors of these kinds fail before, during and after messages."""
    logging.disable(logging.ERROR)
    try:
        with Faults(kinds, drawn_from(Random(seed), 0.08)).injected() as faults:
            read = results(replay, LINES)
    finally:
        logging.disable(logging.NOTSET)
    assert replay.supervisor.failures == faults.count > 0
    assert replay.supervisor.dead_letters.count == 0
    return [pair for pair in zip(read, undisturbed(), strict=True) if pair[0] != pair[1]]


@pytest.mark.parametrize("batch_max", [1, 7, 500])
@settings(max_examples=8, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_objects_fail_anywhere_and_no_value_changes(batch_max: int, seed: int) -> None:
    assert differing(server(batch_max), OBJECTS, seed) == []


@pytest.mark.parametrize("batch_max", [1, 7, 500])
@settings(max_examples=8, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_objects_fail_anywhere_and_are_built_anew_of_what_was_saved(batch_max: int, seed: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(restart, "LOG_MAX", 2)
        patch.setattr(restart, "BYTES_A_MESSAGE", 10**9)
        assert differing(server(batch_max), OBJECTS, seed) == []


def test_more_failures_than_restarting_helps_end_the_server() -> None:
    replay = server()
    (ref, *_) = refs_of(replay, ObjectType.AGENT)
    for _ in range(RESTARTS_MAX + 1):
        ref.tell(LETHAL)
    with pytest.raises(TooManyRestarts):
        replay.intake.dispatcher.run_until_quiet()
    assert replay.supervisor.failures == RESTARTS_MAX + 1


class Asking:
    """Stands where a session would: keeps what it is answered."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def tell(self, message: Any) -> None:
        EFFECTS.later(lambda: self.told.append(message.event if isinstance(message, Answer) else message))


def ask(replay: Replay, session: Asking, request: protocol.AnyRequest, id_: int) -> list[Any]:
    replay.intake.put(replay.supervisor.pool, SessionRequest(session, request, id_), is_alone=True)
    replay.intake.drain()
    told, session.told = session.told, []
    return told


OPEN: Final = protocol.OpenStatistic(
    ref=7,
    object=protocol.ObjectName("Agent", "1001"),
    statistic={"category": "TotalNumber", "main_mask": "CallInbound"},
    time_profile="Growing:1:23",
)


def test_a_client_whose_request_the_pool_fails_on_is_told_so_and_may_ask_again() -> None:
    replay, session = server(), Asking()
    wiring = replay.supervisor.pool.at_rest().wiring
    see, wiring.see = wiring.see, lambda node: 1 // 0
    (error,) = ask(replay, session, OPEN, 1)
    assert (error.ref, error.code) == (7, "Internal")
    wiring.see = see
    opened, reading = ask(replay, session, OPEN, 2)
    assert (opened.id, reading.id) == (2, 2)
    assert replay.supervisor.failures == 2


def test_failures_far_enough_apart_do_not_add_up() -> None:
    replay = server()
    (ref, *_) = refs_of(replay, ObjectType.AGENT)
    for _ in range(2 * RESTARTS_MAX):
        killed(replay, [ref])
        replay.intake.advance(replay.intake.now_us + 2 * RESTART_WINDOW_US // RESTARTS_MAX)
    assert replay.supervisor.failures == 4 * RESTARTS_MAX


def test_a_restart_counts_for_a_window() -> None:
    assert add_restart([], 7) == [7]
    assert add_restart([7], 7 + RESTART_WINDOW_US - 1) == [7, 7 + RESTART_WINDOW_US - 1]
    assert add_restart([7], 7 + RESTART_WINDOW_US) == [7 + RESTART_WINDOW_US]


@given(st.lists(st.integers(0, 10 * RESTART_WINDOW_US), min_size=1).map(sorted))
def test_the_restarts_that_count_are_those_of_the_last_window(times: list[int]) -> None:
    restarts: list[int] = []
    for now_us in times:
        restarts = add_restart(restarts, now_us)
    assert restarts == [at_us for at_us in times if at_us > times[-1] - RESTART_WINDOW_US]


def test_a_supervisor_adds_no_restart_to_the_list_it_was_given() -> None:
    restarts: list[Any] = [1]
    add_restart(restarts, 2)
    assert restarts == [1]
