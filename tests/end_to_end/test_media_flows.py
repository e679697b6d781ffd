"""The worked flows of `multimedia.md` over real links, a T-Server and two Interaction Servers, read by a client."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import rtoml

from end_to_end.stage import Client, InteractionServerOnCue, TServerOnCue, address_of, server_on
from statclient import Notification, SourceDown, Statistic
from tests.multimedia.played import Asked, Event, ask, lines, merged
from tests.multimedia.test_worked_composition import MEDIA, STEPS_6_4, STEPS_8_4, flow_6_4, flow_8_4, vector
from tests.multimedia.test_worked_flows import FLOWS, STATUSES, asked_by

FOLDER = Path(__file__).parents[1] / "media_flows"
ZERO = 1_795_500_000.0
SILENT = Notification(mode="None")
Running = Callable[[Any], Any]


class Stage:
    """A server with three live links, and a client; seconds are those of the page."""

    def __init__(self, running: Running, folder: Path) -> None:
        self.sources: dict[str, TServerOnCue] = {
            "tserver-1": running(TServerOnCue()),
            "ixn-1": running(InteractionServerOnCue()),
            "ixn-2": running(InteractionServerOnCue()),
        }
        environment = rtoml.loads((FOLDER / "environment.toml").read_text())
        for source in environment["source"]:
            source["port"] = self.sources[source["name"]].port
        (folder / "environment.toml").write_text(rtoml.dumps(environment))
        (folder / "statserver.cfg").write_text("[statserver]\nlisten = 127.0.0.1:0\nclock = sources\n")
        self.server = running(server_on(folder))
        self.client: Client = running(Client(address_of(self.server)))
        self.client.connect()
        self.say_time(-1)

    def say_time(self, at: float) -> None:
        """It is so late at all sources, and the server has heard each of them: a microsecond after the other."""
        for number, source in enumerate(self.sources.values(), 1):
            now = at + ZERO + number / 1_000_000
            source.say_time(now)
            self.client.wait_until(now)

    def open(self, asked: Asked) -> Statistic:
        definition = {"category": asked.category, "main_mask": asked.mask, **dict(asked.options)}
        return self.client.open(
            asked.whose, statistic=definition, time_profile="Growing:never", filter=asked.filter, notification=SILENT
        )

    def play(self, events: Sequence[Event], moments: Sequence[float]) -> Iterator[float]:
        """Lets the sources say what they said up to each moment; a loss is a link hung up."""
        waiting = list(events)
        for at in moments:
            while waiting and waiting[0][1]["time"] <= at:
                self._say(*waiting.pop(0))
            self.say_time(at)
            yield at

    def _say(self, name: str, event: dict[str, Any]) -> None:
        if event["event"] == "EventServerDisconnected":
            self.say_time(event["time"])
            self.sources[name].hang_up()
            self.client.told(SourceDown)
        else:
            self.sources[name].say(from_the_epoch({key: event[key] for key in event if key != "seq"}))

    def read(self, statistics: Sequence[Statistic]) -> list[Any]:
        return [self.client.peek(statistic) for statistic in statistics]


def from_the_epoch(event: dict[str, Any]) -> dict[str, Any]:
    """An event with all its times counted from there."""
    moved = {**event, "time": event["time"] + ZERO}
    if event["event"] == "EventPlaceAgentState":
        moved["media"] = {name: {**one, "since": one["since"] + ZERO} for name, one in event["media"].items()}
        moved["interactions"] = [{**one, "since": one["since"] + ZERO} for one in event["interactions"]]
    return moved


def target_of(reading: Any) -> dict[str, Any]:
    return {"target": reading.target}


@pytest.fixture
def stage(running: Running, tmp_path: Path) -> Stage:
    return Stage(running, tmp_path)


@pytest.mark.parametrize("flow", FLOWS)
def test(flow: str, stage: Stage) -> None:
    both = asked_by(FLOWS[flow])
    statistics = [stage.open(one) for one, _ in both]
    events = merged(ixn_1=lines(flow))
    for _ in stage.play(events, [*sorted({event["time"] for _, event in events}), 10_000]):
        pass
    found = [reading.value for reading in stage.read(statistics)]
    assert [(row, value) for row, value in zip(both, found, strict=True) if row[1] != value] == []
    assert stage.server.supervisor.failures == 0


def test_flow_6_4(stage: Stage) -> None:
    asked = (ask("Place:P1", "CurrentState", subject="PlaceStatus"), ask("Agent:1001", "CurrentTargetState"))
    statistics = [stage.open(one) for one in asked]
    found = {}
    for at in stage.play(flow_6_4(), list(STEPS_6_4)):
        place, agent = stage.read(statistics)
        found[at] = (place.value, *(vector(target_of(agent), medium) for medium in ("chat", "email")))
    assert found == STEPS_6_4
    assert stage.server.supervisor.failures == 0


def test_flow_8_4(stage: Stage) -> None:
    asked = (
        ask("Place:P1", "CurrentState", subject="PlaceStatus"),
        ask("Agent:1001", "CurrentState", subject="AgentStatus"),
        ask("Agent:1001", "CurrentTargetState"),
    )
    statistics = [stage.open(one) for one in asked]
    statuses, vectors = {}, {}
    for at in stage.play(flow_8_4(), sorted({*STATUSES, *STEPS_8_4, 52})):
        place, agent, target = stage.read(statistics)
        statuses[at] = (place.value, agent.value)
        vectors[at] = tuple(vector(target_of(target), medium) for medium in MEDIA)
    assert {at: statuses[at] for at in STATUSES} == STATUSES
    assert {at: vectors[at] for at in STEPS_8_4} == STEPS_8_4
    assert stage.server.supervisor.failures == 0
