"""What connectors tell DNs, and DNs and agents tell each other. All else is in `statistics.changes`."""

from __future__ import annotations

from typing import Any

import msgspec

from actors.configuration.expression_tree import Expression
from actors.statistics.changes import Attributes, StatesView
from actors.vocabulary.events import TServerEvent
from runtime.mail import Message


class Delivery(msgspec.Struct, frozen=True, gc=False):
    """A mediation DN (`number@switch`) that sent a call on, and when the call had entered there, if it was seen."""

    conn_id: str
    queue: str
    entered_us: int | None = None


class DnEvent(Message, frozen=True, gc=False):
    """An event at a DN, with what its link knows of the call beyond it.

    `deliveries` are the mediation DNs that sent a call here, on the first event of its party; `call_data` is the call's
    user data as last seen on the link, `earlier_data` those of the call that it is a consultation for, if the event
    says so; `hooks_are_sent` says whether this link sends hook events at all.
    """

    time_us: int
    event: TServerEvent
    deliveries: tuple[Delivery, ...] = ()
    call_data: dict[str, Any] | None = None
    hooks_are_sent: bool = False
    earlier_data: dict[str, Any] | None = None


class EarlierData(Message, frozen=True, gc=False):
    """A call here was a consultation for another, whose user data are these now."""

    time_us: int
    conn_id: str
    data: dict[str, Any]


class Delivered(Message, frozen=True, gc=False):
    """A mediation DN's `EventDiverted` named a DN where the call already is, or was."""

    time_us: int
    delivery: Delivery


class Listening(Message, frozen=True, gc=False):
    """Somebody began, or the last one ceased, to listen to this DN's party of a call."""

    time_us: int
    conn_id: str
    is_on: bool


class LinkLossLimit(Message, frozen=True, gc=False):
    """The link has been down for `link-loss-limit` since `lost_us`: what froze then ends (`semantics.md` 9.2)."""

    time_us: int
    lost_us: int


class StuckCalls(Message, frozen=True, gc=False):
    """Calls without an event for `stuck-call-time` are removed from a DN (`semantics.md` 9.3)."""

    time_us: int
    conn_ids: tuple[str, ...]
    hooks_are_sent: bool = False


class WaitUsedUp(Message, frozen=True, gc=False):
    """A routing point's call is elsewhere, and no `EventDiverted` came: it had left when its route was used."""

    time_us: int
    conn_id: str
    route_used_us: int
    next_stop: str


class SeatTaken(Message, frozen=True, gc=False):
    """An agent sits at a DN, logged in to these queues there; told again when the queues change."""

    time_us: int
    dn: str
    login_id: str
    queues: frozenset[str]
    medium: str = "voice"


class SeatLeft(Message, frozen=True, gc=False):
    """The agent is no longer at that DN."""

    time_us: int
    dn: str


class LoadChanged(Message, frozen=True, gc=False):
    """The status of a DN is the same; how many calls it has, or who sits there, is not."""

    time_us: int
    dn: str
    calls: int
    agent_id: str


class Joined(Message, frozen=True, gc=False):
    """A member has come to a group or place while the server runs: what it does counts there from now on.

    Of a DN that comes to a place: what its calls are, and whether it is a voice treatment port.
    """

    time_us: int
    member: str
    medium: str = "voice"
    is_port: bool = False


class Left(Message, frozen=True, gc=False):
    """A member has been taken out of a group or place."""

    time_us: int
    member: str


class CandidateCame(Message, frozen=True, gc=False):
    """An agent may be in a virtual group, by its skills: how it is logged in, what runs and stands at it."""

    time_us: int
    agent: str
    skills: dict[str, int]
    seats: dict[str, frozenset[str]]
    view: StatesView


class CandidateGone(Message, frozen=True, gc=False):
    """An agent can be in a virtual group no more, however it is logged in, or is no more."""

    time_us: int
    agent: str


class Skilled(Message, frozen=True, gc=False):
    """A candidate of a virtual group has other skills."""

    time_us: int
    agent: str
    skills: dict[str, int]


class Seated(Message, frozen=True, gc=False):
    """A candidate of a virtual group is logged in at these DNs now, with these queues."""

    time_us: int
    agent: str
    seats: dict[str, frozenset[str]]


class Sighted(Message, frozen=True, gc=False):
    """Somebody wants more of a virtual group: what of that runs and stands at a candidate, of these actions alone."""

    agent: str
    actions: frozenset[str]
    view: StatesView


class OfCandidate(Message, frozen=True, gc=False):
    """What a candidate of a virtual group tells, which somebody wants of the group."""

    agent: str
    change: Any


class ScriptChanged(Message, frozen=True, gc=False):
    """A virtual group has another script; who can be in it by that has come already, and who cannot is gone."""

    time_us: int
    script: Expression


class Replaced(Message, frozen=True, gc=False):
    """The configuration says otherwise of a DN or agent: whose its login is, or to which queues it belongs."""

    time_us: int


class AgentTakenOut(Message, frozen=True, gc=False):
    """The configuration has an agent no more who sits, or has calls, at this DN."""

    time_us: int
    agent: str


class QueueWorkEnded(Message, frozen=True, gc=False):
    """An agent ended a call (`CallMissed`) or after-call work (`ACWMissed`) of these queues.

    Its other queues missed the agent for as long (`semantics.md` 2.4); `queues` are those of its login then.
    """

    time_us: int
    action: str
    credited: frozenset[str]
    duration_us: int
    attributes: Attributes
    queues: frozenset[str] = frozenset()
