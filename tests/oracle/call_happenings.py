"""What happens to a call at a DN on a random day."""

from __future__ import annotations

from collections.abc import Callable

from tests.oracle.switch import CUSTOMER, DATA, DNS, QUEUES, REASONS, Party, Switch


def party_goes_on(switch: Switch) -> None:
    """Something happens to a call at a DN."""
    party = switch.choose(*switch.parties)
    count = len(switch.events)
    ways: dict[str, tuple[Callable[[Switch, Party], None], ...]] = {
        "ringing": (_answer, _answer, _answer, _ring_ends),
        "dialing": (_answer, _answer, _release, _busy),
        "talking": (_release, _release, _hold, _transfer, _consult, _consult, _data, _listen, _far_end),
        "held": (_retrieve, _release, _data, _complete, _complete, _complete),
        "listening": (_release,),
    }
    switch.choose(*ways[party.state])(switch, party)
    switch.shuffled_since(count)


def _answer(switch: Switch, party: Party) -> None:
    """Answered: at both ends of an internal call."""
    for other in [other for other in switch.parties if other.conn_id == party.conn_id]:
        if other.state in {"ringing", "dialing"} and (other is party or party.call_type in {"Internal", "Consult"}):
            other.state = "talking"
            switch.tell_of("EventEstablished", other)


def _ring_ends(switch: Switch, party: Party) -> None:
    switch.parties.remove(party)
    how = switch.choose("Abandoned", "Diverted", "Redirected", "Forwarded", "NoAnswer", "Pickedup", "Ok", "Transferred")
    if how == "Abandoned":
        switch.tell_of("EventAbandoned", party)
    elif how == "Diverted":
        switch.tell_of("EventDiverted", party, call_state=switch.choose("Redirected", "Ok"))
    else:
        switch.tell_of("EventReleased", party, call_state=how)
    if how in {"Redirected", "NoAnswer"}:
        _send_on(switch, party, transferred=False)


def _send_on(switch: Switch, party: Party, *, transferred: bool) -> None:
    """The call goes to a queue or to another DN."""
    to = switch.choose("8000", "8001", *[dn for dn in DNS if dn != party.dn])
    told = {"call_state": "Transferred", "third_party_dn": party.dn} if transferred else {}
    if to in QUEUES:
        if (to, party.conn_id) not in {wait[:2] for wait in switch.waits}:
            switch.enter(to, party.conn_id, party.call_type, **told)
    elif all((other.dn, other.conn_id) != (to, party.conn_id) for other in switch.parties):
        new = Party(party.conn_id, to, "ringing", party.call_type, "Destination", "" if transferred else party.queue)
        switch.parties.append(new)
        switch.tell_of("EventRinging", new, **told)


def _busy(switch: Switch, party: Party) -> None:
    switch.tell_of("EventDestinationBusy", party, call_state="Busy")


def _release(switch: Switch, party: Party) -> None:
    """Hung up: the far end too, if it is a colleague; a listener leaves with or after the call."""
    for other in [other for other in switch.parties if other.conn_id == party.conn_id]:
        if other is party or (party.state != "listening" and switch.choose(True, True, False)):
            switch.parties.remove(other)
            _wrap_up(switch, other)


def _wrap_up(switch: Switch, party: Party) -> None:
    """Released; the agent may work after it, asked for before or after."""
    agent, work = switch.agents.get(party.dn), switch.choose(None, "before", "after")
    told = {"agent_id": agent, "agent_work_mode": "AfterCallWork", "reasons": switch.choose(*REASONS)}
    if agent and work:
        switch.states[party.dn] = "AfterCallWork"
    if agent and work == "before":
        switch.tell("EventAgentNotReady", party.dn, **told)
    switch.tell_of("EventReleased", party)
    if agent and work == "after":
        switch.tell("EventAgentNotReady", party.dn, **told)


def _hold(switch: Switch, party: Party) -> None:
    party.state = "held"
    switch.tell_of("EventHeld", party)


def _retrieve(switch: Switch, party: Party) -> None:
    party.state = "talking"
    switch.tell_of("EventRetrieved", party)


def _data(switch: Switch, party: Party) -> None:
    data = switch.choose(*DATA)
    for other in [other for other in switch.parties if other.conn_id == party.conn_id]:
        switch.tell_of("EventAttachedDataChanged", other, user_data=data)


def _transfer(switch: Switch, party: Party) -> None:
    """Single step."""
    switch.parties.remove(party)
    switch.tell_of("EventReleased", party, call_state="Transferred")
    _send_on(switch, party, transferred=True)


