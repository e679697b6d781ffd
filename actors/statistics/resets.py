"""When a Growing value goes to 0: wall-clock times in the tenant's zone, DST included (`semantics.md` 8.1)."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from actors.configuration.definitions import ResetTime

DAY_US: Final = 86_400_000_000
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
DAYS_MAX: Final = 1_000
"""Days whose resets are kept: four for each profile and zone. Thousands of statistics are reset at one moment, and a
day of quarters of an hour takes a millisecond to work out."""
RESETS_MAX: Final = 1_000
"""Profiles, times the zones they are used in, whose resets are kept; a statistic beyond works out its own."""


class Resets:
    """The resets of a Growing profile in one time zone; `resets_of` has one for all its statistics.

    Args:
        times: as the profile lists them, in the order of the day; none is `never`.
        zone: IANA name, e.g. `Europe/Paris`.
    """

    def __init__(self, times: tuple[ResetTime, ...], zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._times_of_day_us = times_of_day(times)
        self._last_us = self._next_us = 0
        """Those around the moment that was asked for last: thousands of statistics ask for the same day."""

    def next_us(self, after_us: int) -> int | None:
        """The first reset after a moment; None if there is never one.

        An hour that the clock skips has no reset, one that comes twice has two.
        """
        if not self._times_of_day_us:
            return None
        self._look_around(after_us)
        return self._next_us

    def last_us(self, until_us: int) -> int | None:
        """The last reset up to and including a moment; None if there is never one."""
        if not self._times_of_day_us:
            return None
        self._look_around(until_us)
        return self._last_us

    def _look_around(self, at_us: int) -> None:
        if self._last_us <= at_us < self._next_us:
            return
        today = (EPOCH + timedelta(microseconds=at_us)).astimezone(self._zone).date()
        # Two days each way, for an hour that is skipped may hold a day's only one.
        days = [today + timedelta(days=days) for days in range(-2, 3)]
        # Sorted, for where the clocks are set back over midnight two days are mixed.
        moments = sorted(at_us for day in days for at_us in _moments(day, self._times_of_day_us, self._zone))
        at = bisect_right(moments, at_us)
        self._last_us, self._next_us = moments[at - 1], moments[at]


@lru_cache(RESETS_MAX)
def resets_of(times: tuple[ResetTime, ...], zone: str) -> Resets:
    """The resets of a profile in a zone, those that others have too."""
    return Resets(times, zone)


@lru_cache(DAYS_MAX)
def _moments(day: date, times_of_day_us: tuple[int, ...], zone: ZoneInfo) -> list[int]:
    """The resets of one day of the wall clock, in order."""
    midnight = datetime.combine(day, datetime.min.time())
    moments = []
    for time_of_day_us in times_of_day_us:
        local = midnight + timedelta(microseconds=time_of_day_us)
        for fold in (0, 1):
            moment = local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
            if moment.astimezone(zone).replace(tzinfo=None) == local:
                moments.append((moment - EPOCH) // MICROSECOND)
    return sorted(set(moments))


def times_of_day(times: tuple[ResetTime, ...]) -> tuple[int, ...]:
    """All times of day (microseconds) at which there is a reset, repetitions written out.

    A repetition goes on to the next time listed, that of the last one to the first of the next day.
    """
    all_us: set[int] = set()
    for index, reset in enumerate(times):
        following = times[index + 1].at_us if index + 1 < len(times) else times[0].at_us + DAY_US
        step_us = reset.every_us or DAY_US
        all_us.update(at_us % DAY_US for at_us in range(reset.at_us, following, step_us))
    return tuple(sorted(all_us))
