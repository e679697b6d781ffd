"""Calls of queues: every row of the mapping, every trap, every order of what Asterisk sends in no order."""

from __future__ import annotations

from itertools import pairwise

import pytest
from asterisk_play import facts
from asterisk_scenes import (
    AGENT,
    CALLER,
    agent,
    answered,
    caller,
    dial_end,
    give_up,
    gone,
    hang_up,
    join,
    leave,
    member,
    player,
    queue_status,
    transfer,
)
from hypothesis import given
from hypothesis import strategies as st

from actors.sources.ami import AmiMessage

ZERO = 1_000_000.0
QUEUED = ("EventQueued", "sales")
RINGING = ("EventRinging", "7001")
DIVERTED = ("EventDiverted", "sales")
CLEARED = ("EventDiverted", "sales", "Redirected")
ESTABLISHED = ("EventEstablished", "7001")
RELEASED = ("EventReleased", "7001")
ANSWERED = [QUEUED, RINGING, DIVERTED, ESTABLISHED]


def told(*messages: AmiMessage, until: float = 3600) -> list[tuple[str, ...]]:
    """Facts of the calls alone; the logins of those who appear on use are another matter."""
    at_play = player()
    events = at_play.play(messages) + at_play.wait_until(int((ZERO + until) * 1e6))
    return [fact for fact in facts(events) if not fact[0].startswith("EventAgent")]


def test_a_call_is_answered() -> None:
    events = [e for e in player().play(answered()) if e.conn_id]
    assert facts(events) == ANSWERED
    assert [e.time - ZERO for e in events] == [0, 5, 8, 8]
    assert {(e.conn_id, e.call_type, e.this_queue) for e in events} == {("1.0", "Inbound", "sales")}
    assert (events[0].ani, events[0].dnis, events[2].third_party_dn) == ("5550001", "8000", "7001")


def test_the_agent_hangs_up() -> None:
    end = [hang_up(20, AGENT), agent(20, "AgentComplete", Reason="agent"), gone(20, AGENT), gone(20, CALLER)]
    assert told(*answered(), *end) == [*ANSWERED, RELEASED]


def test_a_call_whose_agent_complete_never_comes_ends_with_his_channel() -> None:
    assert told(*answered(), hang_up(20, CALLER), gone(20, AGENT), gone(20, CALLER)) == [*ANSWERED, RELEASED]


@pytest.mark.parametrize(
    "lacking", [("Uniqueid", "Linkedid", "Channel"), ("DestUniqueid",), ("Uniqueid", "DestUniqueid")]
)
def test_agent_complete_without_one_side_finds_its_call(lacking: tuple[str, ...]) -> None:
    complete = agent(20, "AgentComplete", Reason="caller")
    assert told(*answered(), {k: v for k, v in complete.items() if k not in lacking}) == [*ANSWERED, RELEASED]


def test_a_late_agent_complete_does_not_end_the_next_call() -> None:
    late = agent(21, "AgentComplete", Reason="caller") | {"DestUniqueid": ""}
    following = [
        join(20, uniqueid="2.0"),
        agent(20, "AgentCalled", uniqueid="2.2") | {"Uniqueid": "2.0", "Linkedid": "2.0"},
    ]
    assert told(*answered(), hang_up(20, AGENT), gone(20, AGENT), *following, late)[-1] == RINGING


def test_a_caller_who_hangs_up_has_abandoned() -> None:
    assert told(join(0), hang_up(20, CALLER), give_up(20), leave(20), gone(20, CALLER)) == [
        QUEUED,
        ("EventAbandoned", "sales"),
    ]


def test_a_caller_whom_the_queue_lets_go_is_cleared_at_the_time_of_the_abandon() -> None:
    at_play = player()
    messages = [join(0), give_up(10), leave(10.00005), queue_status(10.0001), gone(10.0002, CALLER)]
    events = at_play.play(messages)
    assert facts(events) == [QUEUED, CLEARED]
    assert events[1].time - ZERO == pytest.approx(10, abs=1e-9)
    assert events[1].third_party_dn == ""


