"""The goals of speed, each with its figure: the table of `docs/performance.md`, made of what the benchmarks found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

from bench.pipeline import ERLANG, PLAIN, THREADS

RESULTS: Final = Path(__file__).parent / "results" / "goals.md"
Figures = dict[str, Any]


class Goal(NamedTuple):
    """What is to be so, in words; how it is read off the figures; and where it lies."""

    what: str
    figure: Callable[[Figures], float]
    least: float | None = None
    most: float | None = None
    form: str = ".2f"

    def row(self, figures: Figures) -> str:
        """A row of the table; a peer that is not installed leaves its figure out."""
        try:
            value = self.figure(figures)
        except KeyError:
            return f"| {self.what} | {self._bound} | not measured | |"
        is_met = (self.least is None or value >= self.least) and (self.most is None or value <= self.most)
        return f"| {self.what} | {self._bound} | {value:{self.form}} | {'met' if is_met else '**missed**'} |"

    @property
    def _bound(self) -> str:
        return f"≥ {self.least:{self.form}}" if self.least is not None else f"≤ {self.most:{self.form}}"


GOALS: Final = (
    Goal(
        "messages a second, our runtime to Erlang/OTP (small pipeline)",
        lambda found: found["pipeline"]["peers"][ERLANG]["ours_to_messages"],
        least=1.0,
    ),
    Goal(
        "events a second, the same pipeline, our runtime to Erlang/OTP",
        lambda found: found["pipeline"]["peers"][ERLANG]["ours_to_events"],
        least=1.0,
    ),
    Goal(
        "events a core, the whole server to Erlang's small pipeline, 1,000 agents",
        lambda found: found["server"]["medium"]["peers"][ERLANG]["ours_to_events"],
        least=1.0,
    ),
    Goal(
        "events a core, the whole server to the plain loop, 1,000 agents",
        lambda found: found["server"]["medium"]["peers"][PLAIN]["ours_to_events"],
        least=0.5,
    ),
    Goal(
        "events a second, our runtime to ThreadingActor",
        lambda found: found["pipeline"]["peers"][THREADS]["ours_to_events"],
        least=20.0,
        form=".0f",
    ),
    Goal(
        "bytes an open statistic, 100,000 open",
        lambda found: found["server"]["large"]["bytes_a_statistic"],
        most=1024,
        form=",.0f",
    ),
    Goal("MiB of the large centre", lambda found: found["server"]["large"]["rss_mib"], most=2048, form=",.0f"),
    Goal(
        "p99 ms from event to client at half load, 1,000 agents",
        lambda found: found["server"]["medium"]["latency"]["at_50%"]["p99_ms"],
        most=10.0,
        form=".1f",
    ),
    Goal(
        "p99 ms from event to client at half load, large",
        lambda found: found["server"]["large"]["latency"]["at_50%"]["p99_ms"],
        most=10.0,
        form=".1f",
    ),
    Goal(
        "clients of 1,000 that the server hung up on, 100 Immediate statistics each",
        lambda found: list(found["clients"]["rates"].values())[-1]["lost"],
        most=0,
        form=".0f",
    ),
    Goal(
        "p99 ms to 1,000 clients at half of their load",
        lambda found: found["clients"]["latency_at_half"]["p99_ms"],
        most=10.0,
        form=".1f",
    ),
)


def table(figures: Figures) -> str:
    """All goals as a table in Markdown."""
    head = ("| goal | bound | figure | |", "| --- | --- | --- | --- |")
    return "\n".join((*head, *(goal.row(figures) for goal in GOALS))) + "\n"
