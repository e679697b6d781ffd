"""Who is at which DN, and whether he takes calls: queue members and pool agents as agents (`sources.md` 3.4).

Asterisk speaks of one member in one queue at a time; an agent is logged in while his DN is in any queue, and not ready
once it is paused in all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from actors.sources.ami import AmiMessage
from actors.sources.asterisk_book import Book, whole
from actors.sources.asterisk_state import Member, Membership
from actors.vocabulary.times import US_PER_SECOND

READY: Final = "Ready"
NOT_READY: Final = "NotReady"
AFTER_CALL_WORK: Final = "AfterCallWork"

WORK_MODES: Final[Mapping[str, str]] = {READY: "AutoIn", NOT_READY: "AuxWork", AFTER_CALL_WORK: "AfterCallWork"}


def on_member_added(book: Book, message: AmiMessage) -> None:
    """QueueMemberAdded: a login, the DN's first or one more queue."""
    if dn := _dn_of(book, message):
        _join(book, dn, message)


def on_member_removed(book: Book, message: AmiMessage) -> None:
    """QueueMemberRemoved: leaves that queue; the last one is the logout. His calls go on."""
    dn = _dn_of(book, message)
    if not dn:
        return
    member = _member(book, dn)
    queue = message["Queue"]
    if member.queues.pop(queue, None) is None and member.is_known:
        book.count("late")
        return
    member.is_known = True
    if member.queues or member.is_pool:
        book.tell("EventQueueLogout", dn, agent_id=member.agent_id, this_queue=queue)
        tell_readiness(book, dn, member)
    else:
        _log_out(book, dn, member, message["MemberName"], this_queue=queue)


def on_member_pause(book: Book, message: AmiMessage) -> None:
    """QueueMemberPause: one a queue; of a queue not known of, it is the proof of a login."""
    dn = _dn_of(book, message)
    if not dn:
        return
    member = _member(book, dn)
    if message["Queue"] in member.queues and member.agent_id == message["MemberName"]:
        _note(member, message)
        tell_readiness(book, dn, member)
    else:
        _join(book, dn, message)


def appear(book: Book, dn: str, message: AmiMessage) -> None:
    """Logs in who gets a queue's call and was never heard of: a realtime member, a recording without its beginning."""
    if not _member(book, dn).is_known:
        _join(book, dn, message)


def on_pool_login(book: Book, message: AmiMessage) -> None:
    """AgentLogin: an agent of app_agent_pool sits down at the DN of his channel, or of the interface `Agent/...`."""
    dn = _dn_of_pool(book, message)
    if not dn:
        return
    member = _member(book, dn)
    member.is_pool = member.is_known = True
    if member.agent_id != message["Agent"]:
        _displace(member, message["Agent"])
        book.tell("EventAgentLogin", dn, agent_id=member.agent_id)
    tell_readiness(book, dn, member)


def on_pool_logoff(book: Book, message: AmiMessage) -> None:
    """AgentLogoff: the end of an AgentLogin, wherever it was."""
    agent = message["Agent"]
    for dn, member in book.state.members.items():
        if member.is_pool and member.agent_id == agent:
            _log_out(book, dn, member, agent)


def wrap_up(book: Book, dn: str, queue: str, ended_us: int) -> None:
    """After-call work of the member's `Wrapuptime`, from the end of a call of that queue; a timer of ours ends it."""
    member = book.state.members.get(dn)
    membership = member.queues.get(queue) if member else None
    if member is None or membership is None or not membership.wrap_up_us:
        return
    member.wrap_up_until_us = ended_us + membership.wrap_up_us
    book.start_timer(f"wrap-up:{dn}", member.wrap_up_until_us)
    tell_readiness(book, dn, member)


def on_wrap_up_due(book: Book, dn: str) -> None:
    """The timer that ends after-call work."""
    member = book.state.members[dn]
    member.wrap_up_until_us = 0
    if member.agent_id and not book.state.is_lost:
        tell_readiness(book, dn, member)


