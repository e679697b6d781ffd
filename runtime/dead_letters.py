"""Messages that killed the actor that handled them twice: set aside, for the operator to see which value is wrong."""

from __future__ import annotations

import traceback
from collections import deque
from typing import Any, Final

import msgspec

from runtime.mail import LAST, Envelope, number_of

KEPT_MAX: Final = 1_000
"""The newest are kept; all are counted."""


class DeadLetter(msgspec.Struct, frozen=True):
    """One message that nobody handled.

    `number` is that of its input, None if it came of none; `time_us` is when it was set aside; the rest is text.
    """

    number: int | None
    time_us: int
    actor: str
    message: str
    error: str
    traceback: str


def dead_letter(actor: object, message: Any, error: BaseException, time_us: int) -> DeadLetter:
    """What is kept of a message that `actor` failed on."""
    order = getattr(message, "order", LAST)
    return DeadLetter(
        number=None if order >= LAST else number_of(order),
        time_us=time_us,
        actor=str(actor),
        message=repr(message.message if isinstance(message, Envelope) else message),
        error=repr(error),
        traceback="".join(traceback.format_exception(error)),
    )


class DeadLetters:
    """All of one server."""

    def __init__(self) -> None:
        self.count = 0
        self.newest: deque[DeadLetter] = deque(maxlen=KEPT_MAX)

    def add(self, letter: DeadLetter) -> None:
        """Keeps one more."""
        self.count += 1
        self.newest.append(letter)
