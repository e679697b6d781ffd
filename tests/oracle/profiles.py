"""The interval of a time profile, and time ranges (`semantics.md` 8.1, 8.2)."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from tests.oracle.occurrences import Login, Point

SECOND_US: Final = 1_000_000
DAY_MINUTES: Final = 24 * 60
DEFAULT_PROFILE: Final = "Growing:0:00"
DEFAULT_RANGE: Final = "0-20"
TIME_OF_DAY: Final = re.compile(r"(\d+):(\d\d)(?:\s*\+\s*(\d+):(\d\d))?")


class Interval(NamedTuple):
    """I at a reading: what inputs `first + 1` to `last` did between two times counts; of it the last `newest` ended."""

    first: int
    last: int
    from_us: int
    to_us: int
    newest: int | None = None


def interval(
    profile: str, times: list[int], opened: Point, at_us: int, zone: str, logins: list[Login]
) -> Interval | None:
    """I of a profile; None where SinceLogin has not begun.

    Args:
        profile: as on the wire: `Growing:0:00`, `Sliding:3600:60`, `Selection:20`, `SinceLogin`.
        times: of the inputs, by number.
        opened: when the statistic was opened, and the last input before.
        at_us: when it is read, after the inputs of that time.
        zone: of the tenant, for times of day.
        logins: of the agent, for SinceLogin.
    """
    kind, _, value = (profile or DEFAULT_PROFILE).partition(":")
    last = bisect_right(times, at_us, lo=1) - 1
    kind = kind.strip().lower()
    if kind == "sincelogin":
        return _since_login(opened, at_us, last, logins)
    from_us = opened.us
    if kind == "growing":
        from_us = max(opened.us, last_reset_us(value, at_us, zone) or opened.us)
    elif kind == "sliding":
        window, step = (int(float(part) * SECOND_US) for part in re.split("[:/]", value))
        from_us = max(opened.us, at_us // step * step - window)
    newest = int(value) if kind == "selection" else None
    return Interval(max(opened.n, before(times, from_us)), last, from_us, at_us, newest)


def before(times: list[int], us: int) -> int:
    """The last input earlier than a time."""
    return bisect_left(times, us, lo=1) - 1


def opening(times: list[int], timers: set[int], us: int) -> Point:
    """A request comes behind the limits that are due at its time, and here before the events (`semantics.md` 11)."""
    last = before(times, us)
    while last + 1 in timers and times[last + 1] == us:
        last += 1
    return Point(last, us)


def _since_login(opened: Point, at_us: int, last: int, logins: list[Login]) -> Interval | None:
    """From the newest login that found the agent logged out everywhere."""
    fresh = [
        login.shown
        for login in logins
        if login.shown.n <= last and not any(other.shown.n < login.shown.n <= other.end.n for other in logins)
    ]
    if not fresh:
        return None
    newest = max(fresh)
    first = max(newest.n - 1, opened.n)
    return Interval(first, last, max(newest.us, opened.us), at_us)


def last_reset_us(text: str, at_us: int, zone: str) -> int | None:
    """The last reset of a Growing profile not after a time; None for `never`."""
    text, _, own_zone = text.partition("tz=")
    text = text.strip().rstrip(",").strip()
    if text.lower() == "never":
        return None
    today = datetime.fromtimestamp(at_us // SECOND_US, tz=UTC).date()
    around = resets_around(today, text, own_zone.strip() or zone or "UTC")
    return max(us for us in around if us <= at_us)


@lru_cache
def resets_around(today: date, text: str, zone: str) -> list[int]:
    """Every reset of some days before and after one."""
    return [
        us
        for day in range(-3, 3)
        for minute in minutes_of_day(text)
        for us in instants_of(today + timedelta(days=day), minute, ZoneInfo(zone))
    ]


def minutes_of_day(text: str) -> list[int]:
    """The wall-clock minutes of all resets that a day's list stands for; a repetition may run into the next day."""
    listed: list[tuple[int, int]] = []
    for part in text.split(","):
        match = TIME_OF_DAY.fullmatch(part.strip())
        assert match, f"no time of day: {part!r}"
        hour, minute, step_hours, step_minutes = (int(group or 0) for group in match.groups())
        listed.append((hour * 60 + minute, step_hours * 60 + step_minutes))
    listed.sort()
    until = [minute for minute, _ in listed[1:]] + [listed[0][0] + DAY_MINUTES]
    found: list[int] = []
    for (minute, step), end in zip(listed, until, strict=True):
        found += range(minute, end, step) if step else [minute]
    return found


def instants_of(day: date, minute: int, zone: ZoneInfo) -> list[int]:
    """When a wall-clock minute is: never if it is skipped, twice if it comes twice."""
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
    found = set()
    for fold in (0, 1):
        instant = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) == wall:
            found.add(round(instant.timestamp()) * SECOND_US)
    return sorted(found)


class TimeRange(NamedTuple):
    """`lo <= d < hi`; no end: None."""

    low_us: int
    high_us: int | None

    def holds(self, duration_us: int) -> bool:
        return self.low_us <= duration_us and (self.high_us is None or duration_us < self.high_us)


def time_range(text: str) -> TimeRange:
    """`0-20`, `20-`; nothing: the default."""
    low, _, high = (text or DEFAULT_RANGE).partition("-")
    return TimeRange(round(float(low) * SECOND_US), round(float(high) * SECOND_US) if high.strip() else None)
