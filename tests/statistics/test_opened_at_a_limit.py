"""A statistic opened at the very moment of a limit is opened behind it (`semantics.md` 11). Times are seconds."""

import pytest

from tests.oracle.asking import answer, registered, said
from tests.oracle.served import Event

CALL = {"conn_id": "c1", "call_type": "Inbound"}
TALKS = [said(5, "Ringing", "7001", **CALL), said(6, "Established", "7001", **CALL)]


def lost_at_100() -> list[Event]:
    return [*registered("7001"), *TALKS, said(100, "ServerDisconnected")]


@pytest.mark.parametrize(("category", "value"), [("TotalNumber", 1), ("MaxNumber", 1), ("TotalAdjustedNumber", 1)])
def test_what_a_limit_ends_counts_for_a_statistic_opened_before_it(category: str, value: int) -> None:
    assert answer(lost_at_100(), "RegDN", "7001@pbx1", category, "CallInbound", opened_at=399, at=410) == value


@pytest.mark.parametrize("category", ["TotalNumber", "MaxNumber", "TotalAdjustedNumber"])
def test_what_a_limit_ends_does_not_count_for_a_statistic_opened_at_that_moment(category: str) -> None:
    assert answer(lost_at_100(), "RegDN", "7001@pbx1", category, "CallInbound", opened_at=400, at=410) == 0


def test_an_agent_logged_out_by_a_limit_is_so_from_the_opening_at_that_moment() -> None:
    day = [*registered("7001"), said(1, "AgentLogin", "7001", agent_id="1003"), said(100, "ServerDisconnected")]
    how = {"subject": "AgentStatus", "opened_at": 400, "at": 410}
    assert answer(day, "Agent", "1003", "MinNumber", "LoggedOut", **how) == 1


def test_a_call_removed_as_stuck_does_not_count_for_a_statistic_opened_at_that_moment() -> None:
    how = {"stuck_call_time": 290, "opened_at": 296, "at": 300}
    assert answer([*registered("7001"), *TALKS], "RegDN", "7001@pbx1", "TotalNumber", "StuckCallCleaned", **how) == 0


def test_an_event_of_the_moment_of_a_limit_counts_for_a_statistic_opened_then() -> None:
    day = [*lost_at_100(), said(400, "UserEvent", "7001")]
    assert answer(day, "RegDN", "7001@pbx1", "TotalNumber", "UserEvent", opened_at=400, at=410) == 1
