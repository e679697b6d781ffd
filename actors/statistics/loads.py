"""What an occurrence carries beside its duration: its call, and what a formula makes of it (`semantics.md` 8.4)."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from actors.statistics.changes import Attributes
from actors.statistics.formulas import Amount, Weight


class Load(NamedTuple):
    """The call of an occurrence or instant, and its formula's value; None where that failed or there is none."""

    conn_id: str
    amount: Amount | None


LoadOf = Callable[[Attributes], Load]


def load_of(weight: Weight | None) -> LoadOf:
    """What gives an occurrence's load; without a formula that is its call alone."""
    if weight is None:
        return lambda attributes: Load(attributes.conn_id, None)
    return lambda attributes: Load(attributes.conn_id, weight(attributes))


class Carried:
    """The load of what runs, now and as of before the last event that changed it.

    A stretch that ends takes the data it ran with, not those of the event that ends it (`semantics.md` 11).
    """

    __slots__ = ("_before", "_order", "now")

    def __init__(self, load: Load, order: int) -> None:
        self._before = self.now = load
        self._order = order

    def change(self, load: Load, order: int) -> None:
        """An event has brought other data."""
        if order != self._order:
            self._before, self._order = self.now, order
        self.now = load

    def at_end(self, order: int) -> Load:
        """What it ran with, until an event ended it."""
        return self._before if order == self._order else self.now


class Carrying:
    """What all that runs carries together, added up as it changes: nobody looks through it for a value.

    `calls` counts what runs by its call; `amounts` are the formula's values in order, `sum` what they come to.
    """

    __slots__ = ("amounts", "calls", "sum")

    def __init__(self, loads: Iterable[Load] = ()) -> None:
        self.calls: Counter[str] = Counter()
        self.amounts: list[Amount] = []
        self.sum: Amount = 0
        for load in loads:
            self.add(load)

    def add(self, load: Load) -> None:
        """Something with this load runs."""
        if load.conn_id:
            self.calls[load.conn_id] += 1
        if load.amount is not None:
            insort(self.amounts, load.amount)
            self.sum += load.amount

    def remove(self, load: Load) -> None:
        """It does so no longer."""
        if load.conn_id:
            self.calls[load.conn_id] -= 1
            if not self.calls[load.conn_id]:
                del self.calls[load.conn_id]
        if load.amount is not None:
            del self.amounts[bisect_left(self.amounts, load.amount)]
            self.sum -= load.amount


class Counted(NamedTuple):
    """Something that ended or happened, kept one by one; `at_us` is when that was known.

    An instant has no `began_us`, a momentary one no `duration_us` either.
    """

    at_us: int
    began_us: int | None
    duration_us: int | None
    load: Load


def first_of_each(counted: Iterable[Counted]) -> Iterator[Counted]:
    """With `DistByConnID` the first of each call; what is of none counts each time."""
    seen: set[str] = set()
    for one in counted:
        conn_id = one.load.conn_id
        if conn_id not in seen:
            yield one
        if conn_id:
            seen.add(conn_id)
