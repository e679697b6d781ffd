"""Time profiles and time ranges, as written in `statserver.cfg` and on the wire (`semantics.md` 8.1, 8.2, 11)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from actors.configuration.definitions import ProfileKind, ResetTime, TimeProfile, TimeRange
from actors.configuration.suggestions import did_you_mean
from actors.vocabulary.errors import RequestError
from actors.vocabulary.times import US_PER_SECOND, microseconds

BUCKETS_MAX: Final = 100_000
"""Buckets of a Sliding window: more than a day by the second; each open statistic keeps them all."""
SELECTED_MAX: Final = 100_000
"""Occurrences of a Selection, kept likewise."""

DEFAULT_PROFILE: Final = TimeProfile(kind=ProfileKind.GROWING, resets=(ResetTime(0),))
DEFAULT_RANGE: Final = TimeRange(0, 20 * US_PER_SECOND)

_DAY_US: Final = 24 * 3600 * US_PER_SECOND
_TIME_ZONE: Final = re.compile(r"[,\s]\s*tz\s*=\s*(\S+)\s*$", re.IGNORECASE)
_RESET: Final = re.compile(r"(\d{1,2}:\d\d)(?:\s*\+\s*(\d{1,2}:\d\d))?")
# Nine digits of seconds are thirty years; more would pass what the machine counts in.
_WINDOW: Final = re.compile(r"(\d{1,9})\s*[:/]\s*(\d{1,9})")
_RANGE: Final = re.compile(r"(\d{1,9}(?:\.\d+)?)\s*-\s*(\d{1,9}(?:\.\d+)?)?")


def parse_time_profile(kind: str, value: str) -> TimeProfile:
    """A time profile from its type and its value.

    Args:
        kind: `Growing`, `Sliding`, `Selection` or `SinceLogin`; letter case plays no part.
        value: as in the table of `semantics.md` 8.1, e.g. `8:00 +0:30, 18:00 +1:00 tz=Europe/Paris`.

    Raises:
        RequestError: `BadDefinition`; the message says which word cannot be.
    """
    by_lower_case = {known.lower(): known for known in ProfileKind}
    known = by_lower_case.get(kind.strip().lower())
    if known is None:
        raise _bad(f"'{kind}' is no type of time profile{did_you_mean(kind, list(ProfileKind))}")
    return _PARSERS[known](value.strip())


def parse_profile_expression(text: str) -> TimeProfile:
    """A time profile written out in a request, `Type:value`, split at the first colon.

    Raises:
        RequestError: `BadDefinition`.
    """
    kind, _, value = text.partition(":")
    return parse_time_profile(kind, value)


def parse_time_range(text: str) -> TimeRange:
    """A time range, `lo-hi` in seconds, or `lo-` without an end.

    Raises:
        RequestError: `BadDefinition`.
    """
    found = _RANGE.fullmatch(text.strip())
    if found is None:
        raise _bad(f"'{text}' is no time range: write LOW-HIGH in seconds, or LOW- for no end")
    low_us = microseconds(float(found[1]))
    high_us = None if found[2] is None else microseconds(float(found[2]))
    if high_us is not None and high_us <= low_us:
        raise _bad(f"time range '{text}' is empty: its end must be above its begin")
    return TimeRange(low_us, high_us)


def is_time_zone(name: str) -> bool:
    """Whether the time zone database knows the name, e.g. `Europe/Paris`."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _growing(value: str) -> TimeProfile:
    found = _TIME_ZONE.search(f" {value}")
    time_zone = found[1] if found else ""
    if time_zone and not is_time_zone(time_zone):
        raise _bad(f"'{time_zone}' is no time zone: write one of the time zone database, like Europe/Paris")
    times = _TIME_ZONE.sub("", f" {value}").strip()
    if times.lower() == "never":
        return TimeProfile(kind=ProfileKind.GROWING, time_zone=time_zone)
    resets = sorted((_reset(part.strip()) for part in times.split(",")), key=lambda reset: reset.at_us)
    if len({reset.at_us for reset in resets}) < len(resets):
        raise _bad(f"'{times}' names a time of day twice")
    return TimeProfile(kind=ProfileKind.GROWING, resets=tuple(resets), time_zone=time_zone)


def _reset(text: str) -> ResetTime:
    found = _RESET.fullmatch(text)
    if found is None:
        raise _bad(f"'{text}' is no reset of a Growing profile: write H:MM, H:MM +H:MM, or never")
    every_us = _time_of_day_us(found[2]) if found[2] else 0
    if found[2] and not every_us:
        raise _bad(f"'{text}' repeats after no time at all")
    return ResetTime(_time_of_day_us(found[1]), every_us)


def _time_of_day_us(text: str) -> int:
    hours, minutes = (int(part) for part in text.split(":"))
    us = (hours * 3600 + minutes * 60) * US_PER_SECOND
    if us >= _DAY_US or minutes > 59:
        raise _bad(f"'{text}' is no time of day")
    return us


def _sliding(value: str) -> TimeProfile:
    found = _WINDOW.fullmatch(value)
    if found is None:
        raise _bad(f"'{value}' is no window of a Sliding profile: write WINDOW:STEP in seconds, like 3600:60")
    window, step = int(found[1]), int(found[2])
    if not step or not window or window % step:
        raise _bad(f"the window of {window} s is no multiple of its step of {step} s")
    if window // step > BUCKETS_MAX:
        raise _bad(f"'{value}' has more than {BUCKETS_MAX:,} steps in its window")
    return TimeProfile(kind=ProfileKind.SLIDING, window_us=window * US_PER_SECOND, step_us=step * US_PER_SECOND)


def _selection(value: str) -> TimeProfile:
    if not value.isdecimal() or len(value) > len(str(SELECTED_MAX)) or not 0 < int(value) <= SELECTED_MAX:
        raise _bad(f"'{value}' is no size of a Selection: write a number from 1 to {SELECTED_MAX:,}")
    return TimeProfile(kind=ProfileKind.SELECTION, count=int(value))


def _since_login(value: str) -> TimeProfile:
    if value:
        raise _bad(f"a SinceLogin profile has no value, but here stands '{value}'")
    return TimeProfile(kind=ProfileKind.SINCE_LOGIN)


_PARSERS: Final[Mapping[ProfileKind, Callable[[str], TimeProfile]]] = {
    ProfileKind.GROWING: _growing,
    ProfileKind.SLIDING: _sliding,
    ProfileKind.SELECTION: _selection,
    ProfileKind.SINCE_LOGIN: _since_login,
}


def _bad(message: str) -> RequestError:
    return RequestError("BadDefinition", message)
