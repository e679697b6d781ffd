"""A server that is killed, at any moment, and started again: every value is as `semantics.md` 9.2 defines it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from signal import SIGKILL
from typing import Any

import gevent
import msgspec
import pytest
from flows.loader import FOLDER
from sources.standins import PATIENCE_S

from actors.configuration.load import load
from actors.replay import Line, Replay
from actors.server import Server
from actors.sources.recorder import json_note
from actors.sources.tserver_lines import decode
from actors.vocabulary.protocol import ObjectName, OpenStatistic
from actors.vocabulary.times import US_PER_SECOND, microseconds
from end_to_end.stage import Client, Program, TServerOnCue, conf_folder
from runtime.clock import RealClock
from runtime.journal_files import FOLDER as JOURNAL
from runtime.journal_reader import reading
from runtime.snapshots import FILE as SNAPSHOTS
from statclient import Notification

ZERO = 1_795_500_000.0
SILENT = Notification(mode="None")
SEATS = {"7001": "1001", "7002": "1002", "7003": "1003"}
CALLS = {"main_mask": "CallInbound", "subject": "DNAction"}
WAITS = {"main_mask": "WaitForNextCall", "subject": "AgentStatus"}
DEFINITIONS: list[tuple[dict[str, Any], str]] = [
    ({"category": "TotalNumber", **CALLS}, "Never"),
    ({"category": "TotalTime", **CALLS}, "Growing:0:00 +0:01"),
    ({"category": "CurrentTime", **CALLS}, "Never"),
    ({"category": "MaxTime", **CALLS}, "Sliding:60/5"),
    ({"category": "TotalNumber", **CALLS}, "Selection:3"),
    ({"category": "TotalTime", **WAITS}, "Never"),
    ({"category": "TotalNumber", **WAITS, "main_mask": "NotMonitored"}, "Never"),
    ({"category": "CurrentState", "main_mask": "*", "subject": "DNAction"}, "Never"),
]
OBJECTS = ("1001", "1002", "1003")
REQUESTS = [
    OpenStatistic(ref=ref, object=ObjectName("Agent", agent), statistic=definition, time_profile=profile)
    for ref, (agent, (definition, profile)) in enumerate(
        (agent, definition) for agent in OBJECTS for definition in DEFINITIONS
    )
]
Start = Callable[..., Program]


class Floor:
    """A switch where calls come and go, that can say at any moment what there is."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.time = ZERO
        self._calls: dict[str, dict[str, Any]] = {}
        self._number = 0

    def present(self) -> list[dict[str, Any]]:
        """What a registration is answered with."""
        self._pass()
        registered = [
            {
                "event": "EventRegistered",
                "time": self.time,
                "this_dn": dn,
                "dn_type": "Extension",
                "agent_id": agent,
                "agent_state": "Ready",
                "calls": [self._calls[dn]] if dn in self._calls else [],
            }
            for dn, agent in SEATS.items()
        ]
        return [*registered, {"event": "EventLinkConnected", "time": self.time}]

    def happenings(self, count: int) -> list[dict[str, Any]]:
        """So many events."""
        return [self._happening() for _ in range(count)]

    def _pass(self) -> None:
        self.time = round(self.time + self._random.choice((0, 0.001, 0.25, 3)), 6)

    def _happening(self) -> dict[str, Any]:
        self._pass()
        dn = self._random.choice(list(SEATS))
        call = self._calls.get(dn)
        if call is None:
            self._number += 1
            call = {"conn_id": f"c{self._number}", "call_type": "Inbound", "call_state": "Ringing", "since": self.time}
            self._calls[dn] = call
            name = "EventRinging"
        elif call["call_state"] == "Ringing":
            self._calls[dn] = call | {"call_state": "Established", "since": self.time}
            name = "EventEstablished"
        else:
            del self._calls[dn]
            name = "EventReleased"
        said = {"event": name, "time": self.time, "this_dn": dn, "conn_id": call["conn_id"]}
        return {**said, "call_type": "Inbound", "user_data": {"Note": "x" * 400}}


