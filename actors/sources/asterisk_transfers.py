"""Transfers, conferences, listeners, and Local channels that are optimised away (`sources.md` 3.3, 3.4)."""

from __future__ import annotations

from actors.sources.ami import AmiMessage
from actors.sources.asterisk_book import TALKING, Book
from actors.sources.asterisk_endings import TRANSFERRED, release
from actors.sources.asterisk_state import Party


def on_blind_transfer(book: Book, message: AmiMessage) -> None:
    """BlindTransfer: the transferer's EventReleased `Transferred`; the transferee comes to his next stop as such."""
    uniqueid = message["TransfererUniqueid"]
    party = book.state.parties.get(uniqueid)
    if party is None or party.state not in TALKING:
        book.count("late")
        return
    if message["Result"] != "Success":
        party.is_transferring = False
        return
    transferee = book.channel(message, "Transferee")
    if transferee is not None and party.verdict != TRANSFERRED:
        transferee.transferred_by = party.dn
    release(book, uniqueid, TRANSFERRED, third_party_dn=message.get("Extension", ""))


def on_attended_transfer(book: Book, message: AmiMessage) -> None:
    """AttendedTransfer: both calls of the transferer end, the target goes on in the first; or all three confer."""
    kind = message.get("DestType", "")
    if message["Result"] != "Success" or kind == "Fail":
        return
    first_id, second_id = message["OrigTransfererUniqueid"], message["SecondTransfererUniqueid"]
    first = book.state.parties.get(first_id)
    if first is None:
        book.count("late")
        return
    target = _target_of(book, message)
    if kind == "Threeway":
        _confer(book, first, second_id if second_id != first_id else "", target)
        return
    if second_id != first_id and second_id in book.state.parties:
        release(book, second_id, TRANSFERRED)
    queue = _move_waiting(book, first, second_id)
    release(book, first_id, TRANSFERRED, third_party_dn=target.dn if target else queue)
    transferee = book.state.parties.get(message.get("TransfereeUniqueid", ""))
    if target is not None:
        _change(book, target, first, TRANSFERRED)
        if transferee is not None:
            transferee.other_dn = target.dn
    if transferee is not None:
        book.tell_party("EventPartyChanged", transferee, call_state=TRANSFERRED, third_party_dn=first.dn)


def on_spy_start(book: Book, message: AmiMessage) -> None:
    """ChanSpyStart: the spy's DN is an observer of the call it listens to (flow 36)."""
    dn = book.dn_of_channel(message.get("SpyerChannel", ""))
    spied = _spied(book, message["SpyeeUniqueid"])
    uniqueid = f"spy:{message['SpyerUniqueid']}"
    if not dn or spied is None or uniqueid in book.state.parties:
        book.count("unknown_dn")
        return
    party = Party(
        dn=dn,
        conn_id=spied.conn_id,
        caller=uniqueid,
        state="Ringing",
        role="Observer",
        since_us=book.time_us,
        call_type=spied.call_type,
        other_dn=spied.dn,
    )
    book.add_party(uniqueid, party)
    book.tell_party("EventRinging", party)
    party.state = "Established"
    book.tell_party("EventEstablished", party)


def on_spy_stop(book: Book, message: AmiMessage) -> None:
    """ChanSpyStop: nobody listens any more."""
    uniqueid = f"spy:{message['SpyerUniqueid']}"
    if uniqueid in book.state.parties:
        release(book, uniqueid)


def on_local_bridge(book: Book, message: AmiMessage) -> None:
    """LocalBridge pairs the halves of a Local channel: what the second one dials is reached through the first."""
    book.state.halves[message["LocalOneUniqueid"]] = message["LocalTwoUniqueid"]


def on_optimization_begin(book: Book, message: AmiMessage) -> None:
    """LocalOptimizationBegin: `SourceUniqueid` is about to take the place of the Local channel's first half."""
    one = message["LocalOneUniqueid"]
    if one in book.state.parties or one in book.state.waiting or one in book.state.channels:
        book.state.optimising[one] = message["SourceUniqueid"]


def on_optimization_end(book: Book, message: AmiMessage) -> None:
    """LocalOptimizationEnd: it has, unless it failed. The half's Hangup, should it come first, counts as this."""
    one = message["LocalOneUniqueid"]
    source = book.state.optimising.pop(one, "")
    if source and message.get("Success", "Yes") != "No":
        book.rename(one, source)


def _target_of(book: Book, message: AmiMessage) -> Party | None:
    uniqueid = message.get("TransferTargetUniqueid", "")
    if party := book.state.parties.get(uniqueid):
        return party
    other_half = book.state.channels.get(book.state.halves.get(uniqueid, ""))
    return book.state.parties[other_half.parties[0]] if other_half and other_half.parties else None


def _move_waiting(book: Book, first: Party, second_id: str) -> str:
    # The consultation waited in a queue: there the first call waits on in its place (flow 22).
    waiting = book.state.waiting.get(second_id)
    if waiting is None:
        return ""
    former = waiting.conn_id
    waiting.conn_id, waiting.call_type, waiting.previous_conn_id = first.conn_id, first.call_type, ""
    waiting.ani = first.ani or first.other_dn
    previous = former if former != waiting.conn_id else ""
    book.tell_waiting(
        "EventPartyChanged", waiting, previous_conn_id=previous, third_party_dn=first.dn, call_state=TRANSFERRED
    )
    return waiting.queue


def _change(book: Book, target: Party, first: Party, call_state: str) -> None:
    former = target.conn_id if target.conn_id != first.conn_id else ""
    target.conn_id, target.call_type, target.previous_conn_id = first.conn_id, first.call_type, ""
    target.other_dn = first.other_dn
    book.tell_party(
        "EventPartyChanged", target, previous_conn_id=former, third_party_dn=first.dn, call_state=call_state
    )


def _confer(book: Book, first: Party, second_id: str, target: Party | None) -> None:
    if second_id in book.state.parties:
        release(book, second_id, "Conferenced")
    first.is_conference = True
    if first.state == "Held":
        first.state = "Established"
        book.tell_party("EventRetrieved", first)
    if target is None:
        return
    target.is_conference, target.role = True, "ConferenceMember"
    book.tell_party("EventPartyAdded", first, other_dn=target.dn, third_party_dn=first.dn)
    _change(book, target, first, "Conferenced")


def _spied(book: Book, uniqueid: str) -> Party | None:
    if party := book.state.parties.get(uniqueid):
        return party
    caller = book.state.channels.get(uniqueid)
    return book.state.parties[caller.parties[0]] if caller and caller.parties else None
