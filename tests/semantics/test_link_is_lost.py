"""`semantics.md` 9.2, with its fine print: what a lost link, and a registration, does."""

import pytest

from tests.semantics.timeline import Day, Moment, found

DN, AGENT, IN, Q = "RegDN:7001", "Agent:1001", "CallInbound", "Queue:8000"
READY = {"agent": "1001", "agent_state": "Ready"}
INSTANTS = (
    "CallInboundStarted, CallInboundCompleted, CallAnswered, CallRingingStarted, CallHeld, AgentLogin, AgentLogout"
)


def counted(day: Day, action: str, whose: str = DN) -> tuple[int, float]:
    return day.ended(whose, action)


def lost() -> Moment:
    """A call is established at 7001 at 10; the link is lost at 30; the next is at 50."""
    return Day().at(10).established("7001").at(30).link_disconnected().at(50)


def found_again(*calls: dict[str, object], **agent: str) -> Moment:
    """7001 is registered at 50, with the agent as before unless something else is said; the next is at 80."""
    return lost().registered("7001", calls=list(calls), **(agent or READY)).link_connected().at(80)


@pytest.mark.parametrize("how", ["link_disconnected", "server_disconnected"])
def test_at_once_it_is_not_monitored_and_all_else_is_frozen(how: str) -> None:
    day = getattr(Day().at(10).established("7001").at(30), how)().day
    for action in ("CallInbound", "LoggedIn", "WaitForNextCall", "NotMonitored"):
        assert day.running(DN, action, at=40) == 1
    assert (day.running(DN, "Monitored", at=40), day.status(AGENT, at=40)) == (0, "NotMonitored")
    assert day.running(Q, "NotMonitored", at=40) == 1


def test_what_is_still_there_goes_on() -> None:
    day = found_again(found(since=10)).released("7001").day
    assert counted(day, IN) == (1, 70)
    assert day.value(DN, "CurrentTime", "LoggedIn, WaitForNextCall", at=60) == 70 + 70


def test_what_is_new_begins_then_without_momentary_actions() -> None:
    day = found_again(found(), found("c2")).released("7001", conn="c2").day
    assert counted(day, IN) == (1, 30)
    assert day.number(DN, INSTANTS, at=29) == day.number(DN, INSTANTS, at=79) == len(["CallInboundStarted"])


@pytest.mark.parametrize(("since", "lasted"), [(40, 40), (20, 50)])
def test_the_duration_of_what_is_new_is_from_its_since_but_not_from_before_the_loss(
    since: float, lasted: float
) -> None:
    day = found_again(found(), found("c2", since=since)).released("7001", conn="c2").day
    assert counted(day, IN) == (1, lasted)


def test_at_the_very_first_registration_it_is_from_its_since() -> None:
    day = Day(registered=False).at(20).registered("7001", calls=[found(since=-300)]).at(30).released("7001").day
    assert counted(day, IN) == (1, 330)


def test_what_is_gone_ends_then_without_a_retrospective_action_but_stuck_call_cleaned() -> None:
    day = found_again().day
    assert counted(day, IN) == (1, 40)
    assert counted(day, "StuckCallCleaned") == (1, 40)
    assert day.number(DN, "CallInboundCompleted") == 0


def test_a_waiting_call_that_is_gone_is_cleaned() -> None:
    moment = Day().at(10).queued("8000").at(30).link_disconnected().at(50).registered("8000", calls=[])
    day = moment.link_connected().day
    assert counted(day, "CallWait", Q) == counted(day, "StuckCallCleaned", Q) == (1, 40)


def test_down_for_longer_than_the_limit_all_that_is_frozen_ends_at_that_moment() -> None:
    day = lost().heartbeat().day
    assert day.running(DN, IN, at=329) == 1
    assert [day.running(DN, action, at=330) for action in (IN, "LoggedIn", "WaitForNextCall")] == [0, 0, 0]
    assert counted(day, IN) == (1, 320)
    assert day.status(AGENT, at=330) == "LoggedOut"


def test_at_the_limit_calls_are_cleaned_as_when_they_are_gone() -> None:
    day = lost().heartbeat().day
    assert counted(day, "StuckCallCleaned") == (1, 320)
    assert day.number(DN, "CallInboundCompleted") == 0


def test_the_queue_is_not_told_of_a_release_that_nobody_saw() -> None:
    moment = Day().at(5).queued("8000").at(8).diverted("8000", to="7001").ringing("7001", queue="8000")
    moment = moment.at(10).established("7001").at(30).link_disconnected().at(50)
    day = moment.registered("7001", calls=[], **READY).link_connected().day
    assert (day.number(Q, "CallAnswered"), day.number(Q, "CallReleased")) == (1, 0)


def test_the_limit_is_an_option() -> None:
    day = Day(options="link-loss-limit = 60\n").at(10).established("7001").at(30).link_disconnected().day
    assert counted(day, IN) == (1, 80)


def test_no_logged_out_after_the_limit_until_it_is_registered() -> None:
    day = Day().at(30).link_disconnected().at(400).registered("7001", agent_state="LoggedOut", calls=[]).day
    assert (day.running(DN, "LoggedOut", at=399), day.running(DN, "LoggedOut", at=400)) == (0, 1)


def test_another_call_at_the_dn_is_another_occurrence() -> None:
    day = found_again(found("c2")).released("7001", conn="c2").day
    assert counted(day, IN) == (2, 40 + 30)


def test_another_agent_at_the_dn_is_another_login() -> None:
    day = found_again(found(since=10), agent="1009", agent_state="NotReady").day
    assert (day.status(AGENT, at=60), day.status("Agent:1009", at=60)) == ("LoggedOut", "CallInbound")
    assert (day.number(DN, "LoggedIn"), day.running(DN, "LoggedIn", at=60)) == (1, 1)


