"""An Asterisk as a T-Server: what its manager interface says, told in the events of `sources.md` 1.

The mapping is the table `RULES`, one row a kind of AMI event (`sources.md` 3.4). Nothing here knows a socket or a
clock: messages come with their time, and what has to happen later is asked for as a timer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from actors.configuration.environment import Dn
from actors.sources import asterisk_calls as calls
from actors.sources import asterisk_channels as channels
from actors.sources import asterisk_endings as endings
from actors.sources import asterisk_members as members
from actors.sources import asterisk_present as present
from actors.sources import asterisk_transfers as transfers
from actors.sources.ami import AmiMessage
from actors.sources.asterisk_book import Book, Timer
from actors.sources.asterisk_state import SwitchState, Sync
from actors.vocabulary.events import TServerEvent


class Rule(NamedTuple):
    """What to do with one kind of AMI event, and the fields without which it cannot be done."""

    apply: Callable[[Book, AmiMessage], None]
    needs: tuple[str, ...] = ()


RULES: Final[Mapping[str, Rule]] = {
    "VarSet": Rule(channels.on_var_set, ("Uniqueid", "Variable")),
    "QueueMemberAdded": Rule(members.on_member_added, ("Queue", "MemberName", "Interface")),
    "QueueMemberRemoved": Rule(members.on_member_removed, ("Queue", "MemberName", "Interface")),
    "QueueMemberPause": Rule(members.on_member_pause, ("Queue", "MemberName", "Interface", "Paused")),
    "AgentLogin": Rule(members.on_pool_login, ("Agent",)),
    "AgentLogoff": Rule(members.on_pool_logoff, ("Agent",)),
    "QueueCallerJoin": Rule(calls.on_caller_join, ("Queue", "Uniqueid")),
    "QueueCallerLeave": Rule(calls.on_caller_leave, ("Queue", "Uniqueid")),
    "QueueCallerAbandon": Rule(calls.on_caller_abandon, ("Queue", "Uniqueid")),
    "AgentCalled": Rule(calls.on_agent_called, ("Queue", "Interface", "MemberName", "DestUniqueid")),
    "AgentRingNoAnswer": Rule(calls.on_ring_no_answer, ("DestUniqueid",)),
    "AgentConnect": Rule(calls.on_agent_connect, ("Queue", "Interface")),
    "AgentComplete": Rule(calls.on_agent_complete),
    "DialBegin": Rule(channels.on_dial_begin, ("DestUniqueid",)),
    "DialEnd": Rule(channels.on_dial_end, ("DestUniqueid", "DialStatus")),
    "Hold": Rule(channels.on_hold, ("Uniqueid",)),
    "Unhold": Rule(channels.on_unhold, ("Uniqueid",)),
    "HangupRequest": Rule(channels.on_hangup_request, ("Uniqueid",)),
    "Hangup": Rule(channels.on_hangup, ("Uniqueid",)),
    "UserEvent": Rule(channels.on_user_event),
    "BridgeEnter": Rule(channels.on_bridge_enter, ("Uniqueid",)),
    "BlindTransfer": Rule(transfers.on_blind_transfer, ("Result", "TransfererUniqueid")),
    "AttendedTransfer": Rule(
        transfers.on_attended_transfer, ("Result", "OrigTransfererUniqueid", "SecondTransfererUniqueid")
    ),
    "ChanSpyStart": Rule(transfers.on_spy_start, ("SpyerUniqueid", "SpyeeUniqueid")),
    "ChanSpyStop": Rule(transfers.on_spy_stop, ("SpyerUniqueid",)),
    "LocalBridge": Rule(transfers.on_local_bridge, ("LocalOneUniqueid", "LocalTwoUniqueid")),
    "LocalOptimizationBegin": Rule(transfers.on_optimization_begin, ("LocalOneUniqueid", "SourceUniqueid")),
    "LocalOptimizationEnd": Rule(transfers.on_optimization_end, ("LocalOneUniqueid",)),
}

TIMERS: Final[Mapping[str, Callable[[Book, str], None]]] = {
    "party": endings.on_party_due,
    "waiting": calls.on_waiting_due,
    "wrap-up": members.on_wrap_up_due,
    "merge": channels.on_merge_due,
}
"""What a timer does, by the first word of its key."""

LOSSES: Final = frozenset({"ServerDisconnected", "Shutdown"})
"""AMI events after which there is no link: the recorder's own note, and Asterisk going down."""


