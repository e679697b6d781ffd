from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import gevent
import pytest
from asterisk_play import RECORDINGS
from standins import AmiStandIn, StandIn, TServerStandIn

from actors.configuration.environment import Source
from actors.sources.recorder import Recorder
from actors.sources.recordings import Recording, RecordingError
from runtime.clock import RealClock

Running = Callable[[Any], Any]
REGISTERED = b'{"event":"EventRegistered","seq":1,"time":1000,"this_dn":"7001","more":{}}\n'
RINGING = b'{"event":"EventRinging", "seq":2,"time":1002.5,"this_dn":"7001","conn_id":"c1"}\n'
BAD = b"?\n"


class Recordings:
    """A recorder at work, stopped as by Ctrl-C once enough connections are over."""

    def __init__(self, server: StandIn, path: Path, **fields: str) -> None:
        self.recorder = Recorder(server.source(**fields), path, clock=RealClock(), random=Random(1))
        self.greenlet = gevent.spawn(self.recorder.record)

    def stop(self) -> None:
        self.greenlet.kill()


def recorded(running: Running, path: Path, *scripts: Sequence[bytes]) -> tuple[bytes, Recorder]:
    """What is recorded of connections with these scripts."""
    server = running(TServerStandIn(*scripts, [], hangs_up=True))
    recording = running(Recordings(server, path))
    for _ in range(len(scripts) + 1):
        server.ended.get(timeout=10)
    recording.stop()
    return path.read_bytes(), recording.recorder


def test_what_a_link_carried_is_written_byte_for_byte_with_a_note_of_its_loss(running: Running, tmp_path: Path) -> None:
    data, recorder = recorded(running, tmp_path / "day.jsonl", [REGISTERED, BAD, RINGING], [REGISTERED])
    first, _, second = data.partition(REGISTERED + BAD + RINGING)[2].partition(b"\n")
    assert first.startswith(b'{"event":"EventServerDisconnected","time":1002.5')
    assert second.startswith(REGISTERED + b'{"event":"EventServerDisconnected","time":1000.')
    assert (recorder.events, recorder.losses, recorder.carried_bytes) == (3, 2, len(2 * REGISTERED + BAD + RINGING))


def test_a_line_that_a_loss_cuts_short_is_left_out(running: Running, tmp_path: Path) -> None:
    data, _ = recorded(running, tmp_path / "day.jsonl", [REGISTERED, RINGING[:30]], [REGISTERED])
    loss = b'{"event":"EventServerDisconnected"'
    assert [line[:20] for line in data.splitlines()] == [line[:20] for line in (REGISTERED, loss, REGISTERED, loss)]


def test_what_is_recorded_is_read_as_it_came(running: Running, tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl.gz"
    recorded(running, path, [REGISTERED, RINGING], [REGISTERED])
    recording = Recording(Source(name="tserver-1", type="tserver"), path)
    events = [dated.payload.event for dated in recording]
    loss = "EventServerDisconnected"
    assert events == ["EventRegistered", "EventRinging", loss, "EventRegistered", loss]
    assert (recording.bad.count, recording.gaps) == (0, 0)


def test_an_asterisk_is_recorded_and_read_again(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_TEST", "s3cret")
    small, path = RECORDINGS / "asterisk-small" / "recording.ami.gz", tmp_path / "day.ami.gz"
    server = running(AmiStandIn(small, secret="s3cret", hangs_up=True))
    recording = running(Recordings(server, path, username="stat", secret_env="SECRET_OF_TEST"))
    server.ended.get(timeout=10)
    server.logins.get(timeout=10)
    server.logins.get(timeout=10)
    recording.stop()
    once = gzip.decompress(path.read_bytes()).partition(b"Event: ServerDisconnected\r\nTimestamp: ")[0]
    head, _, happened = gzip.decompress(small.read_bytes()).partition(b"Event: CoreShowChannelsComplete")
    assert once.endswith(happened[-20_000:])
    assert head[head.index(b"Event: QueueParams") : head.index(b"Event: QueueStatusComplete")] in once
    assert b"s3cret" not in once
    read = [dated.payload.get("Event") for dated in Recording(Source(name="asterisk-1", type="asterisk"), path)]
    assert read.count("ServerDisconnected") == 1
    assert read.index("ServerDisconnected") > 3_000


def test_what_has_no_link_or_another_name_cannot_be_recorded(tmp_path: Path) -> None:
    source = Source(name="tserver-1", type="tserver", recording="day.jsonl")
    for name, complaint in (
        ("day.jsonl", "has no host"),
        ("day.ami", "its recordings end in .jsonl"),
        ("day", "ends in .jsonl"),
    ):
        with pytest.raises(RecordingError, match=complaint):
            Recorder(source, tmp_path / name, clock=RealClock(), random=Random(1))


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    source = Source(name="tserver-1", type="tserver", host="127.0.0.1", port=1)
    with pytest.raises(RecordingError, match="cannot be written: No such file or directory"):
        Recorder(source, tmp_path / "gone" / "day.jsonl", clock=RealClock(), random=Random(1))


def test_a_full_disk_ends_the_recording(running: Running, tmp_path: Path) -> None:
    server, path = running(TServerStandIn([REGISTERED])), tmp_path / "full.jsonl"
    path.symlink_to("/dev/full")
    recorder = Recorder(server.source(), path, clock=RealClock(), random=Random(1))
    with pytest.raises(RecordingError, match="cannot be written: No space left"):
        recorder.record()


def test_no_recording_is_overwritten(tmp_path: Path) -> None:
    source = Source(name="tserver-1", type="tserver", host="127.0.0.1", port=1)
    (tmp_path / "day.jsonl").write_bytes(b"what was recorded before\n")
    with pytest.raises(RecordingError, match="no recording is overwritten"):
        Recorder(source, tmp_path / "day.jsonl", clock=RealClock(), random=Random(1))
    assert (tmp_path / "day.jsonl").read_bytes() == b"what was recorded before\n"
