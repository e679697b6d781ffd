"""A real port at which one simulated source says what is there, then what happens, to whoever registers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from errno import EADDRINUSE
from socket import create_server
from typing import Final

import gevent
import msgspec
from gevent.server import StreamServer
from gevent.socket import socket

from actors.vocabulary.errors import StatServerError
from simulator.lines import Line, line_of
from simulator.link import Link
from simulator.source import Source

HOST: Final = "127.0.0.1"
FAREWELL_S: Final = 5
"""How long a client has to read the last lines when the source stops."""


class PortTakenError(StatServerError):
    """Somebody else listens where a source was to listen."""

    def __init__(self, source: str, port: int) -> None:
        super().__init__(
            f"{source} cannot listen on {HOST}:{port}: the port is taken; name another --port, or leave it out for any"
            " free one"
        )


class Port:
    """Serves one source to any number of clients.

    Args:
        source: who speaks.
        port: where to listen on this host; 0 for any free one.
        on_watched: called when somebody has registered, or is gone.

    Raises:
        PortTakenError: somebody else listens there.
    """

    def __init__(self, source: Source, *, port: int, on_watched: Callable[[], None]) -> None:
        self.source = source
        self.bad_requests = 0
        self.links: list[Link] = []
        self._on_watched = on_watched
        try:
            listening = create_server((HOST, port))
        except OSError as error:
            if error.errno == EADDRINUSE:
                raise PortTakenError(source.name, port) from None
            raise
        # Python's own way to listen closes the socket where it fails; gevent's leaves it open.
        self._server = StreamServer(socket(fileno=listening.detach()), self._serve)

    @property
    def number(self) -> int:
        """Where it listens."""
        return int(self._server.server_port)

    @property
    def is_watched(self) -> bool:
        """Whether anybody has registered."""
        return any(link.is_registered for link in self.links)

    def start(self) -> None:
        """Lets clients in."""
        self._server.start()

    def send(self, lines: Sequence[Line], *, cuts_off: bool) -> None:
        """Tells all who have registered.

        Args:
            lines: what happened.
            cuts_off: whether one that does not read loses its link.
        """
        for link in self.links:
            if link.is_registered:
                link.put(lines)
                if cuts_off and link.is_full:
                    link.close()

    def stop(self) -> None:
        """Closes the port, and each link when it has sent what waits."""
        self._server.close()
        for link in self.links:
            link.finish()
        gevent.joinall([link.writer for link in self.links], timeout=FAREWELL_S)
        for link in self.links:
            link.close()
        self._server.stop()

    def _serve(self, connection: socket, _address: tuple[str, int]) -> None:
        link = Link(connection)
        self.links.append(link)
        try:
            for request in link.requests():
                link.wait_for_room()
                self._answer(link, request)
        except OSError:
            return
        finally:
            self.links.remove(link)
            self._on_watched()
            link.close()

    def _answer(self, link: Link, request: bytes) -> None:
        try:
            registration = self.source.register(request)
        except msgspec.DecodeError:
            self.bad_requests += 1
            return
        link.watch(registration.topics)
        link.put([line_of(event) for event in registration.present])
        self._on_watched()
