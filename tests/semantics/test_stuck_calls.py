"""`semantics.md` 9.3: calls that nothing is heard of."""

from tests.semantics.timeline import Day

DN, Q = "RegDN:7001", "Queue:8000"
CHECKED = "check-stuck-calls = yes\nstuck-call-time = 100\n"


def test_a_call_without_an_event_for_so_long_is_removed() -> None:
    day = Day(options=CHECKED).at(10).established("7001").day
    assert (day.running(DN, "CallInbound", at=109), day.number(DN, "StuckCallCleaned", at=109)) == (1, 0)
    assert day.running(DN, "CallInbound", at=300) == 0
    assert day.ended(DN, "StuckCallCleaned", at=300) == day.ended(DN, "CallInbound", at=300) == (1, 100)
    assert [day.running(DN, hook, at=300) for hook in ("OffHook", "OnHook")] == [0, 1]


def test_any_event_of_the_call_puts_it_off() -> None:
    day = Day(options=CHECKED).at(10).established("7001").at(90).attached_data_changed("7001", data={}).day
    assert day.number(DN, "StuckCallCleaned", at=(189, 400)) == [0, 1]


def test_an_event_that_only_names_the_call_puts_it_off_too() -> None:
    day = Day(options=CHECKED).at(10).established("7001").at(90).off_hook("7001", conn="c1").day
    assert day.number(DN, "StuckCallCleaned", at=(189, 400)) == [0, 1]


def test_an_event_of_the_call_elsewhere_puts_it_off_too() -> None:
    day = Day(options=CHECKED).at(10).established("7001").at(90).ringing("7002").day
    assert day.number(DN, "StuckCallCleaned", at=(189, 400)) == [0, 1]


def test_a_call_that_rings_is_removed_while_ringing() -> None:
    day = Day(options=CHECKED).at(10).ringing("7001").day
    assert day.ended(DN, "StuckCallCleanedWhileRinging", at=400) == (1, 100)
    assert day.number(DN, "StuckCallCleaned, CallAbandonedFromRinging", at=400) == 0


def test_a_call_that_waits_is_removed() -> None:
    day = Day(options=CHECKED).at(10).queued("8000").day
    assert day.ended(Q, "StuckCallCleaned", at=400) == (1, 100)
    assert day.running(Q, "CallWait", at=400) == 0


def test_it_is_off_unless_asked_for_and_then_12_hours() -> None:
    hours = 3600
    assert Day().at(10).established("7001").day.running(DN, "CallInbound", at=30 * hours) == 1
    day = Day(options="check-stuck-calls = yes\n").at(10).established("7001").day
    assert day.running(DN, "CallInbound", at=(12 * hours, 13 * hours)) == [1, 0]
