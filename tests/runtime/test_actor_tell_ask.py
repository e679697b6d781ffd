"""pykka's promises of `tell` and `ask`, kept by our actors under no supervisor."""

from __future__ import annotations

import logging
from typing import Any

import gevent
import pykka
import pytest
from actors_of_tests import Diary, diary, happens
from gevent.event import Event

from runtime.actor import Actor, BlockingInHandlerError


def test_what_is_told_is_handled_in_order() -> None:
    ref, lines = diary()
    for word in "abc":
        ref.tell(word)
    assert ref.ask("d") == "got d"
    assert lines == ["start", "a", "b", "c", "d"]


def test_telling_waits_for_nothing_and_answers_nothing() -> None:
    ref, lines = diary()
    assert ref.tell("a") is None
    assert lines == []


@pytest.mark.parametrize("message", [None, 7, "text", ["list"], {"a": "dict"}, (1, 2), object()])
def test_a_message_may_be_anything(message: Any) -> None:
    ref, lines = diary()
    ref.ask(message)
    assert lines[-1] is message


def test_asking_blocks_until_the_answer() -> None:
    ref, _ = diary()
    assert ref.ask("a") == "got a"
    assert ref.ask("a", block=True) == "got a"


def test_asking_without_blocking_gives_a_future() -> None:
    ref, lines = diary()
    future = ref.ask("a", block=False)
    assert lines == []
    assert isinstance(future, pykka.Future)
    assert future.get() == "got a"


def test_asking_gives_up_after_the_timeout() -> None:
    ref, _ = diary()
    gone = Event()
    ref.tell(lambda _: gone.wait())
    with pytest.raises(pykka.Timeout, match=r"^0\.01 seconds$"):
        ref.ask("a", timeout=0.01)
    gone.set()
    assert ref.ask("b", timeout=2) == "got b"


def test_an_error_is_the_answer_and_leaves_the_actor_alive() -> None:
    ref, lines = diary()
    with pytest.raises(LookupError, match="as asked"):
        ref.ask(LookupError("as asked"))
    assert ref.ask("a") == "got a"
    assert lines == ["start", "a"]


def test_an_error_asked_for_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    ref, _ = diary()
    with caplog.at_level(logging.INFO, "pykka"), pytest.raises(LookupError):
        ref.ask(LookupError())
    assert f"Exception returned from {ref} to caller:" in caplog.text
    assert "LookupError" in caplog.text


def test_an_error_without_blocking_is_raised_by_get() -> None:
    ref, _ = diary()
    future = ref.ask(LookupError(), block=False)
    for _time in range(2):
        with pytest.raises(LookupError):
            future.get()


def test_a_message_nobody_expects_is_logged_and_answered_with_nothing(caplog: pytest.LogCaptureFixture) -> None:
    ref = Actor.start()
    assert ref.ask({"not": "expected"}) is None
    assert f"Unexpected message received by {ref}: {{'not': 'expected'}}" in caplog.text
    assert caplog.records[-1].levelno == logging.WARNING


def test_a_greenlet_that_asks_blocks_itself_only() -> None:
    ref, _ = diary()
    other, _ = diary()
    gone, answers = Event(), []
    ref.tell(lambda _: gevent.spawn(gone.wait).join())
    asking = gevent.spawn(lambda: answers.append(ref.ask("a")))
    gevent.idle()
    assert not asking.ready()
    gone.set()
    asking.join(2)
    assert answers == ["got a"]
    assert other.ask("b") == "got b"


def test_asking_in_a_handler_is_refused() -> None:
    ref, _ = diary()
    other, heard = diary()
    with pytest.raises(BlockingInHandlerError):
        ref.ask(lambda _: other.ask("a"))
    assert other.ask("b") == "got b"
    assert heard == ["start", "b"]


def test_asking_oneself_in_a_handler_is_refused() -> None:
    ref, _ = diary()
    with pytest.raises(BlockingInHandlerError):
        ref.ask(lambda actor: actor.actor_ref.ask("a"))


def test_waiting_for_a_future_in_a_handler_is_refused() -> None:
    ref, _ = diary()
    other, _ = diary()
    with pytest.raises(BlockingInHandlerError):
        ref.ask(lambda _: other.ask("a", block=False).get())


def test_reading_a_future_that_has_its_answer_is_allowed_in_a_handler() -> None:
    ref, _ = diary()
    future = diary()[0].ask("a", block=False)
    future.get()
    assert ref.ask(lambda _: future.get()) == "got a"


def test_asking_in_on_start_is_refused() -> None:
    class Curious(Diary):
        def on_start(self) -> None:
            other.ask("a")

    other, _ = diary()
    ref = Curious.start()
    assert happens(lambda: not ref.is_alive())


def test_a_greenlet_spawned_by_a_handler_may_ask() -> None:
    ref, _ = diary()
    other, _ = diary()
    spawned = ref.ask(lambda _: gevent.spawn(other.ask, "a"))
    assert spawned.get(timeout=2) == "got a"


def test_a_failing_tell_stops_the_actor() -> None:
    ref, lines = diary()
    ref.tell(LookupError("no"))
    assert happens(lambda: not ref.is_alive())
    assert [str(line) for line in lines] == ["start", "failure", "no"]


def test_what_was_told_behind_a_failing_tell_is_not_handled_but_asks_are_answered() -> None:
    ref, lines = diary()
    ref.tell(LookupError("no"))
    ref.tell("told")
    future = ref.ask("asked", block=False)
    with pytest.raises(pykka.ActorDeadError, match="stopped before handling the message"):
        future.get(timeout=2)
    assert "told" not in lines


def test_what_is_told_while_the_actor_is_made_is_handled_after_its_start() -> None:
    class Eager(Diary):
        def __init__(self) -> None:
            super().__init__()
            self.actor_ref.tell("early")

    assert Eager.start().ask(lambda actor: actor.lines) == ["start", "early"]


def test_what_is_told_before_its_first_turn_is_handled_after_its_start() -> None:
    ref, lines = diary()
    ref.tell("early")
    assert happens(lambda: "early" in lines)
    assert lines == ["start", "early"]


@pytest.mark.parametrize("error", [gevent.Timeout(1), gevent.GreenletExit(), SystemExit(), BaseException()])
def test_no_error_told_of_one_actor_stops_another(error: BaseException) -> None:
    ref, _ = diary()
    other, _ = diary()
    ref.tell(error)
    assert other.ask("a", timeout=2) == "got a"
    assert not ref.is_alive()
    assert other.is_alive()


@pytest.mark.parametrize("error", [gevent.Timeout(1), gevent.GreenletExit(), SystemExit(), BaseException()])
def test_an_error_that_is_no_exception_answers_who_asked_and_stops_that_actor(error: BaseException) -> None:
    ref, _ = diary()
    other, _ = diary()
    with pytest.raises(type(error)) as caught:
        ref.ask(error, timeout=2)
    assert caught.value is error
    assert happens(lambda: not ref.is_alive())
    assert other.ask("a", timeout=2) == "got a"
