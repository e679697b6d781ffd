"""A simulator and a server, each a process of its own, over real links: do both come to the same figures?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
import pytest
import rtoml
from sources.standins import HOST, PATIENCE_S

from actors.vocabulary.interaction_events import HANDLING
from end_to_end.stage import Client, Program, address_of, conf_folder, server_on
from runtime.clock import SteppedClock
from simulator.centre import CHAT, EMAIL
from simulator.configuration import write_configuration
from simulator.day import Day
from simulator.play import MORNING_US, record_day, write_books
from simulator.stage import Stage
from statclient import SourceDown

SOURCES = ("tserver-1", "ixn-1", "ixn-2")
AGENTS, CALLS_PER_SECOND, SECONDS = 60, 4, 32
GROUPS = {"GroupAgents", "GroupQueues", "StagingArea", "Tenant", "Queue", "RoutePoint"}
LATE_S = 3.0
"""Time never goes back at the server, so what one link says counts as late as what was read of another before it. On a
busy machine links are that far apart; to the microsecond the figures are compared where recordings are replayed."""

Running = Callable[[Any], Any]
Start = Callable[..., Program]


def keyed(row: dict[str, Any]) -> str:
    return json.dumps((row["object"], row["statistic"]), sort_keys=True)


def rows(path: Path) -> list[dict[str, Any]]:
    return [row for row in map(json.loads, path.read_text().splitlines()) if row["object"]["type"] in GROUPS]


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    """At one stroke, so that nobody reads half of it."""
    beside = path.with_suffix(".beside")
    beside.write_text(change(path.read_text()))
    beside.replace(path)


def without_sources(text: str) -> str:
    return rtoml.dumps({table: rows for table, rows in rtoml.loads(text).items() if table != "source"})


@pytest.mark.timeout(180)
def test_a_server_that_follows_a_changing_centre_comes_to_the_simulators_own_books(
    program: Start, running: Running, tmp_path: Path
) -> None:
    conf, books = tmp_path / "conf", tmp_path / "books.jsonl"
    numbers = ("--agents", str(AGENTS), "--calls-per-second", str(CALLS_PER_SECOND), "--seconds", str(SECONDS))
    simulator = program("simulate", *numbers, "--conf", conf, "--books", books)
    assert simulator.said
    environment = conf / "environment.toml"
    morning = environment.read_text()
    rewrite(environment, without_sources)
    rewrite(conf / "statserver.cfg", lambda text: text.replace(":3050", ":0"))
    server = program("run", "--conf", conf)
    client = running(Client(server.said.removeprefix("listening on ")))
    client.connect()
    foreseen = tmp_path / "foreseen.jsonl"
    day = record_day(AGENTS, CALLS_PER_SECOND, seed=1, duration_s=2 * SECONDS, path=tmp_path / "day.jsonl")
    write_books(day, foreseen)
    opened = {keyed(row): opened_by(client, row) for row in rows(foreseen)}
    rewrite(environment, lambda _: morning)
    hear_losses(client, 1)
    assert simulator.exit_code() == 0
    assert environment.read_text() != morning
    values = {key: client.peek(statistic).value for key, statistic in opened.items()}
    booked = {keyed(row): row["value"] for row in rows(books)}
    counted = {key: values[key] for key in booked.keys() & values.keys()}
    assert len(counted) > 700
    assert not {key: (value, booked[key]) for key, value in counted.items() if is_off(key, value, booked)}
    assert not {key: value for key, value in values.items() if key not in booked and value}


def hear_losses(client: Client, times: int) -> None:
    """Returns when each link has been lost so often: all that it said before has been heard."""
    losses: Counter[str] = Counter()
    while [losses[source] for source in SOURCES] != [times] * len(SOURCES):
        notice = client.receive(1)
        if isinstance(notice, SourceDown):
            losses[notice.source] += 1


def opened_by(client: Client, row: dict[str, Any]) -> Any:
    named = row["object"]
    how = {"time_profile": row["time_profile"], "notification": row["notification"]}
    return client.open(f"{named['type']}:{named['id']}", row["statistic"], **how)


def is_off(key: str, value: float, booked: dict[str, float]) -> bool:
    if '"TotalTime"' not in key:
        return value != booked[key]
    number = booked[key.replace('"TotalTime"', '"TotalNumber"')]
    return abs(value - booked[key]) > LATE_S * number


def test_after_lost_links_the_server_has_again_what_is_there(running: Running, tmp_path: Path) -> None:
    day = Day(30, 1.0, seed=5, start_us=MORNING_US)
    stage = running(Stage(day, clock=SteppedClock(MORNING_US), port=0))
    stage.start()
    write_configuration(day.centre, tmp_path / "simulated", host=HOST, ports=stage.addresses)
    client = running(Client(address_of(running(server_on(conf_folder(tmp_path / "conf", tmp_path / "simulated"))))))
    client.connect()
    stage.play(240)
    lost = [port.links[0] for port in stage.ports]
    for link in lost:
        link.close()
    with gevent.Timeout(PATIENCE_S):
        while any(link in port.links or not port.is_watched for link, port in zip(lost, stage.ports, strict=True)):
            day.play(day.next_us, 1)
            gevent.sleep(0.01)
    stage.play(240)
    handled, waiting = Counter[str](), Counter[str]()
    for event in (event for source in day.sources[1:] for event in source.present()):
        handled[event.agent_id] += sum(one.role == HANDLING for one in event.interactions)
        waiting[event.queue] += sum(one.state == 0 for one in event.interactions)
    stage.stop()
    hear_losses(client, 2)
    agents = [agent.employee_id for agent in day.centre.agents]
    queues = [queue for medium in (CHAT, EMAIL) for queue in day.centre.interaction_queues(medium)]
    assert {one: client.get(f"Agent:{one}", "HandlingNow").value for one in agents} == {
        one: handled[one] for one in agents
    }
    assert {one: client.get(f"StagingArea:{one}", "InteractionsWaiting").value for one in queues} == {
        one: waiting[one] for one in queues
    }
    assert any(handled[one] for one in agents)