class Scene:
    """A switch, a server that follows it, is killed and started again, and what it has journalled of each life."""

    def __init__(self, program: Start, running: Callable[[Any], Any], folder: Path, seed: int) -> None:
        self._program = program
        self._running = running
        self.random = Random(seed)
        self.folder = folder
        self.tserver: TServerOnCue = running(TServerOnCue())
        self.floor = Floor(self.random)
        self.conf = conf_folder(folder / "conf", FOLDER, self.tserver)
        self.set_option("snapshot-interval = 1")
        self.lines: list[Line] = []
        self._begin = 0

    def set_option(self, line: str) -> None:
        options = self.conf / "statserver.cfg"
        others = re.sub(rf"(?m)^{line.split()[0]} *=.*\n", "", options.read_text())
        options.write_text(others.replace("[statserver]\n", f"[statserver]\n{line}\n", 1))

    def start(self, *arguments: str | Path) -> None:
        self.tserver.registered.clear()
        self._begin = len(self.tserver.said)
        self.server = self._program("run", "--conf", self.conf, *arguments)
        self.address = self.server.said.split()[-1]
        assert self.server.is_running, self.server.stderr.read_text()

    def client(self) -> Client:
        client: Client = self._running(Client(self.address))
        client.connect()
        return client

    def opened(self, client: Client) -> list[Any]:
        return [
            client.open(
                f"Agent:{request.object.id}",
                request.statistic,
                time_profile=request.time_profile,
                notification=SILENT,
            )
            for request in REQUESTS
        ]

    def flood(self, count: int) -> None:
        self.tserver.say(*self.floor.present(), *self.floor.happenings(count))

    def kill(self) -> None:
        """Kills the server at whatever it is doing."""
        self.server.end(SIGKILL)
        self.lose(self._journalled())

    def lose(self, said: bytes | None = None) -> None:
        """Notes what the server has journalled of this life, by default all, and that all links are lost then."""
        self._note(self.tserver.said[self._begin :] if said is None else said)
        if self.lines and self.lines[-1].payload.event != "EventServerDisconnected":
            last_us = self.lines[-1].stamp_us
            self.lines.append(Line(last_us, "tserver-1", decode(json_note(last_us))))

    def _journalled(self) -> bytes:
        said = self.tserver.said[self._begin :]
        with reading(self.folder / "data" / JOURNAL) as journal:
            payloads = [entry.payload for entry in journal.entries() if entry.source == "tserver-1"]
        at = said.find(payloads[-1]) if payloads else -1
        return said[: at + len(payloads[-1])] if at >= 0 else b""

    def _note(self, said: bytes) -> None:
        events = [decode(line) for line in said.splitlines()]
        self.lines += [Line(microseconds(event.time), "tserver-1", event) for event in events]

    def expected(self) -> list[tuple[Any, Any]]:
        """What the statistics come to in a server that was never stopped, and lost its links at the same moments."""
        self._note(self.tserver.said[self._begin :])
        replay = Replay(load(self.conf), REQUESTS, self.lines[0].stamp_us)
        (results,) = replay.feed(self.lines, [microseconds(self.floor.time)])
        return [(result.value, result.state) for result in results]

    def values(self) -> list[tuple[Any, Any]]:
        """What a client is told now, after all that was said."""
        client = self.client()
        self.tserver.say_time(self.floor.time)
        client.wait_until(self.floor.time)
        readings = [client.peek(statistic) for statistic in self.opened(client)]
        return [
            (reading.value, None if reading.state is None else msgspec.to_builtins(reading.state))
            for reading in readings
        ]


@pytest.fixture
def scene(program: Start, running: Callable[[Any], Any], tmp_path: Path) -> Scene:
    return Scene(program, running, tmp_path, 1)


def is_killed_and_exact(scene: Scene, kills: int) -> None:
    scene.start()
    with scene.client() as client:
        scene.opened(client)
    for _ in range(kills):
        scene.flood(scene.random.randrange(1, 1_500))
        gevent.sleep(scene.random.uniform(0, 0.4))
        scene.kill()
        scene.start()
    scene.flood(50)
    values = scene.values()
    assert values == scene.expected()


def test_a_server_killed_at_five_moments_has_every_value(scene: Scene) -> None:
    is_killed_and_exact(scene, 5)


@pytest.mark.soak
def test_a_server_killed_at_a_hundred_moments_has_every_value(scene: Scene) -> None:
    is_killed_and_exact(scene, 100)


def test_a_server_that_is_stopped_goes_on_from_its_snapshot(scene: Scene) -> None:
    scene.start()
    with scene.client() as client:
        scene.opened(client)
    scene.flood(300)
    with scene.client() as client:
        client.wait_until(scene.floor.time)
    assert scene.server.end() == 0
    scene.lose()
    scene.start()
    scene.flood(50)
    assert scene.values() == scene.expected()


def test_with_definitions_statistics_are_open_again_and_begin_anew(scene: Scene) -> None:
    scene.start()
    with scene.client() as client:
        scene.opened(client)
    scene.flood(300)
    scene.kill()
    scene.lines.clear()
    scene.set_option("restore = definitions")
    scene.start()
    scene.flood(100)
    assert scene.values() == scene.expected()


