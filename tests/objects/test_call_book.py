from __future__ import annotations

from typing import Any

import pytest
from stage import Stage

from tests.oracle.asking import START, answer, registered, said
from tests.oracle.served import Event

INBOUND: dict[str, Any] = {"conn_id": "c1", "call_type": "Inbound"}
LISTENER: dict[str, Any] = {**INBOUND, "this_dn_role": "Observer", "other_dn": "7001"}


def listened_to() -> Stage:
    """A call at 7001 that 7002 listens to."""
    stage = Stage()
    stage.play(1, "Established", "7001", **INBOUND)
    stage.play(2, "Ringing", "7002", **LISTENER)
    stage.play(3, "Established", "7002", **LISTENER)
    return stage


def test_a_call_is_observed_from_when_somebody_listens_until_nobody_does() -> None:
    stage = listened_to()
    assert "CallObserved" in stage.running("7001")
    stage.play(9, "Released", "7002", **LISTENER)
    assert "CallObserved" not in stage.running("7001")


def test_a_listener_that_a_registration_no_longer_finds_ceases_to_listen() -> None:
    stage = listened_to()
    stage.play(9, "Registered", "7002", calls=())
    assert "CallObserved" not in stage.running("7001")


def test_a_listener_whose_dn_is_taken_out_of_service_ceases_to_listen() -> None:
    stage = listened_to()
    stage.play(9, "Unregistered", "7002")
    assert "CallObserved" not in stage.running("7001")


def test_a_listener_ended_by_the_limit_of_a_lost_link_ceases_to_listen() -> None:
    stage = listened_to()
    stage.lose(5)
    stage.register(6, "7001", {**INBOUND, "call_state": "Established"})
    stage.end_frozen(305, lost=5)
    assert "CallObserved" not in stage.running("7001")


def test_a_call_that_becomes_another_is_observed_there_once_its_listener_has_come_too() -> None:
    stage = listened_to()
    moved = {"conn_id": "c2", "previous_conn_id": "c1"}
    stage.play(5, "PartyChanged", "7001", **moved)
    assert "CallObserved" not in stage.running("7001")
    stage.play(5, "PartyChanged", "7002", **moved)
    assert "CallObserved" in stage.running("7001")


def test_a_call_found_dialing_was_sent_by_no_queue() -> None:
    stage = Stage()
    found = {"conn_id": "c1", "call_type": "Outbound", "call_state": "Dialing", "this_queue": "8000"}
    stage.register(1, "7001", found)
    stage.play(2, "Established", "7001", conn_id="c1", call_type="Outbound")
    stage.play(5, "Released", "7001", conn_id="c1", call_type="Outbound")
    assert stage.instants["8000"] == []


def test_after_the_limit_of_a_lost_link_a_call_at_the_dn_is_a_new_one_of_its_queue() -> None:
    stage = Stage()
    stage.play(1, "Ringing", "7001", this_queue="8000", **INBOUND)
    stage.lose(5)
    stage.end_frozen(305, lost=5)
    stage.register(400, "7001", {**INBOUND, "call_state": "Ringing", "this_queue": "8000"})
    stage.play(410, "Established", "7001", **INBOUND)
    assert ("CallAnswered", 10) in stage.instants["8000"]


def test_a_registration_leaves_a_call_the_data_its_own_events_told() -> None:
    stage = Stage()
    stage.play(1, "Established", "7001", user_data={"Tier": "Gold"}, **INBOUND)
    stage.play(2, "AttachedDataChanged", "8000", user_data={"Tier": "None"}, **INBOUND)
    stage.register(3, "7001", {**INBOUND, "call_state": "Established"})
    assert stage.lines["7001"].calls.parties["c1"].attributes.user_data == {"Tier": "Gold"}


CONSULTATION = {"conn_id": "c2", "call_type": "Consult", "previous_conn_id": "c1"}


@pytest.mark.parametrize(("begins", "at", "value"), [(100, 200, 7), (100, 310, 1), (350, 360, 1)])
def test_of_a_call_that_was_removed_as_stuck_a_consultation_has_no_data(begins: float, at: float, value: int) -> None:
    day = [
        *registered("7001", "7002"),
        said(1, "Established", "7001", conn_id="c1", call_type="Inbound", user_data={"Value": 7}),
        said(begins, "Established", "7002", **CONSULTATION),
    ]
    how = {"formula": 'GetGlobalNumber("Value",1)', "stuck_call_time": 290}
    assert answer(day, "RegDN", "7002@pbx1", "CurrentCustomValue", "CallConsult", at=at, **how) == value


def test_calls_that_are_stuck_at_once_are_removed_with_the_data_that_each_had_of_the_other() -> None:
    waits = said(10, "Queued", "8001", conn_id="c1", call_type="Inbound", user_data={"Value": 7})
    day = [*registered("7001"), waits, said(10, "Queued", "8000", **CONSULTATION)]
    mask, how = "CallEntered, CallWait, StuckCallCleaned", {"formula": 'GetGlobalNumber("Value",1)'}
    value = answer(day, "Queue", "8000@pbx1", "TotalCustomValue", mask, at=310, stuck_call_time=290, **how)
    assert value == 7 + 7 + 7


