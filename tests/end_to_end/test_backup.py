"""What a server has written to a backup any other begins with: real processes."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from signal import SIGKILL
from typing import Any

import gevent
import pytest
from sources.standins import PATIENCE_S

from actors.vocabulary.times import microseconds
from end_to_end.stage import Program
from end_to_end.test_restart import DEFINITIONS, SILENT, Scene
from runtime.backups import read

KEPT = Path(__file__).parent / "backup-of-format-1.jsonl"
"""Of 40 happenings; what it comes to stands beside it."""


@pytest.fixture
def scene(program: Callable[..., Program], running: Callable[[Any], Any], tmp_path: Path) -> Scene:
    scene = Scene(program, running, tmp_path, 1)
    scene.set_option("auto-backup-interval = 0.02")
    return scene


def last_event_us(backup: Path) -> int:
    """Up to when a backup has everything."""
    if not backup.exists():
        return 0
    records = dict(read(backup)[1])
    return int(json.loads(records[b"time"] or b"")["last_us"])


def backed_up(scene: Scene, happenings: int = 300) -> Path:
    """The backup of a server at work, which has all that was said to it; it is killed then."""
    scene.start()
    with scene.client() as client:
        scene.opened(client)
        scene.flood(happenings)
        client.wait_until(scene.floor.time)
    backup = scene.folder / "data" / "backup.jsonl"
    with gevent.Timeout(PATIENCE_S):
        while last_event_us(backup) < microseconds(scene.floor.time):
            gevent.sleep(0.05)
    scene.server.end(SIGKILL)
    return backup


def test_another_server_begins_with_a_backup_and_has_every_value(scene: Scene) -> None:
    backup = backed_up(scene)
    scene.lose()
    scene.start("--data", "other", "--restore-from", backup)
    scene.flood(50)
    assert scene.values() == scene.expected()


def test_what_came_of_a_backup_is_kept_like_anything_else(scene: Scene) -> None:
    backup = backed_up(scene)
    scene.lose()
    scene.start("--data", "other", "--restore-from", backup)
    scene.server.end(SIGKILL)
    scene.start("--data", "other")
    scene.flood(50)
    assert scene.values() == scene.expected()


def test_with_definitions_the_statistics_of_a_backup_are_open_and_begin_anew(scene: Scene) -> None:
    backup = backed_up(scene)
    scene.lines.clear()
    scene.set_option("restore = definitions")
    scene.start("--data", "other", "--restore-from", backup)
    scene.flood(50)
    assert scene.values() == scene.expected()


def test_backups_are_written_while_the_server_works_and_the_newest_three_are_kept(scene: Scene) -> None:
    scene.start()
    scene.flood(20)
    oldest = scene.folder / "data" / "backup.jsonl.2"
    with gevent.Timeout(PATIENCE_S):
        while not oldest.exists() or read(oldest)[0].number == 0:
            scene.tserver.say(*scene.floor.happenings(1))
            gevent.sleep(0.1)
    first = read(oldest)[0].number
    with gevent.Timeout(PATIENCE_S):
        while read(oldest)[0].number == first:
            scene.tserver.say(*scene.floor.happenings(1))
            gevent.sleep(0.1)
    assert scene.server.end() == 0
    names = sorted(path.name for path in oldest.parent.glob("backup*"))
    assert names == ["backup.jsonl", "backup.jsonl.1", "backup.jsonl.2"]


def test_without_an_interval_there_are_no_backups(scene: Scene) -> None:
    scene.set_option("auto-backup-interval = 0")
    scene.start()
    scene.flood(20)
    assert scene.server.end() == 0
    assert list((scene.folder / "data").glob("backup*")) == []


def refused(scene: Scene, backup: Path, *data: str | Path) -> str:
    """What a server says that is to begin with something it cannot begin with."""
    server = scene._program("run", "--conf", scene.conf, "--restore-from", backup, *data)
    assert server.exit_code() == 2
    said: str = server.stderr.read_text()
    assert f"Error: {backup}: " in said
    return said


SPOILED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "damaged": (lambda content: content.replace(b"7001@pbx1", b"7002@pbx1", 1), "is damaged"),
    "half": (lambda content: content[: len(content) // 2], "is damaged: its end is missing"),
    "foreign": (lambda _: b"Somebody's thesis\n", "is no backup of a stat server"),
    "newer": (
        lambda content: content.replace(b'"format":1', b'"format":2', 1),
        "is of format 2, written by statserver",
    ),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_backup_that_cannot_be_used_is_refused_by_name_and_leaves_nothing(scene: Scene, how: str) -> None:
    spoil, why = SPOILED[how]
    backup = scene.folder / "spoiled.jsonl"
    backup.write_bytes(spoil(KEPT.read_bytes()))
    assert why in refused(scene, backup)
    scene.start("--restore-from", KEPT)


def test_a_backup_with_something_of_a_newer_version_in_it_leaves_nothing(scene: Scene) -> None:
    head, *records = [json.loads(line) for line in KEPT.read_text().splitlines()][:-1]
    newer = [[name, data.replace("1\n", "2\n", 1)] for name, data in records]
    backup = scene.folder / "newer.jsonl"
    write_backup(backup, head, newer)
    assert "saved by version 2" in refused(scene, backup)
    scene.start("--restore-from", KEPT)


def write_backup(path: Path, head: Any, records: list[Any]) -> None:
    body = "".join(json.dumps(line) + "\n" for line in (head, *records)).encode()
    end = {"records": len(records), "sha256": sha256(body).hexdigest()}
    path.write_bytes(body + json.dumps(end).encode())


def test_a_folder_that_has_values_keeps_them(scene: Scene) -> None:
    backup = backed_up(scene)
    scene.lose()
    assert "data has values of its own; name another --data" in refused(scene, backup)
    scene.start()
    scene.flood(50)
    assert scene.values() == scene.expected()


def test_a_backup_that_was_written_long_ago_on_another_machine_is_understood(scene: Scene) -> None:
    scene.start("--restore-from", KEPT)
    with scene.client() as client:
        values = [
            client.peek(client.open("Agent:1001", definition, time_profile=profile, notification=SILENT)).value
            for definition, profile in DEFINITIONS[:2]
        ]
    assert values == json.loads(KEPT.with_suffix(".values.json").read_text())
