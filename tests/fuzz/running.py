"""A real server on real sockets, those who talk to it, and what must hold of it when they have gone."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

import gevent
import msgspec
import pykka
import rtoml
from gevent.event import Event
from gevent.pool import Pool
from gevent.queue import Empty, JoinableQueue
from gevent.server import StreamServer
from gevent.socket import SHUT_WR, create_connection, socket

from actors.configuration.load import load
from actors.server import Server
from simulator.configuration import write_configuration
from simulator.tserver import TSERVER
from tests.fuzz.vocabulary import CENTRE, QUEUES

PATIENCE_S: Final = 20
HOST: Final = "127.0.0.1"
LAST_REF: Final = 987_654_321_987
"""Of the request that ends what a client says: no other has it. Like most it is answered after those before it."""
LAST: Final = b'{"request":"ListFilters","ref":%d}\n' % LAST_REF
PING: Final = b'{"request":"Ping","ref":2}\n'
REGISTER: Final = b'{"request":"Register","ref":0,"client":"fuzz"}\n'
QUIET_S: Final = 1
"""A link that is silent for longer is in doubt: a source with nothing to say says a blank line."""
CONNECTIONS_MAX: Final = 10
SOURCE_FILES: Final = 1
"""Files of a source nobody is connected to: its port."""
OPENING: Final = (
    b'{"request":"OpenStatistic","ref":1,"object":{"type":"GroupAgents","id":"Everybody"},'
    b'"statistic":{"category":"CurrentNumber","subject":"AgentStatus","main_mask":"LoggedOut"}}\n'
)


class Population(NamedTuple):
    """What is there: files (sockets among them), greenlets, actors that are no statistics of the pool."""

    files: int
    greenlets: int
    actors: int


class Running:
    """A server with the configuration of a folder, its link to `source` up, until `stop`."""

    def __init__(self, folder: Path, source: Source) -> None:
        self._source = source
        self._at_first = (_files() - SOURCE_FILES, len(pykka.ActorRegistry.get_all()))
        self.server = Server(folder, load(folder))
        self.server.start()
        # What is frozen is not counted, and a server freezes all there is.
        gc.unfreeze()
        assert source.is_connected.wait(PATIENCE_S)
        self.before = self.population()

    def population(self) -> Population:
        """How many there are now, but for what the pool keeps: statistics, and the groups that routers asked for."""
        supervisor = self.server.supervisor
        kept = len(supervisor.pool.at_rest().state.entries)
        kept += sum(key.id.startswith("?:") for key in supervisor.board.nodes)
        return Population(_files(), _greenlets(), len(pykka.ActorRegistry.get_all()) - kept)

    def connect(self) -> Client:
        """A new client."""
        return Client(self.server.address)

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Lets the others run until it is so."""
        with gevent.Timeout(PATIENCE_S):
            while not is_so():
                gevent.sleep(0.001)

    def check(self) -> None:
        """It stands as at its start: nobody has failed, nothing has leaked, and it answers rightly."""
        client = self.connect()
        heard = client.converse(REGISTER + OPENING + PING)
        client.close()
        assert self.server.error is None
        assert self.server.supervisor.failures == 0
        by_event = {event["event"]: event for event in heard}
        assert by_event.keys() >= {"Registered", "StatisticOpened", "Info", "Pong"}
        assert by_event["StatisticOpened"] == {"event": "StatisticOpened", "ref": 1, "id": 1}
        assert type(by_event["Info"]["value"]) is int
        self.wait_until(lambda: self.server._listener.sessions == 0 and not self.server.supervisor.sessions)
        self.wait_until(lambda: self.population() == self.before)

    def stop(self) -> None:
        """Stops it and its source; nothing of them is left."""
        self.server.stop()
        self._source.stop()
        self.wait_until(
            lambda: _files() <= self._at_first[0] and len(pykka.ActorRegistry.get_all()) <= self._at_first[1]
        )


def _files() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())


def _greenlets() -> int:
    gc.collect()
    return sum(isinstance(thing, gevent.Greenlet) and not thing.dead for thing in gc.get_objects())


class Client:
    """Who connects, says something and hears all that is said to it."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._socket = create_connection(address, timeout=PATIENCE_S)

    def converse(self, said: bytes) -> list[dict[str, Any]]:
        """Says it, and a last request; what is said up to the answer of that, or up to a `Closed`."""
        saying = gevent.spawn(self._say, said + LAST)
        heard = list(self._heard())
        saying.kill()
        return heard

    def listen(self) -> None:
        """Reads whatever comes."""
        while self._socket.recv(1 << 16):
            pass

    def close(self) -> None:
        """Hangs up."""
        self._socket.close()

    def _say(self, said: bytes) -> None:
        try:
            self._socket.sendall(said)
        except OSError:
            return

    def _heard(self) -> Iterator[dict[str, Any]]:
        rest = b""
        while data := self._socket.recv(1 << 16):
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                event = msgspec.json.decode(line)
                yield event
                if event.get("ref") == LAST_REF or event["event"] == "Closed":
                    return
        raise AssertionError("the connection ended without a word")


def configuration(folder: Path, source: Source, *, clock: str = "live", type_: str = "tserver") -> Path:
    """A folder with the simulator's contact centre and interaction queues, its one source at `source`."""
    write_configuration(CENTRE, folder, host=HOST, ports={TSERVER: source.port})
    environment = rtoml.load(folder / "environment.toml")
    environment["source"][0]["type"] = type_
    if type_ != "tserver":
        del environment["source"][0]["switch"]
    environment["interaction_queue"] = [{"name": name} for name in QUEUES]
    (folder / "environment.toml").write_text(rtoml.dumps(environment))
    options = folder / "statserver.cfg"
    here = f"listen = {HOST}:0\nreconnect-timeout = 0.2\nclock = {clock}"
    options.write_text(options.read_text().replace("listen = 127.0.0.1:3050", here))
    return folder


def lines_in(said: bytes) -> int:
    """How many lines an answer is due to: all of them."""
    return said.count(b"\n")


def is_answer(event: dict[str, Any]) -> bool:
    """Whether it answers a line: all else comes unasked."""
    return event["event"] == "Error" or "ref" in event


class Source:
    """A source on a port of its own: on each connection it waits for a speech, holds it, and hangs up."""

    def __init__(self) -> None:
        self.broken_off = 0
        self.is_connected = Event()
        self._speeches: JoinableQueue[bytes] = JoinableQueue()
        self._server = StreamServer((HOST, 0), self._serve, spawn=Pool(CONNECTIONS_MAX))
        self._server.start()
        self.port = int(self._server.server_port)

    def say(self, speeches: Sequence[bytes]) -> None:
        """Says these, each on a connection of its own, and returns when the other end has closed the last of them."""
        for speech in speeches:
            self._speeches.put(speech)
        assert self._speeches.join(PATIENCE_S)

    def stop(self) -> None:
        """Hangs up and answers nobody any more."""
        self._server.stop(timeout=0)

    def _serve(self, connection: socket, _address: Any) -> None:
        with closing(connection):
            self.is_connected.set()
            try:
                speech = self._next_speech(connection)
            except OSError:
                return
            try:
                connection.sendall(speech)
                connection.shutdown(SHUT_WR)
                while connection.recv(1 << 16):
                    pass
            except OSError:
                self.broken_off += 1
            finally:
                self._speeches.task_done()

    def _next_speech(self, connection: socket) -> bytes:
        while True:
            try:
                return self._speeches.get(timeout=QUIET_S)
            except Empty:
                connection.sendall(b"\r\n")
