"""What the pipeline computes, for all peers in Python alike; `pipeline.erl` says the same in Erlang.

A *line* knows who is logged in and what its call does, an *agent* what it does and since when, a *group* only adds up.
It is a tenth of the server's meaning: one call a line, no masks, no intervals, no profiles.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from actors.vocabulary.events import TServerEvent

LOGGED_OUT: Final = "LoggedOut"
READY: Final = "Ready"
NOT_READY: Final = "NotReady"
ON_HOLD: Final = "OnHold"
INBOUND: Final = "CallInbound"

BASES: Final = {
    "EventAgentLogin": NOT_READY,
    "EventAgentNotReady": NOT_READY,
    "EventAgentReady": READY,
    "EventAgentLogout": LOGGED_OUT,
}
CALLS: Final = {
    "EventRinging": "Ringing",
    "EventDialing": "Dialing",
    "EventHeld": ON_HOLD,
    "EventReleased": "",
    "EventAbandoned": "",
}
TALKS: Final = frozenset({"EventEstablished", "EventRetrieved"})

Given = tuple[int, int | str]
"""Which of the statistics of an object gets what: an amount to add, or a status."""


class Move(NamedTuple):
    """An agent's change of status; `lasted_us` is how long the old one did."""

    old: str
    new: str
    lasted_us: int


class Line:
    """One telephone."""

    __slots__ = ("base", "call", "login")

    def __init__(self) -> None:
        self.login = self.call = ""
        self.base = LOGGED_OUT

    def after(self, event: TServerEvent) -> tuple[str, str] | None:
        """Who is logged in and what they do after an event; None where it changes nothing or nobody is there."""
        name = event.event
        if name in TALKS:
            self.call = "Call" + event.call_type
        elif name in CALLS:
            self.call = CALLS[name]
        elif name in BASES:
            self.base = BASES[name]
            if name == "EventAgentLogin":
                self.login = event.agent_id
        else:
            return None
        login = self.login
        if name == "EventAgentLogout":
            self.login = ""
        return (login, self.call or self.base) if login else None


class Agent:
    """Somebody who works."""

    __slots__ = ("since_us", "status")

    def __init__(self) -> None:
        self.status, self.since_us = LOGGED_OUT, 0

    def become(self, status: str, time_us: int) -> Move | None:
        """The change, if it is one."""
        if status == self.status:
            return None
        move = Move(self.status, status, time_us - self.since_us)
        self.status, self.since_us = status, time_us
        return move


def given_to_agent(move: Move) -> list[Given]:
    """What the agent's own statistics get."""
    given: list[Given] = [(0, move.new)]
    if move.new == INBOUND and move.old != ON_HOLD:
        given.append((1, 1))
    if move.old == INBOUND:
        given.append((2, move.lasted_us))
    return given


def given_to_group(move: Move) -> list[Given]:
    """What the statistics of each of the agent's groups get."""
    old, new, _ = move
    amounts = (
        (new == READY) - (old == READY),
        (new == NOT_READY) - (old == NOT_READY),
        (new != LOGGED_OUT) - (old != LOGGED_OUT),
        int(new == INBOUND and old != ON_HOLD),
    )
    return [(at, amount) for at, amount in enumerate(amounts) if amount]


def value_after(value: int | str, given: int | str) -> int | str:
    """A statistic's value with what it is given."""
    return given if isinstance(given, str) else int(value) + given


def time_us_of(event: TServerEvent) -> int:
    """When an event happened."""
    return round(event.time * 1_000_000)
