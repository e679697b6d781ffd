"""What a registration says is there, against what was there before the link was lost (`semantics.md` 9.2).

What is still there goes on as if never gone. What is new begins, dated by its `since` but not before the loss. What is
gone ends. None of it raises an instant but `StuckCallCleaned` and `StuckCallCleanedWhileRinging`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from actors.objects.calls import Party, told_by_state
from actors.objects.line import Line, call_key, login_key, state_key
from actors.objects.messages import Delivery, DnEvent
from actors.objects.seat import ACTION_OF_AGENT_STATE
from actors.vocabulary.events import PartyState, TServerEvent
from actors.vocabulary.statuses import AFTER_CALL_WORK
from actors.vocabulary.times import microseconds

REGISTRATIONS: Final = frozenset({"EventRegistered", "EventAddressInfo"})
ROLE_IN_STATE: Final[Mapping[str, str]] = {"Dialing": "Origination", "Ringing": "Destination"}
STATES: Final = frozenset({"Ringing", "Dialing", "Established", "Held"})


def register(line: Line, message: DnEvent) -> None:
    """Lets `EventRegistered` or `EventAddressInfo` put the DN right; one that tells nothing only says it is watched."""
    event = message.event
    line.ledger.at(message.order, message.time_us)
    line.monitor()
    if event.dnd is not None:
        line.seat.dnd = event.dnd
    if event.agent_id or event.agent_state or event.calls is not None:
        _register_agent(line, event)
        if event.calls is not None:
            _register_calls(line, event.calls, message.deliveries)
        _register_state(line, event)
        _start_asked_work(line)
        line.cut_off.clear()
    _register_hook(line, message)
    line.put_in_order()


def _dated_us(line: Line, since: float | None, key: str) -> int:
    """When what is new began: not before the loss, nor before the limit ended the same thing."""
    now_us = line.ledger.time_us
    if since is None:
        return now_us
    since_us = max(microseconds(since), line.lost_us or 0, line.cut_off.get(key, 0))
    return min(since_us, now_us)


def _register_agent(line: Line, event: TServerEvent) -> None:
    seat = line.seat
    if not event.agent_id or event.agent_state == "LoggedOut":
        _register_nobody(line, event)
        return
    who = seat.logins.owner_of(event.agent_id, line.ledger.order) or event.agent_id
    began_us = _dated_us(line, event.login_since, login_key(who))
    seat.log_in(event, line.queue_id(event.this_queue), is_found=True, began_us=began_us)
    line.adopt()


def _register_nobody(line: Line, event: TServerEvent) -> None:
    seat = line.seat
    if seat.login_id:
        seat.leave(None)
    if event.agent_state == "LoggedOut":
        seat.end_ready_family(is_seen=False)
    since = event.agent_state_since if event.agent_state == "LoggedOut" else None
    seat.begin("LoggedOut", None, _dated_us(line, since, login_key("")))


def _register_state(line: Line, event: TServerEvent) -> None:
    seat = line.seat
    action = ACTION_OF_AGENT_STATE.get(event.agent_state)
    if action is None:
        return
    asked = seat.acw_asked if line.calls.talks and action != AFTER_CALL_WORK else None
    began_us = _dated_us(line, event.agent_state_since, state_key(action, seat.agent or seat.login_id))
    credits_ = line.last_credits() if action == AFTER_CALL_WORK else {}
    seat.set_ready(action, seat.told(event), credits_, began_us=began_us, is_seen=False)
    seat.acw_asked = asked


def _start_asked_work(line: Line) -> None:
    """After-call work that was asked for begins, if its call ended in the dark and no state was told."""
    if line.seat.acw_asked is not None and not line.calls.talks:
        line.seat.set_ready(AFTER_CALL_WORK, line.seat.acw_asked, line.last_credits())


def _register_calls(line: Line, calls: Iterable[PartyState], deliveries: tuple[Delivery, ...]) -> None:
    found = {call.conn_id: call for call in calls if call.call_state in STATES}
    for party in tuple(line.calls.parties.values()):
        if party.conn_id not in found:
            line.calls.clean(party)
    for call in found.values():
        began_us = _dated_us(line, call.since, call_key(call.conn_id))
        known = line.calls.parties.get(call.conn_id)
        if known is None:
            _find(line, call, began_us, deliveries)
        else:
            _compare(line, known, call, began_us)


def _find(line: Line, call: PartyState, began_us: int, deliveries: tuple[Delivery, ...]) -> None:
    """A call that began in the dark: it belongs to whoever sits here."""
    attributes = told_by_state(call, msgspec.structs.replace(line.seat.own, conn_id=call.conn_id))
    party = Party(
        call.conn_id,
        attributes,
        line.seat.agent,
        began_us,
        call.this_dn_role or ROLE_IN_STATE.get(call.call_state, ""),
        is_observer=call.this_dn_role == "Observer",
    )
    for delivery in deliveries:
        if delivery.conn_id == call.conn_id:
            line.calls.credit_entry(party, delivery)
    line.calls.parties[call.conn_id] = party
    _begin_state(line, party, call.call_state, began_us)


def _begin_state(line: Line, party: Party, state: str, began_us: int) -> None:
    calls = line.calls
    if state in ("Ringing", "Dialing"):
        if not party.is_observer:
            calls.begin(party, f"Call{state}", began_us)
        return
    if party.answered_us is None:
        party.answered_us = began_us
        party.was_answered_unseen = True
        party.answered_order = line.ledger.order
        if party.is_observer:
            calls.begin(party, "CallObserving", began_us)
        else:
            calls.talk(party, began_us)
    if state == "Held" and not party.is_observer:
        calls.begin(party, "CallOnHold", began_us)


def _compare(line: Line, party: Party, call: PartyState, began_us: int) -> None:
    """A call that is still there: another party state is another action, nothing is raised (`semantics.md` 11)."""
    calls = line.calls
    told = told_by_state(call, party.attributes)
    if told != party.attributes:
        party.attributes = told
        for running in party.running.values():
            line.ledger.change(running, told)
    if _state_of(party) == call.call_state:
        return
    for action in ("CallRinging", "CallDialing", "CallOnHold"):
        calls.end(party, action)
    if call.call_state in ("Ringing", "Dialing"):
        for action in tuple(party.running):
            calls.end(party, action)
        party.answered_us = None
    _begin_state(line, party, call.call_state, began_us)


def _state_of(party: Party) -> str:
    if "CallOnHold" in party.running:
        return "Held"
    if party.answered_us is not None:
        return "Established"
    return "Ringing" if "CallRinging" in party.running or party.is_observer else "Dialing"


def _register_hook(line: Line, message: DnEvent) -> None:
    """A derived OffHook counts from the earliest begin of what runs here (`semantics.md` 11)."""
    if message.hooks_are_sent:
        return
    parties = line.calls.parties.values()
    if parties:
        began = [running.began_us for party in parties for running in party.running.values()]
        line.seat.set_hook("OffHook", min(began, default=line.ledger.time_us))
    elif "OffHook" in line.seat.running:
        line.seat.set_hook("OnHook")
