"""A server on an Asterisk's link that is killed in the middle of a recording comes to what the queue_log says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from signal import SIGKILL
from typing import Any

import pytest

from actors.sources.ami import parse, timestamp_us
from actors.sources.recorder import asterisk_note
from actors.vocabulary.times import seconds
from end_to_end.asterisk_floor import AsteriskFloor, AsteriskThatLivesOn, blocks_of
from end_to_end.stage import ROOT, Client, Program, conf_folder, lines, printed, statserver, wrong
from runtime.journal_files import FOLDER as JOURNAL
from runtime.journal_reader import reading
from statclient import Notification, Statistic

RECORDINGS = ROOT / "tests" / "recordings"
SECRET = "mandolin"
FIRST_EVENT = 10
"""Of a recording: before it stands what was there when it began."""
SILENT = Notification(mode="None")
Start = Callable[..., Program]


class Scene:
    """A recorded Asterisk, a server that follows it, and the statistics of its facts."""

    def __init__(self, centre: Path, running: Callable[[Any], Any], program: Start, folder: Path) -> None:
        self.asterisk: AsteriskThatLivesOn = running(AsteriskThatLivesOn(centre / "recording.ami.gz", secret=SECRET))
        self._centre = centre
        self._running = running
        self._program = program
        self._data = folder / "data"
        self._conf = conf_folder(folder / "conf", centre, self.asterisk)
        options = self._conf / "statserver.cfg"
        options.write_text(options.read_text().replace("[statserver]\n", "[statserver]\nsnapshot-interval = 1\n", 1))

    def start(self, share: float) -> None:
        """Starts a server, that hears no more than this share of the recording."""
        self.asterisk.last = round(share * len(self.asterisk.blocks))
        self.server = self._program("run", "--conf", self._conf)
        self._address = self.server.said.split()[-1]

    def kill(self) -> None:
        """Kills the server amid what it is told. What it has not written down happens after its next start."""
        self._client().wait_until(self._time_of(self.asterisk.first + 1))
        self.server.end(SIGKILL)
        with reading(self._data / JOURNAL) as journal:
            last = [entry.payload for entry in journal.entries()][-1:]
        self.asterisk.live_until(max((self._place_of(payload) for payload in last), default=0))

    def opened(self) -> tuple[Client, dict[int, Statistic]]:
        client = self._client()
        rows = lines(self._centre / "open.jsonl")
        return client, {row["ref"]: self._open(client, row) for row in rows}

    def wrong(self) -> list[str]:
        """Every value that the queue_log does not vouch for, after the last message."""
        client, statistics = self.opened()
        client.wait_until(self._time_of(-1))
        return wrong(self._centre, {ref: client.peek(statistic).value for ref, statistic in statistics.items()})

    def _place_of(self, payload: bytes) -> int:
        # What comes from us, the note of a loss, is none of its messages.
        last = payload.rpartition(b"Event: ")[2]
        found = [index for index, block in enumerate(self.asterisk.blocks, 1) if block.endswith(last)]
        return found[-1] if found else 0

    def _client(self) -> Client:
        client: Client = self._running(Client(self._address))
        client.connect()
        return client

    def _time_of(self, index: int) -> float:
        stamps = (timestamp_us(parse(block)) for block in self.asterisk.blocks[index:])
        return seconds(next(stamp_us for stamp_us in stamps if stamp_us))

    def _open(self, client: Client, row: dict[str, Any]) -> Statistic:
        named = f"{row['object']['type']}:{row['object']['id']}"
        return client.open(named, row["statistic"], time_profile=row["time_profile"], notification=SILENT)


@pytest.mark.parametrize("name", ["asterisk-small", "asterisk-transfers"])
def test_a_server_killed_in_the_middle_of_a_recording_comes_to_what_the_queue_log_says(
    name: str, running: Callable[[Any], Any], program: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASTERISK_SECRET", SECRET)
    scene = Scene(RECORDINGS / name, running, program, tmp_path)
    scene.start(0.3)
    scene.opened()
    scene.asterisk.may_begin.set()
    for share in (0.5, 0.8, 1):
        scene.kill()
        scene.start(share)
    assert scene.wrong() == []
    assert scene.asterisk.connections == 4
    assert scene.server.end() == 0


@pytest.mark.parametrize("name", ["asterisk-small", "asterisk-transfers"])
def test_a_link_lost_at_sixty_moments_of_a_recording_changes_no_value(name: str, tmp_path: Path) -> None:
    centre = RECORDINGS / name
    blocks = blocks_of(centre / "recording.ami.gz")
    moments = set(Random(name).sample(range(FIRST_EVENT, len(blocks)), 60))
    recording = tmp_path / "interrupted.ami"
    recording.write_bytes(b"".join(interrupted(blocks, moments)))
    results = printed(statserver("replay", recording, "--conf", centre, "--open", centre / "open.jsonl"))
    assert wrong(centre, {row["ref"]: row["value"] for row in results}) == []


def interrupted(blocks: list[bytes], moments: set[int]) -> Iterator[bytes]:
    floor = AsteriskFloor()
    for number, block in enumerate(blocks):
        floor.follow(block)
        yield block
        if number in moments:
            yield from (asterisk_note(floor.now_us), floor.booted(), floor.queues("1"), floor.channels("2"))
