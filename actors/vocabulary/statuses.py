"""Statuses and their order (`semantics.md` 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

NOT_MONITORED: Final = "NotMonitored"
MONITORED: Final = "Monitored"
LOGGED_IN: Final = "LoggedIn"
LOGGED_OUT: Final = "LoggedOut"
WAIT_FOR_NEXT_CALL: Final = "WaitForNextCall"
NOT_READY: Final = "NotReadyForNextCall"
AFTER_CALL_WORK: Final = "AfterCallWork"

PRIORITY: Final = (
    NOT_MONITORED,
    MONITORED,
    LOGGED_IN,
    "OnHook",
    WAIT_FOR_NEXT_CALL,
    "OffHook",
    "CallDialing",
    "CallRinging",
    NOT_READY,
    AFTER_CALL_WORK,
    "CallOnHold",
    "ASM_Engaged",
    "ASM_Outbound",
    "CallUnknown",
    "CallConsult",
    "CallInternal",
    "CallOutbound",
    "CallInbound",
)
"""Low to high: a regular DN has the highest of its running actions (`semantics.md` 4.1)."""

RANK: Final[Mapping[str, int]] = {status: rank for rank, status in enumerate(PRIORITY)}

AGENT_STATUSES: Final = frozenset(PRIORITY) | {LOGGED_OUT}
"""What an agent's status may be: `LoggedOut` where it is logged in nowhere."""

GROUP_STATUSES: Final = frozenset({WAIT_FOR_NEXT_CALL, NOT_READY, NOT_MONITORED, LOGGED_OUT})
"""What a group's status may be (`semantics.md` 4.3)."""
