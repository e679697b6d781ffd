"""Where the server and the oracle differ on a day, told with the shortest day on which they still do."""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, Final, NamedTuple

from tests.oracle.days import ENVIRONMENT_TOML
from tests.oracle.derivation import LOSSES
from tests.oracle.oracle import Oracle
from tests.oracle.questions import Question
from tests.oracle.served import REFUSED, Event, Served

ENVIRONMENT: Final = tomllib.loads(ENVIRONMENT_TOML)
LINK_LOSS_LIMIT: Final = 300.0
AFTER_ALL_TIMERS: Final = 400.5
"""Seconds: longer than the limit of a lost link."""


class Plan(NamedTuple):
    """When statistics are opened, and read, and after how many silent seconds a call is stuck."""

    opened_at: float
    moments: tuple[float, ...]
    stuck_call_time: float | None


STUCK_CALL_TIMES: Final = (None, None, 290.0, 1000.0)


class Difference(NamedTuple):
    """One question that the two answer otherwise."""

    question: Question
    moment: float
    wanted: Any
    served: Any


def plan_of(random: Random, events: Sequence[Event]) -> Plan:
    """Opened with the day, somewhere in it, or as a lost link's limit is over; read in its midst, at an event, at its
    end, and after all timers."""
    first, last = events[0]["time"], events[-1]["time"]

    def between(begin: float) -> float:
        return round(begin + (last - begin) * random.random(), 6)

    limits = [event["time"] + LINK_LOSS_LIMIT for event in events if event["event"] in LOSSES]
    chosen = random.random()
    opened_at = first if chosen < 0.7 else between(first)
    if chosen > 0.95 and limits:
        opened_at = random.choice(limits)
    moments = {between(opened_at), random.choice(events)["time"], last, last + AFTER_ALL_TIMERS}
    in_turn = tuple(sorted(moment for moment in moments if moment >= opened_at))
    return Plan(opened_at, in_turn, random.choice(STUCK_CALL_TIMES))


def differences(events: Sequence[Event], asked: Sequence[Question], plan: Plan) -> Iterator[Difference]:
    """Every question and moment at which the server serves another value than the oracle."""
    oracle = Oracle(ENVIRONMENT, events, stuck_call_time=plan.stuck_call_time)
    served = Served(events, plan.stuck_call_time)
    served.open(asked, plan.opened_at)
    for moment in plan.moments:
        for question, value in zip(asked, served.read(moment), strict=True):
            wanted = value_wanted(oracle, question, plan.opened_at, moment)
            if not is_same(wanted, value):
                yield Difference(question, moment, wanted, value)


def value_wanted(oracle: Oracle, question: Question, opened_at: float, moment: float) -> Any:
    wanted = oracle.value(*question[:3], **question.how(), opened_at=opened_at, at=moment)
    return REFUSED if wanted is None else wanted


def is_same(wanted: Any, value: Any) -> bool:
    """Integers exactly, seconds to the last bits of a float; of a state what the oracle says of it."""
    if isinstance(wanted, dict):
        return isinstance(value, dict) and all(is_same(one, value.get(key)) for key, one in wanted.items())
    if isinstance(wanted, float) and isinstance(value, float | int):
        return math.isclose(wanted, value, rel_tol=1e-9, abs_tol=1e-6)
    return bool(wanted == value)


def shortest(events: Sequence[Event], found: Difference, plan: Plan) -> list[Event]:
    """The day without every event that the difference does not need; with its first one it begins as it did."""
    kept = list(events)
    size = len(kept) // 2
    while size:
        at = 1
        while at < len(kept):
            less = kept[:at] + kept[at + size :]
            if next(differences(less, [found.question], plan), None):
                kept = less
            else:
                at += size
        size //= 2
    return kept


def reproduction(events: Sequence[Event], found: Difference, plan: Plan) -> str:
    """What to read, and to paste: the day, the question, both answers."""
    plan = plan._replace(moments=(found.moment,))
    day = shortest(events, found, plan)
    [again] = differences(day, [found.question], plan)
    lines = "\n".join(json.dumps(event) for event in day)
    return f"""on a day of {len(day)} events
{lines}
{found.question}
    {plan}
the oracle says {again.wanted!r}, the server {again.served!r}"""
