"""`multimedia.md` 8.1 to 8.4: every value of the tables under the flows."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.multimedia.played import Asked, ask, lines, merged, readings, values

A1, A2, A3 = "Agent:1001", "Agent:1002", "Agent:1003"
P1: Final = "Place:P1"
THREE: Final = "GroupAgents:Three"
CHAT_IN, EMAIL_IN, DRAFTS, EMAIL_OUT = (
    f"StagingArea:{name}" for name in ("Chat In", "Email In", "Drafts Q", "Email Out")
)
TENANT: Final = "Tenant:Environment"

Row = tuple[str, str, int, float | None]
"""Whose, which action, TotalNumber, TotalTime."""

FLOW_8_1: Final[tuple[Row, ...]] = (
    (CHAT_IN, "InteractionEntered", 1, None),
    (CHAT_IN, "InteractionWait", 1, 2),
    (CHAT_IN, "InteractionCleared", 1, 2),
    (CHAT_IN, "InteractionDistributed", 0, 0),
    (CHAT_IN, "InteractionAbandoned", 0, 0),
    (CHAT_IN, "InteractionDeleted", 1, 230),
    *(
        (who, *row)
        for who in (A1, P1)
        for row in (
            ("DeliveringStarted", 1, None),
            ("Delivering", 1, 4),
            ("Accepted", 1, 4),
            ("HandlingStarted", 1, None),
            ("HandlingInboundStarted", 1, None),
            ("Handling", 1, 221),
            ("HandlingInbound", 1, 221),
            ("HandlingOutbound", 0, 0),
            ("Processed", 1, 221),
            ("ProcessedInbound", 1, 221),
            ("Stopped", 1, 221),
            ("StoppedInbound", 1, 221),
            ("Pulled", 0, None),
        )
    ),
)
FLOW_8_2: Final[tuple[Row, ...]] = (
    (EMAIL_IN, "InteractionEntered", 1, None),
    (EMAIL_IN, "InteractionDistributed", 1, 60),
    (EMAIL_IN, "InteractionDistributedToQueue", 1, 120),
    (EMAIL_IN, "InteractionDeleted", 0, 0),
    (DRAFTS, "InteractionEntered", 1, None),
    (DRAFTS, "InteractionDistributed", 1, 3600),
    (DRAFTS, "InteractionDeleted", 1, 3881),
    (EMAIL_OUT, "InteractionEntered", 1, None),
    (EMAIL_OUT, "InteractionCleared", 1, 2),
    (EMAIL_OUT, "InteractionDeleted", 1, 3.5),
    (A1, "Pulled", 2, None),
    (A1, "Delivering", 0, 0),
    (A1, "Accepted", 0, 0),
    (A1, "HandlingInbound", 2, 341),
    (A1, "HandlingOutbound", 1, 200),
    (A1, "Handling", 3, 541),
    (A1, "HandlingStarted", 3, None),
    (A1, "StartedOutbound", 1, None),
    (A1, "Stopped", 1, 281),
    (A1, "InteractionResponded", 1, None),
    (TENANT, "ExternalServiceRequested", 1, None),
    (TENANT, "ExternalServiceResponded", 1, None),
)
FLOW_8_3: Final[tuple[Row, ...]] = (
    (A1, "DeliveringStarted", 1, None),
    (A1, "Delivering", 1, 8),
    (A1, "Rejected", 1, 8),
    (A1, "Handling", 0, 0),
    (A2, "DeliveringStarted", 1, None),
    (A2, "Delivering", 1, 30),
    (A2, "Revoked", 1, 30),
    (A3, "DeliveringStarted", 1, None),
    (A3, "Accepted", 1, 3),
    (A3, "HandlingInbound", 1, 300),
    (A3, "Stopped", 1, 300),
    (THREE, "DeliveringStarted", 3, None),
    (THREE, "Accepted", 1, 3),
    (THREE, "Rejected", 1, 8),
    (THREE, "Revoked", 1, 30),
    (THREE, "Delivering", 3, 41),
    (CHAT_IN, "InteractionEntered", 1, None),
    (CHAT_IN, "InteractionCleared", 1, 1),
    (CHAT_IN, "InteractionDeleted", 1, 345),
)
FLOWS: Final = {"flow_8_1": FLOW_8_1, "flow_8_2": FLOW_8_2, "flow_8_3": FLOW_8_3}


def asked_by(rows: tuple[Row, ...]) -> list[tuple[Asked, float]]:
    """Each row's statistics with the values they must have."""
    both: list[tuple[Asked, float]] = []
    for whose, action, number, time in rows:
        both.append((ask(whose, "TotalNumber", action), number))
        if time is not None:
            both.append((ask(whose, "TotalTime", action), time))
    return both


