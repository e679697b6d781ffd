"""What a registration says is there, against what was there before the link was lost (`semantics.md` 9.2).

What is still there goes on as if never gone. What is new begins, dated by its `since` but not before the loss. What is
gone ends. None of it raises an instant but `StuckCallCleaned` and `StuckCallCleanedWhileRinging`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from actors.objects.calls import Party, told_by
from actors.objects.line import Line
from actors.objects.messages import DnEvent
from actors.objects.seat import ACTION_OF_AGENT_STATE
from actors.statistics.changes import Attributes
from actors.vocabulary.events import PartyState, TServerEvent
from actors.vocabulary.statuses import AFTER_CALL_WORK, MONITORED, NOT_MONITORED
from actors.vocabulary.times import microseconds

REGISTRATIONS: Final = frozenset({"EventRegistered", "EventAddressInfo"})
ROLE_IN_STATE: Final[Mapping[str, str]] = {"Dialing": "Origination", "Ringing": "Destination"}
STATES: Final = frozenset({"Ringing", "Dialing", "Established", "Held"})


def register(line: Line, message: DnEvent) -> None:
    """Lets `EventRegistered` or `EventAddressInfo` put the DN right."""
    event = message.event
    line.ledger.at(message.order, message.time_us)
    floor_us = _floor_us(line)
    line.lost_us = line.ended_us = None
    line.seat.end(NOT_MONITORED)
    line.seat.begin(MONITORED)
    line.is_registered = True
    if event.dnd is not None:
        line.seat.dnd = event.dnd
    _register_agent(line, event, floor_us)
    _register_calls(line, event, floor_us)
    _register_state(line, event, floor_us)
    _start_asked_work(line)
    _register_hook(line, message)


def _floor_us(line: Line) -> int | None:
    """What is new is dated no earlier than this: the loss, or the limit that ended what was frozen."""
    if line.ended_us is not None:
        return line.ended_us
    if line.lost_us is not None:
        return line.lost_us
    monitored = line.seat.running.get(MONITORED)
    return monitored.began_us if monitored is not None else None


def _dated_us(since: float | None, floor_us: int | None, now_us: int) -> int:
    if since is None:
        return now_us
    since_us = min(microseconds(since), now_us)
    return since_us if floor_us is None else max(since_us, floor_us)


def _register_agent(line: Line, event: TServerEvent, floor_us: int | None) -> None:
    seat = line.seat
    if not event.agent_id or event.agent_state == "LoggedOut":
        if seat.login_id or event.agent_state:
            seat.log_out(None)
        seat.begin("LoggedOut")
        return
    began_us = _dated_us(event.login_since, floor_us, line.ledger.time_us)
    seat.log_in(event, line.queue_id(event.this_queue), is_found=True, began_us=began_us)
    line.adopt()


def _register_state(line: Line, event: TServerEvent, floor_us: int | None) -> None:
    seat = line.seat
    action = ACTION_OF_AGENT_STATE.get(event.agent_state)
    if action is None:
        return
    asked = seat.acw_asked if line.calls.talks else None
    began_us = _dated_us(event.agent_state_since, floor_us, line.ledger.time_us)
    credits_ = line.last_credits() if action == AFTER_CALL_WORK else {}
    seat.set_ready(action, seat.told(msgspec.structs.replace(event, this_queue="")), credits_, began_us)
    seat.acw_asked = asked if action != AFTER_CALL_WORK else None


def _start_asked_work(line: Line) -> None:
    """After-call work that was asked for begins, if its call ended in the dark and no state was told."""
    if line.seat.acw_asked is not None and not line.calls.talks:
        line.seat.set_ready(AFTER_CALL_WORK, line.seat.acw_asked, line.last_credits())


def _register_calls(line: Line, event: TServerEvent, floor_us: int | None) -> None:
    found = {call.conn_id: call for call in event.calls or () if call.call_state in STATES}
    for party in tuple(line.calls.parties.values()):
        if party.conn_id not in found:
            line.calls.clean(party)
    for call in found.values():
        began_us = _dated_us(call.since, floor_us, line.ledger.time_us)
        known = line.calls.parties.get(call.conn_id)
        if known is None:
            _find(line, call, began_us)
        else:
            _compare(line, known, call, began_us)


def _find(line: Line, call: PartyState, began_us: int) -> None:
    """A call that began in the dark: it belongs to whoever sits here."""
    attributes = told_by(_as_event(call), Attributes(this_dn=line.seat.own.this_dn, conn_id=call.conn_id))
    attributes = msgspec.structs.replace(attributes, media_type=line.seat.own.media_type)
    party = Party(
        call.conn_id,
        attributes,
        line.seat.agent,
        began_us,
        call.this_dn_role or ROLE_IN_STATE.get(call.call_state, ""),
        is_observer=call.this_dn_role == "Observer",
    )
    if call.this_queue:
        party.credits[line.queue_id(call.this_queue)] = began_us
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
    told = told_by(_as_event(call), party.attributes)
    is_retyped = party.is_established and call.call_type not in ("", party.attributes.call_type)
    was = _state_of(party)
    if was != call.call_state or is_retyped:
        calls.end(party, "CallRinging")
        calls.end(party, "CallDialing")
        calls.end(party, "CallOnHold")
        if call.call_state in ("Ringing", "Dialing") or is_retyped:
            for action in tuple(party.running):
                calls.end(party, action)
            party.answered_us = None
    if told != party.attributes:
        party.attributes = told
        for running in party.running.values():
            line.ledger.change(running, told)
    if was != call.call_state or is_retyped:
        _begin_state(line, party, call.call_state, began_us)


def _state_of(party: Party) -> str:
    if "CallOnHold" in party.running:
        return "Held"
    if party.answered_us is not None:
        return "Established"
    return "Ringing" if "CallRinging" in party.running or party.is_observer else "Dialing"


def _as_event(call: PartyState) -> TServerEvent:
    return TServerEvent(
        "EventRegistered",
        conn_id=call.conn_id,
        call_type=call.call_type,
        other_dn=call.other_dn,
        this_queue=call.this_queue,
        ani=call.ani,
        dnis=call.dnis,
        user_data=call.user_data,
    )


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
