"""Which actions each event of a call begins, ends and raises at a regular DN (`semantics.md` 2.2, 2.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from actors.objects.parties import Parties
from actors.objects.party import Party, told_by
from actors.vocabulary.events import TServerEvent

FORWARDED: Final = frozenset({"Redirected", "Forwarded", "NoAnswer"})
DIALLER: Final = ("ASM_Engaged", "ASM_Outbound")
ENDED_DIALING: Final = {"Transferred": "CallDialTransferred", "Conferenced": "CallDialConferenced"}
JOINED: Final = {"Conferenced": "CallConferenceJoined"}
BEGIN_AGAIN: Final = ("CallRinging", "CallDialing", "CallObserving")
"""Of a party that changes: what ends with the change, and begins anew."""


def _dialing(calls: Parties, party: Party, event: TServerEvent) -> None:
    if party.is_observer or party.running or party.is_established:
        return
    party.role = party.role or "Origination"
    calls.begin(party, "CallDialing")
    calls.happen(party, "CallDialingStarted")
    if event.conference_conn_id:
        calls.happen(party, "CallConferenceOriginated")


def _ringing(calls: Parties, party: Party, event: TServerEvent) -> None:
    if party.is_observer or party.running or party.is_established:
        return
    party.role = party.role or "Destination"
    calls.begin(party, "CallRinging")
    calls.happen(party, "CallRingingStarted")
    if event.call_state == "Transferred":
        calls.happen(party, "CallTransferTaken")


def _established(calls: Parties, party: Party, event: TServerEvent) -> None:
    if party.answered_us is not None:
        return
    party.is_observer = party.role == "Observer"
    party.answered_us = calls.ledger.time_us
    party.answered_order = calls.ledger.order
    dialed_us = calls.end(party, "CallDialing")
    rang_us = calls.end(party, "CallRinging")
    if party.is_observer:
        calls.begin(party, "CallObserving")
        return
    if dialed_us is not None:
        calls.happen(party, "CallDialed", dialed_us)
    if rang_us is not None:
        calls.happen(party, "CallAnswered", rang_us)
    if dialed_us is None:
        calls.credit(party, "CallAnswered")
    calls.talk(party)
    calls.happen(party, f"Call{party.call_type}Started")


def settle_dialler(calls: Parties, party: Party) -> None:
    """A dialler's call is what `extensions.asm` said last, beside its call action; other extensions end nothing."""
    asm = party.asm.removeprefix("ASM_")
    for action in DIALLER:
        if action != f"ASM_{asm}":
            calls.end(party, action)
        elif action not in party.running:
            calls.begin(party, action)


def _held(calls: Parties, party: Party, _event: TServerEvent) -> None:
    if party.is_established and "CallOnHold" not in party.running:
        calls.begin(party, "CallOnHold")
        calls.happen(party, "CallHeld")


def _retrieved(calls: Parties, party: Party, _event: TServerEvent) -> None:
    held_us = calls.end(party, "CallOnHold")
    if held_us is not None:
        calls.happen(party, "CallRetrievedFromHold", held_us)


def _released(calls: Parties, party: Party, event: TServerEvent) -> None:
    state = event.call_state
    dialed_us = calls.end(party, "CallDialing")
    rang_us = calls.end(party, "CallRinging")
    if dialed_us is not None:
        calls.happen(party, ENDED_DIALING.get(state, "CallAbandonedFromDialing"), dialed_us)
    if rang_us is not None and state != "Pickedup":
        calls.rang_out(party, "CallForwarded" if state in FORWARDED else "CallAbandonedFromRinging", rang_us)
    if state == "Conferenced" and not party.is_observer and rang_us is None:
        calls.happen(party, "CallConferenceMade")
    calls.hang_up(party, state)
    calls.remove(party)


def _abandoned(calls: Parties, party: Party, event: TServerEvent) -> None:
    """The caller left while it rang, or on hold; who talks is told by a release."""
    if party.is_observer or "CallRinging" in party.running or "CallOnHold" in party.running:
        _released(calls, party, msgspec.structs.replace(event, call_state=""))


