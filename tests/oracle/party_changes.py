"""`EventPartyChanged` at a regular DN: the last lines of `semantics.md` 2.3 and its fine print."""

from __future__ import annotations

from tests.oracle.calls import Event, leave, remember_data, say, settle_dialler, start, stop, stop_talking, talk
from tests.oracle.deliveries import release, tell_senders
from tests.oracle.floor import Dn, Floor, told_by
from tests.oracle.occurrences import Attributes, Party, Timeline


def party_changed(floor: Floor, dn: Dn, event: Event) -> None:
    """The party's call or its far end became another (2.3, last lines; fine print to 2.3)."""
    conn_id, previous = event.get("conn_id", ""), event.get("previous_conn_id", "")
    former = dn.parties.get(previous) if previous != conn_id else None
    present = dn.parties.get(conn_id)
    moves = former is not None and (present is None or (former.is_established and not present.is_established))
    party, other = (former, present) if moves else (present, former)
    remember_data(floor, event)
    if party is None:
        return
    if other is not None:
        _taken_in(floor, dn, other)
    old = party.data.last
    if moves:
        _move(floor, dn, party, event)
    else:
        party.data.tell(floor.now, _told_by_change(event))
    if moves or other is None or party.is_established:
        _change(floor, dn, party, event, old if moves else party.data.last, moves)
    if not party.is_listener:
        is_taken = moves or other is not None
        names = {"Transferred": "CallTransferTaken" if is_taken else "CallTransferPartyChanged"}
        names["Conferenced"] = "CallConferenceJoined"
        say(floor, dn, party, names.get(event.get("call_state", ""), "CallPartyChanged"), party.data.last)
    settle_dialler(floor, dn, party)


def _taken_in(floor: Floor, dn: Dn, party: Party) -> None:
    """Both calls of the change were here: of the two one goes on, this one ends as by a party change."""
    data = party.data.last
    if party.state == "ringing":
        say(floor, dn, party, "CallRingingPartyChanged", data, stop(floor, party, "CallRinging"))
        tell_senders(floor, party, "CallRingingPartyChanged", data)
    if party.is_established:
        if party.state == "held":
            stop(floor, party, "CallOnHold")
        say(floor, dn, party, f"{party.main}Completed", data, stop_talking(floor, party))
        leave(floor, dn, party)
        release(floor, party)
    else:
        leave(floor, dn, party)


def _move(floor: Floor, dn: Dn, party: Party, event: Event) -> None:
    """The party is in another call now, whose user data it takes."""
    del dn.parties[party.conn_id]
    party.conn_id = event["conn_id"]
    dn.parties[party.conn_id] = party
    data = dict(party.data.last)
    data.pop("user_data", None)
    if party.conn_id in floor.call_data:
        data["user_data"] = floor.call_data[party.conn_id]
    party.data = Timeline(floor.now, data | _told_by_change(event))


def _told_by_change(event: Event) -> Attributes:
    """Here `previous_conn_id` is the call left behind, not the one this was a consultation for."""
    return {key: value for key, value in told_by(event).items() if key != "previous_conn_id"}


def _change(floor: Floor, dn: Dn, party: Party, event: Event, old: Attributes, moves: bool) -> None:
    """What of the party's actions ends with a party change, and begins again."""
    if party.state == "ringing":
        say(floor, dn, party, "CallRingingPartyChanged", old, stop(floor, party, "CallRinging"))
        tell_senders(floor, party, "CallRingingPartyChanged", old)
        start(floor, dn, party, "CallRinging")
        say(floor, dn, party, "CallRingingStarted", party.data.last)
    elif party.state == "dialing":
        stop(floor, party, "CallDialing")
        start(floor, dn, party, "CallDialing")
        say(floor, dn, party, "CallDialingStarted", party.data.last)
    elif party.is_established:
        if party.state == "held":
            stop(floor, party, "CallOnHold")
            party.state = "talking"
        if moves or party.main != f"Call{event.get('call_type') or party.main.removeprefix('Call')}":
            say(floor, dn, party, f"{party.main}Completed", old, stop_talking(floor, party))
            talk(floor, dn, party)
            say(floor, dn, party, f"{party.main}Started", party.data.last)
    elif party.state == "listening" and moves:
        stop(floor, party, "CallObserving")
        start(floor, dn, party, "CallObserving")
