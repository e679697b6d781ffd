"""Timers that are set: the first due comes first, of two due at one time the one set first; cancelled ones never."""

from __future__ import annotations

import heapq
import itertools
from typing import Any, Final, NamedTuple

from runtime.actor import ActorRef

CANCELLED_MAX: Final = 1_000
"""Cancelled timers that may lie about, beside as many as there are others: some would come only in days."""


class Timer(NamedTuple):
    """A timer that was set.

    Attributes:
        due_us: when it comes.
        set_by: order of the message that set it.
        number: of those set, it is the how manieth.
        ref: whose it is.
        payload: what comes.
        is_alone: whether it only notifies.
    """

    due_us: int
    set_by: int
    number: int
    ref: ActorRef
    payload: Any
    is_alone: bool


class Timers:
    """Those of one server."""

    def __init__(self) -> None:
        self._waiting: list[Timer] = []
        self._pending: set[int] = set()
        self._numbers = itertools.count()

    def __len__(self) -> int:
        """How many lie here, cancelled ones too."""
        return len(self._waiting)

    def set(self, due_us: int, ref: ActorRef, payload: Any, *, set_by: int, is_alone: bool) -> Timer:
        """One more; arguments as for a `Timer`."""
        timer = Timer(due_us, set_by, next(self._numbers), ref, payload, is_alone)
        self._pending.add(timer.number)
        heapq.heappush(self._waiting, timer)
        return timer

    def cancel(self, timer: Timer) -> None:
        """Forgets a timer; one that has come already stays come."""
        self._pending.discard(timer.number)
        if len(self._waiting) > 2 * len(self._pending) + CANCELLED_MAX:
            self._waiting = [waiting for waiting in self._waiting if waiting.number in self._pending]
            heapq.heapify(self._waiting)

    def of(self, ref: ActorRef) -> list[Timer]:
        """Those that are set for an actor, in the order in which they come."""
        inbox, pending = ref.actor_inbox, self._pending
        own = [timer for timer in self._waiting if timer.ref.actor_inbox is inbox and timer.number in pending]
        return sorted(own, key=lambda timer: (timer.due_us, timer.set_by, timer.number))

    @property
    def next_us(self) -> int | None:
        """When the next one is due; None if there is none."""
        while self._waiting and self._waiting[0].number not in self._pending:
            heapq.heappop(self._waiting)
        return self._waiting[0].due_us if self._waiting else None

    def take(self, until_us: int) -> Timer | None:
        """The next one, if it is due by then."""
        next_us = self.next_us
        if next_us is None or next_us > until_us:
            return None
        timer = heapq.heappop(self._waiting)
        self._pending.remove(timer.number)
        return timer

    def put_off_looks(self, from_us: int) -> None:
        """Has those that only notify come not before `from_us`, as far as none of the others is due before them."""
        while (next_us := self.next_us) is not None and next_us < from_us and self._waiting[0].is_alone:
            heapq.heapreplace(self._waiting, self._waiting[0]._replace(due_us=from_us))
