"""What a category's value is calculated from, at a moment, and how numbers are divided (`semantics.md` 7)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from actors.configuration.definitions import TimeRange
from actors.statistics.intervals import Interval
from actors.statistics.loaded_tally import LoadedTally
from actors.statistics.loads import Carrying
from actors.statistics.totals import Totals, Values

Value = int | float


class Figures(msgspec.Struct):
    """What a category is calculated from, at a moment.

    `parts` are the intervals of the masks it looks at: the MainMask's first, the RelMask's (or the MainMask's again)
    last; for a queue's category those it names itself. `has_range` says whether the first of the time ranges was named.
    """

    parts: Sequence[Interval]
    by_status: bool
    ranges: tuple[TimeRange, TimeRange]
    has_range: bool
    aht_s: float
    now_us: int

    def totals(self, part: int = 0) -> Totals:
        """All that a part adds up."""
        return self.parts[part].totals(self.now_us)

    def number(self, part: int = 0) -> int:
        """TotalNumber of a part."""
        return self.parts[part].ended.number

    def time_us(self, part: int = 0) -> int:
        """TotalTime of a part."""
        interval = self.parts[part]
        return interval.totals(self.now_us).overlap_us if self.by_status else interval.ended.whole_us

    def ranged(self, part: int = 0) -> int:
        """TotalNumber of those of a part whose duration is in its range."""
        return self.parts[part].ended.ranged

    def running(self, part: int = 0) -> int:
        """CurrentNumber of a part."""
        return len(self.parts[part].tally.present)

    def current_us(self, part: int = 0) -> int:
        """CurrentTime of a part."""
        return self.parts[part].tally.current_us(self.now_us)

    def begins_us(self) -> Sequence[int]:
        """When each of what runs began, the oldest first."""
        tally = self.parts[0].tally
        return sorted(tally.present.values()) if tally.begins is None else tally.begins

    def carrying(self) -> Carrying:
        """What all that runs carries."""
        tally = self.parts[0].tally
        assert isinstance(tally, LoadedTally)
        return tally.carrying

    def values(self) -> Values:
        """What the formula's values come to."""
        values = self.parts[0].ended.values
        assert values is not None
        return values

    @property
    def length_us(self) -> int:
        """Length of the interval so far."""
        return self.now_us - self.parts[0].start_us


def quotient(above: float, below: float) -> float:
    """0 where there is nothing below (`semantics.md` 7)."""
    return above / below if below else 0.0
