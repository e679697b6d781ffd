"""Which actions and statuses a mask names (`semantics.md` 2, 4, 6)."""

from __future__ import annotations

from typing import Final

CALL_TYPES: Final = ("Unknown", "Internal", "Inbound", "Outbound", "Consult")
WAITS: Final = tuple(f"CallWait{call_type}" for call_type in CALL_TYPES)
PSEUDO: Final = ("DNLogin", "AgentLogin", "DNReady", "AgentReady", "DNActive", "AgentActive")

STATUS_ORDER: Final = (
    "NotMonitored",
    "Monitored",
    "LoggedIn",
    "OnHook",
    "WaitForNextCall",
    "OffHook",
    "CallDialing",
    "CallRinging",
    "NotReadyForNextCall",
    "AfterCallWork",
    "CallOnHold",
    "ASM_Engaged",
    "ASM_Outbound",
    "CallUnknown",
    "CallConsult",
    "CallInternal",
    "CallOutbound",
    "CallInbound",
)
"""Low to high (4.1)."""

STATUSES: Final = frozenset(STATUS_ORDER) | {"LoggedOut"}

REGULAR_ACTIONS: Final = frozenset(
    """
    NotMonitored Monitored LoggedIn LoggedOut WaitForNextCall NotReadyForNextCall AfterCallWork OnHook OffHook
    AgentLogin AgentLogout UserEvent UserEventReceived
    CallDialing CallRinging CallInbound CallOutbound CallInternal CallConsult CallUnknown CallOnHold
    CallInternalOriginated CallInternalReceived CallConsultOriginated CallConsultReceived
    CallOutboundOriginated CallOutboundReceived CallObserving CallObserved ASM_Engaged ASM_Outbound
    CallDialingStarted CallRingingStarted CallInboundStarted CallOutboundStarted CallInternalStarted
    CallConsultStarted CallUnknownStarted CallHeld
    CallInboundCompleted CallOutboundCompleted CallInternalCompleted CallConsultCompleted CallUnknownCompleted
    CallAnswered CallAbandonedFromRinging CallForwarded CallRingingPartyChanged
    CallDialed CallAbandonedFromDialing CallDialTransferred CallDialConferenced
    CallRetrievedFromHold CallAbandonedFromHold
    CallTransferMade CallTransferTaken CallTransferPartyChanged
    CallConferenceOriginated CallConferenceMade CallConferenceJoined
    CallConferencePartyAdded CallConferencePartyDeleted CallPartyChanged
    StuckCallCleaned StuckCallCleanedWhileRinging
    """.split()  # noqa: SIM905
)

ROUTES: Final = frozenset({"Routable", "NotRoutable"})
"""Of `multimedia.md` 2.1 the two that voice alone makes."""

MOMENTARY: Final = frozenset(
    """
    AgentLogin AgentLogout UserEvent CallDialingStarted CallRingingStarted CallInboundStarted CallOutboundStarted
    CallInternalStarted CallConsultStarted CallUnknownStarted CallHeld CallTransferTaken CallTransferPartyChanged
    CallConferenceOriginated CallConferenceMade CallConferenceJoined CallConferencePartyAdded
    CallConferencePartyDeleted CallPartyChanged CallEntered CallTreatmentStarted CallTreatmentNotStarted
    """.split()  # noqa: SIM905
)
"""At regular and mediation DNs alike."""

MEDIATION_ACTIONS: Final = frozenset(
    """
    Monitored NotMonitored CallEntered CallDistributed CallDistributedToQueue CallCleared CallAbandoned
    CallTreatmentStarted CallTreatmentNotStarted CallTreatmentCompleted StuckCallCleaned
    CallAnswered CallAbandonedFromRinging CallForwarded CallRingingPartyChanged CallReleased
    ACWCompleted CallMissed ACWMissed
    """.split()  # noqa: SIM905
) | set(WAITS + PSEUDO)


OF_NO_CALL: Final = frozenset(
    """
    Monitored NotMonitored LoggedIn LoggedOut WaitForNextCall NotReadyForNextCall AfterCallWork OnHook OffHook
    AgentLogin AgentLogout UserEventReceived ACWCompleted ACWMissed
    Routable NotRoutable
    """.split()  # noqa: SIM905
) | set(PSEUDO)
"""A formula has nothing to work with there."""


def mask_of(text: str, every: frozenset[str], is_status: bool) -> frozenset[str]:
    """The names a mask stands for.

    Args:
        text: names, `*`, `~names`, separated by commas; blanks and case do not matter.
        every: all names of the object's kind that the subject knows: what `*` is.
        is_status: for a status mask an action that is no status is left out.
    """
    words = [word for word in "".join(text.split()).lower().split(",") if word]
    taken = [word for word in words if not word.startswith("~")]
    left_out = [word[1:] for word in words if word.startswith("~")]
    known = every | REGULAR_ACTIONS | ROUTES if is_status else every
    chosen = _names(taken, known, every) if taken else every
    return frozenset(chosen & every) - _names(left_out, known, every)


def _names(words: list[str], known: frozenset[str], every: frozenset[str]) -> frozenset[str]:
    by_lower = {name.lower(): name for name in known}
    found: set[str] = set()
    for word in words:
        if word == "*":
            found |= every
        elif word == "callwait" and set(WAITS) <= known:
            found |= set(WAITS)
        else:
            found.add(by_lower[word])
    return frozenset(found)
