"""Every telephony action by kind of object, and whether it lasts (`semantics.md` 2)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class ActionKind(StrEnum):
    """How an action stands in time (`semantics.md` 2)."""

    DURABLE = "durable"
    MOMENTARY = "momentary"
    RETROSPECTIVE = "retrospective"


CALL_TYPES: Final = ("Unknown", "Internal", "Inbound", "Outbound", "Consult")
WAITS: Final = tuple(f"CallWait{call_type}" for call_type in CALL_TYPES)
"""`CallWait` in a mask stands for these five (`semantics.md` 2.4)."""

_OF_DN: Final = (
    "NotMonitored",
    "Monitored",
    "LoggedIn",
    "LoggedOut",
    "WaitForNextCall",
    "NotReadyForNextCall",
    "AfterCallWork",
    "OnHook",
    "OffHook",
    "UserEventReceived",
)
_OF_CALL: Final = (
    "CallDialing",
    "CallRinging",
    *(f"Call{call_type}" for call_type in CALL_TYPES),
    "CallOnHold",
    "CallInternalOriginated",
    "CallInternalReceived",
    "CallConsultOriginated",
    "CallConsultReceived",
    "CallOutboundOriginated",
    "CallOutboundReceived",
    "CallObserving",
    "CallObserved",
    "ASM_Engaged",
    "ASM_Outbound",
)
_MOMENTARY: Final = (
    "AgentLogin",
    "AgentLogout",
    "UserEvent",
    "CallDialingStarted",
    "CallRingingStarted",
    *(f"Call{call_type}Started" for call_type in CALL_TYPES),
    "CallHeld",
    "CallTransferTaken",
    "CallTransferPartyChanged",
    "CallConferenceOriginated",
    "CallConferenceMade",
    "CallConferenceJoined",
    "CallConferencePartyAdded",
    "CallConferencePartyDeleted",
    "CallPartyChanged",
)
_RETROSPECTIVE: Final = (
    *(f"Call{call_type}Completed" for call_type in CALL_TYPES),
    "CallAnswered",
    "CallAbandonedFromRinging",
    "CallForwarded",
    "CallRingingPartyChanged",
    "CallDialed",
    "CallAbandonedFromDialing",
    "CallDialTransferred",
    "CallDialConferenced",
    "CallRetrievedFromHold",
    "CallAbandonedFromHold",
    "CallTransferMade",
    "StuckCallCleaned",
    "StuckCallCleanedWhileRinging",
)

CALL_ACTIONS: Final = frozenset(_OF_CALL)
"""Durable actions that are one per (DN, conn_id)."""

REGULAR_ACTIONS: Final[Mapping[str, ActionKind]] = {
    **dict.fromkeys(_OF_DN + _OF_CALL, ActionKind.DURABLE),
    **dict.fromkeys(_MOMENTARY, ActionKind.MOMENTARY),
    **dict.fromkeys(_RETROSPECTIVE, ActionKind.RETROSPECTIVE),
}
"""What can be counted at a regular DN and everything above it (`semantics.md` 2.1 to 2.3)."""

PSEUDO_ACTIONS: Final = ("DNLogin", "AgentLogin", "DNReady", "AgentReady", "DNActive", "AgentActive")
"""Durable at a mediation DN: who belongs to it and how they are (`semantics.md` 2.4)."""

MEDIATION_ACTIONS: Final[Mapping[str, ActionKind]] = {
    "Monitored": ActionKind.DURABLE,
    "NotMonitored": ActionKind.DURABLE,
    **dict.fromkeys(WAITS + PSEUDO_ACTIONS, ActionKind.DURABLE),
    **dict.fromkeys(("CallEntered", "CallTreatmentStarted", "CallTreatmentNotStarted"), ActionKind.MOMENTARY),
    **dict.fromkeys(
        (
            "CallDistributed",
            "CallDistributedToQueue",
            "CallCleared",
            "CallAbandoned",
            "CallTreatmentCompleted",
            "StuckCallCleaned",
            "CallAnswered",
            "CallAbandonedFromRinging",
            "CallForwarded",
            "CallRingingPartyChanged",
            "CallReleased",
            "ACWCompleted",
            "CallMissed",
            "ACWMissed",
        ),
        ActionKind.RETROSPECTIVE,
    ),
}
"""What can be counted at a mediation DN and its groups (`semantics.md` 2.4)."""
