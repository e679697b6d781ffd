from __future__ import annotations

from typing import Any

from stage import Stage

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
