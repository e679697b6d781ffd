"""The pipeline as a stream processor has it: steps with a state a key, one worker."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import bytewax.operators as op
from bytewax.dataflow import Dataflow
from bytewax.inputs import DynamicSource, StatelessSourcePartition
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from bytewax.testing import run_main

from bench.peers import rules
from bench.peers.plan import Plan
from bench.peers.shell import Batches, Tell, run


class Batch(StatelessSourcePartition[Any]):
    def __init__(self, batches: Batches) -> None:
        self._batches = batches

    def next_batch(self) -> list[Any]:
        return next(self._batches)


class Source(DynamicSource[Any]):
    def __init__(self, batches: Batches) -> None:
        self._batches = batches

    def build(self, _step_id: str, _worker_index: int, _worker_count: int) -> Batch:
        return Batch(self._batches)


class Told(StatelessSinkPartition[Any]):
    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    def write_batch(self, items: list[Any]) -> None:
        for ref, value in items:
            self._tell(int(ref), value)


class Sink(DynamicSink[Any]):
    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    def build(self, _step_id: str, _worker_index: int, _worker_count: int) -> Told:
        return Told(self._tell)


def at_line(line: rules.Line | None, event: Any) -> tuple[rules.Line, Iterable[Any]]:
    line = line or rules.Line()
    told = line.after(event)
    return line, () if told is None else ((told[0], (told[1], rules.time_us_of(event))),)


def at_agent(agent: rules.Agent | None, became: tuple[str, int]) -> tuple[rules.Agent, Iterable[rules.Move]]:
    agent = agent or rules.Agent()
    move = agent.become(*became)
    return agent, () if move is None else (move,)


def at_statistic(value: int | str | None, what: int | str) -> tuple[int | str, Iterable[int | str]]:
    value = rules.value_after(value or 0, what)
    return value, (value,)


def pipeline(plan: Plan, batches: Batches, tell: Tell) -> None:
    agents = {login: (groups, numbers) for login, groups, numbers in plan.agents()}
    of_groups = list(plan.group_statistics())

    def to_groups(told: tuple[str, rules.Move]) -> Iterable[tuple[int, rules.Move]]:
        login, move = told
        return [(group, move) for group in agents[login][0]]

    def of_agent(told: tuple[str, rules.Move]) -> Iterable[tuple[str, int | str]]:
        login, move = told
        return [(str(agents[login][1][at]), what) for at, what in rules.given_to_agent(move)]

    def of_group(told: tuple[int, rules.Move]) -> Iterable[tuple[str, int | str]]:
        group, move = told
        return [(str(of_groups[group][at]), what) for at, what in rules.given_to_group(move)]

    flow = Dataflow("pipeline")
    events = op.key_on("connector", op.input("in", flow, Source(batches)), lambda event: event.this_dn)
    lines = op.map("agents", op.stateful_flat_map("line", events, at_line), lambda told: told[1])
    moves = op.stateful_flat_map("agent", lines, at_agent)
    groups = op.flat_map("groups", moves, to_groups)
    given = op.merge("given", op.flat_map("of agents", moves, of_agent), op.flat_map("of groups", groups, of_group))
    op.output("out", op.stateful_flat_map("statistic", given, at_statistic), Sink(tell))
    run_main(flow)


if __name__ == "__main__":
    run(pipeline)
