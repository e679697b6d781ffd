"""Times and durations: integer microseconds inside, seconds as floats on the wire."""

from __future__ import annotations

from typing import Final

US_PER_SECOND: Final = 1_000_000
SECONDS_MAX: Final = 221_845_392_000
"""The beginning of the year 9000. A later time is in other units, and would stop the clock for good; calendars end with
the year 9999."""


def microseconds(seconds: float) -> int:
    """The integer microseconds of a wire time or duration in seconds."""
    return round(seconds * US_PER_SECOND)


def seconds(us: int) -> float:
    """The wire form, in seconds, of a time or duration in microseconds."""
    return us / US_PER_SECOND
