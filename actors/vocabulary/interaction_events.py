"""The events of an Interaction Server link, as they stand on the wire (`protocols.md` 3, `multimedia.md` 1)."""

from __future__ import annotations

from typing import Final

import msgspec

from actors.vocabulary.events import LINK_EVENTS, UserData

VOICE: Final = "voice"
AGENT: Final = "Agent"
"""The `party_type`, and `actor_type`, of a person."""
STRATEGY: Final = "Strategy"
READY: Final = "Ready"
INVITED: Final = "Invited"
HANDLING: Final = "Handling"


class MediaState(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """How one medium of a logged-in agent is, and since when (seconds)."""

    state: str = "NotReady"
    reasons: UserData | None = None
    since: float | None = None


class InteractionState(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One interaction that a synchronisation finds, at an agent (`role`, `since`) or in a queue (`state`).

    Times are in seconds.
    """

    interaction_id: str
    media_type: str = ""
    interaction_type: str = ""
    interaction_subtype: str = ""
    role: str = HANDLING
    since: float | None = None
    placed_in_queue_at: float | None = None
    state: int = 0
    user_data: UserData | None = None


class InteractionEvent(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One event of an Interaction Server link. Absent attributes are empty; times are in seconds.

    `interactions` are those that a synchronisation finds; `media` are states there, words at a login.
    """

    event: str
    time: float = 0.0
    seq: int | None = None
    tenant: str = ""
    interaction_id: str = ""
    parent_interaction_id: str = ""
    external_id: str = ""
    media_type: str = ""
    interaction_type: str = ""
    interaction_subtype: str = ""
    interaction_state: int = 0
    is_online: bool | None = None
    queue: str = ""
    old_queue: str = ""
    workbin: str = ""
    workbin_owner: dict[str, str] | None = None
    party_type: str = ""
    agent_id: str = ""
    place: str = ""
    strategy: str = ""
    router: str = ""
    actor_type: str = ""
    actor_id: str = ""
    actor_place: str = ""
    operation: str = ""
    visibility: str = ""
    reasons: UserData | None = None
    user_data: UserData | None = None
    deleted: tuple[str, ...] = ()
    received_at: float | None = None
    submitted_at: float | None = None
    placed_in_queue_at: float | None = None
    moved_to_queue_at: float | None = None
    delivered_at: float | None = None
    held_at: float | None = None
    completed_at: float | None = None
    abandoned_at: float | None = None
    dnd: bool = False
    dnd_since: float | None = None
    media: dict[str, str | MediaState] = {}
    interactions: tuple[InteractionState, ...] = ()


SUBMITTED: Final = frozenset({"EventInteractionSubmitted", "EventInteractionSubmited", "EventSubmitted"})
"""One event under the names it is found by (`multimedia.md` 1.2)."""

INTERACTION_EVENTS: Final = SUBMITTED | {
    "EventPlacedInQueue",
    "EventTakenFromQueue",
    "EventPlacedInWorkbin",
    "EventTakenFromWorkbin",
    "EventAgentInvited",
    "EventRejected",
    "EventRevoked",
    "EventPartyAdded",
    "EventPartyRemoved",
    "EventPropertiesChanged",
    "EventHeld",
    "EventResumed",
    "EventProcessingStopped",
    "EventExternalServiceRequested",
    "EventExternalServiceResponded",
    "EventCustomReporting",
}
"""Events of one interaction (`multimedia.md` 1.2)."""

AGENT_EVENTS: Final = frozenset(
    {
        "EventAgentLogin",
        "EventAgentLogout",
        "EventMediaAdded",
        "EventMediaRemoved",
        "EventReadyForMedia",
        "EventNotReadyForMedia",
        "EventMediaStateReasonChanged",
        "EventAgentStateReasonChanged",
        "EventDoNotDisturbOn",
        "EventDoNotDisturbOff",
        "EventPlaceAgentState",
        "EventAgentAvailable",
        "EventAgentNotAvailable",
        "EventAgentConnectionClosed",
    }
)
"""Events of an agent's login at this server (`multimedia.md` 1.3)."""

SYNCHRONISATIONS: Final = frozenset({"EventPlaceAgentState", "EventQueueState"})
"""What a server says after a registration: how it is there (`multimedia.md` 1.4)."""

ALL_INTERACTION_EVENTS: Final = INTERACTION_EVENTS | AGENT_EVENTS | SYNCHRONISATIONS | LINK_EVENTS
