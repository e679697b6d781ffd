"""What happens to calls at telephones: the primitive acts that every call flow is made of (`sources.md` 1.3, 1.5)."""

from __future__ import annotations

from typing import Final

from simulator.desks import Desks
from simulator.floor import DIALING, ESTABLISHED, HELD, RINGING, Call, Delivery, Line, Party
from simulator.wire import Wire

ORIGINATION: Final = "Origination"
DESTINATION: Final = "Destination"
GIVEN_AWAY: Final = frozenset({"Transferred", "Conferenced"})
TAKEN_AWAY: Final = frozenset({"Redirected", "Forwarded", "NoAnswer"})
TYPES_WITH_SIDES: Final = frozenset({"Internal", "Consult", "Outbound"})
SIDES: Final = {ORIGINATION: "Originated", DESTINATION: "Received"}


class Phones:
    """The acts at regular DNs, told and booked.

    Args:
        wire: tells and books them.
        desks: hear when an answered call has ended.
    """

    def __init__(self, wire: Wire, desks: Desks) -> None:
        self._wire = wire
        self._desks = desks

    def dial(self, line: Line, call: Call, other_dn: str, *, purpose: str = "") -> Party:
        """The line originates a call.

        Args:
            line: whose telephone.
            call: the new call; a consultation has `previous`.
            other_dn: the number dialled.
            purpose: what a consultation is for: `transfer`, `conference`, or nothing yet.
        """
        party = self._at(line, call, ORIGINATION, DIALING, other_dn)
        first = call.previous.conn_id if call.previous else ""
        self._wire.of_party("EventDialing", party, **{f"{purpose}_conn_id": first} if purpose else {})
        self._wire.book_party(party, "CallDialingStarted")
        if purpose == "conference":
            self._wire.book_party(party, "CallConferenceOriginated")
        return party

    def ring(
        self,
        line: Line,
        call: Call,
        other_dn: str,
        *,
        deliveries: tuple[Delivery, ...] = (),
        transferred_by: str = "",
    ) -> Party:
        """The call rings at the line.

        Args:
            line: where.
            call: which.
            other_dn: who calls.
            deliveries: what gave it to the line; the first is its `this_queue`.
            transferred_by: the number that gave it away in a single step.
        """
        party = self._at(line, call, DESTINATION, RINGING, other_dn)
        party.deliveries = deliveries
        party.this_queue = deliveries[0].line.number if deliveries else ""
        transfer = {
            "call_state": "Transferred",
            "third_party_dn": transferred_by,
            "third_party_dn_role": "TransferredBy",
        }
        self._wire.of_party("EventRinging", party, **transfer if transferred_by else {})
        self._wire.book_party(party, "CallRingingStarted")
        if transferred_by:
            self._wire.book_party(party, "CallTransferTaken")
        return party

    def reach_network(self, party: Party) -> None:
        """An outbound call has left the switch."""
        self._wire.of_party("EventNetworkReached", party)

    def find_busy(self, party: Party) -> None:
        """Dialling failed; the party is there until it is released."""
        self._wire.of_party("EventDestinationBusy", party, call_state="Busy")

    def answer(self, party: Party) -> None:
        """The call is established at this end."""
        now_us, waited_us = self._wire.now_us, self._wire.now_us - party.since_us
        self._wire.of_party("EventEstablished", party)
        actions = ("CallRinging", "CallAnswered") if party.state == RINGING else ("CallDialing", "CallDialed")
        for action in actions:
            self._wire.book_party(party, action, waited_us)
        for delivery in party.deliveries:
            self._wire.book_queue(delivery.line, "CallAnswered", now_us - delivery.entered_us)
        party.answered_us = now_us
        self._begin_talk(party)

    def hold(self, party: Party) -> None:
        """The party puts the call on hold."""
        party.state, party.since_us = HELD, self._wire.now_us
        self._wire.of_party("EventHeld", party)
        self._wire.book_party(party, "CallHeld")

    def retrieve(self, party: Party) -> None:
        """The party takes the call back."""
        on_hold_us = self._wire.now_us - party.since_us
        party.state, party.since_us = ESTABLISHED, self._wire.now_us
        self._wire.of_party("EventRetrieved", party)
        self._wire.book_party(party, "CallOnHold", on_hold_us)
        self._wire.book_party(party, "CallRetrievedFromHold", on_hold_us)

    def release(self, party: Party, call_state: str = "", third_party_dn: str = "") -> None:
        """The party is gone.

        Args:
            party: which.
            call_state: of EventReleased, empty for `Ok` (`sources.md` 1.5).
            third_party_dn: whom the call was given to.
        """
        self._remove(party)
        self._wire.of_party("EventReleased", party, call_state=call_state, third_party_dn=third_party_dn)
        if party.state == RINGING:
            ending = "CallForwarded" if call_state in TAKEN_AWAY else "CallAbandonedFromRinging"
            self._end_ringing(party, ending)
        elif party.state == DIALING:
            ended = f"CallDial{call_state}" if call_state in GIVEN_AWAY else "CallAbandonedFromDialing"
            for action in ("CallDialing", ended):
                self._wire.book_party(party, action, self._wire.now_us - party.since_us)
        else:
            self._end_answered(party, call_state)
        if call_state == "Conferenced":
            self._wire.book_party(party, "CallConferenceMade")

    def abandon(self, party: Party) -> None:
        """The caller hangs up while it rings."""
        self._remove(party)
        self._wire.of_party("EventAbandoned", party)
        self._end_ringing(party, "CallAbandonedFromRinging")

    def change(self, party: Party, into: Call, other_dn: str, *, by: Line, call_state: str) -> None:
        """A transfer or conference puts the party into another call: it goes on there, ringing or answered.

        Args:
            party: of the consultation.
            into: the first call.
            other_dn: the far end now.
            by: who completed it.
            call_state: `Transferred` or `Conferenced`.
        """
        left, now_us = party.call, self._wire.now_us
        self._remove(party)
        if party.state == RINGING:
            self._end_ringing(party, "CallRingingPartyChanged")
        else:
            self._end_talk(party)
        party.call, party.other_dn, party.this_queue, party.since_us = into, other_dn, "", now_us
        if call_state == "Conferenced":
            party.role = "ConferenceMember"
        self._add(party)
        doer = {"third_party_dn": by.number, "third_party_dn_role": f"{call_state}By"}
        self._wire.of_party("EventPartyChanged", party, previous_conn_id=left.conn_id, call_state=call_state, **doer)
        self._wire.book_party(party, "CallTransferTaken" if call_state == "Transferred" else "CallConferenceJoined")
        if party.state == RINGING:
            self._wire.book_party(party, "CallRingingStarted")
        else:
            self._begin_talk(party)

    def add(self, party: Party, newcomer: Party, by: Line) -> None:
        """Tells one who stays that the conference grew."""
        roles = {"other_dn_role": "NewParty", "third_party_dn_role": "AddedBy"}
        self._wire.of_party("EventPartyAdded", party, other_dn=newcomer.line.number, third_party_dn=by.number, **roles)

    def delete(self, party: Party, leaver: Party) -> None:
        """Tells one who stays that the conference shrank."""
        gone, roles = leaver.line.number, {"other_dn_role": "DeletedParty", "third_party_dn_role": "DeletedBy"}
        self._wire.of_party("EventPartyDeleted", party, other_dn=gone, third_party_dn=gone, **roles)

    def attach(self, call: Call, pairs: dict[str, str]) -> None:
        """User data is added or changed: every party of the call hears all of it."""
        call.user_data = {**(call.user_data or {}), **pairs}
        for party in call.parties:
            self._wire.of_party("EventAttachedDataChanged", party)

    def _at(self, line: Line, call: Call, role: str, state: str, other_dn: str) -> Party:
        party = Party(call, line, role, state, self._wire.now_us, other_dn, line.staff)
        self._add(party)
        return party

    def _add(self, party: Party) -> None:
        party.line.parties[party.call.conn_id] = party
        party.call.parties.append(party)

    def _remove(self, party: Party) -> None:
        del party.line.parties[party.call.conn_id]
        party.call.parties.remove(party)

    def _begin_talk(self, party: Party) -> None:
        party.state = ESTABLISHED
        party.began_us = party.since_us = self._wire.now_us
        self._wire.book_party(party, f"Call{party.call.call_type}Started")

    def _end_ringing(self, party: Party, ending: str) -> None:
        now_us = self._wire.now_us
        for action in ("CallRinging", ending):
            self._wire.book_party(party, action, now_us - party.since_us)
        for delivery in party.deliveries:
            self._wire.book_queue(delivery.line, ending, now_us - delivery.entered_us)

    def _end_answered(self, party: Party, call_state: str) -> None:
        now_us = self._wire.now_us
        if party.state == HELD:
            self._wire.book_party(party, "CallOnHold", now_us - party.since_us)
            if call_state not in GIVEN_AWAY:
                self._wire.book_party(party, "CallAbandonedFromHold", now_us - party.since_us)
        self._end_talk(party)
        if call_state == "Transferred" and party.call.call_type != "Consult":
            self._wire.book_party(party, "CallTransferMade", now_us - party.answered_us)
        for delivery in party.deliveries:
            self._wire.book_queue(delivery.line, "CallReleased", now_us - party.answered_us)
        party.line.last_deliveries = party.deliveries
        self._desks.call_ended(party.line)

    def _end_talk(self, party: Party) -> None:
        call_type, talked_us = party.call.call_type, self._wire.now_us - party.began_us
        for action in (f"Call{call_type}", f"Call{call_type}Completed"):
            self._wire.book_party(party, action, talked_us)
        if call_type in TYPES_WITH_SIDES and party.role in SIDES:
            self._wire.book_party(party, f"Call{call_type}{SIDES[party.role]}", talked_us)
