"""The interval a historical value covers, by kind of time profile (`semantics.md` 8.1).

Each kind answers the same questions of one mask's tally: Growing resets it, Sliding (`sliding`) cuts it into buckets,
Selection keeps the last durations only, SinceLogin is a Growing one that an agent's login restarts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from copy import copy
from typing import NamedTuple

from actors.configuration.definitions import TimeRange
from actors.statistics.loaded_tally import LoadedTally, summed
from actors.statistics.loads import Counted
from actors.statistics.resets import Resets
from actors.statistics.sliding import Sliding, Window
from actors.statistics.tally import Tally
from actors.statistics.totals import Totals, is_in


class Closed(NamedTuple):
    """An interval that a reset has closed, and its last value."""

    from_us: int
    to_us: int
    value: int | float


class Whole:
    """An interval that is not cut into buckets."""

    __slots__ = ()

    def take_back(self, began_us: int, until_us: int) -> None:
        """What ended earlier than was known: no bucket has more of it."""


class Growing(Whole):
    """From the last reset on, or from the opening.

    A reset is applied when nothing from before it can come any more: `advance`. A reading may be later than the last
    event and the next event earlier than the reading, so a reading only looks past a reset: `at`.
    """

    __slots__ = ("_resets", "begin", "next_us", "tally")

    def __init__(self, tally: Tally, resets: Resets) -> None:
        self.tally = tally
        self.begin = tally.begin
        self._resets = resets
        self.next_us = resets.next_us(tally.start_us)

    def advance(self, now_us: int) -> None:
        """Applies the resets up to and including `now_us`: of several the last one is all that is left to see."""
        if self.next_us is None or now_us < self.next_us:
            return
        last_us = self._resets.last_us(now_us)
        assert last_us is not None
        self.tally.restart(last_us)
        self.next_us = self._resets.next_us(last_us)

    def at(self, now_us: int) -> Growing:
        """The interval as it is to be read at a moment."""
        if self.next_us is None or now_us < self.next_us:
            return self
        present = copy(self)
        present.tally = copy(self.tally)
        present.advance(now_us)
        return present

    @property
    def start_us(self) -> int:
        """Begin of the interval."""
        return self.tally.start_us

    @property
    def running(self) -> Mapping[str, int]:
        """What runs and counts."""
        return self.tally.counting

    @property
    def ended(self) -> Totals:
        """What the moment plays no part in: sums of what ended, and extremes."""
        return self.tally.ended

    def totals(self, now_us: int) -> Totals:
        """All that can be added up."""
        return self.tally.totals(now_us)

    def stretches(self) -> Iterable[tuple[int, int]]:
        """What ended in the interval, where it is not told by the totals: nothing."""
        return ()


class Selection(Whole):
    """The last `count` that ended, whenever that was; by action only."""

    next_us: int | None = None

    def __init__(self, tally: Tally, count: int, range_: TimeRange) -> None:
        self.tally = tally
        self.begin = tally.begin
        self._range = range_
        self._kept: deque[Counted] = deque(maxlen=count)
        if isinstance(tally, LoadedTally):
            tally.kept = self._kept
        else:
            tally.last = deque(maxlen=count)

    def advance(self, now_us: int) -> None:
        """Time alone changes nothing."""

    def at(self, _now_us: int) -> Selection:
        """The interval as it is to be read at a moment."""
        return self

    @property
    def start_us(self) -> int:
        """Begin of the interval: the opening."""
        return self.tally.start_us

    @property
    def running(self) -> Mapping[str, int]:
        """What runs and counts."""
        return self.tally.counting

    def totals(self, _now_us: int) -> Totals:
        """All that can be added up of the last ones."""
        return self.ended

    @property
    def ended(self) -> Totals:
        """Sums and extremes of the last ones."""
        last = self.tally.last
        if last is None:
            return summed(self._kept, self.start_us, self._range, by_status=False)
        durations = [duration_us for duration_us in last if duration_us is not None]
        ranged = [duration_us for duration_us in durations if is_in(duration_us, self._range)]
        return Totals(
            number=len(last),
            whole_us=sum(durations),
            ranged=len(ranged),
            ranged_us=sum(ranged),
            longest_us=max(durations, default=None),
            shortest_us=min(durations, default=None),
        )

    def stretches(self) -> Iterable[tuple[int, int]]:
        """None: it is by action only."""
        return ()


Interval = Growing | Sliding | Selection | Window