def _diverted(calls: Parties, party: Party, event: TServerEvent) -> None:
    rang_us = calls.end(party, "CallRinging")
    if rang_us is None:
        return
    if event.call_state in FORWARDED:
        calls.rang_out(party, "CallForwarded", rang_us)
    calls.remove(party)


def _party_added(calls: Parties, party: Party, event: TServerEvent) -> None:
    if event.third_party_dn != event.this_dn and not party.is_observer:
        calls.happen(party, "CallConferencePartyAdded")


def _party_deleted(calls: Parties, party: Party, _event: TServerEvent) -> None:
    if not party.is_observer:
        calls.happen(party, "CallConferencePartyDeleted")


# -- a party changed -------------------------------------------------------------------------------------------------


def _party_changed(calls: Parties, party: Party, event: TServerEvent) -> None:
    """The call or its far end is another. Agent, queues and time of answer stay the party's."""
    old, moves = party.attributes, event.conn_id != party.conn_id
    other = calls.parties.get(event.conn_id if moves else event.previous_conn_id, party)
    takes_in = other is not party
    if takes_in:
        _end_taken_in(calls, other)
    is_retyped = party.is_established and (moves or event.call_type not in ("", party.call_type))
    begin_again = [action for action in BEGIN_AGAIN if action in party.running and (moves or not takes_in)]
    if not moves and "CallObserving" in begin_again:
        begin_again.remove("CallObserving")
    durations_us = {action: calls.end(party, action) for action in begin_again}
    calls.end(party, "CallOnHold")
    if is_retyped:
        calls.complete(party, old)
    if "CallRinging" in durations_us:
        calls.happen(party, "CallRingingPartyChanged", durations_us["CallRinging"] or 0, old)
        calls.credit(party, "CallRingingPartyChanged", old)
    _move(calls, party, event)
    for action in begin_again:
        calls.begin(party, action)
        if action != "CallObserving":
            calls.happen(party, f"{action}Started")
    if is_retyped:
        calls.talk(party)
        calls.happen(party, f"Call{party.call_type}Started")
    if not party.is_observer:
        calls.happen(party, _change_of(event.call_state, moves=moves or takes_in))


def _end_taken_in(calls: Parties, party: Party) -> None:
    """A second call of this DN becomes one with another that is here: only that goes on."""
    rang_us = calls.end(party, "CallRinging")
    if rang_us is not None:
        calls.rang_out(party, "CallRingingPartyChanged", rang_us)
    calls.hang_up(party, "Conferenced")
    calls.remove(party)


def _move(calls: Parties, party: Party, event: TServerEvent) -> None:
    del calls.parties[party.conn_id]
    if event.conn_id != party.conn_id:
        calls.end(party, "CallObserved")
        kept = msgspec.structs.replace(party.attributes, conn_id=event.conn_id, user_data=None)
        party.attributes = told_by(event, kept)
        party.conn_id = event.conn_id
        for running in party.running.values():
            calls.ledger.change(running, party.attributes)
    calls.parties[event.conn_id] = party
    calls.update(party, event)


def _change_of(call_state: str, *, moves: bool) -> str:
    """What a party change is to the party that it changes (`semantics.md` 2.3)."""
    if call_state == "Transferred":
        return "CallTransferTaken" if moves else "CallTransferPartyChanged"
    return JOINED.get(call_state, "CallPartyChanged")


FIRST_EVENTS: Final = frozenset({"EventDialing", "EventRinging", "EventEstablished"})
"""With these a party may begin; any other event of an unknown call is counted, nothing else."""

RULES: Final[Mapping[str, Callable[[Parties, Party, TServerEvent], None]]] = {
    "EventDialing": _dialing,
    "EventRinging": _ringing,
    "EventEstablished": _established,
    "EventHeld": _held,
    "EventRetrieved": _retrieved,
    "EventReleased": _released,
    "EventAbandoned": _abandoned,
    "EventDiverted": _diverted,
    "EventPartyChanged": _party_changed,
    "EventPartyAdded": _party_added,
    "EventPartyDeleted": _party_deleted,
}
