"""Every category by brute force over samples: the tables of `semantics.md` 7, one function a row.

Durations are exact fractions of seconds until the very end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from tests.oracle.profiles import TimeRange
from tests.oracle.samples import Sample, Stretch

SECOND_US: Final = 1_000_000
Number = int | float | Fraction


@dataclass
class Query:
    """One statistic at one reading.

    Attributes:
        main, rel: samples of the two masks; a mask that is absent counts nothing.
        has_rel: whether R is there at all, for the categories that take M where it is not.
        named_range: only where one was named; `ranges` are the two with their defaults.
        formula: of a stretch (with the input after which it is looked at) or an instant.
        sample: any other mask, for categories of queues.
        pseudo: how many agents or DNs a pseudo-action counts now; `main_pseudo`, `rel_pseudo` are those of the masks.
        merged: stretches of the status inside M whatever its name.
        times: of the inputs.
        once: whether a call counts once.
        began: when a running stretch began, as current categories see it.
    """

    main: Sample
    rel: Sample
    has_rel: bool
    ranges: tuple[TimeRange, TimeRange]
    named_range: TimeRange | None
    formula: Callable[[Any], Number]
    sample: Callable[..., Sample]
    pseudo: Callable[[str], int]
    main_pseudo: int
    rel_pseudo: int
    merged: Callable[[], list[Stretch]]
    times: list[int]
    once: bool
    began: Callable[[Stretch], int]

    @property
    def length_us(self) -> int:
        return self.main.reading.to_us - self.main.reading.from_us

    @property
    def below(self) -> Sample:
        """R, else M."""
        return self.rel if self.has_rel else self.main


def seconds(us: Number) -> Number:
    return Fraction(us) / SECOND_US


def quotient(above: Number, below: Number) -> Number:
    """0 where there is 0 below."""
    return Fraction(above) / Fraction(below) if below else 0


def percentage(above: Number, below: Number) -> Number:
    return 100 * quotient(above, below)


# Totals


def total_number(sample: Sample, within: TimeRange | None = None) -> int:
    counted = [stretch for stretch in sample.ended if within is None or within.holds(stretch.duration_us)]
    instants = [
        instant
        for instant in sample.instants
        if within is None or (instant.duration_us is not None and within.holds(instant.duration_us))
    ]
    return len(counted) + len(instants)


def durations_us(sample: Sample, within: TimeRange | None = None) -> list[int]:
    """What TotalTime adds up: of actions whole durations at the end, of statuses overlaps."""
    if sample.is_status:
        return [
            sample.overlap_us(stretch)
            for stretch in sample.touching
            if within is None or within.holds(sample.so_far_us(stretch))
        ]
    lasted = [stretch.duration_us for stretch in sample.ended]
    lasted += [instant.duration_us for instant in sample.instants if instant.duration_us is not None]
    return [duration_us for duration_us in lasted if within is None or within.holds(duration_us)]


def total_time(sample: Sample, within: TimeRange | None = None) -> Number:
    return seconds(sum(durations_us(sample, within)))


def total_adjusted_time(query: Query) -> Number:
    sample = query.main
    if sample.is_status:
        return seconds(sum(stretch.duration_us for stretch in sample.ended))
    retrospective = [instant.duration_us for instant in sample.instants if instant.duration_us is not None]
    return seconds(sum(sample.overlap_us(stretch) for stretch in sample.touching) + sum(retrospective))


def total_adjusted_number(query: Query) -> Number:
    sample = query.main
    return len(sample.ended) if sample.is_status else len(sample.touching) + len(sample.instants)


def max_time(query: Query) -> Number:
    return seconds(max(durations_us(query.main), default=0))


def min_time(query: Query) -> Number:
    sample = query.main
    if not sample.is_status:
        return seconds(min(durations_us(sample), default=0))
    ended = [sample.overlap_us(stretch) for stretch in sample.ended]
    running = [sample.overlap_us(stretch) for stretch in sample.running]
    return seconds(min(ended or running, default=0))


def numbers_running(sample: Sample) -> list[int]:
    """CurrentNumber after each input of I, and at its start."""
    reading = sample.reading
    return [sum(stretch.runs_at(n) for stretch in sample.all) for n in range(reading.first, reading.last + 1)]


def average_of_current(query: Query, weight: Callable[[int, int, int], Fraction]) -> Number:
    """The mean over I of what runs, found later or not: `weight` of (from, until, begin)."""
    total: Number = 0
    reading = query.main.reading
    for stretch in query.main.all:
        from_us = max(stretch.begin.us, reading.from_us)
        until_us = reading.to_us if stretch.runs_at(reading.last) else stretch.end.us
        if until_us > from_us:
            total += weight(from_us, until_us, stretch.begin.us)
    return quotient(total, query.length_us)


def _time_weight(from_us: int, until_us: int, begin_us: int) -> Fraction:
    """The integral of (t - begin) from one time to the other, in seconds times microseconds."""
    return Fraction((until_us - begin_us) ** 2 - (from_us - begin_us) ** 2, 2 * SECOND_US)


def total_continuous_number(query: Query) -> Number:
    """Entries into M; with DistByConnID one a call, as the status has it that came in."""
    reading = query.main.reading
    entries = [one.segments[0] for one in query.merged() if reading.first < one.begin.n <= reading.last]
    calls = [str(entry.attributes.get("conn_id", "")) for entry in entries]
    return len(set(calls) - {""}) + calls.count("") if query.once else len(entries)


# Current


def current_number(query: Query, sample: Sample) -> int:
    return len(sample.running) + (query.main_pseudo if sample is query.main else query.rel_pseudo)


def ages_us(query: Query, sample: Sample) -> list[int]:
    return [sample.reading.to_us - query.began(stretch) for stretch in sample.running]


def current_time(query: Query, sample: Sample) -> Number:
    return seconds(sum(ages_us(query, sample)))


def current_in_range(query: Query) -> int:
    return sum(query.ranges[0].holds(age_us) for age_us in ages_us(query, query.main))


def current_distinct_number(query: Query) -> Number:
    sample = query.main
    conn_ids = {stretch.at(sample.reading.last).attributes.get("conn_id") for stretch in sample.running}
    return len(conn_ids - {None, ""})


def current_continuous_time(query: Query) -> Number:
    reading = query.main.reading
    running = [stretch for stretch in query.merged() if stretch.runs_at(reading.last)]
    return seconds(max((reading.to_us - query.began(stretch) for stretch in running), default=0))


# Formulas


def current_custom(query: Query) -> list[Number]:
    """Of the calls that run."""
    return [query.formula(stretch) for stretch in query.main.running]


def total_custom(query: Query) -> list[Number]:
    """Of calls that ended, and of instants of calls and `UserEvent`."""
    return [query.formula(counted) for counted in (*query.main.ended, *query.main.instants)]


def mean(values: list[Number]) -> Number:
    return quotient(sum(Fraction(value) for value in values), len(values))


# Queues


def service_factor_1(query: Query) -> Number:
    answered, abandoned = query.sample("CallAnswered"), query.sample("CallAbandoned")
    within, abandoned_within = query.ranges
    below = total_number(answered) + total_number(abandoned) - total_number(abandoned, abandoned_within)
    return percentage(total_number(answered, within), below)


HANDLED: Final = ("CallReleased", "ACWCompleted", "CallMissed", "ACWMissed")


def handling_time(query: Query) -> Number:
    """AHT: 90 s while the number below is 0."""
    number = total_number(query.sample("CallReleased", "CallMissed"))
    handled = sum(total_time(query.sample(name)) for name in HANDLED)
    return quotient(handled, number) if number else 90


def load_balance(query: Query, below: str, *, at_least: int | None = None) -> Number:
    waiting = len(query.sample(*WAITS).running) - query.pseudo("AgentReady")
    waiting = waiting if at_least is None else max(at_least, waiting)
    return handling_time(query) * waiting / Fraction(query.pseudo(below) or Fraction(1, 10_000))


WAITS: Final = ("CallWaitInbound", "CallWaitOutbound", "CallWaitInternal", "CallWaitConsult", "CallWaitUnknown")

CURRENT: Final[Mapping[str, Callable[[Query], Number]]] = {
    "CurrentNumber": lambda q: current_number(q, q.main),
    "CurrentTime": lambda q: current_time(q, q.main),
    "CurrentMaxTime": lambda q: seconds(max(ages_us(q, q.main), default=0)),
    "CurrentMinTime": lambda q: seconds(min(ages_us(q, q.main), default=0)),
    "CurrentAverageTime": lambda q: quotient(current_time(q, q.main), len(q.below.running)),
    "CurrentRelativeNumberPercentage": lambda q: percentage(current_number(q, q.main), current_number(q, q.rel)),
    "CurrentRelativeTimePercentage": lambda q: percentage(current_time(q, q.main), current_time(q, q.rel)),
    "CurrentNumberInTimeRange": current_in_range,
    "CurrentNumberInTimeRangePercentage": lambda q: percentage(current_in_range(q), len(q.main.running)),
    "CurrentDistinctNumber": current_distinct_number,
    "CurrentContinuousTime": current_continuous_time,
    "CurrentCustomValue": lambda q: sum(current_custom(q)),
    "CurrentAverageCustomValue": lambda q: mean(current_custom(q)),
    "CurrentMaxCustomValue": lambda q: max(current_custom(q), default=0),
    "CurrentMinCustomValue": lambda q: min(current_custom(q), default=0),
}

HISTORICAL: Final[Mapping[str, Callable[[Query], Number]]] = {
    "TotalNumber": lambda q: total_number(q.main),
    "TotalTime": lambda q: total_time(q.main),
    "TotalAdjustedTime": total_adjusted_time,
    "TotalAdjustedNumber": total_adjusted_number,
    "MaxTime": max_time,
    "MinTime": min_time,
    "TotalContinuousNumber": total_continuous_number,
    "AverageTime": lambda q: quotient(total_time(q.main), total_number(q.below)),
    "MaxNumber": lambda q: max(numbers_running(q.main)),
    "MinNumber": lambda q: min(numbers_running(q.main)),
    "AverageOfCurrentNumber": lambda q: average_of_current(q, lambda since, until, begin: Fraction(until - since)),
    "AverageOfCurrentTime": lambda q: average_of_current(q, _time_weight),
    "ElapsedTimePercentage": lambda q: percentage(total_time(q.main), seconds(q.length_us)),
    "RelativeTimePercentage": lambda q: percentage(total_time(q.main), total_time(q.rel)),
    "RelativeNumberPercentage": lambda q: percentage(total_number(q.main, q.named_range), total_number(q.rel)),
    "RelativeNumber": lambda q: quotient(total_number(q.main, q.named_range), total_number(q.rel)),
    "TotalNumberPerSecond": lambda q: quotient(total_number(q.main), seconds(q.length_us)),
    "AverageNumberPerRelativeHour": lambda q: 3600 * quotient(total_number(q.main), total_time(q.rel)),
    "TotalNumberInTimeRange": lambda q: total_number(q.main, q.ranges[0]),
    "TotalTimeInTimeRange": lambda q: total_time(q.main, q.ranges[0]),
    "TotalNumberInTimeRangePercentage": lambda q: percentage(total_number(q.main, q.ranges[0]), total_number(q.main)),
    "TotalCustomValue": lambda q: sum(total_custom(q)),
    "AverageCustomValue": lambda q: mean(total_custom(q)),
    "MaxCustomValue": lambda q: max(total_custom(q), default=0),
    "MinCustomValue": lambda q: min(total_custom(q), default=0),
    "ServiceFactor1": service_factor_1,
    "EstimWaitingTime": lambda q: load_balance(q, "AgentActive", at_least=0),
    "EstimWaitTime": lambda q: load_balance(q, "AgentActive", at_least=0),
    "LoadBalance": lambda q: load_balance(q, "AgentActive"),
    "LoadBalance1": lambda q: load_balance(q, "AgentLogin"),
}
OF_DURATIONS: Final = frozenset(
    {"TotalTime", "MaxTime", "MinTime", "TotalAdjustedTime", "ElapsedTimePercentage", "RelativeTimePercentage"}
    | {"TotalTimeInTimeRange"}
)
"""They cannot use momentary actions, so a mask has none for them (6)."""

IGNORES_DISTINCT: Final = frozenset({"MaxNumber", "MinNumber", "AverageOfCurrentNumber", "AverageOfCurrentTime"})
COUNTS: Final = frozenset(
    {
        "TotalNumber",
        "TotalAdjustedNumber",
        "TotalContinuousNumber",
        "MaxNumber",
        "MinNumber",
        "TotalNumberInTimeRange",
        "CurrentNumber",
        "CurrentNumberInTimeRange",
        "CurrentDistinctNumber",
    }
)
"""Values that are integers."""
