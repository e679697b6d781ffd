"""One mediation DN: the calls that wait there and how each of them left (the upper half of table 2.4, `semantics.md`).

What becomes of its calls at regular DNs reaches it ready made; its actor only passes that on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

import msgspec

from actors.objects.calls import told_by, told_by_state
from actors.objects.messages import DnEvent, EarlierData, WaitUsedUp
from actors.objects.sequence import put_in_order
from actors.statistics.changes import (
    ActionBegan,
    ActionChanged,
    ActionEnded,
    ActionHappened,
    ActionRenamed,
    Attributes,
)
from actors.vocabulary.actions import CALL_TYPES
from actors.vocabulary.events import CALL_EVENTS, PartyState, TServerEvent
from actors.vocabulary.statuses import MONITORED, NOT_MONITORED
from actors.vocabulary.times import microseconds
from runtime.mail import Message

CLEARED: Final = frozenset({"Redirected", "Cleared", "Overflowed"})
"""Call states of an `EventDiverted` that found the call another way, or took it out."""


class Wait(msgspec.Struct):
    """A call that waits here, known by a message of an order; `treated_us` is when its treatment was applied."""

    action: str
    occurrence: str
    entered_us: int
    attributes: Attributes
    order: int = 0
    treated_us: int | None = None


class Queue(msgspec.Struct):
    """The state of a mediation DN; `mediation` holds the numbers of its switch's mediation DNs."""

    dn: str
    own: Attributes
    mediation: frozenset[str] = frozenset()
    waits: dict[str, Wait] = {}
    is_monitored: bool = False
    monitor: str = ""
    since_us: int = 0
    is_dark: bool = False
    lost_us: int | None = None
    cut_off: dict[str, int] = {}
    occurrences: int = 0
    unexpected: int = 0
    order: int = 0
    time_us: int = 0
    told: list[Message] = []

    def apply(self, message: DnEvent) -> None:
        """Lets one event of the DN do all that it does here."""
        event = message.event
        self.order, self.time_us = message.order, message.time_us
        if event.event in GONE:
            self._lose(event)
        elif event.event in ("EventRegistered", "EventAddressInfo"):
            self._register(event)
        elif event.event != "EventError":
            if not self.is_dark:
                self._monitor(is_on=True)
            if event.event in CALL_EVENTS:
                self._call_event(event, message)
        put_in_order(self.told)

    def _call_event(self, event: TServerEvent, message: DnEvent) -> None:
        if event.event == "EventPartyChanged":
            self._party_changed(event, message)
            return
        wait = self.waits.get(event.conn_id)
        if wait is None:
            if event.event in ENTERING:
                self._enter(event, message)
            else:
                self.unexpected += event.event not in AFTERWARDS
            return
        self._set_attributes(wait, told_by(event, wait.attributes))
        if message.earlier_data is not None:
            self._set_earlier_data(wait, message.earlier_data)
        rule = RULES.get(event.event)
        if rule is not None:
            rule(self, wait, event)

    # -- what is told ----------------------------------------------------------------------------------------------

    def _begin(self, action: str, attributes: Attributes, began_us: int) -> str:
        self.occurrences += 1
        occurrence = f"{self.dn}#{self.occurrences}"
        self.told.append(ActionBegan(self.order, self.time_us, action, occurrence, began_us, self.dn, attributes))
        return occurrence

    def _end(self, action: str, occurrence: str, ended_us: int | None = None) -> None:
        self.told.append(ActionEnded(self.order, self.time_us, action, occurrence, ended_us))

    def _happen(self, action: str, duration_us: int, attributes: Attributes) -> None:
        self.told.append(ActionHappened(self.order, self.time_us, action, duration_us, attributes))

    def _set_attributes(self, wait: Wait, attributes: Attributes) -> None:
        if attributes != wait.attributes:
            wait.attributes = attributes
            self.told.append(ActionChanged(self.order, self.time_us, wait.action, wait.occurrence, attributes))

    # -- waits -----------------------------------------------------------------------------------------------------

    def _enter(self, event: TServerEvent, message: DnEvent) -> None:
        known = msgspec.structs.replace(
            self.own,
            conn_id=event.conn_id,
            this_queue=self.own.this_dn,
            user_data=message.call_data,
            earlier_data=message.earlier_data,
        )
        attributes = told_by(event, known)
        self._wait(event.conn_id, attributes, self.time_us)
        self._happen("CallEntered", 0, attributes)

    def _wait(self, conn_id: str, attributes: Attributes, entered_us: int) -> None:
        action = wait_action(attributes.call_type)
        occurrence = self._begin(action, attributes, entered_us)
        self.waits[conn_id] = Wait(action, occurrence, entered_us, attributes, self.order)

    def _leave(self, wait: Wait, left_us: int, *actions: str) -> None:
        del self.waits[wait.attributes.conn_id]
        self._end(wait.action, wait.occurrence, left_us if left_us < self.time_us else None)
        for action in actions:
            self._happen(action, left_us - wait.entered_us, wait.attributes)

    def _divert(self, wait: Wait, event: TServerEvent) -> None:
        if event.call_state in CLEARED:
            self._leave(wait, self.time_us, "CallCleared")
        else:
            self._leave(wait, self.time_us, *self._distributed(event.third_party_dn))

    def _distributed(self, next_stop: str) -> tuple[str, ...]:
        if next_stop in self.mediation:
            return ("CallDistributed", "CallDistributedToQueue")
        return ("CallDistributed",)

    def _abandon(self, wait: Wait, _event: TServerEvent) -> None:
        self._leave(wait, self.time_us, "CallAbandoned")

    def use_up(self, message: WaitUsedUp) -> None:
        """The call turned up elsewhere: it had left when its route was used, known only now."""
        self.order, self.time_us = message.order, message.time_us
        wait = self.waits.get(message.conn_id)
        if wait is not None:
            self._leave(wait, message.route_used_us, *self._distributed(message.next_stop))

    def clean(self, order: int, time_us: int, conn_ids: Collection[str]) -> None:
        """Removes stuck calls (`semantics.md` 9.3)."""
        self.order, self.time_us = order, time_us
        for wait in [wait for conn_id, wait in self.waits.items() if conn_id in conn_ids]:
            self._leave(wait, time_us, "StuckCallCleaned")
        put_in_order(self.told)

    def hear_earlier_data(self, message: EarlierData) -> None:
        """The call that one here was a consultation for has other data."""
        self.order, self.time_us = message.order, message.time_us
        wait = self.waits.get(message.conn_id)
        if wait is not None:
            self._set_earlier_data(wait, message.data)

    def _set_earlier_data(self, wait: Wait, data: dict[str, Any]) -> None:
        self._set_attributes(wait, msgspec.structs.replace(wait.attributes, earlier_data=data))

    def _party_changed(self, event: TServerEvent, message: DnEvent) -> None:
        """A waiting call becomes another call, of another type perhaps; it has entered once (flow 22).

        If that other call waits here too, it goes on, and the one that it takes in is cleared: another way was found.
        """
        wait = self.waits.get(event.conn_id)
        former = self.waits.get(event.previous_conn_id)
        if wait is None:
            wait = former
        elif former is not None and former is not wait:
            self._leave(former, self.time_us, "CallCleared")
        if wait is None:
            self.unexpected += 1
            return
        known = wait.attributes
        if event.conn_id != known.conn_id:
            known = msgspec.structs.replace(known, conn_id=event.conn_id, user_data=message.call_data)
        attributes = told_by(event, known)
        del self.waits[wait.attributes.conn_id]
        self.waits[event.conn_id] = wait
        action = wait_action(attributes.call_type) if event.call_type else wait.action
        if action == wait.action:
            self._set_attributes(wait, attributes)
            return
        renamed = ActionRenamed(self.order, self.time_us, wait.action, action, wait.occurrence, attributes)
        self.told.append(renamed)
        wait.action, wait.attributes = action, attributes

    # -- treatments ------------------------------------------------------------------------------------------------

    def _treat(self, wait: Wait, _event: TServerEvent) -> None:
        wait.treated_us = self.time_us
        self._happen("CallTreatmentStarted", 0, wait.attributes)

    def _treatment_failed(self, wait: Wait, _event: TServerEvent) -> None:
        self._happen("CallTreatmentNotStarted", 0, wait.attributes)

    def _treatment_ended(self, wait: Wait, _event: TServerEvent) -> None:
        if wait.treated_us is not None:
            self._happen("CallTreatmentCompleted", self.time_us - wait.treated_us, wait.attributes)
            wait.treated_us = None

    # -- monitored or not, found and gone (9.2) ----------------------------------------------------------------------

    @property
    def status(self) -> str:
        """`Monitored` or `NotMonitored`: a mediation DN has no other status."""
        return MONITORED if self.is_monitored else NOT_MONITORED

    def _monitor(self, *, is_on: bool) -> None:
        if is_on == self.is_monitored and self.monitor:
            return
        if self.monitor:
            self._end(self.status, self.monitor)
        self.is_monitored, self.since_us = is_on, self.time_us
        self.monitor = self._begin(self.status, self.own, self.time_us)

    def is_frozen_since(self, lost_us: int) -> bool:
        """Whether the link was lost then and what ran still waits, open, for the registration."""
        return self.is_dark and self.lost_us == lost_us

    def _lose(self, event: TServerEvent) -> None:
        is_gone = event.event == "EventUnregistered"
        if is_gone:
            self.give_up(self.order, self.time_us)
        if is_gone or self.is_monitored:
            self.is_dark, self.lost_us = True, self.time_us
        self._monitor(is_on=False)

    def give_up(self, order: int, time_us: int) -> None:
        """Ends all that is frozen: the link stayed down too long, or the DN is taken out of service."""
        self.order, self.time_us = order, time_us
        for conn_id, wait in tuple(self.waits.items()):
            self.cut_off[conn_id] = time_us
            self._leave(wait, time_us, "StuckCallCleaned")
        put_in_order(self.told)

    def _register(self, event: TServerEvent) -> None:
        self.is_dark = False
        self._monitor(is_on=True)
        if event.calls is None:
            return
        found = {call.conn_id: call for call in event.calls if call.call_state == "Queued"}
        for conn_id, wait in tuple(self.waits.items()):
            if conn_id not in found:
                self._leave(wait, self.time_us, "StuckCallCleaned")
        for conn_id, call in found.items():
            if conn_id in self.waits:
                wait = self.waits[conn_id]
                self._set_attributes(wait, told_by_state(call, wait.attributes))
            else:
                self._find(call)
        self.cut_off.clear()

    def _find(self, call: PartyState) -> None:
        """A call that waits here and was not seen to enter: not before the loss, nor before the limit ended it."""
        entered_us = self.time_us
        if call.since is not None:
            since_us = max(microseconds(call.since), self.lost_us or 0, self.cut_off.get(call.conn_id, 0))
            entered_us = min(since_us, entered_us)
        known = msgspec.structs.replace(self.own, conn_id=call.conn_id, this_queue=self.own.this_dn)
        self._wait(call.conn_id, told_by_state(call, known), entered_us)

    # -- for a statistic that is opened ----------------------------------------------------------------------------

    def seen(self) -> list[ActionBegan]:
        """All that runs here."""
        own = ActionBegan(self.order, self.time_us, self.status, self.monitor, self.since_us, self.dn, self.own)
        return [own] + [
            ActionBegan(
                wait.order, self.time_us, wait.action, wait.occurrence, wait.entered_us, self.dn, wait.attributes
            )
            for wait in self.waits.values()
        ]