class AsteriskSwitch:
    """One Asterisk, from messages to events.

    Args:
        dns: the DNs of its switch.
        state: what a former one remembered (`state`), for a restart; by default nothing.
    """

    def __init__(self, dns: Iterable[Dn], state: SwitchState | None = None) -> None:
        self._book = Book(dns, state or SwitchState())
        self.bring = self._book.bring
        self.take_out = self._book.take_out

    @property
    def state(self) -> SwitchState:
        """All that has to be kept in a snapshot."""
        return self._book.state

    @property
    def counters(self) -> Mapping[str, int]:
        """What was set aside, by reason: `incomplete`, `unknown_dn`, `late`."""
        return self._book.state.counters

    def again(self, state: SwitchState | None) -> AsteriskSwitch:
        """One with the same DNs that remembers this."""
        return AsteriskSwitch(self._book.dns.values(), state)

    def apply(self, message: AmiMessage, time_us: int | None) -> list[TServerEvent]:
        """The events that `message` makes.

        Args:
            message: as framed.
            time_us: its time in microseconds, never before that of the message before; None if it carries none.

        Returns:
            Events in order. The first proof of an end dates it, so an event may be up to `VERDICT_US` older than the
            message that told how it ended, but never older than the event before it.
        """
        state = self.state
        if message.get("Event") == "FullyBooted":
            present.begin(self._book, message)
            return []
        if state.sync is None or message.get("Event") in LOSSES:
            return self._happen(message, time_us)
        present.take(state.sync, message, time_us)
        dated_us = present.date_of(state.sync)
        return [] if dated_us is None else self._settle(state.sync, dated_us)

    def due(self, key: str, time_us: int) -> list[TServerEvent]:
        """The events of a timer that is due; none if it was stopped, or put off, meanwhile."""
        if self.state.timers.get(key, time_us + 1) > time_us:
            return []
        del self.state.timers[key]
        self._move_to(time_us)
        kind, _, what = key.partition(":")
        TIMERS[kind](self._book, what)
        return self._taken()

    def lost(self, time_us: int) -> list[TServerEvent]:
        """The link broke: EventServerDisconnected, once. What is there is remembered for the next session."""
        if self.state.is_lost:
            return []
        self._move_to(time_us)
        for key in [key for key in self.state.timers if not key.startswith("wrap-up")]:
            kind, _, what = key.partition(":")
            del self.state.timers[key]
            TIMERS[kind](self._book, what)
        self.state.is_lost, self.state.sync = True, None
        self._book.tell_link("EventServerDisconnected")
        return self._taken()

    def take_timers(self) -> list[Timer]:
        """Timers asked for since the last call; `timers` has all, for a restart."""
        timers, self._book.new_timers = self._book.new_timers, []
        return timers

    def timers(self) -> list[Timer]:
        """All timers running, the first due first."""
        return sorted(Timer(due_us, key) for key, due_us in self.state.timers.items())

    def _settle(self, sync: Sync, time_us: int) -> list[TServerEvent]:
        self.state.sync = None
        self._book.time_us = time_us
        present.settle(self._book, sync)
        events = self._taken()
        for held in sync.held:
            events += self._happen(held.message, held.time_us)
        return events

    def _happen(self, message: AmiMessage, time_us: int | None) -> list[TServerEvent]:
        if time_us is not None:
            self._move_to(time_us)
        event = message.get("Event", "")
        rule = RULES.get(event)
        if rule is None:
            return self.lost(self._book.time_us) if event in LOSSES else []
        for field in rule.needs:
            if not message.get(field):
                self._book.count("incomplete")
                return []
        rule.apply(self._book, message)
        return self._taken()

    def _move_to(self, time_us: int) -> None:
        self._book.time_us = self.state.last_us = max(time_us, self.state.last_us)

    def _taken(self) -> list[TServerEvent]:
        events, self._book.events = self._book.events, []
        return events
