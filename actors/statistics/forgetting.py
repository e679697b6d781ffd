"""Statistics that nobody has asked for in a long time leave the pool (`semantics.md` 9.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import msgspec

from actors.statistics.pool_state import Entry, PoolState, Wiring

DAY_US: Final = 86_400_000_000


class Forget(msgspec.Struct, frozen=True):
    """Payload of a timer: a statistic goes if nobody has asked for it since."""

    identity: bytes


class Forgetting:
    """Takes statistics out of the pool: each has one timer at most, and none while a client has it open.

    Args:
        wiring, state: the pool's.
        call_at: sets a timer, due in microseconds.
    """

    def __init__(self, wiring: Wiring, state: PoolState, call_at: Callable[[int, Forget], None]) -> None:
        self._wiring = wiring
        self._state = state
        self._call_at = call_at

    def note_asked(self, entry: Entry, now_us: int) -> None:
        """It was asked for, or a client has closed it, now."""
        entry.asked_us = now_us
        self.later(entry)

    def later(self, entry: Entry) -> None:
        """Has a statistic that no client has open go when nobody has asked for it for long."""
        if not entry.is_going and not entry.listeners:
            entry.is_going = True
            self._call_at(entry.asked_us + self._kept_us, Forget(entry.opening.identity))

    def try_again(self, forget: Forget, now_us: int) -> None:
        """The pool has failed on a timer for good: the statistic goes as much later again."""
        self._call_at(now_us + self._kept_us, forget)

    @property
    def _kept_us(self) -> int:
        return round(self._wiring.definitions.options.old_stats_remove_interval * DAY_US)

    def due(self, forget: Forget, now_us: int) -> None:
        """The timer of a statistic was due; it may have been asked for since."""
        entry = self._state.entries.get(forget.identity)
        if entry is None:
            return
        entry.is_going = False
        if entry.listeners or now_us < entry.asked_us + self._kept_us:
            self.later(entry)
        else:
            self.remove(forget.identity)

    def remove(self, identity: bytes) -> None:
        """Takes a statistic out, and what only it wanted."""
        entry = self._state.entries.pop(identity)
        self._wiring.agenda.drop(identity)
        asked, board = entry.opening, self._wiring.board
        asked.node.unwant(entry.ref, asked.actions, asked.statuses)
        board.routers.pop(entry.ref, None)
        entry.ref.stop(block=False)
        if asked.node.hears_seats and not any(
            other.opening.node is asked.node for other in self._state.entries.values()
        ):
            board.let_go(asked.node)
