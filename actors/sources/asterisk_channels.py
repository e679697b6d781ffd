"""Calls without a queue, and what befalls any channel: dialled, held, hung up, given data (`sources.md` 3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from actors.sources.ami import AmiMessage
from actors.sources.asterisk_book import TALKING, VERDICT_US, Book, is_second_half, number_of
from actors.sources.asterisk_calls import data_of, establish, on_queue_status, type_call
from actors.sources.asterisk_endings import (
    CAUSES,
    PICKED_UP,
    REDIRECTED,
    TRANSFERRED,
    abandon,
    await_verdict,
    end_ringing,
    lose_caller,
    pick_up_others,
    release,
    transfer_away,
    who_transferred,
)
from actors.sources.asterisk_state import Channel, Party

RING_ENDS: Final[Mapping[str, str]] = {
    "NOANSWER": "NoAnswer",
    "BUSY": "Busy",
    "CONGESTION": "Busy",
    "CHANUNAVAIL": "Busy",
}
"""What `DialStatus` says of the DN that rang, for a call without a queue."""
DIAL_ENDS: Final[Mapping[str, str]] = {"BUSY": "Busy", "CONGESTION": "AllTrunksBusy", "CHANUNAVAIL": "SitUnknown"}
"""What `DialStatus` says to the DN that dialled."""

_SNAPSHOT: Final = frozenset(
    {
        "Event",
        "Privilege",
        "Timestamp",
        "Channel",
        "ChannelState",
        "ChannelStateDesc",
        "CallerIDNum",
        "CallerIDName",
        "ConnectedLineNum",
        "ConnectedLineName",
        "Language",
        "AccountCode",
        "Context",
        "Exten",
        "Priority",
        "Uniqueid",
        "Linkedid",
    }
)
"""Fields of a UserEvent that Asterisk adds itself."""


def on_dial_begin(book: Book, message: AmiMessage) -> None:
    """DialBegin without AgentCalled: EventDialing at the caller's DN, EventRinging at the called one."""
    uniqueid, caller_id = message["DestUniqueid"], message.get("Uniqueid", "")
    caller_name = message.get("Channel", "")
    caller_dn = book.dn_of_channel(caller_name)
    if uniqueid in book.state.parties or caller_id in book.state.waiting:
        return
    if caller_dn and is_second_half(caller_name):
        return
    dn = book.dn_of_channel(message.get("DestChannel", ""))
    if not dn and not caller_dn:
        return
    caller = book.channel(message) or book.channel(message, "Dest")
    assert caller is not None
    if caller_id:
        type_call(book, caller, caller_id)
    if caller_dn and caller_id and caller_id not in book.state.parties:
        _dial(book, caller_dn, dn, caller, message)
    if dn and not book.party_at(dn, caller.conn_id):
        _ring(book, dn, caller_dn, caller, message)


def on_dial_end(book: Book, message: AmiMessage) -> None:
    """DialEnd: answered, or how not. A queue's answer is told by its AgentConnect."""
    uniqueid, status = message["DestUniqueid"], message["DialStatus"]
    party = book.state.parties.get(uniqueid)
    if party is not None and party.state == "Ringing":
        _end_ring(book, uniqueid, party, status)
    dialler = book.state.parties.get(message.get("Uniqueid", ""))
    if dialler is None or dialler.state != "Dialing":
        return
    if status == "ANSWER":
        establish(book, message["Uniqueid"], dialler)
    elif status in DIAL_ENDS:
        book.tell_party("EventDestinationBusy", dialler, call_state=DIAL_ENDS[status])


def on_hold(book: Book, message: AmiMessage) -> None:
    """Hold of a party's channel."""
    _turn(book, message["Uniqueid"], "Established", "Held", "EventHeld")


def on_unhold(book: Book, message: AmiMessage) -> None:
    """Unhold; without a Hold, as before every blind transfer, nothing."""
    _turn(book, message["Uniqueid"], "Held", "Established", "EventRetrieved")


def on_hangup_request(book: Book, message: AmiMessage) -> None:
    """HangupRequest: who it was that hung up."""
    uniqueid = message["Uniqueid"]
    if party := book.state.parties.get(uniqueid):
        party.is_hanging_up = True
    if channel := book.state.channels.get(uniqueid):
        channel.is_hanging_up = True
        abandon(book, uniqueid)


def on_hangup(book: Book, message: AmiMessage) -> None:
    """Hangup: ends what its channel still has."""
    uniqueid = message["Uniqueid"]
    if source := book.state.optimising.pop(uniqueid, ""):
        book.rename(uniqueid, source)
        return
    book.state.halves.pop(uniqueid, None)
    if f"spy:{uniqueid}" in book.state.parties:
        release(book, f"spy:{uniqueid}")
    if party := book.state.parties.get(uniqueid):
        _end_party(book, uniqueid, party, CAUSES.get(message.get("Cause", ""), ""))
    if uniqueid in book.state.channels:
        lose_caller(book, uniqueid)
        del book.state.channels[uniqueid]


def on_var_set(book: Book, message: AmiMessage) -> None:
    """VarSet: user data where the variable is inherited (`_X`, `__X`); QUEUESTATUS; the rest is Asterisk's own."""
    name = message["Variable"]
    if name.startswith("_"):
        _attach(book, message, name.lstrip("_"), message.get("Value", ""))
    elif name == "QUEUESTATUS":
        on_queue_status(book, message)
    elif name == "BLINDTRANSFER" and (party := book.state.parties.get(message["Uniqueid"])):
        party.is_transferring = bool(message.get("Value"))


