"""Faults for tests: actors of chosen kinds raise before a message, at any line of its handling, or after it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from types import FrameType
from typing import Any, Final
from unittest.mock import patch

from runtime.actor import Actor
from runtime.mail import number_of

BEFORE: Final = 0
AFTER: Final = sys.maxsize
LINES_MAX: Final = 120
"""A fault at a line is within so many: many handlers are longer, and after a shorter one it comes when all is done."""
ACTORS: Final = ("actors.", "test_")
"""The modules where actors are."""


class InjectedError(Exception):
    """A fault."""


Draw = Callable[[Any, Any], int | None]
"""The line of the handling of a message by an actor at which to raise, None not to; for settling it is the number."""


class Faults:
    """Has the handlers and the settling of some kinds of actor raise.

    Args:
        kinds: classes of actors.
        draw: asked once for each message (or settling) of each actor, until one of an input has failed: what is
            tried once more does not fail again.
        is_lethal: what kills each time.
    """

    def __init__(
        self,
        kinds: Sequence[type[Actor]],
        draw: Draw,
        is_lethal: Callable[[Any, Any], bool] = lambda _actor, _message: False,
    ) -> None:
        self.kinds = kinds
        self.draw = draw
        self.is_lethal = is_lethal
        self.count = 0
        self._drawn: dict[tuple[str, Any], Any] = {}
        self._failed: set[tuple[str, int]] = set()

    @contextmanager
    def injected(self) -> Iterator[Faults]:
        """Faults happen meanwhile."""
        patches = []
        for kind in self.kinds:
            handles = {type_: self._failing(handler) for type_, handler in kind.handles.items()}
            patches.append(patch.object(kind, "handles", handles))
            patches.append(patch.object(kind, "settle", self._failing_settle(kind.settle)))
        for one in patches:
            one.start()
        try:
            yield self
        finally:
            for one in patches:
                one.stop()

    def _failing(self, handler: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def handle(actor: Any, message: Any) -> Any:
            number = actor.__dict__["number_of_test"] = number_of(message.order)
            at = self._at(actor, message, number, id(message))
            return handler(actor, message) if at is None else self._fail(at, handler, actor, message)

        return handle

    def _failing_settle(self, settle: Callable[[Any], None]) -> Callable[[Any], None]:
        def settled(actor: Any) -> None:
            number = actor.__dict__["number_of_test"]
            at = self._at(actor, number, number, "settle")
            if at is None:
                settle(actor)
            else:
                self._fail(at, settle, actor)

        return settled

    def _at(self, actor: Any, message: Any, number: int, name: Any) -> int | None:
        if self.is_lethal(actor, message):
            return AFTER
        urn, drawn = actor.actor_urn, (actor.actor_urn, (number, name))
        if drawn in self._drawn or (urn, number) in self._failed:
            return None
        self._drawn[drawn] = message
        at = self.draw(actor, message)
        if at is not None:
            self._failed.add((urn, number))
        return at

    def _fail(self, at: int, function: Callable[..., Any], *args: Any) -> None:
        self.count += 1
        if at == BEFORE:
            raise InjectedError(BEFORE)
        outer = sys.gettrace()
        sys.settrace(raising_at(at))
        try:
            function(*args)
        finally:
            sys.settrace(outer)
        raise InjectedError(AFTER)


def raising_at(line: int) -> Callable[[FrameType, str, Any], Any]:
    """A trace function that raises at the so many-th line of actors' code from now on; the runtime's is not theirs."""
    left = line

    def trace(frame: FrameType, event: str, _arg: Any) -> Any:
        nonlocal left
        if not frame.f_globals["__name__"].startswith(ACTORS):
            return None
        if event == "line":
            left -= 1
            if left == 0:
                raise InjectedError(line)
        return trace

    return trace


def drawn_from(random: Random, share: float) -> Draw:
    """A share of everything fails: before, somewhere in the middle, or after."""

    def draw(_actor: Any, _message: Any) -> int | None:
        if random.random() >= share:
            return None
        return random.choice((BEFORE, AFTER, *[random.randint(1, LINES_MAX)] * 4))

    return draw
