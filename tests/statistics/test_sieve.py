"""What a mask with its filter lets through, on days worked by hand: seconds, seen by the server and the oracle."""

from __future__ import annotations

import pytest

from tests.oracle.asking import answer, registered, said
from tests.oracle.served import Event

SALES = {"ServiceType": "Sales"}
CALL = {"conn_id": "c1", "call_type": "Inbound"}


def test_a_status_that_no_action_gives_has_no_medium() -> None:
    day = registered("7001")
    how = {"subject": "GroupStatus", "MediaType": "voice"}
    assert answer(day, "GroupAgents", "Sales", "CurrentNumber", "LoggedOut", at=10, **how) == 0


def one_ready_agent() -> list[Event]:
    return [
        *registered("7001"),
        said(1, "AgentLogin", "7001", agent_id="1003", this_queue="8001"),
        said(2, "AgentReady", "7001", agent_id="1003"),
        *(said(3, "Queued", "8001", conn_id=f"c{number}", call_type="Inbound", user_data=SALES) for number in range(3)),
        said(4, "Queued", "8001", conn_id="c3", call_type="Inbound"),
    ]


@pytest.mark.parametrize(
    ("category", "value"), [("LoadBalance", 90 * 2), ("LoadBalance1", 90 * 2), ("EstimWaitingTime", 90 * 2)]
)
def test_business_attributes_narrow_the_calls_of_a_queue_and_not_its_agents(category: str, value: int) -> None:
    assert answer(one_ready_agent(), "Queue", "8001@pbx1", category, at=5, ServiceType="Sales") == value


def test_a_filter_narrows_the_calls_of_a_queue_and_not_its_agents() -> None:
    how = {"filter": 'PairExists("ServiceType","Sales")'}
    assert answer(one_ready_agent(), "Queue", "8001@pbx1", "LoadBalance", at=5, **how) == 90 * 2


def test_pseudo_actions_in_a_mask_pass_whatever_the_business_attributes_are() -> None:
    day, mask = one_ready_agent(), "CallWait, AgentReady, DNLogin"
    assert answer(day, "Queue", "8001@pbx1", "CurrentNumber", mask, at=5, ServiceType="Sales") == 5
    share = {"rel_mask": "AgentLogin", "ServiceType": "Sales"}
    assert answer(day, "Queue", "8001@pbx1", "CurrentRelativeNumberPercentage", mask, at=5, **share) == 500


# -- an end that is known late -------------------------------------------------------------------------------------


def routed_without_a_diversion() -> list[Event]:
    """A call waits at 8500 from 0 to 10, which is known only when it rings at 931."""
    call = {**CALL, "user_data": SALES}
    return [
        *registered("7002", "8500"),
        said(0, "RouteRequest", "8500", **call),
        said(10, "RouteUsed", "8500", conn_id="c1"),
        said(931, "Ringing", "7002", **call),
    ]


@pytest.mark.parametrize(
    ("category", "profile", "at", "value"),
    [
        ("TotalTime", "Growing:never", 931, 10),
        ("TotalTime", "Growing:0:00 +0:05", 931, 10),
        ("TotalTime", "Selection:1", 931, 10),
        ("MaxTime", "Sliding:300/60", 931, 10),
        ("TotalNumber", "Growing:0:00 +0:05", 931, 1),
        ("TotalNumber", "Growing:0:00 +0:05", 930, 0),
        ("TotalNumber", "Sliding:300/60", 1200, 1),
        ("TotalNumber", "Sliding:300/60", 1300, 0),
        ("TotalAdjustedTime", "Growing:never", 930, 930),
        ("TotalAdjustedTime", "Growing:never", 931, 10),
        ("TotalAdjustedTime", "Growing:0:00 +0:05", 931, 0),
        ("TotalAdjustedTime", "Sliding:1200/60", 930, 930),
        ("TotalAdjustedTime", "Sliding:1200/60", 1000, 10),
        ("AverageOfCurrentNumber", "Growing:never", 1000, 10 / 1000),
        ("AverageOfCurrentNumber", "Sliding:1200/60", 1000, 10 / 1000),
        ("AverageOfCurrentTime", "Growing:never", 1000, 10**2 / 2 / 1000),
        ("AverageOfCurrentTime", "Sliding:1200/60", 1000, 10**2 / 2 / 1000),
        ("AverageOfCurrentTime", "Growing:0:00 +0:05", 1000, 0),
    ],
)
def test_a_wait_whose_end_is_known_late_counts_then_and_lasted_to_its_route(
    category: str, profile: str, at: float, value: float
) -> None:
    found = answer(
        routed_without_a_diversion(), "RoutePoint", "8500@pbx1", category, "CallWait", at=at, time_profile=profile
    )
    assert found == pytest.approx(value)


@pytest.mark.parametrize(("at", "value"), [(1000, 1), (1300, 0)])
def test_where_calls_count_once_it_leaves_the_window_by_when_it_was_known(at: float, value: int) -> None:
    how = {"time_profile": "Sliding:300/60", "formula": "DistByConnID"}
    day = routed_without_a_diversion()
    assert answer(day, "RoutePoint", "8500@pbx1", "TotalNumber", "CallWait", at=at, **how) == value
    assert answer(day, "RoutePoint", "8500@pbx1", "TotalTime", "CallWait", at=at, **how) == 10 * value


def test_what_a_filter_let_through_after_the_route_was_used_lasted_no_time() -> None:
    day = routed_without_a_diversion()
    day.insert(-1, said(20, "AttachedDataChanged", "8500", conn_id="c1", user_data={"ServiceType": "Billing"}))
    how = {"filter": 'PairExists("ServiceType","Billing")'}
    assert answer(day, "RoutePoint", "8500@pbx1", "TotalNumber", "CallWait", at=940, **how) == 1
    assert answer(day, "RoutePoint", "8500@pbx1", "TotalTime", "CallWait", at=940, **how) == 0
