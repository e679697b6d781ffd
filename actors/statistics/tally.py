"""What one mask has let through in one stretch of time: what ended in it, what ran in it, what runs now.

By action an occurrence counts whole in the interval in which it ends; by status only its overlap with the interval
counts, and a running one counts so far (`semantics.md` 7.2). A tally keeps both sums, each in O(1) an event, and is the
whole of a Growing interval or one bucket of a Sliding one.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Mapping
from enum import Flag, auto

import msgspec

from actors.configuration.definitions import TimeRange
from actors.statistics.totals import Totals, is_in, twice_integral


class Keep(Flag):
    """What a category asks of a tally beside sums: it costs something at every event, so nobody pays unasked."""

    SUMS = 0
    AREA = auto()
    EXTREMES = auto()
    LEVELS = auto()
    RANGES = auto()
    BEGINS = auto()
    LOADS = auto()


class Tally:
    """Counts the occurrences of one mask since `start_us`.

    Args:
        by_status: whether overlaps count, or whole durations.
        start_us: begin of the interval.
        range_: what `ranged` counts.
        keep: what is kept beside sums.

    Attributes:
        running: when each running occurrence began.
        begins: the same in order, where it is kept: one is added or taken out at the speed of a copy of them all.
        last: the last durations, for a Selection; None for an instant without.
        stretches: begin and end of what ended, for a window that needs them.
    """

    __slots__ = (
        "_area",
        "_began_us",
        "_by_status",
        "_changed_us",
        "_keeps_area",
        "_keeps_extremes",
        "_keeps_ranges",
        "_range",
        "_since_us",
        "begins",
        "ended",
        "last",
        "running",
        "start_us",
        "stretches",
    )

    def __init__(self, *, by_status: bool, start_us: int, range_: TimeRange, keep: Keep = Keep.SUMS) -> None:
        self._by_status = by_status
        self._range = range_
        self._keeps_area = Keep.AREA in keep
        self._keeps_extremes = Keep.EXTREMES in keep
        self._keeps_ranges = Keep.RANGES in keep
        self.start_us = start_us
        self.running: dict[str, int] = {}
        self.begins: list[int] | None = [] if Keep.BEGINS in keep else None
        self._began_us = 0
        self._since_us = 0
        self._area = 0
        self._changed_us = start_us
        self.ended = Totals()
        self.last: deque[int | None] | None = None
        self.stretches: deque[tuple[int, int]] | None = None

    # -- what happens ----------------------------------------------------------------------------------------------

    def begin(self, occurrence: str, began_us: int, now_us: int) -> None:
        """An occurrence runs, since `began_us`, and is seen from `now_us` on."""
        if self._keeps_area:
            self._integrate(now_us)
            if began_us < now_us:
                self._area += twice_integral(began_us, max(began_us, self.start_us), now_us)
        self.running[occurrence] = began_us
        if self.begins is not None:
            insort(self.begins, began_us)
        self._began_us += began_us
        self._since_us += began_us if began_us > self.start_us else self.start_us

    def end(self, occurrence: str, at_us: int) -> None:
        """A running occurrence has ended; one that does not run here is none of ours."""
        if occurrence not in self.running:
            return
        began_us, since_us = self._stop(occurrence, at_us)
        ended = self.ended
        ended.number += 1
        ended.whole_us += at_us - began_us
        if at_us > since_us:
            ended.ended_overlap_us += at_us - since_us
        counted_us = at_us - (since_us if self._by_status else began_us)
        if self._keeps_extremes:
            self._compare(counted_us)
        if self._keeps_ranges and is_in(at_us - began_us, self._range):
            ended.ranged += 1
            ended.ranged_us += counted_us
        if self.last is not None:
            self.last.append(at_us - began_us)
        if self.stretches is not None:
            self.stretches.append((began_us, at_us))

    def drop(self, occurrence: str, at_us: int) -> None:
        """A running occurrence is over, and is not one that counts as ended."""
        if occurrence in self.running:
            self._stop(occurrence, at_us)

    def _stop(self, occurrence: str, at_us: int) -> tuple[int, int]:
        """Takes out what runs; when it began, and since when it counted in the interval."""
        if self._keeps_area:
            self._integrate(at_us)
        began_us = self.running.pop(occurrence)
        if self.begins is not None:
            del self.begins[bisect_left(self.begins, began_us)]
        since_us = began_us if began_us > self.start_us else self.start_us
        if self._keeps_area and at_us < self._changed_us:
            self._area -= twice_integral(began_us, max(at_us, self.start_us), self._changed_us)
        self._began_us -= began_us
        self._since_us -= since_us
        return began_us, since_us

    def happen(self, duration_us: int | None) -> None:
        """An instant: retrospective with the duration it looks back on, momentary with None."""
        ended = self.ended
        ended.number += 1
        if duration_us is not None:
            ended.whole_us += duration_us
            ended.instant_us += duration_us
            if self._keeps_extremes:
                self._compare(duration_us)
        if self._keeps_ranges and duration_us is not None and is_in(duration_us, self._range):
            ended.ranged += 1
            ended.ranged_us += duration_us
        if self.last is not None:
            self.last.append(duration_us)

    def settle(self) -> None:
        """An input is over: the numbers that ran at once are looked at now, never inside one (`semantics.md` 11)."""
        count = len(self.running)
        if count > self.ended.highest:
            self.ended.highest = count
        elif count < self.ended.lowest:
            self.ended.lowest = count

    def redate(self, occurrence: str, began_us: int) -> None:
        """What runs counts from another moment on."""
        former_us = self.running[occurrence]
        self.running[occurrence] = began_us
        if self.begins is not None:
            del self.begins[bisect_left(self.begins, former_us)]
            insort(self.begins, began_us)
        self._began_us += began_us - former_us
        self._since_us += max(began_us, self.start_us) - max(former_us, self.start_us)

    def restart(self, at_us: int) -> None:
        """A new interval begins; what runs goes on."""
        self.ended = Totals(highest=len(self.running), lowest=len(self.running))
        self.start_us = self._changed_us = at_us
        self._area = 0
        self._since_us = sum(max(began_us, at_us) for began_us in self.running.values())

    def _compare(self, duration_us: int) -> None:
        ended = self.ended
        if ended.longest_us is None or duration_us > ended.longest_us:
            ended.longest_us = duration_us
        if ended.shortest_us is None or duration_us < ended.shortest_us:
            ended.shortest_us = duration_us

    def _integrate(self, now_us: int) -> None:
        """Adds to twice the integral of CurrentTime what has run since the last change."""
        if self.running and now_us > self._changed_us:
            self._area += self._area_since(now_us)
        self._changed_us = max(now_us, self._changed_us)

    def _area_since(self, now_us: int) -> int:
        from_us = self._changed_us
        return (now_us - from_us) * (len(self.running) * (now_us + from_us) - 2 * self._began_us)

    # -- what it comes to ------------------------------------------------------------------------------------------

    def overlap_us(self, now_us: int) -> int:
        """Overlaps with the interval of all that ran in it."""
        return self.ended.ended_overlap_us + len(self.running) * now_us - self._since_us

    def area(self, now_us: int) -> int:
        """Twice the integral of CurrentTime over the interval."""
        return self._area + (self._area_since(now_us) if now_us > self._changed_us else 0)

    @property
    def present(self) -> Mapping[str, int]:
        """What runs and counts now, and since when."""
        return self.running

    @property
    def counting(self) -> Mapping[str, int]:
        """What runs and counts in the interval."""
        return self.running

    def current_us(self, now_us: int) -> int:
        """How long all that runs has run, together."""
        return len(self.running) * now_us - self._began_us

    def totals(self, now_us: int) -> Totals:
        """All that can be added up, as of `now_us`."""
        return msgspec.structs.replace(self.ended, overlap_us=self.overlap_us(now_us), area=self.area(now_us))
