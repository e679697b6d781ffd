from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import lmdb
import msgspec
import pytest
from journals_of_tests import ROOT

from runtime.journal_entries import Mark, sealed
from runtime.snapshots import FILE, FORMAT, Record, SnapshotError, Snapshots, SnapshotsDamagedError


@contextmanager
def opened(folder: Path, *, map_bytes: int = 1 << 28) -> Iterator[Snapshots]:
    snapshots = Snapshots(folder, program="statserver of tests", map_bytes=map_bytes)
    snapshots.open()
    try:
        yield snapshots
    finally:
        snapshots.close()


def take(snapshots: Snapshots, number: int, **data: bytes | None) -> None:
    snapshots.begin(number, 1_000 * number)
    snapshots.put([Record(name.encode(), value) for name, value in data.items()])
    snapshots.complete()


def found(snapshots: Snapshots) -> dict[str, bytes | None]:
    return {record.name.decode(): record.data for record in snapshots.records()}


def test_a_new_folder_has_no_snapshot(tmp_path: Path) -> None:
    with opened(tmp_path / "new") as snapshots:
        assert snapshots.newest is None
        assert found(snapshots) == {}


def test_what_was_completed_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    with opened(tmp_path) as snapshots:
        take(snapshots, 7, a=b"1", b=b"")
    with opened(tmp_path) as snapshots:
        assert snapshots.newest == Mark(7, 7_000)
        assert found(snapshots) == {"a": b"1", "b": b""}


def test_what_is_not_put_again_stays_as_it_was(tmp_path: Path) -> None:
    with opened(tmp_path) as snapshots:
        take(snapshots, 1, a=b"1", b=b"1")
        take(snapshots, 2, b=b"2")
        assert found(snapshots) == {"a": b"1", "b": b"2"}


def test_what_is_dropped_is_there_no_more(tmp_path: Path) -> None:
    with opened(tmp_path) as snapshots:
        take(snapshots, 1, a=b"1", b=b"1")
        take(snapshots, 2, a=None)
        assert found(snapshots) == {"b": b"1"}
    with opened(tmp_path) as snapshots:
        assert found(snapshots) == {"b": b"1"}


@pytest.mark.parametrize("is_closed", [False, True])
def test_one_that_was_not_completed_never_counts(tmp_path: Path, is_closed: bool) -> None:
    with opened(tmp_path) as snapshots:
        take(snapshots, 1, a=b"1", b=b"1")
        snapshots.begin(2, 2_000)
        snapshots.put([Record(b"a", b"2"), Record(b"b", None), Record(b"c", b"2")])
        if not is_closed:
            assert found(snapshots) == {"a": b"1", "b": b"1"}
            snapshots.give_up()
            take(snapshots, 3, d=b"3")
            assert found(snapshots) == {"a": b"1", "b": b"1", "d": b"3"}
    with opened(tmp_path) as snapshots:
        assert snapshots.newest == Mark(1, 1_000) if is_closed else Mark(3, 3_000)
        assert "c" not in found(snapshots)


def test_what_was_superseded_takes_no_room(tmp_path: Path) -> None:
    with opened(tmp_path) as snapshots:
        for number in range(1, 40):
            take(snapshots, number, a=b"x" * 100_000)
        size = snapshots.path.stat().st_size
        for number in range(40, 200):
            take(snapshots, number, a=b"x" * 100_000)
        assert snapshots.path.stat().st_size == size


def test_the_map_grows_by_itself(tmp_path: Path) -> None:
    with opened(tmp_path, map_bytes=1 << 16) as snapshots:
        take(snapshots, 1, a=b"x" * (1 << 20))
        assert found(snapshots) == {"a": b"x" * (1 << 20)}


def test_a_file_that_is_something_else_is_refused_by_name_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.write_bytes(b"somebody's thesis\n" * 1_000)
    with pytest.raises(SnapshotsDamagedError, match=FILE):
        Snapshots(tmp_path).open()
    assert path.read_bytes() == b"somebody's thesis\n" * 1_000


