"""One door: numbers, times, timers between lines, batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent
import pytest
from actors_of_tests import happens, started
from hypothesis import given
from hypothesis import strategies as st

from runtime.actor import Actor
from runtime.clock import RealClock, SteppedClock
from runtime.dispatcher import Dispatcher
from runtime.intake import (
    AHEAD_US_MAX,
    BEHIND_US_MAX,
    LOOK_BACK_US,
    TIMER_US_MIN,
    WAITING_MAX,
    Intake,
)
from runtime.mail import Input, number_of, order_of
from runtime.timers import CANCELLED_MAX

MS = 1000


class Taker(Actor):
    """Writes down what it takes in; what can be called is called."""

    def __init__(self, taken: list[Input]) -> None:
        super().__init__()
        self.taken = taken

    def on_input(self, message: Input) -> None:
        self.taken.append(message)
        if callable(message.payload):
            message.payload(message)

    handles = {Input: on_input}


class Door:
    """An intake with one actor behind it."""

    def __init__(self, clock: RealClock | SteppedClock, **options: int) -> None:
        self.intake = Intake(Dispatcher(), clock, **options)
        self.taken: list[Input] = []
        self.ref = started(self.intake.dispatcher, Taker, self.taken)

    def line(self, payload: Any, at_us: int) -> None:
        self.intake.put(self.ref, payload, stamp_us=at_us)

    def request(self, payload: Any, *, is_alone: bool = False) -> None:
        self.intake.put(self.ref, payload, is_alone=is_alone)

    def timer(self, payload: Any, due_us: int, **options: Any) -> Any:
        return self.intake.call_at(due_us, self.ref, payload, **options)

    def batches(self) -> list[list[Any]]:
        batches = []
        while self.intake.step():
            batches.append([message.payload for message in self.taken])
            self.taken.clear()
        return batches

    @property
    def timed(self) -> list[tuple[Any, int]]:
        return [(message.payload, message.time_us) for message in self.taken]


@pytest.fixture
def stepped() -> Door:
    return Door(SteppedClock(0))


class StandingClock(RealClock):
    """The machine's clock, stopped."""

    def __init__(self, now_us: int) -> None:
        self.time_us = now_us

    def now_us(self) -> int:
        return self.time_us


NOW_US = 1_000_000_000


@pytest.fixture
def live() -> Door:
    return Door(StandingClock(NOW_US))


# -- numbers and times -----------------------------------------------------------------------------------------------


def test_inputs_are_numbered_in_the_order_they_are_taken(stepped: Door) -> None:
    stepped.line("a", 1)
    stepped.request("b")
    stepped.request("c", is_alone=True)
    stepped.timer("d", 2)
    stepped.line("e", 3)
    stepped.intake.drain()
    assert [(m.payload, number_of(m.order)) for m in stepped.taken] == list(zip("abcde", range(1, 6), strict=True))
    assert stepped.intake.inputs == 5


def test_a_line_is_dated_by_its_stamp(stepped: Door) -> None:
    stepped.line("a", 70)
    stepped.intake.drain()
    assert stepped.timed == [("a", 70)]
    assert stepped.intake.clock.now_us() == 70


def test_time_never_goes_back(stepped: Door) -> None:
    for payload, at_us in (("a", 70), ("b", 20), ("c", 90)):
        stepped.line(payload, at_us)
    stepped.intake.drain()
    assert stepped.timed == [("a", 70), ("b", 70), ("c", 90)]


@pytest.mark.parametrize(
    ("off_us", "dated_us"),
    [
        (0, 0),
        (AHEAD_US_MAX, AHEAD_US_MAX),
        (AHEAD_US_MAX + 1, AHEAD_US_MAX),
        (-BEHIND_US_MAX, -BEHIND_US_MAX),
        (-BEHIND_US_MAX - 1, -BEHIND_US_MAX),
    ],
)
def test_live_a_stamp_is_at_most_a_second_ahead_and_thirty_behind(live: Door, off_us: int, dated_us: int) -> None:
    live.line("a", NOW_US + off_us)
    live.intake.drain()
    assert live.timed == [("a", NOW_US + dated_us)]
    assert live.intake.stamps_clamped == (off_us != dated_us)


def test_on_a_stepped_clock_no_stamp_is_clamped(stepped: Door) -> None:
    stepped.line("a", 10 * BEHIND_US_MAX)
    stepped.line("b", 20 * BEHIND_US_MAX)
    stepped.intake.drain()
    assert stepped.timed == [("a", 10 * BEHIND_US_MAX), ("b", 20 * BEHIND_US_MAX)]
    assert stepped.intake.stamps_clamped == 0


