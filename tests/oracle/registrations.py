"""What a registration finds, what a lost link freezes, what its limit ends: `semantics.md` 9.2 and 9.3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.oracle.calls import leave, listen, new_party, remember_data, start, stop, stop_talking, talk
from tests.oracle.deliveries import happen_there
from tests.oracle.desks import (
    READY_FAMILY,
    become,
    end_action,
    end_ready_family,
    is_same_agent,
    log_in,
    log_out,
    reasons_of,
)
from tests.oracle.floor import Dn, Floor, told_by
from tests.oracle.occurrences import Party, Point, Wait
from tests.oracle.queues import enter

Event = Mapping[str, Any]

FAMILY_OF_STATE = {"Ready": "WaitForNextCall", "NotReady": "NotReadyForNextCall", "AfterCallWork": "AfterCallWork"}
STATE_OF_CALL = {"Ringing": "ringing", "Dialing": "dialing", "Held": "held"}


def watch(floor: Floor, dn: Dn, name: str) -> None:
    """The DN is `Monitored` or `NotMonitored` from now."""
    if dn.monitoring.name != name:
        floor.end(dn.monitoring)
        dn.monitoring = floor.begin(dn.name, name, floor.plain_data(dn.name))


def lose(floor: Floor) -> None:
    """The link is lost: nothing ends but `Monitored`."""
    for dn in floor.dns.values():
        if dn.monitoring.name == "Monitored":
            watch(floor, dn, "NotMonitored")
            dn.is_dark, dn.lost_us = True, floor.now.us


def register(floor: Floor, dn: Dn, event: Event) -> None:
    """`EventRegistered` or `EventAddressInfo`: watched from now, and this is its present state."""
    watch(floor, dn, "Monitored")
    dn.is_dark = False
    is_told = any(event.get(key) is not None for key in ("agent_id", "agent_state", "calls"))
    if is_told and floor.centre.is_mediation(dn.name):
        _find_waits(floor, dn, event)
    elif is_told:
        _find_agent(floor, dn, event)
        _find_calls(floor, dn, event)
        _find_state(floor, dn, event)
    if event.get("dnd") is not None:
        dn.dnd.append((floor.now.n, event["dnd"]))
    if is_told:
        dn.cut_off.clear()


def since(floor: Floor, dn: Dn, told: float | None, *key: str) -> int:
    """When what is new began: not before the loss, nor before the limit ended the same thing."""
    if told is None:
        return floor.now.us
    began_us = round(told * 1_000_000)
    if dn.lost_us is not None:
        began_us = max(began_us, dn.lost_us)
    return min(max(began_us, dn.cut_off.get(key, began_us)), floor.now.us)


def _find_agent(floor: Floor, dn: Dn, event: Event) -> None:
    agent_id = event.get("agent_id") or ""
    if event.get("agent_state") == "LoggedOut":
        agent_id = ""
    if dn.login and agent_id and is_same_agent(floor, dn.login, agent_id):
        return
    if dn.login:
        end_ready_family(floor, dn, is_seen=False)
        log_out(floor, dn)
    if agent_id:
        began_us = since(floor, dn, event.get("login_since"), "login", floor.centre.agent_of(agent_id) or agent_id)
        log_in(floor, dn, agent_id, frozenset(), reasons=reasons_of(event), since_us=began_us)
    elif "LoggedOut" not in dn.actions:
        told = event.get("agent_state_since") if event.get("agent_state") == "LoggedOut" else None
        began_us = since(floor, dn, told, "login", "")
        dn.actions["LoggedOut"] = floor.begin(dn.name, "LoggedOut", floor.plain_data(dn.name), since_us=began_us)


def _find_state(floor: Floor, dn: Dn, event: Event) -> None:
    """The ready family as the registration tells it; a request for after-call work may lapse."""
    state = event.get("agent_state") or ""
    if state == "LoggedOut":
        end_ready_family(floor, dn, is_seen=False)
        dn.waiting_work = None
    if state not in FAMILY_OF_STATE:
        return
    waiting, name = dn.waiting_work, FAMILY_OF_STATE[state]
    agent = dn.login.agent or dn.login.agent_id if dn.login else ""
    began_us = since(floor, dn, event.get("agent_state_since"), name, agent)
    become(floor, dn, name, reasons_of(event), since_us=began_us, is_seen=False)
    if dn.established() and name != "AfterCallWork":
        dn.waiting_work = waiting


def _find_calls(floor: Floor, dn: Dn, event: Event) -> None:
    if event.get("calls") is None:
        return
    found = {call["conn_id"]: call for call in event["calls"]}
    for party in list(dn.parties.values()):
        if party.conn_id not in found:
            clean(floor, dn, party)
    for conn_id, call in found.items():
        remember_data(floor, call)
        began_us = since(floor, dn, call.get("since"), "call", conn_id)
        if conn_id in dn.parties:
            dn.parties[conn_id].data.tell(floor.now, told_by(call))
            _find_changed(floor, dn, dn.parties[conn_id], call, began_us)
        else:
            _find_new(floor, dn, call, began_us)


def _find_new(floor: Floor, dn: Dn, call: Event, began_us: int) -> None:
    event = {"Ringing": "EventRinging", "Dialing": "EventDialing"}.get(call.get("call_state", ""), "found")
    party = new_party(floor, dn, {**call, "event": event}, Point(floor.now.n, began_us))
    _find_changed(floor, dn, party, call, began_us)


def _find_changed(floor: Floor, dn: Dn, party: Party, call: Event, began_us: int) -> None:
    """The party is in the state it is found in; nothing is raised, and what it was in already goes on."""
    state = STATE_OF_CALL.get(call.get("call_state", ""), "talking")
    if party.is_listener:
        if state == "talking" and party.state != "listening":
            listen(floor, dn, party, began_us)
        return
    if state == party.state:
        return
    if party.state == "held":
        stop(floor, party, "CallOnHold")
    for name in ("CallRinging", "CallDialing"):
        if name in party.running:
            stop(floor, party, name)
    if state in {"ringing", "dialing"}:
        if party.is_established:
            stop_talking(floor, party)
            party.answered = None
        start(floor, dn, party, {"ringing": "CallRinging", "dialing": "CallDialing"}[state], began_us)
    elif not party.is_established:
        party.answered, party.was_answered_unseen = Point(floor.now.n, began_us), True
        talk(floor, dn, party, began_us)
    if state == "held":
        start(floor, dn, party, "CallOnHold", began_us)
    party.state = state


def _find_waits(floor: Floor, dn: Dn, event: Event) -> None:
    if event.get("calls") is None:
        return
    found = {call["conn_id"]: call for call in event["calls"]}
    for wait in list(dn.waits.values()):
        if wait.conn_id not in found:
            clean_wait(floor, dn, wait)
    for conn_id, call in found.items():
        remember_data(floor, call)
        if conn_id in dn.waits:
            dn.waits[conn_id].data.tell(floor.now, told_by(call))
        else:
            enter(floor, dn, call, since(floor, dn, call.get("since"), "call", conn_id))


def clean(floor: Floor, dn: Dn, party: Party) -> None:
    """The source no longer knows this call."""
    main = {"ringing": "CallRinging", "dialing": "CallDialing", "listening": "CallObserving"}
    action = party.main if party.is_established else main.get(party.state)
    if action:
        duration_us = floor.now.us - party.running[action].begin.us
        name = "StuckCallCleanedWhileRinging" if party.state == "ringing" else "StuckCallCleaned"
        floor.happen(dn.name, name, party.data.last, agent=party.agent, duration_us=duration_us)
    leave(floor, dn, party)


def clean_wait(floor: Floor, dn: Dn, wait: Wait) -> None:
    """The source no longer knows this waiting call."""
    duration_us = floor.end(wait.occurrence)
    happen_there(floor, dn.name, "StuckCallCleaned", wait.data.last, duration_us)
    del dn.waits[wait.conn_id]


def cut_off(floor: Floor, dn: Dn) -> None:
    """All that is there ends now: the limit of a lost link, or `EventUnregistered`."""
    for party in list(dn.parties.values()):
        dn.cut_off["call", party.conn_id] = floor.now.us
        clean(floor, dn, party)
    for wait in list(dn.waits.values()):
        dn.cut_off["call", wait.conn_id] = floor.now.us
        clean_wait(floor, dn, wait)
    agent = dn.login.agent or dn.login.agent_id if dn.login else ""
    if dn.login or "LoggedOut" in dn.actions:
        dn.cut_off["login", agent] = floor.now.us
    for name in READY_FAMILY:
        if name in dn.actions:
            dn.cut_off[name, agent] = floor.now.us
    end_ready_family(floor, dn, is_seen=False)
    log_out(floor, dn)
    for name in list(dn.actions):
        end_action(floor, dn, name)


def unregister(floor: Floor, dn: Dn) -> None:
    """The DN is taken out of the switch."""
    cut_off(floor, dn)
    watch(floor, dn, "NotMonitored")
    dn.is_dark, dn.lost_us = True, floor.now.us
