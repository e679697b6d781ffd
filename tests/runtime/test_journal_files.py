"""Files that are no journal, or not whole: refused by name, left as they are, and never the end of the process."""

from __future__ import annotations

import mmap
import resource
from collections.abc import Callable
from pathlib import Path
from random import Random

import lmdb
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journals_of_tests import SELDOM, batches, entry, opened

from runtime.clock import SteppedClock
from runtime.journal import Journal
from runtime.journal_entries import Entry, JournalDamagedError, JournalError, sealed
from runtime.journal_files import FILE, FORMAT, SYNCED, About

PAGE = 4096


def write_of_lmdb(path: Path, key: bytes, value: bytes) -> None:
    with lmdb.open(str(path), subdir=False, lib_version=0) as env, env.begin(write=True) as txn:
        txn.put(key, value)


def write_newer(path: Path) -> None:
    about = msgspec.json.encode(About(FORMAT + 1, 0, "statserver 99"))
    write_of_lmdb(path, b"\0", sealed(b"\0", b"statserver journal\n" + about))


def assert_refused(folder: Path, error: type[JournalError] = JournalError, *, match: str) -> None:
    before = (folder / FILE).read_bytes()
    with pytest.raises(error, match=match) as refused, opened(folder):
        pass
    assert (folder / FILE).read_bytes() == before
    assert refused.value.path == folder / FILE


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (lambda path: path.write_bytes(b""), "is damaged, or no journal"),
        (lambda path: path.write_text("[statserver]\nlisten = 127.0.0.1:3050\n" * 500), "not an LMDB data file"),
        (lambda path: path.write_bytes(bytes(3 * PAGE)), "not an LMDB data file"),
        (lambda path: write_of_lmdb(path, b"name", b"value"), "but no journal"),
        (lambda path: write_of_lmdb(path, b"\0", sealed(b"\0", b"another program's")), "but no journal"),
        (write_newer, f"format {FORMAT + 1}, written by statserver 99; this program reads up to {FORMAT}"),
    ],
)
def test_another_file_is_refused_by_name_and_left_as_it_is(
    tmp_path: Path, write: Callable[[Path], None], reason: str
) -> None:
    write(tmp_path / FILE)
    assert_refused(tmp_path, match=reason)


def test_a_file_of_lmdb_that_has_other_keys_too_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path):
        pass
    write_of_lmdb(tmp_path / FILE, b"name", b"value")
    assert_refused(tmp_path, match="but no journal")


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(JournalError, match="Is a directory"), opened(tmp_path):
        pass


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "journal").touch()
    with pytest.raises(JournalError, match="File exists"), opened(tmp_path / "journal"):
        pass


def test_a_refused_journal_can_be_opened_once_it_is_right(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"not yet")
    journal = Journal(tmp_path, SELDOM, SteppedClock())
    with pytest.raises(JournalDamagedError):
        journal.open()
    (tmp_path / FILE).unlink()
    journal.open()
    journal.close()


def test_what_a_killed_beginning_left_is_no_journal(tmp_path: Path) -> None:
    (tmp_path / f"{FILE}.new").write_bytes(b"half")
    with opened(tmp_path) as journal:
        journal.append([entry(1)])
        assert len(list(journal.entries())) == 1


def test_a_beginning_on_a_full_disk_is_refused_by_name_and_leaves_no_journal(tmp_path: Path) -> None:
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * mmap.PAGESIZE, unlimited[1]))
    try:
        with pytest.raises(JournalError, match="cannot be opened"), opened(tmp_path):
            pass
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    assert not (tmp_path / FILE).exists()


def test_a_journal_without_its_last_sync_is_as_good(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append([entry(1)])
    (tmp_path / SYNCED).unlink()
    with opened(tmp_path) as journal:
        assert len(list(journal.entries())) == 1


def written(folder: Path) -> tuple[bytes, list[Entry]]:
    """A journal's file that has pages of every sort, free ones too; and what is in it."""
    model = [one for batch in batches(60, of=5, payload_bytes=700) for one in batch]
    with opened(folder) as journal:
        for one in model:
            journal.append([one, one._replace(number=one.number + 1, payload=b"long" * 3_000)])
        journal.prune(model[150].number)
        model = list(journal.entries())
    return (folder / FILE).read_bytes(), model


def assert_right_or_refused(folder: Path, content: bytes, model: list[Entry]) -> None:
    (folder / FILE).write_bytes(content)
    try:
        with opened(folder) as journal:
            assert list(journal.entries()) == model
            journal.append([entry(10_000)])
            journal.prune(model[-1].number)
    except JournalError:
        assert (folder / FILE).read_bytes().startswith(content)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, list[Entry]]:
    folder = tmp_path_factory.mktemp("whole")
    return folder, *written(folder)


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 2 * PAGE - 1) | st.integers(0, 1 << 22), bit=st.integers(0, 7))
def test_a_file_with_a_bit_turned_is_read_right_or_refused(
    whole: tuple[Path, bytes, list[Entry]], at: int, bit: int
) -> None:
    folder, content, model = whole
    turned = bytearray(content)
    turned[at % len(content)] ^= 1 << bit
    assert_right_or_refused(folder, bytes(turned), model)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1 << 32), count=st.integers(1, 40))
def test_a_file_with_bytes_overwritten_is_read_right_or_refused(
    whole: tuple[Path, bytes, list[Entry]], seed: int, count: int
) -> None:
    folder, content, model = whole
    random = Random(seed)
    spoiled = bytearray(content)
    for _ in range(count):
        page = random.randrange(len(content) // PAGE) * PAGE
        spoiled[page + random.choice([random.randrange(48), random.randrange(PAGE)])] = random.randrange(256)
    assert_right_or_refused(folder, bytes(spoiled), model)


def test_after_the_machine_was_started_anew_a_turned_bit_of_any_entry_is_refused_at_once(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append([entry(1, b"precious"), entry(2)])
    content = (tmp_path / FILE).read_bytes().replace(b"precious", b"previous")
    (tmp_path / FILE).write_bytes(content)
    with opened(tmp_path) as journal, pytest.raises(JournalDamagedError, match="behind number 0"):
        list(journal.entries())
    (tmp_path / SYNCED).unlink()
    assert_refused(tmp_path, JournalDamagedError, match="not what was written there")


def test_a_turned_bit_of_the_last_entry_is_refused_at_once(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append([entry(1), entry(2, b"precious")])
    content = (tmp_path / FILE).read_bytes().replace(b"precious", b"previous")
    (tmp_path / FILE).write_bytes(content)
    assert_refused(tmp_path, JournalDamagedError, match="not what was written there")


@settings(max_examples=30, deadline=None)
@given(missing=st.integers(1, 1 << 22))
def test_a_file_cut_short_is_read_right_or_refused(whole: tuple[Path, bytes, list[Entry]], missing: int) -> None:
    folder, content, model = whole
    assert_right_or_refused(folder, content[: -(missing % len(content)) or None], model)


def test_only_the_servers_user_reads_what_callers_said(tmp_path: Path) -> None:
    with opened(tmp_path):
        assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
