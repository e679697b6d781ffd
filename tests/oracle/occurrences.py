"""What happens at a DN: durable actions `[b, e)`, instants, who is logged in, which calls are there (`semantics.md` 2).

A `Point` is a place in the order of inputs: `n` is the input's number, `us` the time that counts for durations, which
for what a registration found (`since`) or an end known late is another than the input's own.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Attributes = dict[str, Any]


class Point(NamedTuple):
    """Between two inputs: just after input `n`."""

    n: int
    us: int


BEGINNING = Point(0, -sys.maxsize)
NEVER = Point(sys.maxsize, sys.maxsize)


class Timeline:
    """Attributes as they were told, input by input; `consults_from` is the input that first told `previous_conn_id`."""

    def __init__(self, at: Point, attributes: Attributes) -> None:
        self.entries: list[tuple[Point, Attributes]] = [(at, _dated(at, attributes))]

    @property
    def last(self) -> Attributes:
        return self.entries[-1][1]

    def tell(self, at: Point, told: Attributes) -> None:
        """From `at` on, these attributes have these values."""
        now = _dated(at, self.last | told)
        if self.entries[-1][0].n == at.n:
            self.entries[-1] = (self.entries[-1][0], now)
        else:
            self.entries.append((at, now))


def _dated(at: Point, attributes: Attributes) -> Attributes:
    return {"consults_from": at.n} | attributes if "previous_conn_id" in attributes else attributes


@dataclass(eq=False)
class Login:
    """An agent at a DN from login to logout. `begin.us` counts from `since`, `shown` is when it was known."""

    agent: str
    agent_id: str
    dn: str
    begin: Point
    shown: Point
    queues: list[tuple[int, frozenset[str]]]
    end: Point = NEVER

    def queues_at(self, n: int) -> frozenset[str]:
        """The queues it is logged in to after input `n`."""
        return next((queues for told, queues in reversed(self.queues) if told <= n), frozenset())

    def runs_at(self, n: int) -> bool:
        return self.shown.n <= n < self.end.n


@dataclass(eq=False)
class Party:
    """A call at a regular DN.

    `agent` has it for good, from `owned_from` on. `deliveries` are the mediation DNs that sent it, with the time it
    entered each; `diverted_by` those whose `EventDiverted` it took; `served` those that were told of the answer.
    `asm` is what extensions said last of a dialler's part in it.
    """

    conn_id: str
    state: str
    data: Timeline
    first: Point
    agent: str = ""
    owned_from: Point = BEGINNING
    main: str = ""
    running: dict[str, Occurrence] = field(default_factory=dict)
    answered: Point | None = None
    ended: Point | None = None
    was_answered_unseen: bool = False
    deliveries: dict[str, int] = field(default_factory=dict)
    is_delivered: bool = False
    diverted_by: set[str] = field(default_factory=set)
    served: set[str] = field(default_factory=set)
    asm: str = ""

    @property
    def is_established(self) -> bool:
        return self.state in {"talking", "held"}

    @property
    def is_listener(self) -> bool:
        return self.state in {"called to listen", "listening"}


@dataclass(eq=False)
class Wait:
    """A call at a mediation DN."""

    conn_id: str
    data: Timeline
    occurrence: Occurrence
    route_used: tuple[int, str] | None = None
    treated_us: int | None = None


@dataclass(eq=False)
class Occurrence:
    """A durable action. Its name changes only where a waiting call changes type."""

    dn: str
    names: list[tuple[Point, str]]
    begin: Point
    data: Timeline
    serial: int
    party: Party | None = None
    end: Point = NEVER

    @property
    def name(self) -> str:
        return self.names[-1][1]

    @property
    def is_running(self) -> bool:
        return self.end is NEVER

    def runs_at(self, n: int) -> bool:
        return self.begin.n <= n < self.end.n


@dataclass(eq=False)
class Instant:
    """A momentary action (`duration_us` is None) or a retrospective one."""

    name: str
    dn: str
    at: Point
    attributes: Attributes
    agent: str
    serial: int
    duration_us: int | None = None
