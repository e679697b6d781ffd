"""A real server on real sockets, those who talk to it, and what must hold of it when they have gone."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

import gevent
import msgspec
import pykka
from gevent.event import Event
from gevent.server import StreamServer
from gevent.socket import SHUT_WR, create_connection, socket

from actors.configuration.load import load
from actors.server import Server

PATIENCE_S: Final = 60
HOST: Final = "127.0.0.1"
LAST_REF: Final = 987_654_321_987
"""Of the Ping that ends a client's speech: no other request has it."""
LAST_PING: Final = b'{"request":"Ping","ref":%d}\n' % LAST_REF
REGISTER: Final = b'{"request":"Register","ref":0,"client":"fuzz"}\n'
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
    """A server with the configuration of a folder, until `stop`."""

    def __init__(self, folder: Path) -> None:
        self._at_first = (_files(), len(pykka.ActorRegistry.get_all()))
        self.server = Server(folder, load(folder))
        self.server.start()
        gevent.sleep(0)
        self.before = self.population()

    def population(self) -> Population:
        """How many there are now."""
        pool = self.server.supervisor.pool.at_rest().state.entries
        return Population(_files(), _greenlets(), len(pykka.ActorRegistry.get_all()) - len(pool))

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
        assert self.server.error is None
        assert self.server.supervisor.failures == 0
        client = self.connect()
        first, *_, opened, reading, pong = client.converse(REGISTER + OPENING)
        client.close()
        assert (first["event"], opened, pong["event"]) == ("Registered", opened | {"ref": 1, "id": 1}, "Pong")
        assert (reading["event"], type(reading["value"])) == ("Info", int)
        self.wait_until(lambda: self.server._listener.sessions == 0)
        self.wait_until(lambda: not self.server.supervisor.sessions)
        self.wait_until(lambda: self.population() == self.before)

    def stop(self) -> None:
        """Stops it; nothing of it is left."""
        self.server.stop()
        assert (_files(), len(pykka.ActorRegistry.get_all())) == self._at_first
        gc.unfreeze()


def _files() -> int:
    return len(os.listdir("/dev/fd"))


def _greenlets() -> int:
    gc.collect()
    return sum(isinstance(thing, gevent.Greenlet) and not thing.dead for thing in gc.get_objects())


class Client:
    """Who connects, says something and hears all that is said to it."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._socket = create_connection(address, timeout=PATIENCE_S)

    def converse(self, said: bytes) -> list[dict[str, Any]]:
        """Says it, and a Ping; what is said up to the answer of that, or up to a `Closed`."""
        saying = gevent.spawn(self._say, said + LAST_PING)
        heard = list(self._heard())
        saying.kill()
        return heard

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


def lines_in(said: bytes) -> int:
    """How many lines an answer is due to: blank ones are passed over."""
    return sum(bool(line) and not line.isspace() for line in said.split(b"\n"))


def is_answer(event: dict[str, Any]) -> bool:
    """Whether it answers a line: all else comes unasked."""
    return event["event"] == "Error" or "ref" in event


class Source:
    """A source on a port of its own: one speech a connection, then it hangs up.

    Args:
        speeches: what is said on each connection; on later ones nothing is.
        port: where; 0 for any free one.
    """

    def __init__(self, speeches: Sequence[bytes] = ()) -> None:
        self._speeches: list[bytes] = list(speeches)
        self._server = StreamServer((HOST, 0), self._serve)
        self._server.start()
        self.port = int(self._server.server_port)
        self.is_heard = Event()
        self.broken_off = 0

    def say(self, speeches: Sequence[bytes]) -> None:
        """Says these on the next connections, and returns when the last of them has been heard."""
        self._speeches += speeches
        self.is_heard.clear()
        assert self.is_heard.wait(PATIENCE_S)

    def stop(self) -> None:
        self._server.stop(timeout=0)

    def _serve(self, connection: socket, _address: Any) -> None:
        with closing(connection):
            try:
                connection.recv(1 << 16)
                if self._speeches:
                    connection.sendall(self._speeches.pop(0))
                    connection.shutdown(SHUT_WR)
                else:
                    self.is_heard.set()
                while connection.recv(1 << 16):
                    pass
            except OSError:
                self.broken_off += 1
