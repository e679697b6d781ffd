"""The journal: what it costs the whole server, together with the actors' own logs, and by itself.

    python -m bench.journal

prints tables and writes `bench/results/journal.json`: how much longer an event takes with it, and with what actors are
restarted from, than without both, and the memory of the latter; what an entry costs by mode of `journal-sync` and size
of the batch; and opening, reading, pruning.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections import deque
from collections.abc import Callable, Iterable
from operator import truediv
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

import gevent
from rich.console import Console
from rich.table import Table

from actors.configuration.load import Loaded
from actors.configuration.load import load as load_configuration
from actors.remembering import PastSession
from actors.sessions.messages import SessionGone, SessionRequest
from actors.sessions.requests import decoded
from actors.sources.lines import BadLines
from actors.sources.link import RECEIVE_MAX, IntakeOutlet
from actors.sources.recorder import FORMS
from actors.sources.tserver_lines import tserver_lines
from actors.supervisor import Supervisor
from bench.load import MEDIUM, Load
from bench.report import report
from runtime.actor import Actor
from runtime.clock import RealClock, SteppedClock
from runtime.dispatcher import Dispatcher
from runtime.intake import Intake
from runtime.journal import Journal
from runtime.journal_entries import Entry, Kind
from runtime.journal_sync import Sync
from runtime.restart import end_log

RESULTS: Final = Path(__file__).parent / "results" / "journal.json"
PAYLOAD: Final = b'{"event":"EventRinging","seq":1,"time":1795500000.0,"this_dn":"7001"'.ljust(350) + b"}\n"
SYNCS: Final = ("commit", "1", "system")
BATCHES: Final = (1, 50, 500)
MEASURED_S: Final = 1.0
MANY: Final = 200_000
EVENTS: Final = 25_000
BLOCK: Final = 10
"""Turns measured together, some 2,000 events; of all such ratios the median counts."""
TRACED: Final = 5_000


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


class NoRestarts(Supervisor):
    """One whose actors cannot be built anew, so nothing is kept for it."""

    def save(self, actor: Actor) -> Any:
        """Nothing."""
        return None


class House:
    """A server without sockets: what comes in at its link is handled, with everything open that it is asked for."""

    def __init__(self, loaded: Loaded, journal: Journal | None, supervisor: type[Supervisor] = Supervisor) -> None:
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
        self._session = PastSession(1)
        self.spent_s: list[float] = []

    def open(self, requests: Iterable[bytes]) -> None:
        for id_, line in enumerate(requests):
            if id_:
                request = SessionRequest(self._session, decoded(line), id_)
                self._intake.put(self.supervisor.pool, request, is_alone=True)
        self._intake.drain()

    def hang_up(self) -> None:
        self._intake.put(self.supervisor.pool, SessionGone(self._session), is_alone=True)
        self._intake.drain()

    def receive(self, data: bytes) -> None:
        began = time.process_time()
        for dated in self._lines.feed(data):
            self._outlet.put(dated)
        self._intake.drain()
        self.spent_s.append(time.process_time() - began)
        gevent.sleep(0)

    def stop(self) -> None:
        self.supervisor.stop()


def costs(folder: Path) -> dict[str, float]:
    """Two servers fed the same day in turns, so that whatever else the machine does hits both."""
    load = Load(MEDIUM)
    lines, registered = load.lines, load.registered
    loaded = load_configuration(load.configuration(folder, port=1, clock="sources"))
    journal = opened(folder / "journal", "1")
    without, with_them = houses = House(loaded, None, NoRestarts), House(loaded, journal)
    for house in houses:
        house.receive(b"".join(lines[:registered]))
        house.open(load.requests())
        house.spent_s.clear()
    day = b"".join(lines[registered : registered + EVENTS])
    gc.collect()
    gc.freeze()
    for turn, at in enumerate(range(0, len(day), RECEIVE_MAX)):
        for house in houses if turn % 2 else reversed(houses):
            house.receive(day[at : at + RECEIVE_MAX])
    gc.unfreeze()
    for house in houses:
        house.stop()
    journal.close()
    return {
        "statistics": load.size.statistics,
        "us_an_event_without": sum(without.spent_s) / EVENTS * 1e6,
        "us_an_event_with": sum(with_them.spent_s) / EVENTS * 1e6,
        "ratio": median(map(truediv, in_blocks(with_them.spent_s), in_blocks(without.spent_s))),
        "log_bytes_a_statistic": log_bytes(loaded, load),
    }


def in_blocks(spent_s: list[float]) -> list[float]:
    return [sum(spent_s[at : at + BLOCK]) for at in range(0, len(spent_s), BLOCK)]


def log_bytes(loaded: Loaded, load: Load) -> float:
    """What a statistic keeps to be built anew from: as it was saved, and the messages since."""
    first, day = load.lines[: load.registered], load.lines[load.registered : load.registered + TRACED]
    house = House(loaded, None)
    house.receive(b"".join(first))
    tracemalloc.start()
    house.open(load.requests())
    house.receive(b"".join(day))
    entries = house.supervisor.pool.at_rest().state.entries.values()
    with_logs = tracemalloc.get_traced_memory()[0]
    for entry in entries:
        end_log(entry.ref.actor_inbox)
    without_logs = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    house.stop()
    return (with_logs - without_logs) / len(entries)


def measured(step: Callable[[str], None] = lambda _what: None) -> dict[str, Any]:
    # On the disk that the project is on: a temporary folder may be in memory.
    with TemporaryDirectory(dir=RESULTS.parent.parent) as name:
        folder = Path(name)
        step("appending")
        appends = [appending(folder / f"{sync}-{size}", sync, size) for sync in SYNCS for size in BATCHES]
        step("the whole server with it and without")
        return {"costs": costs(folder), "appends": appends, "keeping": keeping(folder / "many")}


def show(figures: dict[str, Any], console: Console) -> None:
    cost = figures["costs"]
    costs = Table("processor µs an event", "", title=f"The whole server, {cost['statistics']:,} statistics")
    costs.add_row("without journal and actors' logs", f"{cost['us_an_event_without']:.1f}")
    costs.add_row("with them, journal-sync = 1", f"{cost['us_an_event_with']:.1f}")
    costs.add_row("ratio", f"{cost['ratio']:.3f}")
    costs.add_row("bytes of log a statistic", f"{cost['log_bytes_a_statistic']:,.0f}")
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
    report(measured(), show, RESULTS, Console())


if __name__ == "__main__":
    main()
