"""How long a server takes that starts again, until clients may connect.

    python -m bench.restart

prints a table and writes `bench/results/restart.json`: seconds, and seconds of processor time, from the start of the
process to `listening on`; after a million events that the newest snapshot has, taken out of the journal and still in it
(a kill came before), and with many statistics.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from itertools import chain, islice, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec
from rich.console import Console
from rich.table import Table

from actors.configuration.load import load as load_configuration
from actors.snapshotting import Snapshotting
from actors.vocabulary.protocol import ObjectName, OpenStatistic, Register
from bench.journal import House, entries_of, opened
from bench.load import MEDIUM, Load
from bench.report import report
from bench.scene import Server
from runtime.clock import RealClock
from runtime.journal_files import FOLDER as JOURNAL
from runtime.snapshots import FOLDER as SNAPSHOTS
from runtime.snapshots import Snapshots

RESULTS: Final = Path(__file__).parent / "results" / "restart.json"
JOURNALLED: Final = 1_000_000
PLAYED: Final = 10_000
CASES: Final = ((10_000, False), (10_000, True), (50_000, False))
"""How many statistics; and whether the journal has still what the snapshot has."""
AT_ONCE: Final = 500
STAT_TYPES: Final = (
    *("CallsInbound", "CallsOutbound", "CallsInternal", "TalkInbound", "AverageTalkInbound"),
    *("AfterCallWorkTime", "HoldTime", "NoAnswer", "TransfersMade", "TransfersTaken"),
)
MANNERS: Final = (("", ""), ("Ever", ""), ("", "Gold"), ("", "Sales"), ("Ever", "Gold"))
"""Time profiles and filters, for statistics that are others."""


def requests(load: Load, count: int) -> Iterator[bytes]:
    """What a client says that opens so many statistics, none twice."""
    wanted = product(MANNERS, STAT_TYPES, load.centre.agents)
    opening = (
        OpenStatistic(
            ref=ref, object=ObjectName("Agent", agent.employee_id), statistic=name, time_profile=profile, filter=which
        )
        for ref, ((profile, which), name, agent) in enumerate(islice(wanted, count), 1)
    )
    for request in chain([Register(ref=0, client="bench")], opening):
        yield msgspec.json.encode(request) + b"\n"


def prepared(load: Load, folder: Path, statistics: int, *, is_pruned: bool) -> None:
    """What a server leaves that is killed behind a snapshot: many entries, and all statistics open."""
    lines, registered = load.lines, load.registered
    loaded = load_configuration(load.configuration(folder, port=1, clock="sources"))
    journal = opened(folder / JOURNAL, "1")
    for first in range(1, JOURNALLED, AT_ONCE):
        journal.append(entries_of(first, AT_ONCE))
    house = House(loaded, journal)
    house.receive(b"".join(lines[:registered]))
    house.open(requests(load, statistics))
    house.receive(b"".join(lines[registered : registered + PLAYED]))
    house.hang_up()
    shutil.copytree(folder / JOURNAL, folder / "before")
    snapshots = Snapshots(folder / SNAPSHOTS)
    snapshots.open()
    Snapshotting(house.supervisor, snapshots, journal, RealClock()).take()
    house.stop()
    snapshots.close()
    journal.close()
    if not is_pruned:
        shutil.rmtree(folder / JOURNAL)
        (folder / "before").rename(folder / JOURNAL)
    os.sync()


def started(folder: Path) -> dict[str, float]:
    began = time.perf_counter()
    server = Server(folder)
    took_s = time.perf_counter() - began
    figures = {"seconds": took_s, "cpu_seconds": server.cpu_s, "rss_mib": server.rss_mib}
    server.stop(signal.SIGKILL)
    return figures


def measured(step: Callable[[str], None] = lambda _what: None) -> list[dict[str, Any]]:
    figures = []
    load = Load(MEDIUM)
    for statistics, is_still_there in CASES:
        step(f"with {statistics:,} statistics")
        # On the disk that the project is on: a temporary folder may be in memory.
        with TemporaryDirectory(dir=RESULTS.parent.parent) as name:
            prepared(load, Path(name), statistics, is_pruned=not is_still_there)
            entries = JOURNALLED if is_still_there else 0
            figures.append({"statistics": statistics, "entries": entries, **started(Path(name))})
    return figures


def show(figures: list[dict[str, Any]], console: Console) -> None:
    table = Table("statistics", "still in the journal", "seconds", "of processor time", "MiB", title="Starting again")
    for figure in figures:
        counts = f"{figure['statistics']:,}", f"{figure['entries']:,}"
        table.add_row(*counts, *(f"{figure[name]:.1f}" for name in ("seconds", "cpu_seconds", "rss_mib")))
    console.print(table)


def main() -> None:
    report(measured(), show, RESULTS, Console())


if __name__ == "__main__":
    main()
