"""A server on simulated time, and a client of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, Final, NamedTuple

import msgspec

from actors.configuration.load import Loaded, load
from actors.replay import Replay
from actors.sessions.messages import Answer, Reading, SessionRequest
from actors.vocabulary import protocol
from actors.vocabulary.events import TServerEvent
from actors.vocabulary.times import microseconds

ZERO: Final = 1_795_500_000.0
"""Six in the morning, UTC: second 0 of every timeline."""

FOLDER: Final = Path(__file__).parent


class Told(NamedTuple):
    """One reading as a client is told it, in seconds of the timeline."""

    time: float
    value: Any
    interval: tuple[float, float] | None = None
    state: dict[str, Any] | None = None


class Client:
    """Stands where a session would: keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.refusal: protocol.Error | None = None

    def tell(self, message: Any) -> None:
        if isinstance(message, Reading):
            info = msgspec.json.decode(b"{" + message.body)
            closed = info.get("interval")
            interval = (closed["from"] - ZERO, closed["to"] - ZERO) if closed else None
            self.told.append(Told(info["time"] - ZERO, info["value"], interval, info.get("state")))
        elif isinstance(message, Answer) and isinstance(message.event, protocol.Error):
            self.refusal = message.event


class Served:
    """A server on simulated time, in which nothing fails but what a test kills."""

    killed: ClassVar[int] = 0
    """How often a test kills an actor."""

    def __init__(self, configuration: Loaded) -> None:
        self._replay = Replay(configuration, [], microseconds(ZERO - 3600))

    def hear(self, events: list[dict[str, Any]], until: float) -> None:
        """Events of the link, then the time up to a second of the timeline with its timers."""
        intake, supervisor = self._replay.intake, self._replay.supervisor
        for event in events:
            typed = msgspec.convert(event, TServerEvent)
            intake.put(supervisor.connectors["tserver-1"], typed, stamp_us=microseconds(typed.time))
        intake.drain()
        intake.advance(microseconds(until + ZERO))
        assert supervisor.failures <= self.killed

    def ask(self, request: protocol.AnyRequest, client: Client, id_: int) -> None:
        """What a client asks, answered at once."""
        intake, supervisor = self._replay.intake, self._replay.supervisor
        intake.put(supervisor.pool, SessionRequest(client, request, id_), is_alone=True)
        intake.drain()
        assert supervisor.failures <= self.killed


@cache
def loaded(options: str, environment: str) -> Loaded:
    """The contact centre, with options and tables of a day's own."""
    centre = (FOLDER / "environment.toml").read_text(encoding="utf-8")
    with TemporaryDirectory() as folder:
        (Path(folder) / "environment.toml").write_text(centre + environment, encoding="utf-8")
        (Path(folder) / "statserver.cfg").write_text(f"[statserver]\n{options}", encoding="utf-8")
        return load(Path(folder))