def test_a_file_of_lmdb_without_snapshots_is_refused(tmp_path: Path) -> None:
    with lmdb.open(str(tmp_path / FILE), subdir=False, lib_version=0) as env, env.begin(write=True) as txn:
        txn.put(b"somebody", b"else")
    with pytest.raises(SnapshotError, match="has no snapshots"):
        Snapshots(tmp_path).open()


def test_another_format_is_refused_by_name(tmp_path: Path) -> None:
    about = msgspec.json.encode({"format": FORMAT + 1, "program": "statserver 9"})
    with lmdb.open(str(tmp_path / FILE), subdir=False, lib_version=0) as env, env.begin(write=True) as txn:
        txn.put(b"\0", sealed(b"\0", b"statserver snapshots\n" + about))
    with pytest.raises(SnapshotError, match="is of format 2, written by statserver 9; this program reads 1"):
        Snapshots(tmp_path).open()


def test_a_damaged_record_is_refused_by_name_and_left_as_it_is(tmp_path: Path) -> None:
    with opened(tmp_path) as snapshots:
        take(snapshots, 1, a=b"precious")
    path = tmp_path / FILE
    content = path.read_bytes().replace(b"precious", b"previous")
    path.write_bytes(content)
    with pytest.raises(SnapshotsDamagedError, match="is damaged"):
        Snapshots(tmp_path).open()
    assert path.read_bytes() == content


def test_a_disk_that_is_full_is_said_and_the_snapshot_before_stays(tmp_path: Path) -> None:
    script = """
import resource
with opened(Path(sys.argv[2])) as snapshots:
    take(snapshots, 1, a=b"1")
    resource.setrlimit(resource.RLIMIT_FSIZE, (snapshots.path.stat().st_size, -1))
    snapshots.begin(2, 2)
    try:
        snapshots.put([Record(b"a", b"x" * 1_000_000)])
    except SnapshotError as error:
        print(error.reason)
    resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))
    snapshots.give_up()
    take(snapshots, 3, b=b"3")
    print(sorted(found(snapshots)))
"""
    said = process(script, tmp_path).communicate()[0]
    assert said.startswith("cannot be written")
    assert said.endswith("['a', 'b']\n")


WRITES_FOR_EVER = """
import itertools
with opened(Path(sys.argv[2])) as snapshots:
    first = 1 if snapshots.newest is None else snapshots.newest.number + 1
    for number in itertools.count(first):
        data = b"%d" % number
        changed = {f"n{i}": data for i in range(0, 1_500, 1 + number % 3)}
        take(snapshots, number, mark=data, **changed)
        print(number, flush=True)
"""


def process(script: str, folder: Path) -> subprocess.Popen[str]:
    begin = "import sys; sys.path[:0] = [sys.argv[1], sys.argv[1] + '/tests/runtime']\nfrom test_snapshots import *\n"
    command = [sys.executable, "-c", begin + script, str(ROOT), str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_whenever_the_process_is_killed_the_newest_complete_one_is_whole(tmp_path: Path) -> None:
    random = Random(5)
    for _ in range(8):
        with process(WRITES_FOR_EVER, tmp_path) as writing:
            assert writing.stdout is not None
            said = [int(writing.stdout.readline()) for _ in range(random.randrange(1, 40))][-1]
            writing.kill()
        with opened(tmp_path) as snapshots:
            assert snapshots.newest is not None
            number = snapshots.newest.number
            assert number >= said
            assert found(snapshots) == expected(number)


def expected(number: int) -> dict[str, bytes]:
    """What there is after snapshot `number`: each name as of the last one that had it."""
    there = {"mark": b"%d" % number}
    for one in range(max(1, number - 2), number + 1):
        there |= {f"n{i}": b"%d" % one for i in range(0, 1_500, 1 + one % 3)}
    return there
