"""Runs every benchmark, one after the other, shows all tables, and leaves `bench/results/*.json` and `goals.md`."""

from __future__ import annotations

from types import ModuleType
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bench import actors, clients, curves, goals, growth, journal, pipeline, reconfigure, restart, server
from bench.report import report

PARTS: Final[dict[ModuleType, int]] = {
    pipeline: 60,
    server: 300,
    clients: 120,
    curves: 40,
    actors: 60,
    growth: 90,
    journal: 30,
    reconfigure: 30,
    restart: 120,
}
"""With the seconds that each takes or so, for the bar."""


def main() -> None:
    console = Console(width=120)
    columns = (TextColumn("{task.description:40}"), BarColumn(), TimeElapsedColumn())
    figures: dict[str, Any] = {}
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=sum(PARTS.values()))
        for part, seconds in PARTS.items():
            name = part.__name__.rpartition(".")[2]

            def step(what: str, name: str = name) -> None:
                progress.update(task, description=f"{name}: {what}")

            step("")
            figures[name] = part.measured(step)
            report(figures[name], part.show, part.RESULTS, console)
            progress.advance(task, seconds)
    text = goals.table(figures)
    goals.RESULTS.write_text(text, encoding="utf-8")
    console.print(text, markup=False)


if __name__ == "__main__":
    main()
