"""What a statistic's value is, by category: a function of what its masks let through (`semantics.md` 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from actors.configuration.definitions import StatType
from actors.statistics import current_values as current
from actors.statistics import custom_values as custom
from actors.statistics import historical_values as historical
from actors.statistics import queue_values as queues
from actors.statistics.figures import Figures, Value
from actors.statistics.tally import Keep
from actors.vocabulary import categories
from actors.vocabulary.categories import MaskUse


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
        is_time_alone: whether, by status, it only matters who is in the mask, and for how long all in all.
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
    is_time_alone: bool = False
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


def _in_mask(value: Callable[[Figures], Value]) -> Category:
    return Category(value, moves_by_status=True, is_time_alone=True)


CATEGORIES: Final[Mapping[str, Category]] = {
    "CurrentNumber": Category(current.current_number, is_time_alone=True),
    "CurrentTime": _moving(current.current_time),
    "CurrentMaxTime": _moving(current.current_max_time)._replace(keep=Keep.BEGINS),
    "CurrentMinTime": _moving(current.current_min_time)._replace(keep=Keep.BEGINS),
    "CurrentAverageTime": _moving(current.current_average_time),
    "CurrentRelativeNumberPercentage": Category(current.current_relative_number_percentage, is_time_alone=True),
    "CurrentRelativeTimePercentage": _moving(current.current_relative_time_percentage),
    "CurrentNumberInTimeRange": _moving(current.current_number_in_time_range)._replace(keep=Keep.BEGINS),
    "CurrentNumberInTimeRangePercentage": _moving(current.current_number_in_time_range_percentage)._replace(
        keep=Keep.BEGINS
    ),
    "CurrentDistinctNumber": Category(current.current_distinct_number, keeps_calls=True, keep=Keep.LOADS),
    "CurrentContinuousTime": _moving(current.current_time)._replace(is_continuous=True),
    "CurrentCustomValue": Category(custom.current_sum, has_formula=True, keep=Keep.LOADS),
    "CurrentAverageCustomValue": Category(custom.current_mean, has_formula=True, keep=Keep.LOADS),
    "CurrentMaxCustomValue": Category(custom.current_greatest, has_formula=True, keep=Keep.LOADS),
    "CurrentMinCustomValue": Category(custom.current_smallest, has_formula=True, keep=Keep.LOADS),
    "TotalNumber": Category(historical.total_number),
    "TotalTime": _in_mask(historical.total_time),
    "TotalAdjustedTime": Category(historical.total_adjusted_time, moves_by_action=True),
    "TotalAdjustedNumber": Category(historical.total_adjusted_number),
    "MaxTime": _lasting(historical.max_time, keeps_stretches=True)._replace(keep=Keep.EXTREMES | Keep.BEGINS),
    "MinTime": _lasting(historical.min_time, keeps_stretches=True)._replace(keep=Keep.EXTREMES | Keep.BEGINS),
    "TotalContinuousNumber": Category(historical.total_number, is_continuous=True),
    "AverageTime": _lasting(historical.average_time),
    "MaxNumber": Category(historical.max_number, counts_each=True, keep=Keep.LEVELS),
    "MinNumber": Category(historical.min_number, counts_each=True, keep=Keep.LEVELS),
    "AverageOfCurrentNumber": _moving(historical.average_of_current_number)._replace(counts_each=True),
    "AverageOfCurrentTime": _moving(historical.average_of_current_time)._replace(counts_each=True, keep=Keep.AREA),
    "ElapsedTimePercentage": _moving(historical.elapsed_time_percentage)._replace(is_time_alone=True),
    "RelativeTimePercentage": _in_mask(historical.relative_time_percentage),
    "RelativeNumberPercentage": Category(historical.relative_number_percentage)._replace(keep=Keep.RANGES),
    "RelativeNumber": Category(historical.relative_number)._replace(keep=Keep.RANGES),
    "TotalNumberPerSecond": _moving(historical.total_number_per_second),
    "AverageNumberPerRelativeHour": _lasting(historical.average_number_per_relative_hour),
    "TotalNumberInTimeRange": Category(historical.total_number_in_time_range)._replace(keep=Keep.RANGES),
    "TotalTimeInTimeRange": _lasting(historical.total_time_in_time_range, keeps_stretches=True)._replace(
        keep=Keep.RANGES
    ),
    "TotalNumberInTimeRangePercentage": Category(historical.total_number_in_time_range_percentage)._replace(
        keep=Keep.RANGES
    ),
    "TotalCustomValue": Category(custom.total_sum, has_formula=True),
    "AverageCustomValue": Category(custom.total_mean, has_formula=True),
    "MaxCustomValue": Category(custom.total_greatest, has_formula=True),
    "MinCustomValue": Category(custom.total_smallest, has_formula=True),
    "ServiceFactor1": Category(queues.service_factor, parts=queues.SERVICE_PARTS)._replace(keep=Keep.RANGES),
    "EstimWaitingTime": Category(queues.estimated_waiting_time, parts=queues.LOAD_PARTS),
    "LoadBalance": Category(queues.load_balance, parts=queues.LOAD_PARTS),
    "LoadBalance1": Category(queues.load_balance_1, parts=queues.LOAD_PARTS),
}

STATES: Final = frozenset({"CurrentState", "CurrentStateReasons", "CurrentTargetState"})
"""Categories whose value is a structure (`statistics.state`, `statistics.target`)."""


def is_current(stat_type: StatType) -> bool:
    """Whether the time profile plays no part (`semantics.md` 7.1)."""
    return categories.CATEGORIES[stat_type.category].kind is categories.CategoryKind.CURRENT
