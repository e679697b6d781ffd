"""A message that kills an actor each time: it is set aside, the operator finds it, and every other value is right."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest
from flows.loader import FOLDER

from end_to_end.stage import Client, Program, TServerOnCue, conf_folder, printed, statserver
from runtime.dead_letters import FILE
from statclient import Notification

ZERO = 1_795_500_000.0
TALKED = {"category": "TotalTime", "main_mask": "CallInbound", "subject": "DNAction"}
SILENT = Notification(mode="None")


class Scene:
    """A server whose actors fail on poisoned events, a T-Server, and a client."""

    def __init__(self, program: Callable[..., Program], running: Callable[[Any], Any], folder: Path) -> None:
        self._program, self._running, self._folder = program, running, folder
        self.tserver: TServerOnCue = running(TServerOnCue())
        self._conf = conf_folder(folder / "conf", FOLDER, self.tserver)

    def start(self) -> None:
        self.tserver.registered.clear()
        self.server = self._program("run", "--conf", self._conf, module="tests.end_to_end.poisonable")
        self.client: Client = self._running(Client(self.server.said.split()[-1]))
        self.client.connect()

    def say(self, time: float, name: str, dn: str, **attributes: Any) -> None:
        call = {"this_dn": dn, "conn_id": f"c{dn}", "call_type": "Inbound"}
        self.tserver.say({"event": name, "time": ZERO + time, **call, **attributes})

    def reach(self, time: float) -> None:
        self.tserver.say_time(ZERO + time)
        self.client.wait_until(ZERO + time)

    def said_of_dead_letters(self, *arguments: str) -> Any:
        return statserver("dead-letters", *arguments, cwd=self._folder)

    def letters(self) -> list[dict[str, Any]]:
        return printed(self.said_of_dead_letters())


@pytest.fixture
def scene(program: Callable[..., Program], running: Callable[[Any], Any], tmp_path: Path) -> Scene:
    scene = Scene(program, running, tmp_path)
    scene.start()
    return scene


def poison(scene: Scene) -> None:
    """Two calls of ten seconds; in one of them is an event that kills."""
    for dn in ("7001", "7002"):
        scene.say(0, "EventRinging", dn)
        scene.say(1, "EventEstablished", dn)
    scene.say(5, "EventAttachedDataChanged", "7001", user_data={"Poison": "yes"})
    for dn in ("7001", "7002"):
        scene.say(11, "EventReleased", dn)
    scene.reach(12)


def test_a_message_that_kills_each_time_is_listed_and_every_value_is_right(scene: Scene) -> None:
    opened = [scene.client.open(f"RegDN:{dn}@pbx1", TALKED, notification=SILENT) for dn in ("7001", "7002")]
    poison(scene)
    assert [scene.client.peek(statistic).value for statistic in opened] == [10, 10]
    (letter,) = scene.letters()
    assert (letter["count"], letter["time"], letter["actor"]) == (1, ZERO + 5, "RegDN:7001@pbx1")
    assert letter["failure"] == "ValueError('poisoned')"
    assert "EventAttachedDataChanged" in letter["message"]
    assert "fails_on_poison" in letter["traceback"]


def test_a_dead_letter_outlives_the_server_and_is_counted_once_when_the_journal_is_played(scene: Scene) -> None:
    poison(scene)
    scene.server.end(SIGKILL)
    scene.start()
    scene.say(20, "EventAttachedDataChanged", "7002", user_data={"Poison": "yes"})
    scene.reach(21)
    assert [(letter["count"], letter["time"]) for letter in scene.letters()] == [(1, ZERO + 5), (2, ZERO + 20)]


def test_dead_letters_are_listed_as_csv_and_as_a_table_too(scene: Scene) -> None:
    poison(scene)
    head, row = csv.reader(scene.said_of_dead_letters("--format", "csv").stdout.splitlines())
    assert head == ["count", "time", "actor", "failure", "message"]
    assert row[:4] == ["1", f"{ZERO + 5:.6f}", "RegDN:7001@pbx1", "ValueError('poisoned')"]
    assert "RegDN:7001@pbx1" in scene.said_of_dead_letters("--format", "table").stdout


def test_where_nothing_failed_there_are_no_dead_letters(scene: Scene) -> None:
    assert scene.letters() == []


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    said = statserver("dead-letters", "--data", "nowhere", cwd=tmp_path)
    assert said.returncode == 2
    assert "there is no folder nowhere" in said.stderr


def test_what_is_half_written_is_passed_over(tmp_path: Path) -> None:
    letter = {"number": 7, "time_us": 1, "actor": "a", "message": "m", "error": "e", "traceback": "t", "count": 3}
    (tmp_path / FILE).write_text(f"{json.dumps(letter)}\n{json.dumps(letter)[:40]}")
    (shown,) = printed(statserver("dead-letters", "--data", tmp_path))
    assert shown["count"] == 3
