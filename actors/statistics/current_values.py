"""The categories that look at what runs now (`semantics.md` 7.1). Each function is a row of the table there."""

from __future__ import annotations

from bisect import bisect_right

from actors.statistics.figures import Figures, Value, quotient
from actors.vocabulary.times import seconds


def current_number(figures: Figures) -> Value:
    """Occurrences running."""
    return figures.running()


def current_time(figures: Figures) -> Value:
    """Sum of (now - b)."""
    return seconds(figures.current_us())


def current_max_time(figures: Figures) -> Value:
    """Greatest of (now - b)."""
    begins_us = figures.begins_us()
    return seconds(figures.now_us - begins_us[0] if begins_us else 0)


def current_min_time(figures: Figures) -> Value:
    """Smallest of (now - b)."""
    begins_us = figures.begins_us()
    return seconds(figures.now_us - begins_us[-1] if begins_us else 0)


def current_average_time(figures: Figures) -> Value:
    """CurrentTime(M) / CurrentNumber(R, else M)."""
    return quotient(seconds(figures.current_us()), figures.running(-1))


def current_relative_number_percentage(figures: Figures) -> Value:
    """100 x CurrentNumber(M) / CurrentNumber(R)."""
    return quotient(100 * figures.running(), figures.running(1))


def current_relative_time_percentage(figures: Figures) -> Value:
    """100 x CurrentTime(M) / CurrentTime(R)."""
    return quotient(100 * figures.current_us(), figures.current_us(1))


def current_number_in_time_range(figures: Figures) -> Value:
    """Those with lo <= now - b < hi."""
    range_, begins_us = figures.ranges[0], figures.begins_us()
    too_long = 0 if range_.high_us is None else bisect_right(begins_us, figures.now_us - range_.high_us)
    return max(0, bisect_right(begins_us, figures.now_us - range_.low_us) - too_long)


def current_number_in_time_range_percentage(figures: Figures) -> Value:
    """100 x CurrentNumberInTimeRange / CurrentNumber."""
    return quotient(100 * current_number_in_time_range(figures), figures.running())


def current_distinct_number(figures: Figures) -> Value:
    """Distinct conn_ids among those running."""
    return len(figures.carrying().calls)
