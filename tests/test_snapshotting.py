"""A snapshot has everything as it was at its line, whatever goes on while it is taken."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count as count_from
from pathlib import Path
from random import Random
from typing import Any, Final

import gevent
import pytest
from everything import every_statistic
from test_order import interleaved, loaded_from

from actors import snapshotting
from actors.remembering import Remembered, digest_of, name_of_object, name_of_opening, name_of_value, record_of_opening
from actors.sessions.messages import SessionGone, SessionRequest
from actors.snapshotting import Snapshotting
from actors.sources import ended_calls
from actors.statistics import saving
from actors.supervisor import Supervisor
from runtime.clock import RealClock, SteppedClock
from runtime.dispatcher import Dispatcher
from runtime.intake import Intake
from runtime.journal import Journal
from runtime.journal_entries import Entry, Kind
from runtime.journal_sync import SYSTEM
from runtime.snapshots import Snapshots

LINES: Final = interleaved(3, 8)
LOADED: Final = loaded_from("flows")
REQUESTS: Final = every_statistic(LOADED, 0.02, 3)
DAY_US: Final = 86_400_000_000


class Client:
    """Stands where a session would, and hears nothing."""

    number = 7

    def at_rest(self) -> Client:
        return self

    def tell(self, message: Any) -> None:
        """It is of no interest here."""


class Scene:
    """A server without sockets, and its snapshots."""

    def __init__(self, folder: Path) -> None:
        self.intake = Intake(Dispatcher(), SteppedClock(LINES[0].stamp_us))
        self.supervisor = Supervisor(LOADED, self.intake.dispatcher, self.intake)
        self.snapshots = Snapshots(folder / "snapshots")
        self.journal = Journal(folder / "journal", SYSTEM, RealClock())
        self.snapshots.open()
        self.journal.open()
        self.taking = Snapshotting(self.supervisor, self.snapshots, self.journal, RealClock())
        self.client = Client()
        self._lines = iter(LINES)

    def close(self) -> None:
        self.snapshots.close()
        self.journal.close()

    def ask(self, *payloads: Any) -> None:
        for payload in payloads:
            self.intake.put(self.supervisor.pool, payload, is_alone=True)
        self.intake.drain()

    def open(self, begin: int, end: int) -> None:
        asked = [SessionRequest(self.client, REQUESTS[id_], id_) for id_ in range(begin, end)]
        self.ask(*asked)

    def feed(self, count: int) -> None:
        for _, line in zip(range(count), self._lines, strict=False):
            self.intake.put(self.supervisor.connectors[line.source], line.payload, stamp_us=line.stamp_us)
        self.intake.drain()

    def now(self) -> dict[bytes, bytes]:
        """What objects and statistics are."""
        there = {}
        for key, node in self.supervisor.board.nodes.items():
            there[name_of_object(key)] = self.supervisor.save(node.ref.at_rest())  # type: ignore[attr-defined]
        for identity, entry in self.supervisor.pool.at_rest().state.entries.items():
            digest = digest_of(identity)
            there[name_of_value(digest)] = saving.encode(entry.statistic.core)
            there[name_of_opening(digest)] = record_of_opening(entry.opening, entry.asked_us)
        return there  # type: ignore[return-value]

    def counted_puts(self, patch: pytest.MonkeyPatch) -> set[bytes]:
        """Names of what is written from now on."""
        names: set[bytes] = set()
        put = self.snapshots.put

        def counted(records: Any) -> None:
            names.update(record.name for record in records)
            put(records)

        patch.setattr(self.snapshots, "put", counted)
        return names

    def taken(self) -> dict[bytes, bytes | None]:
        """What the newest snapshot has of them."""
        kinds = (b"object", b"value", b"opening")
        return {name: data for name, data in self.snapshots.records() if name.split(b"\0")[0] in kinds}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    scene = Scene(tmp_path)
    yield scene
    scene.close()


@pytest.mark.parametrize("seed", range(4))
def test_a_snapshot_is_of_its_line_though_everybody_works_on(
    scene: Scene, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshotting, "SLICE_US", 0)
    random = Random(seed)
    scene.open(0, 200)
    for count in (random.randrange(20), random.randrange(20)):
        scene.feed(count)
        before = scene.now()
        taking = gevent.spawn(scene.taking.take)
        turns = random.sample(range(100), 10)
        for turn in count_from(0):
            gevent.sleep(0)
            if taking.ready():
                break
            scene.feed(turn in turns)
        assert scene.taken() == before != scene.now()


def test_a_statistic_opened_beyond_the_line_is_in_the_next_snapshot(scene: Scene) -> None:
    scene.open(0, 20)
    before = scene.now()
    taking = gevent.spawn(scene.taking.take)
    gevent.sleep(0)
    scene.open(20, 40)
    taking.get()
    assert scene.taken() == before
    scene.taking.take()
    assert scene.taken() == scene.now() != before


def test_calls_that_are_over_are_written_once_and_put_back(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ended_calls, "SHELF_MAX", 1)
    ended = scene.supervisor.connectors["tserver-1"].at_rest().wiring.book.ended
    scene.feed(len(LINES) * 3 // 4)
    scene.taking.take()
    before = {name for name in scene.snapshots.names if name.startswith(b"ended")}
    written = scene.counted_puts(monkeypatch)
    scene.feed(len(LINES))
    scene.taking.take()
    again = Supervisor(LOADED, Dispatcher(), Intake(Dispatcher(), SteppedClock(LINES[0].stamp_us)))
    Remembered((record.name, record.data) for record in scene.snapshots.records() if record.data).put_back(again)
    assert again.connectors["tserver-1"].at_rest().wiring.book.ended.shelves == ended.shelves
    assert 0 < len(before - written) == len(before) - 1


def test_a_statistic_that_went_and_came_again_is_there_as_it_is_now(scene: Scene) -> None:
    scene.open(0, 40)
    scene.feed(40)
    scene.taking.take()
    scene.ask(SessionGone(scene.client))
    scene.intake.advance(scene.intake.now_us + 4 * DAY_US)
    assert len(scene.now()) < len(scene.taken())
    scene.open(0, 20)
    scene.taking.take()
    assert scene.taken() == scene.now()


def test_a_statistic_that_goes_while_it_is_saved_is_in_this_snapshot_and_not_in_the_next(scene: Scene) -> None:
    scene.open(0, 20)
    scene.ask(SessionGone(scene.client))
    before = scene.now()
    taking = gevent.spawn(scene.taking.take)
    gevent.sleep(0)
    scene.intake.advance(scene.intake.now_us + 4 * DAY_US)
    taking.get()
    assert scene.taken() == before
    scene.taking.take()
    assert scene.taken() == scene.now()


def test_the_last_one_leaves_the_journal_to_the_next(scene: Scene) -> None:
    scene.feed(40)
    numbers = range(1, scene.intake.inputs + 1)
    scene.journal.append([Entry(number, 0, "tserver-1", Kind.JSON_LINES, b"{}\n") for number in numbers])
    scene.taking.take(prunes=False)
    assert len(list(scene.journal.entries())) == len(numbers) > 1
    scene.taking.take()
    assert len(list(scene.journal.entries())) == 1
