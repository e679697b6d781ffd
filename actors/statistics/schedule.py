"""When which statistic is to be looked at next: somebody's period is over, or time alone changes its value."""

from __future__ import annotations

import heapq

import msgspec


class Schedule(msgspec.Struct):
    """What is due, earliest first; of one statistic the earliest time alone.

    `due` is when each is due, in microseconds, by identity; `waiting` the same as a heap, in which what has been put
    earlier since, or dropped, still lies until its time.
    """

    due: dict[bytes, int] = {}
    waiting: list[tuple[int, bytes]] = []

    def put(self, identity: bytes, due_us: int) -> bool:
        """Has a statistic looked at then, or before if that was said; answers whether it is now earlier than was."""
        before_us = self.due.get(identity)
        if before_us is not None and before_us <= due_us:
            return False
        self.due[identity] = due_us
        heapq.heappush(self.waiting, (due_us, identity))
        return True

    def drop(self, identity: bytes) -> None:
        """Forgets a statistic."""
        self.due.pop(identity, None)

    @property
    def next_us(self) -> int | None:
        """When the next is due, if any is."""
        while self.waiting and self.due.get(self.waiting[0][1]) != self.waiting[0][0]:
            heapq.heappop(self.waiting)
        return self.waiting[0][0] if self.waiting else None

    def take(self, now_us: int, most: int) -> list[bytes]:
        """Those due by now, the earliest first, but no more than `most`; the others stay due."""
        taken: list[bytes] = []
        while len(taken) < most and (next_us := self.next_us) is not None and next_us <= now_us:
            taken.append(heapq.heappop(self.waiting)[1])
            del self.due[taken[-1]]
        return taken
