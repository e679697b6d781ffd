"""What a Sliding profile covers: the last hours or minutes, exact at each full step (`semantics.md` 8.1).

Two ways to the same window. Where sums can be added, buckets: a step each, closed at its edge. Where each call counts
once, no sum of buckets is right, and all that ended in the window is kept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from copy import copy

from actors.configuration.definitions import TimeProfile, TimeRange
from actors.statistics.loaded_tally import LoadedTally, overlap_us, summed
from actors.statistics.loads import Counted, first_of_each
from actors.statistics.tally import Tally
from actors.statistics.totals import Totals, joined, twice_integral


class Sliding:
    """The last `window_us`, exact at each step, and what came since.

    Buckets are closed at each edge and forgotten when they leave the window: what they come to in O(1) an edge, memory
    by the number of buckets. Of the older ones it is known what each comes to with those after it among them, of the
    newer what they come to together; when no older one is left, the newer are the older ones, each joined once more.
    Overlaps of a stretch with the whole window are no sums of buckets: where a category needs them (`keeps_stretches`)
    the stretches that ended in the window are kept.

    A bucket is closed when nothing from before its edge can come any more: `advance`. A reading only looks past edges:
    `at`. The open bucket then reaches to the moment of the reading, which comes to the same as if it were cut.

    Attributes:
        start_us: begin of the window, or the opening.
    """

    def __init__(self, tally: Tally, profile: TimeProfile, *, keeps_stretches: bool) -> None:
        self.tally = tally
        self._window_us, self._step_us = profile.window_us, profile.step_us
        self._buckets: deque[tuple[int, Totals]] = deque()
        self._older: list[Totals] = []
        self._newer: Totals | None = None
        self._closed: Totals | None = None
        self.start_us: int = tally.start_us
        if keeps_stretches:
            tally.stretches = deque()
        self.next_us: int = (tally.start_us // self._step_us + 1) * self._step_us

    def advance(self, now_us: int) -> None:
        """Closes the buckets whose edge is not after `now_us`, and forgets those that left the window."""
        if now_us < self.next_us:
            return
        edge_us = now_us // self._step_us * self._step_us
        oldest_us = edge_us - self._window_us
        if self.next_us <= oldest_us:
            self._buckets.clear()
            self._older, self._newer = [], None
            self.tally.restart(oldest_us)
            self.next_us = oldest_us + self._step_us
        while self.next_us <= edge_us:
            totals = self.tally.totals(self.next_us)
            self._buckets.append((self.tally.start_us, totals))
            self._newer = totals if self._newer is None else joined([self._newer, totals])
            self.tally.restart(self.next_us)
            self.next_us += self._step_us
        self._leave_older(self._outside(oldest_us))
        while self._buckets and self._buckets[0][0] < oldest_us:
            self._buckets.popleft()
            self._older.pop()
        stretches = self.tally.stretches
        while stretches and stretches[0][1] < oldest_us:
            stretches.popleft()
        self._cover(0)

    def gather(self) -> None:
        """Joins all closed buckets anew, from the newest to the oldest: all are older ones now."""
        self._older, self._newer = [], None
        for _, totals in reversed(self._buckets):
            self._older.append(joined([totals, *self._older[-1:]]))
        self._cover(0)

    def _outside(self, oldest_us: int) -> int:
        """How many of the closed buckets a window that begins there leaves out; they follow each other without gaps."""
        inside = max(0, self.tally.start_us - oldest_us) // self._step_us
        return max(0, len(self._buckets) - inside)

    def _leave_older(self, outside: int) -> None:
        """Has the buckets that are to be left out be among the older ones."""
        if outside > len(self._older):
            self.gather()

    def _cover(self, outside: int) -> None:
        """Leaves out so many of the closed buckets, all among the older ones."""
        older = self._older[len(self._older) - 1 - outside] if outside < len(self._older) else None
        parts = [totals for totals in (older, self._newer) if totals is not None]
        self._closed = joined(parts) if parts else None
        self.start_us = self._buckets[outside][0] if parts else self.tally.start_us

    def at(self, now_us: int) -> Sliding:
        """The interval as it is to be read at a moment; events from before it may still come."""
        if now_us < self.next_us:
            return self
        oldest_us = now_us // self._step_us * self._step_us - self._window_us
        outside = self._outside(oldest_us)
        self._leave_older(outside)
        present = copy(self)
        if self.tally.start_us < oldest_us:
            present.tally = copy(self.tally)
            present.tally.restart(oldest_us)
        present._cover(outside)
        return present

    def begin(self, occurrence: str, began_us: int, now_us: int) -> None:
        """An occurrence runs, since `began_us`: a registration may find it to have run in buckets closed already."""
        self.tally.begin(occurrence, began_us, now_us)
        self._add_to_closed(began_us, began_us, 1)

    def take_back(self, began_us: int, until_us: int) -> None:
        """What began then ran until `until_us` only: buckets closed since have more of it."""
        self._add_to_closed(began_us, until_us, -1)

    def _add_to_closed(self, began_us: int, from_us: int, times: int) -> None:
        """Adds to the closed buckets, or takes out of them, what ran from a moment on."""
        end_us = self.tally.start_us
        for start_us, totals in reversed(self._buckets):
            if from_us >= end_us:
                break
            since_us = max(from_us, start_us)
            totals.overlap_us += times * (end_us - since_us)
            totals.area += times * twice_integral(began_us, since_us, end_us)
            end_us = start_us
        if end_us < self.tally.start_us:
            self.gather()

    @property
    def running(self) -> Mapping[str, int]:
        """What runs and counts."""
        return self.tally.counting

    @property
    def ended(self) -> Totals:
        """What the moment plays no part in: sums of what ended, and extremes."""
        return joined([self._closed, self.tally.ended]) if self._closed is not None else self.tally.ended

    def totals(self, now_us: int) -> Totals:
        """All that can be added up."""
        present = self.tally.totals(now_us)
        return joined([self._closed, present]) if self._closed is not None else present

    def stretches(self) -> Iterable[tuple[int, int]]:
        """Begin and end of what ended in the window."""
        return [one for one in self.tally.stretches or () if one[1] >= self.start_us]


class Window:
    """A Sliding interval in which each call counts once.

    As the first occurrence of a call leaves the window the next becomes its first: so all of them are kept, and added
    up for a reading.
    """

    def __init__(self, tally: LoadedTally, profile: TimeProfile, range_: TimeRange, *, by_status: bool) -> None:
        self.tally = tally
        self.begin = tally.begin
        tally.seen = None
        self._window_us, self._step_us = profile.window_us, profile.step_us
        self._range, self._by_status = range_, by_status
        self._kept: deque[Counted] = deque()
        tally.kept = self._kept
        self.next_us: int = (tally.start_us // self._step_us + 1) * self._step_us

    def advance(self, now_us: int) -> None:
        """Forgets what has left the window by the last full step."""
        if now_us < self.next_us:
            return
        edge_us = now_us // self._step_us * self._step_us
        self.next_us = edge_us + self._step_us
        self.tally.start_us = max(self.tally.start_us, edge_us - self._window_us)
        while self._kept and self._kept[0].at_us < self.tally.start_us:
            self._kept.popleft()

    def at(self, now_us: int) -> Window:
        """The interval as it is to be read at a moment; events from before it may still come."""
        if now_us < self.next_us:
            return self
        present = copy(self)
        present.tally, present._kept = copy(self.tally), copy(self._kept)
        present.advance(now_us)
        return present

    def take_back(self, began_us: int, until_us: int) -> None:
        """What ended earlier than was known: it is kept with its end, so nothing has more of it."""

    @property
    def start_us(self) -> int:
        """Begin of the window, or the opening."""
        return self.tally.start_us

    @property
    def ended(self) -> Totals:
        """What the moment plays no part in: sums of what ended, and extremes."""
        return summed(first_of_each(self._kept), self.start_us, self._range, by_status=self._by_status)

    def totals(self, now_us: int) -> Totals:
        """All that can be added up."""
        totals = self.ended
        totals.overlap_us = totals.ended_overlap_us + overlap_us(self.running, self.start_us, now_us)
        return totals

    @property
    def running(self) -> Mapping[str, int]:
        """What runs and counts: of each call that has not, what began first."""
        return self.tally.firsts({one.load.conn_id for one in self._kept})

    def stretches(self) -> Iterable[tuple[int, int]]:
        """Begin and end of what ended in the window."""
        return (
            (one.began_us, one.began_us + one.duration_us)
            for one in first_of_each(self._kept)
            if one.began_us is not None and one.duration_us is not None
        )
