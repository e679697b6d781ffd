"""Hundreds of random changes of the configuration, with events going on between them.

What counts is what the oracle says; who is there, who belongs to whom and who wants what is as in a server that is
started afresh with the configuration as it is at the end.
"""

from __future__ import annotations

import copy
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, Final

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from actors.configuration.difference import difference
from actors.replay import Replay
from actors.supervisor import Supervisor
from actors.vocabulary import protocol
from actors.vocabulary.events import TServerEvent
from actors.vocabulary.times import microseconds
from tests.oracle.agreement import is_same
from tests.oracle.days import ENVIRONMENT_TOML, VIRTUAL_GROUPS_TOML, days
from tests.oracle.questions import Question, questions
from tests.oracle.served import REFUSED, SOURCE, Event, Reader, SessionRequest, loaded
from tests.reconfiguring.changing_oracle import CONFIGURED, ChangingOracle
from tests.reconfiguring.edits import OF_MEMBERS, OF_OBJECTS, Tables, environment_in

pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")  # a day that fails is long

TABLES: Final[Tables] = tomllib.loads(ENVIRONMENT_TOML + VIRTUAL_GROUPS_TOML)
GROUPS: Final = frozenset({"GroupAgents", "GroupPlaces", "GroupQueues", "Place", "Tenant"})
VIRTUAL: Final = ("Spanish here", "Of 8001")
QUESTIONS: Final = 30
GENERATED: Final[dict[str, Any]] = {
    "database": None,
    "deadline": None,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
}


def with_changes(events: Sequence[Event], random: Random, edits: Sequence[Any], share: float = 0.3) -> Iterator[Event]:
    """A day with a change of the configuration between some of its events."""
    tables = copy.deepcopy(TABLES)
    for event in events:
        yield event
        if random.random() < share:
            for _ in range(random.randint(1, 2)):
                random.choice(edits)(random, tables)
            yield {"event": CONFIGURED, "time": event["time"], "environment": copy.deepcopy(tables)}


class Changing:
    """A server on simulated time that hears events, and becomes what the configuration says."""

    def __init__(self, begin: float, environment: Any = None) -> None:
        environment = environment or environment_in(TABLES)
        self.replay = Replay(loaded()._replace(environment=environment), [], microseconds(begin))
        self.supervisor: Supervisor = self.replay.supervisor
        self.reader = Reader()
        self.changes = 0

    def hear(self, events: Sequence[Event]) -> None:
        intake, reconfiguring = self.replay.intake, self.supervisor.reconfiguring
        for event in events:
            time_us = microseconds(event["time"])
            if event["event"] == CONFIGURED:
                change = difference(reconfiguring.planned, environment_in(event["environment"]))
                reconfiguring.take_in(change, time_us)
                self.changes += 1
            else:
                typed = msgspec.convert(event, TServerEvent)
                intake.put(self.supervisor.connectors[SOURCE], typed, stamp_us=time_us)
        intake.drain()
        assert self.supervisor.failures == 0

    def open(self, asked: Sequence[Question]) -> None:
        for ref, question in enumerate(asked):
            self._ask(
                protocol.OpenStatistic(
                    ref=ref,
                    object=protocol.ObjectName(question.object_type, question.object_id),
                    statistic=question.definition,
                    notification=protocol.Notification("None"),
                    **question.how(),
                ),
                ref,
            )

    def read(self, asked: Sequence[Question], at: float) -> list[Any]:
        self.replay.intake.advance(microseconds(at))
        for ref in range(len(asked)):
            if self.reader.values.get(ref) != REFUSED:
                self._ask(protocol.PeekStatistic(ref=ref, id=ref), ref)
        return [self.reader.values[ref] for ref in range(len(asked))]

    def _ask(self, request: protocol.AnyRequest, id_: int) -> None:
        self.replay.intake.put(self.supervisor.pool, SessionRequest(self.reader, request, id_), is_alone=True)
        self.replay.intake.drain()


def of_groups(random: Random) -> list[Question]:
    """Random questions, most of what has members."""
    asked = [one for one in questions(random, 4 * QUESTIONS) if one.object_type in GROUPS or random.random() < 0.1]
    return [
        one._replace(object_id=random.choice(VIRTUAL))
        if one.object_type == "GroupAgents" and random.random() < 0.5
        else one
        for one in asked[:QUESTIONS]
    ]


def disagreements(events: Sequence[Event], asked: Sequence[Question]) -> Iterator[str]:
    served = Changing(events[0]["time"])
    served.open(asked)
    served.hear(events)
    last = events[-1]["time"]
    oracle = ChangingOracle(TABLES, events)
    for question, value in zip(asked, served.read(asked, last), strict=True):
        wanted = oracle.value(*question[:3], **question.how(), opened_at=events[0]["time"], at=last)
        wanted = REFUSED if wanted is None else wanted
        if not is_same(wanted, value):
            yield f"{question}\nthe oracle says {wanted!r}, the server {value!r}"


