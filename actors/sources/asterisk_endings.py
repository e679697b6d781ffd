"""How a call ends at a DN and at a queue, and the verdicts that wait for better proof (`sources.md` 3.3 to 3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from actors.sources.asterisk_book import TALKING, VERDICT_US, Book
from actors.sources.asterisk_members import wrap_up
from actors.sources.asterisk_state import Channel, Party, Waiting

ABANDONED: Final = "Abandoned"
"""The verdict that is no call state: the caller left, EventAbandoned."""
PICKED_UP: Final = "Pickedup"
REDIRECTED: Final = "Redirected"
TRANSFERRED: Final = "Transferred"

CAUSES: Final[Mapping[str, str]] = {"17": "Busy", "19": "NoAnswer", "26": PICKED_UP}
"""What the `Cause` of a Hangup says of a channel that rang."""


def release(book: Book, uniqueid: str, verdict: str = "", third_party_dn: str = "") -> None:
    """Ends a party, dated by the first proof of it, with after-call work where it talked for a queue."""
    party = book.drop_party(uniqueid)
    ended_us = party.ended_us or book.time_us
    if verdict == ABANDONED:
        book.tell_party("EventAbandoned", party, ended_us)
    else:
        book.tell_party("EventReleased", party, ended_us, call_state=verdict, third_party_dn=third_party_dn)
    if party.is_conference:
        _tell_those_who_stay(book, party)
    if party.queue and party.state in TALKING:
        wrap_up(book, party.dn, party.queue, ended_us)


def transfer_away(book: Book, uniqueid: str) -> None:
    """Ends a party that gave its caller away; his next stop takes him as transferred, unless it has already."""
    party = book.state.parties[uniqueid]
    caller = book.state.channels.get(party.caller)
    if caller is not None and party.verdict != TRANSFERRED:
        caller.transferred_by = party.dn
    release(book, uniqueid, TRANSFERRED)


def who_transferred(book: Book, caller: Channel) -> str:
    """DN that gave this caller away, empty if none did; asked once, by his next stop.

    That stop may come before the BlindTransfer, while the agent still seems to talk to him (`sources.md` 3.3).
    """
    by, caller.transferred_by = caller.transferred_by, ""
    for party in map(book.state.parties.__getitem__, caller.parties):
        if not by and party.state in TALKING and not party.is_hanging_up:
            party.verdict, party.is_transferring = TRANSFERRED, True
            by = party.dn
    return by


def end_ringing(book: Book, uniqueid: str, verdict: str, *, is_sure: bool = False) -> None:
    """Ends a party that rings: abandoned if its caller hung up, picked up if another answered, else by `verdict`.

    Args:
        book: where to note it.
        uniqueid: the ringing party.
        verdict: call state of its EventReleased if nothing else explains the end.
        is_sure: `verdict` needs no better proof, and is not waited for.
    """
    party = book.state.parties[uniqueid]
    caller = book.state.channels.get(party.caller)
    if caller is None:
        await_verdict(book, uniqueid, party, ABANDONED)
    elif caller.is_hanging_up:
        release(book, uniqueid, ABANDONED)
    elif is_answered_elsewhere(book, uniqueid, party):
        release(book, uniqueid, PICKED_UP)
    elif is_sure:
        release(book, uniqueid, verdict)
    else:
        await_verdict(book, uniqueid, party, verdict)


def is_answered_elsewhere(book: Book, uniqueid: str, party: Party) -> bool:
    """Whether another member or phone has answered the caller of this party."""
    caller = book.state.channels.get(party.caller)
    others = [book.state.parties[u] for u in caller.parties if u != uniqueid] if caller else []
    return any(other.is_answered and other.queue == party.queue for other in others)


def await_verdict(book: Book, uniqueid: str, party: Party, verdict: str) -> None:
    """Marks a party as ended now, how being unknown; `verdict` if nothing tells in time."""
    if not party.ended_us:
        party.ended_us = book.time_us
        book.start_timer(f"party:{uniqueid}", book.time_us + VERDICT_US)
    party.verdict = verdict or party.verdict


def on_party_due(book: Book, uniqueid: str) -> None:
    """Nothing told in time how this party ended."""
    release(book, uniqueid, book.state.parties[uniqueid].verdict)


def pick_up_others(book: Book, uniqueid: str) -> None:
    """The caller of this party is answered here: whoever's ringing has ended without a verdict has it now."""
    party = book.state.parties[uniqueid]
    caller = book.state.channels.get(party.caller)
    for other_id in list(caller.parties) if caller else []:
        other = book.state.parties[other_id]
        if other_id != uniqueid and other.ended_us and other.state == "Ringing" and other.queue == party.queue:
            release(book, other_id, PICKED_UP)


def abandon(book: Book, caller_id: str) -> None:
    """The caller is known to have hung up: everything of his that waits for a verdict was abandoned."""
    for uniqueid in _ended_ringing(book, caller_id):
        release(book, uniqueid, ABANDONED)
    waiting = book.state.waiting.get(caller_id)
    if waiting is not None and waiting.ended_us and not waiting.left:
        leave_queue(book, caller_id, ABANDONED)


def lose_caller(book: Book, caller_id: str) -> None:
    """The caller's channel is gone, who ended it unknown: what it still had was abandoned, if nothing tells better."""
    for uniqueid in _ended_ringing(book, caller_id):
        book.state.parties[uniqueid].verdict = ABANDONED
    waiting = book.state.waiting.get(caller_id)
    if waiting is None or waiting.left:
        return
    await_leaving(book, caller_id, waiting)
    waiting.verdict = ABANDONED
    if book.state.channels[caller_id].is_hanging_up:
        leave_queue(book, caller_id, ABANDONED)
    elif waiting.status:
        leave_queue(book, caller_id)


def leave_queue(book: Book, caller_id: str, verdict: str = REDIRECTED) -> None:
    """Ends a wait without an answer, dated by the first proof: abandoned, else cleared."""
    waiting = drop_waiting(book, caller_id)
    if verdict == ABANDONED:
        book.tell_waiting("EventAbandoned", waiting, waiting.ended_us)
    else:
        book.tell_waiting("EventDiverted", waiting, waiting.ended_us, call_state=verdict)


def drop_waiting(book: Book, caller_id: str) -> Waiting:
    """Forgets a wait, untold."""
    book.stop_timer(f"waiting:{caller_id}")
    return book.state.waiting.pop(caller_id)


def await_leaving(book: Book, caller_id: str, waiting: Waiting) -> None:
    """Marks a wait as ended now; cleared if nothing tells in time, for the caller is then still there."""
    if not waiting.ended_us:
        waiting.ended_us = book.time_us
        book.start_timer(f"waiting:{caller_id}", book.time_us + VERDICT_US)


def _ended_ringing(book: Book, caller_id: str) -> list[str]:
    parties = book.state.parties
    uniqueids = book.state.channels[caller_id].parties
    return [u for u in uniqueids if parties[u].ended_us and parties[u].state == "Ringing"]


def _tell_those_who_stay(book: Book, gone: Party) -> None:
    for party in book.state.parties.values():
        if party.is_conference and party.conn_id == gone.conn_id:
            book.tell_party("EventPartyDeleted", party, other_dn=gone.dn, third_party_dn=gone.dn)