def test_a_caller_whose_hangup_comes_first_has_abandoned() -> None:
    assert told(join(0), give_up(10), leave(10), gone(10, CALLER)) == [QUEUED, ("EventAbandoned", "sales")]


@given(order=st.permutations(range(4)))
def test_a_caller_whom_the_queue_lets_go_is_cleared_in_any_order(order: list[int]) -> None:
    ends = [give_up(10), leave(10), queue_status(10), gone(10, CALLER)]
    assert told(join(0), *(ends[i] for i in order)) == [QUEUED, CLEARED]


@given(order=st.permutations(range(4)))
def test_a_caller_who_hangs_up_has_abandoned_in_any_order(order: list[int]) -> None:
    ends = [hang_up(10, CALLER), give_up(10), leave(10), gone(10, CALLER)]
    assert told(join(0), *(ends[i] for i in order)) == [QUEUED, ("EventAbandoned", "sales")]


def test_a_caller_sent_elsewhere_by_hand_is_cleared_when_nothing_else_comes() -> None:
    assert told(join(0), give_up(10), leave(10)) == [QUEUED, CLEARED]


def test_a_status_before_the_abandon_clears_too() -> None:
    assert told(join(0), queue_status(10), give_up(10), leave(10), gone(10, CALLER)) == [QUEUED, CLEARED]


def test_a_caller_who_leaves_by_key_is_cleared_when_he_left() -> None:
    at_play = player()
    events = at_play.play([join(0), leave(10), hang_up(30, CALLER), gone(30, CALLER)])
    assert facts(events) == [QUEUED, CLEARED]
    assert events[1].time - ZERO == 10


def test_a_caller_who_leaves_by_key_and_hangs_up_at_once_is_cleared() -> None:
    assert told(join(0), leave(10), hang_up(10.01, CALLER), gone(10.01, CALLER)) == [QUEUED, CLEARED]


def test_overflow_clears_one_queue_and_enters_the_next_with_the_same_conn_id() -> None:
    at_play = player()
    events = at_play.play([join(0), give_up(10), leave(10), queue_status(10), join(10.001, "support")])
    assert facts(events) == [QUEUED, CLEARED, ("EventQueued", "support")]
    assert {e.conn_id for e in events} == {"1.0"}


def test_overflow_whose_status_is_filtered_out_clears_with_the_next_join() -> None:
    assert told(join(0), give_up(10), leave(10), join(10.001, "support"))[:3] == [
        QUEUED,
        CLEARED,
        ("EventQueued", "support"),
    ]


def test_a_caller_who_comes_round_to_the_same_queue_enters_it_again() -> None:
    messages = [join(0), give_up(10), leave(10), queue_status(10), join(12), hang_up(15, CALLER), give_up(15)]
    assert told(*messages) == [QUEUED, CLEARED, QUEUED, ("EventAbandoned", "sales")]


def test_a_repeated_join_is_no_second_entry() -> None:
    assert told(join(0), join(1), hang_up(3, CALLER), give_up(3)) == [QUEUED, ("EventAbandoned", "sales")]


def test_a_caller_who_hangs_up_while_it_rings_abandons_at_the_phone_and_in_the_queue() -> None:
    messages = [join(0), agent(8, "AgentCalled"), hang_up(14, CALLER), dial_end(14, "CANCEL"), give_up(14), leave(14)]
    assert told(*messages, gone(14, AGENT, "0"), gone(14, CALLER)) == [
        QUEUED,
        RINGING,
        ("EventAbandoned", "7001"),
        ("EventAbandoned", "sales"),
    ]


def test_no_answer_is_told_once_though_three_messages_say_so() -> None:
    ends = [agent(15, "AgentRingNoAnswer"), dial_end(15, "NOANSWER"), dial_end(15, "CANCEL"), gone(15, AGENT, "0")]
    assert told(join(0), agent(5, "AgentCalled"), *ends) == [QUEUED, RINGING, ("EventReleased", "7001", "Redirected")]


