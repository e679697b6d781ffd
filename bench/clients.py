"""What clients cost: a thousand of them with a hundred Immediate statistics each, and how it grows up to there.

    python -m bench.clients

prints a table and writes `bench/results/clients.json`. Each server is a process of its own with the medium contact
centre; highest rate and latency are measured as in `bench.server`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from bench.crowd import CLIENTS, EACH, crowd_of
from bench.load import MEDIUM, Load
from bench.report import report
from bench.scene import Scene
from bench.server import flood, latency

RESULTS: Final = Path(__file__).parent / "results" / "clients.json"
COUNTS: Final = (1, 10, 100, CLIENTS)
DAY_S: Final = 3.0
Step = Callable[[str], None]


def highest_rate(load: Load, clients: int) -> dict[str, float]:
    """As fast as so many clients are served, all of them still there at the end."""
    scene = Scene(load, connect=crowd_of(clients))
    figures = flood(scene)
    figures["rss_mib"] = scene.server.rss_mib
    figures["lost"] = scene.client.lost
    scene.end()
    return figures


def measured(step: Step = lambda _what: None) -> dict[str, Any]:
    load = Load(MEDIUM._replace(day_s=DAY_S))
    rates = {}
    for clients in COUNTS:
        step(f"{clients:,} clients")
        rates[clients] = highest_rate(load, clients)
    step("their latency")
    half = latency(load, rates[CLIENTS]["events_a_second"] / 2, crowd_of(CLIENTS))
    return {"rates": rates, "latency_at_half": half}


def show(figures: dict[str, Any], console: Console) -> None:
    title = f"Clients with {EACH} Immediate statistics each, {MEDIUM.agents:,} agents"
    table = Table("clients", "events a second", "µs an event", "readings a second", "MiB", "lost", title=title)
    for clients, row in figures["rates"].items():
        readings = row["events_a_second"] * row["readings_an_event"]
        rates = (f"{row['events_a_second']:,.0f}", f"{row['cpu_us_an_event']:.1f}", f"{readings:,.0f}")
        table.add_row(f"{clients:,}", *rates, f"{row['rss_mib']:.0f}", str(row["lost"]))
    console.print(table)
    half = figures["latency_at_half"]
    waits = "  ".join(f"{name} {half[f'{name}_ms']:.1f}" for name in ("p50", "p99", "p99_9"))
    console.print(f"ms to {CLIENTS:,} clients at {half['events_a_second']:,.0f} events a second: {waits}")


def main() -> None:
    report(measured(), show, RESULTS, Console())


if __name__ == "__main__":
    main()
