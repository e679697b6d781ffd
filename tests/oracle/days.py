"""Random days of a small contact centre, for asking the oracle and the server the same questions.

`days()` gives T-Server events in wire form in non-decreasing time: believable call flows, adversarial in order, at one
time more often than not, with lost links and now and then an event that is out of place. `Switch` (in `switch.py`) is
the switch behind them: it only ever says what could be said of what is there, but for `out_of_place`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any, Final

from hypothesis import strategies as st

from tests.oracle.call_happenings import party_goes_on
from tests.oracle.desk_happenings import desk, rare, recover, wait_long
from tests.oracle.queue_happenings import call_in, dial, queue_goes_on
from tests.oracle.switch import AGENT_IDS, DNS, QUEUES, VIRTUAL, Event, Switch

ENVIRONMENT_TOML: Final = """
[[tenant]]
name = "Environment"
time_zone = "Europe/Paris"

[[switch]]
name = "pbx1"

[[source]]
name = "tserver-1"
type = "tserver"
switch = "pbx1"
host = "127.0.0.1"
port = 5001

[[dn]]
number = "7001"
switch = "pbx1"
type = "Extension"

[[dn]]
number = "7002"
switch = "pbx1"
type = "Extension"

[[dn]]
number = "7003"
switch = "pbx1"
type = "Extension"

[[dn]]
number = "7004"
switch = "pbx1"
type = "ACDPosition"

[[dn]]
number = "8000"
switch = "pbx1"
type = "ACDQueue"

[[dn]]
number = "8001"
switch = "pbx1"
type = "ACDQueue"

[[dn]]
number = "8500"
switch = "pbx1"
type = "RoutingPoint"

[[dn]]
number = "8900"
switch = "pbx1"
type = "VirtualQueue"

[[place]]
name = "Desk 1"
dns = ["7001@pbx1"]

[[place]]
name = "Desk 2"
dns = ["7002@pbx1", "7003@pbx1"]

[[place]]
name = "Desk 4"
dns = ["7004@pbx1"]

[[agent]]
employee_id = "ann"
logins = ["1001@pbx1"]
skills = { Spanish = 5 }

[[agent]]
employee_id = "bob"
logins = ["1002@pbx1", "2002@pbx1"]
skills = { Spanish = 1, Billing = 3 }

[[agent]]
employee_id = "1003"

[[agent_group]]
name = "Sales"
agents = ["ann", "bob"]
origination_dns = ["8000@pbx1"]

[[agent_group]]
name = "Everyone"
agents = ["ann", "bob", "1003"]

[[place_group]]
name = "Floor"
places = ["Desk 1", "Desk 2", "Desk 4"]

[[place_group]]
name = "Window"
places = ["Desk 2"]
origination_dns = ["8500@pbx1"]

[[dn_group]]
name = "Queues"
dns = ["8000@pbx1", "8001@pbx1"]

[[dn_group]]
name = "Everything"
dns = ["8000@pbx1", "8001@pbx1", "8500@pbx1", "8900@pbx1"]
"""

VIRTUAL_GROUPS_TOML: Final = """
[[agent_group]]
name = "Spanish here"
script = 'Skill("Spanish") > 2 & LoggedIn("pbx1")'

[[agent_group]]
name = "Of 8001"
script = 'LoggedIn("8001@pbx1")'
origination_dns = ["8900@pbx1"]
"""

STARTS: Final = (1_795_503_600.0, 1_795_561_100.25, 1_792_889_999.0)
"""A morning; shortly before midnight in Paris; a second before the hour that comes twice there."""

PAUSES: Final = (0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 2.5, 7.0, 10.0, 20.0, 30.000001, 45.0, 120.0, 900.0)


def environment() -> dict[str, Any]:
    """The contact centre of these days, with virtual groups."""
    return tomllib.loads(ENVIRONMENT_TOML + VIRTUAL_GROUPS_TOML)


@st.composite
def days(draw: st.DrawFn, steps_max: int = 60) -> list[Event]:
    """A day of at most `steps_max` happenings, one to eight events each."""
    start = draw(st.sampled_from(STARTS))
    switch = Switch(draw, start)
    begin(switch)
    for _ in range(draw(st.integers(1, steps_max))):
        switch.now += draw(st.sampled_from(PAUSES))
        happening = draw(st.sampled_from(possible(switch)))
        happening(switch)
    return switch.events


def begin(switch: Switch) -> None:
    """Most DNs are registered, some with an agent and a call found there; one may be heard of only later."""
    switch.has_hooks = switch.choose(False, False, True)
    for dn in DNS:
        kind = switch.choose("ready", "free", "free", "found", "silent")
        if kind == "ready":
            switch.agents[dn], switch.states[dn] = switch.choose(*AGENT_IDS), "Ready"
        if kind == "found":
            switch.find_call(dn)
        if kind != "silent":
            switch.register(dn)
    for queue in (*QUEUES, VIRTUAL):
        switch.register(queue)
    switch.tell_link("EventLinkConnected")


def possible(switch: Switch) -> list[Callable[[Switch], None]]:
    """Every happening that fits, the frequent ones more than once."""
    if not switch.is_up:
        return [recover, recover, wait_long]
    found: list[Callable[[Switch], None]] = [call_in, call_in, desk, desk, desk, dial, rare]
    found += [queue_goes_on] * (4 if switch.waits else 0)
    found += [party_goes_on] * (6 if switch.parties else 0)
    return found
