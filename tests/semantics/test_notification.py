"""`semantics.md` 9.5: when a client is told."""

from typing import Any

import pytest

from tests.semantics.timeline import Day

DN, AGENT, IN = "RegDN:7001", "Agent:1001", "CallInbound"


def told(day: Day, category: str, at: float, **notification: Any) -> list[tuple[float, Any]]:
    """When a client is told which value of the inbound calls at 7001."""
    return [(one.time, one.value) for one in day.told(DN, category, IN, at=at, notification=notification)]


def five_calls() -> Day:
    """Calls that end at 10, 20, 30, 40, 50, and last 5 s."""
    day = Day()
    for end in (10, 20, 30, 40, 50):
        day.at(end - 5).established("7001", conn=f"c{end}").at(end).released("7001", conn=f"c{end}")
    return day


@pytest.mark.parametrize(
    ("insensitivity", "values"),
    [(0, [0, 1, 2, 3, 4, 5]), (1, [0, 1, 2, 3, 4, 5]), (2, [0, 2, 4]), (5, [0, 5]), (6, [0])],
)
def test_immediate(insensitivity: float, values: list[int]) -> None:
    updates = told(five_calls(), "TotalNumber", 60, mode="Immediate", insensitivity=insensitivity)
    assert updates == [(10 * value, value) for value in values]


def test_immediate_floats_are_told_by_their_share() -> None:
    # 5, 10, 15, 20, 25: against the last sent 100, 50, 33, 50, 20 per cent
    updates = told(five_calls(), "TotalTime", 60, mode="Immediate", insensitivity=40)
    assert [value for _, value in updates] == [0, 5, 10, 20]


def test_immediate_values_that_move_with_time_are_looked_at_every_5_s() -> None:
    day = Day().at(12).established("7001").at(22).released("7001").at(40).heartbeat().day
    assert told(day, "CurrentTime", 40, mode="Immediate") == [(0, 0), (15, 3), (20, 8), (22, 0)]


def test_a_value_of_a_sliding_window_is_told_as_the_window_moves_on() -> None:
    how = {"profile": "Sliding:60:10", "notification": {"mode": "Immediate"}, "at": 100}
    day = Day().at(2).established("7001").at(7).released("7001").at(100).heartbeat().day
    assert [(one.time, one.value) for one in day.told(DN, "TotalNumber", IN, **how)] == [(0, 0), (7, 1), (70, 0)]


def test_a_range_that_a_running_call_comes_into_is_looked_at_too() -> None:
    how = {"time_range": "10-20", "notification": {"mode": "Immediate"}, "at": 60}
    day = Day().at(2).established("7001").at(60).heartbeat().day
    told_ = [(one.time, one.value) for one in day.told(DN, "CurrentNumberInTimeRange", IN, **how)]
    assert told_ == [(0, 0), (15, 1), (25, 0)]


def test_frequency_says_how_often() -> None:
    day = Day().at(12).established("7001").at(22).released("7001").at(40).heartbeat().day
    assert told(day, "CurrentTime", 40, mode="Immediate", frequency=7) == [(0, 0), (14, 2), (21, 9), (22, 0)]


def test_periodic() -> None:
    day = Day().at(12).established("7001").at(14).established("7001", conn="c2").at(35).released("7001").day
    day.at(60).heartbeat()
    assert told(day, "CurrentNumber", 60, mode="Periodic", interval=10) == [(0, 0), (20, 2), (40, 1)]


def resets(whose: str = DN, category: str = "TotalNumber", profile: str = "Growing:6:00 +0:01", **how: Any) -> Any:
    return {"notification": {"mode": "Reset"}, "profile": profile, **how}


def test_reset() -> None:
    day = Day().at(20).established("7001").at(30).released("7001").at(61).heartbeat().at(130).heartbeat().day
    closed = [one for one in day.told(DN, "TotalNumber", IN, at=130, **resets()) if one.interval]
    assert [(one.interval, one.time, one.value) for one in closed] == [((0, 60), 60, 1), ((60, 120), 120, 0)]


@pytest.mark.parametrize("category", ["CurrentNumber", "CurrentTime"])
def test_reset_is_for_historical_categories(category: str) -> None:
    assert Day().refusal(DN, category, IN, **resets())[0] == "NotApplicable"


@pytest.mark.parametrize("profile", ["Sliding:60:10", "Selection:5"])
def test_reset_is_with_growing_only(profile: str) -> None:
    assert Day().refusal(DN, "TotalNumber", IN, **resets(profile=profile))[0] == "NotApplicable"


def test_none() -> None:
    assert told(five_calls(), "TotalNumber", 60, mode="None") == [(0, 0)]
    assert five_calls().number(DN, IN, at=60) == 5


def test_a_state_is_told_on_each_change() -> None:
    day = Day().at(10).ringing("7001").at(12).established("7001").at(20).held("7001").at(22).released("7001").day
    how = {"subject": "AgentStatus", "notification": {"mode": "Immediate", "insensitivity": 100}}
    states = [(one.time, one.value) for one in day.told(AGENT, "CurrentState", at=30, **how)]
    assert states == [
        (0, "WaitForNextCall"),
        (10, "CallRinging"),
        (12, "CallInbound"),
        (20, "CallOnHold"),
        (22, "WaitForNextCall"),
    ]


def test_opened_then_the_value_then_changes_in_the_order_of_events() -> None:
    day = Day().at(0).established("7001").at(10).established("7001", conn="c2").released("7001").day
    assert told(day, "CurrentNumber", 20, mode="Immediate") == [(0, 0), (0, 1), (10, 2), (10, 1)]
