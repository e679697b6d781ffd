"""What a killed server leaves, a full disk, and journals that are none: real processes, a T-Server on a socket."""

from __future__ import annotations

import json
import resource
import signal
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import gevent
import pytest
from flows.expected import END, EXPECTED, Row
from flows.loader import FOLDER, events

from end_to_end.stage import Client, Program, TServerOnCue, conf_folder, printed, statserver
from runtime.snapshots import Snapshots
from statclient import Notification

ZERO = 1_795_500_000.0
EVER = {"time_profile": "Never"}
ENDED_CALLS = {"category": "TotalNumber", "main_mask": "CallInbound", "subject": "DNAction"}
SILENT = Notification(mode="None")
SYNCS = pytest.mark.parametrize("sync", ["commit", "1", "system"])

Start = Callable[..., Program]


class Scene:
    """A T-Server, a server of its own process that follows it and keeps a journal, and a client."""

    def __init__(self, program: Start, running: Callable[[Any], Any], folder: Path) -> None:
        self._program = program
        self._running = running
        self.folder = folder
        self.tserver: TServerOnCue = running(TServerOnCue())
        self.journal = folder / "data" / "journal" / "journal.mdb"
        self.conf = conf_folder(folder / "conf", FOLDER, self.tserver)

    def sync_by(self, mode: str) -> None:
        options = self.conf / "statserver.cfg"
        options.write_text(options.read_text().replace("[statserver]\n", f"[statserver]\njournal-sync = {mode}\n", 1))

    def start(self) -> Program:
        self.tserver.registered.clear()
        self.server = self._program("run", "--conf", self.conf)
        said = self.server.said
        assert said, self.server.stderr.read_text()
        self.client: Client = self._running(Client(said.split()[-1]))
        self.client.connect()
        return self.server

    def reach(self, time: float) -> None:
        """Moves the time on; what was said before has been counted when this returns."""
        self.tserver.say_time(ZERO + time)
        self.client.wait_until(ZERO + time)

    def kill(self) -> None:
        self.server.end(signal.SIGKILL)
        self.client.stop()

    def limit(self, file_bytes: int) -> None:
        """How large a file of the server may be; more is a full disk to it."""
        resource.prlimit(self.server.pid, resource.RLIMIT_FSIZE, (file_bytes, resource.RLIM_INFINITY))

    def exported(self) -> Path:
        """The recording that its journal has."""
        folder = self.folder / "exported"
        said = statserver("journal", "export", folder, cwd=self.folder)
        assert said.returncode == 0, said.stderr
        return folder / "tserver-1.jsonl"

    def replayed(self, requests: Iterable[dict[str, Any]], *at: float) -> list[Any]:
        """What the statistics come to when that recording is played."""
        path = self.folder / "open.jsonl"
        path.write_text("".join(json.dumps(request) + "\n" for request in requests))
        times = [word for time in at for word in ("--at", str(ZERO + time))]
        recording = self.exported()
        said = statserver("replay", recording, "--conf", self.conf, "--open", path, *times, cwd=self.folder)
        return [row["value"] for row in printed(said)]


@pytest.fixture
def scene(program: Start, running: Callable[[Any], Any], tmp_path: Path) -> Scene:
    return Scene(program, running, tmp_path)


def request_of(ref: int, row: Row) -> dict[str, Any]:
    return {
        "request": "OpenStatistic",
        "ref": ref,
        "object": {"type": row.object_type, "id": row.object_id},
        "statistic": row.definition,
        "time_profile": row.time_profile,
    }


def call(number: int) -> list[dict[str, Any]]:
    """A call of a second at a DN, with much to say."""
    attributes = {"this_dn": "7001", "conn_id": f"c{number}", "call_type": "Inbound", "user_data": {"Note": "x" * 900}}
    spoken = ("EventRinging", "EventEstablished", "EventReleased")
    return [{"time": ZERO + number, "event": event, **attributes} for event in spoken]


# -- the process is killed ---------------------------------------------------------------------------------------------


@SYNCS
def test_a_killed_server_leaves_a_recording_of_all_that_counted(scene: Scene, sync: str) -> None:
    scene.sync_by(sync)
    scene.start()
    scene.tserver.say(*events(1, ZERO))
    scene.reach(END)
    scene.kill()
    assert scene.exported().read_bytes() == scene.tserver.said


def test_that_recording_played_comes_to_the_values_that_were_told(scene: Scene) -> None:
    scene.start()
    scene.tserver.say(*events(1, ZERO))
    scene.reach(END)
    scene.kill()
    rows = EXPECTED[1]
    values = scene.replayed((request_of(ref, row) for ref, row in enumerate(rows)), END)
    assert values == pytest.approx([row.value for row in rows], abs=1e-6)


def test_whatever_a_client_was_told_is_in_the_journal_of_a_server_killed_at_work(scene: Scene) -> None:
    scene.start()
    scene.tserver.say(*events(1, ZERO)[:9])
    scene.reach(0)
    statistic = scene.client.open("Agent:1001", ENDED_CALLS, **EVER)
    scene.tserver.say(*(event for number in range(1, 2_000) for event in call(number)))
    while statistic.last is None or statistic.last.value < 500:
        assert scene.client.receive(10) is not None
    scene.kill()
    told = statistic.last.value
    (value,) = scene.replayed([request_of(1, Row("Agent", "1001", ENDED_CALLS, 0))])
    assert told <= value
    assert scene.tserver.said.startswith((scene.folder / "exported" / "tserver-1.jsonl").read_bytes())


