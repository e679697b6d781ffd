"""What surrounds every peer written in Python: lines of the day in at a socket, values out there.

A peer is a process `… PORT PLAN MODE` that connects to PORT; an empty line ends the day. In mode `events` each value is
sent when it changes. In mode `messages` all lines are decoded first, nothing is sent meanwhile, and the last values go
out at the end. In both the last line says how many values there were and what the work took, in seconds of processor
time; then the peer waits for the other side to hang up.
"""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from actors.vocabulary.events import TServerEvent
from bench.peers.plan import Plan, read_plan

RECEIVE_MAX: Final = 1 << 16
BATCH: Final = 500
Batches = Iterator[list[TServerEvent]]
Tell = Callable[[int, int | str], None]
Pipeline = Callable[[Plan, Batches, Tell], None]
"""Takes in all batches, and returns when everything is told."""


class Info(msgspec.Struct, tag_field="event", tag="Info", gc=False):
    """A value."""

    ref: int
    value: int | str


class Took(msgspec.Struct, tag_field="event", tag="Took"):
    """The end: how many values, in how many seconds of processor time."""

    values: int
    seconds: float


_decode: Final = msgspec.json.Decoder(TServerEvent).decode
_encode: Final = msgspec.json.Encoder().encode


class Shell:
    """Both ends of a peer's socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._out = bytearray()
        self._last: dict[int, int | str] = {}
        self._values = 0
        self.began = 0.0

    def batches(self) -> Batches:
        """Batches of events as they come; between two, what was told is sent."""
        rest = b""
        self.began = time.process_time()
        is_over = False
        while not is_over:
            *lines, rest = (rest + self._socket.recv(RECEIVE_MAX)).split(b"\n")
            is_over = b"" in lines[-1:]
            yield list(map(_decode, filter(None, lines)))
            self._send()

    def decoded_batches(self) -> Batches:
        """Batches of events that have all come before the first."""
        events = [event for batch in self.batches() for event in batch]
        self.began = time.process_time()
        for at in range(0, len(events), BATCH):
            yield events[at : at + BATCH]

    def tell(self, ref: int, value: int | str) -> None:
        """Encodes a value to be sent."""
        self._values += 1
        self._out += _encode(Info(ref, value)) + b"\n"

    def keep(self, ref: int, value: int | str) -> None:
        """Keeps a value until the end."""
        self._values += 1
        self._last[ref] = value

    def end(self) -> None:
        """Sends what is left, and waits until the other side has hung up."""
        self._send()
        took = Took(self._values, time.process_time() - self.began)
        infos = (_encode(Info(*told)) + b"\n" for told in self._last.items())
        self._socket.sendall(b"".join((*infos, _encode(took), b"\n")))
        self._socket.recv(1)

    def _send(self) -> None:
        if self._out:
            self._socket.sendall(self._out)
            self._out = bytearray()


def run(pipeline: Pipeline) -> None:
    """Is the peer: what its module does as a program."""
    port, plan, mode = sys.argv[1:]
    with socket.create_connection(("127.0.0.1", int(port))) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        shell = Shell(connection)
        if mode == "messages":
            pipeline(read_plan(Path(plan)), shell.decoded_batches(), shell.keep)
        else:
            pipeline(read_plan(Path(plan)), shell.batches(), shell.tell)
        shell.end()
