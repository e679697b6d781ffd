"""One door with a journal behind it: what is to be kept is kept before it counts."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import gevent
import pytest
from actors_of_tests import started
from journals_of_tests import SELDOM, opened

from runtime import journal_keeper
from runtime.actor import Actor
from runtime.clock import RealClock, SteppedClock
from runtime.dispatcher import Dispatcher
from runtime.intake import TIMER_US_MIN, WAITING_MAX, Intake, Kept
from runtime.journal import Journal
from runtime.journal_entries import Entry, JournalError, Kind
from runtime.journal_sync import COMMIT, Sync
from runtime.mail import Input, number_of

SECOND_US = 1_000_000


class Taker(Actor):
    """Writes down each input together with the newest number that the journal had then."""

    def __init__(self, taken: list[tuple[Input, int]], journal: Journal) -> None:
        super().__init__()
        self._taken = taken
        self._journal = journal

    def on_input(self, message: Input) -> None:
        self._taken.append((message, self._journal.last.number if self._journal.last else 0))

    handles = {Input: on_input}


class Door:
    """An intake with a journal, and one actor behind it."""

    def __init__(self, journal: Journal, clock: RealClock | SteppedClock) -> None:
        self.journal = journal
        self.intake = Intake(Dispatcher(), clock)
        self.intake.keep_in(journal)
        self.taken: list[tuple[Input, int]] = []
        self.ref = started(self.intake.dispatcher, Taker, self.taken, journal)

    def line(self, payload: bytes, at_us: int) -> None:
        self.intake.put(self.ref, payload, stamp_us=at_us, kept=Kept("tserver-1", Kind.JSON_LINES, payload))

    def request(self, payload: bytes) -> None:
        self.intake.put(self.ref, payload, is_alone=True, kept=Kept("clients", Kind.REQUEST, payload))

    @property
    def payloads(self) -> list[Any]:
        return [message.payload for message, _ in self.taken]


Opening = Callable[..., AbstractContextManager[Door]]


@pytest.fixture
def door(tmp_path: Path) -> Opening:
    @contextmanager
    def opening(sync: Sync = SELDOM, clock: RealClock | None = None) -> Iterator[Door]:
        with opened(tmp_path, sync) as journal:
            yield Door(journal, clock or SteppedClock(SECOND_US))

    return opening


def test_what_counts_is_in_the_journal_already(door: Opening) -> None:
    with door() as one:
        for at in range(5):
            one.line(b"line\n", SECOND_US + at)
        one.request(b"{}")
        one.intake.drain()
        assert all(number_of(message.order) <= kept for message, kept in one.taken)


def test_an_entry_has_the_number_and_the_time_of_its_input(door: Opening) -> None:
    with door() as one:
        one.line(b"later\n", 3 * SECOND_US)
        one.line(b"earlier\n", 2 * SECOND_US)
        one.request(b"{}")
        one.intake.drain()
        kept = [(entry.number, entry.time_us, entry.payload) for entry in one.journal.entries()]
        assert kept == [(number_of(input_.order), input_.time_us, input_.payload) for input_, _ in one.taken]
        assert [(entry.source, entry.kind) for entry in one.journal.entries()] == [
            ("tserver-1", Kind.JSON_LINES),
            ("tserver-1", Kind.JSON_LINES),
            ("clients", Kind.REQUEST),
        ]


def test_timers_and_what_nobody_wants_kept_have_numbers_and_no_entries(door: Opening) -> None:
    with door() as one:
        one.intake.call_at(SECOND_US + TIMER_US_MIN, one.ref, "timer")
        one.intake.put(one.ref, "a ping")
        one.line(b"line\n", 2 * SECOND_US)
        one.intake.drain()
        assert one.payloads == ["a ping", "timer", b"line\n"]
        assert [entry.number for entry in one.journal.entries()] == [3]


def test_numbers_go_on_behind_the_newest_entry_of_a_server_before(door: Opening) -> None:
    with door() as one:
        one.line(b"line\n", SECOND_US)
        one.intake.drain()
        one.journal.append([Entry(41, SECOND_US, "", Kind.REQUEST, b"{}")])
    with door() as one:
        one.line(b"line\n", SECOND_US)
        one.intake.drain()
        assert [entry.number for entry in one.journal.entries()] == [1, 41, 42]


def test_with_commit_others_have_their_turn_while_a_batch_is_synced_and_nothing_counts_yet(door: Opening) -> None:
    with door(COMMIT) as one:
        one.line(b"first\n", SECOND_US)
        stepping = gevent.spawn(one.intake.step)
        gevent.sleep(0)
        one.line(b"second\n", SECOND_US)
        assert one.taken == []
        stepping.get()
        assert one.payloads == [b"first\n"]
        one.intake.drain()
        assert one.payloads == [b"first\n", b"second\n"]


def test_nobody_else_takes_anything_in_while_a_batch_is_synced(door: Opening) -> None:
    with door(COMMIT) as one:
        one.line(b"first\n", SECOND_US)
        stepping = gevent.spawn(one.intake.step)
        gevent.sleep(0)
        with pytest.raises(AssertionError):
            one.intake.step()
        stepping.get()


def test_a_first_stamp_that_comes_while_a_batch_is_synced_begins_after_it(tmp_path: Path) -> None:
    with opened(tmp_path, COMMIT) as journal:
        one, begun = Door(journal, SteppedClock()), list[tuple[int, int]]()
        one.intake.on_first_stamp = lambda: begun.append((one.intake.now_us, len(one.taken)))
        one.request(b"{}")
        stepping = gevent.spawn(one.intake.step)
        gevent.sleep(0)
        one.line(b"line\n", 7 * SECOND_US)
        stepping.get()
        one.intake.drain()
        assert begun == [(7 * SECOND_US, 1)]


class FurtherEachTime(RealClock):
    """A clock on which each look takes a millisecond."""

    def __init__(self) -> None:
        self._now_us = SECOND_US

    def now_us(self) -> int:
        self._now_us += 1_000
        return self._now_us


def test_no_timer_that_is_due_before_a_request_comes_after_it(door: Opening) -> None:
    with door(clock=FurtherEachTime()) as one:
        for due_us in range(SECOND_US, SECOND_US + 20_000, 1_500):
            one.intake.call_at(due_us, one.ref, "timer")
        one.request(b"{}")
        one.intake.drain()
        times = [message.time_us for message, _ in one.taken]
        assert times == sorted(times)


# -- a disk that is full -----------------------------------------------------------------------------------------------


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Journal], Callable[[], None]]]:
    """Leaves no room for a journal to grow; what is given back makes room again."""
    monkeypatch.setattr(journal_keeper, "RETRY_S", 0.001)
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)

    def has_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)

    def fill(journal: Journal) -> Callable[[], None]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (journal.path.stat().st_size, unlimited[1]))
        return has_room

    yield fill
    has_room()


def waiting_for_room(one: Door, lines: int = 3) -> gevent.Greenlet:
    for at in range(lines):
        one.line(b"x" * 100_000 + b"%d\n" % at, SECOND_US + at)
    stepping = gevent.spawn(one.intake.step)
    while not one.intake.is_full:
        gevent.sleep(0)
    return stepping


def test_on_a_full_disk_nothing_counts_and_who_brings_lines_waits(door: Opening, full: Any) -> None:
    with door() as one:
        has_room = full(one.journal)
        stepping = waiting_for_room(one)
        bringing = gevent.spawn(one.intake.wait_for_room)
        bringing.join(0.05)
        assert not bringing.ready()
        assert one.taken == []
        assert one.journal.last is None
        has_room()
        stepping.get()
        bringing.get(timeout=10)


def test_when_there_is_room_again_what_waited_is_taken_in_once_and_in_order(door: Opening, full: Any) -> None:
    with door() as one:
        has_room = full(one.journal)
        stepping = waiting_for_room(one)
        one.line(b"behind\n", SECOND_US)
        has_room()
        stepping.get()
        one.intake.drain()
        assert [payload[-2:] for payload in one.payloads] == [b"0\n", b"1\n", b"2\n", b"d\n"]
        assert [entry.payload for entry in one.journal.entries()] == one.payloads
        assert not one.intake.is_full


def test_lines_go_on_being_refused_while_too_many_wait_when_there_is_room_again(door: Opening, full: Any) -> None:
    with door() as one:
        has_room = full(one.journal)
        stepping = waiting_for_room(one)
        for _ in range(WAITING_MAX):
            one.line(b"behind\n", SECOND_US)
        has_room()
        stepping.get()
        bringing = gevent.spawn(one.intake.wait_for_room)
        gevent.sleep(0)
        assert not bringing.ready()
        one.intake.drain()
        bringing.get(timeout=10)


def test_a_full_disk_is_an_error_in_the_log_once_a_minute(
    door: Opening, full: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with door() as one:
        has_room = full(one.journal)
        stepping = waiting_for_room(one)
        stepping.join(0.05)
        has_room()
        stepping.get()
    assert caplog.text.count("the disk takes no more") == 1
    assert f"{one.journal.path}: the disk takes no more" in caplog.text


def test_a_journal_that_cannot_be_written_any_more_ends_the_intake(
    door: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_fd: int) -> None:
        raise OSError("Input/output error")

    with door(COMMIT) as one:
        one.line(b"line\n", SECOND_US)
        monkeypatch.setattr("os.fdatasync", fails)
        with pytest.raises(JournalError, match="the disk did not take what was written: Input/output error"):
            one.intake.step()
        assert one.taken == []