def wait_action(call_type: str) -> str:
    """The name of the wait of a call of this type (`semantics.md` 2.4)."""
    return f"CallWait{call_type if call_type in CALL_TYPES else 'Unknown'}"


def new_queue(dn: str, mediation: frozenset[str], now_us: int, media_type: str = "voice") -> Queue:
    """A mediation DN nothing is known of yet: `NotMonitored` since `now_us`."""
    number = dn.partition("@")[0]
    queue = Queue(dn, Attributes(this_dn=number, media_type=media_type), mediation)
    queue.time_us = now_us
    queue._monitor(is_on=False)
    queue.told.clear()
    return queue


GONE: Final = frozenset({"EventUnregistered", "EventLinkDisconnected", "EventServerDisconnected"})
ENTERING: Final = frozenset({"EventQueued", "EventRouteRequest"})
AFTERWARDS: Final = frozenset({"EventDiverted", "EventRouteUsed", "EventAttachedDataChanged"})
"""May come for a call that has left: nothing is missing then."""

RULES: Final[Mapping[str, Callable[[Queue, Wait, TServerEvent], None]]] = {
    "EventDiverted": Queue._divert,
    "EventAbandoned": Queue._abandon,
    "EventReleased": Queue._abandon,
    "EventTreatmentApplied": Queue._treat,
    "EventTreatmentNotApplied": Queue._treatment_failed,
    "EventTreatmentEnd": Queue._treatment_ended,
}
