"""`semantics.md` 2.1, with its fine print."""

import pytest

from tests.semantics.timeline import Day

DN = "RegDN:7001"
LUNCH = {"Reason": "Lunch"}
BREAK = {"Reason": "Break"}
FAMILY = ("WaitForNextCall", "NotReadyForNextCall", "AfterCallWork")


def desk() -> Day:
    return Day(staffed=False)


def lost_and_unregistered() -> Day:
    """7001 is watched from -10 to 30, 50 to 80 and from 95 on."""
    day = desk()
    day.at(30).link_disconnected().at(50).registered("7001", agent_state="LoggedOut", calls=[]).link_connected()
    day.at(80).unregistered("7001").at(95).registered("7001", agent_state="LoggedOut", calls=[])
    return day


def test_not_monitored() -> None:
    day = lost_and_unregistered()
    assert day.running("RegDN:7004", "NotMonitored", at=10) == 1
    assert day.running(DN, "NotMonitored", at=(20, 40, 60, 85, 100)) == [0, 1, 0, 1, 0]
    assert day.ended(DN, "NotMonitored") == (2, 20 + 15)


def test_monitored() -> None:
    day = lost_and_unregistered()
    assert day.running(DN, "Monitored", at=(20, 40, 60, 85, 100)) == [1, 0, 1, 0, 1]
    assert day.ended(DN, "Monitored") == (2, 40 + 30)


def test_logged_in() -> None:
    day = desk()
    day.at(10).agent_login("7001", agent="1001").at(70).agent_logout("7001", agent="1001")
    day.at(100).registered("7001", agent="1001", agent_state="Ready", calls=[])
    assert day.ended(DN, "LoggedIn") == (1, 60)
    assert day.value(DN, "CurrentTime", "LoggedIn", at=130) == 30


def test_logged_out() -> None:
    day = desk()
    day.at(10).agent_login("7001", agent="1001").at(70).agent_logout("7001", agent="1001")
    day.at(100).agent_login("7001", agent="1001")
    assert day.ended(DN, "LoggedOut") == (2, 20 + 30)


def test_wait_for_next_call() -> None:
    day = desk()
    day.at(0).agent_login("7001", agent="1001").at(10).agent_ready("7001")
    day.at(20).ringing("7001").at(22).established("7001").at(40).released("7001")
    day.at(50).agent_not_ready("7001", mode="AuxWork").at(60).agent_ready("7001")
    day.at(75).agent_not_ready("7001", mode="AfterCallWork").at(80).agent_ready("7001")
    day.at(100).agent_logout("7001")
    assert day.running(DN, "WaitForNextCall", at=30) == 1
    assert day.ended(DN, "WaitForNextCall") == (3, 40 + 15 + 20)


def test_not_ready_for_next_call() -> None:
    day = desk()
    day.at(0).agent_login("7001", agent="1001").at(10).agent_not_ready("7001", mode="AuxWork").at(20).agent_ready(
        "7001"
    )
    day.at(30).agent_not_ready("7001").at(45).agent_not_ready("7001", mode="AfterCallWork")
    day.at(60).agent_not_ready("7001", mode="WalkAway").at(80).agent_logout("7001")
    assert day.ended(DN, "NotReadyForNextCall") == (3, 10 + 15 + 20)


@pytest.mark.parametrize("mode", ["Unknown", "AuxWork", "NoCallDisconnect", "WalkAway", "ReturnBack", "LegalGuard"])
def test_any_work_mode_but_after_call_work_is_not_ready(mode: str) -> None:
    day = Day()
    day.at(10).agent_not_ready("7001", mode=mode)
    assert [day.running(DN, action, at=15) for action in FAMILY] == [0, 1, 0]


def test_another_work_mode_of_not_ready_is_the_same_occurrence() -> None:
    day = Day()
    day.at(10).agent_not_ready("7001", mode="AuxWork").at(30).agent_not_ready("7001", mode="LegalGuard")
    assert day.value(DN, "CurrentTime", "NotReadyForNextCall", at=50) == 40


