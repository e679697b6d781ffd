"""What a regular DN tells those around it, on days worked by hand: seconds, seen by the server and the oracle."""

from __future__ import annotations

import pytest

from tests.oracle.asking import answer, registered, said
from tests.oracle.served import Event

CALL = {"conn_id": "c1", "call_type": "Inbound"}


def test_a_stuck_call_that_is_removed_puts_the_handset_down() -> None:
    day = [*registered("7001"), said(1, "Established", "7001", **CALL)]
    assert answer(day, "RegDN", "7001@pbx1", "CurrentNumber", "OnHook", at=1000, stuck_call_time=290) == 1


def test_a_stuck_call_leaves_the_handset_to_a_link_that_tells_of_it() -> None:
    day = [*registered("7001"), said(0, "OffHook", "7001"), said(1, "Established", "7001", **CALL)]
    assert answer(day, "RegDN", "7001@pbx1", "CurrentNumber", "OnHook", at=1000, stuck_call_time=290) == 0


@pytest.mark.parametrize("action", ["DNLogin", "DNActive"])
def test_a_login_that_matches_nobody_belongs_to_its_queue_also_during_a_call(action: str) -> None:
    day = [
        *registered("7001"),
        said(1, "Established", "7001", **CALL),
        said(2, "AgentLogin", "7001", agent_id="9999", this_queue="8000"),
    ]
    assert answer(day, "Queue", "8000@pbx1", "CurrentNumber", action, at=3) == 1


def in_two_queues() -> list[Event]:
    return [
        *registered("7001"),
        said(1, "Established", "7001", **CALL),
        said(2, "AgentLogin", "7001", agent_id="1003", this_queue="8000"),
        said(3, "AgentLogin", "7001", agent_id="1003", this_queue="8001"),
    ]


@pytest.mark.parametrize("queue", ["8000@pbx1", "8001@pbx1"])
def test_a_login_to_one_more_queue_during_a_call_belongs_to_both(queue: str) -> None:
    assert answer(in_two_queues(), "Queue", queue, "CurrentNumber", "DNLogin", at=4) == 1


def test_who_leaves_one_queue_during_a_call_belongs_to_it_no_more() -> None:
    day = [*in_two_queues(), said(4, "QueueLogout", "7001", agent_id="1003", this_queue="8000")]
    assert answer(day, "Queue", "8000@pbx1", "CurrentNumber", "DNLogin", at=5) == 0
    assert answer(day, "Queue", "8001@pbx1", "CurrentNumber", "DNLogin", at=5) == 1


def at_work_after_a_call(dn: str) -> list[Event]:
    """`ann` does the after-call work of a call of queue 8000 for 10 seconds, until somebody else sits down."""
    call = {**CALL, "this_queue": "8000"}
    return [
        *registered(dn),
        said(1, "AgentLogin", dn, agent_id="1001"),
        said(2, "Queued", "8000", **call),
        said(3, "Ringing", dn, **call),
        said(4, "Established", dn, **call),
        said(5, "Released", dn, **call),
        said(6, "AgentNotReady", dn, agent_id="1001", agent_work_mode="AfterCallWork"),
        said(16, "AgentLogin", dn, agent_id="9999"),
    ]


def test_queues_of_her_place_missed_after_call_work_that_another_login_ends() -> None:
    day = at_work_after_a_call("7002")
    assert answer(day, "RoutePoint", "8500@pbx1", "TotalNumber", "ACWMissed", at=20) == 1
    assert answer(day, "RoutePoint", "8500@pbx1", "TotalTime", "ACWMissed", at=20) == 10


@pytest.mark.parametrize(("this_queue", "counted"), [("", 1), ('ThisQueue = "8000"', 0), ('ThisDN = "8000"', 1)])
def test_completed_after_call_work_has_the_dn_of_its_queue_and_no_queue(this_queue: str, counted: int) -> None:
    day = at_work_after_a_call("7002")
    assert answer(day, "Queue", "8000@pbx1", "TotalNumber", "ACWCompleted", at=20, filter=this_queue) == counted


@pytest.mark.parametrize(("this_queue", "counted"), [("", 1), ('ThisQueue = "8500"', 0), ('ThisDN = "8500"', 1)])
def test_missed_after_call_work_has_the_dn_of_its_queue_and_no_queue(this_queue: str, counted: int) -> None:
    day = at_work_after_a_call("7002")
    assert answer(day, "RoutePoint", "8500@pbx1", "TotalNumber", "ACWMissed", at=20, filter=this_queue) == counted
