"""A server on simulated time that hears several sources, and what its statistics then say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import msgspec

from actors.configuration.load import Loaded, load
from actors.replay import Replay
from actors.sessions.messages import Answer, Reading, SessionRequest
from actors.sources import interaction_lines, tserver_lines
from actors.vocabulary import protocol
from actors.vocabulary.times import microseconds

FOLDER: Final = Path(__file__).parents[1] / "media_flows"
END: Final = 10_000.0

Event = tuple[str, dict[str, Any]]
"""A source's name and one of its events."""


class Asked(NamedTuple):
    """One statistic of one object: `Agent:1001`."""

    whose: str
    category: str
    mask: str = ""
    options: tuple[tuple[str, Any], ...] = ()
    filter: str = ""

    def request(self, ref: int) -> protocol.OpenStatistic:
        type_, _, id_ = self.whose.partition(":")
        definition = {"category": self.category, "main_mask": self.mask, **dict(self.options)}
        return protocol.OpenStatistic(
            ref=ref,
            object=protocol.ObjectName(type_, id_),
            statistic=definition,
            time_profile="Growing:never",
            filter=self.filter,
            notification=protocol.Notification("None"),
        )


def ask(whose: str, category: str, mask: str = "", *, filter: str = "", **options: Any) -> Asked:  # noqa: A002
    return Asked(whose, category, mask, tuple(options.items()), filter)


class Client:
    """Stands where a session would: keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.refusals: list[protocol.Error] = []

    def tell(self, message: Any) -> None:
        if isinstance(message, Reading):
            self.told.append(msgspec.json.decode(b"{" + message.body))
        elif isinstance(message, Answer) and isinstance(message.event, protocol.Error):
            self.refusals.append(message.event)


class Played:
    """A server that has heard nothing yet, at second 0."""

    def __init__(self, configuration: Loaded) -> None:
        self._replay = Replay(configuration, [], 0)
        self._replay.intake.advance(1)
        self._clients: dict[int, Client] = {}
        self.types = {name: source.type for name, source in configuration.environment.sources.items()}

    def open(self, asked: Asked, **how: Any) -> Client:
        """A client of its own for one statistic."""
        client, id_ = Client(), len(self._clients)
        request = msgspec.structs.replace(asked.request(1), **how)
        self._ask(client, request, id_)
        assert not client.refusals, client.refusals
        self._clients[id_] = client
        return client

    def hear(self, events: Iterable[Event], until: float) -> None:
        """Events of all sources, then the time up to a second with its timers."""
        intake, supervisor = self._replay.intake, self._replay.supervisor
        for source, event in events:
            lines = tserver_lines if self.types[source] == "tserver" else interaction_lines
            typed = lines.decode(json.dumps(event).encode())
            intake.put(supervisor.connectors[source], typed, stamp_us=microseconds(typed.time))
        intake.drain()
        intake.advance(microseconds(until))
        assert supervisor.failures == 0

    def read(self, client: Client) -> dict[str, Any]:
        """The present reading."""
        id_ = next(id_ for id_, one in self._clients.items() if one is client)
        self._ask(client, protocol.PeekStatistic(ref=2, id=id_), id_)
        return client.told[-1]

    def _ask(self, client: Client, request: protocol.AnyRequest, id_: int) -> None:
        intake, supervisor = self._replay.intake, self._replay.supervisor
        intake.put(supervisor.pool, SessionRequest(client, request, id_), is_alone=True)
        intake.drain()
        assert supervisor.failures == 0


@cache
def loaded(options: str = "", environment: str = "") -> Loaded:
    """The contact centre of the flows, with options and tables of a test's own."""
    centre = (FOLDER / "environment.toml").read_text(encoding="utf-8")
    with TemporaryDirectory() as folder:
        (Path(folder) / "environment.toml").write_text(centre + environment, encoding="utf-8")
        (Path(folder) / "statserver.cfg").write_text(f"[statserver]\n{options}", encoding="utf-8")
        return load(Path(folder))


def lines(name: str) -> list[dict[str, Any]]:
    """The events of one file of the flows."""
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def merged(**sources: Sequence[dict[str, Any]]) -> list[Event]:
    """The events of several sources, in the order of their times; `_` in a name stands for `-`."""
    told = [(name.replace("_", "-"), event) for name, events in sources.items() for event in events]
    return sorted(told, key=lambda pair: pair[1]["time"])


def readings(
    events: Sequence[Event], asked: Sequence[Asked], moments: Sequence[float], configuration: Loaded | None = None
) -> list[list[dict[str, Any]]]:
    """What each statistic says at each moment, opened before the first event."""
    played = Played(configuration or loaded())
    clients = [played.open(one) for one in asked]
    waiting, told = list(events), []
    for at in moments:
        reached = [pair for pair in waiting if pair[1]["time"] <= at]
        del waiting[: len(reached)]
        played.hear(reached, at)
        told.append([played.read(client) for client in clients])
    return told


def values(events: Sequence[Event], asked: Sequence[Asked], at: float = END) -> list[Any]:
    """The value of each at a moment."""
    return [one["value"] for one in readings(events, asked, [at])[0]]
