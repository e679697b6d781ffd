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
    Attributes,
    StatusChanged,
)
from actors.statistics.filters import Predicate
from actors.statistics.intervals import Interval
from actors.vocabulary.actions import MEDIATION_ACTIONS, REGULAR_ACTIONS, ActionKind

MOMENTARY: Final = frozenset(
    name
    for actions in (REGULAR_ACTIONS, MEDIATION_ACTIONS)
    for name, kind in actions.items()
    if kind is ActionKind.MOMENTARY
)


class Sieve:
    """A mask, its filter, and the interval that counts what passes.

    With a filter an occurrence is each stretch during which the filter held (`semantics.md` 7).

    Args:
        mask: names of actions or statuses.
        holds: the filter, if there is one.
        interval: counts.
        is_continuous: whether changing from one status of the mask to another is no end: `...Continuous...`.
        keeps_attributes: whether the attributes of what runs are needed.
    """

    __slots__ = ("_again", "_holds", "_is_continuous", "_mask", "_running", "attributes", "interval")

    def __init__(
        self,
        mask: frozenset[str],
        holds: Predicate | None,
        interval: Interval,
        *,
        is_continuous: bool = False,
        keeps_attributes: bool = False,
    ) -> None:
        self._mask = mask
        self._holds = holds
        self._is_continuous = is_continuous
        self.interval = interval
        self._running = interval.tally.running
        self._again: dict[str, int] = {}
        self.attributes: dict[str, Attributes] | None = {} if keeps_attributes else None

    # -- what happens ----------------------------------------------------------------------------------------------

    def began(self, change: ActionBegan) -> None:
        """A durable action began."""
        if change.action in self._mask and (self._holds is None or self._holds(change.attributes)):
            self._begin(change.occurrence, change.began_us, change.time_us, change.attributes)

    def ended(self, change: ActionEnded) -> None:
        """A durable action ended."""
        self._end(change.occurrence, change.time_us)

    def changed(self, change: ActionChanged) -> None:
        """A durable action has other attributes: the filter may hold now, or no longer."""
        if change.action in self._mask and (self._holds is not None or self.attributes is not None):
            holds = self._holds is None or self._holds(change.attributes)
            self._see(change.occurrence, holds, change.time_us, change.time_us, change.attributes)

    def renamed(self, change: ActionRenamed) -> None:
        """A wait has another name: inside the mask it is one occurrence (`semantics.md` 2.4)."""
        holds = change.action in self._mask and (self._holds is None or self._holds(change.attributes))
        self._see(change.occurrence, holds, change.time_us, change.time_us, change.attributes)

    def happened(self, change: ActionHappened) -> None:
        """An instant."""
        if change.action in self._mask and (self._holds is None or self._holds(change.attributes)):
            self.interval.tally.happen(None if change.action in MOMENTARY else change.duration_us)

    def status(self, change: StatusChanged) -> None:
        """A holder's status is another, or has other attributes."""
        holds = change.status in self._mask and (self._holds is None or self._holds(change.attributes))
        if change.old == change.status:
            self._see(change.holder, holds, change.time_us, change.time_us, change.attributes)
        elif self._is_continuous and holds:
            self._see(change.holder, holds, change.since_us, change.time_us, change.attributes)
        else:
            if change.holder in self._running:
                self._end(change.holder, change.time_us)
            if holds:
                self._begin(change.holder, change.since_us, change.time_us, change.attributes)

    # -- what passes -----------------------------------------------------------------------------------------------

    def _see(self, occurrence: str, holds: bool, since_us: int, now_us: int, attributes: Attributes) -> None:
        runs = occurrence in self._running
        if not holds:
            if runs:
                self._end(occurrence, now_us)
        elif not runs:
            self._begin(occurrence, since_us, now_us, attributes)
        elif self.attributes is not None:
            self.attributes[occurrence] = attributes

    def _begin(self, occurrence: str, began_us: int, now_us: int, attributes: Attributes) -> None:
        if occurrence in self._running:
            self._again[occurrence] = self._again.get(occurrence, 0) + 1
            return
        self.interval.begin(occurrence, began_us, now_us)
        if self._is_continuous:
            self.interval.tally.happen(None)
        if self.attributes is not None:
            self.attributes[occurrence] = attributes

    def _end(self, occurrence: str, at_us: int) -> None:
        if occurrence in self._again:
            self._one_less(occurrence)
            return
        if self._is_continuous:
            self.interval.tally.drop(occurrence, at_us)
        else:
            self.interval.tally.end(occurrence, at_us)
        if self.attributes is not None:
            self.attributes.pop(occurrence, None)

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
