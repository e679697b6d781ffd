"""Flows at their own pace, faster only, with the clock of this machine: `clock = live`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
import pytest
from flows.expected import END, EXPECTED, Row
from flows.loader import FOLDER, events, moved

from end_to_end.stage import Client, TServerOnCue, address_of, conf_folder, server_on
from runtime.clock import RealClock
from statclient import Notification, Statistic, Update

FASTER = 32
"""A power of two: stamps that were whole seconds are then exact as floats, and so is every duration."""
SOON_S = 5.0
"""For a busy machine."""
SILENT = Notification(mode="None")
ENDED_CALLS = {"category": "TotalNumber", "main_mask": "CallInbound", "subject": "DNAction"}

Running = Callable[[Any], Any]


def test_flow_01_at_its_own_pace_is_counted_to_the_microsecond(running: Running, tmp_path: Path) -> None:
    assert wrong_in(1, running, tmp_path) == []


def test_flow_04_at_its_own_pace_is_counted_to_the_microsecond(running: Running, tmp_path: Path) -> None:
    assert wrong_in(4, running, tmp_path) == []


def test_a_source_an_hour_ahead_is_taken_at_a_second_ahead_of_us(running: Running, tmp_path: Path) -> None:
    tserver, client = running_live(running, tmp_path)
    now = RealClock().now_us() / 1_000_000
    client.open("Agent:1001", {"category": "CurrentState", "subject": "AgentStatus"})
    tserver.say(*(moved(event, now + 3600) for event in events(1)[:1]))
    told = [client.told(Update).state for _ in range(2)]
    assert [state["status"] for state in told] == ["LoggedOut", "WaitForNextCall"]
    assert now < told[1]["since"] < now + 1 + SOON_S


def running_live(running: Running, tmp_path: Path) -> tuple[TServerOnCue, Client]:
    tserver = running(TServerOnCue())
    server = running(server_on(conf_folder(tmp_path, FOLDER, tserver, clock="live")))
    client = running(Client(address_of(server)))
    client.connect()
    return tserver, client


def wrong_in(flow: int, running: Running, tmp_path: Path) -> list[str]:
    """What a flow came to otherwise than it must. The last event of it ends a call of the group."""
    tserver, client = running_live(running, tmp_path)
    last = client.open("GroupAgents:Sales", ENDED_CALLS)
    asked = [(row, opened(client, row)) for row in EXPECTED[flow]]
    zero = RealClock().now_us() // 1_000_000 + 1.0
    for event in events(flow):
        stamped = at_pace(event, zero)
        gevent.sleep(max(stamped["time"] - RealClock().now_us() / 1_000_000, 0))
        tserver.say(stamped)
    while client.told(Update).statistic is not last or last.last is None or last.last.value != 1:
        pass
    assert all(row.at == END for row, _ in asked)
    return [
        f"{row} reads {reading}"
        for row, statistic in asked
        if (reading := client.peek(statistic)).value != pytest.approx(at_this_pace(row), abs=1e-6)
    ]


def opened(client: Client, row: Row) -> Statistic:
    named = f"{row.object_type}:{row.object_id}"
    return client.open(named, row.definition, time_profile=row.time_profile, notification=SILENT)


def at_pace(event: dict[str, Any], zero: float) -> dict[str, Any]:
    return moved({**event, "time": event["time"] / FASTER}, zero)


def at_this_pace(row: Row) -> float:
    return row.value / FASTER if "Time" in row.definition["category"] else row.value
