"""The pure core of a statistic whose value is a number: its masks, its interval, its category.

Nothing here has a mailbox or a clock: changes come in, `value` says what they come to at a moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from actors.configuration.definitions import ProfileKind, StatType, TimeProfile, TimeRange
from actors.statistics.categories import CATEGORIES, is_current
from actors.statistics.changes import StatesView, StatusChanged
from actors.statistics.figures import Figures, Value
from actors.statistics.filters import Predicate
from actors.statistics.formulas import is_distinct, weight_of
from actors.statistics.intervals import Closed, Growing, Interval, Selection
from actors.statistics.loaded_tally import LoadedTally
from actors.statistics.loads import LoadOf, load_of
from actors.statistics.resets import Resets
from actors.statistics.sieve import TAKE, Sieve
from actors.statistics.sliding import Sliding, Window
from actors.statistics.tally import Keep, Tally
from actors.vocabulary.statuses import LOGGED_OUT
from runtime.mail import Message, number_of

NO_RESETS: Final = Resets((), "UTC")
NEVER_US: Final = 1 << 62


class Terms(msgspec.Struct, frozen=True):
    """What a statistic counts by, beside its definition.

    `ranges` are those named or the default; `has_range` says whether the first was named. `resets` are of a Growing
    profile. `aht_s` is `load-balance-aht`.
    """

    profile: TimeProfile
    ranges: tuple[TimeRange, TimeRange]
    has_range: bool
    resets: Resets
    aht_s: float


class Measure:
    """A statistic of one object.

    Args:
        stat_type: its definition, as it stands for the object.
        terms: what else it counts by.
        holds: its filter and business attributes; `rel_holds` the latter alone, for the RelMask.
        opened_us: it counts from here.
    """

    __slots__ = (
        "_by_status",
        "_category",
        "_dates_by_reasons",
        "_figures",
        "_holds",
        "_is_distinct",
        "_keeps_stretches",
        "_load_of",
        "_next_us",
        "_parts",
        "_rel_holds",
        "_stat_type",
        "_subject",
        "_terms",
        "moves",
        "settles",
    )
    state: None = None

    def __init__(
        self,
        stat_type: StatType,
        terms: Terms,
        *,
        holds: Predicate | None,
        rel_holds: Predicate | None,
        opened_us: int,
    ) -> None:
        self._by_status = stat_type.subject != "DNAction"
        self._stat_type = stat_type
        self._terms = terms
        self._holds, self._rel_holds = holds, rel_holds
        self._category = CATEGORIES[stat_type.category]
        self._keeps_stretches = self._category.keeps_stretches and self._by_status
        kind = terms.profile.kind
        self.moves = self._category.moves_by_status if self._by_status else self._category.moves_by_action
        self.moves = self.moves or kind is ProfileKind.SLIDING
        self._is_distinct = is_distinct(stat_type.formula) and not self._category.counts_each
        self._load_of = self._loads(stat_type.formula)
        self._dates_by_reasons = self._by_status and is_current(stat_type)
        self._dates_by_reasons = self._dates_by_reasons and stat_type.reason_start_overrides_status_start
        masks = self._category.masks(stat_type)
        self._parts = tuple(
            self._sieve(mask, part, holds if part == 0 or self._category.parts else rel_holds, opened_us)
            for part, mask in enumerate(masks)
        )
        self._subject = stat_type.subject
        intervals = [part.interval for part in self._parts]
        self._figures = Figures(intervals, self._by_status, terms.ranges, terms.has_range, terms.aht_s, opened_us)
        self.settles = Keep.LEVELS in self._category.keep
        self._next_us = self._when_time_changes_it()

    def fresh(self) -> Measure:
        """One of the same opening that has counted nothing."""
        return Measure(self._stat_type, self._terms, holds=self._holds, rel_holds=self._rel_holds, opened_us=0)

    def _loads(self, formula: str) -> LoadOf | None:
        """What gives the load of what is counted: the category asks for it, or each call counts once."""
        if self._category.has_formula:
            return load_of(weight_of(formula))
        return load_of(None) if self._is_distinct or self._category.keeps_calls else None

    def _sieve(self, mask: frozenset[str], part: int, holds: Predicate | None, opened_us: int) -> Sieve:
        range_ = self._terms.ranges[min(part, 1) if self._category.parts else 0]
        return Sieve(
            mask,
            holds,
            self._interval(self._tally(range_, opened_us), range_),
            is_continuous=self._category.is_continuous,
            is_time_alone=self._category.is_time_alone,
            load_of=self._load_of,
            dates_by_reasons=self._dates_by_reasons,
        )

    def _tally(self, range_: TimeRange, opened_us: int) -> Tally:
        by_status, keep = self._by_status, self._category.keep
        if self._load_of is None:
            return Tally(by_status=by_status, start_us=opened_us, range_=range_, keep=keep)
        return LoadedTally(
            by_status=by_status, start_us=opened_us, range_=range_, keep=keep, is_distinct=self._is_distinct
        )

    def _interval(self, tally: Tally, range_: TimeRange) -> Interval:
        profile = self._terms.profile
        if profile.kind is ProfileKind.SLIDING and self._is_distinct:
            assert isinstance(tally, LoadedTally)
            return Window(tally, profile, range_, by_status=self._by_status)
        if profile.kind is ProfileKind.SLIDING:
            return Sliding(tally, profile, keeps_stretches=self._keeps_stretches)
        if profile.kind is ProfileKind.SELECTION:
            return Selection(tally, profile.count, range_)
        return Growing(tally, self._terms.resets if profile.kind is ProfileKind.GROWING else NO_RESETS)

    @property
    def next_reset_us(self) -> int | None:
        """When time alone changes the value next: a reset, or the edge of a bucket."""
        return None if self._next_us == NEVER_US else self._next_us

    def _when_time_changes_it(self) -> int:
        next_us = self._parts[0].interval.next_us
        return NEVER_US if next_us is None else next_us

    def _advance(self, now_us: int) -> None:
        for part in self._parts:
            part.interval.advance(now_us)
        self._next_us = self._when_time_changes_it()

    def take_over(self, view: StatesView) -> None:
        """Begins with what runs at the object as the statistic is opened, in the order in which it began."""
        for change in sorted((*view.actions, *view.statuses), key=_order):
            take = TAKE[type(change)]
            for part in self._parts:
                take(part, change)
        self.restart(self._parts[0].interval.tally.start_us)

    def hear(self, change: Any) -> None:
        """Takes a change in; a reset due by then comes first."""
        if change.time_us >= self._next_us:
            self._advance(change.time_us)
        take = TAKE[type(change)]
        for part in self._parts:
            take(part, change)

    def counts(self, change: Any) -> bool:
        """Whether a change is of the statistic's subject."""
        return isinstance(change, StatusChanged) == self._by_status and (
            not self._by_status or change.subject == self._subject
        )

    def restart(self, at_us: int) -> None:
        """The interval begins now; what runs goes on."""
        for part in self._parts:
            part.interval.tally.restart(at_us)

    def settle(self) -> None:
        """An input is over: how many run at once is looked at now."""
        for part in self._parts:
            part.interval.tally.settle()

    def value(self, now_us: int) -> Value:
        """The value at a moment not before the last change."""
        figures = self._figures
        if now_us >= self._next_us:
            figures = msgspec.structs.replace(figures, parts=[interval.at(now_us) for interval in figures.parts])
        figures.now_us = now_us
        return self._category.value(figures)

    def advance(self, until_us: int) -> None:
        """Applies the resets and edges up to `until_us`, after which nothing from before them may come."""
        if self._next_us <= until_us:
            self._advance(until_us)

    def close(self, until_us: int) -> Iterator[Closed]:
        """As `advance`, one reset at a time.

        Yields:
            Each interval they close, with its last value.
        """
        figures = self._figures
        while self._next_us <= until_us:
            figures.now_us = self._next_us
            closed = Closed(figures.parts[0].start_us, self._next_us, self._category.value(figures))
            self._advance(self._next_us)
            yield closed


