"""Calls without a queue, as flows 10 to 16 of `sources.md` 2 have them, and what befalls any channel."""

from __future__ import annotations

import pytest
from asterisk_play import at, facts
from asterisk_scenes import AGENT, CALLER, answered, caller, channel, dial, dial_end, gone, hang_up, player, transfer

DIALING = ("EventDialing", "7001")
RINGING = ("EventRinging", "7002")


def end_of_dial(time: float, status: str, uniqueid: str = "5.0", dest_id: str = "5.1") -> dict[str, str]:
    return channel(time, "DialEnd", uniqueid, "7001", DestUniqueid=dest_id, DialStatus=status)


def test_an_internal_call_is_answered() -> None:
    ends = [hang_up(34, "5.0"), gone(34, "5.0"), gone(34, "5.1")]
    events = player().play([dial(0, "5.0", "7001", "5.1", "7002"), end_of_dial(4, "ANSWER"), *ends])
    assert sorted(facts(events)) == sorted(
        [
            DIALING,
            RINGING,
            *[("EventEstablished", dn) for dn in ("7001", "7002")],
            *[("EventReleased", dn) for dn in ("7001", "7002")],
        ]
    )
    assert {(e.conn_id, e.call_type) for e in events} == {("5.0", "Internal")}
    assert {(e.this_dn, e.this_dn_role, e.other_dn) for e in events} == {
        ("7001", "Origination", "7002"),
        ("7002", "Destination", "7001"),
    }


def test_an_outbound_call_is_answered() -> None:
    events = player().play([dial(0, "5.0", "7001", "5.1", "5559000"), end_of_dial(8, "ANSWER"), gone(98, "5.0")])
    assert facts(events) == [DIALING, ("EventEstablished", "7001"), ("EventReleased", "7001")]
    assert {(e.call_type, e.other_dn) for e in events} == {("Outbound", "5559000")}


def test_an_outbound_call_is_busy() -> None:
    events = player().play([dial(0, "5.0", "7001", "5.1", "5559000"), end_of_dial(3, "BUSY"), gone(5, "5.0")])
    assert facts(events) == [DIALING, ("EventDestinationBusy", "7001", "Busy"), ("EventReleased", "7001")]


def test_an_outbound_call_is_not_answered() -> None:
    events = player().play([dial(0, "5.0", "7001", "5.1", "5559000"), end_of_dial(30, "NOANSWER"), gone(31, "5.0")])
    assert [(e.event, e.time - 1_000_000) for e in events] == [("EventDialing", 0), ("EventReleased", 31)]


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ([end_of_dial(9, "NOANSWER")], ("EventReleased", "7002", "NoAnswer")),
        ([end_of_dial(9, "BUSY")], ("EventReleased", "7002", "Busy")),
        ([hang_up(9, "5.0"), end_of_dial(9, "CANCEL")], ("EventAbandoned", "7002")),
        ([end_of_dial(9, "CANCEL"), hang_up(9, "5.0")], ("EventAbandoned", "7002")),
        ([gone(9, "5.1", "26")], ("EventReleased", "7002", "Pickedup")),
        ([gone(9, "5.1"), end_of_dial(9, "NOANSWER")], ("EventReleased", "7002", "NoAnswer")),
    ],
)
def test_a_phone_stops_ringing(ends: list[dict[str, str]], expected: tuple[str, ...]) -> None:
    at_play = player()
    events = at_play.play([dial(0, "5.0", "7001", "5.1", "7002"), *ends]) + at_play.wait_until(1_000_010_000_000)
    assert [fact for fact in facts(events) if fact[1] == "7002"] == [RINGING, expected]


def test_one_of_two_phones_dialled_together_answers() -> None:
    forks = [dial(0, "5.0", "7001", "5.1", "7002"), dial(0, "5.0", "7001", "5.2", "7003")]
    events = player().play([*forks, end_of_dial(4, "ANSWER"), end_of_dial(4, "CANCEL", dest_id="5.2")])
    assert facts(events)[3:] == [
        ("EventEstablished", "7002"),
        ("EventEstablished", "7001"),
        ("EventReleased", "7003", "Pickedup"),
    ]


