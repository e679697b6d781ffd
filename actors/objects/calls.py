"""The calls at one regular DN: which actions each event of a call begins, ends and raises.

The tables 2.2, 2.3 and the lower half of 2.4 of `semantics.md`. A *party* is one call at this DN.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from actors.objects.ledger import Ledger, Running
from actors.objects.messages import Delivery, DnEvent
from actors.statistics.changes import Attributes
from actors.vocabulary.actions import CALL_TYPES
from actors.vocabulary.events import PartyState, TServerEvent

FORWARDED: Final = frozenset({"Redirected", "Forwarded", "NoAnswer"})
GIVEN_AWAY: Final = frozenset({"Transferred", "Conferenced"})
DIRECTED: Final = frozenset({"Internal", "Consult", "Outbound"})
"""Call types with actions of their own for who originated and who received."""
DIALLER: Final = ("ASM_Engaged", "ASM_Outbound")
PAST_MAX: Final = 16
"""Ended calls a virtual queue may still tell of: it does so within the second, and a DN ends few calls in one."""
DIRECTIONS: Final = {"Origination": "Originated", "Destination": "Received"}
ENDED_DIALING: Final = {"Transferred": "CallDialTransferred", "Conferenced": "CallDialConferenced"}
JOINED: Final = {"Conferenced": "CallConferenceJoined"}
ATTRIBUTES: Final = ("this_queue", "other_dn", "ani", "dnis", "media_type", "treatment_type", "call_type")
BEGIN_AGAIN: Final = ("CallRinging", "CallDialing", "CallObserving")
"""Of a party that changes: what ends with the change, and begins anew."""
DATA_ATTRIBUTES: Final = ("reasons", "extensions", "user_data")


class Party(msgspec.Struct):
    """One call at this DN: what of it runs, whose it is, and which queues sent it.

    `call_type` is that of the call action that runs. `answered_us` is the answer (or the begin of talk), which
    `was_answered_unseen` if a registration told of it; `credits` maps each queue to the call's entry there.
    """

    conn_id: str
    attributes: Attributes
    agent: str
    first_us: int
    role: str = ""
    is_observer: bool = False
    call_type: str = ""
    answered_us: int | None = None
    answered_order: int = 0
    was_answered_unseen: bool = False
    ended_us: int = 0
    credits: dict[str, int] = {}
    running: dict[str, Running] = {}

    @property
    def is_established(self) -> bool:
        """Whether it talks, or is on hold."""
        return self.answered_us is not None and not self.is_observer


class EndedCall(msgspec.Struct, frozen=True):
    """The last established call that ended here, for the after-call work that follows it."""

    order: int
    answered_order: int
    credits: dict[str, int]


class Calls(msgspec.Struct):
    """All parties at one DN. `apply` is for events of a call; `agent` is who sits here as the event comes.

    `own` are the attributes that a call has of the DN alone.
    `past` are the last `PAST_MAX` established parties that ended: a virtual queue may tell late that it sent one.
    """

    ledger: Ledger
    own: Attributes
    parties: dict[str, Party] = {}
    past: list[Party] = []
    last_ended: EndedCall | None = None
    unexpected: int = 0
    finished: list[tuple[Party, int]] = []
    """Established parties that ended with the event, and since when they had talked: the agent's other queues hear."""

    @property
    def talks(self) -> bool:
        """Whether a party is established, held or not; a listener's does not count."""
        return any(party.is_established for party in self.parties.values())

    def apply(self, message: DnEvent, agent: str) -> None:
        """Lets a call's event do what its row says."""
        event, data = message.event, message.call_data
        rule = RULES.get(event.event)
        party = self.parties.get(event.conn_id)
        if event.event == "EventPartyChanged":
            party = self._party_that_changes(event)
        if party is not None and event.conn_id != party.conn_id and event.user_data is None:
            event = msgspec.structs.replace(event, user_data=data)
        if party is None:
            if event.event not in FIRST_EVENTS:
                self.unexpected += 1
                return
            party = self._new_party(message, agent)
        elif event.event != "EventPartyChanged":
            self._update(party, event)
            if message.earlier_data is not None:
                self.set_earlier_data(party.conn_id, message.earlier_data)
        if event.event == "EventEstablished" and not party.agent:
            party.agent = agent if party.is_observer else party.agent
        if rule is not None:
            rule(self, party, event)
        if party.conn_id in self.parties and party.is_established and party.attributes.extensions is not None:
            self._settle_dialler(party)

    # -- parties ---------------------------------------------------------------------------------------------------

    def _new_party(self, message: DnEvent, agent: str) -> Party:
        event, data, earlier = message.event, message.call_data, message.earlier_data
        known = msgspec.structs.replace(self.own, conn_id=event.conn_id, user_data=data, earlier_data=earlier)
        attributes = told_by(event, known)
        is_observer = event.this_dn_role == "Observer"
        party = Party(
            event.conn_id,
            attributes,
            "" if is_observer else agent,
            self.ledger.time_us,
            event.this_dn_role,
            is_observer=is_observer,
        )
        for delivery in message.deliveries:
            self.credit_entry(party, delivery)
        self.parties[event.conn_id] = party
        return party

    def credit_entry(self, party: Party, delivery: Delivery) -> None:
        """A mediation DN sent the party: what becomes of it counts from its entry there."""
        party.credits[delivery.queue] = party.first_us if delivery.entered_us is None else delivery.entered_us

    def _party_that_changes(self, event: TServerEvent) -> Party | None:
        """The party of a party change; if both its calls are here, the one that goes on as the call they become."""
        former, present = self.parties.get(event.previous_conn_id), self.parties.get(event.conn_id)
        if former is None or present is None:
            return former or present
        return former if former.is_established and not present.is_established else present

    def _update(self, party: Party, event: TServerEvent) -> None:
        if event.this_dn_role:
            party.role = event.this_dn_role
        self._set_attributes(party, told_by(event, party.attributes))

    def set_earlier_data(self, conn_id: str, data: dict[str, Any]) -> None:
        """The call that this one was a consultation for has these user data."""
        party = self.parties.get(conn_id)
        if party is not None and party.attributes.earlier_data != data:
            self._set_attributes(party, msgspec.structs.replace(party.attributes, earlier_data=data))

    def _set_attributes(self, party: Party, attributes: Attributes) -> None:
        if attributes is party.attributes:
            return
        party.attributes = attributes
        for running in party.running.values():
            self.ledger.change(running, attributes)

    def begin(self, party: Party, action: str, began_us: int | None = None) -> None:
        """Begins a durable action of the party."""
        party.running[action] = self.ledger.begin(action, party.attributes, party.agent, began_us)

    def _happen(self, party: Party, action: str, duration_us: int = 0, attributes: Attributes | None = None) -> None:
        self.ledger.happen(action, duration_us, attributes or party.attributes, party.agent)

    def end(self, party: Party, action: str) -> int | None:
        """Ends a durable action of the party; its duration so far, or None if it did not run."""
        running = party.running.pop(action, None)
        if running is None:
            return None
        self.ledger.end(running)
        return self.ledger.time_us - running.began_us

    def _credit(self, party: Party, action: str, attributes: Attributes | None = None) -> None:
        for queue, entered_us in party.credits.items():
            waited_us = self.ledger.time_us - entered_us
            self.ledger.credit(queue, action, waited_us, attributes or party.attributes)

    # -- events ----------------------------------------------------------------------------------------------------

    def _dialing(self, party: Party, event: TServerEvent) -> None:
        if party.is_observer or party.running or party.is_established:
            return
        party.role = party.role or "Origination"
        self.begin(party, "CallDialing")
        self._happen(party, "CallDialingStarted")
        if event.conference_conn_id:
            self._happen(party, "CallConferenceOriginated")

    def _ringing(self, party: Party, event: TServerEvent) -> None:
        if party.is_observer or party.running or party.is_established:
            return
        party.role = party.role or "Destination"
        self.begin(party, "CallRinging")
        self._happen(party, "CallRingingStarted")
        if event.call_state == "Transferred":
            self._happen(party, "CallTransferTaken")

    def _established(self, party: Party, event: TServerEvent) -> None:
        if party.answered_us is not None:
            return
        party.is_observer = party.role == "Observer"
        party.answered_us = self.ledger.time_us
        party.answered_order = self.ledger.order
        dialed_us = self.end(party, "CallDialing")
        rang_us = self.end(party, "CallRinging")
        if party.is_observer:
            self.begin(party, "CallObserving")
            return
        if dialed_us is not None:
            self._happen(party, "CallDialed", dialed_us)
        if rang_us is not None:
            self._happen(party, "CallAnswered", rang_us)
        if dialed_us is None:
            self._credit(party, "CallAnswered")
        self.talk(party)
        self._happen(party, f"Call{party.call_type}Started")

    def talk(self, party: Party, began_us: int | None = None) -> None:
        """Begins the action of the party's call type, and the one for its direction beside it."""
        call_type = party.call_type = call_type_of(party)
        self.begin(party, f"Call{call_type}", began_us)
        if call_type in DIRECTED and party.role in DIRECTIONS:
            self.begin(party, f"Call{call_type}{DIRECTIONS[party.role]}", began_us)

    def _settle_dialler(self, party: Party) -> None:
        """A dialler's call is what `extensions.asm` says, beside its call action."""
        asm = str((party.attributes.extensions or {}).get("asm", "")).removeprefix("ASM_")
        for action in DIALLER:
            if action != f"ASM_{asm}":
                self.end(party, action)
            elif action not in party.running:
                self.begin(party, action)

    def _held(self, party: Party, _event: TServerEvent) -> None:
        if party.is_established and "CallOnHold" not in party.running:
            self.begin(party, "CallOnHold")
            self._happen(party, "CallHeld")

    def _retrieved(self, party: Party, _event: TServerEvent) -> None:
        held_us = self.end(party, "CallOnHold")
        if held_us is not None:
            self._happen(party, "CallRetrievedFromHold", held_us)

    def _released(self, party: Party, event: TServerEvent) -> None:
        state = event.call_state
        dialed_us = self.end(party, "CallDialing")
        rang_us = self.end(party, "CallRinging")
        if dialed_us is not None:
            self._happen(party, ENDED_DIALING.get(state, "CallAbandonedFromDialing"), dialed_us)
        if rang_us is not None and state != "Pickedup":
            self._rang_out(party, "CallForwarded" if state in FORWARDED else "CallAbandonedFromRinging", rang_us)
        if state == "Conferenced" and not party.is_observer and rang_us is None:
            self._happen(party, "CallConferenceMade")
        self._hang_up(party, state)
        self._remove(party)

    def _rang_out(self, party: Party, action: str, rang_us: int) -> None:
        self._happen(party, action, rang_us)
        self._credit(party, action)

    def _hang_up(self, party: Party, state: str) -> None:
        """Ends an established party: its hold, its call, and what its queues hear of it."""
        held_us = self.end(party, "CallOnHold")
        if held_us is not None and state not in GIVEN_AWAY:
            self._happen(party, "CallAbandonedFromHold", held_us)
        if not party.is_established:
            return
        assert party.answered_us is not None
        talked_us = self.ledger.time_us - party.answered_us
        is_consultation = party.call_type == "Consult" and party.role != "Destination"
        self._complete(party, party.attributes)
        if state == "Transferred" and not is_consultation:
            self._happen(party, "CallTransferMade", talked_us)
        for queue in party.credits:
            self.ledger.credit(queue, "CallReleased", talked_us, party.attributes)
        if party.credits:
            self.finished.append((party, talked_us))
        self.remember_end(party)

    def _complete(self, party: Party, attributes: Attributes) -> None:
        """Ends the action of the party's call type and the one beside it."""
        action = f"Call{party.call_type}"
        for direction in DIRECTIONS.values():
            self.end(party, f"{action}{direction}")
        ran_us = self.end(party, action)
        assert ran_us is not None
        self._happen(party, f"{action}Completed", ran_us, attributes)

    def remember_end(self, party: Party) -> None:
        """Keeps which established call ended last; of several in one input, the one established first."""
        last = self.last_ended
        if last is None or last.order != self.ledger.order or party.answered_order < last.answered_order:
            self.last_ended = EndedCall(self.ledger.order, party.answered_order, dict(party.credits))

    def _remove(self, party: Party) -> None:
        for action in tuple(party.running):
            self.end(party, action)
        self.parties.pop(party.conn_id, None)
        if party.is_established:
            party.ended_us = self.ledger.time_us
            self.past = [*self.past[1 - PAST_MAX :], party]

    def _abandoned(self, party: Party, event: TServerEvent) -> None:
        """The caller left while it rang, or on hold; who talks is told by a release."""
        if party.is_observer or "CallRinging" in party.running or "CallOnHold" in party.running:
            self._released(party, msgspec.structs.replace(event, call_state=""))

    def _diverted(self, party: Party, event: TServerEvent) -> None:
        rang_us = self.end(party, "CallRinging")
        if rang_us is None:
            return
        if event.call_state in FORWARDED:
            self._rang_out(party, "CallForwarded", rang_us)
        self._remove(party)

    def _party_added(self, party: Party, event: TServerEvent) -> None:
        if event.third_party_dn != event.this_dn and not party.is_observer:
            self._happen(party, "CallConferencePartyAdded")

    def _party_deleted(self, party: Party, _event: TServerEvent) -> None:
        if not party.is_observer:
            self._happen(party, "CallConferencePartyDeleted")

    # -- a party changed -------------------------------------------------------------------------------------------

    def _party_changed(self, party: Party, event: TServerEvent) -> None:
        """The call or its far end is another. Agent, queues and time of answer stay the party's."""
        old, moves = party.attributes, event.conn_id != party.conn_id
        other = self.parties.get(event.conn_id if moves else event.previous_conn_id, party)
        takes_in = other is not party
        if takes_in:
            self._end_taken_in(other)
        is_retyped = party.is_established and (moves or event.call_type not in ("", party.call_type))
        begin_again = [action for action in BEGIN_AGAIN if action in party.running and (moves or not takes_in)]
        if not moves and "CallObserving" in begin_again:
            begin_again.remove("CallObserving")
        durations_us = {action: self.end(party, action) for action in begin_again}
        self.end(party, "CallOnHold")
        if is_retyped:
            self._complete(party, old)
        if "CallRinging" in durations_us:
            self._happen(party, "CallRingingPartyChanged", durations_us["CallRinging"] or 0, old)
            self._credit(party, "CallRingingPartyChanged", old)
        self._move(party, event)
        for action in begin_again:
            self.begin(party, action)
            if action != "CallObserving":
                self._happen(party, f"{action}Started")
        if is_retyped:
            self.talk(party)
            self._happen(party, f"Call{party.call_type}Started")
        if not party.is_observer:
            self._happen(party, _change_of(event.call_state, moves=moves or takes_in))

    def _end_taken_in(self, party: Party) -> None:
        """A second call of this DN becomes one with another that is here: only that goes on."""
        rang_us = self.end(party, "CallRinging")
        if rang_us is not None:
            self._rang_out(party, "CallRingingPartyChanged", rang_us)
        self._hang_up(party, "Conferenced")
        self._remove(party)

    def _move(self, party: Party, event: TServerEvent) -> None:
        del self.parties[party.conn_id]
        if event.conn_id != party.conn_id:
            self.end(party, "CallObserved")
            kept = msgspec.structs.replace(party.attributes, conn_id=event.conn_id, user_data=None)
            party.attributes = told_by(event, kept)
            party.conn_id = event.conn_id
            for running in party.running.values():
                self.ledger.change(running, party.attributes)
        self.parties[event.conn_id] = party
        self._update(party, event)

    # -- from elsewhere --------------------------------------------------------------------------------------------

    def deliver(self, delivery: Delivery) -> None:
        """A queue's `EventDiverted` came after the call did: what became of it already the queue hears now."""
        party = self.parties.get(delivery.conn_id)
        is_past = party is None
        if is_past:
            sent = [one for one in self.past if one.conn_id == delivery.conn_id and delivery.queue not in one.credits]
            party = sent[-1] if sent else None
        if party is None or party.is_observer or delivery.queue in party.credits:
            return
        self.credit_entry(party, delivery)
        if party.answered_us is None:
            return
        if not party.was_answered_unseen:
            waited_us = party.answered_us - party.credits[delivery.queue]
            self.ledger.credit(delivery.queue, "CallAnswered", waited_us, party.attributes)
        if is_past:
            talked_us = party.ended_us - party.answered_us
            self.ledger.credit(delivery.queue, "CallReleased", talked_us, party.attributes)

    def listen(self, conn_id: str, *, is_on: bool) -> None:
        """Somebody listens to the party, or nobody does any more."""
        party = self.parties.get(conn_id)
        if party is None:
            return
        if not is_on:
            self.end(party, "CallObserved")
        elif "CallObserved" not in party.running and not party.is_observer:
            self.begin(party, "CallObserved")

    def clean(self, party: Party) -> None:
        """Removes a call that the source no longer knows (`semantics.md` 9.2, 9.3)."""
        main = (f"Call{party.call_type}", "CallRinging", "CallDialing", "CallObserving")
        running = next((party.running[action] for action in main if action in party.running), None)
        if party.is_established:
            self.remember_end(party)
        self._remove(party)
        if running is not None:
            is_ringing = running.action == "CallRinging"
            action = "StuckCallCleanedWhileRinging" if is_ringing else "StuckCallCleaned"
            self._happen(party, action, self.ledger.time_us - running.began_us)


