"""The parties at one regular DN: what begins, happens and ends of each is told, and credited to its queues.

Which event does what stands in `call_rules`.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from actors.objects.ledger import Ledger
from actors.objects.messages import Delivery, DnEvent
from actors.objects.party import EndedCall, Party, call_type_of, told_by
from actors.statistics.changes import Attributes
from actors.vocabulary.events import TServerEvent

GIVEN_AWAY: Final = frozenset({"Transferred", "Conferenced"})
DIRECTED: Final = frozenset({"Internal", "Consult", "Outbound"})
"""Call types with actions of their own for who originated and who received."""
PAST_MAX: Final = 16
"""Ended calls a virtual queue may still tell of: it does so within the second, and a DN ends few calls in one."""
DIRECTIONS: Final = {"Origination": "Originated", "Destination": "Received"}


class Parties(msgspec.Struct):
    """All parties at one DN.

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

    # -- a party -----------------------------------------------------------------------------------------------------

    def new_party(self, message: DnEvent, agent: str) -> Party:
        """A party begins; whoever sits here has it, unless it listens."""
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

    def update(self, party: Party, event: TServerEvent) -> None:
        """Takes over what one of its own events tells of the party."""
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

    # -- its actions -------------------------------------------------------------------------------------------------

    def begin(self, party: Party, action: str, began_us: int | None = None) -> None:
        """Begins a durable action of the party."""
        party.running[action] = self.ledger.begin(action, party.attributes, party.agent, began_us)

    def happen(self, party: Party, action: str, duration_us: int = 0, attributes: Attributes | None = None) -> None:
        """Raises a momentary action of the party, or a retrospective one."""
        self.ledger.happen(action, duration_us, attributes or party.attributes, party.agent)

    def end(self, party: Party, action: str) -> int | None:
        """Ends a durable action of the party; its duration so far, or None if it did not run."""
        running = party.running.pop(action, None)
        if running is None:
            return None
        self.ledger.end(running)
        return self.ledger.time_us - running.began_us

    def credit(self, party: Party, action: str, attributes: Attributes | None = None) -> None:
        """Raises an action at each queue that sent the party, with the time since the call entered there."""
        for queue, entered_us in party.credits.items():
            waited_us = self.ledger.time_us - entered_us
            self.ledger.credit(queue, action, waited_us, attributes or party.attributes)

    # -- it talks, and ends ------------------------------------------------------------------------------------------

    def talk(self, party: Party, began_us: int | None = None) -> None:
        """Begins the action of the party's call type, and the one for its direction beside it."""
        call_type = party.call_type = call_type_of(party)
        self.begin(party, f"Call{call_type}", began_us)
        if call_type in DIRECTED and party.role in DIRECTIONS:
            self.begin(party, f"Call{call_type}{DIRECTIONS[party.role]}", began_us)

    def rang_out(self, party: Party, action: str, rang_us: int) -> None:
        """Raises what a ring that was not answered comes to, here and at its queues."""
        self.happen(party, action, rang_us)
        self.credit(party, action)

    def hang_up(self, party: Party, state: str) -> None:
        """Ends an established party: its hold, its call, and what its queues hear of it."""
        held_us = self.end(party, "CallOnHold")
        if held_us is not None and state not in GIVEN_AWAY:
            self.happen(party, "CallAbandonedFromHold", held_us)
        if not party.is_established:
            return
        assert party.answered_us is not None
        talked_us = self.ledger.time_us - party.answered_us
        is_consultation = party.call_type == "Consult" and party.role != "Destination"
        self.complete(party, party.attributes)
        if state == "Transferred" and not is_consultation:
            self.happen(party, "CallTransferMade", talked_us)
        for queue in party.credits:
            self.ledger.credit(queue, "CallReleased", talked_us, party.attributes)
        if party.credits:
            self.finished.append((party, talked_us))
        self.remember_end(party)

    def complete(self, party: Party, attributes: Attributes) -> None:
        """Ends the action of the party's call type and the one beside it."""
        action = f"Call{party.call_type}"
        for direction in DIRECTIONS.values():
            self.end(party, f"{action}{direction}")
        ran_us = self.end(party, action)
        assert ran_us is not None
        self.happen(party, f"{action}Completed", ran_us, attributes)

    def remember_end(self, party: Party) -> None:
        """Keeps which established call ended last; of several in one input, the one established first."""
        last = self.last_ended
        if last is None or last.order != self.ledger.order or party.answered_order < last.answered_order:
            self.last_ended = EndedCall(self.ledger.order, party.answered_order, dict(party.credits))

    def remove(self, party: Party) -> None:
        """Ends all that runs of the party; an established one may be told of by a virtual queue yet."""
        for action in tuple(party.running):
            self.end(party, action)
        self.parties.pop(party.conn_id, None)
        if party.is_established:
            party.ended_us = self.ledger.time_us
            self.past = [*self.past[1 - PAST_MAX :], party]