@given(order=st.permutations(range(4)))
def test_no_answer_is_a_no_answer_in_any_order(order: list[int]) -> None:
    ends = [agent(15, "AgentRingNoAnswer"), dial_end(15, "NOANSWER"), dial_end(15, "CANCEL"), gone(15, AGENT, "0")]
    assert told(join(0), agent(5, "AgentCalled"), *(ends[i] for i in order))[-1] == (
        "EventReleased",
        "7001",
        "Redirected",
    )


def test_the_callers_own_time_out_is_a_no_answer_and_cleared() -> None:
    ends = [agent(10, "AgentRingNoAnswer"), dial_end(10, "NOANSWER"), gone(10, AGENT, "0")]
    assert told(
        join(0), agent(5, "AgentCalled"), *ends, give_up(10), leave(10), queue_status(10), gone(10, CALLER)
    ) == [
        QUEUED,
        RINGING,
        ("EventReleased", "7001", "Redirected"),
        CLEARED,
    ]


def ring_all() -> list[AmiMessage]:
    return [
        join(0),
        agent(5, "AgentCalled"),
        agent(5, "AgentCalled", "7002", "1.4"),
        agent(5, "AgentCalled", "7003", "1.6"),
    ]


@given(order=st.permutations(range(6)))
def test_ring_all_is_picked_up_by_one_in_any_order(order: list[int]) -> None:
    ends = [dial_end(8, "ANSWER"), dial_end(8, "CANCEL", "1.4"), dial_end(8, "CANCEL", "1.6"), leave(8)]
    ends += [agent(8, "AgentConnect"), gone(8, "1.4", "26")]
    assert sorted(told(*ring_all(), *(ends[i] for i in order))[4:]) == [
        DIVERTED,
        ESTABLISHED,
        ("EventReleased", "7002", "Pickedup"),
        ("EventReleased", "7003", "Pickedup"),
    ]


def test_ring_all_that_nobody_answers_is_everybodys_no_answer() -> None:
    ends = [
        agent(15, "AgentRingNoAnswer", phone, id_) for phone, id_ in [("7001", AGENT), ("7002", "1.4"), ("7003", "1.6")]
    ]
    assert told(*ring_all(), *ends)[4:] == [
        ("EventReleased", phone, "Redirected") for phone in ("7001", "7002", "7003")
    ]


def test_a_phone_may_ring_for_two_queues_at_once() -> None:
    second = [join(1, "support", "2.0"), agent(6, "AgentCalled", uniqueid="2.2", queue="support") | {"Uniqueid": "2.0"}]
    events = player().play([join(0), agent(5, "AgentCalled"), *second])
    assert [(e.conn_id, e.this_queue) for e in events if e.event == "EventRinging"] == [
        ("1.0", "sales"),
        ("2.0", "support"),
    ]


def transferred() -> list[AmiMessage]:
    """What Asterisk sends of a blind transfer to a queue, in any order (nine were seen)."""
    return [
        transfer(20.0001),
        agent(20.0001, "AgentComplete", Reason="transfer"),
        at_bridge(AGENT),
        at_bridge(CALLER),
        gone(20.0001, AGENT),
        join(20.0001, "support"),
    ]


def at_bridge(uniqueid: str) -> AmiMessage:
    return caller(20.0001, "BridgeLeave", uniqueid, CALLER)


@given(order=st.permutations(range(6)))
def test_a_blind_transfer_is_the_same_in_any_order(order: list[int]) -> None:
    messages = transferred()
    assert sorted(told(*answered(), *(messages[i] for i in order))[4:]) == [
        ("EventQueued", "support", "Transferred"),
        ("EventReleased", "7001", "Transferred"),
    ]


@given(order=st.permutations(range(6)))
def test_only_the_next_stop_after_a_transfer_is_reached_by_it(order: list[int]) -> None:
    messages = transferred()
    overflow = [give_up(30, "support"), queue_status(30), join(30.001)]
    assert told(*answered(), *(messages[i] for i in order), *overflow)[-1] == QUEUED


