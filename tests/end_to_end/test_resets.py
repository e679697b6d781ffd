"""Mode Reset and formulas through a real socket. Time is in seconds after 6:00 UTC."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from end_to_end.test_client_over_the_wire import EVER, NUMBER, ZERO, Scene
from statclient import Notification, RequestRefused, Update

RESETS = {"time_profile": "Growing:0:00 +0:15", "notification": Notification(mode="Reset")}
WORTH = {"category": "TotalCustomValue", "main_mask": "CallInbound", "formula": 'GetNumber("Price") * 2'}


@pytest.fixture
def scene(running: Callable[[Any], Any], tmp_path: Path) -> Scene:
    return Scene(running, tmp_path)


def closed(updates: list[Update]) -> list[tuple[float, float, Any]]:
    """Begin, end and value of each interval told; each is stamped with its end."""
    told = [(update, update.interval) for update in updates if update.interval is not None]
    assert all(update.time == interval.end for update, interval in told)
    return [(interval.start - ZERO, interval.end - ZERO, update.value) for update, interval in told]


def test_a_client_is_told_each_interval_that_a_reset_closes(scene: Scene) -> None:
    scene.client.open("Agent:1001", NUMBER, **RESETS)
    scene.call(10, 20)
    scene.call(1000, 1010)
    scene.reach(2800)
    told = scene.told()
    assert [update.value for update in told] == [0, 1, 1, 0]
    assert closed(told) == [(0, 900, 1), (900, 1800, 1), (1800, 2700, 0)]


def test_a_client_that_reads_and_suspends_is_told_of_whole_intervals_once(scene: Scene) -> None:
    statistic = scene.client.open("Agent:1001", NUMBER, **RESETS)
    scene.call(10, 20)
    assert scene.client.peek(statistic).value == 1
    scene.client.suspend(statistic)
    scene.call(950, 960)
    scene.client.resume(statistic)
    scene.reach(2000)
    assert closed(scene.told()) == [(900, 1800, 1)]


def test_what_has_no_resets_is_refused_with_the_reason(scene: Scene) -> None:
    with pytest.raises(RequestRefused, match=r"NotApplicable.*a Sliding profile has no resets"):
        scene.client.open("Agent:1001", NUMBER, **{**RESETS, "time_profile": "Sliding:3600/60"})


def test_a_formula_is_calculated_for_a_client(scene: Scene) -> None:
    statistic = scene.client.open("Agent:1001", WORTH, **EVER)
    call = {"this_dn": "7001", "conn_id": "c1", "call_type": "Inbound"}
    scene.say({"time": 1, "event": "EventRinging", **call, "user_data": {"Price": "12.5"}})
    scene.say({"time": 2, "event": "EventEstablished", **call}, {"time": 9, "event": "EventReleased", **call})
    scene.reach(10)
    assert scene.client.peek(statistic).value == 25
    assert scene.values() == [0, 25]


def test_a_formula_that_cannot_be_is_refused_with_its_place(scene: Scene) -> None:
    drawn = r"it ends where a value should\n  1 \+ 2 \*\n         \^$"
    with pytest.raises(RequestRefused, match=f"BadDefinition.*{drawn}"):
        scene.client.open("Agent:1001", {**WORTH, "formula": "1 + 2 *"}, **EVER)
