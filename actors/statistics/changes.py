"""What objects tell statistics, and each other on the way up: actions that began, ended or happened, and statuses.

An *occurrence* is one run of a durable action, as one viewer sees it: an agent's view of its DN's action is clipped to
the agent's login there, and has a number of its own where it differs (`semantics.md` 3).
"""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from runtime.mail import Message


class Attributes(msgspec.Struct, frozen=True, gc=False):
    """What an action carries for filters (`semantics.md` 2, `multimedia.md` 2).

    Of an interaction `conn_id` is its id and `this_queue` its queue.
    """

    this_dn: str = ""
    conn_id: str = ""
    call_type: str = ""
    media_type: str = ""
    this_queue: str = ""
    other_dn: str = ""
    ani: str = ""
    dnis: str = ""
    treatment_type: str = ""
    reasons: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None
    user_data: dict[str, Any] | None = None
    earlier_data: dict[str, Any] | None = None
    interaction_type: str = ""
    interaction_subtype: str = ""


class ActionBegan(Message, frozen=True, gc=False):
    """A durable action runs from `began_us` on, which a registration may put before `time_us` (`semantics.md` 9.2)."""

    time_us: int
    action: str
    occurrence: str
    began_us: int
    dn: str
    attributes: Attributes


class ActionEnded(Message, frozen=True, gc=False):
    """A durable action has ended: at `time_us`, or earlier if that is known only now (`semantics.md` 11 to 2.4)."""

    time_us: int
    action: str
    occurrence: str
    ended_us: int | None = None


class ActionChanged(Message, frozen=True, gc=False):
    """A durable action goes on with other attributes."""

    time_us: int
    action: str
    occurrence: str
    attributes: Attributes


class ActionRenamed(Message, frozen=True, gc=False):
    """A wait goes on under another name: its call has another type now (`semantics.md` 2.4)."""

    time_us: int
    old_action: str
    action: str
    occurrence: str
    attributes: Attributes


class ActionHappened(Message, frozen=True, gc=False):
    """A momentary action, or a retrospective one with the duration of what it looks back on."""

    time_us: int
    action: str
    duration_us: int
    attributes: Attributes


class StatusChanged(Message, frozen=True, gc=False):
    """The status of `holder` is another, or has other attributes.

    `subject` says whose statuses these are (`DNStatus`, `AgentStatus`, `PlaceStatus`, `GroupStatus`). No `old`: the
    holder came into view; no `status`: it left. With `old` equal to `status` the stretch goes on with other attributes.
    `given_us` is the begin of the action that gives the status; of a DN it is also told how many `calls` it has, and
    who sits there (`agent_id`; a login that matches nobody goes by its name).
    """

    time_us: int
    subject: str
    holder: str
    old: str
    status: str
    since_us: int
    reasons_since_us: int
    attributes: Attributes
    given_us: int = 0
    calls: int = 0
    agent_id: str = ""


class Noted(Message, frozen=True, gc=False):
    """What a state shows beside actions and statuses: do-not-disturb of a DN, who is there; an agent's place."""

    action: ClassVar[str] = "Noted"
    time_us: int
    holder: str
    dnd: bool
    agent_id: str
    place: str


class MediumState(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One medium of an agent or place, as a state shows it (`protocols.md` 1); `since` is in seconds."""

    state: str
    since: float
    delivering: int | None = None
    handling: int | None = None
    reasons: dict[str, Any] | None = None


class MediaNoted(Message, frozen=True, gc=False):
    """The media of an agent or place, for states that show them."""

    action: ClassVar[str] = "MediaNoted"
    time_us: int
    holder: str
    media: dict[str, MediumState]


class TargetTold(Message, frozen=True, gc=False):
    """An agent or a place as a router sees it, as JSON has it (`multimedia.md` 5.4); None where it leaves a group."""

    action: ClassVar[str] = "TargetTold"
    time_us: int
    holder: str
    target: dict[str, Any] | None


class StatesView(msgspec.Struct):
    """What runs and stands at an object at a quiet point, for a statistic that is opened then.

    `has_logged_in` says of an agent whether it ever has.
    """

    actions: list[ActionBegan] = []
    statuses: list[StatusChanged] = []
    notes: list[Noted | MediaNoted] = []
    targets: list[TargetTold] = []
    has_logged_in: bool = False

    @property
    def everything(self) -> tuple[Message, ...]:
        """All of it."""
        return (*self.actions, *self.statuses, *self.notes, *self.targets)
