"""What is there now: Asterisk's answer to QueueStatus and CoreShowChannels (`sources.md` 3.2).

After a FullyBooted everything that happens is held back until both lists are complete. The items carry no time: the
first message after FullyBooted that does dates them. Then every DN of the switch is registered with what is there, the
link is connected, and what was held back happens. Between two sessions what is still there goes on; a switch that has
started anew has lost it all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from actors.configuration.environment import Dn
from actors.sources.ami import AmiMessage
from actors.sources.ami_conversation import CHANNELS_ID, QUEUES_ID
from actors.sources.asterisk_book import TALKING, Book, is_second_half, known, number_of, whole
from actors.sources.asterisk_endings import drop_waiting
from actors.sources.asterisk_members import WORK_MODES, found, readiness, reasons_of
from actors.sources.asterisk_state import Held, Member, Party, Sync, Waiting
from actors.vocabulary.events import PartyState
from actors.vocabulary.times import US_PER_SECOND, seconds

HELD_MAX: Final = 100_000
"""Events held back: minutes of the busiest switch. At that, what is known of the present state has to do."""
HOLD_MAX_US: Final = 30 * US_PER_SECOND
"""How long events are held back for an Asterisk that has stopped answering."""

RINGING: Final = "5"
UP: Final = "6"

_ITEMS: Final[Mapping[str, Callable[[Sync], list[AmiMessage]]]] = {
    "QueueMember": lambda sync: sync.members,
    "QueueEntry": lambda sync: sync.entries,
    "CoreShowChannel": lambda sync: sync.channels,
    "QueueParams": lambda sync: sync.queues,
}


def begin(book: Book, message: AmiMessage) -> None:
    """FullyBooted: a session begins, its present state will come."""
    book.state.sync = Sync(uptime_us=whole(message.get("Uptime", "")) * US_PER_SECOND)


def take(sync: Sync, message: AmiMessage, time_us: int | None) -> None:
    """Puts a message that comes before the present state is complete where it belongs."""
    event = message.get("Event", "")
    if event in _ITEMS:
        _ITEMS[event](sync).append(message)
    elif event == "QueueStatusComplete":
        sync.has_queues = True
    elif event == "CoreShowChannelsComplete":
        sync.has_channels = True
    elif message.get("Response") == "Error":
        sync.refused.append(message.get("ActionID", ""))
    elif event or time_us is not None:
        sync.held.append(Held(message, time_us))


def date_of(sync: Sync) -> int | None:
    """The time of the present state; None while it is incomplete, unless it has been waited for long enough."""
    times = [held.time_us for held in sync.held if held.time_us is not None]
    if not times:
        return None
    is_complete = (sync.has_queues or QUEUES_ID in sync.refused) and (sync.has_channels or CHANNELS_ID in sync.refused)
    is_late = len(sync.held) >= HELD_MAX or times[-1] - times[0] > HOLD_MAX_US
    return times[0] if is_complete or is_late else None


def settle(book: Book, sync: Sync) -> None:
    """Makes the present state ours and registers every DN with it, dated now."""
    state = book.state
    if state.last_us and sync.uptime_us and state.last_us < book.time_us - sync.uptime_us:
        _forget_calls(book)
    if sync.has_channels:
        _forget_gone(book, sync)
    _find_members(book, sync)
    _find_waiting(book, sync)
    for item in sync.channels:
        _find_party(book, sync, item)
    state.is_lost = False
    for dn in book.dns.values():
        _register(book, dn)
    book.tell_link("EventLinkConnected")


def _forget_calls(book: Book) -> None:
    for uniqueid in list(book.state.parties):
        book.drop_party(uniqueid)
    for uniqueid in list(book.state.waiting):
        drop_waiting(book, uniqueid)
    book.state.channels.clear()
    book.state.halves.clear()
    book.state.optimising.clear()


def _forget_gone(book: Book, sync: Sync) -> None:
    alive = {item.get("Uniqueid", "") for item in sync.channels}
    for uniqueid in [u for u in book.state.parties if u.removeprefix("spy:") not in alive]:
        book.drop_party(uniqueid)
    for known_channels in (book.state.channels, book.state.halves, book.state.optimising):
        for uniqueid in [u for u in known_channels if u not in alive]:
            del known_channels[uniqueid]


def _find_members(book: Book, sync: Sync) -> None:
    if not sync.has_queues:
        return
    former = book.state.members
    book.state.members = {}
    for item in sync.members:
        found(book, item)
    for dn, before in former.items():
        member = book.state.members.setdefault(dn, Member(is_known=True))
        if before.agent_id == member.agent_id and before.wrap_up_until_us > book.time_us:
            member.wrap_up_until_us = before.wrap_up_until_us
            member.told = readiness(member)
        elif before.is_pool and not member.agent_id:
            book.state.members[dn] = before


def _find_waiting(book: Book, sync: Sync) -> None:
    if not sync.has_queues:
        return
    there = {item.get("Uniqueid", ""): item for item in sync.entries}
    for uniqueid, waiting in list(book.state.waiting.items()):
        if uniqueid not in there or there[uniqueid].get("Queue") != waiting.queue:
            drop_waiting(book, uniqueid)
    linkedids = {item.get("Uniqueid", ""): item.get("Linkedid", "") for item in sync.channels}
    for uniqueid, item in there.items():
        caller = book.channel({**item, "Linkedid": linkedids.get(uniqueid, "")})
        if caller is None or uniqueid in book.state.waiting:
            continue
        caller.call_type = caller.call_type or ("Internal" if book.dn_of_channel(caller.name) else "Inbound")
        book.state.waiting[uniqueid] = Waiting(
            queue=item.get("Queue", ""),
            conn_id=caller.conn_id,
            since_us=book.time_us - whole(item.get("Wait", "")) * US_PER_SECOND,
            call_type=caller.call_type,
            ani=caller.number,
        )


def _find_party(book: Book, sync: Sync, item: AmiMessage) -> None:
    name, state = item.get("Channel", ""), item.get("ChannelState", "")
    dn = "" if is_second_half(name) else book.dn_of_channel(name)
    uniqueid = item.get("Uniqueid", "")
    is_ringing = state == RINGING
    if not dn or not uniqueid or not (is_ringing or (state == UP and item.get("BridgeId"))):
        return
    channel = book.channel(item)
    assert channel is not None
    party = book.state.parties.get(uniqueid)
    if party is None and not channel.is_over:
        book.add_party(uniqueid, _new_party(book, sync, item, dn))
    elif party and not is_ringing and party.state not in TALKING:
        party.state, party.is_answered, party.since_us = "Established", True, book.time_us


def _new_party(book: Book, sync: Sync, item: AmiMessage, dn: str) -> Party:
    is_ringing = item["ChannelState"] == RINGING
    caller_item = _caller_of(sync, item)
    caller = book.channel(caller_item) or book.channel(item)
    assert caller is not None
    caller_dn = book.dn_of_channel(caller_item.get("Channel", ""))
    is_queued = caller_item.get("Application") == "Queue"
    return Party(
        dn=dn,
        conn_id=caller.conn_id,
        caller=caller_item.get("Uniqueid", ""),
        state="Ringing" if is_ringing else "Established",
        role="Destination" if is_ringing or is_queued else "",
        since_us=book.time_us,
        call_type="Internal" if caller_dn else "Inbound",
        other_dn=caller_dn or number_of(caller_item) or known(item.get("ConnectedLineNum", "")),
        queue=caller_item.get("ApplicationData", "").partition(",")[0] if is_queued else "",
        ani=number_of(caller_item),
        is_answered=not is_ringing,
    )


def _caller_of(sync: Sync, item: AmiMessage) -> AmiMessage:
    # The other end in the bridge; for a member's channel else the caller whom a queue of the same call holds.
    others = [other for other in sync.channels if other is not item]
    bridge, linkedid = item.get("BridgeId"), item.get("Linkedid")
    bridged = (other for other in others if bridge and other.get("BridgeId") == bridge)
    queued = (o for o in others if o.get("Linkedid") == linkedid and o.get("Application") == "Queue")
    return next(bridged, None) or next(queued, None) or {}


def _register(book: Book, dn: Dn) -> None:
    if dn.is_mediation:
        calls = [_waiting_state(w) for w in book.state.waiting.values() if w.queue == dn.number]
        book.tell("EventRegistered", dn.number, dn_type=str(dn.type), calls=tuple(calls))
        return
    member = book.state.members.get(dn.number, Member())
    parties = [book.state.parties[uniqueid] for uniqueid in book.state.lines.get(dn.number, ())]
    book.tell(
        "EventRegistered",
        dn.number,
        dn_type=str(dn.type),
        agent_id=member.agent_id,
        agent_state=member.told if member.agent_id else "LoggedOut",
        reasons=reasons_of(member),
        agent_work_mode=WORK_MODES.get(member.told, ""),
        login_since=seconds(member.login_us) if member.login_us else None,
        agent_state_since=seconds(member.since_us) if member.agent_id else None,
        calls=tuple(map(_party_state, parties)),
    )


def _waiting_state(waiting: Waiting) -> PartyState:
    return PartyState(
        conn_id=waiting.conn_id,
        call_type=waiting.call_type,
        call_state="Queued",
        other_dn=waiting.ani,
        this_queue=waiting.queue,
        since=seconds(waiting.since_us),
        ani=waiting.ani,
        dnis=waiting.dnis,
    )


def _party_state(party: Party) -> PartyState:
    return PartyState(
        conn_id=party.conn_id,
        call_type=party.call_type,
        call_state=party.state,
        other_dn=party.other_dn,
        this_dn_role=party.role,
        this_queue=party.queue,
        since=seconds(party.since_us),
        ani=party.ani,
        dnis=party.dnis,
    )
