"""Journal and restart: what they cost the whole server, and the journal by itself.

    python -m bench.journal

prints tables and writes `bench/results/journal.json`: how much longer an event takes where actors can be restarted
exactly, and where all is kept on disk too, than with neither; what a statistic's log weighs; what an entry costs by
mode of `journal-sync` and size of the batch; and opening, reading, pruning.
"""

from __future__ import annotations

import gc
import json
import time
import tracemalloc
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

import gevent
from rich.console import Console
from rich.table import Table

from actors.configuration.load import Loaded
from actors.configuration.load import load as load_configuration
from actors.disk import Disk
from actors.sessions.messages import SessionRequest
from actors.sessions.requests import decoded
from actors.snapshotting import Snapshotting
from actors.sources.lines import BadLines
from actors.sources.link import IntakeOutlet
from actors.sources.recorder import FORMS
from actors.sources.tserver_lines import tserver_lines
from actors.supervisor import Supervisor
from bench import load
from runtime.actor import Actor
from runtime.clock import RealClock, SteppedClock
from runtime.dispatcher import Dispatcher
from runtime.intake import Intake
from runtime.journal import Journal
from runtime.journal_entries import Entry, Kind
from runtime.journal_sync import Sync

RESULTS: Final = Path(__file__).parent / "results" / "journal.json"
PAYLOAD: Final = b'{"event":"EventRinging","seq":1,"time":1795500000.0,"this_dn":"7001"'.ljust(350) + b"}\n"
SYNCS: Final = ("commit", "1", "system")
BATCHES: Final = (1, 50, 500)
MEASURED_S: Final = 1.0
MANY: Final = 200_000
EVENTS: Final = 25_000
PIECE: Final = 100
"""Events handled at once, as come together at 5,000 a second when the server is busy for 20 ms."""
WEIGHED: Final = 50
"""Pieces after which the logs are as long as they get."""


def entries_of(first: int, count: int) -> list[Entry]:
    return [Entry(first + at, 1_795_500_000_000_000, "tserver-1", Kind.JSON_LINES, PAYLOAD) for at in range(count)]


def opened(folder: Path, sync: str) -> Journal:
    journal = Journal(folder, Sync.of(sync), RealClock())
    journal.open()
    return journal


def appending(folder: Path, sync: str, size: int) -> dict[str, Any]:
    """Appends for a while, giving way after each batch as the intake does."""
    journal = opened(folder, sync)
    appended, inside_s, longest_s = 0, 0.0, 0.0
    while inside_s < MEASURED_S:
        batch = entries_of(appended + 1, size)
        spent_s = taken_s(lambda batch=batch: journal.append(batch))
        inside_s += spent_s
        longest_s = max(longest_s, spent_s)
        appended += size
        gevent.sleep(0)
    journal.close()
    return {
        "sync": sync,
        "batch": size,
        "entries_a_second": appended / inside_s,
        "us_an_entry": inside_s / appended * 1e6,
        "us_a_batch": inside_s / appended * size * 1e6,
        "longest_ms": longest_s * 1e3,
    }


def keeping(folder: Path) -> dict[str, float]:
    """What the rest costs, in microseconds an entry; and the longest that pruning stops all others."""
    journal = opened(folder, "system")
    for first in range(1, MANY, 500):
        journal.append(entries_of(first, 500))
    journal.close()
    opening_s = taken_s(journal.open)
    reading_s = taken_s(lambda: deque(journal.entries(), 0))
    pruning = gevent.spawn(journal.prune, MANY)
    steps_s = []
    while not pruning.ready():
        steps_s.append(taken_s(lambda: gevent.sleep(0)))
    journal.close()
    return {
        "open_us_an_entry": opening_s / MANY * 1e6,
        "read_us_an_entry": reading_s / MANY * 1e6,
        "prune_us_an_entry": sum(steps_s) / MANY * 1e6,
        "prune_longest_ms": max(steps_s) * 1e3,
    }


