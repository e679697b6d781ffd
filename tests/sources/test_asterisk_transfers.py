"""Attended transfers, conferences, listeners, Local channels that are optimised away."""

from __future__ import annotations

from asterisk_play import Player, at, facts
from asterisk_scenes import AGENT, CALLER, agent, answered, channel, dial, gone, hang_up, join, player

from actors.sources.ami import AmiMessage
from actors.vocabulary.events import TServerEvent


def consulted() -> tuple[Player, list[TServerEvent]]:
    """7001 talks to a customer, holds him, and has 7002 on his second line."""
    at_play = player()
    answer = channel(35, "DialEnd", "5.0", "7001", DestUniqueid="5.1", DialStatus="ANSWER")
    consult = [channel(32, "Hold", AGENT, "7001"), dial(32, "5.0", "7001", "5.1", "7002"), answer]
    return at_play, at_play.play([*answered(), *consult])[-5:]


def attended(time: float, kind: str = "Bridge", result: str = "Success", target: str = "5.1") -> AmiMessage:
    about = {"OrigTransfererUniqueid": AGENT, "SecondTransfererUniqueid": "5.0", "TransfereeUniqueid": CALLER}
    return at(time, "AttendedTransfer", Result=result, DestType=kind, TransferTargetUniqueid=target, **about)


def test_a_second_call_of_a_phone_that_talks_is_a_consultation() -> None:
    _, events = consulted()
    assert facts(events) == [
        ("EventHeld", "7001"),
        ("EventDialing", "7001"),
        ("EventRinging", "7002"),
        ("EventEstablished", "7002"),
        ("EventEstablished", "7001"),
    ]
    assert {(e.conn_id, e.call_type, e.previous_conn_id) for e in events[1:]} == {("5.0", "Consult", "1.0")}


def test_an_attended_transfer_gives_the_target_the_first_call() -> None:
    at_play, _ = consulted()
    events = at_play.play(
        [attended(45), agent(45, "AgentComplete", Reason="transfer"), gone(45, AGENT), gone(45, "5.0")]
    )
    assert facts(events) == [
        ("EventReleased", "7001", "Transferred"),
        ("EventReleased", "7001", "Transferred"),
        ("EventPartyChanged", "7002", "Transferred"),
    ]
    assert [(e.conn_id, e.third_party_dn) for e in events] == [("5.0", ""), ("1.0", "7002"), ("1.0", "7001")]
    changed = events[2]
    assert (changed.previous_conn_id, changed.call_type, changed.other_dn) == ("5.0", "Inbound", "5550001")


def test_the_target_of_an_attended_transfer_ends_with_its_own_channel() -> None:
    at_play, _ = consulted()
    (event,) = at_play.play([attended(45), gone(105, "5.1")])[3:]
    assert (event.event, event.this_dn, event.conn_id) == ("EventReleased", "7002", "1.0")


def test_an_attended_transfer_that_fails_changes_nothing() -> None:
    at_play, _ = consulted()
    assert at_play.play([attended(45, "Fail"), attended(46, result="Failure")]) == []


def test_a_consultation_may_be_cancelled() -> None:
    at_play, _ = consulted()
    events = at_play.play([hang_up(50, "5.0"), gone(50, "5.0"), gone(50, "5.1"), channel(51, "Unhold", AGENT, "7001")])
    assert facts(events) == [("EventReleased", "7001"), ("EventReleased", "7002"), ("EventRetrieved", "7001")]


def test_three_confer_and_one_leaves() -> None:
    at_play, _ = consulted()
    events = at_play.play([attended(45, "Threeway"), hang_up(75, "5.1"), gone(75, "5.1")])
    assert facts(events) == [
        ("EventReleased", "7001", "Conferenced"),
        ("EventRetrieved", "7001"),
        ("EventPartyAdded", "7001"),
        ("EventPartyChanged", "7002", "Conferenced"),
        ("EventReleased", "7002"),
        ("EventPartyDeleted", "7001"),
    ]
    assert (events[3].this_dn_role, events[3].conn_id, events[3].previous_conn_id) == ("ConferenceMember", "1.0", "5.0")


