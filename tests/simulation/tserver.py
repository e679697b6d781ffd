"""The T-Server at the other end of the link, which does everything that a network and a T-Server can do to it."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from random import Random
from typing import Any, Final, NamedTuple

from actors.vocabulary.events import EVENTS
from tests.oracle.switch import Event
from tests.simulation.day import UNKNOWN, US_PER_SECOND, Day
from tests.simulation.scheduler import Fibres, World

PIECES: Final = (1, 7, 100, 1 << 17, 1 << 17)
"""Bytes that arrive at once."""
ABSENT_STEPS: Final = 4


class LinkFault(StrEnum):
    """What happens to the next line, or to the link."""

    BROKEN_WITHIN = "the link breaks within a line"
    REPEATED = "a line comes twice"
    SKIPPED = "a line is missing"
    REORDERED = "two lines change places"
    GARBLED = "a line is no known event"
    SILENT = "the link falls silent"
    ABSENT = "the link breaks, and the T-Server is away"


class Line(NamedTuple):
    """Something said on the link.

    Attributes:
        id: names it in the journal: each is said once.
        event: what it says.
        number: its `seq`.
        connection: on which it is said.
    """

    id: int
    event: Event
    number: int | None
    connection: int

    @property
    def said(self) -> bytes:
        numbered = {} if self.number is None else {"seq": self.number}
        return json.dumps({**self.event, **numbered, "line": self.id}).encode() + b"\n"

    @property
    def is_good(self) -> bool:
        return self.event["event"] in EVENTS


class Connection:
    """The server's end of a socket, in memory: what has been said comes in pieces of any size."""

    def __init__(self, fibres: Fibres, random: Random, hear: Callable[[bytes], None]) -> None:
        self.is_closed = False
        self.is_silent = False
        self._incoming = bytearray()
        self._may_time_out = False
        self._fibres = fibres
        self._random = random
        self._hear = hear

    def say(self, data: bytes) -> None:
        """The other end says something."""
        self._incoming += data

    def settimeout(self, seconds: float | None) -> None:
        self._may_time_out = seconds is not None

    def sendall(self, data: bytes) -> None:
        if data:
            self._hear(data)

    def recv(self, most: int) -> bytes:
        self._fibres.wait(lambda: bool(self._incoming) or self.is_closed or (self.is_silent and self._may_time_out))
        if not self._incoming and not self.is_closed:
            raise TimeoutError
        size = min(most, self._random.choice(PIECES))
        piece = bytes(self._incoming[:size])
        del self._incoming[:size]
        return piece

    def close(self) -> None:
        self.is_closed = True


