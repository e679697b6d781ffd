"""`semantics.md` 6: which actions and statuses a mask lets through."""

import pytest

from tests.semantics.timeline import Day

DN, AGENT, QUEUE = "RegDN:7001", "Agent:1001", "Queue:8000"


def day_of_two() -> Day:
    """An inbound call of 20 s and an outbound one of 30 s."""
    moment = Day().at(10).established("7001").at(30).released("7001")
    return moment.at(40).established("7001", conn="c2", type="Outbound").at(70).released("7001", conn="c2").day


@pytest.mark.parametrize(
    "mask", ["CallInbound,CallOutbound", " callinbound , CALLOUTBOUND ", "Call Inbound,CallOut bound"]
)
def test_names_with_commas(mask: str) -> None:
    assert day_of_two().time(DN, mask) == 50


def test_star() -> None:
    moment = Day(staffed=False).at(0).agent_login("7001", agent="1001")
    assert moment.day.running(DN, "*", at=10) == len(["Monitored", "LoggedIn"])


def test_star_of_statuses() -> None:
    day = day_of_two()
    assert day.time(AGENT, "*", subject="AgentStatus") == 600
    assert day.number(AGENT, "*", subject="AgentStatus") == len(["Wait", "In", "Wait", "Out"])


def test_tilde() -> None:
    assert day_of_two().time(DN, "CallInbound, CallOutbound, ~CallInbound") == 30


def test_tilde_wherever_it_stands() -> None:
    assert day_of_two().time(DN, "~CallInbound, CallInbound, CallOutbound") == 30


def test_star_minus_all_tildes() -> None:
    assert day_of_two().time(AGENT, "*, ~WaitForNextCall, ~CallOutbound", subject="AgentStatus") == 20


def test_tildes_only_are_everything_else() -> None:
    assert day_of_two().time(AGENT, "~WaitForNextCall, ~CallOutbound", subject="AgentStatus") == 20


def test_kinds_that_a_category_cannot_use_are_left_out() -> None:
    assert day_of_two().running(DN, "CallInbound, CallInboundStarted, CallAnswered", at=20) == 1
    assert day_of_two().time(DN, "CallInbound, CallInboundStarted") == 20


def test_an_unknown_name_is_refused_with_a_suggestion() -> None:
    code, message = Day().refusal(DN, "TotalNumber", "CallInbond")
    assert code == "BadDefinition"
    assert "CallInbound" in message


def test_a_stat_type_with_an_unknown_name_is_refused_and_the_others_load() -> None:
    day = Day(
        options="[Bad]\nObjects=RegDN\nCategory=TotalNumber\nMainMask=CallInbond\n"
        "[Good]\nObjects=RegDN\nCategory=TotalNumber\nMainMask=CallInbound\n"
    )
    day.at(10).established("7001").at(30).released("7001")
    assert day.value(DN, ":Good") == 1
    assert day.refusal(DN, ":Bad")[0] == "BadDefinition"


def test_a_main_mask_may_be_absent_where_it_is_not_used() -> None:
    assert Day().value(AGENT, "CurrentState", subject="AgentStatus", at=10) == "WaitForNextCall"
    assert Day().refusal(AGENT, "TotalNumber")[0] == "BadDefinition"


def test_a_rel_mask_where_it_is_unused_is_ignored() -> None:
    assert day_of_two().value(DN, "TotalNumber", "CallInbound", "CallOutbound") == 1


def test_call_wait_stands_for_its_five() -> None:
    day = Day().at(10).queued("8000", type="Consult").at(30).abandoned("8000").day
    assert (day.time(QUEUE, "CallWait"), day.time(QUEUE, "*, ~CallWait, ~CallAbandoned")) == (20, 0)
