from __future__ import annotations

from typing import Any

import pytest
from stage import Stage

INBOUND: dict[str, Any] = {"conn_id": "c1", "call_type": "Inbound"}
CONSULT: dict[str, Any] = {"conn_id": "c2", "call_type": "Consult", "this_dn_role": "Destination"}
CHANGED: dict[str, Any] = {"conn_id": "c1", "previous_conn_id": "c2", "call_type": "Inbound"}


def with_both(first: str, second: str) -> Stage:
    """Call c1 at 7001 from queue 8000 since second 2, c2 since 5, each as far as the event named; one call at 9."""
    stage = Stage()
    stage.play(1, "Queued", "8000", conn_id="c1", call_type="Inbound")
    stage.play(2, "Diverted", "8000", conn_id="c1", third_party_dn="7001")
    stage.play(2, "Ringing", "7001", this_queue="8000", **INBOUND)
    if first != "Ringing":
        stage.play(2, first, "7001", **INBOUND)
    stage.play(5, "Ringing", "7001", **CONSULT)
    if second != "Ringing":
        stage.play(5, second, "7001", **CONSULT)
    stage.instants["7001"].clear()
    stage.play(9, "PartyChanged", "7001", call_state="Transferred", **CHANGED)
    return stage


@pytest.mark.parametrize(
    ("first", "second", "remains", "raised"),
    [
        ("Established", "Established", "CallInbound", [("CallConsultCompleted", 4), ("CallTransferTaken", 0)]),
        ("Established", "Ringing", "CallInbound", [("CallRingingPartyChanged", 4), ("CallTransferTaken", 0)]),
        ("Ringing", "Ringing", "CallRinging", [("CallRingingPartyChanged", 4), ("CallTransferTaken", 0)]),
        (
            "Ringing",
            "Established",
            "CallInbound",
            [
                ("CallRingingPartyChanged", 7),
                ("CallConsultCompleted", 4),
                ("CallInboundStarted", 0),
                ("CallTransferTaken", 0),
            ],
        ),
    ],
)
def test_of_two_calls_at_a_dn_that_become_one_the_established_one_goes_on(
    first: str, second: str, remains: str, raised: list[tuple[str, float]]
) -> None:
    stage = with_both(first, second)
    assert [name for name in stage.running("7001") if name.startswith("Call")] == [remains]
    assert stage.instants["7001"] == raised


def test_a_call_that_goes_on_as_another_is_over_for_the_book_too() -> None:
    stage = with_both("Established", "Established")
    assert "c2" not in stage.book.calls
    stage.play(12, "Released", "7001", **INBOUND)
    assert not stage.book.calls
    assert stage.running("7001") == ["Monitored", "OnHook"]


def test_a_held_call_that_its_consultation_became_one_with_talks_again() -> None:
    stage = Stage()
    stage.play(1, "Established", "7001", **INBOUND)
    stage.play(2, "Held", "7001", **INBOUND)
    stage.play(3, "Established", "7001", **CONSULT)
    stage.play(9, "PartyChanged", "7001", call_state="Conferenced", **CHANGED)
    assert stage.running("7001") == ["CallInbound", "Monitored", "OffHook"]
    assert "CallRetrievedFromHold" not in dict(stage.instants["7001"])


def test_a_queue_is_credited_the_whole_call_that_another_became_one_with() -> None:
    stage = with_both("Established", "Established")
    stage.play(12, "Released", "7001", **INBOUND)
    assert ("CallReleased", 10) in stage.instants["8000"]


def virtually_sent(*ring: tuple[str, dict[str, Any]]) -> Stage:
    """A call that stands in virtual queue 8900 since second 1 rings at 7001 at 3, and the queue names 7001 at 9."""
    stage = Stage()
    stage.play(1, "Queued", "8900", **INBOUND)
    stage.play(3, "Ringing", "7001", **INBOUND)
    for name, told in ring:
        stage.play(6, name, "7001", **INBOUND, **told)
    stage.play(9, "Diverted", "8900", conn_id="c1", third_party_dn="7001")
    return stage


def test_a_virtual_queue_that_tells_late_is_credited_the_answer_as_of_the_answer() -> None:
    assert ("CallAnswered", 5) in virtually_sent(("Established", {})).instants["8900"]


@pytest.mark.parametrize(
    "ending", [("Abandoned", {}), ("Released", {"call_state": "NoAnswer"}), ("Released", {"call_state": "Forwarded"})]
)
def test_a_virtual_queue_that_names_a_dn_after_an_unanswered_ring_is_credited_what_comes_next(
    ending: tuple[str, dict[str, Any]],
) -> None:
    stage = virtually_sent(ending)
    stage.play(11, "Ringing", "7001", **INBOUND)
    stage.play(12, "Established", "7001", **INBOUND)
    credited = [instant for instant in stage.instants["8900"] if instant[0].startswith("Call")]
    assert credited == [("CallEntered", 0), ("CallDistributed", 8), ("CallAnswered", 11)]