class TServer:
    """Says on each connection what is there, then what happens.

    Args:
        fibres: in which the other end runs.
        random: draws the pieces in which it arrives.
        day: what happens.
        world: what time it is.

    Attributes:
        due: what must count of all it said, in order: good lines, each once, up to where a connection was of no use.
    """

    def __init__(self, fibres: Fibres, random: Random, day: Day, world: World) -> None:
        self.due: list[Line] = []
        self._fibres = fibres
        self._random = random
        self._day = day
        self._world = world
        self._connection = Connection(fibres, random, self._registered)
        self._connection.is_closed = True
        self._connections = self._lines = self._number = 0
        self._follows_numbers = SeqRule()
        self._registered_at = -1
        self._absent_until = -1
        self._held_back: Line | None = None
        self._faults: list[LinkFault] = []

    # -- what the server does ----------------------------------------------------------------------------------------

    def connect(self, _address: Any, *, timeout: float) -> Connection:
        """Stands for `create_connection`."""
        assert timeout > 0
        if self._day.steps < self._absent_until or not self._day.is_reachable:
            raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")
        self._connection = Connection(self._fibres, self._random, self._registered)
        self._connections += 1
        self._number, self._follows_numbers, self._held_back = 0, SeqRule(), None
        self._registered_at = -1
        self._faults.clear()
        return self._connection

    def _registered(self, request: bytes) -> None:
        assert json.loads(request)["request"] == "RegisterAddresses"
        self._registered_at = self._day.steps
        for event in self._day.present(self._world.now):
            self._say(event)

    # -- what happens ------------------------------------------------------------------------------------------------

    @property
    def is_heard(self) -> bool:
        """Whether somebody has registered, and the link is up."""
        connection = self._connection
        return self._registered_at >= 0 and not connection.is_closed and not connection.is_silent

    def tell(self, event: Event) -> None:
        """Tells an event of the day's newest happening to whoever has registered before it."""
        if self.is_heard and self._registered_at < self._day.steps:
            self._say(event)

    def tell_time(self) -> None:
        """A heartbeat."""
        if self.is_heard:
            self._put(self._line({"event": "Heartbeat", "time": self._world.now / US_PER_SECOND}, None))

    def pass_step(self) -> None:
        """A link that has been silent for some time breaks at last."""
        if self._connection.is_silent and self._day.steps >= self._absent_until:
            self.hang_up()

    def hang_up(self) -> None:
        self._connection.is_closed = True

    def strike(self, fault: LinkFault) -> None:
        """Has a fault happen: to the link at once, or to the next line."""
        if not self.is_heard:
            return
        if fault in (LinkFault.SILENT, LinkFault.ABSENT):
            self._absent_until = self._day.steps + ABSENT_STEPS
            self._connection.is_silent = fault is LinkFault.SILENT
            self._connection.is_closed = fault is LinkFault.ABSENT
        else:
            self._faults.append(fault)

    # -- lines -------------------------------------------------------------------------------------------------------

    def _line(self, event: Event, number: int | None) -> Line:
        self._lines += 1
        return Line(self._lines, event, number, self._connections)

    def _say(self, event: Event) -> None:
        self._number += 1
        line = self._line(event, self._number)
        if self._held_back is not None:
            self._put(line)
            line, self._held_back = self._held_back, None
        elif self._faults:
            SPOILS[self._faults.pop(0)](self, line)
            return
        self._put(line)

    def _put(self, line: Line) -> None:
        if not self.is_heard:
            return
        self._connection.say(line.said)
        if self._follows_numbers.counts(line):
            self.due.append(line)

    def _break_within(self, line: Line) -> None:
        self._connection.say(line.said[: self._random.randrange(1, len(line.said))])
        self.hang_up()

    def _repeat(self, line: Line) -> None:
        self._put(line)
        self._put(line)

    def _skip(self, _line: Line) -> None:
        """It never comes."""

    def _hold_back(self, line: Line) -> None:
        self._held_back = line

    def _garble(self, line: Line) -> None:
        self._put(line._replace(event={**line.event, "event": UNKNOWN}))


SPOILS: Final[Mapping[LinkFault, Callable[[TServer, Line], None]]] = {
    LinkFault.BROKEN_WITHIN: TServer._break_within,
    LinkFault.REPEATED: TServer._repeat,
    LinkFault.SKIPPED: TServer._skip,
    LinkFault.REORDERED: TServer._hold_back,
    LinkFault.GARBLED: TServer._garble,
}


class SeqRule:
    """Which lines of a connection count (`protocols.md` 2): up to a gap in `seq`; of a bad line it is not known.

    Behind an `EventServerDisconnected`, which is a loss itself, numbers begin anew.
    """

    def __init__(self) -> None:
        self._last: int | None = None
        self._bad = 0
        self._is_over = False

    def counts(self, line: Line) -> bool:
        if not line.is_good:
            self._bad += 1
            return False
        if line.event["event"] == "EventServerDisconnected":
            self._last = None
        elif line.number is not None:
            is_next = self._last is None or self._last < line.number <= self._last + 1 + self._bad
            self._is_over = self._is_over or not is_next
            self._last, self._bad = line.number, 0
        return not self._is_over
