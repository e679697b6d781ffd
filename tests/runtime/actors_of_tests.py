"""Actors that the tests of the runtime start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent

from runtime.actor import Actor, ActorRef
from runtime.dispatcher import Dispatcher
from runtime.mail import Mailbox, Message, number_of


class Diary(Actor):
    """Does what it is told, and writes down all that happens to it."""

    def __init__(self, **failing: BaseException) -> None:
        super().__init__()
        self.lines: list[Any] = []
        self.failing = failing
        self.colour = "blue"

    def _write(self, line: Any) -> None:
        self.lines.append(line)
        if str(line) in self.failing:
            raise self.failing[str(line)]

    def on_start(self) -> None:
        self._write("start")

    def on_stop(self) -> None:
        self._write("stop")

    def on_failure(self, exception_type: Any, exception_value: Any, traceback: Any) -> None:
        assert traceback is not None
        assert type(exception_value) is exception_type
        self._write("failure")
        self._write(exception_value)

    def on_receive(self, message: Any) -> Any:
        if isinstance(message, BaseException):
            raise message
        if callable(message):
            return message(self)
        self._write(message)
        return f"got {message}"

    def repeat(self, word: str, times: int = 1) -> str:
        return word * times

    def fail(self) -> None:
        raise LookupError("as asked")


def diary(**failing: BaseException) -> tuple[ActorRef, list[Any]]:
    """A started actor and what it writes."""
    ref = Diary.start(**failing)
    assert isinstance(ref, ActorRef)
    return ref, ref.actor_inbox.actor.lines  # type: ignore[attr-defined]


def happens(what: Callable[[], bool]) -> bool:
    """Whether something comes to be true within two seconds, other greenlets running."""
    with gevent.Timeout(2, False):
        while not what():
            gevent.idle(2)
    return what()


class Step(Message, frozen=True, gc=False):
    """A message with an order."""

    word: str = ""


class Failing(Step, frozen=True, gc=False):
    """One that kills whoever handles it."""


class Reader(Actor):
    """Reads in order what it is told, on a level above the lowest."""

    level = 3

    def __init__(self, read: list[Any]) -> None:
        super().__init__()
        self.read = read

    def on_step(self, message: Step) -> str:
        self.read.append(message.word or number_of(message.order))
        return message.word

    def on_failing(self, message: Failing) -> None:
        self.actor_ref.tell(Step(message.order, "told meanwhile"))
        raise ValueError(message.word)

    handles = {Step: on_step, Failing: on_failing}

    def on_receive(self, message: Any) -> Any:
        self.read.append(message)


class SettlingReader(Reader):
    """Marks the end of each input; settling fails at the numbers named."""

    settles = True
    unsettling: frozenset[int] = frozenset()

    def settle(self) -> None:
        number = next(entry for entry in reversed(self.read) if isinstance(entry, int))
        self.read.append("|")
        if number in self.unsettling:
            type(self).unsettling = self.unsettling - {number}
            raise ValueError(number)


class Replacing:
    """A supervision that puts another actor of the same kind in the place of one that failed."""

    def __init__(self, *, is_final: bool = False) -> None:
        self.failures: list[tuple[Any, str]] = []
        self.letters: list[Any] = []
        self.is_final = is_final

    def failed(self, actor: Any, message: Any, error: BaseException) -> bool:
        self.failures.append((message, str(error)))
        return not self.is_final

    def rebuild(self, inbox: Mailbox) -> None:
        actor: Any = inbox.actor
        type(actor)(actor.read).take_over(inbox)

    def save(self, actor: Any) -> bytes | None:
        return None

    def set_aside(self, actor: Any, message: Any, error: BaseException) -> None:
        self.letters.append(message)


def started(dispatcher: Dispatcher, kind: type[Actor], *args: Any, supervision: Any = None) -> ActorRef:
    """An actor run by `dispatcher`."""
    with dispatcher.starting():
        ref = kind.start(*args)
    assert isinstance(ref, ActorRef)
    ref.actor_inbox.supervision = supervision
    return ref