def test_a_target_is_found_behind_its_local_channel() -> None:
    at_play = player()
    halves = at(30, "LocalBridge", LocalOneUniqueid="6.1", LocalTwoUniqueid="6.2")
    onward = {"Channel": "Local/7002@transfer-1;2", "Uniqueid": "6.2", "Linkedid": CALLER}
    rings = at(31, "DialBegin", **onward, DestChannel="SIP/7002-9", DestUniqueid="6.3", DestLinkedid=CALLER)
    done = attended(45, target="6.1") | {"SecondTransfererUniqueid": AGENT}
    events = at_play.play([*answered(), halves, rings, done])
    assert facts(events)[-3:] == [
        ("EventRinging", "7002"),
        ("EventReleased", "7001", "Transferred"),
        ("EventPartyChanged", "7002", "Transferred"),
    ]
    assert events[-1].previous_conn_id == ""


def test_a_consultation_that_waits_in_a_queue_goes_on_as_the_first_call() -> None:
    own = {"Channel": "SIP/7001-5.0", "CallerIDNum": "7001"}
    at_play = player()
    events = at_play.play([*answered(), join(32, "support", "5.0") | own, attended(36)])[-3:]
    assert [(e.event, e.this_dn, e.conn_id, e.call_type) for e in events] == [
        ("EventQueued", "support", "5.0", "Consult"),
        ("EventPartyChanged", "support", "1.0", "Inbound"),
        ("EventReleased", "7001", "1.0", "Inbound"),
    ]
    assert (events[1].previous_conn_id, events[2].third_party_dn) == ("5.0", "support")
    connect = agent(46, "AgentConnect", "7002", "7.0", "support")
    assert facts(at_play.play([connect])) == [("EventDiverted", "support"), ("EventEstablished", "7002")]


def test_a_listener_observes() -> None:
    spy = {"SpyerUniqueid": "8.0", "SpyerChannel": "SIP/7003-8.0", "SpyeeUniqueid": AGENT, "SpyeeChannel": "SIP/7001-1"}
    events = player().play([*answered(), at(12, "ChanSpyStart", **spy), at(52, "ChanSpyStop", **spy), gone(52, "8.0")])[
        -3:
    ]
    assert [(e.event, e.this_dn, e.this_dn_role, e.other_dn, e.conn_id) for e in events] == [
        (event, "7003", "Observer", "7001", "1.0") for event in ("EventRinging", "EventEstablished", "EventReleased")
    ]


def test_a_listener_to_the_callers_channel_observes_his_agent() -> None:
    spy = {"SpyerUniqueid": "8.0", "SpyerChannel": "SIP/7003-8.0", "SpyeeUniqueid": CALLER}
    events = player().play([*answered(), at(12, "ChanSpyStart", **spy), gone(30, "8.0")])[-3:]
    assert [(e.event, e.other_dn) for e in events] == [
        ("EventRinging", "7001"),
        ("EventEstablished", "7001"),
        ("EventReleased", "7001"),
    ]


def optimised(uniqueid: str, source: str, success: str = "Yes") -> list[AmiMessage]:
    halves = {"LocalOneUniqueid": uniqueid, "LocalTwoUniqueid": f"{uniqueid}2"}
    begin = at(10, "LocalOptimizationBegin", **halves, SourceUniqueid=source)
    return [begin, at(10, "LocalOptimizationEnd", **halves, Success=success)]


def test_the_channel_that_replaces_a_local_one_is_the_same_party() -> None:
    messages = [*optimised(AGENT, "9.0"), gone(10, AGENT), agent(30, "AgentComplete", uniqueid="9.0", Reason="agent")]
    (event,) = player().play([*answered(), *messages])[6:]
    assert (event.event, event.time - 1_000_000) == ("EventReleased", 30)


def test_the_hangup_of_the_local_channel_may_come_before_the_end_of_its_replacement() -> None:
    begin, end = optimised(AGENT, "9.0")
    (event,) = player().play([*answered(), begin, gone(10, AGENT), end, hang_up(30, "9.0"), gone(30, "9.0")])[6:]
    assert (event.event, event.time - 1_000_000) == ("EventReleased", 30)


def test_a_replacement_that_fails_replaces_nothing() -> None:
    messages = [*optimised(AGENT, "9.0", "No"), hang_up(30, AGENT), gone(30, AGENT)]
    assert facts(player().play([*answered(), *messages]))[6:] == [("EventReleased", "7001")]


def test_a_caller_whose_local_channel_is_replaced_waits_on() -> None:
    messages = [join(0), *optimised(CALLER, "9.0"), gone(10, CALLER), hang_up(20, "9.0"), gone(20, "9.0")]
    assert facts(player().play(messages)) == [("EventQueued", "sales"), ("EventAbandoned", "sales")]