def test_a_call_from_outside_to_a_phone_is_inbound() -> None:
    rings = caller(0, "DialBegin", DestUniqueid="5.1", DestChannel="SIP/7002-1", DestLinkedid=CALLER)
    (event,) = player().play([rings])
    assert (event.event, event.this_dn, event.call_type, event.other_dn) == (*RINGING, "Inbound", "5550001")


def test_an_originated_call_rings_though_nobody_dials() -> None:
    rings = at(0, "DialBegin", DestUniqueid="5.1", DestChannel="SIP/7002-1", DestLinkedid="5.1")
    assert facts(player().play([rings])) == [RINGING]


def test_the_second_half_of_a_local_channel_dials_for_nobody() -> None:
    onward = channel(5, "DialBegin", AGENT, "7001", DestUniqueid="1.4", DestChannel="SIP/7002-1")
    assert player().play([onward | {"Channel": "SIP/7001-0000001a;2"}]) == []


def test_a_queues_call_is_not_told_twice_when_its_dial_comes_first() -> None:
    first = caller(5, "DialBegin", DestUniqueid=AGENT, DestChannel="SIP/7001-1", DestLinkedid=CALLER)
    messages = answered()
    events = player().play([messages[0], first, *messages[1:]])
    assert [fact for fact in facts(events) if "Agent" not in fact[0]] == [
        ("EventQueued", "sales"),
        ("EventRinging", "7001"),
        ("EventDiverted", "sales"),
        ("EventEstablished", "7001"),
    ]


def test_a_call_is_held_and_retrieved() -> None:
    events = player().play([*answered(), channel(30, "Hold", AGENT, "7001"), channel(40, "Unhold", AGENT, "7001")])
    assert facts(events)[-2:] == [("EventHeld", "7001"), ("EventRetrieved", "7001")]
    assert events[-1].this_queue == "sales"


def test_an_unhold_without_a_hold_is_nothing() -> None:
    events = player().play([*answered(), channel(30, "Unhold", AGENT, "7001"), transfer(30)])
    assert facts(events)[-1] == ("EventReleased", "7001", "Transferred")
    assert "EventRetrieved" not in {e.event for e in events}


def test_a_held_call_whose_caller_leaves_is_released() -> None:
    events = player().play([*answered(), channel(30, "Hold", AGENT, "7001"), hang_up(50, CALLER), gone(50, AGENT)])
    assert facts(events)[-2:] == [("EventHeld", "7001"), ("EventReleased", "7001")]


def test_a_blind_transfer_to_a_phone_rings_there_as_transferred() -> None:
    rings = caller(20, "DialBegin", DestUniqueid="5.1", DestChannel="SIP/7002-1", DestLinkedid=CALLER)
    events = player().play([*answered(), transfer(20, extension="7002"), rings, dial_end(23, "ANSWER", "5.1")])
    assert facts(events)[-3:] == [
        ("EventReleased", "7001", "Transferred"),
        ("EventRinging", "7002", "Transferred"),
        ("EventEstablished", "7002"),
    ]
    assert (events[-3].third_party_dn, events[-2].third_party_dn) == ("7002", "7001")


def test_a_user_event_is_of_the_phone_whose_channel_sent_it() -> None:
    (event,) = player().play([channel(0, "UserEvent", "5.0", "7001", UserEvent="Wrapped", Code="12")])
    assert (event.event, event.this_dn, event.user_data) == (
        "EventUserEvent",
        "7001",
        {"UserEvent": "Wrapped", "Code": "12"},
    )


def test_a_user_event_on_a_callers_channel_is_of_the_agent_he_talks_to() -> None:
    assert facts(player().play([*answered(), caller(9, "UserEvent", UserEvent="Paid")]))[-1] == (
        "EventUserEvent",
        "7001",
    )


def test_calls_that_merge_change_the_newer_ones_conn_id() -> None:
    at_play = player()
    bridge = channel(20, "BridgeEnter", "5.0", "7001") | {"Linkedid": "4.0"}
    at_play.play([dial(0, "5.0", "7001", "5.1", "5559000"), end_of_dial(8, "ANSWER"), bridge])
    (event,) = at_play.wait_until(1_000_021_000_000)
    assert (event.event, event.conn_id, event.previous_conn_id) == ("EventPartyChanged", "4.0", "5.0")
