"""The events of a T-Server link, in T-Library's terms (`protocols.md` 2, `sources.md` 1).

Every source is made to speak this language; nothing behind a connector knows which switch there is.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

UserData = dict[str, Any]


class PartyState(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One call present at a DN when it is registered: an item of `calls`.

    `call_state` is the party's: `Queued`, `Ringing`, `Dialing`, `Established`, `Held`. `since` is in seconds.
    """

    conn_id: str
    call_type: str = "Unknown"
    call_state: str = "Established"
    other_dn: str = ""
    this_dn_role: str = ""
    this_queue: str = ""
    user_data: UserData | None = None
    since: float | None = None
    ani: str = ""
    dnis: str = ""


class TServerEvent(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One event of a T-Server link. Absent attributes are empty; `time` is in seconds as the source stamped it.

    `login_since` and `agent_state_since` (seconds) say in a registration since when the agent is there, and so.
    """

    event: str
    time: float = 0.0
    seq: int | None = None
    this_dn: str = ""
    other_dn: str = ""
    third_party_dn: str = ""
    this_queue: str = ""
    conn_id: str = ""
    previous_conn_id: str = ""
    transfer_conn_id: str = ""
    conference_conn_id: str = ""
    call_type: str = ""
    propagated_call_type: str = ""
    call_state: str = ""
    this_dn_role: str = ""
    other_dn_role: str = ""
    third_party_dn_role: str = ""
    agent_id: str = ""
    agent_state: str = ""
    agent_work_mode: str = ""
    login_since: float | None = None
    agent_state_since: float | None = None
    dn_type: str = ""
    dnd: bool | None = None
    ani: str = ""
    dnis: str = ""
    cause: str = ""
    network_call_id: str = ""
    treatment_type: str = ""
    media_type: str = ""
    reasons: UserData | None = None
    extensions: UserData | None = None
    user_data: UserData | None = None
    calls: tuple[PartyState, ...] | None = None


LINK_EVENTS: Final = frozenset({"EventLinkConnected", "EventLinkDisconnected", "EventServerDisconnected", "Heartbeat"})
"""Events of the link itself: they name no DN."""

DN_EVENTS: Final = frozenset(
    {
        "EventRegistered",
        "EventAddressInfo",
        "EventUnregistered",
        "EventError",
        "EventAgentLogin",
        "EventQueueLogout",
        "EventAgentLogout",
        "EventAgentReady",
        "EventAgentNotReady",
        "EventDNDOn",
        "EventDNDOff",
        "EventOffHook",
        "EventOnHook",
        "EventForwardSet",
        "EventForwardCancel",
        "EventUserEvent",
        "EventMonitoringNextCall",
        "EventMonitoringCancelled",
    }
)
"""Events of a DN or its agent, not of a call."""

CALL_EVENTS: Final = frozenset(
    {
        "EventDialing",
        "EventRinging",
        "EventNetworkReached",
        "EventEstablished",
        "EventHeld",
        "EventRetrieved",
        "EventReleased",
        "EventAbandoned",
        "EventDestinationBusy",
        "EventPartyChanged",
        "EventPartyAdded",
        "EventPartyDeleted",
        "EventAttachedDataChanged",
        "EventDtmfSent",
        "EventMuteOn",
        "EventMuteOff",
        "EventQueued",
        "EventDiverted",
        "EventRouteRequest",
        "EventRouteUsed",
        "EventTreatmentApplied",
        "EventTreatmentEnd",
        "EventTreatmentNotApplied",
    }
)
"""Events of one call at one DN: they carry `conn_id`."""

EVENTS: Final = LINK_EVENTS | DN_EVENTS | CALL_EVENTS
