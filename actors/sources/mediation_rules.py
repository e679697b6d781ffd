"""What a link's calls do at mediation DNs, and which of those sent a call to which DN (`semantics.md` 2.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from actors.objects.messages import Delivered, Delivery, WaitUsedUp
from actors.objects.waits import CLEARED
from actors.sources.call import Call, CallParty
from actors.sources.switch_dns import SwitchDns
from actors.sources.told import Told
from actors.vocabulary.events import PartyState, TServerEvent
from actors.vocabulary.times import microseconds

# -- who sent a call -------------------------------------------------------------------------------------------------


def deliveries_to(
    dns: SwitchDns, call: Call, number: str, party: CallParty, *, conn_id: str, this_queue: str
) -> tuple[Delivery, ...]:
    """The mediation DNs that sent a party that begins at a DN: the one it names, or that named it, and virtual ones."""
    queue = call.sent.pop(number, "")
    if this_queue in dns.mediation:
        queue = this_queue
    virtual = [one for one in call.sent_virtually.pop(number, ()) if one != queue]
    party.has_queue = bool(queue)
    return tuple(_delivery(dns, call, conn_id, one) for one in ([queue] if queue else []) + virtual)


def _delivery(dns: SwitchDns, call: Call, conn_id: str, queue: str) -> Delivery:
    entered = call.entered.get(queue)
    return Delivery(conn_id, f"{queue}@{dns.switch}", entered[1] if entered else None)


def _send(dns: SwitchDns, call: Call, queue: str, target: str, conn_id: str, order: int, time_us: int) -> Told:
    """A queue sent the call to a DN: the party there hears of it, now or when it begins."""
    if target not in dns.regular:
        return []
    party = call.parties.get(target)
    is_virtual = queue in dns.virtual
    if party is not None and not party.is_observer:
        if party.has_queue and not is_virtual:
            return []
        party.has_queue = party.has_queue or not is_virtual
        return [(target, Delivered(order, time_us, _delivery(dns, call, conn_id, queue)))]
    if party is None and is_virtual and _had_entered(call, queue, target):
        return [(target, Delivered(order, time_us, _delivery(dns, call, conn_id, queue)))]
    if is_virtual:
        call.sent_virtually.setdefault(target, []).append(queue)
    else:
        call.sent[target] = queue
    return []


def _had_entered(call: Call, queue: str, target: str) -> bool:
    """Whether the call stood in the queue as a party began that has talked at the target and is over."""
    return target in call.answered and queue in call.entered and call.answered[target] >= call.entered[queue][0]


# -- events at a mediation DN ----------------------------------------------------------------------------------------


def _entered(_dns: SwitchDns, call: Call, event: TServerEvent, order: int, time_us: int) -> Told:
    if event.this_dn not in call.waits:
        call.waits.add(event.this_dn)
        call.entered[event.this_dn] = (order, time_us)
    return []


def _gave_up(_dns: SwitchDns, call: Call, event: TServerEvent, _order: int, _time_us: int) -> Told:
    call.end_wait(event.this_dn)
    return []


def _diverted(dns: SwitchDns, call: Call, event: TServerEvent, order: int, time_us: int) -> Told:
    call.end_wait(event.this_dn)
    if event.call_state in CLEARED:
        return []
    return _send(dns, call, event.this_dn, event.third_party_dn, event.conn_id, order, time_us)


def _route_used(_dns: SwitchDns, call: Call, event: TServerEvent, _order: int, time_us: int) -> Told:
    if event.this_dn in call.waits:
        call.routed[event.this_dn] = (time_us, event.third_party_dn)
    return []


MEDIATION_RULES: Final[Mapping[str, Callable[[SwitchDns, Call, TServerEvent, int, int], Told]]] = {
    "EventQueued": _entered,
    "EventRouteRequest": _entered,
    "EventAbandoned": _gave_up,
    "EventReleased": _gave_up,
    "EventDiverted": _diverted,
    "EventRouteUsed": _route_used,
}


def use_up(dns: SwitchDns, call: Call, queue: str, event: TServerEvent, order: int, time_us: int) -> Told:
    """On a switch that sends no `EventDiverted` a route used ends the wait, known by the call's next event."""
    used_us, target = call.routed.pop(queue)
    call.waits.discard(queue)
    used_up = WaitUsedUp(order, time_us, event.conn_id, used_us, target or event.this_dn)
    return [(queue, used_up), *_send(dns, call, queue, target, event.conn_id, order, time_us)]


def move_wait(call: Call, old: Call, number: str) -> bool:
    """Whether a call that waits becomes another, which waits there from now, unless it did already."""
    if number not in old.waits:
        return False
    routed = old.routed.get(number)
    old.end_wait(number)
    if number in call.waits:
        return False
    call.waits.add(number)
    call.entered[number] = old.entered[number]
    if routed is not None:
        call.routed[number] = routed
    return True


def find_waiting(call: Call, number: str, state: PartyState, order: int, time_us: int, from_us: int) -> None:
    """A registration says that a call waits at a mediation DN: new there it did so not before `from_us`."""
    if number not in call.waits:
        call.waits.add(number)
        since_us = time_us if state.since is None else microseconds(state.since)
        call.entered[number] = (order, min(max(since_us, from_us), time_us))
