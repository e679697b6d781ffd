"""When a client is told a value (`semantics.md` 9.5)."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from actors.sessions.messages import Ref
from actors.vocabulary.errors import RequestError
from actors.vocabulary.protocol import Notification
from actors.vocabulary.times import microseconds

MODES: Final = ("Immediate", "Periodic", "Reset", "None")
PERIOD_S_MIN: Final = 0.1
"""Nobody reads faster than this; a shorter interval would only burn the server's time."""


class Listener(msgspec.Struct):
    """One client's interest in a statistic, which it knows as `id`.

    `sent` is the value sent last. `period_us` is the interval of Periodic, or how often a value that moves with time
    alone is looked at for Immediate. `since_us` is when it opened the statistic or resumed it.
    """

    session: Ref
    id: int
    mode: str
    insensitivity: float
    period_us: int
    sent: Any = None
    is_suspended: bool = False
    next_us: int | None = None
    since_us: int = 0

    @property
    def is_immediate(self) -> bool:
        """Whether it hears of each change."""
        return self.mode == "Immediate" and not self.is_suspended

    @property
    def is_periodic(self) -> bool:
        """Whether it hears at intervals."""
        return self.mode == "Periodic" and not self.is_suspended

    @property
    def is_at_resets(self) -> bool:
        """Whether it hears the last value of each interval that a reset closes."""
        return self.mode == "Reset" and not self.is_suspended

    def begin(self, now_us: int, *, moves: bool) -> None:
        """Its periods count from now: for Periodic, and for a value that moves while nothing happens."""
        self.since_us = now_us
        if self.mode == "Periodic" or (self.mode == "Immediate" and moves):
            self.next_us = now_us + self.period_us

    def is_over(self, now_us: int) -> bool:
        """Whether its period is over; the next one then runs."""
        if self.next_us is None or self.next_us > now_us:
            return False
        self.next_us += ((now_us - self.next_us) // self.period_us + 1) * self.period_us
        return True


def listener_of(session: Ref, id_: int, notification: Notification) -> Listener:
    """The interest that a request states.

    Raises:
        RequestError: `BadDefinition`, the mode or a number cannot be.
    """
    if notification.mode not in MODES:
        raise _bad(f"no notification mode '{notification.mode}'; there is {', '.join(MODES)}")
    if notification.insensitivity < 0:
        raise _bad("insensitivity is at least 0")
    period_s = notification.interval if notification.mode == "Periodic" else notification.frequency
    if not PERIOD_S_MIN <= period_s <= 86_400:
        word = "interval" if notification.mode == "Periodic" else "frequency"
        raise _bad(f"{word} is between {PERIOD_S_MIN} and 86400 seconds, not {period_s}")
    return Listener(session, id_, notification.mode, notification.insensitivity, microseconds(period_s))


def is_worth_telling(value: Any, sent: Any, insensitivity: float) -> bool:
    """Whether a value differs enough from the one sent last: by n, if an integer, else by n percent of itself."""
    if value == sent:
        return False
    if not insensitivity or isinstance(value, bytes) or sent is None:
        return True
    if isinstance(value, int):
        return bool(abs(value - sent) >= insensitivity)
    return bool(100 * abs(value - sent) >= insensitivity * abs(value))


def _bad(message: str) -> RequestError:
    return RequestError("BadDefinition", message)
