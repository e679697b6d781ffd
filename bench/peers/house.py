"""The pipeline on our own runtime: an actor for each telephone, agent, group and statistic."""

from __future__ import annotations

from typing import Any

from actors.vocabulary.events import TServerEvent
from bench.peers import rules
from bench.peers.plan import Plan
from bench.peers.shell import Batches, Tell, run
from runtime.actor import Actor, ActorRef
from runtime.dispatcher import Dispatcher
from runtime.mail import Message, order_of


class Happened(Message, frozen=True, gc=False):
    event: TServerEvent


class Became(Message, frozen=True, gc=False):
    status: str
    time_us: int


class Moved(Message, frozen=True, gc=False):
    move: rules.Move


class Given(Message, frozen=True, gc=False):
    what: int | str


class Reading(Message, frozen=True, gc=False):
    ref: int
    value: int | str


class SessionActor(Actor):
    level = 5

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell

    def on_reading(self, message: Reading) -> None:
        self._tell(message.ref, message.value)

    handles = {Reading: on_reading}


class StatisticActor(Actor):
    level = 4

    def __init__(self, number: int, session: ActorRef) -> None:
        super().__init__()
        self._number, self._session = number, session
        self._value: int | str = 0

    def on_given(self, message: Given) -> None:
        self._value = rules.value_after(self._value, message.what)
        self._session.tell(Reading(message.order, self._number, self._value))

    handles = {Given: on_given}


class GroupActor(Actor):
    level = 3

    def __init__(self, statistics: list[ActorRef]) -> None:
        super().__init__()
        self._statistics = statistics

    def on_moved(self, message: Moved) -> None:
        for at, what in rules.given_to_group(message.move):
            self._statistics[at].tell(Given(message.order, what))

    handles = {Moved: on_moved}


class AgentActor(Actor):
    level = 2

    def __init__(self, statistics: list[ActorRef], groups: list[ActorRef]) -> None:
        super().__init__()
        self._agent, self._statistics, self._groups = rules.Agent(), statistics, groups

    def on_became(self, message: Became) -> None:
        move = self._agent.become(message.status, message.time_us)
        if move is not None:
            for at, what in rules.given_to_agent(move):
                self._statistics[at].tell(Given(message.order, what))
            moved = Moved(message.order, move)
            for group in self._groups:
                group.tell(moved)

    handles = {Became: on_became}


class LineActor(Actor):
    level = 1

    def __init__(self, agents: dict[str, ActorRef]) -> None:
        super().__init__()
        self._line, self._agents = rules.Line(), agents

    def on_happened(self, message: Happened) -> None:
        told = self._line.after(message.event)
        if told is not None:
            login, status = told
            self._agents[login].tell(Became(message.order, status, rules.time_us_of(message.event)))

    handles = {Happened: on_happened}


class ConnectorActor(Actor):
    def __init__(self, dispatcher: Dispatcher, agents: dict[str, ActorRef]) -> None:
        super().__init__()
        self._dispatcher, self._agents = dispatcher, agents
        self._lines: dict[str, ActorRef] = {}

    def on_happened(self, message: Happened) -> None:
        number = message.event.this_dn
        line = self._lines.get(number)
        if line is None:
            line = self._lines[number] = self._started()
        line.tell(message)

    def _started(self) -> Any:
        with self._dispatcher.starting():
            return LineActor.start(self._agents)

    handles = {Happened: on_happened}


def connector(plan: Plan, tell: Tell, dispatcher: Dispatcher) -> Any:
    """Starts everybody, from the top down."""
    with dispatcher.starting():
        session: Any = SessionActor.start(tell)

        def statistics(numbers: tuple[int, ...]) -> list[Any]:
            return [StatisticActor.start(number, session) for number in numbers]

        groups: list[Any] = [GroupActor.start(statistics(numbers)) for numbers in plan.group_statistics()]
        agents: dict[str, Any] = {
            login: AgentActor.start(statistics(numbers), [groups[group] for group in of_groups])
            for login, of_groups, numbers in plan.agents()
        }
        return ConnectorActor.start(dispatcher, agents)


def pipeline(plan: Plan, batches: Batches, tell: Tell) -> None:
    dispatcher = Dispatcher()
    entrance = connector(plan, tell, dispatcher)
    dispatcher.run_until_quiet()
    number = 0
    for batch in batches:
        for event in batch:
            number += 1
            entrance.tell(Happened(order_of(number), event))
        dispatcher.run_pass()


if __name__ == "__main__":
    run(pipeline)
