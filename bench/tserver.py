"""A process that is the T-Server: says the registrations, and when told to, the day."""

from __future__ import annotations

import multiprocessing
import re
import socket
import time
from typing import Final

from bench.load import HOST, Load

TICK_S: Final = 0.002
_TIME: Final = re.compile(rb'"time":[0-9.e+]+')


class TServer:
    """The other end of the server's link; whoever comes again hears everything again.

    Args:
        load: whose day it is.
        a_second: events a second, each stamped as it is sent; None for as fast as they are read, with their own stamps.
        seconds: how much of that day is said at `a_second`.
    """

    def __init__(self, load: Load, a_second: float | None = None, seconds: float = 0.0) -> None:
        self._listening = socket.create_server((HOST, 0))
        self.port = int(self._listening.getsockname()[1])
        self._begins = multiprocessing.Event()
        first, rest = load.lines[: load.registered], load.lines[load.registered :]
        if a_second is not None:
            rest = rest[: int(seconds * a_second)]
        self.events = len(rest)
        self._process = multiprocessing.Process(target=self._serve, args=(first, rest, a_second), daemon=True)
        self._process.start()

    def begin(self) -> None:
        """Says the day from now on."""
        self._begins.set()

    def stop(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.join()
        self._listening.close()

    def _serve(self, first: list[bytes], rest: list[bytes], a_second: float | None) -> None:
        while True:
            connection, _ = self._listening.accept()
            with connection:
                try:
                    self._say(connection, first, rest, a_second)
                except ConnectionError:
                    continue

    def _say(self, connection: socket.socket, first: list[bytes], rest: list[bytes], a_second: float | None) -> None:
        connection.recv(1 << 16)
        connection.sendall(b"".join(first if a_second is None else map(_stamped, map(_split, first))))
        self._begins.wait()
        if a_second is None:
            connection.sendall(b"".join(rest))
        else:
            _pace(connection, rest, a_second)
        connection.recv(1)


def _split(line: bytes) -> tuple[bytes, bytes]:
    found = _TIME.search(line)
    assert found is not None
    return line[: found.start()], line[found.end() :]


def _stamped(parts: tuple[bytes, bytes]) -> bytes:
    return b'%s"time":%.6f%s' % (parts[0], time.time(), parts[1])


def _pace(connection: socket.socket, lines: list[bytes], a_second: float) -> None:
    split = [_split(line) for line in lines]
    began = time.perf_counter()
    sent = 0
    while sent < len(split):
        due = min(int((time.perf_counter() - began) * a_second), len(split))
        if due > sent:
            connection.sendall(b"".join(map(_stamped, split[sent:due])))
            sent = due
        time.sleep(TICK_S)