def test_a_statistic_keeps_the_definition_it_was_opened_with(scene: Scene) -> None:
    options = scene.conf / "statserver.cfg"
    written = "\n[Ended]\nObjects = Agent\nCategory = TotalNumber\nMainMask = {}\nSubject = DNAction\n"
    before = options.read_text()
    options.write_text(before + written.format("CallInbound"))
    scene.start()
    with scene.client() as client:
        client.open("Agent:1001", "Ended", time_profile="Never", notification=SILENT)
    scene.tserver.say(*scene.floor.present(), *scene.floor.happenings(200))
    with scene.client() as client:
        client.wait_until(scene.floor.time)
    assert scene.server.end() == 0
    options.write_text(before + written.format("CallOutbound"))
    scene.start()
    with scene.client() as client:
        outbound = client.open("Agent:1001", "Ended", time_profile="Never", notification=SILENT)
        inbound = client.open("Agent:1001", DEFINITIONS[0][0], time_profile="Never", notification=SILENT)
        assert client.peek(outbound).value == 0
        assert client.peek(inbound).value > 0


def test_a_damaged_snapshot_is_refused_by_name_and_left_as_it_is(scene: Scene) -> None:
    scene.start()
    scene.flood(10)
    with scene.client() as client:
        client.wait_until(scene.floor.time)
    assert scene.server.end() == 0
    path = scene.folder / "data" / "snapshots" / SNAPSHOTS
    content = path.read_bytes().replace(b"7001@pbx1", b"7001@pbx2")
    path.write_bytes(content)
    server = scene._program("run", "--conf", scene.conf)
    assert server.exit_code() == 1
    assert f"cannot start: {path.relative_to(scene.folder)}: is damaged" in server.stderr.read_text()
    assert path.read_bytes() == content


def test_by_the_machines_own_clock_a_restart_is_exact_too(scene: Scene) -> None:
    scene.set_option("clock = live")
    begin = RealClock().now_us() / US_PER_SECOND - 20
    happenings = [event | {"time": begin + at / 10} for at, event in enumerate(scene.floor.happenings(100))]
    ends = [
        at for at, event in enumerate(happenings) if (event["event"], event["this_dn"]) == ("EventReleased", "7001")
    ]
    happenings = happenings[: ends[-1] + 1]
    scene.start()
    with scene.client() as client:
        number, time, *_ = scene.opened(client)
        scene.tserver.say(*(event | {"time": begin, "calls": []} for event in scene.floor.present()), *happenings)
        with gevent.Timeout(PATIENCE_S):
            while client.peek(number).value < len(ends):
                pass
        before = client.peek(time).value
    assert before > 0
    scene.kill()
    scene.start()
    with scene.client() as client:
        number, time, *_ = scene.opened(client)
        assert (client.peek(number).value, client.peek(time).value) == (len(ends), before)


@pytest.mark.parametrize("restore", ["values", "definitions"])
def test_when_a_statistic_was_asked_for_last_is_known_after_a_restart(
    scene: Scene, running: Callable[[Any], Any], restore: str
) -> None:
    scene.set_option(f"restore = {restore}")
    scene.start()
    scene.flood(20)
    with scene.client() as client:
        client.wait_until(scene.floor.time)
        client.get("Agent:1001", DEFINITIONS[0][0], time_profile="Never")
        asked_us = microseconds(scene.floor.time)
        scene.tserver.say_time(scene.floor.time + 3_600)
        client.wait_until(scene.floor.time + 3_600)
    assert scene.server.end() == 0
    server = running(Server(scene.conf, load(scene.conf), scene.folder / "data"))
    server.start()
    (entry,) = server.supervisor.pool.at_rest().state.entries.values()
    assert entry.asked_us == asked_us


@pytest.mark.parametrize("restore", ["values", "definitions"])
@pytest.mark.parametrize(("days", "is_kept"), [(0.9, True), (1.1, False)])
def test_a_statistic_goes_a_day_after_it_was_asked_for_though_the_server_was_killed_meanwhile(
    scene: Scene, restore: str, days: float, is_kept: bool
) -> None:
    scene.set_option(f"restore = {restore}")
    scene.set_option("old-stats-remove-interval = 1")
    scene.start()
    scene.flood(1)
    asked = scene.floor.time
    ended = {"object": "Agent:1001", "statistic": DEFINITIONS[0][0], "time_profile": "Never"}
    with scene.client() as client:
        client.wait_until(scene.floor.time)
        client.get(**ended)
    for at in (0.6, days):
        scene.flood(100)
        scene.floor.time = asked + at * 86_400
        scene.tserver.say_time(scene.floor.time)
        with scene.client() as client:
            client.wait_until(scene.floor.time)
            if at == days:
                assert (client.get(**ended).value > 0) == is_kept
        scene.server.end(SIGKILL)
        scene.start()
