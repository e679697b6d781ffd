"""The calls of a link that are over, in little memory and for an hour: one may come back (`semantics.md` 2.4).

They are packed, and stand on *shelves*: each takes those that end within `SHELF_US`. What is on the oldest shelf goes
out of date together, so it is emptied a few calls at an event, in any order, however long other calls go on. One dict
in order of time was tried: to find the oldest in it, Python steps over the places of all that were taken before.
"""

from __future__ import annotations

from typing import Final

import msgspec

from actors.sources.call import Call, packed, unpacked

KEPT_US: Final = 3_600_000_000
"""A call nobody takes part in is remembered for an hour: it may come back, from a transfer to nowhere we watch."""
SHELF_US: Final = 600_000_000
"""Six shelves, and the one that is emptied: few to look through, and a sixth more memory than the hour needs."""
FORGOTTEN_MAX: Final = 4
"""Calls forgotten at an event, which ends two at most. A shelf not empty after `SHELF_US` is dropped as it is."""


class Shelf(msgspec.Struct):
    """Calls by conn_id, packed, each ended before `until_us`."""

    until_us: int
    calls: dict[str, bytes] = {}


class EndedCalls(msgspec.Struct):
    """Calls that are over, the oldest shelf first; each is remembered for `KEPT_US` from its end, its `last_us`."""

    shelves: list[Shelf] = []

    def put(self, conn_id: str, call: Call, time_us: int) -> None:
        """Puts a call away that is over from now, and stands nowhere here."""
        call.last_us = time_us
        if not self.shelves or self.shelves[-1].until_us <= time_us:
            self.shelves.append(Shelf(time_us + SHELF_US))
        self.shelves[-1].calls[conn_id] = packed(call)

    def _look(self, conn_id: str) -> Call | None:
        for shelf in reversed(self.shelves):
            if conn_id in shelf.calls:
                return unpacked(shelf.calls[conn_id])
        return None

    def recall(self, conn_id: str, time_us: int) -> Call | None:
        """A copy of a call; one that ended `KEPT_US` ago is forgotten."""
        call = self._look(conn_id)
        if call is not None and call.last_us + KEPT_US <= time_us:
            self._forget(conn_id)
            return None
        return call

    def take(self, conn_id: str, time_us: int) -> Call | None:
        """A call that is remembered; it stands here no longer."""
        call = self.recall(conn_id, time_us)
        if call is not None:
            self._forget(conn_id)
        return call

    def _forget(self, conn_id: str) -> None:
        for shelf in self.shelves:
            shelf.calls.pop(conn_id, None)

    def forget_old(self, time_us: int) -> None:
        """Forgets some of the calls that are remembered no longer; after a silence all of them."""
        while self.shelves and self.shelves[0].until_us + KEPT_US <= time_us:
            oldest = self.shelves[0]
            if oldest.until_us + KEPT_US + SHELF_US > time_us:
                for _ in range(min(FORGOTTEN_MAX, len(oldest.calls))):
                    oldest.calls.popitem()
                if oldest.calls:
                    return
            del self.shelves[0]
