"""What a statistic's value is, by category: a function of what its masks let through (`semantics.md` 7).

Each function is a row of the tables there, in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from actors.configuration.definitions import StatType
from actors.statistics import custom_values
from actors.statistics.figures import Figures, Value, quotient
from actors.statistics.intervals import Sliding, Window
from actors.statistics.tally import Keep, is_in
from actors.vocabulary import categories
from actors.vocabulary.actions import WAITS
from actors.vocabulary.categories import MaskUse
from actors.vocabulary.times import US_PER_SECOND, seconds

# -- current (7.1) -------------------------------------------------------------------------------------------------


def current_number(figures: Figures) -> Value:
    """Occurrences running."""
    return figures.running()


def current_time(figures: Figures) -> Value:
    """Sum of (now - b)."""
    return seconds(figures.current_us())


def current_max_time(figures: Figures) -> Value:
    """Greatest of (now - b)."""
    return seconds(max(figures.durations_us(), default=0))


def current_min_time(figures: Figures) -> Value:
    """Smallest of (now - b)."""
    return seconds(min(figures.durations_us(), default=0))


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
    return sum(is_in(duration_us, figures.ranges[0]) for duration_us in figures.durations_us())


def current_number_in_time_range_percentage(figures: Figures) -> Value:
    """100 x CurrentNumberInTimeRange / CurrentNumber."""
    return quotient(100 * current_number_in_time_range(figures), figures.running())


def current_distinct_number(figures: Figures) -> Value:
    """Distinct conn_ids among those running."""
    return len({load.conn_id for load in figures.loads() if load.conn_id})


# -- historical (7.2) ----------------------------------------------------------------------------------------------


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
    running = [now_us - max(began_us, start_us) for began_us in interval.running.values()]
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


# -- of queues (7.3) -----------------------------------------------------------------------------------------------

SERVICE_PARTS: Final = (frozenset({"CallAnswered"}), frozenset({"CallAbandoned"}))
LOAD_PARTS: Final = (
    frozenset({"CallReleased", "CallMissed"}),
    frozenset({"ACWCompleted", "ACWMissed"}),
    frozenset(WAITS),
    frozenset({"AgentReady"}),
    frozenset({"AgentActive"}),
    frozenset({"AgentLogin"}),
)
NOBODY: Final = 0.0001
"""Stands for the number of agents where there is none."""


def service_factor(figures: Figures) -> Value:
    """100 x A1 / (A + B - B2): answered in the first range, of all but those abandoned in the second."""
    return quotient(100 * figures.ranged(0), figures.number(0) + figures.number(1) - figures.ranged(1))


def average_handling_s(figures: Figures) -> float:
    """Mean time of handling a call, with its after-call work; `load-balance-aht` while there was none."""
    handled = figures.number(0)
    return seconds(figures.time_us(0) + figures.time_us(1)) / handled if handled else figures.aht_s


def estimated_waiting_time(figures: Figures) -> Value:
    """AHT x W / D: calls that wait beyond the agents that are ready, shared by the active ones."""
    waiting = max(0, figures.running(2) - figures.running(3))
    return average_handling_s(figures) * waiting / (figures.running(4) or NOBODY)


def load_balance(figures: Figures) -> Value:
    """As EstimWaitingTime, negative where more agents are ready than calls wait."""
    surplus = figures.running(2) - figures.running(3)
    return average_handling_s(figures) * surplus / (figures.running(4) or NOBODY)


def load_balance_1(figures: Figures) -> Value:
    """LoadBalance over all agents logged in."""
    surplus = figures.running(2) - figures.running(3)
    return average_handling_s(figures) * surplus / (figures.running(5) or NOBODY)


class Category(NamedTuple):
    """How a value is calculated.

    Attributes:
        value: the function.
        moves_by_action: whether it changes while nothing happens, by action.
        moves_by_status: likewise by status.
        parts: the masks it looks at, if not the statistic's own.
        keeps_stretches: whether a Sliding interval by status must keep what ended.
        keeps_calls: whether it must be known which call is which.
        has_formula: whether it is the value of a formula.
        counts_each: whether `DistByConnID` plays no part.
        is_continuous: whether changing from one status of the mask to another is no end.
        keep: what its tallies keep beside sums.
    """

    value: Callable[[Figures], Value]
    moves_by_action: bool = False
    moves_by_status: bool = False
    parts: tuple[frozenset[str], ...] = ()
    keeps_stretches: bool = False
    keeps_calls: bool = False
    has_formula: bool = False
    counts_each: bool = False
    is_continuous: bool = False
    keep: Keep = Keep.SUMS

    def masks(self, stat_type: StatType) -> tuple[frozenset[str], ...]:
        """The masks it looks at; a RelMask that it divides by also where nothing is in it."""
        if self.parts:
            return self.parts
        main, rel = stat_type.main_mask, stat_type.rel_mask
        divides = stat_type.has_rel_mask or categories.CATEGORIES[stat_type.category].rel is MaskUse.NEEDED
        return (main, rel) if divides else (main,)


def _moving(value: Callable[[Figures], Value]) -> Category:
    return Category(value, moves_by_action=True, moves_by_status=True)


def _lasting(value: Callable[[Figures], Value], *, keeps_stretches: bool = False) -> Category:
    return Category(value, moves_by_status=True, keeps_stretches=keeps_stretches)


CATEGORIES: Final[Mapping[str, Category]] = {
    "CurrentNumber": Category(current_number),
    "CurrentTime": _moving(current_time),
    "CurrentMaxTime": _moving(current_max_time),
    "CurrentMinTime": _moving(current_min_time),
    "CurrentAverageTime": _moving(current_average_time),
    "CurrentRelativeNumberPercentage": Category(current_relative_number_percentage),
    "CurrentRelativeTimePercentage": _moving(current_relative_time_percentage),
    "CurrentNumberInTimeRange": _moving(current_number_in_time_range),
    "CurrentNumberInTimeRangePercentage": _moving(current_number_in_time_range_percentage),
    "CurrentDistinctNumber": Category(current_distinct_number, keeps_calls=True),
    "CurrentContinuousTime": _moving(current_time)._replace(is_continuous=True),
    "CurrentCustomValue": Category(custom_values.current_sum, has_formula=True),
    "CurrentAverageCustomValue": Category(custom_values.current_mean, has_formula=True),
    "CurrentMaxCustomValue": Category(custom_values.current_greatest, has_formula=True),
    "CurrentMinCustomValue": Category(custom_values.current_smallest, has_formula=True),
    "TotalNumber": Category(total_number),
    "TotalTime": _lasting(total_time),
    "TotalAdjustedTime": Category(total_adjusted_time, moves_by_action=True),
    "TotalAdjustedNumber": Category(total_adjusted_number),
    "MaxTime": _lasting(max_time, keeps_stretches=True)._replace(keep=Keep.EXTREMES),
    "MinTime": _lasting(min_time, keeps_stretches=True)._replace(keep=Keep.EXTREMES),
    "TotalContinuousNumber": Category(total_number, is_continuous=True),
    "AverageTime": _lasting(average_time),
    "MaxNumber": Category(max_number, counts_each=True, keep=Keep.LEVELS),
    "MinNumber": Category(min_number, counts_each=True, keep=Keep.LEVELS),
    "AverageOfCurrentNumber": _moving(average_of_current_number)._replace(counts_each=True),
    "AverageOfCurrentTime": _moving(average_of_current_time)._replace(counts_each=True, keep=Keep.AREA),
    "ElapsedTimePercentage": _moving(elapsed_time_percentage),
    "RelativeTimePercentage": _lasting(relative_time_percentage),
    "RelativeNumberPercentage": Category(relative_number_percentage)._replace(keep=Keep.RANGES),
    "RelativeNumber": Category(relative_number)._replace(keep=Keep.RANGES),
    "TotalNumberPerSecond": _moving(total_number_per_second),
    "AverageNumberPerRelativeHour": _lasting(average_number_per_relative_hour),
    "TotalNumberInTimeRange": Category(total_number_in_time_range)._replace(keep=Keep.RANGES),
    "TotalTimeInTimeRange": _lasting(total_time_in_time_range, keeps_stretches=True)._replace(keep=Keep.RANGES),
    "TotalNumberInTimeRangePercentage": Category(total_number_in_time_range_percentage)._replace(keep=Keep.RANGES),
    "TotalCustomValue": Category(custom_values.total_sum, has_formula=True),
    "AverageCustomValue": Category(custom_values.total_mean, has_formula=True),
    "MaxCustomValue": Category(custom_values.total_greatest, has_formula=True),
    "MinCustomValue": Category(custom_values.total_smallest, has_formula=True),
    "ServiceFactor1": Category(service_factor, parts=SERVICE_PARTS)._replace(keep=Keep.RANGES),
    "EstimWaitingTime": Category(estimated_waiting_time, parts=LOAD_PARTS),
    "LoadBalance": Category(load_balance, parts=LOAD_PARTS),
    "LoadBalance1": Category(load_balance_1, parts=LOAD_PARTS),
}

STATES: Final = frozenset({"CurrentState", "CurrentStateReasons"})
"""Categories whose value is a structure (`statistics.state`)."""
