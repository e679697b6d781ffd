"""A backup is whole or not there, is read as it was written, and anything else is refused by name."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journals_of_tests import ROOT

from runtime.backups import GENERATIONS, BackupError, Backups, read, read_into, write
from runtime.clock import SteppedClock
from runtime.journal_entries import Mark
from runtime.snapshots import Record, Snapshots

RECORDS = [Record(b"value\0\xc3\xa4", b'1\n{"n":123456789012345678901234567890}'), Record(b"time", b'"\\u2028"')]
PROGRAM = "statserver of tests"


@pytest.fixture
def snapshots(tmp_path: Path) -> Iterator[Snapshots]:
    yield from opened(tmp_path / "snapshots")


def opened(folder: Path) -> Iterator[Snapshots]:
    snapshots = Snapshots(folder)
    snapshots.open()
    yield snapshots
    snapshots.close()


def take(snapshots: Snapshots, number: int, records: list[Record]) -> None:
    snapshots.begin(number, 1_000 * number)
    snapshots.put(records)
    snapshots.complete()


@pytest.fixture
def backup(snapshots: Snapshots, tmp_path: Path) -> Path:
    take(snapshots, 7, RECORDS)
    write(tmp_path / "backup.jsonl", snapshots, program=PROGRAM)
    return tmp_path / "backup.jsonl"


def test_a_backup_is_read_as_it_was_written(backup: Path) -> None:
    mark, records = read(backup)
    assert mark == Mark(7, 7_000)
    assert sorted(records) == sorted(RECORDS)


def test_a_server_without_snapshots_begins_with_a_backup(backup: Path, tmp_path: Path) -> None:
    for snapshots in opened(tmp_path / "other"):
        read_into(snapshots, backup)
    for snapshots in opened(tmp_path / "other"):
        assert snapshots.newest == Mark(7, 7_000)
        assert sorted(snapshots.records()) == sorted(RECORDS)  # type: ignore[type-var]


def test_a_backup_is_text_that_any_machine_reads(backup: Path) -> None:
    head, *records, end = [json.loads(line) for line in backup.read_text("utf-8").splitlines()]
    written = {"statserver": "backup", "format": 1, "program": PROGRAM, "number": 7, "time_us": 7_000}
    assert head == written
    assert sorted(records) == sorted([name.decode(), (data or b"").decode()] for name, data in RECORDS)
    before = backup.read_bytes()[: -len(backup.read_bytes().splitlines(keepends=True)[-1])]
    assert end == {"records": 2, "sha256": sha256(before).hexdigest()}


@settings(max_examples=200, deadline=None)
@given(at=st.integers(0, 1 << 20), byte=st.integers(0, 255))
def test_a_backup_with_a_byte_overwritten_is_read_right_or_refused(
    whole: tuple[Path, bytes, object], at: int, byte: int
) -> None:
    path, content, right = whole
    spoiled = bytearray(content)
    spoiled[at % len(content)] = byte
    assert_right_or_refused(path, bytes(spoiled), right)


@settings(max_examples=100, deadline=None)
@given(missing=st.integers(1, 1 << 20))
def test_a_backup_cut_short_is_read_right_or_refused(whole: tuple[Path, bytes, object], missing: int) -> None:
    path, content, right = whole
    assert_right_or_refused(path, content[: -(missing % len(content)) or None], right)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, bytes, object]]:
    folder = tmp_path_factory.mktemp("whole")
    for snapshots in opened(folder):
        take(snapshots, 7, RECORDS)
        write(folder / "backup.jsonl", snapshots, program=PROGRAM)
        yield folder / "spoiled.jsonl", (folder / "backup.jsonl").read_bytes(), read(folder / "backup.jsonl")


def assert_right_or_refused(path: Path, content: bytes, right: object) -> None:
    path.write_bytes(content)
    with suppress(BackupError):
        assert read(path) == right
    assert path.read_bytes() == content


@pytest.mark.parametrize("content", [b"", b"Somebody's thesis\n", b"\xff\xfe\n", b'{"a":1}\n', b'{"statserver":1}\n'])
def test_a_file_that_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "thesis").write_bytes(content)
    with pytest.raises(BackupError, match="is no backup of a stat server"):
        read(tmp_path / "thesis")


def test_a_backup_of_a_newer_program_is_refused_by_its_name(tmp_path: Path) -> None:
    head = {"statserver": "backup", "format": 2, "program": "statserver 9", "place": {"other": "form"}}
    (tmp_path / "newer").write_text(json.dumps(head))
    with pytest.raises(BackupError, match="is of format 2, written by statserver 9; this program reads up to 1"):
        read(tmp_path / "newer")


def test_the_newest_backups_are_kept(snapshots: Snapshots, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    for number in range(1, GENERATIONS + 3):
        take(snapshots, number, RECORDS)
        write(folder / "b", snapshots, program=PROGRAM)
    kept = {path.name: read(path)[0].number for path in folder.iterdir()}
    assert kept == {"b": 5, "b.1": 4, "b.2": 3}


def test_a_backup_is_for_the_servers_user_alone(backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0


def test_a_backup_is_written_when_it_is_due_and_there_is_something_new(snapshots: Snapshots, tmp_path: Path) -> None:
    clock = SteppedClock(1)
    path = tmp_path / "b"
    backups = Backups(path, 60_000_000, snapshots, clock, program=PROGRAM)
    written = []
    for second, number in ((0, 1), (59, 2), (60, 3), (61, 4), (120, None), (120, 5), (181, None), (400, None)):
        clock.advance(1 + second * 1_000_000)
        if number is not None:
            take(snapshots, number, RECORDS)
        backups.write_if_due()
        written.append(read(path)[0].number if path.exists() else None)
    assert written == [None, None, 3, 3, 4, 4, 5, 5]


def test_a_disk_that_is_full_is_said_and_the_backup_before_stays(
    backup: Path, snapshots: Snapshots, caplog: pytest.LogCaptureFixture
) -> None:
    content = backup.read_bytes()
    take(snapshots, 8, [Record(b"more", b"x" * 100_000)])
    backups = Backups(backup, 0, snapshots, SteppedClock(1), program=PROGRAM)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, before[1]))
    try:
        backups.write_if_due()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "no backup: " in caplog.text
    assert backup.read_bytes() == content
    backups.write_if_due()
    assert read(backup)[0].number == 8


WRITES_FOR_EVER = """
import itertools, sys
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/tests/runtime"]
from test_backups import *
for snapshots in opened(Path(sys.argv[2]) / "snapshots"):
    first = 1 if snapshots.newest is None else snapshots.newest.number + 1
    for number in itertools.count(first):
        take(snapshots, number, [Record(b"%d" % at, b"x" * 1_000) for at in range(50)])
        write(Path(sys.argv[2]) / "b", snapshots, program=PROGRAM)
        print(number, flush=True)
"""


def test_whenever_the_process_is_killed_the_newest_backup_is_whole(tmp_path: Path) -> None:
    random = Random(5)
    for _ in range(5):
        command = [sys.executable, "-c", WRITES_FOR_EVER, str(ROOT), str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writing:
            assert writing.stdout is not None
            said = [int(writing.stdout.readline()) for _ in range(random.randrange(2, 20))][-1]
            writing.kill()
        assert read(tmp_path / "b")[0].number >= said
        assert read(tmp_path / "b.1")[0].number >= said - 1