def test_a_call_found_together_with_a_new_agent_is_that_agents() -> None:
    day = found_again(found("c2", since=40), agent="1009", agent_state="NotReady").released("7001", conn="c2").day
    assert day.number("Agent:1009", IN) == 1
    assert day.number(AGENT, IN) == 1
    assert day.time(AGENT, IN) == 40


def test_a_party_that_changed_its_state_in_the_dark_ends_and_begins_and_raises_nothing() -> None:
    moment = Day().at(10).ringing("7001").at(30).link_disconnected().at(50)
    day = moment.registered("7001", calls=[found(since=35)], **READY).link_connected().at(80).released("7001").day
    assert day.number(DN, "CallRinging") == 1
    assert day.number(DN, "CallAnswered, CallInboundStarted, CallAbandonedFromRinging, StuckCallCleaned") == 0
    assert counted(day, IN) == (1, 45)


def test_since_of_a_held_call_dates_both() -> None:
    day = (
        Day(registered=False)
        .at(20)
        .registered("7001", calls=[found(state="Held", since=5)])
        .at(30)
        .released("7001")
        .day
    )
    assert counted(day, IN) == counted(day, "CallOnHold") == (1, 25)


FOUND = {
    "Dialing": ("CallDialing", "CallInternalOriginated"),
    "Ringing": ("CallRinging", "CallInternalReceived"),
}


@pytest.mark.parametrize("state", FOUND)
def test_a_call_found_by_its_state_has_that_direction(state: str) -> None:
    running, beside = FOUND[state]
    moment = Day(registered=False).at(20).registered("7001", calls=[found(state=state, type="Internal")])
    day = moment.at(30).established("7001", type="Internal").at(60).released("7001").day
    assert day.running(DN, running, at=25) == 1
    assert counted(day, beside) == (1, 30)


def test_a_call_found_may_say_its_role() -> None:
    day = Day(registered=False).at(20).registered("7001", calls=[found(type="Internal", role="Origination")]).day
    assert day.running(DN, "CallInternalOriginated", at=30) == 1
    assert (
        Day(registered=False)
        .at(20)
        .registered("7001", calls=[found(type="Internal")])
        .day.running(DN, "CallInternalOriginated, CallInternalReceived", at=30)
        == 0
    )


def test_greatest_number_sees_what_was_found_only_from_the_registration_on() -> None:
    day = Day(registered=False).at(20).registered("7001", calls=[found(since=5)]).day
    assert day.value(DN, "MaxNumber", IN, at=(19, 20)) == [0, 1]
    assert day.time(DN, IN, subject="DNStatus", at=30) == 10


def test_averages_see_what_was_found_from_its_since_on() -> None:
    day = Day(registered=False).at(20).registered("7001", calls=[found(since=5)]).day
    assert day.value(DN, "AverageOfCurrentNumber", IN, at=30) == 25 / 30
    assert day.value(DN, "AverageOfCurrentTime", IN, at=30) == 25**2 / 2 / 30


def test_each_dn_is_frozen_to_its_own_registration() -> None:
    moment = Day().at(10).established("7001").established("7002", conn="c2").at(30).link_disconnected()
    day = moment.at(50).registered("7001", calls=[found()], **READY).day
    assert [day.running(dn, "Monitored", at=60) for dn in (DN, "RegDN:7002")] == [1, 0]
    assert [day.running(dn, IN, at=330) for dn in (DN, "RegDN:7002")] == [1, 0]


def test_an_unregistered_dn_is_as_at_the_limit() -> None:
    day = Day().at(10).established("7001").at(30).unregistered("7001").day
    assert counted(day, IN) == (1, 20)
    assert [day.running(DN, action, at=40) for action in ("LoggedIn", "LoggedOut", "NotMonitored")] == [0, 0, 1]


def test_a_recording_that_falls_silent_has_lost_nothing() -> None:
    day = Day().at(10).established("7001").day
    assert [day.running(DN, action, at=4000) for action in ("Monitored", IN, "LoggedIn")] == [1, 1, 1]


def test_a_dn_of_a_recording_without_a_registration_is_monitored_with_its_first_event() -> None:
    day = Day().at(10).ringing("7004").day
    assert day.running("RegDN:7004", "Monitored", at=(9, 10)) == [0, 1]


def test_what_a_registration_does_not_mention_goes_on() -> None:
    moment = Day().at(5).user_event("7001").off_hook("7001").at(30).link_disconnected().at(50)
    day = moment.registered("7001", agent="1001", calls=[]).link_connected().day
    for action, began in (("UserEventReceived", 5), ("OffHook", 5), ("WaitForNextCall", -10)):
        assert day.value(DN, "CurrentTime", action, at=60) == 60 - began


def test_a_derived_off_hook_counts_from_the_earliest_begin_of_what_runs() -> None:
    day = Day(registered=False).at(20).registered("7001", calls=[found(since=5), found("c2", "Ringing", since=10)]).day
    assert day.value(DN, "CurrentTime", "OffHook", at=30) == 25


def test_after_call_work_found_begins_at_once_also_during_a_call() -> None:
    day = found_again(found(), agent="1001", agent_state="AfterCallWork").day
    assert day.value(DN, "CurrentTime", "AfterCallWork", at=60) == 10


def test_a_registration_that_gives_a_state_drops_a_request_when_no_call_is_left() -> None:
    moment = Day().at(10).established("7001").at(20).agent_not_ready("7001", mode="AfterCallWork")
    day = moment.at(30).registered("7001", calls=[], **READY).day
    assert day.number(DN, "AfterCallWork") == day.running(DN, "AfterCallWork", at=40) == 0
