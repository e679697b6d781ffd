"""A T-Server on a real port: says what is there to whoever registers, then what happens (`protocols.md` 2)."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from socket import create_server
from typing import Final

import gevent
import msgspec
from gevent.event import Event
from gevent.queue import Queue
from gevent.server import StreamServer
from gevent.socket import SHUT_RDWR, socket

from actors.vocabulary.events import TServerEvent
from actors.vocabulary.times import US_PER_SECOND
from runtime.clock import Clock
from simulator.day import Day
from simulator.lines import Numbering, encoded
from simulator.recording import Recording

HOST: Final = "127.0.0.1"
OUTBOX_MAX: Final = 16 << 20
"""Bytes that wait for a client: the present state of 100,000 DNs, or 80,000 events; only one that does not read falls
so far behind. Played in real time it is then cut off, and may register again; played unpaced, the day waits for it."""
REQUEST_MAX: Final = 1 << 20
"""Bytes of a client's line (`protocols.md`); who sends a longer one is cut off."""
BATCH_EVENTS_MAX: Final = 500
"""Events sent at a time: a system call for each would cost more than making it."""
TICK_US: Final = 5_000
"""How late an event may be sent, so that a busy centre's go out in batches."""
FAREWELL_S: Final = 5
"""How long a client has to read the last lines when the T-Server stops."""

Encoded = Sequence[tuple[TServerEvent, bytes]]


class RegisterAddresses(msgspec.Struct, frozen=True, tag_field="request", tag="RegisterAddresses"):
    """What a client sends: the DNs it wants to watch, `*` for all."""

    dns: tuple[str, ...]
    application: str = ""


class Link:
    """One client: what it watches, and what waits to be sent to it.

    Args:
        connection: its socket.
    """

    def __init__(self, connection: socket) -> None:
        self.watched: frozenset[str] = frozenset()
        """The DNs it has registered; it gets no event before."""
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

    def put(self, events: Encoded) -> None:
        """Queues what the client watches of these events; those of the link itself go to everybody."""
        lines = self._numbering.lines(pair for pair in events if not pair[0].this_dn or pair[0].this_dn in self.watched)
        if lines and not self._is_closed:
            self._outbox.put(lines)
            self._waiting += len(lines)
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


class TServer:
    """Serves one day to any number of clients, and plays it.

    With a clock that runs by itself the day keeps time with it. With a stepped clock it is played as fast as the
    slowest client reads, and only while there is one.

    Args:
        day: what happens.
        clock: paces it.
        port: where to listen on this host; 0 for any free one.

    Raises:
        OSError: the port is taken.
    """

    def __init__(self, day: Day, *, clock: Clock, port: int) -> None:
        self.bad_requests = 0
        self._day = day
        self._clock = clock
        self._links: list[Link] = []
        self._is_watched = Event()
        # Python's own way to listen closes the socket where it fails; gevent's leaves it open.
        self._server = StreamServer(socket(fileno=create_server((HOST, port)).detach()), self._serve)

    def start(self) -> None:
        """Lets clients in."""
        self._server.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_port)

    def play(self, until_us: int, recording: Recording | None = None) -> None:
        """Plays the day up to a time, and returns then.

        Args:
            until_us: microseconds since the epoch.
            recording: gets what a link gets that registers now.
        """
        if recording is not None:
            recording.register(self._day)
        while self._day.next_us <= until_us:
            self._pause()
            # From here to the last link nothing waits: who registers has seen an event, or gets it, never both.
            now_us = sys.maxsize if self._clock.is_stepped else self._clock.now_us()
            events = [(event, encoded(event)) for event in self._day.play(min(until_us, now_us), BATCH_EVENTS_MAX)]
            if recording is not None:
                recording.write(events)
            self._send(events)

    def stop(self) -> None:
        """Closes the port, and each link when it has sent what waits."""
        self._server.close()
        for link in self._links:
            link.finish()
        gevent.joinall([link.writer for link in self._links], timeout=FAREWELL_S)
        for link in self._links:
            link.close()
        self._server.stop()

    def _pause(self) -> None:
        if not self._clock.is_stepped:
            gevent.sleep(max(self._day.next_us - self._clock.now_us(), TICK_US) / US_PER_SECOND)
            return
        self._is_watched.wait()
        for link in tuple(self._links):
            link.wait_for_room()
        gevent.sleep(0)

    def _send(self, events: Encoded) -> None:
        for link in self._links:
            if link.watched:
                link.put(events)
                if link.is_full and not self._clock.is_stepped:
                    link.close()

    def _serve(self, connection: socket, _address: tuple[str, int]) -> None:
        link = Link(connection)
        self._links.append(link)
        try:
            for line in link.requests():
                link.wait_for_room()
                self._answer(link, line)
        except OSError:
            return
        finally:
            self._links.remove(link)
            if not any(other.watched for other in self._links):
                self._is_watched.clear()
            link.close()

    def _answer(self, link: Link, line: bytes) -> None:
        try:
            request = msgspec.json.decode(line, type=RegisterAddresses)
        except msgspec.DecodeError:
            self.bad_requests += 1
            return
        numbers = tuple(self._day.numbers) if "*" in request.dns else request.dns
        link.watched |= frozenset(numbers)
        link.put([(event, encoded(event)) for event in self._day.registrations(numbers)])
        self._is_watched.set()
