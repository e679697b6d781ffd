"""The calls at one regular DN: what each event of a call does to the party it is of.

The tables 2.2, 2.3 and the lower half of 2.4 of `semantics.md`. A *party* is one call at this DN.
"""

from __future__ import annotations

import msgspec

from actors.objects.call_rules import FIRST_EVENTS, RULES, settle_dialler
from actors.objects.messages import Delivery, DnEvent
from actors.objects.parties import Parties
from actors.objects.party import Party, told_by, told_by_state
from actors.vocabulary.events import TServerEvent

__all__ = ["Calls", "Party", "told_by", "told_by_state"]


class Calls(Parties):
    """All parties at one DN. `apply` is for events of a call; `agent` is who sits here as the event comes."""

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
            party = self.new_party(message, agent)
        elif event.event != "EventPartyChanged":
            self.update(party, event)
            if message.earlier_data is not None:
                self.set_earlier_data(party.conn_id, message.earlier_data)
        if event.event == "EventEstablished" and not party.agent:
            party.agent = agent if party.is_observer else party.agent
        if rule is not None:
            rule(self, party, event)
        if event.extensions is not None and "asm" in event.extensions:
            party.asm = str(event.extensions["asm"])
        if party.asm and party.is_established and party.conn_id in self.parties:
            settle_dialler(self, party)

    def _party_that_changes(self, event: TServerEvent) -> Party | None:
        """The party of a party change; if both its calls are here, the one that goes on as the call they become."""
        former, present = self.parties.get(event.previous_conn_id), self.parties.get(event.conn_id)
        if former is None or present is None:
            return former or present
        return former if former.is_established and not present.is_established else present

    # -- from elsewhere ----------------------------------------------------------------------------------------------

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
        self.remove(party)
        if running is not None:
            is_ringing = running.action == "CallRinging"
            action = "StuckCallCleanedWhileRinging" if is_ringing else "StuckCallCleaned"
            self.happen(party, action, self.ledger.time_us - running.began_us)