def test_after_call_work() -> None:
    day = Day()
    day.at(10).agent_not_ready("7001", mode="AfterCallWork")
    day.at(12).ringing("7001").at(13).established("7001").at(20).released("7001")
    day.at(30).agent_ready("7001").at(40).agent_not_ready("7001", mode="AfterCallWork")
    day.at(55).agent_not_ready("7001", mode="AuxWork").at(60).agent_not_ready("7001", mode="AfterCallWork")
    day.at(70).agent_logout("7001")
    assert day.running(DN, "AfterCallWork", at=15) == 1
    assert day.ended(DN, "AfterCallWork") == (3, 20 + 15 + 10)


def test_after_call_work_asked_for_during_calls_begins_when_the_last_of_them_ends() -> None:
    day = Day()
    day.at(10).established("7001").at(12).established("7001", conn="c2")
    day.at(20).agent_not_ready("7001", mode="AfterCallWork").at(30).released("7001").at(40).released("7001", conn="c2")
    day.at(65).agent_ready("7001")
    assert day.ended(DN, "AfterCallWork") == (1, 25)
    assert day.time(DN, "WaitForNextCall") == 10 + 40


def test_after_call_work_waits_for_a_held_call_too() -> None:
    day = Day()
    day.at(10).established("7001").at(12).held("7001").at(20).agent_not_ready("7001", mode="AfterCallWork")
    day.at(30).released("7001").at(35).agent_ready("7001")
    assert day.time(DN, "AfterCallWork") == 5


def test_after_call_work_does_not_wait_for_a_call_that_rings_nor_for_a_listener() -> None:
    day = Day()
    day.at(10).ringing("7001").at(15).agent_not_ready("7001", mode="AfterCallWork")
    day.at(10).established("7002", conn="c2", role="Observer", other="7001")
    day.at(15).agent_not_ready("7002", mode="AfterCallWork")
    assert day.running(DN, "AfterCallWork", at=15) == 1
    assert day.running("RegDN:7002", "AfterCallWork", at=15) == 1


@pytest.mark.parametrize("answer", ["ready", "not_ready", "logout"])
def test_a_request_for_after_call_work_is_cancelled_by_what_the_agent_says_next(answer: str) -> None:
    day = Day()
    day.at(10).established("7001").at(20).agent_not_ready("7001", mode="AfterCallWork")
    getattr(day.at(25), f"agent_{answer}")("7001")
    day.at(30).released("7001")
    assert (day.running(DN, "AfterCallWork", at=40), day.number(DN, "AfterCallWork")) == (0, 0)


def test_on_hook() -> None:
    day = desk()
    day.at(10).on_hook("7001").at(35).off_hook("7001").at(50).on_hook("7001")
    assert day.ended(DN, "OnHook") == (1, 25)
    assert day.running(DN, "OnHook", at=60) == 1


def test_off_hook() -> None:
    day = desk()
    day.at(10).off_hook("7001").at(30).on_hook("7001").at(40).off_hook("7001")
    assert day.ended(DN, "OffHook") == (1, 20)
    assert day.running(DN, "OffHook", at=60) == 1


def test_without_hook_events_a_dn_is_off_hook_from_the_first_call_to_the_end_of_the_last() -> None:
    day = desk()
    day.at(10).ringing("7001").at(15).established("7001").at(20).dialing("7001", conn="c2", type="Consult")
    day.at(30).released("7001").at(50).released("7001", conn="c2").at(80).ringing("7001", conn="c3")
    assert day.running(DN, "OnHook, OffHook", at=(5, 60)) == [0, 1]
    assert (day.time(DN, "OffHook"), day.time(DN, "OnHook")) == (40, 30)


def test_hook_states_are_derived_until_the_link_has_sent_its_first_hook_event() -> None:
    day = desk()
    day.at(10).ringing("7001").at(20).off_hook("7002").at(30).abandoned("7001")
    assert (day.running(DN, "OffHook", at=15), day.running(DN, "OffHook", at=40)) == (1, 1)