def test_a_transfer_back_to_the_agents_own_phone_ends_his_first_call_first() -> None:
    back = [
        join(20, "support"),
        agent(20, "AgentCalled", uniqueid="1.4", queue="support"),
        transfer(20),
        gone(20, AGENT),
    ]
    assert told(*answered(), *back)[4:] == [
        ("EventQueued", "support", "Transferred"),
        ("EventReleased", "7001", "Transferred"),
        RINGING,
    ]


def test_a_transfer_that_fails_changes_nothing() -> None:
    assert told(*answered(), transfer(20, "Fail"), hang_up(30, AGENT), gone(30, AGENT)) == [*ANSWERED, RELEASED]


def test_a_logout_during_a_call_leaves_the_call_alone() -> None:
    messages = [member(0, "QueueMemberAdded"), *answered(), member(10, "QueueMemberRemoved"), hang_up(30, AGENT)]
    events = player().play([*messages, agent(30, "AgentComplete", Reason="agent"), gone(30, AGENT)])
    assert facts(events)[-2:] == [("EventAgentLogout", "7001"), RELEASED]
    assert events[-1].time - ZERO == 30


def test_a_pause_during_a_call_leaves_the_call_alone() -> None:
    paused = member(10, "QueueMemberPause", Paused="1", PausedReason="Break")
    events = player().play([member(0, "QueueMemberAdded"), *answered(), paused, hang_up(30, AGENT), gone(30, AGENT)])
    assert facts(events)[-2:] == [("EventAgentNotReady", "7001"), RELEASED]


def test_inherited_variables_of_the_caller_are_user_data() -> None:
    before = caller(0, "VarSet", Variable="__ServiceType", Value="Sales")
    after = caller(3, "VarSet", Variable="_Level", Value="Gold")
    own = caller(4, "VarSet", Variable="QUEUEWAIT", Value="3")
    agents = caller(9, "VarSet", AGENT, CALLER, Variable="__ServiceType", Value="Other")
    events = player().play([before, join(1), after, own, *answered()[1:], agents])
    data = [e.user_data for e in events if e.user_data]
    assert data == [{"ServiceType": "Sales"}, *[{"ServiceType": "Sales", "Level": "Gold"}] * 2]


def test_user_data_of_an_answered_call_goes_to_the_agent() -> None:
    (event,) = player().play([*answered(), caller(9, "VarSet", Variable="__ServiceType", Value="Billing")])[-1:]
    assert (event.event, event.this_dn, event.user_data) == (
        "EventAttachedDataChanged",
        "7001",
        {"ServiceType": "Billing"},
    )


def test_a_call_found_answered_in_a_cut_recording_is_established() -> None:
    assert told(agent(8, "AgentConnect"), agent(20, "AgentComplete", Reason="agent")) == [ESTABLISHED, RELEASED]


def test_a_message_without_its_fields_is_counted_and_passed_over() -> None:
    at_play = player()
    assert at_play.play([{"Event": "QueueCallerJoin", "Timestamp": "1.0"}, {"Event": "AgentCalled"}, {}]) == []
    assert at_play.switch.counters == {"incomplete": 2}


def test_a_member_nobody_configured_is_counted_and_dropped() -> None:
    at_play = player()
    assert facts(at_play.play([join(0), agent(5, "AgentCalled", "7999"), agent(8, "AgentConnect", "7999")])) == [
        QUEUED,
        DIVERTED,
    ]
    assert at_play.switch.counters["unknown_dn"] == 2


@given(data=st.data())
def test_no_order_of_a_whole_day_raises_or_goes_back_in_time(data: st.DataObject) -> None:
    messages = [*ring_all(), *answered(), *transferred(), give_up(30), queue_status(31), hang_up(32, CALLER)]
    events = player().play(data.draw(st.permutations(messages)))
    assert all(before.time <= after.time for before, after in pairwise(events))
