"""When the pool looks at which statistic next: the statistics say so, and one timer is set for the first."""

from __future__ import annotations

import sys
from typing import Final

import msgspec

from actors.statistics.schedule import Schedule
from runtime.actor import ActorRef
from runtime.intake import Intake
from runtime.timers import Timer

LOOKS_MAX: Final = 100
"""Statistics looked at in one go, 1 to 2 ms; when thousands are due at one moment events come between."""
BREATH_US: Final = 4_000
"""From one such go to the next, for the events."""


class LookAgain(msgspec.Struct, frozen=True):
    """Payload of the timer: some statistics are to be looked at."""


class Agenda:
    """The looks that are to come.

    Args:
        intake: keeps the timer.
    """

    def __init__(self, intake: Intake) -> None:
        self._intake = intake
        self._schedule = Schedule()
        self._timer: Timer | None = None
        self.looker: ActorRef | None = None
        """Who is told when it is time."""

    def look_at(self, identity: bytes, due_us: int) -> None:
        """Has a statistic looked at then, or before if that was said."""
        if self._schedule.put(identity, due_us) and (self._timer is None or due_us < self._timer.due_us):
            self._set_timer(due_us)

    def take(self, now_us: int) -> list[bytes]:
        """The timer was due: the statistics to look at now; for others it is set again."""
        self._timer = None
        is_stepped = self._intake.clock.is_stepped
        due = self._schedule.take(now_us, sys.maxsize if is_stepped else LOOKS_MAX)
        next_us = self._schedule.next_us
        if next_us is not None:
            is_all = is_stepped or len(due) < LOOKS_MAX
            self._set_timer(next_us if is_all else max(next_us, self._intake.now_us + BREATH_US))
        return due

    def try_again(self, at_us: int) -> None:
        """The timer was due, but nothing was taken."""
        self._timer = None
        self._set_timer(at_us)

    def drop(self, identity: bytes) -> None:
        """Forgets a statistic."""
        self._schedule.drop(identity)

    def clear(self) -> None:
        """Forgets all of them."""
        if self._timer is not None:
            self._intake.cancel(self._timer)
        self._schedule, self._timer = Schedule(), None

    def _set_timer(self, due_us: int) -> None:
        if self._timer is not None:
            self._intake.cancel(self._timer)
        assert self.looker is not None
        self._timer = self._intake.call_at(due_us, self.looker, LookAgain(), is_alone=True)
