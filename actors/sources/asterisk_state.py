"""What we know of one Asterisk: its channels, who talks to whom, who waits, who is a member of which queue.

Plain structs, so that a snapshot can hold them as they are. Keys of channels and parties are Asterisk's Uniqueids,
those of lines and members are numbers of DNs. A party is one channel at one DN of ours (`sources.md` 3.3).
"""

from __future__ import annotations

import msgspec

from actors.sources.ami import AmiMessage


class Channel(msgspec.Struct):
    """A channel that called, or may call, one of our queues or DNs.

    `conn_id` is its Linkedid when first seen, kept for life. `parties` are those it made ring at our DNs. `is_over`
    says that it was a party itself, which has ended: Asterisk may still list it, in its bridge even.
    """

    conn_id: str
    linkedid: str
    name: str = ""
    number: str = ""
    dnis: str = ""
    call_type: str = ""
    previous_conn_id: str = ""
    user_data: dict[str, str] = {}
    is_hanging_up: bool = False
    is_over: bool = False
    transferred_by: str = ""
    parties: list[str] = []


class Party(msgspec.Struct):
    """One call at one DN. `state` is as in `calls` of EventRegistered.

    `ended_us` is set when something showed that the party is over but not yet how: `verdict`, a call state, is what it
    was if nothing better comes in time.
    """

    dn: str
    conn_id: str
    caller: str
    state: str
    role: str
    since_us: int
    call_type: str
    other_dn: str = ""
    queue: str = ""
    ani: str = ""
    dnis: str = ""
    previous_conn_id: str = ""
    is_answered: bool = False
    is_hanging_up: bool = False
    is_transferring: bool = False
    is_conference: bool = False
    ended_us: int = 0
    verdict: str = ""


class Waiting(msgspec.Struct):
    """A caller in a queue. `ended_us` and `verdict` as in `Party`.

    `left` says that only a QueueCallerLeave has shown the end, `status` what QUEUESTATUS says of it.
    """

    queue: str
    conn_id: str
    since_us: int
    call_type: str
    ani: str = ""
    dnis: str = ""
    previous_conn_id: str = ""
    status: str = ""
    ended_us: int = 0
    verdict: str = ""
    left: bool = False


class Membership(msgspec.Struct):
    """A DN in one queue."""

    is_paused: bool = False
    wrap_up_us: int = 0


class Member(msgspec.Struct):
    """Who sits at a DN, in which queues, and what was last told of him.

    `is_known` once Asterisk has said how his membership began or ended; `is_pool` for an agent of app_agent_pool.
    """

    agent_id: str = ""
    queues: dict[str, Membership] = {}
    reason: str = ""
    told: str = ""
    told_reason: str = ""
    since_us: int = 0
    login_us: int = 0
    wrap_up_until_us: int = 0
    is_known: bool = False
    is_pool: bool = False


class Held(msgspec.Struct):
    """A real event that came while the present state was still being told."""

    message: AmiMessage
    time_us: int | None


class Sync(msgspec.Struct):
    """The present state as far as it has come (`sources.md` 3.2).

    `has_queues` and `has_channels` once that list is complete; `refused` are the ActionIDs of lists that will not come.
    """

    uptime_us: int
    queues: list[AmiMessage] = []
    members: list[AmiMessage] = []
    entries: list[AmiMessage] = []
    channels: list[AmiMessage] = []
    held: list[Held] = []
    has_queues: bool = False
    has_channels: bool = False
    refused: list[str] = []


class SwitchState(msgspec.Struct):
    """All a connector must remember of one Asterisk.

    `last_us` is the last stamp, `now_us` what is undated happens at, `told_us` the time of the last event told.
    """

    version: int = 1
    channels: dict[str, Channel] = {}
    parties: dict[str, Party] = {}
    lines: dict[str, list[str]] = {}
    waiting: dict[str, Waiting] = {}
    members: dict[str, Member] = {}
    interfaces: dict[str, str] = {}
    halves: dict[str, str] = {}
    optimising: dict[str, str] = {}
    timers: dict[str, int] = {}
    counters: dict[str, int] = {}
    sync: Sync | None = None
    is_lost: bool = False
    last_us: int = 0
    now_us: int = 0
    told_us: int = 0
