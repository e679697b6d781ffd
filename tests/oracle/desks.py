"""Events of a regular DN and its agent: `semantics.md` 2.1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.oracle.belonging import queues_of_agent
from tests.oracle.deliveries import happen_there
from tests.oracle.floor import Dn, Floor, told_by
from tests.oracle.occurrences import Attributes, Login, Point

Event = Mapping[str, Any]

READY_FAMILY: Final = ("WaitForNextCall", "NotReadyForNextCall", "AfterCallWork")
HOOKS: Final = ("OnHook", "OffHook")
WORK: Final = "AfterCallWork"


def desk_event(floor: Floor, dn: Dn, event: Event) -> None:
    """One event of a regular DN that is of no call."""
    handler = HANDLERS.get(event["event"])
    if handler:
        handler(floor, dn, event)


def end_action(floor: Floor, dn: Dn, name: str) -> None:
    """The DN's action of this name ends, if it runs."""
    if name in dn.actions:
        floor.end(dn.actions.pop(name))


def reasons_of(event: Event) -> Attributes:
    """An event without reasons clears them."""
    return {"reasons": event.get("reasons") or {}}


def _login(floor: Floor, dn: Dn, event: Event) -> None:
    agent_id, queue = event.get("agent_id", ""), event.get("this_queue", "")
    if dn.login and is_same_agent(floor, dn.login, agent_id):
        queues = dn.login.queues_at(floor.now.n) | ({queue} if queue else set())
        dn.login.queues.append((floor.now.n, frozenset(queues)))
        return
    if dn.login:
        _agent_leaves(floor, dn)
    log_in(floor, dn, agent_id, frozenset({queue} if queue else set()), reasons=reasons_of(event))
    floor.happen(dn.name, "AgentLogin", dn.actions["LoggedIn"].data.last, agent=dn.login.agent if dn.login else "")


def is_same_agent(floor: Floor, login: Login, agent_id: str) -> bool:
    agent = floor.centre.agent_of(agent_id)
    return login.agent == agent if agent or login.agent else login.agent_id == agent_id


def log_in(
    floor: Floor,
    dn: Dn,
    agent_id: str,
    queues: frozenset[str],
    *,
    reasons: Attributes,
    since_us: int | None = None,
) -> None:
    """Somebody sits at the DN from now (found at a registration: from `since`); ownerless calls become theirs."""
    end_action(floor, dn, "LoggedOut")
    begin = Point(floor.now.n, floor.now.us if since_us is None else since_us)
    agent = floor.centre.agent_of(agent_id)
    dn.login = Login(agent, agent_id, dn.name, begin, floor.now, [(floor.now.n, queues)])
    floor.logins.append(dn.login)
    dn.actions["LoggedIn"] = floor.begin(dn.name, "LoggedIn", floor.plain_data(dn.name, **reasons), since_us=since_us)
    for party in dn.parties.values():
        if agent and not party.agent and party.state != "called to listen":
            party.agent, party.owned_from = agent, begin


def log_out(floor: Floor, dn: Dn) -> None:
    """Nobody sits there any more."""
    end_action(floor, dn, "LoggedIn")
    dn.waiting_work = None
    if dn.login:
        dn.login.end = floor.now
        dn.login = None


def _logout(floor: Floor, dn: Dn, event: Event) -> None:
    was_logged_out = "LoggedOut" in dn.actions
    if was_logged_out:
        end_ready_family(floor, dn)
        dn.waiting_work = None
        return
    _agent_leaves(floor, dn)
    dn.actions["LoggedOut"] = floor.begin(dn.name, "LoggedOut", floor.plain_data(dn.name, **reasons_of(event)))


def _agent_leaves(floor: Floor, dn: Dn) -> None:
    """A logout, or another agent's login: the ready family ends with it."""
    end_ready_family(floor, dn)
    floor.happen(dn.name, "AgentLogout", floor.plain_data(dn.name).last, agent=dn.login.agent if dn.login else "")
    log_out(floor, dn)


def _queue_logout(floor: Floor, dn: Dn, event: Event) -> None:
    if dn.login:
        left = dn.login.queues_at(floor.now.n) - {event.get("this_queue", "")}
        dn.login.queues.append((floor.now.n, left))


def _ready(floor: Floor, dn: Dn, event: Event) -> None:
    become(floor, dn, "WaitForNextCall", reasons_of(event))