def _change_of(call_state: str, *, moves: bool) -> str:
    """What a party change is to the party that it changes (`semantics.md` 2.3)."""
    if call_state == "Transferred":
        return "CallTransferTaken" if moves else "CallTransferPartyChanged"
    return JOINED.get(call_state, "CallPartyChanged")


def call_type_of(party: Party) -> str:
    """The party's call type, `Unknown` where none was told or the word is not known."""
    return party.attributes.call_type if party.attributes.call_type in CALL_TYPES else "Unknown"


def told_by(event: TServerEvent, attributes: Attributes) -> Attributes:
    """A party's attributes after one of its own events: what the event does not tell stays as it was."""
    told = {
        name: value for name in ATTRIBUTES if (value := getattr(event, name)) and value != getattr(attributes, name)
    }
    for name in DATA_ATTRIBUTES:
        value = getattr(event, name)
        if value is not None and value != getattr(attributes, name):
            told[name] = value
    return msgspec.structs.replace(attributes, **told) if told else attributes


def told_by_state(call: PartyState, attributes: Attributes) -> Attributes:
    """The same of a call that a registration finds."""
    event = TServerEvent(
        "EventRegistered",
        conn_id=call.conn_id,
        call_type=attributes.call_type if call.call_type == "Unknown" and attributes.call_type else call.call_type,
        other_dn=call.other_dn,
        this_queue=call.this_queue,
        ani=call.ani,
        dnis=call.dnis,
        user_data=call.user_data,
    )
    return told_by(event, attributes)


FIRST_EVENTS: Final = frozenset({"EventDialing", "EventRinging", "EventEstablished"})
"""With these a party may begin; any other event of an unknown call is counted, nothing else."""

RULES: Final[Mapping[str, Callable[[Calls, Party, TServerEvent], None]]] = {
    "EventDialing": Calls._dialing,
    "EventRinging": Calls._ringing,
    "EventEstablished": Calls._established,
    "EventHeld": Calls._held,
    "EventRetrieved": Calls._retrieved,
    "EventReleased": Calls._released,
    "EventAbandoned": Calls._abandoned,
    "EventDiverted": Calls._diverted,
    "EventPartyChanged": Calls._party_changed,
    "EventPartyAdded": Calls._party_added,
    "EventPartyDeleted": Calls._party_deleted,
}
