"""One client of a simulated source: what it watches, and what waits to be sent to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import gevent
from gevent.event import Event
from gevent.queue import Queue
from gevent.socket import SHUT_RDWR, socket

from simulator.lines import Line, Numbering

OUTBOX_MAX: Final = 16 << 20
"""Bytes that wait for a client: the present state of 100,000 DNs, or 80,000 events; only one that does not read falls
so far behind. Played in real time it is then cut off, and may register again; played unpaced, the day waits for it."""
REQUEST_MAX: Final = 1 << 20
"""Bytes of a client's line (`protocols.md`); who sends a longer one is cut off."""


class Link:
    """One connection.

    Args:
        connection: its socket.
    """

    def __init__(self, connection: socket) -> None:
        self.is_registered = False
        """Whether it has asked for anything; it gets no event before."""
        self._watched: frozenset[str] = frozenset()
        self._connection = connection
        self._numbering = Numbering()
        self._outbox: Queue[bytes | None] = Queue()
        self._waiting = 0
        self._has_room = Event()
        self._has_room.set()
        self._is_closed = False
        self.writer = gevent.spawn(self._write)

    @property
    def is_full(self) -> bool:
        """Whether as much waits as may."""
        return self._waiting >= OUTBOX_MAX

    def wait_for_room(self) -> None:
        """Returns when the client has read enough, or is gone."""
        self._has_room.wait()

    def requests(self) -> Iterator[bytes]:
        """The client's lines, until it goes or sends one that is too long."""
        waiting = b""
        while len(waiting) <= REQUEST_MAX and (received := self._connection.recv(65536)):
            *lines, waiting = (waiting + received).split(b"\n")
            yield from lines

    def watch(self, topics: frozenset[str]) -> None:
        """From now on it gets what happens there too."""
        self.is_registered = True
        self._watched |= topics

    def put(self, lines: Iterable[Line]) -> None:
        """Queues what the client watches of these lines; those of no DN go to everybody."""
        said = self._numbering.numbered(line for line in lines if not line.topic or line.topic in self._watched)
        if said and not self._is_closed:
            self._outbox.put(said)
            self._waiting += len(said)
            if self.is_full:
                self._has_room.clear()

    def finish(self) -> None:
        """Closes once all that waits has been sent."""
        self._outbox.put(None)

    def close(self) -> None:
        """Closes now; the client sees the end of the stream."""
        self._is_closed = True
        self._has_room.set()
        self._outbox.put(None)
        try:
            self._connection.shutdown(SHUT_RDWR)
        except OSError:
            return

    def _write(self) -> None:
        try:
            while (lines := self._outbox.get()) is not None:
                self._connection.sendall(lines)
                self._waiting -= len(lines)
                if not self.is_full:
                    self._has_room.set()
        except OSError:
            self._is_closed = True
        self.close()