def _not_ready(floor: Floor, dn: Dn, event: Event) -> None:
    if event.get("agent_work_mode") != WORK:
        become(floor, dn, "NotReadyForNextCall", reasons_of(event))
    elif dn.established() and WORK not in dn.actions:
        dn.waiting_work = reasons_of(event)
    else:
        become(floor, dn, WORK, reasons_of(event))


def become(
    floor: Floor, dn: Dn, name: str, reasons: Attributes, *, since_us: int | None = None, is_seen: bool = True
) -> None:
    """One of the ready family runs from now; the same one again only changes its reasons."""
    dn.waiting_work = None
    if name in dn.actions:
        dn.actions[name].data.tell(floor.now, reasons)
        return
    end_ready_family(floor, dn, is_seen=is_seen)
    if name == WORK:
        dn.work_came_from = dn.ended_call[2] if dn.ended_call else {}
    dn.actions[name] = floor.begin(dn.name, name, floor.plain_data(dn.name, **reasons), since_us=since_us)


def end_ready_family(floor: Floor, dn: Dn, *, is_seen: bool = True) -> None:
    """Whichever runs ends; after-call work seen to end is told to the queues of its call."""
    for name in READY_FAMILY:
        if name in dn.actions:
            duration_us = floor.end(dn.actions.pop(name))
            if name == WORK and is_seen:
                _work_completed(floor, dn, duration_us)


def _work_completed(floor: Floor, dn: Dn, duration_us: int) -> None:
    for mediation in dn.work_came_from:
        data = {"media_type": floor.plain_data(dn.name).last["media_type"]}
        happen_there(floor, mediation, "ACWCompleted", data, duration_us)
        del floor.instants[-1].attributes["this_queue"]
    if dn.work_came_from and dn.login and dn.login.agent:
        for mediation in queues_of_agent(floor, dn.login.agent):
            if mediation not in dn.work_came_from:
                data = {"media_type": floor.plain_data(dn.name).last["media_type"]}
                happen_there(floor, mediation, "ACWMissed", data, duration_us)
                del floor.instants[-1].attributes["this_queue"]


def settle_work(floor: Floor, dn: Dn) -> None:
    """After-call work asked for during a call begins when the last established call is gone."""
    if dn.waiting_work is not None and not dn.established():
        become(floor, dn, WORK, dn.waiting_work)


def _hook(floor: Floor, dn: Dn, event: Event) -> None:
    floor.hooks_are_told = True
    set_hook(floor, dn, event["event"].removeprefix("Event"))


def set_hook(floor: Floor, dn: Dn, name: str, since_us: int | None = None) -> None:
    """The handset is up or down from now."""
    if name not in dn.actions:
        for other in HOOKS:
            end_action(floor, dn, other)
        dn.actions[name] = floor.begin(dn.name, name, floor.plain_data(dn.name), since_us=since_us)


def settle_hook(floor: Floor, dn: Dn) -> None:
    """A switch that sends no hook events: off hook from the first call at the DN to the end of the last."""
    if floor.hooks_are_told:
        return
    if dn.parties and "OffHook" not in dn.actions:
        running = [occurrence.begin.us for party in dn.parties.values() for occurrence in party.running.values()]
        set_hook(floor, dn, "OffHook", min(running, default=floor.now.us))
    elif not dn.parties and "OffHook" in dn.actions:
        set_hook(floor, dn, "OnHook")


def _user_event(floor: Floor, dn: Dn, event: Event) -> None:
    data = floor.plain_data(dn.name, **told_by(event))
    end_action(floor, dn, "UserEventReceived")
    dn.actions["UserEventReceived"] = floor.begin(dn.name, "UserEventReceived", data)
    floor.happen(dn.name, "UserEvent", data.last, agent=dn.login.agent if dn.login else "")


def _dnd(floor: Floor, dn: Dn, event: Event) -> None:
    dn.dnd.append((floor.now.n, event["event"] == "EventDNDOn"))


HANDLERS: Final[Mapping[str, Callable[[Floor, Dn, Event], None]]] = {
    "EventAgentLogin": _login,
    "EventAgentLogout": _logout,
    "EventQueueLogout": _queue_logout,
    "EventAgentReady": _ready,
    "EventAgentNotReady": _not_ready,
    "EventOnHook": _hook,
    "EventOffHook": _hook,
    "EventUserEvent": _user_event,
    "EventDNDOn": _dnd,
    "EventDNDOff": _dnd,
}
