"""What waits to be sent to one client.

The invariants, and why they hold. *Order*: lines leave in the order in which they were added, but that a reading may
stand where an older one of its statistic stood. It never passes a line that speaks of its statistic (`Suspended`, a
reading that answers a request): such a line ends what the readings before it may give way to. So the last reading that
a client gets of a statistic is the newest. *Bounds*: while little waits every line is kept. Once more than
`keeps_up_max` bytes wait a new reading takes the place of the one that still waits, so there is one at most for each
statistic; lines that cannot be replaced may take up `limit`, and everything together `TOTAL_FACTOR` times that. Whoever
would add a line beyond either is told that there is no room. The line that goes past a bound is still taken, whatever
its length: a list of all objects may be longer than `limit`, and its client not slow at all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

KEEPS_UP_MAX: Final = 64 << 10
"""Bytes that wait for a client that keeps up: what one send takes, some 800 readings."""
TOTAL_FACTOR: Final = 4
"""With the default `limit` of 4 MiB: room for the newest readings of 100,000 statistics, at 160 bytes each."""


class _Waiting:
    """A line that waits; `number` is that of the statistic it may be replaced for."""

    __slots__ = ("line", "number")

    def __init__(self, line: bytes, number: int | None) -> None:
        self.line = line
        self.number = number


class Outbox:
    """The lines of one client, added by its session and taken by whoever sends them.

    Every operation costs the same however much waits.

    Args:
        limit: bytes that lines which cannot be replaced may take up (`max-client-output-queue-size`).
        on_change: called when a line was added or the outbox closed.
        keeps_up_max: bytes up to which every reading is kept.
    """

    def __init__(self, limit: int, on_change: Callable[[], None], *, keeps_up_max: int = KEEPS_UP_MAX) -> None:
        self._limit = limit
        self._on_change = on_change
        self._keeps_up_max = keeps_up_max
        self._lines: deque[_Waiting] = deque()
        self._replaceable: dict[int, _Waiting] = {}
        self._fixed = 0
        self.waiting = 0
        self.is_closed = False

    def add(self, line: bytes, number: int | None = None) -> bool:
        """Adds a line that cannot be replaced.

        Args:
            line: with its ending.
            number: the id of the statistic it speaks of, if it does.

        Returns:
            False if there was no room, and nothing has changed. A closed outbox drops the line.
        """
        if self.is_closed:
            return True
        if self._fixed > self._limit or self.waiting > TOTAL_FACTOR * self._limit:
            return False
        if number is not None:
            self._replaceable.pop(number, None)
        self._fixed += len(line)
        self._append(_Waiting(line, None))
        return True

    def add_reading(self, number: int, line: bytes) -> bool:
        """Adds a reading of statistic `number`, or puts it in the place of the one that waits.

        Returns:
            False if there was no room, and nothing has changed. A closed outbox drops the line.
        """
        if self.is_closed:
            return True
        older = self._replaceable.get(number) if self.waiting > self._keeps_up_max else None
        growth = len(line) - len(older.line) if older is not None else len(line)
        if growth > 0 and self.waiting > TOTAL_FACTOR * self._limit:
            return False
        if older is not None:
            older.line = line
            self.waiting += growth
            return True
        waiting = self._replaceable[number] = _Waiting(line, number)
        self._append(waiting)
        return True

    def close(self, last: bytes = b"", *, drops_waiting: bool = False) -> None:
        """Takes no more lines; what waits is still to be sent.

        Args:
            last: a line to end with.
            drops_waiting: whether `last` is all that is still sent.
        """
        if self.is_closed:
            return
        self.is_closed = True
        if drops_waiting:
            self._lines.clear()
            self._replaceable.clear()
            self.waiting = self._fixed = 0
        self._fixed += len(last)
        self._append(_Waiting(last, None))

    def take(self, max_bytes: int) -> bytes:
        """The next lines, joined: as many as fit in `max_bytes`, one at least if any waits."""
        taken: list[bytes] = []
        size = 0
        lines = self._lines
        while lines and (not size or size + len(lines[0].line) <= max_bytes):
            waiting = lines.popleft()
            size += len(waiting.line)
            taken.append(waiting.line)
            self._forget(waiting)
        self.waiting -= size
        return b"".join(taken)

    def _append(self, waiting: _Waiting) -> None:
        self._lines.append(waiting)
        self.waiting += len(waiting.line)
        self._on_change()

    def _forget(self, waiting: _Waiting) -> None:
        if waiting.number is None:
            self._fixed -= len(waiting.line)
        elif self._replaceable.get(waiting.number) is waiting:
            del self._replaceable[waiting.number]
