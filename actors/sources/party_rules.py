"""What a link's calls do at regular DNs: their parties begin, talk, listen, move and end (`semantics.md` 2.2, 2.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from actors.objects.messages import Delivery
from actors.sources.call import Call, CallParty
from actors.sources.mediation_rules import deliveries_to
from actors.sources.switch_dns import SwitchDns
from actors.vocabulary.events import PartyState, TServerEvent

# -- a party begins --------------------------------------------------------------------------------------------------


def dial(_dns: SwitchDns, call: Call, event: TServerEvent, order: int) -> tuple[Delivery, ...]:
    """A party begins by dialling: no queue sent it."""
    if event.this_dn not in call.parties:
        call.parties[event.this_dn] = CallParty(order, rings=False, is_observer=event.this_dn_role == "Observer")
    return ()


def arrive(dns: SwitchDns, call: Call, event: TServerEvent, order: int) -> tuple[Delivery, ...]:
    """A party begins, or is answered: which queues sent it there."""
    number = event.this_dn
    is_answer = event.event == "EventEstablished"
    party = call.parties.get(number)
    deliveries: tuple[Delivery, ...] = ()
    if party is None:
        party = call.parties[number] = CallParty(order, rings=not is_answer)
        party.is_observer = event.this_dn_role == "Observer"
        if not party.is_observer:
            deliveries = deliveries_to(dns, call, number, party, conn_id=event.conn_id, this_queue=event.this_queue)
    if is_answer:
        party.is_observer = event.this_dn_role == "Observer" if event.this_dn_role else party.is_observer
        party.rings, party.is_answered, party.is_listening = False, not party.is_observer, party.is_observer
    return deliveries


def find_party(dns: SwitchDns, call: Call, number: str, state: PartyState, order: int) -> tuple[Delivery, ...]:
    """A registration says what a party at a regular DN does: which queues sent it, if it is new there."""
    party = call.parties.get(number)
    deliveries: tuple[Delivery, ...] = ()
    if party is None:
        party = call.parties[number] = CallParty(order, rings=False)
        party.is_observer = state.this_dn_role == "Observer"
        if not party.is_observer and state.call_state != "Dialing":
            deliveries = deliveries_to(dns, call, number, party, conn_id=state.conn_id, this_queue=state.this_queue)
    party.rings = state.call_state == "Ringing"
    party.is_held = state.call_state == "Held"
    is_there = state.call_state in ("Established", "Held")
    party.is_answered, party.is_listening = is_there and not party.is_observer, is_there and party.is_observer
    party.other_dn = state.other_dn or party.other_dn
    return deliveries


BEGINNINGS: Final[Mapping[str, Callable[[SwitchDns, Call, TServerEvent, int], tuple[Delivery, ...]]]] = {
    "EventDialing": dial,
    "EventRinging": arrive,
    "EventEstablished": arrive,
}

# -- a party goes on, or ends ----------------------------------------------------------------------------------------


def _held(call: Call, event: TServerEvent) -> None:
    party = call.parties.get(event.this_dn)
    if party is not None:
        party.is_held = event.event == "EventHeld" and party.is_answered


def _left(call: Call, event: TServerEvent) -> None:
    call.end_party(event.this_dn)


def _abandoned(call: Call, event: TServerEvent) -> None:
    party = call.parties.get(event.this_dn)
    if party is not None and (party.rings or party.is_held or party.is_observer):
        call.end_party(event.this_dn)


def _diverted_while_ringing(call: Call, event: TServerEvent) -> None:
    party = call.parties.get(event.this_dn)
    if party is not None and party.rings and not party.is_observer:
        call.end_party(event.this_dn)


PARTY_RULES: Final[Mapping[str, Callable[[Call, TServerEvent], None]]] = {
    "EventHeld": _held,
    "EventRetrieved": _held,
    "EventReleased": _left,
    "EventAbandoned": _abandoned,
    "EventDiverted": _diverted_while_ringing,
}


def move_party(call: Call, old: Call, number: str) -> bool:
    """Whether the party of a DN goes on in another call; one that was there already takes it in."""
    former, present = old.parties.get(number), call.parties.get(number)
    if former is None:
        return False
    if present is not None and (present.is_answered or not former.is_answered):
        old.end_party(number)
        return False
    call.end_party(number)
    call.parties[number] = old.parties.pop(number)
    return True