class SinceLogin:
    """A measure that an agent's login restarts, when it found the agent logged out everywhere (`semantics.md` 8.1).

    The interval begins before the login's input: so the changes of one input wait until it is known whether one of
    them is the login. Before the first login nothing counts.

    Args:
        measure: counts, in an interval without resets.
    """

    state: None = None
    settles = True
    next_reset_us: int | None = None

    def __init__(self, measure: Measure) -> None:
        self._measure = measure
        self._is_counting = False
        self._waiting: list[Any] = []
        self.moves = measure.moves

    def fresh(self) -> SinceLogin:
        """One of the same opening that has counted nothing."""
        return SinceLogin(self._measure.fresh())

    def take_over(self, view: StatesView) -> None:
        """An agent that has logged in before the statistic is opened counts from then."""
        self._is_counting = view.has_logged_in
        self._measure.take_over(StatesView(view.actions, [one for one in view.statuses if self._measure.counts(one)]))

    def hear(self, change: Any) -> None:
        """Takes a change in."""
        if self._waiting and number_of(self._waiting[0].order) != number_of(change.order):
            self.settle()
        self._waiting.append(change)

    def settle(self) -> None:
        """An input is over: was it the login?"""
        waiting, self._waiting = self._waiting, []
        if any(_is_login(change) for change in waiting):
            self._is_counting = True
            self._measure.restart(waiting[0].time_us)
        for change in waiting:
            if self._measure.counts(change):
                self._measure.hear(change)
        self._measure.settle()

    def advance(self, until_us: int) -> None:
        """No reset closes its interval."""

    def close(self, _until_us: int) -> tuple[Closed, ...]:
        """No reset closes its interval."""
        return ()

    def value(self, now_us: int) -> Value:
        """The value at a moment not before the last change."""
        value = self._measure.value(now_us)
        return value if self._is_counting else type(value)(0)


def _order(change: Message) -> int:
    return change.order


def _is_login(change: Any) -> bool:
    return isinstance(change, StatusChanged) and change.subject == "AgentStatus" and change.old == LOGGED_OUT
