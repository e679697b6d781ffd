"""Calls of queues: joined, rung, answered, completed, abandoned, cleared (`sources.md` 3.4, 3.5)."""

from __future__ import annotations

from actors.sources.ami import AmiMessage
from actors.sources.asterisk_book import TALKING, Book, number_of
from actors.sources.asterisk_endings import (
    ABANDONED,
    REDIRECTED,
    TRANSFERRED,
    await_leaving,
    drop_waiting,
    leave_queue,
    pick_up_others,
    release,
    transfer_away,
    who_transferred,
)
from actors.sources.asterisk_members import appear
from actors.sources.asterisk_state import Channel, Party, Waiting


def on_caller_join(book: Book, message: AmiMessage) -> None:
    """QueueCallerJoin: EventQueued, `Transferred` for a transferee. Ends what a former queue still has of him."""
    uniqueid, queue = message["Uniqueid"], message["Queue"]
    former = book.state.waiting.get(uniqueid)
    if former is not None:
        if former.queue == queue and not former.ended_us:
            return
        leave_queue(book, uniqueid)
    caller = book.channel(message)
    assert caller is not None
    type_call(book, caller, uniqueid)
    caller.dnis = message.get("Exten", "")
    waiting = Waiting(
        queue=queue,
        conn_id=caller.conn_id,
        since_us=book.time_us,
        call_type=caller.call_type,
        ani=caller.number,
        dnis=caller.dnis,
        previous_conn_id=caller.previous_conn_id,
    )
    book.state.waiting[uniqueid] = waiting
    by = who_transferred(book, caller)
    state = TRANSFERRED if by else ""
    book.tell_waiting("EventQueued", waiting, call_state=state, third_party_dn=by, user_data=data_of(caller))


def on_agent_called(book: Book, message: AmiMessage) -> None:
    """AgentCalled: EventRinging at the member's DN. The caller stays queued."""
    uniqueid = message["DestUniqueid"]
    dn = book.dn_of_interface(message["Interface"])
    if not dn:
        book.count("unknown_dn")
        return
    appear(book, dn, message)
    if uniqueid in book.state.parties:
        book.state.parties[uniqueid].queue = message["Queue"]
        return
    _end_former(book, dn, message)
    party = _member_party(book, dn, message, "Ringing")
    book.add_party(uniqueid, party)
    book.tell_party("EventRinging", party, user_data=data_of(book.state.channels.get(party.caller)))


def on_ring_no_answer(book: Book, message: AmiMessage) -> None:
    """AgentRingNoAnswer: a no answer, whatever DialEnd said of it before."""
    party = book.state.parties.get(message["DestUniqueid"])
    if party is None or party.state != "Ringing":
        book.count("late")
        return
    release(book, message["DestUniqueid"], REDIRECTED)


def on_agent_connect(book: Book, message: AmiMessage) -> None:
    """AgentConnect: the queue's EventDiverted and the DN's EventEstablished, in one."""
    queue = message["Queue"]
    dn = book.dn_of_interface(message["Interface"])
    caller_id = _waiting_of(book, message)
    uniqueid = message.get("DestUniqueid") or _ringing_at(book, dn, queue)
    party = book.state.parties.get(uniqueid)
    if party is None and dn and uniqueid:
        _end_former(book, dn, message)
        party = _member_party(book, dn, message, "Ringing")
        book.add_party(uniqueid, party)
    if caller_id:
        waiting = drop_waiting(book, caller_id)
        book.tell_waiting("EventDiverted", waiting, third_party_dn=dn)
    if party is None:
        book.count("unknown_dn")
        return
    establish(book, uniqueid, party)


def on_agent_complete(book: Book, message: AmiMessage) -> None:
    """AgentComplete: EventReleased, `Transferred` with that reason; often later than other proof, then nothing."""
    uniqueid = message.get("DestUniqueid", "")
    if uniqueid not in book.state.parties:
        uniqueid = _talking_at(book, message)
    party = book.state.parties.get(uniqueid)
    if party is None or party.state not in TALKING:
        book.count("late")
        return
    if message.get("Reason") == "transfer":
        transfer_away(book, uniqueid)
    else:
        release(book, uniqueid)


def on_caller_abandon(book: Book, message: AmiMessage) -> None:
    """QueueCallerAbandon: abandoned if he hung up, cleared if QUEUESTATUS says so, else the verdict waits."""
    uniqueid = _waiting_of(book, message)
    waiting = book.state.waiting.get(uniqueid)
    if waiting is None:
        book.count("late")
        return
    caller = book.state.channels.get(uniqueid)
    waiting.left = False
    await_leaving(book, uniqueid, waiting)
    waiting.verdict = "" if caller else ABANDONED
    if caller is not None and caller.is_hanging_up:
        leave_queue(book, uniqueid, ABANDONED)
    elif waiting.status:
        leave_queue(book, uniqueid)


