"""Call events at a regular DN: `semantics.md` 2.2 and 2.3, row by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.oracle.deliveries import answer, deliver, release, tell_senders
from tests.oracle.floor import Dn, Floor, told_by
from tests.oracle.occurrences import Attributes, Party, Point, Timeline

Event = Mapping[str, Any]

CALL_TYPES: Final = ("Unknown", "Internal", "Inbound", "Outbound", "Consult")
BY_ROLE: Final = {"Origination": "Originated", "Destination": "Received"}
TYPES_BY_ROLE: Final = ("Internal", "Consult", "Outbound")
TAKEN_AWAY: Final = {"Redirected", "Forwarded", "NoAnswer"}


def call_event(floor: Floor, dn: Dn, event: Event) -> None:
    """One call event at a regular DN."""
    name, conn_id = event["event"], event.get("conn_id", "")
    party = dn.parties.get(conn_id)
    if party is None and name == "EventReleased":
        return
    remember_data(floor, event)
    if party is None and name in BEGINNERS:
        party = new_party(floor, dn, event)
    if party is None:
        return
    party.data.tell(floor.now, told_by(event))
    if name in HANDLERS:
        HANDLERS[name](floor, dn, party, event)
    party.asm = str((event.get("extensions") or {}).get("asm", party.asm))
    settle_dialler(floor, dn, party)


def remember_data(floor: Floor, event: Event) -> None:
    """The data of the call as last seen on the link."""
    if event.get("user_data") is not None and event.get("conn_id"):
        floor.call_data[event["conn_id"]] = event["user_data"]
        floor.call_history.append((floor.now.n, event["conn_id"], event["user_data"]))


def new_party(floor: Floor, dn: Dn, event: Event, first: Point | None = None) -> Party:
    """A call is at the DN for the first time; what its event does not tell is by default."""
    role = {"EventDialing": "Origination", "EventRinging": "Destination"}.get(event["event"], "")
    plain = floor.plain_data(dn.name).last | {"call_type": "Unknown"} | ({"this_dn_role": role} if role else {})
    if event["conn_id"] in floor.call_data:
        plain["user_data"] = floor.call_data[event["conn_id"]]
    party = Party(event["conn_id"], "new", Timeline(floor.now, plain | told_by(event)), first or floor.now)
    dn.parties[party.conn_id] = party
    if event.get("this_dn_role") == "Observer":
        party.state = "called to listen"
        return party
    party.agent = dn.login.agent if dn.login else ""
    if event["event"] != "EventDialing":
        deliver(floor, dn, party, event.get("this_queue", ""))
    return party


def start(floor: Floor, dn: Dn, party: Party, name: str, since_us: int | None = None) -> None:
    """A durable action of the party begins; it is not begun twice."""
    if name not in party.running:
        party.running[name] = floor.begin(dn.name, name, party.data, party=party, since_us=since_us)


def stop(floor: Floor, party: Party, name: str) -> int:
    """It ends; its duration."""
    return floor.end(party.running.pop(name))


def say(floor: Floor, dn: Dn, party: Party, name: str, data: Attributes, duration_us: int | None = None) -> None:
    """An instant of the party."""
    floor.happen(dn.name, name, data, agent=party.agent, duration_us=duration_us)


def _dialing(floor: Floor, dn: Dn, party: Party, event: Event) -> None:
    if party.state != "new":
        return
    party.state = "dialing"
    start(floor, dn, party, "CallDialing")
    say(floor, dn, party, "CallDialingStarted", party.data.last)
    if event.get("conference_conn_id"):
        say(floor, dn, party, "CallConferenceOriginated", party.data.last)


def _ringing(floor: Floor, dn: Dn, party: Party, event: Event) -> None:
    if party.state != "new":
        return
    party.state = "ringing"
    start(floor, dn, party, "CallRinging")
    say(floor, dn, party, "CallRingingStarted", party.data.last)
    if event.get("call_state") == "Transferred":
        say(floor, dn, party, "CallTransferTaken", party.data.last)


def _established(floor: Floor, dn: Dn, party: Party, event: Event) -> None:
    if party.is_established or party.state == "listening":
        return
    if party.data.last.get("this_dn_role") == "Observer":
        for name in list(party.running):
            stop(floor, party, name)
        listen(floor, dn, party)
        return
    if party.state == "ringing":
        say(floor, dn, party, "CallAnswered", party.data.last, stop(floor, party, "CallRinging"))
    elif party.state == "dialing":
        say(floor, dn, party, "CallDialed", party.data.last, stop(floor, party, "CallDialing"))
    party.answered = floor.now
    talk(floor, dn, party)
    say(floor, dn, party, f"{party.main}Started", party.data.last)
    answer(floor, party)


def listen(floor: Floor, dn: Dn, party: Party, since_us: int | None = None) -> None:
    """A supervisor listens from now: the first action of its party."""
    party.state = "listening"
    party.agent = party.agent or (dn.login.agent if dn.login else "")
    start(floor, dn, party, "CallObserving", since_us)


def talk(floor: Floor, dn: Dn, party: Party, since_us: int | None = None) -> None:
    """The action of the call's type begins, and beside it that of the party's role."""
    told = party.data.last["call_type"]
    call_type = told if told in CALL_TYPES else "Unknown"
    party.state = "talking"
    party.main = f"Call{call_type}"
    start(floor, dn, party, party.main, since_us)
    role = BY_ROLE.get(party.data.last.get("this_dn_role", ""), "")
    if role and call_type in TYPES_BY_ROLE:
        start(floor, dn, party, f"{party.main}{role}", since_us)


def stop_talking(floor: Floor, party: Party) -> int:
    """The action of the call's type ends, and what runs beside it; its duration."""
    for beside in [name for name in party.running if name.startswith(party.main) and name != party.main]:
        stop(floor, party, beside)
    return stop(floor, party, party.main)