@pytest.mark.parametrize("flow", FLOWS)
def test(flow: str) -> None:
    both = asked_by(FLOWS[flow])
    found = values(merged(ixn_1=lines(flow)), [one for one, _ in both])
    assert [row for row, value in zip(both, found, strict=True) if row[1] != value] == []


def test_of_flow_8_1_the_handling_has_the_result_from_then_on() -> None:
    solved = ask(A1, "TotalTime", "Handling", filter='PairExists("Result","solved")')
    assert values(merged(ixn_1=lines("flow_8_1")), [solved]) == [10]


def test_of_flow_8_2_two_are_handled_at_once() -> None:
    assert values(merged(ixn_1=lines("flow_8_2")), [ask(A1, "MaxNumber", "Handling")]) == [2]


def test_of_flow_8_3_who_missed_it_is_not_ready_for_reasons() -> None:
    asked = [ask(A2, "CurrentTime", "Blocked", filter='Reasons("Reason") = "InvitationTimeout"')]
    assert values(merged(ixn_1=lines("flow_8_3")), asked, at=3100) == [59]


# -- 8.4 ---------------------------------------------------------------------------------------------------------------

STATUSES: Final = {
    5: ("Monitored", "LoggedOut"),
    15: ("NotReadyForNextCall", "NotReadyForNextCall"),
    21: ("NotReadyForNextCall", "NotReadyForNextCall"),
    22: ("NotReadyForNextCall", "NotReadyForNextCall"),
    30: ("NotReadyForNextCall", "NotReadyForNextCall"),
    40: ("WaitForNextCall", "WaitForNextCall"),
    50: ("WaitForNextCall", "WaitForNextCall"),
    60: ("CallRinging", "CallRinging"),
    65: ("CallInbound", "CallInbound"),
    70: ("CallInbound", "CallInbound"),
    90: ("NotReadyForNextCall", "NotReadyForNextCall"),
    100: ("NotReadyForNextCall", "NotReadyForNextCall"),
    110: ("WaitForNextCall", "WaitForNextCall"),
    120: ("NotReadyForNextCall", "NotReadyForNextCall"),
    130: ("NotReadyForNextCall", "NotReadyForNextCall"),
    140: ("OnHook", "LoggedOut"),
}
"""Of the place and of the agent, after the events of that second."""


def flow_8_4() -> list[Any]:
    return merged(tserver_1=lines("flow_8_4_voice"), ixn_1=lines("flow_8_4"))


def test_flow_8_4_statuses() -> None:
    asked = [
        ask(P1, "CurrentState", subject="PlaceStatus"),
        ask(A1, "CurrentState", subject="AgentStatus"),
    ]
    told = readings(flow_8_4(), asked, list(STATUSES))
    assert {at: tuple(one["value"] for one in row) for at, row in zip(STATUSES, told, strict=True)} == STATUSES


def test_flow_8_4_reasons() -> None:
    asked = [ask(A1, "CurrentStateReasons", subject="AgentStatus")]
    ((reading,),) = readings(flow_8_4(), asked, [95])
    assert reading["state"]["reasons"] == {"Reason": "Lunch"}


TOTALS_8_4: Final = (
    ("Active", "chat", 119),
    ("Active", "email", 118),
    ("HandlingInbound", "chat", 88),
    ("Accepted", "chat", 2),
    ("DoNotDisturb", "chat", 40),
    ("DoNotDisturb", "email", 40),
)


@pytest.mark.parametrize("whose", [A1, P1])
def test_flow_8_4_totals(whose: str) -> None:
    asked = [ask(whose, "TotalTime", action, MediaType=medium) for action, medium, _ in TOTALS_8_4]
    assert values(flow_8_4(), asked) == [time for _, _, time in TOTALS_8_4]
    assert values(flow_8_4(), [ask(whose, "TotalNumber", "HandlingStarted")]) == [1]


def test_flow_8_4_the_state_shows_the_media() -> None:
    ((reading,),) = readings(flow_8_4(), [ask(A1, "CurrentState", subject="DNStatus")], [55])
    assert reading["state"]["place"] == "P1"
    assert reading["state"]["media"] == {
        "chat": {"state": "Ready", "since": 40.0, "delivering": 0, "handling": 1},
        "email": {"state": "NotReady", "since": 22.0, "delivering": 0, "handling": 0},
    }


def test_flow_8_4_chat_is_routable_for_20_seconds() -> None:
    asked = [ask(A1, category, "Routable", MediaType="chat") for category in ("TotalTime", "TotalNumber")]
    assert values(flow_8_4(), asked) == [20, 1]
