"""What a statistic finds that is opened in the midst of a day, on days worked by hand."""

from __future__ import annotations

import pytest

from tests.oracle.asking import answer, registered, said

CALL = {"conn_id": "c1", "call_type": "Inbound"}


@pytest.mark.parametrize("opened_at", [0, 5])
@pytest.mark.parametrize(("first", "second", "value"), [("8900", "8500", 5), ("8500", "8900", 3)])
def test_what_began_first_counts_where_calls_count_once(first: str, second: str, value: int, opened_at: float) -> None:
    entering = {"8900": said(1, "Queued", "8900", **CALL), "8500": said(1, "RouteRequest", "8500", **CALL)}
    entering["8500"]["user_data"] = {"Value": 3}
    day = [*registered("7001"), entering[first], entering[second]]
    how = {"formula": 'DistByConnID, GetNumber("Value",5)', "opened_at": opened_at}
    category = "CurrentAverageCustomValue"
    assert answer(day, "GroupQueues", "Everything", category, "CallWait", at=9, **how) == value


@pytest.mark.parametrize("opened_at", [0, 30])
def test_a_call_at_two_dns_counts_for_an_agent_as_it_began_there(opened_at: float) -> None:
    """`bob` comes to 7002 during a call that he already has at 7003, where it began later."""
    day = [
        *registered("7002", "7003"),
        said(1, "AgentLogin", "7003", agent_id="1002"),
        said(2, "Established", "7002", **CALL),
        said(3, "Established", "7003", **CALL),
        said(8, "AgentLogin", "7002", agent_id="1002"),
    ]
    how = {"formula": "DistByConnID", "opened_at": opened_at}
    assert answer(day, "Agent", "bob", "CurrentTime", "CallInbound", at=33, **how) == 30