def _consult(switch: Switch, party: Party) -> None:
    """Held, and a consultation to a colleague or a queue."""
    to = switch.choose("8000", "8001", *[dn for dn in DNS if dn != party.dn])
    party.state = "held"
    switch.tell_of("EventHeld", party)
    own = Party(switch.new_conn(), party.dn, "dialing", "Consult", "Origination", "", to, party.conn_id)
    switch.parties.append(own)
    joining = switch.choose(None, party.conn_id)
    switch.tell_of("EventDialing", own, conference_conn_id=joining)
    if to in QUEUES:
        switch.enter(to, own.conn_id, "Consult", previous_conn_id=party.conn_id)
    else:
        called = Party(own.conn_id, to, "ringing", "Consult", "Destination", "", party.dn, party.conn_id)
        switch.parties.append(called)
        switch.tell_of("EventRinging", called)


def _complete(switch: Switch, party: Party) -> None:
    """The held call and its consultation become one: a transfer or a conference; else it is taken back."""
    own = next((other for other in switch.parties if other.dn == party.dn and other.previous == party.conn_id), None)
    if own is None or own.state not in {"talking", "dialing"}:
        _retrieve(switch, party)
        return
    how = switch.choose("Transferred", "Transferred", "Conferenced")
    switch.parties.remove(own)
    switch.tell_of("EventReleased", own, call_state=how)
    if how == "Transferred":
        switch.parties.remove(party)
        switch.tell_of("EventReleased", party, call_state=how)
    else:
        _retrieve(switch, party)
        switch.tell_of("EventPartyAdded", party, other_dn=own.other_dn, third_party_dn=party.dn)
    _far_end_changes(switch, party, own, how)
    _near_end_changes(switch, party, how)


def _far_end_changes(switch: Switch, party: Party, own: Party, how: str) -> None:
    changes = {"call_state": how, "third_party_dn": party.dn, "previous_conn_id": own.conn_id}
    for other in [other for other in switch.parties if other.conn_id == own.conn_id]:
        same = next((one for one in switch.parties if (one.dn, one.conn_id) == (other.dn, party.conn_id)), None)
        if same is not None:
            if "listening" in (same.state, other.state):
                continue
            switch.parties.remove(same)
            other.state = "talking" if same.state in {"talking", "held"} else other.state
        other.conn_id, other.call_type, other.other_dn, other.previous = (
            party.conn_id,
            party.call_type,
            CUSTOMER,
            "",
        )
        other.state = "talking" if other.state == "held" else other.state
        other.role = "ConferenceMember" if how == "Conferenced" else other.role
        switch.tell_of("EventPartyChanged", other, **changes)
    for queue, conn_id, _ in switch.waits_of(own.conn_id):
        switch.waits.remove((queue, conn_id, "Consult"))
        if (queue, party.conn_id) not in {wait[:2] for wait in switch.waits}:
            switch.waits.append((queue, party.conn_id, party.call_type))
        told = {"conn_id": party.conn_id, "call_type": party.call_type, "this_queue": queue}
        switch.tell("EventPartyChanged", queue, **told, **changes)


def _near_end_changes(switch: Switch, party: Party, how: str) -> None:
    """Colleagues already in the call see that its far end changed."""
    for other in [other for other in switch.parties if other.conn_id == party.conn_id and other is not party]:
        if other.state == "talking" and switch.choose(False, True):
            name = switch.choose("EventPartyChanged", "EventPartyAdded", "EventPartyDeleted")
            switch.tell_of(name, other, call_state=how, third_party_dn=party.dn)


def _far_end(switch: Switch, party: Party) -> None:
    """Somewhere else a colleague of this call did something to its far end."""
    name = switch.choose("EventPartyChanged", "EventPartyAdded", "EventPartyDeleted")
    how = switch.choose("Transferred", "Conferenced", "Ok")
    switch.tell_of(name, party, call_state=how, third_party_dn=switch.choose(party.dn, "7999"))


def _listen(switch: Switch, party: Party) -> None:
    """A supervisor listens in."""
    dn = switch.choose(*[dn for dn in DNS if dn != party.dn])
    if any((other.dn, other.conn_id) == (dn, party.conn_id) for other in switch.parties):
        return
    listener = Party(party.conn_id, dn, "listening", party.call_type, "Observer", "", party.dn)
    switch.parties.append(listener)
    switch.tell_of("EventRinging", listener)
    switch.tell_of("EventEstablished", listener)
