"""What the end of the process, of the power and of the room on the disk cost."""

from __future__ import annotations

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journals_of_tests import AT_ONCE, SELDOM, batches, entry, opened, process, wait_for_sync

from runtime.journal import Journal
from runtime.journal_entries import Entry, JournalDamagedError
from runtime.journal_files import FILE, SYNCED
from runtime.journal_sync import SYSTEM, SyncPoint

PAGE = 4096

APPENDS_FOR_EVER = """
from itertools import count
with opened(Path(sys.argv[2]), Sync.of(sys.argv[3]), map_bytes=1 << 20) as journal:
    first = journal.last.number + 1 if journal.last else 1
    for at in count(first, 5):
        journal.append([entry(at + i, b"%d" % at + b"." * (at % 3_000)) for i in range(5)])
        print(at + 4, flush=True)
        if at % 7 == 0:
            journal.prune(at - 400)
"""


@pytest.mark.parametrize("sync", ["commit", "0.001", "1", "system"])
def test_a_killed_process_loses_nothing_it_had_appended(tmp_path: Path, sync: str) -> None:
    random = Random(sync)
    for _ in range(4):
        with process(APPENDS_FOR_EVER, tmp_path, sync) as killed:
            assert killed.stdout is not None
            told = [killed.stdout.readline() for _ in range(random.randrange(1, 400))]
            killed.kill()
            told += killed.stdout.readlines()
        with opened(tmp_path) as journal:
            entries = list(journal.entries())
        last = entries[-1].number
        assert int(told[-1]) <= last <= int(told[-1]) + 5
        assert last % 5 == 0
        assert [one.number for one in entries] == list(range(entries[0].number, last + 1))


def written_until_the_power_is_lost(folder: Path, random: Random) -> tuple[list[list[Entry]], list[bytes]]:
    """What is synced, then batches that are not; states of the journal and of its file since the last sync."""
    with opened(folder, AT_ONCE, map_bytes=1 << 20) as journal:
        for _ in range(random.randrange(4)):
            for _ in range(random.randrange(1, 12)):
                append_some(journal, random)
            wait_for_sync(journal)
        synced = journal.synced_number
        states, images = [list(journal.entries())], [(folder / FILE).read_bytes()]
        for _ in range(random.randrange(1, 30)):
            append_some(journal, random)
            states.append(list(journal.entries()))
            images.append((folder / FILE).read_bytes())
            if journal.synced_number != synced:  # the map has grown, for which all before was synced
                synced = journal.synced_number
                del states[:-2], images[:-2]
        point = SyncPoint.read(folder / SYNCED)
    assert point is not None
    keep_point(folder, point._replace(boot_id="before the power was lost".ljust(36)))
    return states, images


def append_some(journal: Journal, random: Random) -> None:
    number = journal.last.number + 1 if journal.last is not None else 1
    sizes = random.choices((20, 300, 5_000, 60_000), (4, 8, 2, 1), k=random.randrange(1, 9))
    journal.append([entry(number + at, random.randbytes(size)) for at, size in enumerate(sizes)])


def keep_point(folder: Path, point: SyncPoint) -> None:
    (folder / SYNCED).unlink()
    with (folder / SYNCED).open("wb") as file:
        point.write(file.fileno())


def what_reached_the_disk(images: list[bytes], random: Random) -> bytes:
    """Of each page any state since the last sync; often with the newest first pages, which name all the others."""
    pages = [random.choice(images)[at : at + PAGE].ljust(PAGE, b"\0") for at in range(0, len(images[-1]), PAGE)]
    if random.randrange(2):
        pages[:2] = images[-1][:PAGE], images[-1][PAGE : 2 * PAGE]
    return b"".join(pages)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1 << 32))
def test_a_loss_of_power_costs_only_what_was_not_synced(seed: int) -> None:
    random = Random(seed)
    with TemporaryDirectory() as name:
        folder = Path(name)
        states, images = written_until_the_power_is_lost(folder, random)
        (folder / FILE).write_bytes(what_reached_the_disk(images, random))
        with opened(folder) as journal:
            entries = list(journal.entries())
            assert entries in states
            journal.append([entry(100_000)])
        with opened(folder) as journal:
            assert list(journal.entries()) == [*entries, entry(100_000)]


def damaged_before_its_last_commit(folder: Path) -> bytes:
    """A file that would be whole again at its last sync."""
    with opened(folder, SELDOM) as journal:
        for batch in batches(40):
            journal.append(batch)
    with opened(folder, SELDOM) as journal:
        journal.append([entry(10_000, b"newest" * 2_000)])
        content = (folder / FILE).read_bytes()
        point = SyncPoint.read(folder / SYNCED)
    assert point is not None
    keep_point(folder, point)
    content = content.replace(b"newest" * 2_000, b"newest" * 1_999 + b"wewest")
    (folder / FILE).write_bytes(content)
    return content


def test_without_a_loss_of_power_a_damaged_file_is_refused_and_nothing_undone(tmp_path: Path) -> None:
    content = damaged_before_its_last_commit(tmp_path)
    with pytest.raises(JournalDamagedError), opened(tmp_path):
        pass
    assert (tmp_path / FILE).read_bytes() == content


def test_after_a_loss_of_power_a_file_that_cannot_be_mended_is_left_as_it_is(tmp_path: Path) -> None:
    content = damaged_before_its_last_commit(tmp_path)
    point = SyncPoint.read(tmp_path / SYNCED)
    assert point is not None
    keep_point(tmp_path, point._replace(boot_id="another".ljust(36)))
    content = content.replace(bytes([5]) * 300, bytes([5]) * 299 + b"!")
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(JournalDamagedError), opened(tmp_path):
        pass
    assert (tmp_path / FILE).read_bytes() == content


def test_left_to_the_system_there_is_no_sync_to_go_back_to(tmp_path: Path) -> None:
    with opened(tmp_path, SYSTEM) as journal:
        journal.append([entry(1)])
        assert SyncPoint.read(tmp_path / SYNCED) is None


FILLS_THE_DISK = """
import resource
from runtime.journal_entries import JournalFullError, Mark

def refused(batch):
    try:
        journal.append(batch)
    except JournalFullError as error:
        return str(error)

folder, sync, map_bytes, payload_bytes = Path(sys.argv[2]), Sync.of(sys.argv[3]), *map(int, sys.argv[4:])
with opened(folder, sync, map_bytes=map_bytes) as journal:
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, -1))
    for batch in batches(10_000, payload_bytes=payload_bytes):
        kept = journal.last
        if reason := refused(batch):
            break
    print(reason)
    assert refused(batch) is not None
    assert journal.last == kept == Mark(list(journal.entries())[-1].number, kept.time_us)
    resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))
    assert refused(batch) is None
    assert list(journal.entries())[-3:] == batch
with opened(folder, sync) as journal:
    assert list(journal.entries())[-3:] == batch
print("whole")
"""


@pytest.mark.parametrize("sync", ["commit", "1", "system"])
@pytest.mark.parametrize("payload_bytes", [300, 30_000])
def test_a_full_disk_keeps_nothing_of_the_batch_which_is_taken_when_there_is_room(
    tmp_path: Path, sync: str, payload_bytes: int
) -> None:
    with process(FILLS_THE_DISK, tmp_path, sync, 1 << 20, payload_bytes) as filling:
        reason, whole = filling.communicate()[0].splitlines()
    assert reason.startswith(f"{tmp_path / FILE}: the disk takes no more: ")
    assert whole == "whole"
