"""The pure core of a statistic: which occurrences its masks, its filter and its subject let through, and its value.

Nothing here has a mailbox or a clock: changes come in, `value` says what they come to at a moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from actors.configuration.definitions import StatType
from actors.statistics.categories import CATEGORIES, Tallies, Value
from actors.statistics.changes import (
    ActionBegan,
    ActionChanged,
    ActionEnded,
    ActionHappened,
    ActionRenamed,
    StatesView,
    StatusChanged,
)
from actors.statistics.filters import Predicate
from actors.statistics.resets import Resets
from actors.statistics.tally import Tally
from actors.vocabulary.actions import MEDIATION_ACTIONS, REGULAR_ACTIONS, ActionKind

MOMENTARY: Final = frozenset(
    name
    for actions in (REGULAR_ACTIONS, MEDIATION_ACTIONS)
    for name, kind in actions.items()
    if kind is ActionKind.MOMENTARY
)


class Sieve:
    """One mask with its filter, and the tally of what passes.

    With a filter an occurrence is each stretch during which the filter held (`semantics.md` 7).
    """

    __slots__ = ("_holds", "_mask", "tally")

    def __init__(self, mask: frozenset[str], holds: Predicate | None, tally: Tally) -> None:
        self._mask = mask
        self._holds = holds
        self.tally = tally

    def began(self, change: ActionBegan) -> None:
        """A durable action began."""
        if change.action in self._mask and (self._holds is None or self._holds(change.attributes)):
            self.tally.begin(change.occurrence, change.began_us)

    def ended(self, change: ActionEnded) -> None:
        """A durable action ended."""
        self.tally.end(change.occurrence, change.time_us)

    def changed(self, change: ActionChanged) -> None:
        """A durable action has other attributes: the filter may hold now, or no longer."""
        if self._holds is not None and change.action in self._mask:
            self._see(change.occurrence, self._holds(change.attributes), change.time_us)

    def renamed(self, change: ActionRenamed) -> None:
        """A wait has another name: inside the mask it is one occurrence (`semantics.md` 2.4)."""
        holds = change.action in self._mask and (self._holds is None or self._holds(change.attributes))
        self._see(change.occurrence, holds, change.time_us)

    def happened(self, change: ActionHappened) -> None:
        """An instant."""
        if change.action in self._mask and (self._holds is None or self._holds(change.attributes)):
            self.tally.happen(None if change.action in MOMENTARY else change.duration_us)

    def status(self, change: StatusChanged) -> None:
        """A holder's status is another, or has other attributes."""
        if change.old != change.status:
            self.tally.end(change.holder, change.time_us)
        holds = change.status in self._mask and (self._holds is None or self._holds(change.attributes))
        is_new = change.old != change.status
        self._see(change.holder, holds, change.since_us if is_new else change.time_us)

    def _see(self, occurrence: str, holds: bool, at_us: int) -> None:
        runs = occurrence in self.tally.running
        if holds and not runs:
            self.tally.begin(occurrence, at_us)
        elif runs and not holds:
            self.tally.end(occurrence, at_us)


class Measure:
    """A statistic of one object, but for the one whose value is a state.

    Args:
        stat_type: its definition, as it stands for the object.
        holds: its filter and business attributes; `rel_holds` the latter alone, for the RelMask.
        resets: of its Growing profile.
        opened_us: it counts from here.
    """

    state: None = None

    def __init__(
        self,
        stat_type: StatType,
        *,
        holds: Predicate | None,
        rel_holds: Predicate | None,
        resets: Resets,
        opened_us: int,
    ) -> None:
        by_status = stat_type.subject != "DNAction"
        main = Sieve(stat_type.main_mask, holds, Tally(by_status=by_status, start_us=opened_us))
        self._sieves = [main]
        if stat_type.rel_mask:
            self._sieves.append(Sieve(stat_type.rel_mask, rel_holds, Tally(by_status=by_status, start_us=opened_us)))
        self._tallies = Tallies(self._sieves[0].tally, self._sieves[-1].tally)
        category = CATEGORIES[stat_type.category]
        self._value = category.value
        self.moves = category.moves_by_status if by_status else category.moves_by_action
        self._resets = resets
        self.next_reset_us = resets.next_us(opened_us)

    def hear(self, change: Any) -> None:
        """Takes a change in; a reset due by then comes first."""
        self._reset(change.time_us)
        take = TAKE[type(change)]
        for sieve in self._sieves:
            take(sieve, change)

    def take_over(self, view: StatesView) -> None:
        """Begins with what runs at the object as the statistic is opened."""
        for began in view.actions:
            for sieve in self._sieves:
                sieve.began(began)
        for status in view.statuses:
            for sieve in self._sieves:
                sieve.status(status)

    def value(self, now_us: int) -> Value:
        """The value at a moment not before the last change."""
        self._reset(now_us)
        return self._value(self._tallies, now_us)

    def _reset(self, now_us: int) -> None:
        while self.next_reset_us is not None and self.next_reset_us <= now_us:
            for sieve in self._sieves:
                sieve.tally.restart(self.next_reset_us)
            self.next_reset_us = self._resets.next_us(self.next_reset_us)


TAKE: Final[Mapping[type, Callable[[Sieve, Any], None]]] = {
    ActionBegan: Sieve.began,
    ActionEnded: Sieve.ended,
    ActionChanged: Sieve.changed,
    ActionRenamed: Sieve.renamed,
    ActionHappened: Sieve.happened,
    StatusChanged: Sieve.status,
}