def test_a_request_is_dated_by_our_clock_and_moves_no_time(live: Door) -> None:
    live.line("a", NOW_US - 5)
    live.request("b")
    live.line("c", NOW_US - 3)
    live.intake.drain()
    assert live.timed == [("a", NOW_US - 5), ("b", NOW_US), ("c", NOW_US - 3)]
    assert live.intake.last_us == NOW_US - 3


def test_a_request_is_not_dated_before_the_last_event(live: Door) -> None:
    live.line("a", NOW_US + 5)
    live.request("b")
    live.intake.drain()
    assert live.timed == [("a", NOW_US + 5), ("b", NOW_US + 5)]
    assert live.intake.now_us == NOW_US + 5


def test_who_puts_a_line_hears_whether_its_stamp_was_moved(live: Door) -> None:
    put = live.intake.put
    assert put(live.ref, "a", stamp_us=NOW_US + AHEAD_US_MAX + 1) is True
    assert put(live.ref, "b", stamp_us=NOW_US) is False


# -- before the first stamp ------------------------------------------------------------------------------------------


def test_the_first_stamp_is_told_once_before_anything_is_handled(stepped: Door) -> None:
    told: list[tuple[int, int]] = []
    stepped.intake.on_first_stamp = lambda: told.append((stepped.intake.now_us, stepped.intake.inputs))
    stepped.request("a")
    stepped.intake.drain()
    for at_us in (70, 80):
        stepped.line("b", at_us)
        stepped.intake.drain()
    assert told == [(70, 1)]


def test_a_clock_that_stands_elsewhere_needs_no_first_stamp() -> None:
    door, told = Door(SteppedClock(5)), list[int]()
    door.intake.on_first_stamp = lambda: told.append(1)
    door.line("a", 70)
    assert told == []


# -- timers ----------------------------------------------------------------------------------------------------------


def test_a_timer_comes_before_what_happens_when_it_is_due(stepped: Door) -> None:
    stepped.timer("timer", 70)
    for at_us in (69, 70, 71):
        stepped.line(at_us, at_us)
    stepped.intake.drain()
    assert stepped.timed == [(69, 69), ("timer", 70), (70, 70), (71, 71)]


def test_timers_due_together_come_in_the_order_of_what_set_them(stepped: Door) -> None:
    for set_by in (3, 1, 2, 1):
        stepped.timer((set_by, len(stepped.intake._timers)), 70, set_by=set_by)
    stepped.intake.advance(70)
    assert [message.payload for message in stepped.taken] == [(1, 1), (1, 3), (2, 2), (3, 0)]


def test_a_timer_due_earlier_comes_earlier_whoever_set_it(stepped: Door) -> None:
    stepped.timer("late", 71, set_by=1)
    stepped.timer("early", 70, set_by=2)
    stepped.intake.advance(100)
    assert stepped.timed == [("early", 70), ("late", 71)]


def test_a_timer_that_changes_values_moves_time_and_one_that_notifies_does_not(live: Door) -> None:
    live.timer("notify", NOW_US - 10, is_alone=True)
    live.intake.step()
    assert live.intake.last_us == 0
    live.timer("change", NOW_US - 10)
    live.intake.step()
    assert live.intake.last_us == NOW_US - 10
    assert live.timed == [("notify", NOW_US - 10), ("change", NOW_US - 10)]


def test_a_timer_that_is_late_is_not_dated_before_the_last_event(stepped: Door) -> None:
    stepped.line("a", 70)
    stepped.intake.drain()
    stepped.timer("late", 50)
    stepped.intake.drain()
    assert stepped.timed == [("a", 70), ("late", 70)]


def test_a_timer_is_not_due_while_an_earlier_line_waits(live: Door) -> None:
    live.timer("timer", NOW_US - 10)
    live.line("a", NOW_US - 20)
    live.line("b", NOW_US - 5)
    live.intake.drain()
    assert [payload for payload, _ in live.timed] == ["a", "timer", "b"]


def test_a_timer_due_comes_before_a_request(live: Door) -> None:
    live.timer("timer", NOW_US)
    live.request("a")
    assert live.batches() == [["timer"], ["a"]]


def test_a_cancelled_timer_does_not_come(stepped: Door) -> None:
    timers = {name: stepped.timer(name, 70) for name in "abc"}
    stepped.intake.cancel(timers["b"])
    stepped.intake.advance(70)
    assert [payload for payload, _ in stepped.timed] == ["a", "c"]


def test_a_cancelled_timer_ends_no_batch(stepped: Door) -> None:
    stepped.intake.cancel(stepped.timer("timer", 70))
    for at_us in (69, 70):
        stepped.line(at_us, at_us)
    assert stepped.batches() == [[69, 70]]


def test_cancelled_timers_do_not_gather(stepped: Door) -> None:
    for _ in range(3 * CANCELLED_MAX):
        stepped.intake.cancel(stepped.timer("timer", 70))
    stepped.timer("one", 80)
    assert len(stepped.intake._timers) <= CANCELLED_MAX + 2


