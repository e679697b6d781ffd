"""What counts, as the journal has it: the truth that values are held against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import msgspec

from actors.sessions.messages import SessionRequest
from actors.sources.messages import LinkDown
from actors.vocabulary.protocol import OpenStatistic
from runtime.journal_entries import Mark
from runtime.mail import number_of
from tests.oracle.derivation import LOSSES
from tests.oracle.switch import Event
from tests.simulation.day import US_PER_SECOND
from tests.simulation.scheduler import Offered
from tests.simulation.tserver import Line

LOSS: Final = 0


class Counted(NamedTuple):
    """A line by its id, or the loss of the link; and when it happened."""

    line: int
    time_us: int


class _Said(msgspec.Struct):
    line: int
    event: str


class Record:
    """All inputs that have counted, over all lives of the process.

    Attributes:
        counted: lines and losses.
        opened_us: when each statistic was asked for first, by the ref of the request.
        last_us: time of the last event or loss: a heartbeat is none.
    """

    def __init__(self) -> None:
        self.counted: list[Counted] = []
        self.opened_us: dict[int, int] = {}
        self.last_us = 0
        self._offered: Offered = []

    def offer(self, batch: Offered) -> None:
        """The journal is about to get a batch; it has the one before."""
        self._count()
        self._offered = batch

    def settle(self, last: Mark | None) -> None:
        """The process has died, and its journal ends there: with the batch that it was writing, or without it."""
        if self._offered:
            numbers = [number_of(message.order) for message, _ in self._offered]
            found = 0 if last is None else last.number
            assert found < numbers[0] or found == numbers[-1], "half a batch is in the journal"
            if found == numbers[-1]:
                self._count()
        self._offered = []

    def _count(self) -> None:
        for message, kept in self._offered:
            payload = message.payload
            if isinstance(payload, LinkDown):
                self.counted.append(Counted(LOSS, message.time_us))
                self.last_us = message.time_us
            elif isinstance(payload, SessionRequest):
                if isinstance(payload.request, OpenStatistic):
                    self.opened_us.setdefault(payload.request.ref, message.time_us)
            elif kept.source != "clients":
                said = msgspec.json.decode(kept.payload, type=_Said)
                self.counted.append(Counted(said.line, message.time_us))
                if said.event != "Heartbeat":
                    self.last_us = message.time_us

    def lines(self) -> list[int]:
        """The ids of the lines."""
        return [counted.line for counted in self.counted if counted.line != LOSS]

    def check_losses(self, said: Iterable[Line]) -> None:
        """Between what one connection tells of DNs and what the next does the link was lost."""
        by_id = {line.id: line for line in said}
        connection = None
        for counted in self.counted:
            line = by_id.get(counted.line)
            if line is None or line.event["event"] in LOSSES:
                connection = None
            elif line.event.get("this_dn"):
                assert connection in (None, line.connection), f"connection {connection} was never lost"
                connection = line.connection

    def events(self, said: Iterable[Line]) -> Iterator[Event]:
        """What the oracle is to know: all that counted, in order, dated as it was."""
        by_id = {line.id: line.event for line in said}
        for line, time_us in self.counted:
            event = {"event": "EventServerDisconnected"} if line == LOSS else by_id[line]
            if event["event"] != "Heartbeat":
                yield {**event, "time": time_us / US_PER_SECOND}
