"""What an event costs the whole server, as users run it: a process of its own, TCP on both sides, with its journal.

    python -m bench.server [small] [medium] [large]

prints a table and writes `bench/results/server.json`, for a small, a medium and a large contact centre: the highest
rate at which a day is taken in (stamps are the clock, each line is in the journal before it counts), what memory it
takes, how long start and restart take; and, at half and at nine tenths of that rate and in real time, how long an event
takes from its sending to the client. Beside it, in the same round, the plain loop and Erlang take in the same lines.
"""

from __future__ import annotations

import signal
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from bench.load import LARGE, SIZES, Load, Size
from bench.peers.drive import run_peer
from bench.peers.plan import write_plan
from bench.pipeline import ERLANG, PLAIN, peers
from bench.report import report
from bench.scene import Client, Scene, shares_ms

RESULTS: Final = Path(__file__).parent / "results" / "server.json"
ROUNDS: Final = 3
LATENCY_S: Final = 10.0
SHARES: Final = (0.5, 0.9)
Step = Callable[[str], None]


def day_of(load: Load) -> dict[str, float]:
    """The whole day as fast as it goes; then the server ends, once as told to and once killed, and starts again."""
    scene = Scene(load)
    rss_mib = scene.server.rss_mib
    figures = flood(scene) | {
        "bytes_a_statistic": (rss_mib - scene.rss_before_mib) * 2**20 / load.size.statistics,
        "rss_mib": scene.server.rss_mib,
        "start_s": scene.server.start_s,
        "restart_s": scene.restart(signal.SIGTERM),
        "restart_after_kill_s": scene.restart(signal.SIGKILL),
    }
    scene.end()
    return figures


def flood(scene: Scene) -> dict[str, float]:
    """The day as fast as it is taken in."""
    infos, cpu_s, began = scene.client.infos, scene.server.cpu_s, time.perf_counter()
    scene.tserver.begin()
    scene.wait_for_time(scene.end_s)
    took_s, cpu_s = time.perf_counter() - began, scene.server.cpu_s - cpu_s
    events = scene.tserver.events
    return {
        "events": events,
        "events_a_second": events / took_s,
        "cpu_us_an_event": cpu_s / events * 1e6,
        "readings_an_event": (scene.client.infos - infos) / events,
    }


def latency(load: Load, a_second: float, connect: Callable[[tuple[str, int]], Any] = Client) -> dict[str, float]:
    """From the sending of an event to the arrival of what it changed, in milliseconds."""
    scene = Scene(load, a_second, LATENCY_S, connect)
    scene.client.forget()
    cpu_s = scene.server.cpu_s
    scene.tserver.begin()
    seconds = scene.tserver.events / a_second
    time.sleep(seconds)
    cpu_share = (scene.server.cpu_s - cpu_s) / seconds
    waits = scene.client.waits_ms()
    scene.end()
    return {"events_a_second": a_second, "cpu_percent": 100 * cpu_share, "readings": len(waits)} | shares_ms(waits)


def beside(load: Load) -> dict[str, float]:
    """Processor µs an event of the plain loop and, where it is installed, of Erlang, on the same day."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_plan(load.centre, folder / "plan")
        found = [peer for peer in peers(folder) if peer.name in {PLAIN, ERLANG} and not peer.missing]
        day = b"".join(load.lines)
        ran = {peer.name: run_peer(peer.command, folder / "plan", day, "events") for peer in found}
    return {name: one.cpu_s / len(load.lines) * 1e6 for name, one in ran.items()}


def rounds_of(load: Load, count: int, step: Step) -> dict[str, Any]:
    """Medians of the day's figures, and of the peers' time by the server's in the same round: 1 is as fast."""
    days, others = [], []
    for _ in range(count):
        step(f"{load.size.name}: a day")
        days.append(day_of(load))
        others.append(beside(load))
    figures: dict[str, Any] = {name: statistics.median(day[name] for day in days) for name in days[0]}
    figures["peers"] = {
        name: {
            "cpu_us_an_event": statistics.median(other[name] for other in others),
            "ours_to_events": statistics.median(
                other[name] / day["cpu_us_an_event"] for day, other in zip(days, others, strict=True)
            ),
        }
        for name in others[0]
    }
    return figures


def of_size(size: Size, step: Step) -> dict[str, Any]:
    """All figures of a size. Where the rest takes minutes, one day must do."""
    load = Load(size)
    figures = rounds_of(load, 1 if size == LARGE else ROUNDS, step)
    waits = {}
    for share in SHARES:
        step(f"{size.name}: latency at {share:.0%}")
        waits[f"at_{share:.0%}"] = latency(load, share * figures["events_a_second"])
    return {"agents": size.agents, "statistics": size.statistics} | figures | {"latency": waits}


def measured(step: Step = lambda _what: None, sizes: tuple[Size, ...] = SIZES) -> dict[str, Any]:
    return {size.name: of_size(size, step) for size in sizes}


ROWS: Final = (
    ("agents", "agents", ",.0f"),
    ("open statistics", "statistics", ",.0f"),
    ("events a second", "events_a_second", ",.0f"),
    ("processor µs an event", "cpu_us_an_event", ".1f"),
    ("readings an event", "readings_an_event", ".2f"),
    ("MiB resident", "rss_mib", ",.0f"),
    ("bytes a statistic", "bytes_a_statistic", ",.0f"),
    ("start s", "start_s", ".2f"),
    ("restart s", "restart_s", ".2f"),
    ("restart s after a kill", "restart_after_kill_s", ".2f"),
)


def show(figures: dict[str, Any], console: Console) -> None:
    table = Table("the whole server", *figures, title="One process, with its journal, TCP on both sides")
    for title, key, form in ROWS:
        table.add_row(title, *(format(one[key], form) for one in figures.values()))
    for name in next(iter(figures.values()))["peers"]:
        of_peer = [one["peers"][name] for one in figures.values()]
        table.add_row(f"µs an event of {name}", *(f"{one['cpu_us_an_event']:.1f}" for one in of_peer))
        table.add_row(f"our events to those of {name}", *(f"{one['ours_to_events']:.2f}" for one in of_peer))
    for share in SHARES:
        waits = [one["latency"][f"at_{share:.0%}"] for one in figures.values()]
        table.add_row(f"at {share:.0%}: events a second", *(f"{wait['events_a_second']:,.0f}" for wait in waits))
        for name in ("p50", "p99", "p99_9"):
            row = (f"{wait[f'{name}_ms']:.1f}" for wait in waits)
            table.add_row(f"at {share:.0%}: {name.replace('_', '.')} ms to the client", *row)
    console.print(table)


def main() -> None:
    report(
        measured(sizes=tuple(size for size in SIZES if size.name in sys.argv[1:]) or SIZES), show, RESULTS, Console()
    )


if __name__ == "__main__":
    main()
