from __future__ import annotations

import pytest
from stage import Stage


def seated(agent_id: str = "1001") -> Stage:
    stage = Stage()
    stage.play(1, "AgentLogin", "7001", agent_id=agent_id, this_queue="8000")
    return stage


@pytest.mark.parametrize("again", ["1001", "2001"])
def test_a_second_login_of_the_same_agent_is_no_new_login(again: str) -> None:
    stage = seated()
    stage.play(2, "AgentLogin", "7001", agent_id=again, this_queue="8001")
    assert stage.instants["7001"] == [("AgentLogin", 0)]
    assert stage.lines["7001"].seat.queues == {"8000@pbx1", "8001@pbx1"}


@pytest.mark.parametrize("found", ["1001", "2001"])
def test_a_registration_that_finds_the_same_agent_changes_no_login(found: str) -> None:
    stage = seated()
    stage.play(2, "Registered", "7001", agent_id=found, agent_state="Ready", calls=())
    [logged_in] = [began for began in stage.lines["7001"].seen() if began.action == "LoggedIn"]
    assert logged_in.began_us == 1_000_000


def test_a_login_on_the_dn_of_another_agent_logs_that_one_out() -> None:
    stage = seated()
    stage.play(2, "AgentLogin", "7001", agent_id="1002")
    assert stage.instants["7001"] == [("AgentLogin", 0), ("AgentLogout", 0), ("AgentLogin", 0)]
    assert stage.lines["7001"].seat.agent == "bob"


@pytest.mark.parametrize(("first", "second"), [("9998", "9999"), ("9998", "1001"), ("1001", "9998")])
def test_a_login_that_matches_nobody_is_told_by_its_string(first: str, second: str) -> None:
    stage = seated(first)
    stage.play(2, "AgentLogin", "7001", agent_id=second)
    assert [name for name, _ in stage.instants["7001"]] == ["AgentLogin", "AgentLogout", "AgentLogin"]
