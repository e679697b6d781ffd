"""The pipeline with a greenlet an actor, each at a queue of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent
from gevent.queue import SimpleQueue

from bench.peers import rules
from bench.peers.plan import Plan
from bench.peers.shell import Batches, Tell, run

Put = Callable[[Any], None]


def started(receive: Callable[[Any], None]) -> Put:
    """Starts an actor; answers how it is told something."""
    inbox: SimpleQueue[Any] = SimpleQueue()

    def work() -> None:
        while True:
            receive(inbox.get())

    gevent.spawn(work)
    return inbox.put


def session(tell: Tell) -> Put:
    return started(lambda message: tell(*message))


def statistic(number: int, told: Put) -> Put:
    value: int | str = 0

    def receive(what: int | str) -> None:
        nonlocal value
        value = rules.value_after(value, what)
        told((number, value))

    return started(receive)


def group(statistics: list[Put]) -> Put:
    def receive(move: rules.Move) -> None:
        for at, what in rules.given_to_group(move):
            statistics[at](what)

    return started(receive)


def agent(statistics: list[Put], groups: list[Put]) -> Put:
    state = rules.Agent()

    def receive(message: tuple[str, int]) -> None:
        move = state.become(*message)
        if move is not None:
            for at, what in rules.given_to_agent(move):
                statistics[at](what)
            for put in groups:
                put(move)

    return started(receive)


def line(agents: dict[str, Put]) -> Put:
    state = rules.Line()

    def receive(event: Any) -> None:
        told = state.after(event)
        if told is not None:
            login, status = told
            agents[login]((status, rules.time_us_of(event)))

    return started(receive)


def connector(agents: dict[str, Put]) -> Put:
    lines: dict[str, Put] = {}

    def receive(event: Any) -> None:
        put = lines.get(event.this_dn)
        if put is None:
            put = lines[event.this_dn] = line(agents)
        put(event)

    return started(receive)


def pipeline(plan: Plan, batches: Batches, tell: Tell) -> None:
    out = session(tell)
    groups = [group([statistic(number, out) for number in numbers]) for numbers in plan.group_statistics()]
    agents = {
        login: agent([statistic(number, out) for number in numbers], [groups[at] for at in of_groups])
        for login, of_groups, numbers in plan.agents()
    }
    entrance = connector(agents)
    for batch in batches:
        for event in batch:
            entrance(event)
        gevent.idle()


if __name__ == "__main__":
    run(pipeline)
