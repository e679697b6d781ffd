"""Agents: logged in while in any queue, not ready once paused in all."""

from __future__ import annotations

import pytest
from asterisk_play import at, facts
from asterisk_scenes import AGENT, DNS, agent, answered, gone, hang_up, join, member, player

from actors.configuration.environment import Dn
from actors.sources.asterisk import AsteriskSwitch
from actors.vocabulary.objects import DnType

LOGIN = ("EventAgentLogin", "7001")
READY = ("EventAgentReady", "7001")
NOT_READY = ("EventAgentNotReady", "7001")
LOGOUT = ("EventAgentLogout", "7001")


def paused(time: float, queue: str = "sales", reason: str = "Break", **fields: str) -> dict[str, str]:
    return member(time, "QueueMemberPause", queue=queue, **{"Paused": "1", "PausedReason": reason} | fields)


def unpaused(time: float, queue: str = "sales", reason: str = "") -> dict[str, str]:
    return member(time, "QueueMemberPause", queue=queue, Paused="0", PausedReason=reason)


def test_the_first_queue_is_a_login_and_ready() -> None:
    events = player().play([member(0, "QueueMemberAdded")])
    assert facts(events) == [LOGIN, READY]
    assert (events[0].agent_id, events[0].this_queue) == ("1001", "sales")


def test_a_member_added_paused_is_not_ready() -> None:
    events = player().play([member(0, "QueueMemberAdded", Paused="1", PausedReason="Lunch")])
    assert facts(events) == [LOGIN, NOT_READY]
    assert events[1].reasons == {"Reason": "Lunch"}


def test_the_second_queue_says_nothing_of_ready() -> None:
    events = player().play([member(0, "QueueMemberAdded"), member(0, "QueueMemberAdded", queue="support")])
    assert facts(events) == [LOGIN, READY, LOGIN]


def test_only_the_last_queue_is_the_logout() -> None:
    added = [member(0, "QueueMemberAdded"), member(0, "QueueMemberAdded", queue="support")]
    removed = [member(9, "QueueMemberRemoved"), member(9, "QueueMemberRemoved", queue="support")]
    assert facts(player().play(added + removed))[3:] == [("EventQueueLogout", "7001"), LOGOUT]


def test_a_pause_counts_once_he_is_paused_in_all_queues() -> None:
    messages = [member(0, "QueueMemberAdded"), member(0, "QueueMemberAdded", queue="support")]
    messages += [paused(10), paused(11, "support"), unpaused(20), unpaused(21, "support")]
    events = player().play(messages)[3:]
    assert [(*fact, e.time - 1_000_000) for fact, e in zip(facts(events), events, strict=True)] == [
        (*NOT_READY, 11),
        (*READY, 20),
    ]


def test_a_pause_repeated_is_no_other_pause() -> None:
    assert facts(player().play([member(0, "QueueMemberAdded"), paused(10), paused(11)]))[2:] == [NOT_READY]


def test_another_reason_is_told() -> None:
    events = player().play(
        [member(0, "QueueMemberAdded"), paused(10), paused(20, reason="Lunch"), unpaused(30, reason="x")]
    )
    assert [(e.event, e.reasons) for e in events[2:]] == [
        ("EventAgentNotReady", {"Reason": "Break"}),
        ("EventAgentNotReady", {"Reason": "Lunch"}),
        ("EventAgentReady", None),
    ]


def test_a_pause_by_the_queue_itself_has_its_reason() -> None:
    events = player().play([member(0, "QueueMemberAdded"), paused(10, reason="Auto-Pause")])
    assert (events[-1].agent_work_mode, events[-1].reasons) == ("AuxWork", {"Reason": "Auto-Pause"})


def test_leaving_the_one_queue_without_a_pause_is_not_ready() -> None:
    messages = [member(0, "QueueMemberAdded"), member(0, "QueueMemberAdded", queue="support"), paused(5)]
    assert facts(player().play([*messages, member(9, "QueueMemberRemoved", queue="support")]))[3:] == [
        ("EventQueueLogout", "7001"),
        NOT_READY,
    ]


