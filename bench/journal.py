"""The journal: what an entry costs, by mode of `journal-sync` and size of the batch; and opening, reading, pruning.

python -m bench.journal
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import gevent
from rich.console import Console
from rich.table import Table

from runtime.clock import RealClock
from runtime.journal import Journal
from runtime.journal_entries import Entry, Kind
from runtime.journal_sync import Sync

RESULTS: Final = Path(__file__).parent / "results" / "journal.json"
PAYLOAD: Final = b'{"event":"EventRinging","seq":1,"time":1795500000.0,"this_dn":"7001"'.ljust(350) + b"}\n"
SYNCS: Final = ("commit", "1", "system")
BATCHES: Final = (1, 50, 500)
MEASURED_S: Final = 1.0
MANY: Final = 200_000


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


def measured() -> dict[str, Any]:
    # On the disk that the project is on: a temporary folder may be in memory.
    with TemporaryDirectory(dir=RESULTS.parent.parent) as name:
        folder = Path(name)
        appends = [appending(folder / f"{sync}-{size}", sync, size) for sync in SYNCS for size in BATCHES]
        return {"appends": appends, "keeping": keeping(folder / "many")}


def show(figures: dict[str, Any], console: Console) -> None:
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