def on_caller_leave(book: Book, message: AmiMessage) -> None:
    """QueueCallerLeave: with neither AgentConnect nor QueueCallerAbandon near it, left by key."""
    uniqueid = _waiting_of(book, message)
    waiting = book.state.waiting.get(uniqueid)
    if waiting is not None and not waiting.ended_us:
        waiting.left = True
        await_leaving(book, uniqueid, waiting)


def on_queue_status(book: Book, message: AmiMessage) -> None:
    """VarSet QUEUESTATUS: the queue itself let the caller go."""
    waiting = book.state.waiting.get(message["Uniqueid"])
    if waiting is None:
        return
    waiting.status = message.get("Value", "")
    if waiting.ended_us and waiting.status:
        leave_queue(book, message["Uniqueid"])


def on_waiting_due(book: Book, caller_id: str) -> None:
    """Nothing told in time how this wait ended: answered if a member's phone was, else the caller went on elsewhere."""
    waiting = book.state.waiting[caller_id]
    uniqueid = _answered_by(book, caller_id, waiting)
    if not uniqueid:
        leave_queue(book, caller_id, waiting.verdict or REDIRECTED)
        return
    party = book.state.parties[uniqueid]
    drop_waiting(book, caller_id)
    book.tell_waiting("EventDiverted", waiting, waiting.ended_us, third_party_dn=party.dn)
    establish(book, uniqueid, party, waiting.ended_us)


def establish(book: Book, uniqueid: str, party: Party, at_us: int = 0) -> None:
    """A party talks, from `at_us` or now: EventEstablished, once; others whom its call rang are picked up."""
    party.is_answered = True
    party.ended_us = 0
    book.stop_timer(f"party:{uniqueid}")
    if party.state not in TALKING:
        party.state, party.since_us = "Established", at_us or book.time_us
        book.tell_party("EventEstablished", party, at_us)
    pick_up_others(book, uniqueid)


def type_call(book: Book, channel: Channel, uniqueid: str) -> None:
    """Gives the call of a channel its type, once: from outside, from a DN of ours, or from a DN that talks already."""
    if channel.call_type:
        return
    dn = "" if channel.name.endswith(";2") else book.dn_of_channel(channel.name)
    talk = book.talk_at(dn, besides=uniqueid) if dn else None
    channel.call_type = "Consult" if talk else "Internal" if dn else "Inbound"
    channel.previous_conn_id = talk.conn_id if talk and talk.conn_id != channel.conn_id else ""


def data_of(channel: Channel | None) -> dict[str, str] | None:
    """User data of a caller, as an event carries them."""
    return dict(channel.user_data) if channel and channel.user_data else None


def _member_party(book: Book, dn: str, message: AmiMessage, state: str) -> Party:
    caller = book.channel(message)
    caller_id = message.get("Uniqueid", "")
    if caller is not None:
        type_call(book, caller, caller_id)
    book.channel(message, "Dest")
    return Party(
        dn=dn,
        conn_id=caller.conn_id if caller else message.get("DestLinkedid", message.get("DestUniqueid", "")),
        caller=caller_id,
        state=state,
        role="Destination",
        since_us=book.time_us,
        call_type=caller.call_type if caller else "Inbound",
        other_dn=caller.number if caller else number_of(message),
        queue=message["Queue"],
        ani=caller.number if caller else "",
        dnis=caller.dnis if caller else "",
        previous_conn_id=caller.previous_conn_id if caller else "",
    )


def _end_former(book: Book, dn: str, message: AmiMessage) -> None:
    # The same call comes to the same DN again: what it had there is over, though its own end is still to come.
    caller = book.channel(message)
    former = book.party_at(dn, caller.conn_id) if caller else ""
    if former:
        talked = book.state.parties[former].state in TALKING
        release(book, former, TRANSFERRED if talked else REDIRECTED)


def _waiting_of(book: Book, message: AmiMessage) -> str:
    uniqueid, queue = message.get("Uniqueid", ""), message["Queue"]
    waiting = book.state.waiting.get(uniqueid)
    if waiting is not None:
        return uniqueid if waiting.queue == queue else ""
    conn_id = message.get("Linkedid", "")
    return next((u for u, w in book.state.waiting.items() if w.queue == queue and w.conn_id == conn_id), "")


def _answered_by(book: Book, caller_id: str, waiting: Waiting) -> str:
    caller = book.state.channels.get(caller_id)
    called = ((uniqueid, book.state.parties[uniqueid]) for uniqueid in (caller.parties if caller else ()))
    return next((u for u, p in called if p.is_answered and p.state == "Ringing" and p.queue == waiting.queue), "")


def _ringing_at(book: Book, dn: str, queue: str) -> str:
    line = book.state.lines.get(dn, ())
    return next((u for u in line if book.state.parties[u].queue == queue), "")


def _talking_at(book: Book, message: AmiMessage) -> str:
    dn = book.dn_of_interface(message.get("Interface", ""))
    caller_id = message.get("Uniqueid", "")
    for uniqueid in book.state.lines.get(dn, ()):
        party = book.state.parties[uniqueid]
        if party.state in TALKING and party.queue == message.get("Queue") and caller_id in ("", party.caller):
            return uniqueid
    return ""