def test_a_member_who_appears_on_use_is_logged_in() -> None:
    assert facts(player().play([join(0), agent(5, "AgentCalled")]))[1:] == [LOGIN, READY, ("EventRinging", "7001")]


def test_a_member_who_left_is_not_logged_in_by_a_call_that_was_on_its_way() -> None:
    messages = [member(0, "QueueMemberAdded"), member(4, "QueueMemberRemoved"), join(4), agent(5, "AgentCalled")]
    assert facts(player().play(messages))[3:] == [("EventQueued", "sales"), ("EventRinging", "7001")]


def test_a_pause_of_somebody_unheard_of_logs_him_in() -> None:
    assert facts(player().play([paused(0)])) == [LOGIN, NOT_READY]


def test_somebody_unheard_of_who_leaves_is_logged_out() -> None:
    assert facts(player().play([member(0, "QueueMemberRemoved")])) == [LOGOUT]


def test_another_agent_at_the_phone_takes_it_over() -> None:
    other = member(5, "QueueMemberAdded") | {"MemberName": "1009"}
    events = player().play([member(0, "QueueMemberAdded"), paused(1), other])
    assert [(e.event, e.agent_id) for e in events[3:]] == [("EventAgentLogin", "1009"), ("EventAgentReady", "1009")]


def test_after_call_work_is_ended_by_a_timer() -> None:
    at_play = player()
    end = [hang_up(20, AGENT), agent(20, "AgentComplete", Reason="agent"), gone(20, AGENT)]
    events = at_play.play([member(0, "QueueMemberAdded", Wrapuptime="30"), *answered(), *end])
    assert facts(events)[-2:] == [("EventReleased", "7001"), NOT_READY]
    assert events[-1].agent_work_mode == "AfterCallWork"
    (event,) = at_play.wait_until(1_000_050_000_000)
    assert (event.event, event.time - 1_000_000) == ("EventAgentReady", 50)


def test_a_pause_in_after_call_work_outlives_it() -> None:
    at_play = player()
    end = [hang_up(20, AGENT), gone(20, AGENT), paused(25, Wrapuptime="30")]
    events = at_play.play([member(0, "QueueMemberAdded", Wrapuptime="30"), *answered(), *end])
    assert [e.agent_work_mode for e in events if e.event == "EventAgentNotReady"] == ["AfterCallWork", "AuxWork"]
    assert at_play.wait_until(1_000_060_000_000) == []


def test_a_logout_ends_after_call_work() -> None:
    at_play = player()
    messages = [member(0, "QueueMemberAdded", Wrapuptime="30"), *answered(), hang_up(20, AGENT), gone(20, AGENT)]
    at_play.play([*messages, member(25, "QueueMemberRemoved")])
    assert at_play.wait_until(1_000_060_000_000) == []


def test_an_agent_of_the_pool_is_at_the_phone_of_his_channel() -> None:
    login = at(0, "AgentLogin", Agent="1001", Channel="SIP/7001-0000001a", Uniqueid="9.0")
    events = player().play([login, at(60, "AgentLogoff", Agent="1001", Logintime="60")])
    assert facts(events) == [LOGIN, READY, LOGOUT]


@pytest.mark.parametrize("interface", ["Local/7009@agents", "Local/7009@agents/n", "SIP/7009"])
def test_a_phone_is_known_by_its_interface_or_its_state_interface(interface: str) -> None:
    dns = [*DNS, Dn(number="7009", switch="pbx1", type=DnType.EXTENSION, interface=interface)]
    at_play = player()
    at_play.switch = AsteriskSwitch(dns)
    names = {"Interface": "Local/7009@agents/n", "StateInterface": "SIP/7009"}
    called = agent(5, "AgentCalled") | {"Interface": "Local/7009@agents/n"}
    events = at_play.play([member(0, "QueueMemberAdded") | names, join(1), called])
    assert [fact for fact in facts(events) if fact[0] != "EventQueued"] == [
        ("EventAgentLogin", "7009"),
        ("EventAgentReady", "7009"),
        ("EventRinging", "7009"),
    ]