def test_a_server_started_again_goes_on_behind_what_is_there(scene: Scene) -> None:
    scene.start()
    scene.tserver.say(*events(1, ZERO))
    scene.reach(END)
    scene.kill()
    before = scene.tserver.said
    scene.start()
    scene.tserver.say(*events(2, ZERO + 1_000))
    scene.reach(1_000 + END)
    scene.kill()
    assert scene.exported().read_bytes().endswith(scene.tserver.said.removeprefix(before))


def test_a_server_that_is_stopped_leaves_a_snapshot_and_a_journal_that_needs_no_playing(scene: Scene) -> None:
    scene.start()
    scene.tserver.say(*events(1, ZERO))
    scene.reach(END)
    assert scene.server.end() == 0
    (info,) = printed(statserver("journal", "info", cwd=scene.folder))
    snapshots = Snapshots(scene.folder / "data" / "snapshots")
    snapshots.open()
    assert snapshots.newest is not None
    assert snapshots.newest.number >= info["last"]["number"]
    snapshots.close()


def test_a_lost_link_is_noted_as_a_recorder_would(scene: Scene) -> None:
    scene.start()
    scene.tserver.say(*events(1, ZERO)[:9])
    scene.reach(5)
    scene.tserver.hang_up()
    scene.server.wait_for("link lost")
    scene.tserver.say_time(ZERO + 9)
    scene.client.wait_until(ZERO + 9)
    scene.kill()
    *before, note, _ = map(json.loads, scene.exported().read_bytes().splitlines())
    assert before[-1]["time"] == ZERO + 5
    assert note == {"event": "EventServerDisconnected", "time": ZERO + 5}


def test_info_tells_of_sources_and_clients_while_the_server_runs(scene: Scene) -> None:
    scene.start()
    scene.tserver.say(*events(1, ZERO))
    scene.reach(END)
    scene.client.open("Agent:1001", ENDED_CALLS, notification=SILENT, **EVER)
    (info,) = printed(statserver("journal", "info", cwd=scene.folder))
    entries = {(row["source"], row["kind"]): row["entries"] for row in info["sources"]}
    assert entries == {("tserver-1", "json_lines"): scene.tserver.said.count(b"\n"), ("clients", "request"): 1}


def test_where_all_sources_are_recordings_nothing_is_kept(program: Start, tmp_path: Path) -> None:
    recording = tmp_path / "flow.jsonl"
    recording.write_text("".join(json.dumps(event) + "\n" for event in events(1, ZERO)))
    server = program("run", "--conf", conf_folder(tmp_path / "conf", FOLDER, recording=str(recording)))
    assert server.said.startswith("listening on")
    assert server.end() == 0
    assert not (tmp_path / "data").exists()


# -- the disk is full --------------------------------------------------------------------------------------------------


@SYNCS
def test_on_a_full_disk_all_waits_and_goes_on_when_there_is_room(scene: Scene, sync: str) -> None:
    scene.sync_by(sync)
    scene.start()
    scene.tserver.say(*events(1, ZERO)[:9])
    scene.reach(0)
    statistic = scene.client.open("Agent:1001", ENDED_CALLS, notification=SILENT, **EVER)
    scene.limit(scene.journal.stat().st_size)
    scene.tserver.say(*(event for number in range(1, 201) for event in call(number)))
    scene.server.wait_for("the disk takes no more")
    reaching = gevent.spawn(scene.reach, 300)
    reaching.join(0.2)
    assert not reaching.ready()
    assert len(scene.exported().read_bytes()) < len(scene.tserver.said)
    scene.limit(resource.RLIM_INFINITY)
    scene.server.wait_for("there is room again")
    reaching.get()
    assert scene.client.peek(statistic).value == 200
    (scene.folder / "exported" / "tserver-1.jsonl").unlink()
    assert scene.exported().read_bytes() == scene.tserver.said


def test_a_server_whose_disk_is_full_can_be_stopped_and_says_that_something_is_lost(scene: Scene) -> None:
    scene.start()
    scene.reach(0)
    scene.limit(scene.journal.stat().st_size)
    scene.tserver.say(*(event for number in range(1, 201) for event in call(number)))
    scene.server.wait_for("the disk takes no more")
    assert scene.server.end() == 0
    assert "what waited to be taken in is not kept" in scene.server.stderr.read_text()


# -- a journal that cannot be used -------------------------------------------------------------------------------------


def test_a_file_that_is_no_journal_is_refused_by_name_and_left_as_it_is(scene: Scene) -> None:
    scene.journal.parent.mkdir(parents=True)
    content = b"Somebody's thesis, the only copy.\n" * 1_000
    scene.journal.write_bytes(content)
    server = scene._program("run", "--conf", scene.conf)
    assert server.exit_code() == 1
    assert f"cannot start: {scene.journal.relative_to(scene.folder)}: is damaged, or no journal" in log_of(server)
    assert scene.journal.read_bytes() == content


def test_a_damaged_journal_is_refused_by_name_and_left_as_it_is(scene: Scene) -> None:
    scene.start()
    scene.tserver.say(*call(1))
    scene.reach(END)
    scene.kill()
    content = scene.journal.read_bytes().replace(b"xxxx", b"xxyx")
    scene.journal.write_bytes(content)
    server = scene._program("run", "--conf", scene.conf)
    assert server.exit_code() == 1
    assert f"cannot start: {scene.journal.relative_to(scene.folder)}: is damaged" in log_of(server)
    assert scene.journal.read_bytes() == content


def test_a_second_server_in_the_same_folder_is_told_who_has_it(scene: Scene) -> None:
    first = scene.start()
    second = scene._program("run", "--conf", scene.conf)
    assert second.exit_code() == 1
    assert f"is in use by process {first.pid}: one folder is for one server" in log_of(second)


def log_of(server: Program) -> str:
    return server.stderr.read_text()
