"""What happens to a server in operation: it is stopped and continued, so is its source; clients stall, links break."""

from __future__ import annotations

import json
import resource
import socket
from collections.abc import Callable
from pathlib import Path
from random import Random
from signal import SIGCONT, SIGKILL, SIGSTOP
from types import SimpleNamespace
from typing import Any

import gevent
import pytest
from flows.loader import FOLDER
from sources.standins import PATIENCE_S, numbered

from end_to_end.stage import Client, Program, conf_folder
from end_to_end.test_restart import OBJECTS, REQUESTS, Floor, Scene
from runtime.journal_files import FILE
from runtime.journal_files import FOLDER as JOURNAL
from statclient import SourceDown, SourceUp

Start = Callable[..., Program]
Running = Callable[[Any], Any]


@pytest.fixture
def scene(program: Start, running: Running, tmp_path: Path) -> Scene:
    scene = Scene(program, running, tmp_path, 1)
    scene.start()
    with scene.client() as client:
        scene.opened(client)
    return scene


def test_a_server_that_is_stopped_and_continued_has_every_value(scene: Scene) -> None:
    scene.flood(100)
    for _ in range(3):
        scene.server.send(SIGSTOP)
        scene.tserver.say(*scene.floor.happenings(200))
        scene.server.send(SIGCONT)
        scene.tserver.say(*scene.floor.happenings(100))
    assert scene.values() == scene.expected()


def test_a_client_of_a_server_that_is_stopped_waits_and_is_answered(scene: Scene) -> None:
    scene.flood(100)
    with scene.client() as client:
        client.wait_until(scene.floor.time)
        scene.server.send(SIGSTOP)
        asking = gevent.spawn(client.ping)
        asking.join(0.1)
        assert not asking.ready()
        scene.server.send(SIGCONT)
        assert asking.get(timeout=PATIENCE_S) == scene.floor.time


def test_a_source_that_is_stopped_and_continued_is_counted_to_its_end(
    scene: Scene, program: Start, running: Running, tmp_path: Path
) -> None:
    floor = Floor(Random(7))
    lines = tmp_path / "said.jsonl"
    lines.write_bytes(b"".join(numbered([*with_seq([*floor.present(), *floor.happenings(4_000)])])))
    talking = program(lines, module="tests.end_to_end.talking")
    source: Any = SimpleNamespace(port=int(talking.said))
    conf = conf_folder(tmp_path / "other-conf", FOLDER, source)
    server = program("run", "--conf", conf, "--data", "other")
    client: Client = running(Client(server.said.split()[-1]))
    client.connect()
    ended = client.open("Agent:1001", REQUESTS[0].statistic, time_profile="Never")
    while not ended.last or not ended.last.value:
        assert client.receive(PATIENCE_S) is not None
    talking.send(SIGSTOP)
    before, now = -1.0, client.ping()
    while now != before:
        before, now = now, client.ping()
    talking.send(SIGCONT)
    client.wait_until(floor.time)
    assert client.peek(ended).value == sum(
        event["event"] == "EventReleased" and event["this_dn"] == "7001" and event["time"] > 0
        for event in map(json.loads, lines.read_text().splitlines())
    )


def with_seq(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**event, "seq": number} for number, event in enumerate(events, 1)]


# -- clients -----------------------------------------------------------------------------------------------------------


def test_a_client_that_stalls_keeps_nobody_waiting_and_has_the_newest_values_when_it_reads_on(scene: Scene) -> None:
    host, port = scene.address.split(":")
    with socket.create_connection((host, int(port)), PATIENCE_S) as stalled:
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        say_to(stalled, request="Register", ref=0, client="stalled")
        for ref, agent in enumerate(OBJECTS, 1):
            asked = {"object": {"type": "Agent", "id": agent}, "statistic": REQUESTS[0].statistic}
            say_to(stalled, request="OpenStatistic", ref=ref, time_profile="Never", **asked)
        scene.flood(3_000)
        values = scene.values()
        assert values == scene.expected()
        say_to(stalled, request="Ping", ref=99)
        newest = {}
        for line in stalled.makefile():
            told = json.loads(line)
            if told["event"] == "Info":
                newest[told["id"]] = told["value"]
            elif told.get("ref") == 99:
                break
    assert sorted(newest.values()) == sorted(values[at * len(values) // len(OBJECTS)][0] for at in range(len(OBJECTS)))


def say_to(connection: socket.socket, **request: Any) -> None:
    connection.sendall(json.dumps(request).encode() + b"\n")


def test_clients_that_vanish_leave_their_statistics_and_nothing_else(scene: Scene) -> None:
    scene.flood(100)
    clients = [scene.client() for _ in range(20)]
    for client in clients:
        scene.opened(client)
        client.stop()
    scene.tserver.say(*scene.floor.happenings(300))
    assert scene.values() == scene.expected()


# -- sources -----------------------------------------------------------------------------------------------------------


def test_a_source_that_dies_in_the_middle_of_a_line_and_comes_back_is_reconciled(scene: Scene) -> None:
    scene.flood(300)
    with scene.client() as client:
        client.wait_until(scene.floor.time)
        (unheard,) = scene.floor.happenings(1)
        assert scene.tserver._connection is not None
        scene.tserver._connection.sendall(json.dumps(unheard).encode()[:60])
        scene.tserver.hang_up()
        client.told(SourceDown)
        scene.lose()
        scene._begin = len(scene.tserver.said)
        scene.flood(300)
        client.told(SourceUp)
    assert scene.values() == scene.expected()


def test_a_server_that_is_killed_while_its_source_is_away_has_every_value(scene: Scene) -> None:
    scene.flood(300)
    with scene.client() as client:
        client.wait_until(scene.floor.time)
        scene.tserver.hang_up()
        client.told(SourceDown)
    scene.server.end(SIGKILL)
    scene.lose()
    scene.start()
    scene.flood(300)
    assert scene.values() == scene.expected()


# -- the disk ----------------------------------------------------------------------------------------------------------


def test_a_server_that_is_killed_while_its_disk_is_full_loses_nothing_that_counted(scene: Scene) -> None:
    scene.flood(100)
    with scene.client() as client:
        client.wait_until(scene.floor.time)
    limit = (scene.folder / "data" / JOURNAL / FILE).stat().st_size
    resource.prlimit(scene.server.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    scene.tserver.say(*scene.floor.happenings(1_000))
    scene.server.wait_for("the disk takes no more")
    scene.kill()
    scene.start()
    scene.flood(100)
    assert scene.values() == scene.expected()
