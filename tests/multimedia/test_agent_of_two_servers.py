"""An agent with a call, two chats and an e-mail from two Interaction Servers, worked out by hand, step by step.

Rule `std`. 7001 and chat `a` at ixn-1, chat `b` and e-mail `e` at ixn-2; ixn-1 dies at 100 and is back at 130.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from tests.multimedia.day import Day
from tests.multimedia.played import ask, readings

A1, THREE, P1 = "Agent:1001", "GroupAgents:Three", "Place:P1"
LUNCH: Final = {"Reason": "Lunch"}
BREAK: Final = {"Reason": "Break"}
WAITS, NOT_READY, OUT = "WaitForNextCall", "NotReadyForNextCall", "LoggedOut"


class Step(NamedTuple):
    """After the events of a second; the group is ready if the agent is, the two others are logged out."""

    status: str
    reasons: dict[str, str] | None
    vectors: tuple[str, str, str]
    handled: int
    group: str


STEPS: Final = {
    5: Step(WAITS, None, ("R 0 1 1", "-", "-"), 0, WAITS),
    10: Step(NOT_READY, None, ("R 0 1 1", "NR 0 2 0", "-"), 0, NOT_READY),
    15: Step(WAITS, None, ("R 0 1 1", "R 0 2 2", "-"), 0, WAITS),
    20: Step(WAITS, None, ("R 0 1 1", "R 0 2 2", "R 0 2 2"), 0, WAITS),
    30: Step(WAITS, None, ("R 0 1 1", "R 1 2 1", "R 0 2 2"), 1, WAITS),
    40: Step(WAITS, None, ("R 0 0 0", "R 2 2 0", "R 1 2 1"), 3, WAITS),
    50: Step("CallInbound", None, ("NR 1 0 0", "R 2 1 0", "R 1 1 0"), 3, NOT_READY),
    60: Step("CallInbound", None, ("NR 1 0 0", "R 2 1 0", "NR 1 1 0"), 3, NOT_READY),
    70: Step(WAITS, None, ("R 0 0 0", "R 2 2 0", "NR 1 2 0"), 3, WAITS),
    80: Step(WAITS, None, ("R 0 0 0", "R 2 2 0", "NR 1 2 0"), 3, WAITS),
    90: Step(NOT_READY, LUNCH, ("R 0 0 0", "NR 2 2 0", "NR 1 2 0"), 3, NOT_READY),
    100: Step(NOT_READY, BREAK, ("R 0 1 1", "NR 1 2 0", "NR 1 2 0"), 3, NOT_READY),
    110: Step(WAITS, None, ("R 0 1 1", "R 1 2 1", "NR 1 2 0"), 3, WAITS),
    130: Step(WAITS, None, ("R 0 0 0", "R 2 2 0", "NR 1 2 0"), 3, WAITS),
    140: Step(WAITS, None, ("R 0 1 1", "R 1 2 1", "NR 1 2 0"), 2, WAITS),
    150: Step(OUT, None, ("-", "-", "-"), 0, OUT),
}


def timeline() -> Day:
    day = Day()
    day.tserver(0, "Registered", agent_id="1001", agent_state="Ready", calls=[])
    day.tserver(50, "Established", conn_id="v", call_type="Inbound").tserver(70, "Released", conn_id="v")
    moment = day.at(10).agent_login(media={"chat": "NotReady"}).at(15).ready_for_media()
    moment = moment.at(20).agent_login(source="ixn-2", media={"chat": "Ready", "email": "Ready"})
    moment = moment.at(30).party_added(id="a").at(40).party_added(source="ixn-2", id="b")
    moment = moment.party_added(source="ixn-2", id="e", medium="email")
    moment = moment.at(60).not_ready_for_media(source="ixn-2", medium="email")
    moment = moment.at(80).not_ready_for_media(source="ixn-2", reasons=BREAK)
    moment = moment.at(90).not_ready_for_media(reasons=LUNCH).at(100).server_disconnected()
    moment = moment.at(110).ready_for_media(source="ixn-2")
    found = {"media": {"chat": {"state": "NotReady", "since": 90.0, "reasons": LUNCH}}}
    moment = moment.at(130).place_agent_state(
        **found, interactions=[{"interaction_id": "a", "media_type": "chat", "interaction_type": "Inbound"}]
    )
    moment = moment.at(140).link_connected().party_removed(source="ixn-2", id="b")
    moment = moment.at(150).agent_logout().agent_logout(source="ixn-2")
    day.tserver(150, "AgentLogout", agent_id="1001")
    return day


def test_every_step() -> None:
    asked = [
        ask(A1, "CurrentStateReasons", subject="AgentStatus"),
        ask(A1, "CurrentTargetState"),
        ask(A1, "CurrentNumber", "Handling"),
        ask(THREE, "CurrentState", subject="GroupStatus"),
    ]
    events = sorted(timeline().events, key=lambda pair: pair[1]["time"])
    found = {at: step_of(*told) for at, told in zip(STEPS, readings(events, asked, list(STEPS)), strict=True)}
    assert found == STEPS


def step_of(state: dict[str, Any], target: dict[str, Any], handled: dict[str, Any], group: dict[str, Any]) -> Step:
    (one,) = target["target"]["targets"]
    vectors = tuple(vector(one["media"].get(medium, {})) for medium in ("voice", "chat", "email"))
    return Step(state["value"], state["state"].get("reasons"), vectors, handled["value"], group["value"])


def vector(told: dict[str, Any]) -> str:
    return f"{told['s']} {told['n']} {told['max']} {told['routable']}" if "s" in told else "-"
