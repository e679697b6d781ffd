"""The calls that wait at a mediation DN: how each enters, goes on and leaves (`semantics.md` 2.4, the upper half).

What becomes of them at regular DNs reaches the mediation DN ready made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from typing import Any, Final

import msgspec

from actors.objects.messages import DnEvent, EarlierData, WaitUsedUp
from actors.objects.party import told_by
from actors.statistics.changes import (
    ActionBegan,
    ActionChanged,
    ActionEnded,
    ActionHappened,
    ActionRenamed,
    Attributes,
)
from actors.vocabulary.actions import CALL_TYPES
from actors.vocabulary.events import TServerEvent
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


class Waits(msgspec.Struct):
    """All calls that wait at one mediation DN; `mediation` holds those of its switch, in one set for them all."""

    dn: str
    own: Attributes
    mediation: Set[str] = frozenset()
    waits: dict[str, Wait] = {}
    occurrences: int = 0
    unexpected: int = 0
    order: int = 0
    time_us: int = 0
    told: list[Message] = []

    def call_event(self, event: TServerEvent, message: DnEvent) -> None:
        """Lets an event of a call do what its row says."""
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
        self.set_attributes(wait, told_by(event, wait.attributes))
        if message.earlier_data is not None:
            self._set_earlier_data(wait, message.earlier_data)
        rule = RULES.get(event.event)
        if rule is not None:
            rule(self, wait, event)

    # -- what is told ----------------------------------------------------------------------------------------------

    def begin(self, action: str, attributes: Attributes, began_us: int) -> str:
        """Begins a durable action; the name of its occurrence."""
        self.occurrences += 1
        occurrence = f"{self.dn}#{self.occurrences}"
        self.told.append(ActionBegan(self.order, self.time_us, action, occurrence, began_us, self.dn, attributes))
        return occurrence

    def end(self, action: str, occurrence: str, ended_us: int | None = None) -> None:
        """Ends a durable action, now or at an earlier moment that is known only now."""
        self.told.append(ActionEnded(self.order, self.time_us, action, occurrence, ended_us))

    def _happen(self, action: str, duration_us: int, attributes: Attributes) -> None:
        self.told.append(ActionHappened(self.order, self.time_us, action, duration_us, attributes))

    def set_attributes(self, wait: Wait, attributes: Attributes) -> None:
        """Lets a wait go on with other attributes."""
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
        self.begin_wait(event.conn_id, attributes, self.time_us)
        self._happen("CallEntered", 0, attributes)

    def begin_wait(self, conn_id: str, attributes: Attributes, entered_us: int) -> None:
        """A call waits here."""
        action = wait_action(attributes.call_type)
        occurrence = self.begin(action, attributes, entered_us)
        self.waits[conn_id] = Wait(action, occurrence, entered_us, attributes, self.order)

    def leave(self, wait: Wait, left_us: int, *actions: str) -> None:
        """A wait ends, with the retrospective actions that look back on it."""
        del self.waits[wait.attributes.conn_id]
        self.end(wait.action, wait.occurrence, left_us if left_us < self.time_us else None)
        for action in actions:
            self._happen(action, left_us - wait.entered_us, wait.attributes)

    def _divert(self, wait: Wait, event: TServerEvent) -> None:
        if event.call_state in CLEARED:
            self.leave(wait, self.time_us, "CallCleared")
        else:
            self.leave(wait, self.time_us, *self._distributed(event.third_party_dn))

    def _distributed(self, next_stop: str) -> tuple[str, ...]:
        if next_stop in self.mediation:
            return ("CallDistributed", "CallDistributedToQueue")
        return ("CallDistributed",)

    def _abandon(self, wait: Wait, _event: TServerEvent) -> None:
        self.leave(wait, self.time_us, "CallAbandoned")

    def use_up(self, message: WaitUsedUp) -> None:
        """The call turned up elsewhere: it had left when its route was used, known only now."""
        self.order, self.time_us = message.order, message.time_us
        wait = self.waits.get(message.conn_id)
        if wait is not None:
            self.leave(wait, message.route_used_us, *self._distributed(message.next_stop))

    def hear_earlier_data(self, message: EarlierData) -> None:
        """The call that one here was a consultation for has other data."""
        self.order, self.time_us = message.order, message.time_us
        wait = self.waits.get(message.conn_id)
        if wait is not None:
            self._set_earlier_data(wait, message.data)

    def _set_earlier_data(self, wait: Wait, data: dict[str, Any]) -> None:
        self.set_attributes(wait, msgspec.structs.replace(wait.attributes, earlier_data=data))

    def _party_changed(self, event: TServerEvent, message: DnEvent) -> None:
        """A waiting call becomes another call, of another type perhaps; it has entered once (flow 22).

        If that other call waits here too, it goes on, and the one that it takes in is cleared: another way was found.
        """
        wait = self.waits.get(event.conn_id)
        former = self.waits.get(event.previous_conn_id)
        if wait is None:
            wait = former
        elif former is not None and former is not wait:
            self.leave(former, self.time_us, "CallCleared")
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
            self.set_attributes(wait, attributes)
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


def wait_action(call_type: str) -> str:
    """The name of the wait of a call of this type (`semantics.md` 2.4)."""
    return f"CallWait{call_type if call_type in CALL_TYPES else 'Unknown'}"


ENTERING: Final = frozenset({"EventQueued", "EventRouteRequest"})
AFTERWARDS: Final = frozenset({"EventDiverted", "EventRouteUsed", "EventAttachedDataChanged"})
"""May come for a call that has left: nothing is missing then."""

RULES: Final[Mapping[str, Callable[[Waits, Wait, TServerEvent], None]]] = {
    "EventDiverted": Waits._divert,
    "EventAbandoned": Waits._abandon,
    "EventReleased": Waits._abandon,
    "EventTreatmentApplied": Waits._treat,
    "EventTreatmentNotApplied": Waits._treatment_failed,
    "EventTreatmentEnd": Waits._treatment_ended,
}
