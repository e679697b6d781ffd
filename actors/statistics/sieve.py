"""One mask with its filter: which changes pass, and what they come to in the interval (`semantics.md` 6, 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from actors.statistics.changes import (
    ActionBegan,
    ActionChanged,
    ActionEnded,
    ActionHappened,
    ActionRenamed,
    StatusChanged,
)
from actors.statistics.filters import Predicate
from actors.statistics.intervals import Interval
from actors.statistics.loaded_tally import LoadedTally
from actors.statistics.loads import LoadOf
from actors.statistics.reason_dates import ReasonDates
from actors.vocabulary.actions import PSEUDO_ACTIONS
from actors.vocabulary.kinds import MOMENTARY

Running = ActionBegan | ActionChanged | ActionRenamed | StatusChanged


class Sieve:
    """A mask, its filter, and the interval that counts what passes.

    With a filter an occurrence is each stretch during which the filter held (`semantics.md` 7).

    Args:
        mask: names of actions or statuses.
        holds: the filter, if there is one.
        interval: counts.
        is_continuous: whether changing from one status of the mask to another is no end: `...Continuous...`.
        is_time_alone: whether it may be taken for none, where the one begins as the other ends.
        load_of: what gives the load of what is counted, if the tally is one of loads.
        dates_by_reasons: whether what runs counts from the last change of its reasons.
    """

    __slots__ = (
        "_again",
        "_dates",
        "_enter",
        "_holds",
        "_is_continuous",
        "_is_time_alone",
        "_load_of",
        "_loaded",
        "_mask",
        "_running",
        "_tally",
        "interval",
    )

    def __init__(
        self,
        mask: frozenset[str],
        holds: Predicate | None,
        interval: Interval,
        *,
        is_continuous: bool = False,
        is_time_alone: bool = False,
        load_of: LoadOf | None = None,
        dates_by_reasons: bool = False,
    ) -> None:
        self._mask = mask
        self._holds = holds
        self._is_continuous = is_continuous
        self.interval = interval
        self._enter = interval.begin
        self._tally = interval.tally
        self._running = interval.tally.running
        self._again: dict[str, int] = {}
        self._load_of = load_of
        self._is_time_alone = is_time_alone and load_of is None
        self._dates = ReasonDates(interval.tally) if dates_by_reasons else None
        self._loaded = interval.tally if isinstance(interval.tally, LoadedTally) else None

    # -- what happens ----------------------------------------------------------------------------------------------

    def began(self, change: ActionBegan) -> None:
        """A durable action began; a pseudo-action is no call, so that no filter narrows it (`semantics.md` 8.3, 11)."""
        holds = self._holds
        if change.action in self._mask and (
            holds is None or change.action in PSEUDO_ACTIONS or holds(change.attributes)
        ):
            self._begin(change.occurrence, change.began_us, change)

    def ended(self, change: ActionEnded) -> None:
        """A durable action ended."""
        if change.ended_us is None:
            self._end(change.occurrence, change.time_us, change)
        else:
            self._end_late(change.occurrence, change.ended_us, change)

    def changed(self, change: ActionChanged) -> None:
        """A durable action has other attributes: the filter may hold now, or no longer."""
        if change.action in self._mask and (self._holds is not None or self._loaded is not None):
            holds = self._holds is None or self._holds(change.attributes)
            self._see(change.occurrence, holds, change.time_us, change)

    def renamed(self, change: ActionRenamed) -> None:
        """A wait has another name: inside the mask it is one occurrence (`semantics.md` 2.4)."""
        holds = change.action in self._mask and (self._holds is None or self._holds(change.attributes))
        self._see(change.occurrence, holds, change.time_us, change)

    def happened(self, change: ActionHappened) -> None:
        """An instant."""
        if change.action in self._mask and (self._holds is None or self._holds(change.attributes)):
            self._happen(None if change.action in MOMENTARY else change.duration_us, change)

    def status(self, change: StatusChanged) -> None:
        """A holder's status is another, or has other attributes."""
        holds = change.status in self._mask and (self._holds is None or self._holds(change.attributes))
        goes_on = change.old == change.status or (self._is_time_alone and change.since_us == change.time_us)
        if goes_on or self._is_continuous:
            self._see(change.holder, holds, change.time_us if goes_on else change.since_us, change)
        else:
            if change.holder in self._running:
                self._end(change.holder, change.time_us, change)
            if holds:
                self._begin(change.holder, change.since_us, change)
        if self._dates is not None:
            self._dates.date(change, is_anew=not (goes_on or self._is_continuous))

    # -- what passes -----------------------------------------------------------------------------------------------

    def _see(self, occurrence: str, holds: bool, since_us: int, change: Running) -> None:
        runs = occurrence in self._running
        if not holds:
            if runs:
                self._end(occurrence, change.time_us, change)
        elif not runs:
            self._begin(occurrence, since_us, change)
        elif self._loaded is not None and self._load_of is not None:
            self._loaded.carry(occurrence, self._load_of(change.attributes), change.order)

    def _begin(self, occurrence: str, began_us: int, change: Running) -> None:
        if occurrence in self._running:
            self._again[occurrence] = self._again.get(occurrence, 0) + 1
            return
        self._enter(occurrence, began_us, change.time_us)
        if self._loaded is not None and self._load_of is not None:
            self._loaded.carry(occurrence, self._load_of(change.attributes), change.order)
        if self._is_continuous:
            self._happen(None, change)

    def _end(self, occurrence: str, at_us: int, change: Running | ActionEnded) -> None:
        if occurrence in self._again:
            self._one_less(occurrence)
        elif self._is_continuous:
            self._tally.drop(occurrence, at_us)
        elif self._loaded is not None:
            self._loaded.end_loaded(occurrence, at_us, change.time_us, change.order)
        else:
            self._tally.end(occurrence, at_us)

    def _end_late(self, occurrence: str, ended_us: int, change: ActionEnded) -> None:
        """It ended before it was known: it counts now, and has not run since (`semantics.md` 11 to 2.4)."""
        began_us = self._running.get(occurrence)
        if began_us is None:
            return
        at_us = max(ended_us, began_us)
        if occurrence not in self._again:
            self.interval.take_back(began_us, at_us)
        self._end(occurrence, at_us, change)

    def _happen(self, duration_us: int | None, change: Running | ActionHappened) -> None:
        if self._loaded is not None and self._load_of is not None:
            self._loaded.happen_loaded(change.time_us, duration_us, self._load_of(change.attributes))
        else:
            self._tally.happen(duration_us)

    def _one_less(self, occurrence: str) -> None:
        """An occurrence that reached the object by several ways ended by one of them."""
        self._again[occurrence] -= 1
        if not self._again[occurrence]:
            del self._again[occurrence]


TAKE: Final[Mapping[type, Callable[[Sieve, Any], None]]] = {
    ActionBegan: Sieve.began,
    ActionEnded: Sieve.ended,
    ActionChanged: Sieve.changed,
    ActionRenamed: Sieve.renamed,
    ActionHappened: Sieve.happened,
    StatusChanged: Sieve.status,
}
