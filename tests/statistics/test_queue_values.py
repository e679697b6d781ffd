"""The categories of queues (`semantics.md` 7.3), on days worked by hand: seconds, seen by the server and the oracle."""

from __future__ import annotations

import pytest

from tests.oracle.asking import answer, registered, said
from tests.oracle.served import Event


def handled(
    begin: float, talk: float, work: float, *, queue: str = "8000", dn: str = "7001", agent: str = "1003"
) -> list[Event]:
    """A call of a queue, and the after-call work."""
    call = {"conn_id": f"c{begin}", "call_type": "Inbound", "this_queue": queue}
    return [
        said(begin, "Queued", queue, **call),
        said(begin, "Diverted", queue, third_party_dn=dn, **call),
        said(begin, "Ringing", dn, **call),
        said(begin, "Established", dn, **call),
        said(begin + talk, "Released", dn, **call),
        said(begin + talk, "AgentNotReady", dn, agent_id=agent, agent_work_mode="AfterCallWork"),
        said(begin + talk + work, "AgentNotReady", dn, agent_id=agent),
    ]


def three_calls(*more: Event) -> list[Event]:
    """Calls of 100, 10 and 20 s with 5, 50 and 30 s of work; at 400 one waits, and `ann` of 8000 is neither nor."""
    return [
        *registered("7001", "7002"),
        said(0, "AgentLogin", "7001", agent_id="1003", this_queue="8001"),
        said(0, "AgentLogin", "7002", agent_id="1001"),
        *handled(1, 100, 5),
        *handled(200, 10, 50),
        *handled(300, 20, 30),
        *more,
        said(400, "Queued", "8000", conn_id="c400", call_type="Inbound", this_queue="8000"),
        said(400, "AgentLogout", "7002", agent_id="1001"),
        said(400, "AgentLogin", "7002", agent_id="1001"),
    ]


@pytest.mark.parametrize(
    ("profile", "handling_s"),
    [
        ("Growing:never", (130 + 85) / 3),
        ("Selection:1", 20 + 30),
        ("Selection:2", (30 + 80) / 2),
        ("Sliding:100/10", 20 + 30),
    ],
)
def test_handling_time_is_that_of_calls_and_of_work(profile: str, handling_s: float) -> None:
    value = answer(three_calls(), "Queue", "8000@pbx1", "EstimWaitingTime", at=400, time_profile=profile)
    assert value == pytest.approx(handling_s)


@pytest.mark.parametrize(("profile", "handling_s"), [("Growing:never", (170 + 92) / 4), ("Selection:1", 50 + 47)])
def test_of_a_selection_released_missed_and_both_works_have_their_own_last_ones(
    profile: str, handling_s: float
) -> None:
    day = three_calls(*handled(351, 40, 7, queue="8001", dn="7002", agent="1001"))
    value = answer(day, "Queue", "8000@pbx1", "EstimWaitingTime", at=400, time_profile=profile)
    assert value == pytest.approx(handling_s)


@pytest.mark.parametrize(("wait", "value"), [(0, -90.0), (1, 0.0), (2, 90.0)])
def test_load_balance_is_below_0_where_more_agents_are_ready_than_calls_wait(wait: int, value: float) -> None:
    waiting = [said(2, "Queued", "8001", conn_id=f"c{number}", call_type="Inbound") for number in range(wait)]
    login = said(1, "AgentLogin", "7001", agent_id="1003", this_queue="8001")
    day = [*registered("7001"), login, said(1, "AgentReady", "7001", agent_id="1003"), *waiting]
    assert answer(day, "Queue", "8001@pbx1", "LoadBalance", at=3) == value
    assert answer(day, "Queue", "8001@pbx1", "EstimWaitingTime", at=3) == max(0, value)
