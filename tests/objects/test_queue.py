from __future__ import annotations

from stage import Stage

ENDINGS = ("CallDistributed", "CallCleared", "CallAbandoned", "StuckCallCleaned")


def two_waiting() -> Stage:
    stage = Stage()
    stage.play(1, "Queued", "8000", conn_id="c1", call_type="Inbound")
    stage.play(5, "Queued", "8000", conn_id="c2", call_type="Consult")
    stage.play(9, "PartyChanged", "8000", conn_id="c1", previous_conn_id="c2", call_type="Inbound")
    return stage


def test_of_two_waits_that_become_one_call_the_wait_of_that_call_remains() -> None:
    stage = two_waiting()
    assert stage.running("8000") == ["CallWaitInbound", "Monitored"]
    assert stage.queues["8000"].waits["c1"].entered_us == 1_000_000


def test_of_two_waits_that_become_one_call_the_other_is_cleared() -> None:
    assert two_waiting().instants["8000"] == [("CallEntered", 0), ("CallEntered", 0), ("CallCleared", 4)]


def test_no_wait_is_lost_when_two_become_one_call() -> None:
    stage = two_waiting()
    stage.play(20, "Diverted", "8000", conn_id="c1", third_party_dn="7001")
    names = [name for name, _ in stage.instants["8000"]]
    assert names.count("CallEntered") == sum(name in ENDINGS for name in names) == 2
