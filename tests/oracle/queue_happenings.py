"""How calls begin on a random day, and what becomes of them while they wait."""

from __future__ import annotations

from tests.oracle.switch import CUSTOMER, DATA, DNS, QUEUES, VIRTUAL, Party, Switch


def call_in(switch: Switch) -> None:
    """A customer calls: a queue, a routing point (with a virtual queue), or an agent directly."""
    conn_id, data = switch.new_conn(), switch.choose(*DATA, None)
    to = switch.choose(*QUEUES, *QUEUES, "direct")
    if to == "direct":
        dn = switch.choose(*switch.free_dns())
        party = Party(conn_id, dn, "ringing", "Inbound", "Destination")
        switch.parties.append(party)
        switch.tell_of("EventRinging", party, user_data=data, ani=CUSTOMER, dnis=dn)
        return
    count = len(switch.events)
    switch.enter(to, conn_id, "Inbound", user_data=data, ani=CUSTOMER, dnis=to)
    if switch.choose(True, False):
        switch.enter(VIRTUAL, conn_id, "Inbound")
    switch.shuffled_since(count)


def dial(switch: Switch) -> None:
    """An agent dials out or a colleague."""
    dn = switch.choose(*switch.free_dns())
    conn_id = switch.new_conn()
    call_type = switch.choose("Internal", "Outbound", "Unknown")
    to = switch.choose(*[other for other in DNS if other != dn])
    party = Party(conn_id, dn, "dialing", call_type, "Origination", other_dn=to if call_type == "Internal" else "555")
    switch.parties.append(party)
    count = len(switch.events)
    asm = switch.choose(None, None, {"asm": "Engaged"}, {"asm": "Outbound"})
    switch.tell_of("EventDialing", party, user_data=switch.choose(*DATA, None), extensions=asm)
    if call_type == "Internal":
        called = Party(conn_id, to, "ringing", call_type, "Destination", other_dn=dn)
        switch.parties.append(called)
        switch.tell_of("EventRinging", called)
    elif switch.choose(True, False):
        switch.tell_of("EventNetworkReached", party)
    switch.shuffled_since(count)


def queue_goes_on(switch: Switch) -> None:
    """A waiting call is sent to an agent, passed on, cleared, abandoned, treated."""
    queue, conn_id, call_type = wait = switch.choose(*switch.waits)
    told = {"conn_id": conn_id, "call_type": call_type, "this_queue": queue}
    what = switch.choose(
        "agent", "agent", "agent", "agent", "pass on", "clear", "abandon", "treat", "treat", "route only", "data"
    )
    count = len(switch.events)
    if what == "treat":
        name = switch.choose("EventTreatmentApplied", "EventTreatmentNotApplied")
        if wait in switch.treated:
            name = switch.choose("EventTreatmentEnd", "EventTreatmentEnd", name)
        switch.treated.add(wait)
        switch.tell(name, queue, treatment_type=switch.choose("Music", "RAN"), **told)
    elif what == "data":
        switch.tell("EventAttachedDataChanged", queue, user_data=switch.choose(*DATA), **told)
    elif what == "abandon":
        for waiting in switch.waits_of(conn_id):
            switch.waits.remove(waiting)
            switch.tell(
                switch.choose("EventAbandoned", "EventReleased"), waiting[0], **(told | {"this_queue": waiting[0]})
            )
    elif what == "clear":
        switch.waits.remove(wait)
        switch.tell("EventDiverted", queue, call_state=switch.choose("Redirected", "Cleared", "Overflowed"), **told)
    elif what == "pass on":
        _pass_on(switch, wait, switch.choose("8000", "8001", "8500"))
    else:
        _distribute(switch, wait, switch.choose(*switch.free_dns()), is_route_only=what == "route only")
    switch.shuffled_since(count)


def _pass_on(switch: Switch, wait: tuple[str, str, str], to: str) -> None:
    queue, conn_id, call_type = wait
    switch.waits.remove(wait)
    switch.tell("EventDiverted", queue, conn_id=conn_id, call_type=call_type, this_queue=queue, third_party_dn=to)
    switch.enter(to, conn_id, call_type, call_state="Overflowed")


def _distribute(switch: Switch, wait: tuple[str, str, str], dn: str, *, is_route_only: bool) -> None:
    """To an agent; each queue the call stands in says so, or that another way was found; in any order."""
    queue, conn_id, call_type = wait
    if any(party.conn_id == conn_id and party.dn == dn for party in switch.parties):
        return
    diversions = []
    for waiting in switch.waits_of(conn_id):
        switch.waits.remove(waiting)
        told = {"conn_id": conn_id, "call_type": call_type, "this_queue": waiting[0], "third_party_dn": dn}
        if waiting == wait and is_route_only and queue == "8500":
            diversions.append(("EventRouteUsed", waiting[0], told))
        else:
            state = {} if waiting == wait or switch.choose(True, True, False) else {"call_state": "Redirected"}
            diversions.append(("EventDiverted", waiting[0], told | state))
    is_late = len(diversions) > 1 and switch.choose(True, False)
    party = Party(conn_id, dn, "ringing", call_type, "Destination", switch.choose(queue, queue, queue, ""))
    switch.parties.append(party)
    for name, at, told in diversions[1:] if is_late else diversions:
        switch.tell(name, at, **told)
    switch.tell_of("EventRinging", party)
    if is_late:
        if switch.choose(True, False):
            party.state = "talking"
            switch.tell_of("EventEstablished", party)
        name, at, told = diversions[0]
        switch.tell(name, at, **told)
