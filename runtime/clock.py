"""Where time comes from. Nobody else reads it: a clock is handed to whoever needs one.

`RealClock` is the machine's. `SteppedClock` goes where it is told: by the stamps of sources and recordings, or by a
test.
"""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """What tells the time."""

    @property
    def is_stepped(self) -> bool:
        """Whether it stands still until it is advanced."""

    def now_us(self) -> int:
        """Microseconds since the epoch, UTC."""


class RealClock:
    """The machine's own time."""

    is_stepped = False

    def now_us(self) -> int:
        """Microseconds since the epoch, UTC."""
        return time.time_ns() // 1000


class SteppedClock:
    """Time that stands still until it is advanced, and never goes back."""

    is_stepped = True

    def __init__(self, now_us: int = 0) -> None:
        self._now_us = now_us

    def now_us(self) -> int:
        """Microseconds since the epoch, UTC."""
        return self._now_us

    def advance(self, to_us: int) -> None:
        """Moves time on to `to_us`; an earlier time leaves it where it is."""
        self._now_us = max(self._now_us, to_us)


class PastClock(SteppedClock):
    """Stands for the machine's own time while what was taken in by it is played again: all is decided as it was."""

    is_stepped = False
