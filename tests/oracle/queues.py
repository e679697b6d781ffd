"""Call events at a mediation DN: the upper half of `semantics.md` 2.4."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.oracle.calls import CALL_TYPES, remember_data
from tests.oracle.deliveries import divert
from tests.oracle.floor import Dn, Floor, told_by
from tests.oracle.occurrences import Timeline, Wait

Event = Mapping[str, Any]

CLEARED: Final = {"Redirected", "Cleared", "Overflowed"}


def queue_event(floor: Floor, dn: Dn, event: Event) -> None:
    """One call event at a mediation DN."""
    name, conn_id = event["event"], event.get("conn_id", "")
    if name == "EventPartyChanged":
        _party_changed(floor, dn, event)
        return
    wait = dn.waits.get(conn_id)
    if wait is None and name == "EventReleased":
        return
    remember_data(floor, event)
    if wait is None and (
        name == "EventQueued" or (name == "EventRouteRequest" and floor.centre.is_route_point(dn.name))
    ):
        wait = enter(floor, dn, event)
        floor.happen(dn.name, "CallEntered", wait.data.last)
    if wait:
        wait.data.tell(floor.now, told_by(event))
    if wait and name in HANDLERS:
        HANDLERS[name](floor, dn, wait, event)
    if name == "EventDiverted":
        _named_a_dn(floor, dn, event)


def enter(floor: Floor, dn: Dn, told: Mapping[str, Any], since_us: int | None = None) -> Wait:
    """A call waits here from now, or since it was found to."""
    conn_id = told["conn_id"]
    plain = floor.plain_data(dn.name).last | {"call_type": "Unknown", "this_queue": dn.number}
    if conn_id in floor.call_data:
        plain["user_data"] = floor.call_data[conn_id]
    data = Timeline(floor.now, plain | told_by(told))
    occurrence = floor.begin(dn.name, _wait_name(data), data, since_us=since_us)
    wait = dn.waits[conn_id] = Wait(conn_id, data, occurrence)
    floor.entered[dn.name, conn_id] = occurrence.begin.us
    floor.wait_began[dn.name, conn_id] = floor.now.n
    return wait


def _wait_name(data: Timeline) -> str:
    call_type = data.last["call_type"]
    return f"CallWait{call_type if call_type in CALL_TYPES else 'Unknown'}"


def leave_queue(floor: Floor, dn: Dn, wait: Wait, name: str, at_us: int | None = None) -> None:
    """The wait ends, with its retrospective action."""
    duration_us = floor.end(wait.occurrence, at_us)
    floor.happen(dn.name, name, wait.data.last, duration_us=duration_us)
    del dn.waits[wait.conn_id]


def _diverted(floor: Floor, dn: Dn, wait: Wait, event: Event) -> None:
    if event.get("call_state") in CLEARED:
        leave_queue(floor, dn, wait, "CallCleared")
    else:
        _distributed(floor, dn, wait, event.get("third_party_dn", ""))


def _distributed(floor: Floor, dn: Dn, wait: Wait, to: str, at_us: int | None = None) -> None:
    leave_queue(floor, dn, wait, "CallDistributed", at_us)
    if floor.centre.is_mediation(floor.named(to)):
        floor.happen(dn.name, "CallDistributedToQueue", wait.data.last, duration_us=floor.instants[-1].duration_us)


def _named_a_dn(floor: Floor, dn: Dn, event: Event) -> None:
    to = floor.named(event.get("third_party_dn", ""))
    if event.get("call_state") not in CLEARED and to in floor.dns and not floor.centre.is_mediation(to):
        divert(floor, dn.name, event["conn_id"], floor.dns[to])


def _abandoned(floor: Floor, dn: Dn, wait: Wait, event: Event) -> None:
    leave_queue(floor, dn, wait, "CallAbandoned")


def _route_used(floor: Floor, dn: Dn, wait: Wait, event: Event) -> None:
    wait.route_used = (floor.now.us, event.get("third_party_dn", ""))


def seen_elsewhere(floor: Floor, event: Event) -> None:
    """An event of a call at another DN: a route that was used for it needs no `EventDiverted` any more."""
    conn_id = event.get("conn_id", "")
    for dn in floor.dns.values():
        wait = dn.waits.get(conn_id)
        if wait and wait.route_used and dn.number != event["this_dn"]:
            used_us, to = wait.route_used
            _distributed(floor, dn, wait, to or event["this_dn"], used_us)
            target = floor.dns.get(floor.named(to))
            if target and not floor.centre.is_mediation(target.name):
                divert(floor, dn.name, conn_id, target)


def _treatment_applied(floor: Floor, dn: Dn, wait: Wait, event: Event) -> None:
    wait.treated_us = floor.now.us
    floor.happen(dn.name, "CallTreatmentStarted", wait.data.last)


def _treatment_not_applied(floor: Floor, dn: Dn, wait: Wait, event: Event) -> None:
    floor.happen(dn.name, "CallTreatmentNotStarted", wait.data.last)


def _treatment_end(floor: Floor, dn: Dn, wait: Wait, event: Event) -> None:
    if wait.treated_us is not None:
        duration_us = floor.now.us - wait.treated_us
        wait.treated_us = None
        floor.happen(dn.name, "CallTreatmentCompleted", wait.data.last, duration_us=duration_us)


def _party_changed(floor: Floor, dn: Dn, event: Event) -> None:
    """A waiting consultation becomes the call it was for: the same wait, under another conn_id and name."""
    conn_id, previous = event["conn_id"], event.get("previous_conn_id", "")
    comes = previous not in ("", conn_id) and previous in dn.waits
    moves = comes and conn_id not in dn.waits
    if comes and not moves:
        leave_queue(floor, dn, dn.waits[previous], "CallCleared")
    wait = dn.waits.get(previous if moves else conn_id)
    remember_data(floor, event)
    if wait is None:
        return
    told = {key: value for key, value in told_by(event).items() if key != "previous_conn_id"}
    if moves:
        del dn.waits[previous]
        wait.conn_id, dn.waits[conn_id] = conn_id, wait
        told = {"user_data": floor.call_data.get(conn_id, {})} | told
        floor.entered[dn.name, conn_id] = wait.occurrence.begin.us
        floor.wait_began[dn.name, conn_id] = wait.occurrence.begin.n
    wait.data.tell(floor.now, told)
    if event.get("call_type") and _wait_name(wait.data) != wait.occurrence.name:
        wait.occurrence.names.append((floor.now, _wait_name(wait.data)))


HANDLERS: Final[Mapping[str, Callable[[Floor, Dn, Wait, Event], None]]] = {
    "EventDiverted": _diverted,
    "EventAbandoned": _abandoned,
    "EventReleased": _abandoned,
    "EventRouteUsed": _route_used,
    "EventTreatmentApplied": _treatment_applied,
    "EventTreatmentNotApplied": _treatment_not_applied,
    "EventTreatmentEnd": _treatment_end,
}
