"""The journal: what was appended is there again, in order; it grows, and is pruned."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import gevent
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journals_of_tests import AT_ONCE, NOON_US, SELDOM, batches, entry, opened, process, wait_for_sync

from runtime.journal import PRUNE_STEP, UNSYNCED_MAX
from runtime.journal_entries import Entry, JournalInUseError, Kind, Mark
from runtime.journal_files import FILE
from runtime.journal_sync import COMMIT, SYSTEM, Sync

SYNCS = pytest.mark.parametrize("sync", [COMMIT, AT_ONCE, SELDOM, SYSTEM])


@SYNCS
def test_what_was_appended_is_there_after_opening_again(tmp_path: Path, sync: Sync) -> None:
    written = batches(20)
    with opened(tmp_path, sync) as journal:
        for batch in written:
            journal.append(batch)
    with opened(tmp_path, sync) as journal:
        assert list(journal.entries()) == [one for batch in written for one in batch]


@pytest.mark.parametrize("kind", Kind)
def test_an_entry_comes_back_as_it_was(tmp_path: Path, kind: Kind) -> None:
    written = Entry(1 << 40, -5, "Zürich/1", kind, bytes(range(256)) * 100)
    with opened(tmp_path) as journal:
        journal.append([written])
        assert list(journal.entries()) == [written]


def test_reading_begins_behind_the_number_asked_for(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append([entry(1), entry(5), entry(9)])
        assert [one.number for one in journal.entries(after=4)] == [5, 9]
        assert [one.number for one in journal.entries(after=5)] == [9]


def test_an_entry_added_while_reading_is_read_too(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append([entry(1)])
        read = journal.entries()
        assert next(read).number == 1
        journal.append([entry(2)])
        assert next(read).number == 2


def test_a_new_journal_has_no_last_entry(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        assert journal.last is None


def test_the_last_entry_is_known_after_opening_again(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append([entry(7), entry(300)])
    with opened(tmp_path) as journal:
        assert journal.last == Mark(300, NOON_US + 300)


def test_a_number_that_does_not_go_on_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append([entry(7)])
        with pytest.raises(AssertionError):
            journal.append([entry(7)])


def test_with_commit_an_entry_that_counts_is_on_the_disk(tmp_path: Path) -> None:
    with opened(tmp_path, COMMIT) as journal:
        journal.append([entry(7)])
        assert journal.synced_number == 7


def test_with_seconds_an_entry_is_on_the_disk_that_much_later(tmp_path: Path) -> None:
    with opened(tmp_path, AT_ONCE) as journal:
        journal.append([entry(7)])
        assert journal.synced_number == 0
        wait_for_sync(journal)
        assert journal.synced_number == 7


def test_many_commits_are_on_the_disk_sooner_than_the_seconds(tmp_path: Path) -> None:
    with opened(tmp_path, SELDOM) as journal:
        for number in range(1, UNSYNCED_MAX + 1):
            journal.append([entry(number)])
        wait_for_sync(journal)
        assert journal.synced_number == UNSYNCED_MAX


def test_the_file_stays_small_however_many_commits_there_are(tmp_path: Path) -> None:
    with opened(tmp_path, AT_ONCE) as journal:
        for number in range(1, 2_001):
            journal.append([entry(number)])
            if number % 100 == 0:
                journal.prune(number)
                wait_for_sync(journal)
        assert (tmp_path / FILE).stat().st_size < 10_000_000


@SYNCS
def test_the_map_grows_by_itself(tmp_path: Path, sync: Sync) -> None:
    written = batches(60, of=5, payload_bytes=20_000)
    with opened(tmp_path, sync, map_bytes=1 << 20) as journal:
        for batch in written:
            journal.append(batch)
        assert journal.info().map_bytes > 6_000_000
        assert list(journal.entries()) == [one for batch in written for one in batch]


def test_one_entry_may_be_larger_than_the_map(tmp_path: Path) -> None:
    with opened(tmp_path, map_bytes=1 << 20) as journal:
        journal.append([entry(1, b"x" * 9_000_000)])
        assert [len(one.payload) for one in journal.entries()] == [9_000_000]


def test_pruning_removes_what_is_behind_and_nothing_else(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append([entry(number) for number in (2, 4, 6, 8)])
        assert journal.prune(5) == 2
        assert [one.number for one in journal.entries()] == [6, 8]


def test_pruning_keeps_the_newest_entry_so_that_numbers_go_on(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append([entry(2), entry(4)])
        journal.prune(1_000)
    with opened(tmp_path) as journal:
        assert journal.last == Mark(4, NOON_US + 4)


def test_others_have_their_turn_while_much_is_pruned(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.append([entry(number) for number in range(1, 4 * PRUNE_STEP + 2)])
        pruning = gevent.spawn(journal.prune, 4 * PRUNE_STEP)
        gevent.sleep(0)
        journal.append([entry(100_000)])
        assert len(list(journal.entries())) > PRUNE_STEP
        assert pruning.get() == 4 * PRUNE_STEP


def test_what_was_pruned_makes_room_for_more(tmp_path: Path) -> None:
    with opened(tmp_path, SYSTEM, map_bytes=1 << 20) as journal:
        for number in range(1, 1_000):
            journal.append([entry(number, b"x" * 10_000)])
            journal.prune(number - 1)
        assert journal.info().map_bytes == 1 << 20


def test_a_second_server_is_told_who_has_the_folder(tmp_path: Path) -> None:
    script = "with opened(Path(sys.argv[2])): print('open', flush=True); input()"
    with process(script, tmp_path) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(JournalInUseError, match=f"in use by process {other.pid}") as refused, opened(tmp_path):
            pass
        assert refused.value.pid == str(other.pid)
        other.communicate("\n")


def test_info_says_what_there_is_of_whom(tmp_path: Path) -> None:
    with opened(tmp_path, COMMIT) as journal:
        journal.append([entry(1, b"12\n"), entry(2, b"345\n"), Entry(3, NOON_US, "", Kind.REQUEST, b"{}")])
        info = journal.info()
    assert (info.first, info.last) == (Mark(1, NOON_US + 1), Mark(3, NOON_US))
    assert info.sources == {("", Kind.REQUEST): (1, 2), ("tserver-1", Kind.JSON_LINES): (2, 7)}
    assert (info.about.program, info.about.created_us) == ("statserver of tests", NOON_US)
    assert info.synced is not None
    assert info.synced.number == 3


@pytest.mark.parametrize(
    ("text", "sync"), [("commit", COMMIT), ("system", SYSTEM), ("1", Sync(1_000_000)), ("0.5", Sync(500_000))]
)
def test_journal_sync_is_read(text: str, sync: Sync) -> None:
    assert Sync.of(text) == sync


@pytest.mark.parametrize("text", ["", "soon", "0", "-1", "nan", "inf"])
def test_another_journal_sync_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Sync.of(text)


STEPS = st.lists(
    st.one_of(
        st.lists(st.tuples(st.integers(1, 3), st.binary(max_size=6_000)), min_size=1, max_size=9),
        st.integers(0, 60),
        st.none(),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(steps=STEPS, sync=st.sampled_from([COMMIT, AT_ONCE, SYSTEM]))
def test_a_journal_holds_what_a_list_would(steps: list[list[tuple[int, bytes]] | int | None], sync: Sync) -> None:
    """A list of (gap, payload) is appended; a number prunes up to it; None closes and opens again."""
    model: list[Entry] = []
    with TemporaryDirectory() as folder:
        while steps:
            with opened(Path(folder), sync) as journal:
                assert list(journal.entries()) == model
                while steps and (step := steps.pop(0)) is not None:
                    if isinstance(step, int):
                        journal.prune(step)
                        model = [one for one in model if one.number > step or one is model[-1]]
                        continue
                    batch: list[Entry] = []
                    for gap, payload in step:
                        batch.append(entry((batch or model or [entry(0)])[-1].number + gap, payload))
                    journal.append(batch)
                    model += batch
                assert list(journal.entries()) == model
