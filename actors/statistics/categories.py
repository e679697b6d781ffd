"""What a statistic's value is, by category: a function of what its masks let through (`semantics.md` 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from actors.statistics.tally import Tally
from actors.vocabulary.times import seconds

Value = int | float


class Tallies(NamedTuple):
    """What the MainMask let through and what the RelMask did; without a RelMask that is the MainMask's."""

    main: Tally
    rel: Tally


def total_number(tallies: Tallies, _now_us: int) -> Value:
    """Occurrences ended, and instants, in the interval."""
    return tallies.main.number


def total_time(tallies: Tallies, now_us: int) -> Value:
    """Seconds they lasted."""
    return seconds(tallies.main.time_us(now_us))


def average_time(tallies: Tallies, now_us: int) -> Value:
    """TotalTime(M) / TotalNumber(R, else M)."""
    return quotient(total_time(tallies, now_us), tallies.rel.number)


def max_time(tallies: Tallies, now_us: int) -> Value:
    """Greatest duration of what TotalTime counts."""
    return seconds(tallies.main.longest_us(now_us))


def min_time(tallies: Tallies, now_us: int) -> Value:
    """Smallest duration of what TotalTime counts."""
    return seconds(tallies.main.shortest_us(now_us))


def current_number(tallies: Tallies, _now_us: int) -> Value:
    """Occurrences running."""
    return len(tallies.main.running)


def current_time(tallies: Tallies, now_us: int) -> Value:
    """Seconds they have run, together."""
    return seconds(tallies.main.current_us(now_us))


def current_max_time(tallies: Tallies, now_us: int) -> Value:
    """Seconds the oldest has run."""
    return seconds(tallies.main.oldest_us(now_us))


def current_min_time(tallies: Tallies, now_us: int) -> Value:
    """Seconds the newest has run."""
    return seconds(tallies.main.newest_us(now_us))


def current_average_time(tallies: Tallies, now_us: int) -> Value:
    """CurrentTime(M) / CurrentNumber(R, else M)."""
    return quotient(current_time(tallies, now_us), len(tallies.rel.running))


def current_relative_number_percentage(tallies: Tallies, _now_us: int) -> Value:
    """100 x CurrentNumber(M) / CurrentNumber(R)."""
    return quotient(100 * len(tallies.main.running), len(tallies.rel.running))


def current_relative_time_percentage(tallies: Tallies, now_us: int) -> Value:
    """100 x CurrentTime(M) / CurrentTime(R)."""
    return quotient(100 * tallies.main.current_us(now_us), tallies.rel.current_us(now_us))


def quotient(above: float, below: float) -> float:
    """0 where there is nothing below (`semantics.md` 7)."""
    return above / below if below else 0.0


class Category(NamedTuple):
    """How a value is calculated, and whether it moves while nothing happens: by action, and by status."""

    value: Callable[[Tallies, int], Value]
    moves_by_action: bool = False
    moves_by_status: bool = False


def _moving(value: Callable[[Tallies, int], Value]) -> Category:
    return Category(value, moves_by_action=True, moves_by_status=True)


CATEGORIES: Final[Mapping[str, Category]] = {
    "TotalNumber": Category(total_number),
    "TotalTime": Category(total_time, moves_by_status=True),
    "AverageTime": Category(average_time, moves_by_status=True),
    "MaxTime": Category(max_time, moves_by_status=True),
    "MinTime": Category(min_time, moves_by_status=True),
    "CurrentNumber": Category(current_number),
    "CurrentTime": _moving(current_time),
    "CurrentMaxTime": _moving(current_max_time),
    "CurrentMinTime": _moving(current_min_time),
    "CurrentAverageTime": _moving(current_average_time),
    "CurrentRelativeNumberPercentage": Category(current_relative_number_percentage),
    "CurrentRelativeTimePercentage": _moving(current_relative_time_percentage),
}

STATES: Final = frozenset({"CurrentState", "CurrentStateReasons"})
"""Categories whose value is a structure (`statistics.state`)."""