def taken_s(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


class Forgetful(Supervisor):
    """Supervises actors that are not saved and have no logs: one that fails is not what it was."""

    def save(self, actor: Actor) -> None:
        """Saves nothing."""


class House:
    """A server without sockets: what comes in at its link is handled, with everything open that `load` asks for."""

    def __init__(self, loaded: Loaded, supervisor: type[Supervisor], journal: Journal | None = None) -> None:
        self._clock = SteppedClock()
        self._intake = Intake(Dispatcher(), self._clock)
        if journal is not None:
            self._intake.keep_in(journal)
        self.supervisor = supervisor(loaded, self._intake.dispatcher, self._intake)
        self._intake.on_first_stamp = self.supervisor.begin
        ((name, ref),) = self.supervisor.connectors.items()
        form = FORMS["tserver"]
        self._outlet = IntakeOutlet(name, self._intake, ref, kind=form.kind, note=form.note)
        self._lines = tserver_lines(BadLines(name, self._clock.now_us), is_live=True)

    number = 1
    """Of the session that it stands for."""

    def tell(self, _message: object) -> None:
        """Stands where a session would."""

    def at_rest(self) -> House:
        """Itself."""
        return self

    def open(self) -> None:
        for id_, line in enumerate(load.requests()):
            if id_:
                request = SessionRequest(self, decoded(line), id_)
                self._intake.put(self.supervisor.pool, request, is_alone=True)
        self._intake.drain()

    def receive(self, data: bytes) -> float:
        """Handles it; the processor time that took, in seconds."""
        began = time.process_time()
        for dated in self._lines.feed(data):
            self._outlet.put(dated)
        self._intake.drain()
        spent_s = time.process_time() - began
        gevent.sleep(0)
        return spent_s

    def stop(self) -> None:
        self.supervisor.stop()


def costs(folder: Path) -> dict[str, float]:
    """Three servers fed the same day in turns, so that whatever else the machine does hits all of them."""
    loaded, start, pieces = _day(folder)
    with ExitStack() as opened_:
        disk = Disk(folder, loaded.definitions.options)
        opened_.push(disk.open())
        bare, exact, kept = (
            House(loaded, Forgetful),
            House(loaded, Supervisor),
            House(loaded, Supervisor, disk.journal),
        )
        snapshotting = Snapshotting(kept.supervisor, disk.snapshots, disk.journal, RealClock())
        houses = [bare, exact, kept]
        for house in houses:
            opened_.callback(house.stop)
            house.receive(start)
            house.open()
        snapshotting.take()
        gc.collect()
        gc.freeze()
        turns = [_turn(houses, piece, turn) for turn, piece in enumerate(pieces)]
        began = time.process_time()
        snapshotting.take()
        snapshot_s = time.process_time() - began
        gc.unfreeze()
    snapshots_share = snapshot_s / loaded.definitions.options.snapshot_interval
    exact_ratio, kept_ratio = (median(spent[at] / spent[0] for spent in turns) for at in (1, 2))
    return {
        "statistics": load.STATISTICS,
        "events": sum(piece.count(b"\n") for piece in pieces),
        "us_an_event_with_neither": sum(spent[0] for spent in turns) / EVENTS * 1e6,
        "exact_restart_ratio": exact_ratio,
        "and_journal_ratio": kept_ratio,
        "snapshot_ms": snapshot_s * 1e3,
        "snapshots_share": snapshots_share,
        "ratio": kept_ratio + snapshots_share,
        "rate_share": 1 / (kept_ratio + snapshots_share),
    }


def _turn(houses: Sequence[House], piece: bytes, turn: int) -> list[float]:
    """Seconds of processor time that each house takes for the same lines; another begins each time."""
    first = turn % len(houses)
    spent = {house: house.receive(piece) for house in [*houses[first:], *houses[:first]]}
    return [spent[house] for house in houses]


def _day(folder: Path) -> tuple[Loaded, bytes, list[bytes]]:
    """The configuration, the lines that register everything, and the day's after them, piece by piece."""
    lines = load.day(folder)
    registered = 1 + next(at for at, line in enumerate(lines) if load.REGISTERED in line)
    loaded = load_configuration(load.configuration(folder, port=1, clock="sources"))
    day = lines[registered : registered + EVENTS]
    pieces = [b"".join(day[at : at + PIECE]) for at in range(0, len(day), PIECE)]
    return loaded, b"".join(lines[:registered]), pieces


def weights(folder: Path) -> dict[str, float]:
    """What all that is kept to restart actors takes in memory, after some of the day: bytes a statistic."""
    loaded, start, pieces = _day(folder)
    kept_bytes = []
    for supervisor in (Forgetful, Supervisor):
        tracemalloc.start()
        house = House(loaded, supervisor)
        house.receive(start)
        house.open()
        for piece in pieces[:WEIGHED]:
            house.receive(piece)
        gc.collect()
        kept_bytes.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
        house.stop()
    without, with_it = kept_bytes
    return {
        "bytes_a_statistic_without": without / load.STATISTICS,
        "restart_bytes_a_statistic": (with_it - without) / load.STATISTICS,
    }


def measured() -> dict[str, Any]:
    # On the disk that the project is on: a temporary folder may be in memory.
    with TemporaryDirectory(dir=RESULTS.parent.parent) as name:
        folder = Path(name)
        appends = [appending(folder / f"{sync}-{size}", sync, size) for sync in SYNCS for size in BATCHES]
        return {
            "costs": costs(folder),
            "weights": weights(folder),
            "appends": appends,
            "keeping": keeping(folder / "many"),
        }


def show(figures: dict[str, Any], console: Console) -> None:
    cost, weight = figures["costs"], figures["weights"]
    costs = Table("", "", title=f"The whole server, {cost['statistics']:,} statistics, {cost['events']:,} events")
    costs.add_row("processor µs an event, with neither", f"{cost['us_an_event_with_neither']:.1f}")
    costs.add_row("times as long with exact restart", f"{cost['exact_restart_ratio']:.3f}")
    costs.add_row("with exact restart and journal, journal-sync = 1", f"{cost['and_journal_ratio']:.3f}")
    costs.add_row("with snapshots too", f"{cost['ratio']:.3f}")
    costs.add_row("so of the rate with neither there is", f"{100 * cost['rate_share']:.0f} %")
    costs.add_row("bytes a statistic, all told", f"{weight['bytes_a_statistic_without']:,.0f}")
    costs.add_row("more, to restart exactly", f"{weight['restart_bytes_a_statistic']:,.0f}")
    console.print(costs)
    appends = Table(
        "journal-sync", "batch", "entries a second", "µs an entry", "µs a batch", "longest ms", title="Append"
    )
    for figure in figures["appends"]:
        rate, *spans = (figure[name] for name in ("entries_a_second", "us_an_entry", "us_a_batch", "longest_ms"))
        appends.add_row(figure["sync"], str(figure["batch"]), f"{rate:,.0f}", *(f"{span:,.1f}" for span in spans))
    console.print(appends)
    keeping = Table("", "", title=f"A journal of {MANY:,} entries")
    for name, figure in figures["keeping"].items():
        keeping.add_row(name.replace("_", " "), f"{figure:.2f}")
    console.print(keeping)


def main() -> None:
    figures = measured()
    show(figures, Console())
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
