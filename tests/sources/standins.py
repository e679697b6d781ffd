"""Who is at the other end of links in tests, on real ports, a T-Server and an Asterisk; and a connector behind them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, ClassVar

from gevent import Greenlet, spawn
from gevent.lock import RLock
from gevent.queue import Queue
from gevent.server import StreamServer
from gevent.socket import SHUT_WR, socket

from actors.configuration.environment import Source
from actors.sources.ami import Framer, challenge_key
from actors.sources.link import IntakeOutlet
from actors.sources.recorder import FORMS
from runtime.actor import Actor
from runtime.clock import RealClock, SteppedClock
from runtime.dispatcher import Dispatcher
from runtime.intake import Intake
from runtime.journal import Journal
from runtime.journal_sync import SYSTEM
from runtime.mail import Input

HOST = "127.0.0.1"
PATIENCE_S = 10
CHALLENGE = "840415273"
END = b"\r\n\r\n"
BLOCKS_AT_A_TIME = 100
Line = Mapping[str, Any] | bytes


class House:
    """A dispatcher, an intake, and an actor that keeps what it gets, as connector of any source."""

    def __init__(self, clock: RealClock | SteppedClock) -> None:
        self.clock = clock
        self.dispatcher = Dispatcher()
        self.intake = Intake(self.dispatcher, clock)
        self.got: Queue[Input] = Queue()
        with self.dispatcher.starting():
            self.ref = Keeper.start(self.got)
        self._serving = spawn(self.intake.serve)
        self._opened = ExitStack()

    def take(self, count: int) -> list[Input]:
        """The next inputs, waited for."""
        return [self.got.get(timeout=PATIENCE_S) for _ in range(count)]

    def keep_in(self, folder: Path) -> Journal:
        """From now on all is kept there."""
        journal = Journal(folder, SYSTEM, self.clock)
        journal.open()
        self._opened.callback(journal.close)
        self.intake.keep_in(journal)
        return journal

    def outlet(self, source: str, type_: str) -> IntakeOutlet:
        """Where a link of this type, named so, puts what it carries."""
        form = FORMS[type_]
        return IntakeOutlet(source, self.intake, self.ref, kind=form.kind, note=form.note)

    def stop(self) -> None:
        self._serving.kill()
        self._opened.close()


class Keeper(Actor):
    def __init__(self, got: Queue[Input]) -> None:
        super().__init__()
        self._got = got

    def on_input(self, message: Input) -> None:
        self._got.put(message)

    handles: ClassVar = {Input: on_input}


class StandIn:
    """A server on a port of its own. `ended` gets a thing for each connection that is over."""

    type = ""

    def __init__(self) -> None:
        self.connections = 0
        self.ended: Queue[str] = Queue()
        self._server = StreamServer((HOST, 0), self._handle)
        self._server.start()
        self.port = int(self._server.server_port)

    def source(self, **fields: Any) -> Source:
        """What an environment says of it."""
        return Source(
            **{"name": "link-1", "type": self.type, "switch": "pbx1", "host": HOST, "port": self.port, **fields}
        )

    def stop(self) -> None:
        self._server.stop(timeout=0)

    def _handle(self, connection: socket, _address: tuple[str, int]) -> None:
        self.connections += 1
        with closing(connection):
            try:
                self.serve(connection)
            except OSError:
                return
            finally:
                self.ended.put("ended")

    def serve(self, connection: socket) -> None:
        raise NotImplementedError


class TServerStandIn(StandIn):
    """A T-Server that says to who registers what it is told to, a script a connection (the last one for all others).

    `seq` is added where a line has none; bytes are sent as they are. Then it is silent, or hangs up.
    """

    type = "tserver"

    def __init__(self, *scripts: Sequence[Line], hangs_up: bool = False) -> None:
        self.requests: list[Any] = []
        self._scripts = scripts
        self._hangs_up = hangs_up
        super().__init__()

    def serve(self, connection: socket) -> None:
        script = self._scripts[min(self.connections, len(self._scripts)) - 1]
        self.requests.append(json.loads(connection.recv(65536)))
        connection.sendall(b"".join(numbered(script)))
        if not self._hangs_up:
            connection.recv(65536)


def numbered(script: Sequence[Line]) -> Iterator[bytes]:
    seq = 0
    for line in script:
        if isinstance(line, bytes):
            yield line
            continue
        if line["event"] != "Heartbeat":
            seq = line.get("seq", seq + 1)
            line = {**line, "seq": seq}
        yield json.dumps(line).encode() + b"\n"


class AmiStandIn(StandIn):
    """An Asterisk that lets in who knows the secret, and lives through a recording as fast as its client reads.

    Its present state is that at the recording's head. It answers a Ping with the time it is in the recording.
    """

    type = "asterisk"

    def __init__(self, recording: Path, *, username: str = "stat", secret: str = "", hangs_up: bool = False) -> None:
        self.logins: Queue[str] = Queue()
        self.pings: Queue[str] = Queue()
        self.played: Queue[str] = Queue()
        self._username = username
        self._secret = secret
        self._hangs_up = hangs_up
        raw = recording.read_bytes()
        raw = gzip.decompress(raw) if recording.suffix == ".gz" else raw
        self._banner, _, said = raw.partition(b"\r\n")
        blocks = [block + END for block in said.split(END)[:-1]]
        booted, queues, channels = (_first(blocks, event) for event in _HEAD)
        self._booted = blocks[booted]
        self._queues = b"".join(blocks[booted + 1 : queues + 1])
        self._channels = b"".join(blocks[queues + 1 : channels + 1])
        self._happened = blocks[channels + 1 :]
        super().__init__()

    def serve(self, connection: socket) -> None:
        _Session(self, connection).serve()


_HEAD = (b"FullyBooted", b"QueueStatusComplete", b"CoreShowChannelsComplete")


def _first(blocks: Sequence[bytes], event: bytes) -> int:
    return next(index for index, block in enumerate(blocks) if block.startswith(b"Event: " + event + b"\r\n"))


class _Session:
    def __init__(self, server: AmiStandIn, connection: socket) -> None:
        self._server = server
        self._connection = connection
        self._lock = RLock()
        self._now = b"0.000000"
        self._is_logged_in = False
        self._playing: Greenlet | None = None

    def serve(self) -> None:
        self._send(self._server._banner + b"\r\n")
        framer = Framer()
        while data := self._connection.recv(65536):
            for action in framer.feed(data):
                allowed = self._is_logged_in or action["Action"] in {"Challenge", "Login"}
                answer = _ANSWERS[action["Action"]] if allowed else _Session._refuse
                answer(self, action)
        if self._playing is not None:
            self._playing.kill()

    def _send(self, data: bytes) -> None:
        with self._lock:
            self._connection.sendall(data)

    def _respond(self, action: Mapping[str, str], response: str, *lines: str) -> None:
        named = [f"Response: {response}", f"ActionID: {action['ActionID']}", *lines]
        self._send("\r\n".join(named).encode() + END)

    def _refuse(self, action: Mapping[str, str]) -> None:
        self._respond(action, "Error", "Message: Permission denied")

    def _challenge(self, action: Mapping[str, str]) -> None:
        self._respond(action, "Success", f"Challenge: {CHALLENGE}")

    def _login(self, action: Mapping[str, str]) -> None:
        server = self._server
        proof = action.get("Key") == challenge_key(CHALLENGE, server._secret)
        self._is_logged_in = action["Username"] == server._username and proof
        if not self._is_logged_in:
            self._respond(action, "Error", "Message: Authentication failed")
            server.logins.put("refused")
            return
        self._respond(action, "Success", "Message: Authentication accepted")
        self._send(server._booted)
        server.logins.put("accepted")

    def _queue_status(self, action: Mapping[str, str]) -> None:
        self._send(self._server._queues.replace(b"ActionID: sync-1", _id(action)))

    def _show_channels(self, action: Mapping[str, str]) -> None:
        self._send(self._server._channels.replace(b"ActionID: sync-2", _id(action)))
        self._playing = spawn(self._play)

    def _play(self) -> None:
        blocks = self._server._happened
        for begin in range(0, len(blocks), BLOCKS_AT_A_TIME):
            some = blocks[begin : begin + BLOCKS_AT_A_TIME]
            try:
                self._send(b"".join(some))
            except OSError:
                return
            self._now = some[-1].partition(b"Timestamp: ")[2].partition(b"\r\n")[0] or self._now
        self._server.played.put("played")
        if self._server._hangs_up:
            self._connection.shutdown(SHUT_WR)

    def _pong(self, action: Mapping[str, str]) -> None:
        self._respond(action, "Success", "Ping: Pong", f"Timestamp: {self._now.decode()}")
        self._server.pings.put("ping")


_ANSWERS = {
    "Challenge": _Session._challenge,
    "Login": _Session._login,
    "QueueStatus": _Session._queue_status,
    "CoreShowChannels": _Session._show_channels,
    "Ping": _Session._pong,
}


def _id(action: Mapping[str, str]) -> bytes:
    return b"ActionID: " + action["ActionID"].encode()