def test_what_was_a_consultation_for_the_call_it_is_now_has_the_data_that_an_event_brings_to_it() -> None:
    day = [
        *registered("7001"),
        said(1, "Established", "7001", conn_id="c1", call_type="Inbound", user_data={"Value": 7}),
        said(2, "Queued", "8000", **CONSULTATION),
        said(3, "PartyChanged", "8000", conn_id="c1", call_type="Inbound", previous_conn_id="c2"),
        said(4, "Diverted", "8000", conn_id="c1", call_type="Inbound", user_data={"Other": 1}),
    ]
    how = {"formula": 'GetGlobalNumber("Value",1)'}
    assert answer(day, "Queue", "8000@pbx1", "TotalCustomValue", "CallDistributed", at=10, **how) == 1


def test_a_party_that_begins_anew_is_in_no_consultation_that_the_one_before_it_was_in() -> None:
    day = [
        *registered("7002"),
        said(1, "Ringing", "7002", **CONSULTATION),
        said(2, "Released", "7002", **CONSULTATION),
        said(3, "Established", "7002", conn_id="c2", call_type="Consult"),
        said(4, "Established", "7001", conn_id="c1", call_type="Inbound", user_data={"Value": 7}),
    ]
    how = {"formula": 'GetGlobalNumber("Value",1)'}
    assert answer(day, "RegDN", "7002@pbx1", "CurrentCustomValue", "CallConsult", at=10, **how) == 1


@pytest.mark.parametrize(
    ("lost", "registered_again", "waited"),
    [(50, 60, 20), (130, 140, 50), (130, 500, 80)],
    ids=["new", "frozen", "over"],
)
def test_an_answer_looks_back_on_a_wait_found_no_further_than_to_the_loss(
    lost: float, registered_again: float, waited: float
) -> None:
    known = [] if lost < 100 else [said(100, "Queued", "8000", **INBOUND)]
    found = {"dn_type": "ACDQueue", "calls": [{**INBOUND, "call_state": "Queued", "since": START + 20}]}
    day = [
        *registered("7001", "8000"),
        *known,
        said(lost, "LinkDisconnected", ""),
        said(registered_again, "Registered", "8000", **found),
        said(registered_again, "Diverted", "8000", **INBOUND, third_party_dn="7001"),
        said(registered_again + 10, "Established", "7001", **INBOUND, this_queue="8000"),
    ]
    assert answer(day, "Queue", "8000@pbx1", "TotalTime", "CallAnswered", at=600) == waited


def test_an_event_of_no_known_name_puts_off_that_its_call_is_stuck() -> None:
    talks = said(1, "Established", "7001", conn_id="c1", call_type="Inbound")
    day = [*registered("7001", "7002"), talks, said(200, "OfNoKnownName", "7002", conn_id="c1")]
    assert answer(day, "RegDN", "7001@pbx1", "CurrentNumber", "CallInbound", at=300, stuck_call_time=290) == 1


@pytest.mark.parametrize(("at", "value"), [(3800, 7), (3901, 1)])
def test_a_call_that_is_over_is_remembered_for_an_hour(at: float, value: int) -> None:
    day = [
        *registered("7001", "7002"),
        said(1, "Established", "7001", conn_id="c1", call_type="Inbound", user_data={"Value": 7}),
        said(300, "Released", "7001", conn_id="c1"),
        said(at, "Established", "7002", **CONSULTATION),
    ]
    how = {"formula": 'GetGlobalNumber("Value",1)'}
    assert answer(day, "RegDN", "7002@pbx1", "CurrentCustomValue", "CallConsult", at=4000, **how) == value


def two_stuck_calls() -> list[Event]:
    """At 7001 and 7002 alike two calls talk since 1, 3 and 5, 7, and are heard of at 10 for the last time."""
    begins = [("7001", "c1", 1), ("7002", "c1", 3), ("7001", "c2", 5), ("7002", "c2", 7)]
    talks = [said(time, "Established", dn, conn_id=call, call_type="Inbound") for dn, call, time in begins]
    data = [said(10, "AttachedDataChanged", "7001", conn_id=call, user_data={"Value": 1}) for call in ("c1", "c2")]
    return [*registered("7001", "7002"), *talks, *data]


def test_of_several_stuck_calls_at_a_dn_all_end_before_any_is_raised_as_cleaned() -> None:
    mask, how = "CallInbound, StuckCallCleaned", {"time_profile": "Selection:2", "stuck_call_time": 290}
    value = answer(two_stuck_calls(), "RegDN", "7001@pbx1", "TotalTime", mask, at=310, **how)
    assert value == (300 - 1) + (300 - 5)


def test_several_stuck_calls_end_dn_by_dn() -> None:
    how = {"time_profile": "Selection:2", "stuck_call_time": 290}
    value = answer(two_stuck_calls(), "GroupPlaces", "Floor", "TotalTime", "CallInbound", at=310, **how)
    assert value == (300 - 3) + (300 - 7)
