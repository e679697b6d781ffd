"""What one mask counts at one reading: occurrences running, ended, touching, and instants (`semantics.md` 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tests.oracle.occurrences import NEVER, Attributes, Instant, Point
from tests.oracle.profiles import Interval
from tests.oracle.views import Segment, Trail, View

Condition = Callable[[Attributes, int], bool]
"""Whether filter and business attributes hold for attributes after an input."""


@dataclass(eq=False)
class Stretch:
    """An occurrence in the sense of `semantics.md` 7: of one occurrence, the part during which the filter held."""

    segments: list[Segment]

    @property
    def begin(self) -> Point:
        return self.segments[0].begin

    @property
    def end(self) -> Point:
        return self.segments[-1].end

    @property
    def duration_us(self) -> int:
        return max(0, self.end.us - self.begin.us)

    def runs_at(self, n: int) -> bool:
        return self.begin.n <= n < self.end.n

    def at(self, n: int) -> Segment:
        """Its segment after an input, or its last."""
        return next((segment for segment in self.segments if segment.begin.n <= n < segment.end.n), self.segments[-1])


def as_opened(trail: Trail, opened_n: int, *, is_status: bool) -> Trail:
    """A trail as it shows itself when a statistic is opened after input `opened_n`.

    What runs then is seen as it is then, since it began: an action as a whole, a status since its name became so.
    """
    at = next((at for at, one in enumerate(trail) if one.begin.n <= opened_n < one.end.n), None)
    if at is None:
        return trail
    now, first, reasons = trail[at], at, at
    while first and (not is_status or trail[first - 1].name == now.name):
        first -= 1
    while reasons > first and trail[reasons - 1].attributes.get("reasons") == now.attributes.get("reasons"):
        reasons -= 1
    opened = now._replace(begin=trail[first].begin, reasons_us=trail[reasons].begin.us)
    return [opened, *trail[at + 1 :]]


def stretches(
    view: View, names: frozenset[str], holds: Condition, opened_n: int, *, is_status: bool, breaks_at_names: bool
) -> list[Stretch]:
    """Each run of segments with a name of the mask while the condition holds.

    Args:
        view: what can be counted.
        names: the mask.
        holds: filter and business attributes.
        opened_n: the last input before the opening.
        is_status: whether the view's trails are of statuses.
        breaks_at_names: a status is a stretch of one name; a wait whose name changes inside the mask is one occurrence.
    """
    found = []
    for trail in view.trails:
        run: list[Segment] = []
        for segment in as_opened(trail, opened_n, is_status=is_status):
            fits = segment.name in names and holds(segment.attributes, segment.begin.n)
            if run and (not fits or (breaks_at_names and segment.name != run[-1].name)):
                found.append(Stretch(run))
                run = []
            if fits:
                run.append(segment)
        if run:
            found.append(Stretch(run))
    return found


class Sample:
    """One mask at one reading."""

    def __init__(
        self,
        view: View,
        names: frozenset[str],
        holds: Condition,
        reading: Interval,
        opened_n: int,
        turns: Mapping[tuple[int, str], int],
        *,
        is_status: bool,
        once: bool,
    ) -> None:
        self.reading = reading
        self._turns = turns
        self.is_status = is_status
        self._once = once
        self.all = [
            stretch
            for stretch in stretches(view, names, holds, opened_n, is_status=is_status, breaks_at_names=is_status)
            if stretch.begin.n <= reading.last
        ]
        instants = [
            instant
            for instant in view.instants
            if instant.name in names
            and reading.first < instant.at.n <= reading.last
            and holds(instant.attributes, instant.at.n)
        ]
        ended = [stretch for stretch in self.all if self._ended(stretch)]
        running = [stretch for stretch in self.all if stretch.runs_at(reading.last)]
        self.running = self._first_of_each(running)
        counted = self._first_of_each([*ended, *running, *instants])
        self.touching = [one for one in counted if isinstance(one, Stretch)]
        self._split(one for one in counted if isinstance(one, Instant) or self._ended(one))
        if reading.newest is not None:
            self._keep_newest(reading.newest)

    def _ended(self, stretch: Stretch) -> bool:
        return self.reading.first < stretch.end.n <= self.reading.last

    def _order(self, counted: Stretch | Instant) -> tuple[int, ...]:
        """Inside one input DN by DN: ends (by begin), then retrospective, then momentary (2). What runs is last."""
        if isinstance(counted, Instant):
            n, kind = counted.at.n, 1 if counted.duration_us is not None else 2
            return (n, self._turns[n, counted.dn], kind, 0, counted.serial)
        n, source = counted.end.n, counted.segments[-1].source
        serial = source.serial if source else 0
        if counted.runs_at(self.reading.last):
            return (NEVER.n, 0, 0, counted.begin.n, serial)
        return (n, self._turns.get((n, source.dn), 0) if source else 0, 0, counted.begin.n, serial)

    def _conn_id(self, counted: Stretch | Instant) -> str:
        if isinstance(counted, Stretch):
            return str(counted.at(self.reading.last).attributes.get("conn_id", ""))
        return str(counted.attributes.get("conn_id", ""))

    def _first_of_each(self, counted: list) -> list:  # type: ignore[type-arg]
        """With DistByConnID the first of a conn_id counts, those without one each."""
        if not self._once:
            return counted
        seen: set[str] = set()
        kept = []
        for each in sorted(counted, key=self._order):
            conn_id = self._conn_id(each)
            if not conn_id or conn_id not in seen:
                kept.append(each)
            seen.add(conn_id)
        return kept

    def _keep_newest(self, count: int) -> None:
        both = sorted([*self.ended, *self.instants], key=self._order)
        self._split(both[-count:])

    def _split(self, both: Iterable[Stretch | Instant]) -> None:
        both = list(both)
        self.ended = [each for each in both if isinstance(each, Stretch)]
        self.instants = [each for each in both if isinstance(each, Instant)]

    def overlap_us(self, stretch: Stretch) -> int:
        """How much of it lies in I."""
        end_us = self.reading.to_us if stretch.runs_at(self.reading.last) else stretch.end.us
        return max(0, min(end_us, self.reading.to_us) - max(stretch.begin.us, self.reading.from_us))

    def so_far_us(self, stretch: Stretch) -> int:
        """Its whole duration, of one that runs until now."""
        if stretch.runs_at(self.reading.last):
            return self.reading.to_us - stretch.begin.us
        return stretch.duration_us