def agree(part: int, days_max: int) -> None:
    @seed(part)
    @settings(**GENERATED, max_examples=days_max)
    @given(days())
    def holds(day: list[Event]) -> None:
        random = Random(f"{part} {day}")
        events = list(with_changes(day, random, OF_MEMBERS))
        found = next(disagreements(events, of_groups(random)), None)
        assert found is None, found

    holds()


@pytest.mark.parametrize("part", range(3))
def test_values_are_the_oracles_while_memberships_change(part: int) -> None:
    agree(part, 12)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(100, 110))
def test_values_are_the_oracles_while_memberships_change_for_long(part: int) -> None:
    agree(part, 100)


# -- against a server started afresh -----------------------------------------------------------------------------------


def picture(supervisor: Supervisor) -> dict[str, Any]:
    """Who is there, who belongs to whom, whose a login is, who wants what of whom."""
    board = supervisor.board
    book = supervisor.connectors[SOURCE].at_rest().wiring.book
    return {
        "objects": set(board.nodes),
        "members": {key: {member.key for member in node.members} for key, node in board.nodes.items()},
        "above": {key: Counter(group.key for group in node.above) for key, node in board.nodes.items()},
        "counted": {key: set(getattr(node.state, "members", ())) for key, node in board.nodes.items()},
        "actions": {key: {name: len(refs) for name, refs in node.actions.items()} for key, node in board.nodes.items()},
        "statuses": {key: _wanted(node.statuses) for key, node in board.nodes.items()},
        "places": {dn: board.place_of(dn) for dn in board.lines},
        "desks": {key: set(node.state.dns) for key, node in board.nodes.items() if key.type == "Place"},
        "queues of agents": {key: queues for key, queues in board.queues_of_agent.items() if queues},
        "queues of places": {key: queues for key, queues in board.queues_of_place.items() if queues},
        "logins": {switch: (logins.by_login, logins.employee_ids) for switch, logins in board.logins.items()},
        "seats": {key: node.state.seats for key, node in board.nodes.items() if key.type == "Agent"},
        "mediation": board.mediation,
        "switch": (book.regular, book.mediation, book.virtual, set(supervisor.reconfiguring.dns_of("pbx1"))),
        "statistics": set(supervisor.pool.at_rest().state.entries),
    }


def _wanted(statuses: Any) -> dict[str, dict[str, int]]:
    return {
        subject: {name: len(refs) for name, refs in wanted.items()} for subject, wanted in statuses.items() if wanted
    }


def afresh(old: Changing, asked: Sequence[Question], at: float) -> Changing:
    """A server that starts with the configuration as it is now, hears who sits where, and is asked the same."""
    new = Changing(at, old.supervisor.environment)
    for dn, node in sorted(old.supervisor.board.lines.items()):
        seat, event = (
            node.state.seat,
            {"time": at, "this_dn": dn.partition("@")[0], "agent_id": node.state.seat.login_id},
        )
        queues = sorted(queue.partition("@")[0] for queue in seat.queues) or [""]
        new.hear([event | {"event": "EventRegistered", "this_queue": queues[0]}])
        new.hear([event | {"event": "EventAgentLogin", "this_queue": queue} for queue in queues[1:]])
    opened = old.supervisor.pool.at_rest().state.open.get(old.reader, {})
    new.open([asked[id_] for id_ in sorted(opened)])
    return new


def is_as_started_afresh(day: list[Event], random: Random, share: float = 0.3) -> int:
    """Fails if it is not; answers how many changes there were."""
    asked = of_groups(random) + questions(random, QUESTIONS)
    events = list(with_changes(day, random, OF_OBJECTS, share))
    server = Changing(day[0]["time"])
    server.open(asked)
    server.hear(events)
    fresh = afresh(server, asked, day[-1]["time"])
    now, wanted = picture(server.supervisor), picture(fresh.supervisor)
    for what in wanted:
        assert now[what] == wanted[what], what
    return server.changes


def all_as_started_afresh(part: int, days_max: int, steps_max: int, share: float) -> int:
    changes = 0

    @seed(part)
    @settings(**GENERATED, max_examples=days_max)
    @given(days(steps_max))
    def holds(day: list[Event]) -> None:
        nonlocal changes
        changes += is_as_started_afresh(day, Random(f"{part} {day}"), share)

    holds()
    return changes


@pytest.mark.parametrize("part", range(2))
def test_all_is_as_in_a_server_started_afresh(part: int) -> None:
    assert all_as_started_afresh(part, days_max=12, steps_max=60, share=0.3) > 50


@pytest.mark.soak
@pytest.mark.parametrize("part", range(100, 110))
def test_all_is_as_in_a_server_started_afresh_after_hundreds_of_changes(part: int) -> None:
    assert all_as_started_afresh(part, days_max=20, steps_max=300, share=0.9) > 500