def readiness(member: Member) -> str:
    """What the member is: not ready when paused in all his queues, else in after-call work, else ready."""
    if member.queues and all(membership.is_paused for membership in member.queues.values()):
        return NOT_READY
    return AFTER_CALL_WORK if member.wrap_up_until_us else READY


def reasons_of(member: Member) -> dict[str, Any] | None:
    """Reasons of a member who is not ready."""
    return {"Reason": member.told_reason} if member.told_reason else None


def tell_readiness(book: Book, dn: str, member: Member) -> None:
    """Tells what the member is, if it or its reason differs from what was told: Asterisk repeats itself."""
    if note_readiness(book, member):
        event = "EventAgentReady" if member.told == READY else "EventAgentNotReady"
        mode = WORK_MODES[member.told]
        book.tell(event, dn, agent_id=member.agent_id, agent_work_mode=mode, reasons=reasons_of(member))


def note_readiness(book: Book, member: Member) -> bool:
    """Brings what counts as told up to date; answers whether that changed anything."""
    wanted = readiness(member)
    reason = member.reason if wanted == NOT_READY else ""
    if (wanted, reason) == (member.told, member.told_reason):
        return False
    member.told, member.told_reason, member.since_us = wanted, reason, book.time_us
    return True


def found(book: Book, message: AmiMessage) -> None:
    """QueueMember, an item of the present state: he is there, untold until his DN's EventRegistered."""
    dn = book.dn_of_interface(message.get("Location", ""), message.get("StateInterface", ""))
    if not dn or "Queue" not in message:
        book.count("unknown_dn")
        return
    member = _member(book, dn)
    if member.agent_id != message.get("Name", ""):
        _displace(member, message.get("Name", ""))
    member.is_known = True
    _note(member, message)
    note_readiness(book, member)
    login_us = whole(message.get("LoginTime", "")) * US_PER_SECOND
    member.login_us = min(member.login_us or login_us, login_us or member.login_us)
    pause_us = whole(message.get("LastPause", "")) * US_PER_SECOND
    member.since_us = (pause_us if member.told == NOT_READY else login_us) or member.since_us


def _join(book: Book, dn: str, message: AmiMessage) -> None:
    member = _member(book, dn)
    agent_id, queue = message["MemberName"], message["Queue"]
    if member.agent_id != agent_id:
        _displace(member, agent_id)
    is_new = queue not in member.queues
    member.is_known = True
    _note(member, message)
    if is_new:
        book.tell("EventAgentLogin", dn, agent_id=agent_id, this_queue=queue)
    tell_readiness(book, dn, member)


def _note(member: Member, message: AmiMessage) -> None:
    membership = member.queues.setdefault(message["Queue"], Membership())
    membership.is_paused = message.get("Paused", "0") == "1"
    membership.wrap_up_us = whole(message.get("Wrapuptime", "")) * US_PER_SECOND
    if membership.is_paused:
        member.reason = message.get("PausedReason", "")


def _displace(member: Member, agent_id: str) -> None:
    member.agent_id = agent_id
    member.queues.clear()
    member.told = member.told_reason = member.reason = ""
    member.wrap_up_until_us = member.login_us = 0


def _log_out(book: Book, dn: str, member: Member, agent_id: str, this_queue: str = "") -> None:
    _displace(member, "")
    member.is_pool = False
    book.stop_timer(f"wrap-up:{dn}")
    book.tell("EventAgentLogout", dn, agent_id=agent_id, this_queue=this_queue)


def _member(book: Book, dn: str) -> Member:
    return book.state.members.setdefault(dn, Member())


def _dn_of(book: Book, message: AmiMessage) -> str:
    dn = book.dn_of_interface(message["Interface"], message.get("StateInterface", ""))
    if not dn:
        book.count("unknown_dn")
    return dn


def _dn_of_pool(book: Book, message: AmiMessage) -> str:
    dn = book.dn_of_interface(f"Agent/{message['Agent']}") or book.dn_of_channel(message.get("Channel", ""))
    if not dn:
        book.count("unknown_dn")
    return dn
