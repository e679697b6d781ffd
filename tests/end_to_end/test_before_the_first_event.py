"""`clock = sources`: what clients see of a server that no stamp has told the time yet, and of a stamp that leaps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flows.loader import FOLDER, events

from end_to_end.stage import Client, TServerOnCue, address_of, conf_folder, server_on
from statclient import Notification, Update

ZERO = 1_795_500_000.0
FAR = 4_102_444_800.0
"""The year 2100."""
LOGGED_OUT = {"category": "CurrentTime", "main_mask": "LoggedOut", "subject": "AgentStatus"}
NUMBER = {"category": "TotalNumber", "main_mask": "CallInbound", "subject": "DNAction"}

Running = Callable[[Any], Any]


class Scene:
    """A T-Server that has said nothing yet, a server that follows it, and a client."""

    def __init__(self, running: Running, folder: Path) -> None:
        self.running = running
        self.tserver: TServerOnCue = running(TServerOnCue())
        self.server = running(server_on(conf_folder(folder, FOLDER, self.tserver)))
        self.client = self.another_client()

    def another_client(self) -> Client:
        client: Client = self.running(Client(address_of(self.server)))
        client.connect()
        return client

    def say_first(self) -> None:
        self.tserver.say(*({**event, "time": ZERO + event["time"]} for event in events(1)[:9]))
        self.tserver.say_time(ZERO)


@pytest.fixture
def scene(running: Running, tmp_path: Path) -> Scene:
    return Scene(running, tmp_path)


def test_what_is_opened_before_the_first_stamp_is_answered_at_once_and_counts_from_that_stamp(scene: Scene) -> None:
    watched = {"category": "TotalTime", "main_mask": "NotMonitored", "subject": "DNStatus"}
    statistic = scene.client.open("RegDN:7001@pbx1", watched, time_profile="Never")
    assert scene.client.told(Update).time == 0
    scene.tserver.say_time(ZERO)
    scene.tserver.say_time(ZERO + 60)
    scene.client.wait_until(ZERO + 60)
    assert scene.client.peek(statistic).value == 60


def test_periods_count_from_the_first_stamp(scene: Scene) -> None:
    waiting = {"category": "CurrentTime", "main_mask": "LoggedOut", "subject": "AgentStatus"}
    scene.client.open("Agent:1001", waiting, notification=Notification(mode="Periodic", interval=10))
    scene.tserver.say_time(ZERO + 3)
    scene.tserver.say_time(ZERO + 24)
    scene.client.wait_until(ZERO + 24)
    told = [update for update in iter(lambda: scene.client.receive(0), None) if isinstance(update, Update)]
    assert [(update.time - ZERO, update.value) for update in told[1:]] == [(13, 10), (23, 20)]


def test_a_state_read_before_the_first_stamp_is_told_anew_with_it(scene: Scene) -> None:
    scene.client.open("Agent:1001", {"category": "CurrentState", "subject": "AgentStatus"})
    scene.tserver.say_time(ZERO)
    scene.client.wait_until(ZERO)
    told = [update.state for update in iter(lambda: scene.client.receive(0), None) if isinstance(update, Update)]
    assert [state["since"] for state in told if state] == [0, ZERO]


def test_what_nobody_has_open_any_more_at_the_first_stamp_is_kept_as_long_as_else(scene: Scene) -> None:
    scene.client.get("Agent:1001", NUMBER)
    other = scene.another_client()
    other.open("Agent:1002", NUMBER)
    other.disconnect()
    scene.client.ping()
    day, interval = 86_400, 3
    for at, kept in ((0, 2), (day * interval - 1, 2), (day * interval + 1, 0)):
        scene.tserver.say_time(ZERO + at)
        scene.client.wait_until(ZERO + at)
        assert len(scene.server.supervisor.pool.at_rest().state.entries) == kept


def first_stamp() -> float:
    return ZERO + float(events(1)[0]["time"])


def test_nothing_has_been_so_for_longer_than_since_the_first_stamp(scene: Scene) -> None:
    scene.say_first()
    scene.client.wait_until(ZERO)
    for agent in ("Agent:1001", "Agent:1003"):
        state = scene.client.get(agent, {"category": "CurrentState", "subject": "AgentStatus"}).state
        assert state is not None
        assert state["since"] >= first_stamp()
    assert scene.client.get("GroupAgents:Sales", LOGGED_OUT).value <= 3 * (ZERO - first_stamp())


def test_a_source_that_has_not_spoken_yet_is_not_lost(scene: Scene) -> None:
    scene.client.ping()
    assert not scene.client.has_notices


@pytest.mark.timeout(20)
def test_a_stamp_of_the_year_2100_holds_nobody_up(scene: Scene) -> None:
    scene.say_first()
    ready = {"category": "CurrentTime", "main_mask": "WaitForNextCall", "subject": "AgentStatus"}
    scene.client.open("Agent:1001", ready, notification=Notification(mode="Periodic", interval=10))
    scene.client.open("Agent:1001", NUMBER, time_profile="Growing:0:00 +0:15")
    scene.tserver.say_time(FAR)
    scene.client.wait_until(FAR)
    told = [update.time for update in iter(lambda: scene.client.receive(0), None) if isinstance(update, Update)]
    assert FAR - 3600 <= told[2] < told[-1] <= FAR
