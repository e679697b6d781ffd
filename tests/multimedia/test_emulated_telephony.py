"""`multimedia.md` 7: a media T-Server reports interactions as telephony, and is read as such."""

from __future__ import annotations

from typing import Any

from tests.multimedia.played import Event, ask, lines, merged, readings, values

RP, DN, A1, P4 = "RoutePoint:RP_chat@pbx1", "RegDN:chat-1001@pbx1", "Agent:1001", "Place:P4"


def emulated() -> list[Event]:
    login = [
        {"event": "EventRegistered", "time": 50.0, "this_dn": "chat-1001", "agent_state": "LoggedOut", "calls": []},
        {"event": "EventAgentLogin", "time": 50.0, "this_dn": "chat-1001", "agent_id": "1001"},
        {"event": "EventAgentReady", "time": 60.0, "this_dn": "chat-1001", "agent_id": "1001"},
    ]
    return merged(tserver_1=[*login, *lines("emulated")])


def test_the_worked_chat() -> None:
    asked = [
        ask(RP, "TotalTime", "CallWait", MediaType="chat"),
        ask(DN, "TotalTime", "CallRinging", MediaType="chat"),
        ask(A1, "TotalTime", "CallInbound", MediaType="chat"),
        ask(A1, "TotalTime", "CallInbound", MediaType="voice"),
        ask(A1, "TotalTime", "Handling"),
    ]
    assert values(emulated(), asked) == [3, 4, 200, 0, 0]


def test_a_chat_makes_a_status_here() -> None:
    asked = [ask(one, "CurrentState", subject=subject) for one, subject in ((A1, "AgentStatus"), (P4, "PlaceStatus"))]
    told = readings(emulated(), asked, [80, 105, 200])
    assert [[one["value"] for one in row] for row in told] == [
        ["WaitForNextCall"] * 2,
        ["CallRinging"] * 2,
        ["CallInbound"] * 2,
    ]


def test_the_dn_of_a_medium_is_a_device_of_that_medium() -> None:
    told = readings(emulated(), [ask(A1, "CurrentTargetState")], [80, 200])
    media: list[dict[str, Any]] = [row[0]["target"]["targets"][0]["media"] for row in told]
    assert media == [
        {"chat": {"s": "R", "n": 0, "max": 2, "routable": 2}},
        {"chat": {"s": "NR", "n": 1, "max": 2, "routable": 0}},
    ]


def test_both_ways_agree_on_the_same_chat() -> None:
    """Offered at 103, accepted at 107, over at 307: by an Interaction Server the same numbers have other names."""
    chat: dict[str, Any] = {"interaction_id": "c1", "media_type": "chat", "interaction_type": "Inbound"}
    agent = {"party_type": "Agent", "agent_id": "1001", "place": "P1"}
    native = [
        {"event": "EventInteractionSubmitted", "time": 100.0, "queue": "Chat In", "actor_type": "Server", **chat},
        {"event": "EventTakenFromQueue", "time": 103.0, "queue": "Chat In", "party_type": "Strategy", **chat},
        {"event": "EventAgentInvited", "time": 103.0, **chat, **agent},
        {"event": "EventPartyAdded", "time": 107.0, **chat, **agent},
        {"event": "EventPartyRemoved", "time": 307.0, **chat, **agent},
        {"event": "EventProcessingStopped", "time": 307.0, "actor_type": "Agent", "actor_id": "1001", **chat},
    ]
    words = {
        "CallWait": ("StagingArea:Chat In", "InteractionWait", RP),
        "CallAnswered": (A1, "Accepted", A1),
        "CallInbound": (A1, "HandlingInbound", A1),
        "CallInboundCompleted": (A1, "ProcessedInbound", A1),
    }
    for category in ("TotalNumber", "TotalTime"):
        old = values(emulated(), [ask(whose, category, action) for action, (_, _, whose) in words.items()])
        new = values(merged(ixn_1=native), [ask(whose, category, action) for whose, action, _ in words.values()])
        assert old == new
