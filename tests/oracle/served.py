"""A day through the server: statistics opened at one moment, read at others."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec

from actors.configuration.load import Loaded, load
from actors.replay import Replay
from actors.sessions.messages import Answer, Reading, SessionRequest
from actors.vocabulary import protocol
from actors.vocabulary.events import TServerEvent
from actors.vocabulary.times import microseconds
from tests.oracle.days import ENVIRONMENT_TOML
from tests.oracle.questions import Question

SOURCE: Final = "tserver-1"
REFUSED: Final = "refused"

Event = dict[str, Any]


class Reader:
    """A client of the pool: what it was answered last, by question."""

    def __init__(self) -> None:
        self.values: dict[int, Any] = {}

    def tell(self, message: Any) -> None:
        if isinstance(message, Reading) and message.id is not None:
            told = msgspec.json.decode(b"{" + message.body)
            self.values[message.id] = told.get("state") or told.get("value")
        elif isinstance(message, Answer) and isinstance(message.event, protocol.Error):
            assert message.event.code == "NotApplicable", message.event.message
            assert message.event.ref is not None
            self.values[message.event.ref] = REFUSED


@cache
def loaded(stuck_call_time: float | None = None) -> Loaded:
    """The contact centre of random days, the server's clock on UTC, stuck calls removed after so many seconds."""
    options = "" if stuck_call_time is None else f"check-stuck-calls = yes\nstuck-call-time = {stuck_call_time:.0f}\n"
    with TemporaryDirectory() as folder:
        (Path(folder) / "environment.toml").write_text(ENVIRONMENT_TOML, encoding="utf-8")
        (Path(folder) / "statserver.cfg").write_text(f"[statserver]\ntime-zone = UTC\n{options}", encoding="utf-8")
        return load(Path(folder))


class Served:
    """A server on simulated time that has heard a day up to the moment it was asked about last."""

    def __init__(self, events: Sequence[Event], stuck_call_time: float | None = None) -> None:
        self._replay = Replay(loaded(stuck_call_time), [], microseconds(events[0]["time"]))
        self._waiting = [msgspec.convert(event, TServerEvent) for event in events]
        self._reader = Reader()
        self._asked: dict[int, Question] = {}

    def open(self, asked: Sequence[Question], at: float) -> None:
        """Opens statistics before the events of a moment."""
        self._hear([event for event in self._waiting if event.time < at])
        self._replay.intake.advance(microseconds(at))
        self._asked = dict(enumerate(asked))
        for ref, question in self._asked.items():
            opening = protocol.OpenStatistic(
                ref=ref,
                object=protocol.ObjectName(question.object_type, question.object_id),
                statistic=question.definition,
                time_profile=question.time_profile,
                time_range=question.time_range,
                time_range2=question.time_range2,
                filter=question.filter,
                notification=protocol.Notification("None"),
            )
            self._ask(opening, ref)
        self._replay.intake.drain()

    def read(self, at: float) -> list[Any]:
        """The value of each, or `REFUSED`, after the events of a moment."""
        self._hear([event for event in self._waiting if event.time <= at])
        self._replay.intake.advance(microseconds(at))
        for ref in self._asked:
            if self._reader.values.get(ref) != REFUSED:
                self._ask(protocol.PeekStatistic(ref=ref, id=ref), ref)
        self._replay.intake.drain()
        assert self._replay.supervisor.failures == 0
        return [self._reader.values[ref] for ref in self._asked]

    def _ask(self, request: protocol.AnyRequest, id_: int) -> None:
        pool, intake = self._replay.supervisor.pool, self._replay.intake
        intake.put(pool, SessionRequest(self._reader, request, id_), is_alone=True)

    def _hear(self, events: Sequence[TServerEvent]) -> None:
        self._waiting = self._waiting[len(events) :]
        connector = self._replay.supervisor.connectors[SOURCE]
        for event in events:
            self._replay.intake.put(connector, event, stamp_us=microseconds(event.time))
        self._replay.intake.drain()
