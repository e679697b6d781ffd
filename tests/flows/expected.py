"""What every flow of `sources.md` 2 must give: each number written under it, as one reading of one statistic.

A statistic is opened at the stamp of the flow's first event, before it, and read at `at` seconds after the flow's zero,
after all events and timers of that time; `END` is later than every flow and earlier than any limit it could reach.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

END: Final = 300.0
PROFILE: Final = "Growing:never"
SALES: Final = 'PairExists("ServiceType","Sales")'
BILLING: Final = 'PairExists("ServiceType","Billing")'


class Row(NamedTuple):
    """One reading of one statistic: `value` at `at` seconds after the flow's zero."""

    object_type: str
    object_id: str
    definition: dict[str, str]
    value: float
    filter: str = ""
    at: float = END
    time_profile: str = PROFILE


class StateRow(NamedTuple):
    """What the `CurrentState` of an object must contain at `at` seconds after the flow's zero."""

    object_type: str
    object_id: str
    at: float
    contains: dict[str, Any]


class Watched(NamedTuple):
    """An object of the flows; its methods write rows."""

    object_type: str
    object_id: str

    def row(self, category: str, mask: str, value: float, subject: str = "DNAction", **reading: Any) -> Row:
        """`category` of `mask` reads `value`."""
        definition = {"category": category, "main_mask": mask, "rel_mask": "", "subject": subject}
        return Row(self.object_type, self.object_id, definition, value, **reading)

    def number(self, mask: str, value: int, **reading: Any) -> Row:
        """`value` occurrences of the actions ended."""
        return self.row("TotalNumber", mask, value, **reading)

    def time(self, mask: str, value: float, **reading: Any) -> Row:
        """Occurrences of the actions that ended lasted `value` seconds together."""
        return self.row("TotalTime", mask, value, **reading)

    def status(self, mask: str, value: float, **reading: Any) -> Row:
        """The agent's status was one of these for `value` seconds, the one in progress included."""
        return self.row("TotalTime", mask, value, "AgentStatus", **reading)

    def stretches(self, mask: str, value: int, **reading: Any) -> Row:
        """`value` stretches of these statuses of the agent ended."""
        return self.row("TotalNumber", mask, value, "AgentStatus", **reading)

    def running(self, mask: str, value: int, **reading: Any) -> Row:
        """`value` occurrences of the actions run."""
        return self.row("CurrentNumber", mask, value, **reading)

    def status_since(self, mask: str, at: float, since: float) -> Row:
        """At `at` the agent's status is one of these and began at `since`."""
        return self.row("CurrentTime", mask, at - since, "AgentStatus", at=at)


A1001: Final = Watched("Agent", "1001")
A1002: Final = Watched("Agent", "1002")
A1003: Final = Watched("Agent", "1003")
A1009: Final = Watched("Agent", "1009")
DN7001: Final = Watched("RegDN", "7001@pbx1")
DN7003: Final = Watched("RegDN", "7003@pbx1")
PORT7900: Final = Watched("RegDN", "7900@pbx1")
DESK7001: Final = Watched("Place", "Desk 7001")
DESK7003: Final = Watched("Place", "Desk 7003")
Q8000: Final = Watched("Queue", "8000@pbx1")
Q8001: Final = Watched("Queue", "8001@pbx1")
RP8500: Final = Watched("RoutePoint", "8500@pbx1")


def talk(who: Watched, number: int, seconds: float, mask: str = "CallInbound") -> tuple[Row, ...]:
    """Calls of one type that were never held: the action and the status last the same."""
    return (who.number(mask, number), who.time(mask, seconds), who.status(mask, seconds))


def none_of(who: Watched, *masks: str) -> tuple[Row, ...]:
    """Nothing of the kind happened."""
    return tuple(who.number(mask, 0) for mask in masks)


def once(who: Watched, action: str, seconds: float) -> tuple[Row, ...]:
    """The action happened once and lasted, or carried, so many seconds."""
    return (who.number(action, 1), who.time(action, seconds))


def queue(who: Watched, entered: int, waited: float, answered: int) -> tuple[Row, ...]:
    """The three figures nearly every flow has of its queue."""
    return (
        who.number("CallEntered", entered),
        who.time("CallWait", waited),
        who.number("CallAnswered", answered),
        who.running("CallWait", 0),
    )


