"""The oracle against every number the specification itself gives, and against laws that hold on every day."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.flows.expected import EXPECTED, STATES, Row, StateRow
from tests.flows.loader import environment, events
from tests.oracle import days as random_days
from tests.oracle.days import days
from tests.oracle.oracle import Oracle
from tests.oracle.profiles import SECOND_US, last_reset_us

ZERO = 1_795_500_000.0
ROWS = [
    pytest.param(flow, row, id=f"{flow}-{row.object_id}-{row.definition['category']}-{row.definition['main_mask']}")
    for flow, rows in EXPECTED.items()
    for row in rows
]
STATE_ROWS = [(flow, row) for flow, rows in STATES.items() for row in rows]
ORACLES = {flow: Oracle(environment(), events(flow, ZERO)) for flow in EXPECTED}

Line = tuple[float, str, str, str, dict[str, Any]]


def definition(category: str, mask: str, subject: str, **options: Any) -> dict[str, Any]:
    return {"category": category, "main_mask": mask, "subject": subject, **options}


def opening(flow: int) -> float:
    return float(events(flow, ZERO)[0]["time"])


@pytest.mark.parametrize(("flow", "row"), ROWS)
def test_a_flow_gives_the_number_written_under_it(flow: int, row: Row) -> None:
    value = ORACLES[flow].value(
        row.object_type,
        row.object_id,
        row.definition,
        time_profile=row.time_profile,
        filter=row.filter,
        opened_at=opening(flow),
        at=ZERO + row.at,
    )
    assert value == row.value


@pytest.mark.parametrize(("flow", "row"), STATE_ROWS)
def test_a_flow_gives_the_state_written_under_it(flow: int, row: StateRow) -> None:
    state = ORACLES[flow].value(
        row.object_type,
        row.object_id,
        {"category": "CurrentState", "subject": "DNStatus"},
        opened_at=opening(flow),
        at=ZERO + row.at,
    )
    assert row.contains.items() <= state.items()


def day(*lines: Line) -> Oracle:
    """Agent 1001 at 7001 and 7101, and these call events: minutes, name, DN, call, the rest."""
    seated = {"event": "EventRegistered", "time": ZERO, "agent_id": "1001", "agent_state": "Ready", "calls": []}
    logins: list[dict[str, Any]] = [{**seated, "this_dn": dn} for dn in ("7001", "7101")]
    calls = [
        {"event": f"Event{name}", "time": ZERO + minutes * 60, "this_dn": dn, "conn_id": conn_id, **rest}
        for minutes, name, dn, conn_id, rest in lines
    ]
    return Oracle(environment(), logins + calls)


def of_1001(
    oracle: Oracle, category: str, mask: str, subject: str, minutes: float, opened: float = 0, **how: Any
) -> Any:
    return oracle.value(
        "Agent",
        "1001",
        definition(category, mask, subject),
        opened_at=ZERO + opened * 60,
        at=ZERO + minutes * 60,
        **{"time_profile": "Growing:never", **how},
    )


INBOUND: dict[str, Any] = {"call_type": "Inbound", "this_dn_role": "Destination"}
CONSULT: dict[str, Any] = {"call_type": "Consult", "this_dn_role": "Origination"}
TWO_CALLS = day(
    (0, "Established", "7001", "c1", INBOUND),
    (2, "Established", "7101", "c2", INBOUND),
    (5, "Released", "7001", "c1", INBOUND),
    (6, "Released", "7101", "c2", INBOUND),
)
HELD_CALL = day(
    (0, "Established", "7001", "c1", INBOUND),
    (4, "Held", "7001", "c1", INBOUND),
    (5, "Established", "7001", "c2", CONSULT),
    (6, "Released", "7001", "c2", CONSULT),
    (7, "Retrieved", "7001", "c1", INBOUND),
    (10, "Released", "7001", "c1", INBOUND),
)
ACROSS = day((10, "Established", "7001", "c1", INBOUND), (20, "Released", "7001", "c1", INBOUND))


@pytest.mark.parametrize(
    ("subject", "category", "minutes", "expected"),
    [
        ("DNAction", "CurrentNumber", 3, 2),
        ("DNAction", "CurrentTime", 3, 240),
        ("AgentStatus", "CurrentNumber", 3, 1),
        ("AgentStatus", "CurrentTime", 3, 180),
        ("DNAction", "TotalNumber", 10, 2),
        ("DNAction", "TotalTime", 10, 540),
        ("DNAction", "AverageTime", 10, 270),
        ("AgentStatus", "TotalNumber", 10, 1),
        ("AgentStatus", "TotalTime", 10, 360),
        ("AgentStatus", "AverageTime", 10, 360),
    ],
)
def test_two_calls_at_once_count_as_the_page_works_out(
    subject: str, category: str, minutes: float, expected: float
) -> None:
    assert of_1001(TWO_CALLS, category, "CallInbound", subject, minutes) == expected


@pytest.mark.parametrize(
    ("mask", "subject", "number", "seconds"),
    [
        ("CallInbound", "DNAction", 1, 600),
        ("CallInbound", "DNStatus", 2, 420),
        ("CallOnHold", "DNAction", 1, 180),
        ("CallOnHold", "DNStatus", 2, 120),
        ("CallConsult", "DNAction", 1, 60),
        ("CallConsult", "DNStatus", 1, 60),
    ],
)
def test_a_held_call_with_a_consultation_counts_as_the_page_works_out(
    mask: str, subject: str, number: int, seconds: float
) -> None:
    assert of_1001(HELD_CALL, "TotalNumber", mask, subject, 15) == number
    assert of_1001(HELD_CALL, "TotalTime", mask, subject, 15) == seconds


@pytest.mark.parametrize(
    ("category", "subject", "first", "second"),
    [
        ("TotalTime", "DNAction", 0, 600),
        ("TotalTime", "AgentStatus", 300, 300),
        ("TotalAdjustedTime", "DNAction", 300, 300),
        ("TotalAdjustedTime", "AgentStatus", 0, 600),
        ("TotalNumber", "DNAction", 0, 1),
        ("TotalNumber", "AgentStatus", 0, 1),
        ("TotalAdjustedNumber", "DNAction", 1, 1),
        ("TotalAdjustedNumber", "AgentStatus", 0, 1),
    ],
)
def test_a_call_across_a_reset_counts_as_observed_on_the_real_thing(
    category: str, subject: str, first: float, second: float
) -> None:
    profile = "Growing:0:00 +0:15"
    before_reset = 15 - 1 / 60_000_000
    assert of_1001(ACROSS, category, "CallInbound", subject, before_reset, time_profile=profile) == pytest.approx(first)
    assert of_1001(ACROSS, category, "CallInbound", subject, 30 - 1e-6, time_profile=profile) == second


def test_an_hour_that_comes_twice_has_two_resets() -> None:
    half_past_two = (1_792_888_200, 1_792_891_800)
    for reset in half_past_two:
        assert last_reset_us("2:30 tz=Europe/Paris", reset * SECOND_US, "") == reset * SECOND_US


def test_an_hour_that_the_clock_skips_has_no_reset() -> None:
    day_before, noon = 1_774_661_400, 1_774_782_000
    assert last_reset_us("2:30 tz=Europe/Paris", noon * SECOND_US, "") == day_before * SECOND_US


def test_a_repetition_runs_to_the_first_time_of_the_next_day() -> None:
    assert last_reset_us("8:00 +0:30, 18:00 +1:00", 7 * 3600 * SECOND_US, "UTC") == 7 * 3600 * SECOND_US


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(days(), st.sampled_from(("8000", "8001", "8500", "8900")))
def test_no_waiting_call_is_lost(events_of_day: list[dict[str, Any]], queue: str) -> None:
    oracle = Oracle(random_days.environment(), events_of_day)
    name = f"{queue}@pbx1"

    def number(category: str, mask: str) -> int:
        first, last = events_of_day[0]["time"], events_of_day[-1]["time"]
        wanted = definition(category, mask, "DNAction")
        return int(oracle.value("Queue", name, wanted, time_profile="Growing:never", opened_at=first, at=last))

    found = sum(
        occurrence.dn == name and occurrence.name.startswith("CallWait") for occurrence in oracle.day.floor.occurrences
    )
    left = number("TotalNumber", "CallDistributed, CallCleared, CallAbandoned, StuckCallCleaned")
    assert found == number("CurrentNumber", "CallWait") + left
    assert number("TotalNumber", "CallWait") == left


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(days(), st.sampled_from(("ann", "bob", "1003")))
def test_an_agent_has_one_status_at_any_time(events_of_day: list[dict[str, Any]], agent: str) -> None:
    oracle = Oracle(random_days.environment(), events_of_day)
    first, last = events_of_day[0]["time"], events_of_day[-1]["time"]
    wanted = definition("ElapsedTimePercentage", "*", "AgentStatus")
    value = oracle.value("Agent", agent, wanted, time_profile="Growing:never", opened_at=first, at=last + 1)
    assert value == 100
