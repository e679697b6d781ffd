"""The same small pipeline in several hands: plain Python, Erlang/OTP, threads, greenlets, a stream, and our runtime.

    python -m bench.pipeline

prints a table and writes `bench/results/pipeline.json`. Each peer is a process of its own on one core that takes the
simulator's day of 1,000 agents in at a socket and tells values out there (`bench.peers`). All run one after the other,
a few rounds; a ratio is the median of those of the rounds. Seconds are of the processor. Every peer must tell as many
values as the plain loop does, and end with the same.
"""

from __future__ import annotations

import importlib.util
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import msgspec
from rich.console import Console
from rich.table import Table

from actors.vocabulary.events import TServerEvent
from bench.load import MEDIUM, Load
from bench.peers.drive import Ran, run_peer
from bench.peers.plain import Loop
from bench.peers.plan import read_plan, write_plan
from bench.report import report

RESULTS: Final = Path(__file__).parent / "results" / "pipeline.json"
ROUNDS: Final = 3
EVENTS: Final = 40_000
EVENTS_OF_THREADS: Final = 4_000
"""Threads take a hundred times as long; what they are compared with takes in no more than they do."""
MODES: Final = ("events", "messages")
OURS: Final = "our runtime"
PLAIN: Final = "plain loop"
ERLANG: Final = "Erlang/OTP"
THREADS: Final = "ThreadingActor"
ERL: Final = ("erl", "+S", "1", "+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none", "-noshell")
"""One scheduler, which does not spin when it has nothing to do: that would count as work."""
Step = Callable[[str], None]


class Peer(NamedTuple):
    """Who it is, what starts it, and why it can not be started here if so."""

    name: str
    command: list[str]
    missing: str = ""


def peers(folder: Path) -> list[Peer]:
    """All of them; what is compiled goes to the folder."""
    return [
        Peer(PLAIN, _python("plain")),
        Peer(OURS, _python("house")),
        _erlang(folder),
        Peer("greenlets", _python("greenlets")),
        _bytewax(),
        Peer(THREADS, _python("threads")),
    ]


def _python(module: str) -> list[str]:
    return [sys.executable, "-m", f"bench.peers.{module}"]


def _erlang(folder: Path) -> Peer:
    source = Path(__file__).parent / "peers" / "pipeline.erl"
    command = [*ERL, "-pa", str(folder), "-run", "pipeline", "main"]
    if shutil.which("erlc") is None or not _has_jiffy():
        return Peer(ERLANG, command, "Erlang is not installed: apt-get install erlang-base erlang-jiffy.")
    subprocess.run(["erlc", "-o", str(folder), str(source)], check=True)
    return Peer(ERLANG, command)


def _has_jiffy() -> bool:
    asked = 'io:put_chars(case code:which(jiffy) of non_existing -> "no"; _ -> "yes" end), halt().'
    return subprocess.run(["erl", "-noshell", "-eval", asked], check=True, capture_output=True).stdout == b"yes"


def _bytewax() -> Peer:
    missing = "" if importlib.util.find_spec("bytewax") else "bytewax is not installed: pip install '.[bench]'."
    return Peer("bytewax", _python("stream"), missing)


class Pipelines:
    """The peers that are installed, with a day for them."""

    def __init__(self, folder: Path) -> None:
        self._plan = folder / "plan"
        load = Load(MEDIUM)
        self._lines = load.lines
        write_plan(load.centre, self._plan)
        everybody = peers(folder)
        self.missing = [peer.missing for peer in everybody if peer.missing]
        self.present = [peer for peer in everybody if not peer.missing]

    def round(self, among: list[Peer], events: int, step: Step) -> dict[str, dict[str, float]]:
        """Runs each once; answers what each took."""
        lines = self._lines[:events]
        messages = self._messages(lines)
        figures: dict[str, dict[str, float]] = {}
        first: Ran | None = None
        for peer in among:
            step(peer.name)
            ran = {mode: run_peer(peer.command, self._plan, b"".join(lines), mode) for mode in MODES}
            first = first or ran["events"]
            for mode in MODES:
                _check(peer.name, ran[mode], first)
            figures[peer.name] = {
                "events_a_second": events / ran["events"].cpu_s,
                "cpu_us_an_event": ran["events"].cpu_s / events * 1e6,
                "messages_a_second": messages / ran["messages"].cpu_s,
                "rss_mib": ran["events"].rss_mib,
            }
        return figures

    def _messages(self, lines: list[bytes]) -> int:
        loop = Loop(read_plan(self._plan), lambda _ref, _value: None)
        loop.take(iter([[msgspec.json.decode(line, type=TServerEvent) for line in lines]]))
        return loop.messages


def _check(name: str, ran: Ran, expected: Ran) -> None:
    if (ran.values, ran.last) != (expected.values, expected.last):
        raise AssertionError(f"{name} does not come to the values of the first")


def _medians(rounds: list[dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    """Of each figure, and of ours divided by each peer's in the same round."""
    figures = {
        name: {what: statistics.median(each[name][what] for each in rounds) for what in row}
        for name, row in rounds[0].items()
    }
    for name, row in figures.items():
        for what in ("events", "messages"):
            key = f"{what}_a_second"
            row[f"ours_to_{what}"] = statistics.median(each[OURS][key] / each[name][key] for each in rounds)
    return figures


def measured(step: Step = lambda _name: None) -> dict[str, Any]:
    """All figures."""
    with TemporaryDirectory() as folder:
        pipelines = Pipelines(Path(folder))
        quick = [peer for peer in pipelines.present if peer.name != THREADS]
        slow = [peer for peer in pipelines.present if peer.name in {OURS, THREADS}]
        figures = _medians([pipelines.round(quick, EVENTS, step) for _ in range(ROUNDS)])
        of_threads = _medians([pipelines.round(slow, EVENTS_OF_THREADS, step) for _ in range(ROUNDS)])
    return {"peers": figures | {THREADS: of_threads[THREADS]}, "missing": pipelines.missing}


def show(figures: dict[str, Any], console: Console) -> None:
    title = "The small pipeline, one core, 1,000 agents; ours by the peer's"
    table = Table("peer", "events a second", "µs an event", "ratio", "messages a second", "ratio", "MiB", title=title)
    for name, row in figures["peers"].items():
        table.add_row(
            name,
            f"{row['events_a_second']:,.0f}",
            f"{row['cpu_us_an_event']:.1f}",
            f"{row['ours_to_events']:.2f}",
            f"{row['messages_a_second']:,.0f}",
            f"{row['ours_to_messages']:.2f}",
            f"{row['rss_mib']:.0f}",
        )
    console.print(table)
    for sentence in figures["missing"]:
        console.print(sentence)


def main() -> None:
    report(measured(), show, RESULTS, Console())


if __name__ == "__main__":
    main()
