"""What an interval comes to, and how several in a row are added up (`semantics.md` 7.2)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from actors.configuration.definitions import TimeRange
from actors.statistics.formulas import Amount


class Values(msgspec.Struct):
    """What a formula's values come to: how many, their sum, the greatest and the smallest; None where there is none."""

    number: int = 0
    sum: Amount = 0
    greatest: Amount | None = None
    smallest: Amount | None = None

    def add(self, amount: Amount) -> None:
        """Adds one."""
        self.number += 1
        self.sum += amount
        if self.greatest is None or amount > self.greatest:
            self.greatest = amount
        if self.smallest is None or amount < self.smallest:
            self.smallest = amount


class Totals(msgspec.Struct):
    """What an interval comes to; durations in microseconds, None where there is none.

    `whole_us` sums whole durations of what ended, instants included (`instant_us` is theirs alone); `overlap_us` sums
    overlaps of all that ran, `ended_overlap_us` of what ended. `ranged` and `ranged_us` are number and time of what
    ended in the time range; `highest` and `lowest` are the most and the fewest that ran at once; `area` is twice the
    integral of CurrentTime. `values` are a formula's, where there is one.
    """

    number: int = 0
    whole_us: int = 0
    instant_us: int = 0
    overlap_us: int = 0
    ended_overlap_us: int = 0
    ranged: int = 0
    ranged_us: int = 0
    longest_us: int | None = None
    shortest_us: int | None = None
    highest: int = 0
    lowest: int = 0
    area: int = 0
    values: Values | None = None


def is_in(duration_us: int, range_: TimeRange) -> bool:
    """Whether a duration is in a time range: low <= d < high (`semantics.md` 8.2)."""
    return range_.low_us <= duration_us and (range_.high_us is None or duration_us < range_.high_us)


def twice_integral(began_us: int, from_us: int, until_us: int) -> int:
    """From one moment until another, of how long something that began at `began_us` has run by then."""
    return (until_us - began_us) ** 2 - (from_us - began_us) ** 2


def joined(parts: Sequence[Totals]) -> Totals:
    """What several stretches of time, one after the other, come to."""
    longest = [totals.longest_us for totals in parts if totals.longest_us is not None]
    shortest = [totals.shortest_us for totals in parts if totals.shortest_us is not None]
    return Totals(
        number=sum(totals.number for totals in parts),
        whole_us=sum(totals.whole_us for totals in parts),
        instant_us=sum(totals.instant_us for totals in parts),
        overlap_us=sum(totals.overlap_us for totals in parts),
        ended_overlap_us=sum(totals.ended_overlap_us for totals in parts),
        ranged=sum(totals.ranged for totals in parts),
        ranged_us=sum(totals.ranged_us for totals in parts),
        longest_us=max(longest, default=None),
        shortest_us=min(shortest, default=None),
        highest=max((totals.highest for totals in parts), default=0),
        lowest=min((totals.lowest for totals in parts), default=0),
        area=sum(totals.area for totals in parts),
        values=_joined_values([totals.values for totals in parts if totals.values is not None]),
    )


def _joined_values(parts: Sequence[Values]) -> Values | None:
    if not parts:
        return None
    return Values(
        sum(values.number for values in parts),
        sum(values.sum for values in parts),
        max((values.greatest for values in parts if values.greatest is not None), default=None),
        min((values.smallest for values in parts if values.smallest is not None), default=None),
    )
