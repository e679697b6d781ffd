"""How an event's cost grows with what it changes: agents, statistics of an agent, groups of an agent.

    python -m bench.curves

prints a table and writes `bench/results/curves.json`. The whole server runs in this process, without sockets, as in
`bench.growth`, which holds to that all else costs nothing. A figure is the median µs of processor time for one event
with all that it changes; `each` is what one more costs, from the first figure to the last. Clients: `bench.clients`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from rich.console import Console
from rich.table import Table

from actors.vocabulary.protocol import Notification, ObjectName
from bench.growth import AGENT, House, condition, environment, median_us
from bench.report import report

RESULTS: Final = Path(__file__).parent / "results" / "curves.json"
IMMEDIATE: Final = Notification()
COUNTS: Final = (1, 10, 100, 1_000)
RUNS: Final = 20


class Curve(NamedTuple):
    """What grows, and how it is measured at a size."""

    name: str
    measure: Callable[[int], float]
    counts: tuple[int, ...] = COUNTS


def agents(count: int) -> float:
    """Agents who come and go in turn, each watched by a statistic told at once."""
    house = House(count)
    for agent in range(count):
        house.open(ObjectName("Agent", f"{agent}"), mode=IMMEDIATE, category="CurrentState", subject="AgentStatus")

    def turn(number: int) -> None:
        event = "EventAgentNotReady" if number // count % 2 else "EventAgentReady"
        house.say(event=event, this_dn=f"{70000 + number % count}")

    return median_us(turn, RUNS)


def told(count: int) -> float:
    """Statistics of the agent that the event changes, each of them told at once."""
    house = House(1)
    for number in range(count):
        house.open(
            AGENT,
            mode=IMMEDIATE,
            condition=condition(number),
            category="CurrentState",
            subject="AgentStatus",
            main_mask="*",
        )
    return median_us(house.flip, RUNS)


def groups(count: int) -> float:
    """Groups that the agent is in, each with a current number told at once."""
    lines = [*environment(1), *(f'[[agent_group]]\nname="Group {number}"\nagents=["0"]' for number in range(count))]
    house = House(1, lines=lines)
    for number in range(count):
        house.open(
            ObjectName("GroupAgents", f"Group {number}"),
            mode=IMMEDIATE,
            category="CurrentNumber",
            subject="AgentStatus",
            main_mask="WaitForNextCall",
        )
    return median_us(house.flip, RUNS)


CURVES: Final = (
    Curve("agents, one statistic each", agents, (1, 100, 1_000, 10_000)),
    Curve("statistics of the agent", told),
    Curve("groups of the agent", groups),
)


def measured(step: Callable[[str], None] = lambda _what: None) -> dict[str, dict[int, float]]:
    figures: dict[str, dict[int, float]] = {}
    for curve in CURVES:
        step(curve.name)
        figures[curve.name] = {count: curve.measure(count) for count in curve.counts}
    return figures


def show(figures: dict[str, dict[int, float]], console: Console) -> None:
    table = Table("what grows", "µs an event at", "", "", "", "each", title="What one more costs an event")
    for name, row in figures.items():
        (first, least), *_, (last, most) = row.items()
        cells = (f"{count:,}: {us:,.1f}" for count, us in row.items())
        table.add_row(name, *cells, f"{(most - least) / (last - first):.3f}")
    console.print(table)


def main() -> None:
    report(measured(), show, RESULTS, Console(width=120))


if __name__ == "__main__":
    main()
