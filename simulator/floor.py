"""What is on the floor at this moment: lines, calls, the parties of calls at lines, and the people at their desks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from actors.vocabulary.events import PartyState, UserData
from actors.vocabulary.times import seconds
from simulator.centre import Agent, Service

LOGGED_OUT: Final = "LoggedOut"
READY: Final = "Ready"
NOT_READY: Final = "NotReady"
AFTER_CALL_WORK: Final = "AfterCallWork"

QUEUED: Final = "Queued"
RINGING: Final = "Ringing"
DIALING: Final = "Dialing"
ESTABLISHED: Final = "Established"
HELD: Final = "Held"


class Delivery(NamedTuple):
    """That a queue, routing point or virtual queue gave a call to a line, and when the call had entered there."""

    line: Line
    entered_us: int


@dataclass(slots=True, eq=False)
class Call:
    """A call; `user_data` is replaced, never changed in place, because events already told hold it.

    `previous` is the call a consultation was made for.
    """

    conn_id: str
    call_type: str
    ani: str = ""
    dnis: str = ""
    user_data: UserData | None = None
    previous: Call | None = None
    parties: list[Party] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Party:
    """One call at one line, also while it waits there.

    `since_us` is the begin of the party's state, `began_us` that of the talk (or of the wait under its present call
    type), `answered_us` that of the first answer, which a transfer does not change.
    """

    call: Call
    line: Line
    role: str
    state: str
    since_us: int
    other_dn: str
    staff: Staff | None = None
    this_queue: str = ""
    deliveries: tuple[Delivery, ...] = ()
    began_us: int = 0
    answered_us: int = 0
    treatment: str = ""
    treated_us: int = 0

    @property
    def is_talking(self) -> bool:
        """Whether it has been answered and not ended; held too."""
        return self.state in {ESTABLISHED, HELD}

    @property
    def as_registered(self) -> PartyState:
        """As an item of `calls` in EventRegistered (`sources.md` 1.1)."""
        since_us = self.began_us if self.state == ESTABLISHED else self.since_us
        return PartyState(
            conn_id=self.call.conn_id,
            call_type=self.call.call_type,
            call_state=self.state,
            other_dn=self.other_dn,
            this_dn_role=self.role,
            this_queue=self.this_queue,
            user_data=self.call.user_data,
            since=seconds(since_us),
            ani=self.call.ani,
            dnis=self.call.dnis,
        )


@dataclass(slots=True, eq=False)
class Line:
    """A DN of the switch; `object_type` is the kind of object its books are kept under."""

    number: str
    dn_type: str
    object_type: str
    staff: Staff | None = None
    is_dnd: bool = False
    parties: dict[str, Party] = field(default_factory=dict)
    last_deliveries: tuple[Delivery, ...] = ()
    """Who had delivered the answered call that ended here last: its after-call work is theirs."""

    @property
    def is_talking(self) -> bool:
        """Whether an answered call is here."""
        return any(party.is_talking for party in self.parties.values())


@dataclass(slots=True, eq=False)
class Staff:
    """An agent at work: where, and in which of the agent states since when.

    `wrap_up_asked`: after-call work was asked for during the call and begins at its end (`sources.md` flow 26).
    `wants_break`: no further call, please. `back_us`: who is away does not come before.
    """

    agent: Agent
    services: tuple[Service, ...]
    line: Line | None = None
    logged_in_us: int = 0
    state: str = LOGGED_OUT
    work_mode: str = ""
    reasons: UserData | None = None
    since_us: int = 0
    wrap_up_asked: bool = False
    wants_break: bool = False
    back_us: int = 0
    worked_for: tuple[Delivery, ...] = ()
    """Who had delivered the call of the after-call work in progress."""

    @property
    def is_idle(self) -> bool:
        """Whether this agent is ready and has no call."""
        return self.state == READY and self.line is not None and not self.line.parties

    @property
    def is_available(self) -> bool:
        """Whether a call may be given to this agent."""
        return self.is_idle and not self.wants_break

    @property
    def queues(self) -> tuple[str, ...]:
        """The ACD queues this agent logs in to."""
        return tuple(service.number for service in self.services if not service.is_routed)