def test_cancelling_a_timer_that_has_come_is_of_no_consequence(stepped: Door) -> None:
    timer = stepped.timer("a", 70)
    stepped.intake.advance(70)
    stepped.intake.cancel(timer)
    stepped.timer("b", 80)
    stepped.intake.advance(80)
    assert [payload for payload, _ in stepped.timed] == ["a", "b"]


def test_of_a_leap_in_time_only_the_last_hour_is_looked_at(stepped: Door) -> None:
    stepped.line("a", 1)
    for due_us in (10, 20, LOOK_BACK_US + 5):
        stepped.timer(due_us, due_us, is_alone=True)
    stepped.timer("value", 15)
    stepped.line("b", 2 * LOOK_BACK_US)
    stepped.intake.drain()
    assert stepped.timed[1:] == [
        ("value", 15),
        (10, LOOK_BACK_US),
        (20, LOOK_BACK_US),
        (LOOK_BACK_US + 5, LOOK_BACK_US + 5),
        ("b", 2 * LOOK_BACK_US),
    ]


def test_a_look_that_was_put_off_can_still_be_cancelled(stepped: Door) -> None:
    look = stepped.timer("look", 10, is_alone=True)
    stepped.timer(lambda _: stepped.intake.cancel(look), 15)
    stepped.line("b", 2 * LOOK_BACK_US)
    stepped.intake.drain()
    assert "look" not in [payload for payload, _ in stepped.timed]


def test_advancing_runs_every_timer_up_to_and_including_that_time_and_those_they_set(stepped: Door) -> None:
    stepped.timer(lambda message: stepped.timer("second", message.time_us + TIMER_US_MIN), 100)
    stepped.timer("last", TIMER_US_MIN + 200)
    stepped.timer("beyond", TIMER_US_MIN + 201)
    stepped.intake.advance(TIMER_US_MIN + 200)
    assert [(p, t) for p, t in stepped.timed if isinstance(p, str)] == [
        ("second", TIMER_US_MIN + 100),
        ("last", TIMER_US_MIN + 200),
    ]
    assert stepped.intake.now_us == stepped.intake.last_us == TIMER_US_MIN + 200


def test_advancing_runs_the_lines_that_wait_first(stepped: Door) -> None:
    stepped.timer("timer", 70)
    stepped.line("a", 60)
    stepped.intake.advance(80)
    assert stepped.timed == [("a", 60), ("timer", 70)]


# -- batches ---------------------------------------------------------------------------------------------------------


def test_a_batch_holds_no_more_than_its_maximum() -> None:
    door = Door(SteppedClock(0), batch_max=2)
    for at_us in range(5):
        door.line(at_us, at_us)
    assert door.batches() == [[0, 1], [2, 3], [4]]


def test_a_batch_ends_before_a_timer_that_is_due_in_it(stepped: Door) -> None:
    stepped.timer("timer", 2)
    for at_us in range(4):
        stepped.line(at_us, at_us)
    assert stepped.batches() == [[0, 1], ["timer"], [2, 3]]


def test_a_batch_spans_less_than_the_shortest_timer(stepped: Door) -> None:
    for at_us in (0, TIMER_US_MIN - 1, TIMER_US_MIN, 2 * TIMER_US_MIN):
        stepped.line(at_us, at_us)
    assert stepped.batches() == [[0, TIMER_US_MIN - 1], [TIMER_US_MIN], [2 * TIMER_US_MIN]]


def test_a_timer_set_in_a_batch_comes_between_the_right_lines(stepped: Door) -> None:
    stepped.line(lambda message: stepped.timer("timer", message.time_us + TIMER_US_MIN), 0)
    for at_us in (TIMER_US_MIN - 1, TIMER_US_MIN, TIMER_US_MIN + 1):
        stepped.line(at_us, at_us)
    stepped.intake.drain()
    assert [p for p, _ in stepped.timed[1:]] == [TIMER_US_MIN - 1, "timer", TIMER_US_MIN, TIMER_US_MIN + 1]


def test_an_input_that_runs_alone_ends_the_batch_before_it(stepped: Door) -> None:
    stepped.line("a", 0)
    stepped.request("alone", is_alone=True)
    stepped.line("b", 1)
    stepped.request("c")
    assert stepped.batches() == [["a"], ["alone"], ["b", "c"]]


def test_what_came_before_an_input_that_runs_alone_is_handled_to_the_top(stepped: Door) -> None:
    class Top(Taker):
        level = 7

    above: list[Input] = []
    seen: list[int] = []
    top = started(stepped.intake.dispatcher, Top, above)
    stepped.line(lambda message: top.tell(Input(message.order, message.time_us, "told")), 0)
    stepped.request(lambda _: seen.append(len(above)), is_alone=True)
    stepped.intake.drain()
    assert seen == [1]


