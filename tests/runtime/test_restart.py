"""An actor that fails is built anew as it was: nobody can tell."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import pykka
import pytest
from actors_of_tests import Failing, Reader, Step, started
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime import restart
from runtime.actor import Actor, ActorRef
from runtime.dead_letters import FILE, KEPT_MAX, LINES_MAX, TEXT_MAX, DeadLetter, DeadLetters, dead_letter, read
from runtime.dispatcher import Dispatcher
from runtime.effects import EFFECTS
from runtime.mail import Envelope, Mailbox, number_of, order_of
from runtime.restart import LOG_MAX, ReplayError, begin_log, log_max_of
from tests.faults import AFTER, BEFORE, Faults, InjectedError, drawn_from


class Counting(Actor):
    """Counts in several steps, and tells each of them; one may say `timer`, or `late`: what that puts off fails."""

    level = 2

    def __init__(self, above: ActorRef) -> None:
        super().__init__()
        self.above = above
        self.numbers: list[int] = []
        self.total = 0
        self.timers: list[Any] = []

    def on_step(self, message: Step) -> int:
        self.numbers.append(number_of(message.order))
        self.above.tell(Step(message.order, f"{self.total} and"))
        self.total += number_of(message.order)
        self.above.tell(Step(message.order, f"{self.total}"))
        if message.word == "timer":
            self.timers.append(EFFECTS.outside(lambda: number_of(message.order), SET.append))
        if message.word == "late":
            EFFECTS.later(lambda: SET.remove(-1))
        return self.total

    def on_failing(self, message: Failing) -> None:
        self.total = -1
        self.above.tell(Step(message.order, "never"))
        raise ValueError(message.word)

    def on_receive(self, message: Any) -> Any:
        return self.on_step(Step(order_of(message)))

    handles: ClassVar = {Step: on_step, Failing: on_failing}


class CountingInputs(Counting):
    """Tells when it has counted all of an input."""

    settles = True
    told = 0

    def settle(self) -> None:
        self.above.tell(Step(order_of(self.numbers[-1], 99), f"so {self.total}"))
        self.told += 1
        self.above.tell(Step(order_of(self.numbers[-1], 99), f"told {self.told}"))


class CountingInputsOnceTold(CountingInputs):
    """Looks at the end of inputs from when it is told to."""

    settles = False

    def on_step(self, message: Step) -> int:
        self.settles = self.settles or message.word == "settle"
        return super().on_step(message)

    handles: ClassVar = {Step: on_step, Failing: Counting.on_failing}


SET: list[int] = []
KINDS = (Counting, CountingInputs)


class Keeping:
    """A supervision that saves what it supervises."""

    def __init__(self) -> None:
        self.failures: list[Any] = []
        self.letters: list[Any] = []
        self.saves = 0

    def failed(self, actor: Any, message: Any, error: BaseException) -> bool:
        self.failures.append(message)
        return True

    def save(self, actor: Any) -> bytes:
        self.saves += 1
        return json.dumps([actor.numbers, actor.total, actor.timers, getattr(actor, "told", 0)]).encode()

    def log_max(self, actor: Any, saved: bytes) -> int:
        return log_max_of(len(saved))

    def rebuild(self, inbox: Mailbox) -> None:
        old: Any = inbox.actor
        new = type(old)(old.above)
        assert inbox.saved is not None
        new.numbers, new.total, new.timers, new.told = json.loads(inbox.saved)
        new.take_over(inbox)

    def set_aside(self, actor: Any, message: Any, error: BaseException) -> None:
        self.letters.append(message)


class Stage:
    """An actor that counts, and one above that reads what it is told."""

    def __init__(self, kind: type[Counting]) -> None:
        SET.clear()
        self.dispatcher = Dispatcher()
        self.supervision = Keeping()
        self.read: list[Any] = []
        above = started(self.dispatcher, Reader, self.read)
        self.ref = started(self.dispatcher, kind, above, supervision=self.supervision)
        begin_log(self.ref.actor_inbox)

    def run(self, *messages: Any) -> None:
        for message in messages:
            self.ref.tell(Step(order_of(message)) if isinstance(message, int) else message)
        self.dispatcher.run_until_quiet()

    @property
    def counted(self) -> tuple[Any, ...]:
        actor = self.ref.at_rest()
        return (actor.numbers, actor.total, actor.timers, getattr(actor, "told", 0), self.read, SET[:])


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> type[Counting]:
    counting: type[Counting] = request.param
    return counting


def batches(steps: list[Any], size: int) -> Iterator[list[Any]]:
    for first in range(0, len(steps), size):
        yield steps[first : first + size]


STEPS = [Step(order_of(number // 3, number % 3), "timer" if number % 4 == 0 else "") for number in range(90)]


@pytest.mark.parametrize("log_max", [0, 3, LOG_MAX])
@pytest.mark.parametrize("size", [3, 9, 90])
@settings(max_examples=10, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6))
def test_nobody_can_tell_that_an_actor_failed(size: int, log_max: int, seed: int) -> None:
    for kind in KINDS:
        undisturbed, disturbed = Stage(kind), None
        for batch in batches(STEPS, size):
            undisturbed.run(*batch)
        right = undisturbed.counted
        with pytest.MonkeyPatch.context() as patch, Faults((kind,), drawn_from(Random(seed), 0.2)).injected() as faults:
            patch.setattr(restart, "LOG_MAX", log_max)
            disturbed = Stage(kind)
            for batch in batches(STEPS, size):
                disturbed.run(*batch)
        assert disturbed.counted == right
        assert len(disturbed.supervision.failures) == faults.count > 0
        assert disturbed.supervision.letters == []


def one_fault(at: int, number: int = 2) -> Faults:
    return Faults(KINDS, lambda _actor, message: at if message == Step(order_of(number)) else None)


@pytest.mark.parametrize("at", [BEFORE, 1, 2, 3, 4, 5, AFTER])
def test_a_message_is_handled_once_wherever_its_handling_failed(kind: type[Counting], at: int) -> None:
    stage = Stage(kind)
    with one_fault(at).injected():
        stage.run(1, 2, 3)
    assert [line for line in stage.read if line[0].isdigit()] == ["0 and", "1", "1 and", "3", "3 and", "6"]
    assert stage.supervision.failures == [Step(order_of(2))]


def test_a_message_that_kills_twice_is_set_aside_and_all_else_is_right(kind: type[Counting]) -> None:
    stage, other = Stage(kind), Stage(kind)
    bad = Failing(order_of(2), "bad")
    stage.run(1, bad, 3)
    other.run(1, 3)
    assert stage.counted == other.counted
    assert stage.supervision.letters == [bad]
    assert stage.supervision.failures == [bad, bad]


def test_other_messages_of_the_input_of_one_that_kills_count() -> None:
    stage, bad = Stage(CountingInputs), Failing(order_of(1, 1), "bad")
    stage.run(Step(order_of(1)), bad, Step(order_of(1, 2)))
    assert stage.read == ["0 and", "1", "1 and", "2", "so 2", "told 1"]
    assert stage.supervision.letters == [bad]


def test_an_input_whose_settling_fails_twice_is_set_aside_as_a_whole() -> None:
    stage = Stage(CountingInputs)
    with Faults((CountingInputs,), lambda *_: None, lambda _, message: message == 2).injected():
        stage.run(1, Step(order_of(2)), Step(order_of(2, 1)), 3)
    assert stage.supervision.letters == [Step(order_of(2)), Step(order_of(2, 1))]
    assert stage.read == ["0 and", "1", "so 1", "told 1", "1 and", "4", "so 4", "told 2"]


def test_what_was_asked_has_its_error_and_is_not_tried_again(kind: type[Counting]) -> None:
    stage = Stage(kind)
    stage.run(1)
    asked = stage.ref.ask(Failing(order_of(2), "bad"), block=False)
    stage.run()
    with pytest.raises(ValueError, match="bad"):
        asked.get()
    assert len(stage.supervision.failures) == 1
    assert stage.supervision.letters == []
    assert stage.ref.at_rest().total == 1


@pytest.mark.parametrize("is_in_log", [False, True])
def test_what_was_asked_before_a_failure_is_answered_once(kind: type[Counting], is_in_log: bool) -> None:
    stage = Stage(kind)
    first, second = (stage.ref.ask(number, block=False) for number in (1, 2))
    if is_in_log:
        stage.run()
    stage.run(Envelope(Failing(order_of(9))))
    assert (first.get(), second.get()) == (1, 3)
    assert stage.ref.at_rest().numbers == [1, 2]


def test_what_an_actor_told_itself_is_taken_back_and_what_waits_is_not() -> None:
    class Answering(Counting):
        def on_step(self, message: Step) -> None:
            super().on_step(message)
            if message.word == "again":
                self.actor_ref.tell(Step(message.order, "itself"))
                if len(stage.supervision.failures) == 0:
                    stage.ref.tell(Step(message.order, "lost"))
                    raise InjectedError

        handles: ClassVar = {Step: on_step}

    stage = Stage(Answering)
    stage.run(1, Step(order_of(2), "again"), 3)
    assert stage.ref.at_rest().numbers == [1, 2, 3, 2]


def test_what_failed_has_done_nothing_outside_and_what_did_not_has_once(kind: type[Counting]) -> None:
    stage = Stage(kind)
    with one_fault(AFTER, 3).injected():
        stage.run(Step(order_of(1), "timer"), Step(order_of(2), "timer"), 3)
    assert SET == [1, 2]
    with one_fault(AFTER, 4).injected():
        stage.run(4)
    assert SET == [1, 2] == stage.ref.at_rest().timers


def test_a_message_whose_effect_fails_is_set_aside_and_all_else_is_done(kind: type[Counting]) -> None:
    stage = Stage(kind)
    late = Step(order_of(1), "late")
    stage.run(late)
    stage.run(Step(order_of(2), "timer"), 3)
    assert stage.supervision.letters == [late]
    assert (stage.ref.at_rest().numbers, SET) == ([1, 2, 3], [2])


def test_of_effects_that_one_fails_keeps_none_from_being_done() -> None:
    stage = Stage(Counting)
    stage.run(Step(order_of(1), "late"), Step(order_of(2), "timer"))
    assert SET == [2]


def test_outside_a_turn_things_are_done_at_once() -> None:
    done: list[int] = []
    assert EFFECTS.outside(lambda: 7, done.append) == 7
    assert done == [7]


def test_the_log_is_bounded_and_begins_again_with_what_was_saved(kind: type[Counting]) -> None:
    stage = Stage(kind)
    inbox = stage.ref.actor_inbox
    for number in range(1, 10 * LOG_MAX):
        stage.run(number)
        assert inbox.log is not None
        assert len(inbox.log) <= inbox.log_max
    assert 1 < stage.supervision.saves < 12


def test_a_large_actor_is_saved_less_often() -> None:
    stage = Stage(Counting)
    stage.ref.at_rest().numbers = [0] * 10_000
    begin_log(stage.ref.actor_inbox)
    assert stage.ref.actor_inbox.log_max > 2 * LOG_MAX


def test_an_actor_that_stops_leaves_no_log() -> None:
    stage = Stage(Counting)
    stage.run(1)
    stage.ref.stop(block=False)
    stage.run()
    assert stage.ref.actor_inbox.log is None
    assert stage.ref.actor_inbox.saved is None


@pytest.mark.parametrize("at", [BEFORE, AFTER])
def test_an_actor_that_is_to_stop_after_a_failure_handles_no_more(kind: type[Counting], at: int) -> None:
    stage = Stage(kind)
    with one_fault(at).injected():
        stage.run(1, 2, Envelope(pykka.messages._ActorStop()), Envelope(3))
    assert not stage.ref.is_alive()
    assert [line for line in stage.read if line[0].isdigit()] == ["0 and", "1", "1 and", "3"]


def test_an_actor_that_is_given_up_is_stopped_and_its_mail_counted(kind: type[Counting]) -> None:
    stage = Stage(kind)
    stage.supervision.failed = lambda *_: False  # type: ignore[method-assign]
    asked = stage.ref.ask("late", block=False)
    stage.run(1, Failing(order_of(2)), Step(order_of(2, 1)), 3)
    assert not stage.ref.is_alive()
    assert stage.dispatcher.undelivered == 2
    with pytest.raises(pykka.ActorDeadError):
        asked.get()


def test_an_actor_that_fails_on_what_it_had_handled_ends_it_all() -> None:
    class Forgetful(Counting):
        def on_step(self, message: Step) -> None:
            if stage.supervision.failures:
                raise LookupError("not again")

        handles: ClassVar = {Step: on_step, Failing: Counting.on_failing}

    stage = Stage(Forgetful)
    with pytest.raises(ReplayError) as raised:
        stage.run(1, Failing(order_of(2)))
    assert isinstance(raised.value.__cause__, LookupError)


def test_an_actor_that_fails_as_it_starts_starts_again_with_all_its_mail() -> None:
    class Stumbling(Counting):
        def on_start(self) -> None:
            self.above.tell(Step(order_of(0), "started"))
            if not stage.supervision.failures:
                raise InjectedError

    stage = Stage(Stumbling)
    stage.run(1)
    assert stage.supervision.failures == [None]
    assert stage.read == ["started", "0 and", "1"]


def test_an_actor_built_anew_has_started_already() -> None:
    class Starting(Counting):
        def on_start(self) -> None:
            self.above.tell(Step(order_of(0), "started"))
            self.total = 100

    stage = Stage(Starting)
    with Faults((Starting,), lambda _actor, _message: AFTER).injected():
        stage.run(1, 2)
    assert stage.read == ["started", "100 and", "101", "101 and", "103"]


def test_a_target_that_has_stopped_since_does_not_fail_a_replay() -> None:
    stage = Stage(Counting)
    stage.run(1)
    above = stage.ref.at_rest().above
    above.stop(block=False)
    stage.run()
    stage.ref.at_rest().above = started(stage.dispatcher, Reader, stage.read)
    with pytest.raises(pykka.ActorDeadError):
        above.tell(1)
    stage.supervision.rebuild = rebuilt_with(above, stage.supervision.rebuild)  # type: ignore[method-assign]
    asked = stage.ref.ask(Failing(order_of(2), "bad"), block=False)
    stage.run()
    with pytest.raises(ValueError, match="bad"):
        asked.get()
    assert stage.ref.at_rest().numbers == [1]


def rebuilt_with(above: ActorRef, rebuild: Callable[[Mailbox], None]) -> Callable[[Mailbox], None]:
    def rebuilt(inbox: Mailbox) -> None:
        rebuild(inbox)
        inbox.actor.above = above  # type: ignore[attr-defined]

    return rebuilt


def test_an_interruption_is_not_a_failure() -> None:
    class Interrupted(Counting):
        def on_failing(self, message: Failing) -> None:
            raise KeyboardInterrupt

        handles: ClassVar = {Step: Counting.on_step, Failing: on_failing}

    stage = Stage(Interrupted)
    with pytest.raises(KeyboardInterrupt):
        stage.run(Failing(order_of(1)), 2)
    assert stage.supervision.failures == []
    stage.run()
    assert stage.ref.at_rest().numbers == [2]


# -- dead letters ------------------------------------------------------------------------------------------------------


def raised() -> ValueError:
    try:
        raise ValueError("bad")
    except ValueError as error:
        return error


def test_a_dead_letter_says_who_failed_on_what_when_and_why() -> None:
    letter = dead_letter("DnActor (urn)", Step(order_of(7), "x"), raised(), 5_000_000)
    assert (letter.number, letter.time_us, letter.actor) == (7, 5_000_000, "DnActor (urn)")
    assert letter.message == repr(Step(order_of(7), "x"))
    assert letter.error == "ValueError('bad')"
    assert letter.traceback.startswith("Traceback")


@pytest.mark.parametrize("message", ["x", Envelope("x")])
def test_a_dead_letter_of_no_input_has_no_number(message: Any) -> None:
    letter = dead_letter("somebody", message, raised(), 0)
    assert (letter.number, letter.message) == (None, "'x'")


def test_all_dead_letters_are_counted_and_the_newest_kept() -> None:
    letters = DeadLetters()
    for number in range(KEPT_MAX + 1):
        letters.add(dead_letter("somebody", Step(order_of(number)), raised(), 0))
    assert letters.count == KEPT_MAX + 1
    assert [letters.newest[0].number, letters.newest[-1].number] == [1, KEPT_MAX]


def numbered(number: int) -> DeadLetter:
    return dead_letter("somebody", Step(order_of(number)), raised(), number)


def test_on_disk_are_the_newest_dead_letters_and_no_more_than_twice_as_many(tmp_path: Path) -> None:
    letters = DeadLetters()
    letters.keep_in(tmp_path)
    for number in range(LINES_MAX + 1):
        letters.add(numbered(number))
    assert [letter.count for letter in read(tmp_path)] == list(range(KEPT_MAX + 2, LINES_MAX + 2))


def test_the_count_of_dead_letters_goes_on_behind_those_on_disk(tmp_path: Path) -> None:
    for number in (1, 2):
        letters = DeadLetters()
        letters.keep_in(tmp_path)
        letters.add(numbered(number))
    assert [(letter.number, letter.count) for letter in read(tmp_path)] == [(1, 1), (2, 2)]


def test_a_dead_letter_that_was_on_disk_before_is_not_one_more(tmp_path: Path) -> None:
    for _ in range(2):
        letters = DeadLetters()
        letters.keep_in(tmp_path)
        letters.add(numbered(1))
    assert letters.count == 1


def test_a_disk_that_takes_no_dead_letter_keeps_nobody_from_going_on_and_gets_it_later(tmp_path: Path) -> None:
    letters = DeadLetters()
    letters.keep_in(tmp_path)
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).mkdir()
    letters.add(numbered(1))
    (tmp_path / FILE).rmdir()
    letters.add(numbered(2))
    assert [letter.count for letter in read(tmp_path)] == [1, 2]


def test_texts_of_a_dead_letter_are_cut(tmp_path: Path) -> None:
    letter = dead_letter("somebody", "x" * 10 * TEXT_MAX, ValueError("y" * 10 * TEXT_MAX), 0)
    assert max(map(len, (letter.message, letter.error, letter.traceback))) == TEXT_MAX


def test_an_actor_that_was_told_to_settle_settles_what_came_after_that_again() -> None:
    failing, other = stages = Stage(CountingInputsOnceTold), Stage(CountingInputsOnceTold)
    for stage in stages:
        stage.run(1)
        stage.run(Step(order_of(2), "settle"))
        stage.run(3)
    failing.run(Failing(order_of(4), "dies"))
    for stage in stages:
        stage.run(5)
    assert failing.counted == other.counted