TRANSFERS: Final = ("CallTransferMade", "CallTransferTaken", "CallTransferPartyChanged")
CONFERENCES: Final = (
    "CallConferenceMade",
    "CallConferenceJoined",
    "CallConferencePartyAdded",
    "CallConferencePartyDeleted",
)

EXPECTED: Final[Mapping[int, tuple[Row, ...]]] = {
    1: (
        *queue(Q8000, 1, 12, 1),
        *once(Q8000, "CallDistributed", 12),
        Q8000.time("CallAnswered", 15),
        Q8000.number("CallAbandoned", 0),
        *once(A1001, "CallRinging", 3),
        *talk(A1001, 1, 60),
    ),
    2: (*queue(Q8000, 1, 20, 0), *once(Q8000, "CallAbandoned", 20)),
    3: (
        *queue(Q8000, 1, 8, 0),
        *once(Q8000, "CallDistributed", 8),
        Q8000.number("CallAbandonedFromRinging", 1),
        Q8000.number("CallAbandoned", 0),
        *once(A1001, "CallRinging", 6),
        *once(A1001, "CallAbandonedFromRinging", 6),
        *none_of(A1001, "CallForwarded"),
    ),
    4: (
        *queue(Q8000, 1, 5, 1),
        *once(A1001, "CallRinging", 15),
        *once(A1001, "CallForwarded", 15),
        Q8000.number("CallForwarded", 1),
        *talk(A1001, 0, 0),
        *once(A1002, "CallRinging", 3),
        *talk(A1002, 1, 60),
    ),
    5: (
        *queue(Q8000, 2, 7, 1),
        Q8000.number("CallDistributed", 2),
        Q8000.row("MaxTime", "CallDistributed", 5),
        Q8000.row("MinTime", "CallDistributed", 2),
        Q8000.number("CallForwarded", 1),
        A1001.number("CallForwarded", 1),
        *talk(A1002, 1, 60),
    ),
    6: (
        *queue(Q8000, 1, 30, 0),
        *once(Q8000, "CallDistributedToQueue", 30),
        Q8000.number("CallAbandoned", 0),
        *queue(Q8001, 1, 10, 1),
        *talk(A1002, 1, 60),
    ),
    7: (
        *queue(RP8500, 1, 30, 1),
        RP8500.number("CallTreatmentStarted", 1),
        *once(RP8500, "CallTreatmentCompleted", 28),
        RP8500.number("CallDistributed", 1),
        *talk(A1001, 1, 60),
    ),
    8: (
        *queue(RP8500, 1, 10, 0),
        RP8500.number("CallDistributedToQueue", 1),
        *queue(Q8000, 1, 8, 1),
        *talk(A1001, 1, 30),
    ),
    9: (*once(PORT7900, "CallInbound", 40), *queue(Q8000, 1, 9, 1), *talk(A1001, 1, 60)),
    10: (
        *once(A1001, "CallDialing", 4),
        *talk(A1001, 1, 30, "CallInternal"),
        *once(A1001, "CallInternalOriginated", 30),
        *none_of(A1001, "CallInternalReceived"),
        *once(A1002, "CallRinging", 4),
        *talk(A1002, 1, 30, "CallInternal"),
        *once(A1002, "CallInternalReceived", 30),
        *none_of(A1002, "CallInternalOriginated"),
    ),
    11: (*once(A1001, "CallDialing", 8), *talk(A1001, 1, 90, "CallOutbound")),
    12: (
        *once(A1001, "CallDialing", 5),
        *once(A1001, "CallAbandonedFromDialing", 5),
        *none_of(A1001, "CallOutbound"),
    ),
    13: (
        *once(A1001, "CallDialing", 31),
        *once(A1001, "CallAbandonedFromDialing", 31),
        *none_of(A1001, "CallOutbound"),
    ),
    14: (
        *once(A1001, "CallInbound", 60),
        A1001.status("CallInbound", 50),
        A1001.stretches("CallInbound", 2),
        A1001.row("MaxTime", "CallInbound", 30, "AgentStatus"),
        A1001.row("MinTime", "CallInbound", 20, "AgentStatus"),
        *once(A1001, "CallOnHold", 10),
    ),
    15: (
        *once(A1001, "CallInbound", 50),
        A1001.status("CallInbound", 30),
        A1001.status("CallOnHold", 20),
        *once(A1001, "CallOnHold", 20),
        *once(A1001, "CallAbandonedFromHold", 20),
    ),
    16: (
        *talk(A1001, 1, 30),
        *once(A1001, "CallTransferMade", 30),
        *once(A1002, "CallRinging", 3),
        *talk(A1002, 1, 60),
        A1002.number("CallTransferTaken", 1),
    ),
    17: (
        *once(A1001, "CallInbound", 43),
        A1001.status("CallInbound", 30),
        *once(A1001, "CallOnHold", 13),
        *talk(A1001, 1, 10, "CallConsult"),
        *once(A1001, "CallTransferMade", 43),
        *talk(A1002, 1, 10, "CallConsult"),
        *talk(A1002, 1, 60),
        A1002.number("CallTransferTaken", 1),
        A1002.number("CallAnswered", 1),
    ),
    18: (
        A1001.status("CallInbound", 30),
        *once(A1001, "CallOnHold", 4),
        *once(A1001, "CallDialing", 4),
        A1001.number("CallTransferMade", 1),
        A1002.number("CallRinging", 2),
        A1002.time("CallRinging", 8),
        *once(A1002, "CallRingingPartyChanged", 4),
        *once(A1002, "CallAnswered", 4),
        *talk(A1002, 1, 60),
        A1002.number("CallTransferTaken", 1),
    ),
    19: (
        *once(A1001, "CallInbound", 79),
        A1001.status("CallInbound", 60),
        A1001.row("MaxTime", "CallInbound", 30, "AgentStatus"),
        A1001.row("MinTime", "CallInbound", 30, "AgentStatus"),
        *once(A1001, "CallOnHold", 19),
        *once(A1001, "CallConsult", 15),
        *none_of(A1001, *TRANSFERS),
        *once(A1002, "CallConsult", 15),
        *none_of(A1002, "CallInbound"),
    ),
    20: (
        *once(A1001, "CallInbound", 93),
        A1001.status("CallInbound", 80),
        A1001.row("MaxTime", "CallInbound", 50, "AgentStatus"),
        A1001.row("MinTime", "CallInbound", 30, "AgentStatus"),
        *once(A1001, "CallOnHold", 13),
        *once(A1001, "CallConsult", 10),
        A1001.number("CallConferenceMade", 1),
        *once(A1002, "CallConsult", 10),
        *talk(A1002, 1, 30),
        A1002.number("CallConferenceJoined", 1),
    ),
    21: (
        *talk(A1001, 1, 30),
        A1001.number("CallTransferMade", 1),
        *queue(Q8001, 1, 8, 1),
        *talk(A1002, 1, 60),
    ),
    22: (
        *queue(Q8001, 1, 12, 1),
        Q8001.number("CallAbandoned", 0),
        Q8001.number("CallWait", 1),
        *once(Q8001, "CallWaitConsult", 4),
        *once(Q8001, "CallWaitInbound", 8),
        Q8001.running("CallWaitConsult", 1, at=35.0),
        Q8001.running("CallWaitInbound", 1, at=36.0),
        A1001.status("CallInbound", 30),
        *once(A1001, "CallOnHold", 4),
        A1001.number("CallTransferMade", 1),
        *talk(A1002, 1, 60),
    ),
    23: (
        *talk(A1001, 1, 60),
        A1001.number("CallRinging", 2),
        A1001.time("CallRinging", 12),
        A1001.row("MaxTime", "CallRinging", 10),
        A1001.row("MinTime", "CallRinging", 2),
        A1001.number("CallAbandonedFromRinging", 1),
        A1001.stretches("CallInbound", 1),
        A1001.status("CallRinging", 2),
    ),
    24: (
        A1001.number("AgentLogin", 1),
        *once(A1001, "LoggedIn", 190),
        A1001.status("NotReadyForNextCall", 70),
        A1001.status("NotReadyForNextCall", 10, filter='~PairExists(Reasons,"Reason")'),
        A1001.status("NotReadyForNextCall", 30, filter='PairExists(Reasons,"Reason","Lunch")'),
        A1001.status("NotReadyForNextCall", 30, filter='PairExists(Reasons,"Reason","Break")'),
        A1001.number("WaitForNextCall", 2),
        A1001.time("WaitForNextCall", 120),
        A1001.row("MaxTime", "WaitForNextCall", 60),
        A1001.row("MinTime", "WaitForNextCall", 60),
    ),
    25: (
        *talk(A1001, 1, 60),
        *once(A1001, "AfterCallWork", 20),
        A1001.status("AfterCallWork", 20),
        A1001.status_since("WaitForNextCall", 100.0, since=82.0),
    ),
    26: (
        *talk(A1001, 1, 60),
        A1001.stretches("CallInbound", 1),
        *once(A1001, "AfterCallWork", 20),
        A1001.status("AfterCallWork", 20),
        A1001.status_since("CallInbound", 61.0, since=2.0),
    ),
    27: (
        *once(DN7001, "CallInbound", 60),
        A1001.status_since("LoggedOut", 100.0, since=32.0),
        A1001.status("CallInbound", 30),
        *once(A1001, "CallInbound", 60),
    ),
    28: (
        A1001.number("LoggedIn", 2),
        A1001.time("LoggedIn", 160),
        A1001.row("MaxTime", "LoggedIn", 100),
        A1001.row("MinTime", "LoggedIn", 60),
        A1001.status("~LoggedOut", 100),
        *talk(A1001, 1, 30),
        A1001.status_since("CallInbound", 59.0, since=30.0),
    ),
    29: (
        A1001.number("AgentLogin", 2),
        A1001.number("LoggedIn", 2),
        A1001.time("LoggedIn", 140),
        A1001.row("MaxTime", "LoggedIn", 100),
        A1001.row("MinTime", "LoggedIn", 40),
        A1001.status_since("LoggedOut", 159.0, since=100.0),
        *once(DESK7001, "LoggedIn", 100),
        DESK7003.row("CurrentTime", "LoggedIn", 20, at=180.0),
        DESK7003.running("LoggedIn", 0, at=159.0),
    ),
    30: (
        *talk(A1001, 1, 60),
        A1001.number("CallInbound", 1, filter=SALES),
        A1001.time("CallInbound", 28, filter=SALES),
        A1001.number("CallInbound", 1, filter=BILLING),
        A1001.time("CallInbound", 32, filter=BILLING),
        A1001.number("CallInboundCompleted", 1, filter=BILLING),
        A1001.time("CallInboundCompleted", 60, filter=BILLING),
        A1001.number("CallInboundCompleted", 0, filter=SALES),
    ),
    31: (
        *once(A1001, "CallInbound", 48),
        A1001.number("CallInboundCompleted", 0),
        A1001.status("NotMonitored", 20),
        A1001.status_since("NotMonitored", 49.0, since=30.0),
        A1001.running("LoggedIn", 1),
        A1001.number("LoggedIn", 0),
    ),
    32: (*once(A1001, "CallInbound", 78),),
    33: (
        A1001.status_since("LoggedOut", 100.0, since=50.0),
        *once(A1001, "CallInbound", 48),
        A1009.running("LoggedIn", 1),
        A1009.row("CurrentTime", "LoggedIn", 50, at=100.0),
        A1009.status_since("NotReadyForNextCall", 100.0, since=50.0),
    ),
    34: (
        *once(A1001, "CallInbound", 58),
        A1001.status_since("LoggedOut", 100.0, since=60.0),
        Q8000.number("CallEntered", 1),
        *none_of(Q8000, "CallAnswered", "CallAbandoned", "CallCleared", "CallDistributed"),
        *once(Q8000, "StuckCallCleaned", 50),
        Q8000.running("CallWait", 0),
        Q8000.row("CurrentTime", "CallWait", 49, at=59.0),
    ),
    35: (
        A1001.running("LoggedIn", 1),
        A1001.status_since("WaitForNextCall", END, since=-10.0),
        *none_of(A1001, "WaitForNextCall", "NotReadyForNextCall", "AgentLogin", "AgentLogout"),
    ),
    36: (
        *talk(A1001, 1, 60),
        A1001.stretches("CallInbound", 1),
        *once(DN7003, "CallObserving", 40),
        *once(DN7001, "CallObserved", 40),
        *none_of(DN7003, "CallInbound", "CallRinging", *TRANSFERS, *CONFERENCES),
        *none_of(A1001, *TRANSFERS, *CONFERENCES),
    ),
}

STATES: Final[Mapping[int, tuple[StateRow, ...]]] = {
    35: (
        StateRow("RegDN", "7001@pbx1", 30.0, {"dnd": True}),
        StateRow("RegDN", "7001@pbx1", 60.0, {"dnd": False}),
    ),
}
"""Checks that are no numbers: they need a reader of `CurrentState`."""