def _held(floor: Floor, dn: Dn, party: Party, event: Event) -> None:
    if party.state == "talking":
        party.state = "held"
        start(floor, dn, party, "CallOnHold")
        say(floor, dn, party, "CallHeld", party.data.last)


def _retrieved(floor: Floor, dn: Dn, party: Party, event: Event) -> None:
    if party.state == "held":
        party.state = "talking"
        say(floor, dn, party, "CallRetrievedFromHold", party.data.last, stop(floor, party, "CallOnHold"))


def leave(floor: Floor, dn: Dn, party: Party) -> None:
    """The party is gone: all of it that still runs ends."""
    if party.is_established and party.answered:
        ended = (floor.now.n, party.answered, party.deliveries)
        if dn.ended_call is None or dn.ended_call[0] < floor.now.n or party.answered < dn.ended_call[1]:
            dn.ended_call = ended
        dn.past_parties.append(party)
    for name in list(party.running):
        stop(floor, party, name)
    party.ended = floor.now
    del dn.parties[party.conn_id]


def _released(floor: Floor, dn: Dn, party: Party, event: Event) -> None:
    how, data = event.get("call_state") or "Ok", party.data.last
    if party.state == "ringing":
        _ring_ends(floor, dn, party, "CallForwarded" if how in TAKEN_AWAY else "CallAbandonedFromRinging", how)
    elif party.state == "dialing":
        endings = {"Transferred": "CallDialTransferred", "Conferenced": "CallDialConferenced"}
        say(floor, dn, party, endings.get(how, "CallAbandonedFromDialing"), data, stop(floor, party, "CallDialing"))
        if how == "Conferenced":
            say(floor, dn, party, "CallConferenceMade", data)
        leave(floor, dn, party)
    elif party.is_established:
        _hang_up(floor, dn, party, how)
    else:
        leave(floor, dn, party)


def _ring_ends(floor: Floor, dn: Dn, party: Party, name: str, how: str) -> None:
    duration_us = stop(floor, party, "CallRinging")
    if how != "Pickedup":
        say(floor, dn, party, name, party.data.last, duration_us)
        tell_senders(floor, party, name, party.data.last)
    leave(floor, dn, party)


def _hang_up(floor: Floor, dn: Dn, party: Party, how: str) -> None:
    """An answered call ends at this DN."""
    data = party.data.last
    if party.state == "held":
        held_us = stop(floor, party, "CallOnHold")
        if how not in {"Transferred", "Conferenced"}:
            say(floor, dn, party, "CallAbandonedFromHold", data, held_us)
    is_consultation = party.main == "CallConsult" and data.get("this_dn_role") != "Destination"
    say(floor, dn, party, f"{party.main}Completed", data, stop_talking(floor, party))
    if how == "Transferred" and not is_consultation and party.answered:
        say(floor, dn, party, "CallTransferMade", data, floor.now.us - party.answered.us)
    if how == "Conferenced":
        say(floor, dn, party, "CallConferenceMade", data)
    leave(floor, dn, party)
    release(floor, party)


def _abandoned(floor: Floor, dn: Dn, party: Party, event: Event) -> None:
    if party.state == "ringing":
        _ring_ends(floor, dn, party, "CallAbandonedFromRinging", "Ok")
    elif party.state == "held":
        _hang_up(floor, dn, party, event.get("call_state") or "Ok")
    elif party.is_listener:
        leave(floor, dn, party)


def _diverted(floor: Floor, dn: Dn, party: Party, event: Event) -> None:
    if party.state != "ringing":
        return
    if event.get("call_state") in TAKEN_AWAY:
        _ring_ends(floor, dn, party, "CallForwarded", event["call_state"])
    else:
        leave(floor, dn, party)


def _party_added(floor: Floor, dn: Dn, party: Party, event: Event) -> None:
    if not party.is_listener and event.get("third_party_dn") != dn.number:
        say(floor, dn, party, "CallConferencePartyAdded", party.data.last)


def _party_deleted(floor: Floor, dn: Dn, party: Party, event: Event) -> None:
    if not party.is_listener:
        say(floor, dn, party, "CallConferencePartyDeleted", party.data.last)


def settle_dialler(floor: Floor, dn: Dn, party: Party) -> None:
    """`ASM_...` beside the call action, as `extensions.asm` said last; it ends with the call."""
    if not party.is_established or party.conn_id not in dn.parties:
        return
    wanted = f"ASM_{party.asm.removeprefix('ASM_')}"
    for name in ("ASM_Engaged", "ASM_Outbound"):
        if name == wanted:
            start(floor, dn, party, name)
        elif name in party.running:
            stop(floor, party, name)


Handler = Callable[[Floor, Dn, Party, Event], None]

BEGINNERS: Final = frozenset({"EventDialing", "EventRinging", "EventEstablished"})
HANDLERS: Final[Mapping[str, Handler]] = {
    "EventDialing": _dialing,
    "EventRinging": _ringing,
    "EventEstablished": _established,
    "EventHeld": _held,
    "EventRetrieved": _retrieved,
    "EventReleased": _released,
    "EventAbandoned": _abandoned,
    "EventDiverted": _diverted,
    "EventPartyAdded": _party_added,
    "EventPartyDeleted": _party_deleted,
}
