"""A simulator and a server, each a process of its own, over real links: do both come to the same figures?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rtoml

from end_to_end.stage import Client, Program
from simulator.play import record_day, write_books
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
    at_their_end: set[str] = set()
    while len(at_their_end) < len(SOURCES):
        notice = client.receive(1)
        if isinstance(notice, SourceDown):
            at_their_end.add(notice.source)
    assert simulator.exit_code() == 0
    assert environment.read_text() != morning
    values = {key: client.peek(statistic).value for key, statistic in opened.items()}
    booked = {keyed(row): row["value"] for row in rows(books)}
    counted = {key: values[key] for key in booked.keys() & values.keys()}
    assert len(counted) > 700
    assert not {key: (value, booked[key]) for key, value in counted.items() if is_off(key, value, booked)}
    assert not {key: value for key, value in values.items() if key not in booked and value}


def opened_by(client: Client, row: dict[str, Any]) -> Any:
    named = row["object"]
    how = {"time_profile": row["time_profile"], "notification": row["notification"]}
    return client.open(f"{named['type']}:{named['id']}", row["statistic"], **how)


def is_off(key: str, value: float, booked: dict[str, float]) -> bool:
    if '"TotalTime"' not in key:
        return value != booked[key]
    number = booked[key.replace('"TotalTime"', '"TotalNumber"')]
    return abs(value - booked[key]) > LATE_S * number
