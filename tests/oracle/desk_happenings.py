"""What happens to agents at their desks on a random day, and trouble: lost links, what is out of place."""

from __future__ import annotations

from tests.oracle.switch import AGENT_IDS, DATA, DNS, QUEUES, REASONS, VIRTUAL, Switch


def desk(switch: Switch) -> None:
    """A login, a ready, a not ready, after-call work or a logout at some DN."""
    dn = switch.choose(*DNS)
    agent = switch.agents.get(dn)
    what = switch.choose("login", "ready", "not ready", "work", "logout", "queue", "hook", "user")
    if what == "login" or agent is None:
        _login(switch, dn)
    elif what == "ready":
        switch.states[dn] = "Ready"
        switch.tell("EventAgentReady", dn, agent_id=agent, agent_work_mode=switch.choose("ManualIn", "AutoIn"))
    elif what in {"not ready", "work"}:
        mode = "AfterCallWork" if what == "work" else switch.choose("AuxWork", "LegalGuard", "Unknown")
        switch.states[dn] = "AfterCallWork" if what == "work" else "NotReady"
        switch.tell("EventAgentNotReady", dn, agent_id=agent, agent_work_mode=mode, reasons=switch.choose(*REASONS))
    elif what == "logout":
        switch.tell("EventAgentLogout", dn, agent_id=switch.agents.pop(dn))
        switch.states.pop(dn, None)
    elif what == "queue":
        name = switch.choose("EventAgentLogin", "EventQueueLogout")
        switch.tell(name, dn, agent_id=agent, this_queue=switch.choose("8000", "8001"))
    elif what == "hook":
        hooks = ("EventOffHook", "EventOnHook") if switch.has_hooks else ()
        switch.tell(switch.choose("EventDNDOn", "EventDNDOff", *hooks), dn)
    else:
        switch.tell("EventUserEvent", dn, user_data=switch.choose(*DATA))


def _login(switch: Switch, dn: str) -> None:
    switch.agents[dn] = switch.choose(*AGENT_IDS)
    switch.states.pop(dn, None)
    queue = switch.choose(None, "8000", "8001")
    switch.tell("EventAgentLogin", dn, agent_id=switch.agents[dn], this_queue=queue, reasons=switch.choose(*REASONS))
    if switch.choose(True, True, False):
        switch.states[dn] = "Ready"
        switch.tell("EventAgentReady", dn, agent_id=switch.agents[dn], agent_work_mode="ManualIn")


def rare(switch: Switch) -> None:
    """Once in a while: a lost link, a query, an event out of place, a DN taken out."""
    switch.choose(lose, query, out_of_place, out_of_place, take_out)(switch)


def lose(switch: Switch) -> None:
    switch.tell_link(switch.choose("EventLinkDisconnected", "EventServerDisconnected"))
    switch.is_up = False


def wait_long(switch: Switch) -> None:
    """Nothing is heard for about as long as the limit."""
    switch.now += switch.choose(299.0, 300.0, 400.0)


def recover(switch: Switch) -> None:
    """The link is back; in the dark calls ended, began, were answered, agents came and went."""
    for party in list(switch.parties):
        fate = switch.choose("stays", "stays", "gone", "answered")
        if fate == "gone":
            switch.parties.remove(party)
        elif fate == "answered" and party.state != "listening":
            party.state = switch.choose("talking", "held")
    for wait in list(switch.waits):
        if switch.choose(True, True, False):
            switch.waits.remove(wait)
    for dn in DNS:
        _changed_in_the_dark(switch, dn)
    for dn in switch.shuffled((*DNS, *QUEUES, VIRTUAL)):
        switch.register(dn)
    switch.tell_link("EventLinkConnected")
    switch.is_up = True


def _changed_in_the_dark(switch: Switch, dn: str) -> None:
    fate = switch.choose("same", "same", "same", "gone", "other", "state", "call")
    if fate == "gone":
        switch.agents.pop(dn, None)
    elif fate == "other":
        switch.agents[dn] = switch.choose(*AGENT_IDS)
    elif fate == "state":
        switch.states[dn] = switch.choose("Ready", "NotReady", "AfterCallWork")
    elif fate == "call":
        switch.find_call(dn)


def query(switch: Switch) -> None:
    """The server asks again and hears the truth."""
    switch.register(switch.choose(*DNS, *QUEUES, VIRTUAL), "EventAddressInfo")


def take_out(switch: Switch) -> None:
    """A DN leaves the switch's configuration and comes back at once."""
    dn = switch.choose(*DNS)
    switch.parties = [party for party in switch.parties if party.dn != dn]
    switch.agents.pop(dn, None)
    switch.tell("EventUnregistered", dn)
    switch.now += switch.choose(0.0, 5.0)
    switch.register(dn)


def out_of_place(switch: Switch) -> None:
    """An event that does not fit what is there, at a DN that is watched."""
    dn = switch.choose(*DNS, *QUEUES, VIRTUAL)
    conn_id = switch.choose("c1", "c2", "c999")
    name = switch.choose(
        "EventReleased", "EventHeld", "EventRetrieved", "EventAbandoned", "EventAttachedDataChanged",
        "EventDtmfSent", "EventDiverted", "EventTreatmentEnd", "EventMuteOn", "EventOfNoKnownName",
    )  # fmt: skip
    present = {(party.dn, party.conn_id) for party in switch.parties} | {wait[:2] for wait in switch.waits}
    if (dn, conn_id) not in present:
        switch.tell(name, dn, conn_id=conn_id, call_type="Inbound", user_data=switch.choose(None, *DATA))
    switch.tell("EventRinging", "7777", conn_id="c998", call_type="Inbound")