def test_a_step_with_nothing_to_do_says_so(stepped: Door) -> None:
    assert stepped.intake.step() is False
    stepped.timer("later", 5)
    assert stepped.intake.step() is False


def test_what_is_for_a_dead_actor_is_passed_over(stepped: Door) -> None:
    stepped.line("a", 0)
    stepped.ref.stop(block=False)
    stepped.intake.dispatcher.run_until_quiet()
    stepped.intake.drain()
    assert stepped.taken == []


@given(
    stamps=st.lists(st.integers(0, 40), max_size=30),
    waits=st.lists(st.integers(0, 3), max_size=30),
    batch_max=st.sampled_from([1, 2, 7, 500]),
)
def test_inputs_are_the_same_wherever_batches_end(stamps: list[int], waits: list[int], batch_max: int) -> None:
    def run(batch_max: int) -> list[tuple[int, Any, int]]:
        door = Door(SteppedClock(0), batch_max=batch_max)

        def setting(number: int, wait: int) -> Callable[[Input], Any]:
            return lambda message: door.timer(
                f"timer {number}", message.time_us + TIMER_US_MIN + wait * 10 * MS, set_by=message.order
            )

        for number, stamp in enumerate(sorted(stamps)):
            does = setting(number, waits[number]) if number < len(waits) else number
            door.line(does, stamp * 10 * MS)
        door.intake.advance(1_000_000)
        return [(m.order, m.payload if isinstance(m.payload, str) else "line", m.time_us) for m in door.taken]

    assert run(batch_max) == run(1)


# -- room ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_alone", [False, True])
def test_who_brings_lines_waits_while_too_many_wait(stepped: Door, *, is_alone: bool) -> None:
    for _ in range(WAITING_MAX):
        stepped.request("a", is_alone=is_alone)
    bringing = gevent.spawn(stepped.intake.wait_for_room)
    gevent.idle()
    assert not bringing.ready()
    stepped.intake.drain()
    bringing.join(1)
    assert bringing.ready()


def test_there_is_room_again_when_half_of_it_is_gone(stepped: Door) -> None:
    for _ in range(WAITING_MAX):
        stepped.request("a")
    while len(stepped.intake._waiting) >= WAITING_MAX // 2:
        assert not stepped.intake._room.is_set()
        stepped.intake.step()
    assert stepped.intake._room.is_set()


def test_there_is_room_while_few_wait(stepped: Door) -> None:
    stepped.request("a")
    with gevent.Timeout(1):
        stepped.intake.wait_for_room()


def test_a_feeder_runs_what_is_more_than_a_batch() -> None:
    door = Door(SteppedClock(0), batch_max=3)
    for at_us in range(8):
        door.line(at_us, at_us)
        door.intake.run_full_batches()
    assert [payload for payload, _ in door.timed] == [0, 1, 2, 3, 4, 5][: len(door.taken)]
    assert len(door.intake._waiting) <= 3


# -- serving ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def serving() -> Any:
    door = Door(RealClock())
    greenlet = gevent.spawn(door.intake.serve)
    yield door
    greenlet.kill()


def test_a_served_intake_takes_what_comes_when_it_comes(serving: Door) -> None:
    gevent.idle()
    serving.line("a", serving.intake.clock.now_us())
    assert happens(lambda: len(serving.taken) == 1)
    serving.request("b")
    assert happens(lambda: [payload for payload, _ in serving.timed] == ["a", "b"])


def test_a_served_timer_comes_when_it_is_due_and_not_before(serving: Door) -> None:
    arrived: list[int] = []
    due_us = serving.intake.clock.now_us() + 20 * MS
    serving.timer(lambda _: arrived.append(serving.intake.clock.now_us()), due_us)
    assert happens(lambda: bool(arrived))
    assert due_us <= arrived[0] < due_us + 500 * MS
    assert serving.taken[0].time_us == due_us


def test_a_timer_set_earlier_than_the_one_waited_for_comes_first(serving: Door) -> None:
    now_us = serving.intake.clock.now_us()
    serving.timer("far", now_us + 3_600_000 * MS)
    gevent.idle()
    serving.timer("near", now_us + 10 * MS)
    assert happens(lambda: [payload for payload, _ in serving.timed] == ["near"])


def test_an_actor_that_tells_itself_without_end_keeps_no_line_waiting(serving: Door) -> None:
    class Restless(Actor):
        def on_receive(self, message: Any) -> None:
            self.actor_ref.tell(message)

    started(serving.intake.dispatcher, Restless).tell("again")
    for number in range(3):
        serving.line(number, serving.intake.clock.now_us())
        assert happens(lambda number=number: len(serving.taken) == number + 1)


def test_an_order_begins_with_the_first_number(stepped: Door) -> None:
    stepped.request("a")
    stepped.intake.drain()
    assert stepped.taken[0].order == order_of(1)