def on_user_event(book: Book, message: AmiMessage) -> None:
    """UserEvent: EventUserEvent at the DN of its channel, or at those the caller of its channel talks to."""
    data = {key: value for key, value in message.items() if key not in _SNAPSHOT}
    caller = book.state.channels.get(message.get("Uniqueid", ""))
    dns = [book.state.parties[u].dn for u in caller.parties] if caller else []
    if dn := book.dn_of_channel(message.get("Channel", "")):
        dns = [dn]
    if not dns:
        book.count("unknown_dn")
    for number in dns:
        book.tell("EventUserEvent", number, user_data=data)


def on_bridge_enter(book: Book, message: AmiMessage) -> None:
    """BridgeEnter tells nothing, but may show a Linkedid that changed: two calls merge, unless a transfer says so."""
    uniqueid, linkedid = message["Uniqueid"], message.get("Linkedid", "")
    channel = book.state.channels.get(uniqueid)
    party = book.state.parties.get(uniqueid)
    if party is None or channel is None or channel.linkedid == linkedid or not linkedid:
        return
    channel.linkedid = linkedid
    book.start_timer(f"merge:{uniqueid}", book.time_us + VERDICT_US)


def on_merge_due(book: Book, uniqueid: str) -> None:
    """No transfer has told why a party's Linkedid changed: its call has merged with the older one."""
    party, channel = book.state.parties.get(uniqueid), book.state.channels.get(uniqueid)
    if party is None or channel is None:
        return
    older = book.state.channels.get(channel.linkedid)
    conn_id = older.conn_id if older else channel.linkedid
    if conn_id != party.conn_id:
        former, party.conn_id = party.conn_id, conn_id
        channel.conn_id = conn_id
        book.tell_party("EventPartyChanged", party, previous_conn_id=former)


def _dial(book: Book, caller_dn: str, dn: str, caller: Channel, message: AmiMessage) -> None:
    if caller.call_type == "Internal" and not dn:
        caller.call_type = "Outbound"
    party = Party(
        dn=caller_dn,
        conn_id=caller.conn_id,
        caller=message["Uniqueid"],
        state="Dialing",
        role="Origination",
        since_us=book.time_us,
        call_type=caller.call_type,
        other_dn=dn or message.get("Exten", ""),
        previous_conn_id=caller.previous_conn_id,
    )
    book.add_party(message["Uniqueid"], party)
    book.tell_party("EventDialing", party, user_data=data_of(caller))


def _ring(book: Book, dn: str, caller_dn: str, caller: Channel, message: AmiMessage) -> None:
    by = who_transferred(book, caller)
    book.channel(message, "Dest")
    party = Party(
        dn=dn,
        conn_id=caller.conn_id,
        caller=message.get("Uniqueid") or message["DestUniqueid"],
        state="Ringing",
        role="Destination",
        since_us=book.time_us,
        call_type=caller.call_type or "Unknown",
        other_dn=caller_dn or number_of(message),
        ani=number_of(message),
        dnis=message.get("Exten", ""),
        previous_conn_id=caller.previous_conn_id,
    )
    book.add_party(message["DestUniqueid"], party)
    state = TRANSFERRED if by else ""
    book.tell_party("EventRinging", party, call_state=state, third_party_dn=by, user_data=data_of(caller))


def _end_ring(book: Book, uniqueid: str, party: Party, status: str) -> None:
    if status != "ANSWER":
        if party.queue:
            end_ringing(book, uniqueid, PICKED_UP)
        else:
            end_ringing(book, uniqueid, RING_ENDS.get(status, REDIRECTED), is_sure=status in RING_ENDS)
    elif party.queue:
        party.is_answered = True
        pick_up_others(book, uniqueid)
    else:
        establish(book, uniqueid, party)


def _end_party(book: Book, uniqueid: str, party: Party, cause: str) -> None:
    if party.state == "Ringing":
        end_ringing(book, uniqueid, REDIRECTED if party.queue and cause in ("Busy", "NoAnswer") else cause)
    elif party.is_transferring and not party.is_hanging_up:
        transfer_away(book, uniqueid)
    elif party.queue and not party.is_hanging_up and _is_alive(book, party.caller):
        await_verdict(book, uniqueid, party, "")
    else:
        release(book, uniqueid)


def _is_alive(book: Book, caller_id: str) -> bool:
    caller = book.state.channels.get(caller_id)
    return caller is not None and not caller.is_hanging_up


def _turn(book: Book, uniqueid: str, before: str, after: str, event: str) -> None:
    party = book.state.parties.get(uniqueid)
    if party is not None and party.state == before:
        party.state = after
        book.tell_party(event, party)


def _attach(book: Book, message: AmiMessage, name: str, value: str) -> None:
    uniqueid = message["Uniqueid"]
    channel = book.channel(message)
    if channel is None or channel.user_data.get(name) == value:
        return
    channel.user_data[name] = value
    if waiting := book.state.waiting.get(uniqueid):
        book.tell_waiting("EventAttachedDataChanged", waiting, user_data=data_of(channel))
    own = book.state.parties.get(uniqueid)
    parties = [own] if own is not None and own.caller == uniqueid else []
    for party in parties + [book.state.parties[u] for u in channel.parties]:
        if party.state in TALKING or not party.ended_us:
            book.tell_party("EventAttachedDataChanged", party, user_data=data_of(channel))
