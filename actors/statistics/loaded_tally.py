"""A tally of what carries a load: it adds up a formula's values, and where calls count once it counts only their first.

Only statistics with a formula have one (and those that tell one call from another), so that all others stay as fast as
they are.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from actors.configuration.definitions import TimeRange
from actors.statistics.loads import Carried, Carrying, Counted, Load
from actors.statistics.tally import Keep, Tally
from actors.statistics.totals import Totals, Values

SEEN_MAX: Final = 100_000
"""Calls that are known to have counted: the oldest is forgotten, for no call comes back after so many others."""


class LoadedTally(Tally):
    """Counts occurrences that carry a load.

    Attributes:
        carried: what each running occurrence carries.
        seen: the calls that have counted in the interval, where each counts once.
        kept: what ended or happened, one by one, for an interval that needs it.
    """

    __slots__ = ("_carrying", "_is_distinct", "carried", "kept", "seen")

    def __init__(
        self, *, by_status: bool, start_us: int, range_: TimeRange, keep: Keep = Keep.SUMS, is_distinct: bool
    ) -> None:
        super().__init__(by_status=by_status, start_us=start_us, range_=range_, keep=keep)
        if is_distinct:
            self.begins = None
        self._is_distinct = is_distinct
        self.carried: dict[str, Carried] = {}
        self._carrying = Carrying() if Keep.LOADS in keep and not is_distinct else None
        self.seen: dict[str, None] | None = {} if is_distinct else None
        self.kept: deque[Counted] | None = None
        self.ended.values = Values()

    # -- what happens ----------------------------------------------------------------------------------------------

    def carry(self, occurrence: str, load: Load, order: int) -> None:
        """What runs carries this load now, by a message of this order."""
        carried = self.carried.get(occurrence)
        if carried is None:
            self.carried[occurrence] = Carried(load, order)
        else:
            if self._carrying is not None:
                self._carrying.remove(carried.now)
            carried.change(load, order)
        if self._carrying is not None:
            self._carrying.add(load)

    def end_loaded(self, occurrence: str, at_us: int, now_us: int, order: int) -> None:
        """A running occurrence has ended, known by an event of this time and order."""
        began_us = self.running.get(occurrence)
        if began_us is None:
            return
        load = self._unload(occurrence).at_end(order)
        if not self._is_first(load):
            super().drop(occurrence, at_us)
            return
        super().end(occurrence, at_us)
        self._count(Counted(now_us, began_us, at_us - began_us, load))

    def happen_loaded(self, at_us: int, duration_us: int | None, load: Load) -> None:
        """An instant, momentary without a duration."""
        if self._is_first(load):
            super().happen(duration_us)
            self._count(Counted(at_us, None, duration_us, load))

    def drop(self, occurrence: str, at_us: int) -> None:
        """A running occurrence is over, and is not one that counts as ended."""
        if occurrence in self.carried:
            self._unload(occurrence)
        super().drop(occurrence, at_us)

    def restart(self, at_us: int) -> None:
        """A new interval begins; what runs goes on."""
        super().restart(at_us)
        self.ended.values = Values()
        if self.seen is not None:
            self.seen = {}
        if self.kept is not None:
            self.kept.clear()

    def _unload(self, occurrence: str) -> Carried:
        carried = self.carried.pop(occurrence)
        if self._carrying is not None:
            self._carrying.remove(carried.now)
        return carried

    def _count(self, counted: Counted) -> None:
        if counted.load.amount is not None:
            assert self.ended.values is not None
            self.ended.values.add(counted.load.amount)
        if self.kept is not None:
            self.kept.append(counted)

    def _is_first(self, load: Load) -> bool:
        """Whether something counts: it does, unless calls count once and its call has."""
        if self.seen is None or not load.conn_id:
            return True
        if load.conn_id in self.seen:
            return False
        self.seen[load.conn_id] = None
        if len(self.seen) > SEEN_MAX:
            del self.seen[next(iter(self.seen))]
        return True

    # -- what it comes to ------------------------------------------------------------------------------------------

    @property
    def present(self) -> Mapping[str, int]:
        """What runs and counts now, whatever the interval, and since when."""
        return self.firsts() if self._is_distinct else self.running

    @property
    def counting(self) -> Mapping[str, int]:
        """What runs and counts in the interval: where calls count once, that of those that have not."""
        return self.running if self.seen is None else self.firsts(self.seen)

    def firsts(self, counted: Collection[str] = ()) -> dict[str, int]:
        """Of what runs, what counts where calls count once: of each that has not been `counted` what began first."""
        seen = set(counted)
        firsts = {}
        for occurrence, began_us in self.running.items():
            conn_id = self.carried[occurrence].now.conn_id
            if not conn_id or conn_id not in seen:
                firsts[occurrence] = began_us
            seen.add(conn_id)
        return firsts

    @property
    def carrying(self) -> Carrying:
        """What all that runs and counts now carries."""
        if self._carrying is not None:
            return self._carrying
        return Carrying(self.carried[occurrence].now for occurrence in self.present)

    def current_us(self, now_us: int) -> int:
        """How long all that runs and counts has run, together."""
        return sum(now_us - began_us for began_us in self.present.values())

    def overlap_us(self, now_us: int) -> int:
        """Overlaps with the interval of all that ran in it and counts."""
        if not self._is_distinct:
            return super().overlap_us(now_us)
        return self.ended.ended_overlap_us + overlap_us(self.counting, self.start_us, now_us)


def overlap_us(running: Mapping[str, int], start_us: int, now_us: int) -> int:
    """How much of what runs lies between two moments, together."""
    return sum(now_us - max(began_us, start_us) for began_us in running.values())


def summed(counted: Iterable[Counted], start_us: int, range_: TimeRange, *, by_status: bool) -> Totals:
    """What things kept one by one come to in an interval that begins at `start_us`."""
    tally = LoadedTally(
        by_status=by_status, start_us=start_us, range_=range_, keep=Keep.EXTREMES | Keep.RANGES, is_distinct=False
    )
    for one in counted:
        if one.began_us is None:
            tally.happen_loaded(one.at_us, one.duration_us, one.load)
        else:
            assert one.duration_us is not None
            tally.begin("", one.began_us, one.began_us)
            tally.carry("", one.load, 0)
            tally.end_loaded("", one.began_us + one.duration_us, one.at_us, 0)
    return tally.ended
