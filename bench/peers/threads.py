"""The pipeline as pykka has it out of the box: a thread an actor."""

from __future__ import annotations

from typing import Any

import pykka

from bench.peers import rules
from bench.peers.plan import Plan
from bench.peers.shell import Batches, Tell, run

ARE_YOU_DONE = None
"""Asked of everybody from the bottom up when the day is over: mail before it has been handled then."""


class Threaded(pykka.ThreadingActor):
    use_daemon_thread = True


class Session(Threaded):
    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell

    def on_receive(self, message: Any) -> None:
        if message is not ARE_YOU_DONE:
            self._tell(*message)


class Statistic(Threaded):
    def __init__(self, number: int, session: Any) -> None:
        super().__init__()
        self._number, self._session = number, session
        self._value: int | str = 0

    def on_receive(self, message: Any) -> None:
        if message is not ARE_YOU_DONE:
            self._value = rules.value_after(self._value, message)
            self._session.tell((self._number, self._value))


class Group(Threaded):
    def __init__(self, statistics: list[Any]) -> None:
        super().__init__()
        self._statistics = statistics

    def on_receive(self, message: Any) -> None:
        if message is not ARE_YOU_DONE:
            for at, what in rules.given_to_group(message):
                self._statistics[at].tell(what)


class Agent(Threaded):
    def __init__(self, statistics: list[Any], groups: list[Any]) -> None:
        super().__init__()
        self._agent, self._statistics, self._groups = rules.Agent(), statistics, groups

    def on_receive(self, message: Any) -> None:
        if message is ARE_YOU_DONE:
            return
        move = self._agent.become(*message)
        if move is not None:
            for at, what in rules.given_to_agent(move):
                self._statistics[at].tell(what)
            for group in self._groups:
                group.tell(move)


class Line(Threaded):
    def __init__(self, agents: dict[str, Any]) -> None:
        super().__init__()
        self._line, self._agents = rules.Line(), agents

    def on_receive(self, message: Any) -> None:
        if message is ARE_YOU_DONE:
            return
        told = self._line.after(message)
        if told is not None:
            login, status = told
            self._agents[login].tell((status, rules.time_us_of(message)))


class Connector(Threaded):
    def __init__(self, agents: dict[str, Any]) -> None:
        super().__init__()
        self._agents = agents
        self._lines: dict[str, Any] = {}

    def on_receive(self, message: Any) -> None:
        if message is ARE_YOU_DONE:
            return
        line = self._lines.get(message.this_dn)
        if line is None:
            line = self._lines[message.this_dn] = Line.start(self._agents)
        line.tell(message)


LEVELS = (Connector, Line, Agent, Group, Statistic, Session)


def connector(plan: Plan, tell: Tell) -> Any:
    session = Session.start(tell)

    def statistics(numbers: tuple[int, ...]) -> list[Any]:
        return [Statistic.start(number, session) for number in numbers]

    groups = [Group.start(statistics(numbers)) for numbers in plan.group_statistics()]
    agents = {
        login: Agent.start(statistics(numbers), [groups[group] for group in of_groups])
        for login, of_groups, numbers in plan.agents()
    }
    return Connector.start(agents)


def pipeline(plan: Plan, batches: Batches, tell: Tell) -> None:
    entrance = connector(plan, tell)
    for batch in batches:
        for event in batch:
            entrance.tell(event)
    for level in LEVELS:
        asked = [ref.ask(ARE_YOU_DONE, block=False) for ref in pykka.ActorRegistry.get_by_class(level)]
        pykka.get_all(asked)


if __name__ == "__main__":
    run(pipeline)