def test_agent_login() -> None:
    day = desk()
    day.at(10).agent_login("7001", agent="1001").at(20).agent_logout("7001")
    day.at(30).registered("7001", agent="1001", agent_state="Ready", calls=[])
    assert day.number(DN, "AgentLogin") == 1


def test_agent_logout() -> None:
    day = Day()
    day.at(20).agent_logout("7001").at(30).agent_login("7001", agent="1001").at(40).agent_logout("7001")
    assert day.number(DN, "AgentLogout") == 2


def test_user_event() -> None:
    day = Day()
    day.at(10).user_event("7001", data={"Sale": "yes"}).at(30).user_event("7001", data={"Sale": "no"})
    assert day.number(DN, "UserEvent") == 2
    assert day.number(DN, "UserEvent", filter='PairExists("Sale","yes")') == 1


def test_user_event_received() -> None:
    day = Day()
    day.at(10).user_event("7001").at(35).user_event("7001")
    assert day.ended(DN, "UserEventReceived") == (1, 25)
    assert day.running(DN, "UserEventReceived", at=40) == 1


def test_a_login_says_nothing_of_the_ready_family() -> None:
    day = desk()
    day.at(10).agent_login("7001", agent="1001")
    assert day.running(DN, "LoggedIn", at=20) == 1
    assert day.running(DN, ",".join(FAMILY), at=20) == 0


def test_other_reasons_are_the_same_occurrence_with_them_from_then_on() -> None:
    day = Day()
    day.at(10).agent_not_ready("7001", reasons=LUNCH).at(30).agent_not_ready("7001", reasons=BREAK)
    day.at(60).agent_ready("7001")
    assert day.ended(DN, "NotReadyForNextCall") == (1, 50)
    for reason, time in (("Lunch", 20), ("Break", 30)):
        filter_ = f'PairExists(Reasons,"Reason","{reason}")'
        assert day.time(DN, "NotReadyForNextCall", filter=filter_) == time


def test_an_event_without_reasons_clears_them() -> None:
    day = Day()
    day.at(10).agent_not_ready("7001", reasons=LUNCH).at(30).agent_not_ready("7001")
    assert day.running(DN, "NotReadyForNextCall", at=40, filter='PairExists(Reasons,"Reason","Lunch")') == 0


def test_a_second_login_of_the_same_agent_is_no_new_login() -> None:
    day = desk()
    day.at(10).agent_login("7001", agent="1001", queue="8000").at(20).agent_login("7001", agent="1001", queue="8001")
    assert day.number(DN, "AgentLogin") == 1
    assert day.value(DN, "CurrentTime", "LoggedIn", at=30) == 20


def test_a_login_at_the_dn_of_another_logs_that_one_out_without_logged_out() -> None:
    day = desk()
    day.at(10).agent_login("7001", agent="1001").at(40).agent_login("7001", agent="1002")
    assert (day.number(DN, "AgentLogin"), day.number(DN, "AgentLogout")) == (2, 1)
    assert (day.number(DN, "LoggedIn"), day.time(DN, "LoggedIn"), day.running(DN, "LoggedIn", at=50)) == (1, 30, 1)
    assert day.number(DN, "LoggedOut") == 1
    assert day.status("Agent:1001", at=50) == "LoggedOut"


def test_an_agent_id_that_matches_nobody_is_logged_in_at_the_dn_alone() -> None:
    day = desk()
    day.at(10).agent_login("7001", agent="4711")
    assert day.running(DN, "LoggedIn", at=20) == 1
    assert day.running("GroupAgents:Sales", "LoggedIn", at=20) == 0


def test_ready_at_a_dn_without_a_login_runs_there_for_no_agent() -> None:
    day = desk()
    day.at(10).agent_ready("7001")
    assert day.running(DN, "WaitForNextCall", at=20) == 1
    assert day.running("GroupAgents:Sales", "WaitForNextCall", at=20) == 0
