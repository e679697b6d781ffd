"""The port that clients connect to: a reader and a writer greenlet for each, and a session actor between them.

The reader hands lines to the intake; the writer sends what waits in the outbox, and blocks nobody but itself. Both end
with the socket: the end of the session closes the outbox, the writer sends the rest and says that no more will come,
and when the client has closed its side too, or `CLOSING_S` later, the socket goes. Until then what the client still
sends is read and thrown away: closed with bytes unread, a socket loses what was sent last, which is the reason.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import gevent
import gevent.socket
from gevent.event import Event
from gevent.pool import Pool
from gevent.server import StreamServer

from actors.sessions.answers import event_line
from actors.sessions.framing import Framer
from actors.sessions.outbox import Outbox
from actors.sessions.session_state import SessionEnd
from actors.vocabulary import protocol
from runtime.actor import ActorRef
from runtime.intake import Intake

SESSIONS_MAX: Final = 900
"""Of the 1,024 files that a process may have open by default. One more is told `LimitExceeded`, and closed."""
REFUSALS_MAX: Final = 50
"""Connections that may be being refused at a time; more wait to be accepted."""
CHUNK_BYTES: Final = 64 << 10
"""Read or sent at once: 800 readings."""
UNHANDLED_MAX: Final = 100
"""Lines of one client that may wait in the intake, so that it fills up for nobody else: a two-hundredth of its room."""
CLOSING_S: Final = 2.0
"""For a client to take the last lines: a round trip to anywhere, with a retransmission."""
SOCKET_OPTIONS: Final = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 15),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4),
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    (socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, CHUNK_BYTES),
)
"""A client that vanished without a word is missed after two minutes; no line waits for the next to fill a packet; and
the kernel keeps little, because what it keeps cannot be replaced: 0.07 to 0.2 MB of a client that does not read, not
the 2.8 to 3.9 it took by default."""

StartSession = Callable[[Outbox, Callable[[], None]], ActorRef]
"""Starts a session actor with its outbox and what it calls for each line it has handled."""


class Listener:
    """Accepts clients, and starts a session for each.

    Args:
        address: host and port to listen at; port 0 for any.
        start_session: starts a session actor; the supervisor's.
        intake: takes what clients send.
        output_max_bytes: bound of a session's outbox (`max-client-output-queue-size`).
        sessions_max: sessions at a time.
    """

    def __init__(
        self,
        address: tuple[str, int],
        start_session: StartSession,
        intake: Intake,
        *,
        output_max_bytes: int,
        sessions_max: int = SESSIONS_MAX,
    ) -> None:
        self._start_session = start_session
        self._intake = intake
        self._output_max_bytes = output_max_bytes
        self._sessions_max = sessions_max
        self._sessions: set[ActorRef] = set()
        self._is_stopping = False
        self._address = address
        self._server: StreamServer | None = None

    @property
    def address(self) -> tuple[str, int]:
        """Host and port that clients connect to, once started."""
        assert self._server is not None
        host, port = self._server.address[:2]
        return str(host), int(port)

    @property
    def sessions(self) -> int:
        """How many sessions there are."""
        return len(self._sessions)

    def start(self) -> None:
        """Begins to accept.

        Raises:
            OSError: the address cannot be listened at.
        """
        pool = Pool(self._sessions_max + REFUSALS_MAX)
        self._server = StreamServer(_listening(self._address, self._sessions_max), self._serve, spawn=pool)
        self._server.start()

    def stop(self) -> None:
        """Accepts nobody any more, says goodbye to all there are, and waits until they are gone.

        Needs a running intake to say it; without one, or past twice `CLOSING_S`, connections are just closed.
        """
        self._is_stopping = True
        for session in self._sessions:
            self._intake.put(session, SessionEnd.SHUTDOWN)
        if self._server is not None:
            self._server.stop(timeout=2 * CLOSING_S)

    def _serve(self, client: socket.socket, _address: Any) -> None:
        connection = _Connection(client, self._output_max_bytes)
        refusal = self._refusal()
        if refusal is not None:
            connection.outbox.close(event_line(refusal))
            connection.run(lambda _: None)
            return
        session = self._start_session(connection.outbox, connection.on_handled)
        self._sessions.add(session)
        try:
            connection.run(lambda payload: self._hand_in(session, payload))
        finally:
            self._sessions.remove(session)

    def _hand_in(self, session: ActorRef, payload: bytes | SessionEnd) -> None:
        if isinstance(payload, bytes):
            self._intake.wait_for_room()
        self._intake.put(session, payload)

    def _refusal(self) -> protocol.Event | None:
        if self._is_stopping:
            return protocol.Closed(code="Shutdown", message="the server stops")
        if self.sessions >= self._sessions_max:
            return protocol.Error(code="LimitExceeded", message=f"there are {self._sessions_max} sessions, not more")
        return None


def _listening(address: tuple[str, int], backlog: int) -> gevent.socket.socket:
    """A socket that listens; gevent's own server leaves it open where that fails."""
    listening = gevent.socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(backlog)
    except OSError:
        listening.close()
        raise
    return listening


class _Connection:
    """One client's socket, with its reader and its writer."""

    def __init__(self, client: socket.socket, output_max_bytes: int) -> None:
        self._socket = client
        self.outbox = Outbox(output_max_bytes, self._on_change)
        self._may_send = Event()
        self._may_read = Event()
        self._unhandled = 0
        self._deadline: gevent.Greenlet | None = None

    def run(self, hand_in: Callable[[bytes | SessionEnd], None]) -> None:
        """Reads and writes until both are over; the caller's greenlet is the reader.

        Args:
            hand_in: takes each line, and the end; may wait.
        """
        writer = gevent.spawn(self._write)
        try:
            try:
                self._read(hand_in)
            finally:
                hand_in(SessionEnd.GONE)
            writer.join()
        finally:
            gevent.killall([greenlet for greenlet in (writer, self._deadline) if greenlet is not None])

    def on_handled(self) -> None:
        """The session has handled a line."""
        self._unhandled -= 1
        if self._unhandled <= UNHANDLED_MAX // 2:
            self._may_read.set()

    def _on_change(self) -> None:
        self._may_send.set()
        if self.outbox.is_closed and self._deadline is None:
            self._may_read.set()
            self._deadline = gevent.spawn_later(CLOSING_S, self._hang_up)

    def _hang_up(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def _read(self, hand_in: Callable[[bytes | SessionEnd], None]) -> None:
        framer = Framer()
        with suppress(OSError):
            for option in SOCKET_OPTIONS:
                self._socket.setsockopt(*option)
            while data := self._socket.recv(CHUNK_BYTES):
                for line in framer.feed(data):
                    self._wait_until_handled()
                    if self.outbox.is_closed:
                        break
                    self._unhandled += 1
                    hand_in(line)
                gevent.sleep(0)

    def _wait_until_handled(self) -> None:
        if self._unhandled >= UNHANDLED_MAX and not self.outbox.is_closed:
            self._may_read.clear()
            self._may_read.wait()

    def _write(self) -> None:
        try:
            while not (self.outbox.is_closed and not self.outbox.waiting):
                self._may_send.clear()
                data = self.outbox.take(CHUNK_BYTES)
                if data:
                    self._socket.sendall(data)
                else:
                    self._may_send.wait()
            self._socket.shutdown(socket.SHUT_WR)
        except OSError:
            self._hang_up()
