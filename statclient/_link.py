"""The one transport: a plain blocking socket, made by a function that is handed in (gevent's, in a gevent program)."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Final, Protocol

from actors.vocabulary.protocol import DEFAULT_PORT
from statclient._errors import ConnectionLost

DEFAULT_SERVER: Final = f"127.0.0.1:{DEFAULT_PORT}"
CONNECT_TIMEOUT_S: Final = 10.0
SILENCE_S: Final = 10.0
"""After this long without a byte the other side should be asked; after twice as long it is gone."""
READ_BYTES: Final = 65_536
WAIT_MIN_S: Final = 0.001


class Socket(Protocol):
    """What is needed of a socket; those of `socket` and `gevent.socket` have it."""

    def sendall(self, data: bytes, /) -> None:
        """Sends all of it."""

    def recv(self, size: int, /) -> bytes:
        """Some bytes; b"" at the end; `TimeoutError` when none came in time."""

    def settimeout(self, value: float | None, /) -> None:
        """How long the two above may take, in seconds."""

    def shutdown(self, how: int, /) -> None:
        """Ends both directions, and wakes who waits."""

    def close(self) -> None:
        """Gives it back."""


Connect = Callable[[tuple[str, int], float], Socket]
"""Makes a connected socket of an address and a timeout in seconds."""


def server_address(server: str) -> tuple[str, int]:
    """Host and port of `HOST:PORT`, `[IPV6]:PORT` or a bare host.

    Raises:
        ValueError: the port is no number.
    """
    host, colon, port = server.rpartition(":")
    if not colon or server.endswith("]"):
        return server.strip("[]"), DEFAULT_PORT
    if not port.isdecimal():
        raise ValueError(f"{server!r} is no server: it is written HOST:PORT, as {DEFAULT_SERVER}")
    return host.strip("[]"), int(port)


def wait(delay_s: float) -> None:
    """Waits so many seconds, as a thread does; a greenlet is handed `gevent.sleep` instead."""
    threading.Event().wait(delay_s)


class Link:
    """A connection to one address, one after the other. Each method raises `ConnectionLost` when it is gone."""

    def __init__(self, address: tuple[str, int], connect: Connect, clock: Callable[[], float]) -> None:
        self._address = address
        self._connect = connect
        self._clock = clock
        self._socket: Socket | None = None
        self._heard_at_s = 0.0

    def connect(self) -> None:
        """Connects, in place of what was connected before."""
        self.drop()
        host, port = self._address
        try:
            self._socket = self._connect(self._address, CONNECT_TIMEOUT_S)
        except OSError as failure:
            raise ConnectionLost(f"no stat server at {host}:{port}: {failure}") from failure
        self._heard_at_s = self._clock()

    def drop(self) -> None:
        """Ends the connection, if there is one; another thread or greenlet that reads finds it ended."""
        link, self._socket = self._socket, None
        if link is not None:
            with contextlib.suppress(OSError):  # the other side was faster
                link.shutdown(socket.SHUT_RDWR)
            link.close()

    @property
    def is_silent(self) -> bool:
        """Whether nothing came for `SILENCE_S`."""
        return self._clock() - self._heard_at_s >= SILENCE_S

    def send(self, data: bytes) -> None:
        """Sends all of `data`; a server that takes nothing for `SILENCE_S` is gone."""
        link = self._connected()
        try:
            link.settimeout(SILENCE_S)
            link.sendall(data)
        except OSError as failure:
            raise ConnectionLost(f"the connection broke: {failure}") from failure

    def read(self, until_s: float | None) -> bytes | None:
        """What comes first; b"" at the end; None when nothing came by `until_s`, or it has become silent."""
        link = self._connected()
        now_s = self._clock()
        silences = int((now_s - self._heard_at_s) / SILENCE_S)
        if silences >= 2:
            raise ConnectionLost(f"the server has been silent for {now_s - self._heard_at_s:.0f} s")
        wake_at_s = self._heard_at_s + SILENCE_S * (silences + 1)
        try:
            link.settimeout(max(min(wake_at_s, wake_at_s if until_s is None else until_s) - now_s, WAIT_MIN_S))
            data = link.recv(READ_BYTES)
        except TimeoutError:
            return None
        except OSError as failure:
            raise ConnectionLost(f"the connection broke: {failure}") from failure
        self._heard_at_s = self._clock()
        return data

    def _connected(self) -> Socket:
        if self._socket is None:
            raise ConnectionLost("not connected")
        return self._socket
