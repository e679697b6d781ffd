"""The categories that look at an interval (`semantics.md` 7.2). Each function is a row of the table there."""

from __future__ import annotations

from actors.statistics.figures import Figures, Value, quotient
from actors.statistics.sliding import Sliding, Window
from actors.statistics.totals import is_in
from actors.vocabulary.times import US_PER_SECOND, seconds


def total_number(figures: Figures) -> Value:
    """Occurrences ended, and instants, in the interval."""
    return figures.number()


def total_time(figures: Figures) -> Value:
    """By action whole durations of what ended; by status overlaps with the interval."""
    return seconds(figures.time_us())


def total_adjusted_time(figures: Figures) -> Value:
    """By action overlaps with the interval; by status whole durations of what ended."""
    totals = figures.totals()
    return seconds(totals.whole_us if figures.by_status else totals.overlap_us + totals.instant_us)


def total_adjusted_number(figures: Figures) -> Value:
    """By action occurrences that touch the interval; by status stretches ended in it."""
    return figures.number() + (0 if figures.by_status else len(figures.parts[0].running))


def max_time(figures: Figures) -> Value:
    """Greatest duration of what TotalTime counts."""
    ended, running = _counted_us(figures)
    return seconds(max([*ended, *running], default=0))


def min_time(figures: Figures) -> Value:
    """Smallest duration of what TotalTime counts; by status a running one only if there is no other."""
    ended, running = _counted_us(figures)
    return seconds(min(ended or running, default=0))


def _counted_us(figures: Figures) -> tuple[list[int], list[int]]:
    """Durations that decide the extremes: of what ended, and (by status) of what runs."""
    interval, now_us = figures.parts[0], figures.now_us
    if not figures.by_status:
        ended = interval.ended
        return [one for one in (ended.longest_us, ended.shortest_us) if one is not None], []
    start_us = interval.start_us
    begins_us = interval.tally.begins
    if begins_us is None:
        begins_us = sorted(interval.running.values())
    running = [now_us - max(began_us, start_us) for began_us in (*begins_us[:1], *begins_us[-1:])]
    if isinstance(interval, Sliding | Window):
        return [ended_us - max(began_us, start_us) for began_us, ended_us in interval.stretches()], running
    ended = interval.ended
    return [one for one in (ended.longest_us, ended.shortest_us) if one is not None], running


def average_time(figures: Figures) -> Value:
    """TotalTime(M) / TotalNumber(R, else M)."""
    return quotient(seconds(figures.time_us()), figures.number(-1))


def max_number(figures: Figures) -> Value:
    """Greatest CurrentNumber in the interval."""
    return figures.parts[0].ended.highest


def min_number(figures: Figures) -> Value:
    """Smallest CurrentNumber in the interval."""
    return figures.parts[0].ended.lowest


def average_of_current_number(figures: Figures) -> Value:
    """Mean of CurrentNumber over the interval, weighted by time: the overlaps of all that ran, by its length."""
    return quotient(figures.totals().overlap_us, figures.length_us)


def average_of_current_time(figures: Figures) -> Value:
    """Mean of CurrentTime over the interval, weighted by time."""
    doubled = figures.totals().area
    return quotient(doubled, 2 * figures.length_us) / US_PER_SECOND


def elapsed_time_percentage(figures: Figures) -> Value:
    """100 x TotalTime(M) / length of the interval so far."""
    return quotient(100 * figures.time_us(), figures.length_us)


def relative_time_percentage(figures: Figures) -> Value:
    """100 x TotalTime(M) / TotalTime(R)."""
    return quotient(100 * figures.time_us(), figures.time_us(1))


def relative_number(figures: Figures) -> Value:
    """TotalNumber(M) / TotalNumber(R), M in the time range if one is named."""
    return quotient(figures.ranged() if figures.has_range else figures.number(), figures.number(1))


def relative_number_percentage(figures: Figures) -> Value:
    """100 x RelativeNumber."""
    return quotient(100 * (figures.ranged() if figures.has_range else figures.number()), figures.number(1))


def total_number_per_second(figures: Figures) -> Value:
    """TotalNumber(M) / length of the interval so far."""
    return quotient(figures.number() * US_PER_SECOND, figures.length_us)


def average_number_per_relative_hour(figures: Figures) -> Value:
    """3600 x TotalNumber(M) / TotalTime(R)."""
    return quotient(3600 * figures.number() * US_PER_SECOND, figures.time_us(1))


def total_number_in_time_range(figures: Figures) -> Value:
    """TotalNumber of those with lo <= duration < hi."""
    return figures.ranged()


def total_time_in_time_range(figures: Figures) -> Value:
    """TotalTime of those; by status the range is on the whole stretch, the time is its overlap (`semantics.md` 11)."""
    interval, now_us, range_ = figures.parts[0], figures.now_us, figures.ranges[0]
    if not figures.by_status:
        return seconds(interval.ended.ranged_us)
    start_us = interval.start_us
    running = [(began_us, now_us) for began_us in interval.running.values()]
    ended = list(interval.stretches())
    ended_us = 0 if isinstance(interval, Sliding | Window) else interval.ended.ranged_us
    for began_us, until_us in ended + running:
        if is_in(until_us - began_us, range_):
            ended_us += until_us - max(began_us, start_us)
    return seconds(ended_us)


def total_number_in_time_range_percentage(figures: Figures) -> Value:
    """100 x TotalNumberInTimeRange / TotalNumber."""
    return quotient(100 * figures.ranged(), figures.number())
