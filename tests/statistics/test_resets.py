"""When a Growing value goes to 0 (`semantics.md` 8.1)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.configuration.definitions import ResetTime, TimeRange
from actors.statistics.intervals import Growing
from actors.statistics.resets import DAY_US, Resets
from actors.statistics.tally import Keep, Tally
from actors.vocabulary.times import SECONDS_MAX, US_PER_SECOND

QUARTER_US = 900 * US_PER_SECOND
QUARTERS = (ResetTime(0, QUARTER_US),)
NIGHT = (ResetTime(9_000 * US_PER_SECOND),)
"""Half past two: in spring the clocks of Paris skip it, in autumn it comes twice."""
LAST_US = SECONDS_MAX * US_PER_SECOND - 1
moments = st.integers(0, LAST_US)


def growing(resets: Resets, start_us: int) -> Growing:
    tally = Tally(by_status=False, start_us=start_us, range_=TimeRange(0, None), keep=Keep.SUMS)
    return Growing(tally, resets)


@given(moments, st.sampled_from([QUARTERS, NIGHT]), st.sampled_from(["UTC", "Europe/Paris", "Pacific/Apia"]))
def test_the_last_reset_is_the_one_after_which_the_next_comes(at_us: int, times: tuple[ResetTime], zone: str) -> None:
    resets = Resets(times, zone)
    last_us, next_us = resets.last_us(at_us), resets.next_us(at_us)
    assert last_us is not None
    assert next_us is not None
    assert last_us <= at_us < next_us
    assert resets.next_us(last_us) == next_us
    assert resets.last_us(last_us) == last_us


BACK_OVER_MIDNIGHT = datetime(1990, 10, 28, 2, 31, tzinfo=UTC)
"""In St. John's it was one past midnight, and then one past eleven again."""
seconds_around = st.integers(-10_000, 10_000).map(
    lambda seconds: (round(BACK_OVER_MIDNIGHT.timestamp()) + seconds) * US_PER_SECOND
)


@given(st.lists(seconds_around, min_size=1), st.sampled_from([QUARTERS, (ResetTime(0),)]))
def test_in_whatever_order_resets_are_asked_for_they_are_the_same(asked: list[int], times: tuple[ResetTime]) -> None:
    resets = Resets(times, "America/St_Johns")
    for at_us in asked:
        fresh = Resets(times, "America/St_Johns")
        assert (resets.last_us(at_us), resets.next_us(at_us)) == (fresh.last_us(at_us), fresh.next_us(at_us))
        assert resets.last_us(at_us) <= at_us < resets.next_us(at_us)  # type: ignore[operator]


def test_where_the_clocks_are_set_back_over_midnight_it_is_midnight_twice() -> None:
    resets = Resets((ResetTime(0),), "America/St_Johns")
    first_us = resets.next_us(round(BACK_OVER_MIDNIGHT.timestamp() - 3_600) * US_PER_SECOND)
    assert first_us is not None
    assert resets.next_us(first_us) == first_us + 3_600 * US_PER_SECOND


def test_never_has_no_last_reset() -> None:
    assert Resets((), "UTC").last_us(DAY_US) is None


def test_a_reset_at_a_moment_is_the_last_one_then() -> None:
    assert Resets(QUARTERS, "UTC").last_us(QUARTER_US) == QUARTER_US


def test_an_interval_begins_with_the_last_reset_however_many_were_passed() -> None:
    interval = growing(Resets(QUARTERS, "UTC"), QUARTER_US + 1)
    interval.advance(10 * QUARTER_US + 7)
    assert (interval.start_us, interval.next_us) == (10 * QUARTER_US, 11 * QUARTER_US)


@pytest.mark.timeout(5)
def test_a_leap_of_thousands_of_years_is_one_reset() -> None:
    interval = growing(Resets(QUARTERS, "Europe/Paris"), 0)
    interval.advance(LAST_US)
    assert LAST_US - QUARTER_US < interval.start_us <= LAST_US
