"""What a client sees of a server that follows a T-Server: notifications, the pool, a link that is lost."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flows.loader import FOLDER, events

from actors.server import Server
from end_to_end.stage import Client, TServerOnCue, address_of, conf_folder, server_on
from statclient import Notification, RequestRefused, SourceDown, SourceUp, Statistic, Update

ZERO = 1_795_500_000.0
EVER = {"time_profile": "Never"}
NUMBER = {"category": "TotalNumber", "main_mask": "CallInbound", "subject": "DNAction"}
TIME = {"category": "TotalTime", "main_mask": "CallInbound", "subject": "DNAction"}
STATUS = {"category": "CurrentState", "subject": "AgentStatus"}
RUNNING = {"category": "CurrentNumber", "main_mask": "CallInbound", "subject": "DNAction"}

Running = Callable[[Any], Any]


class Scene:
    """A T-Server, a server that follows it, and a client; time is in seconds after `ZERO`."""

    def __init__(self, running: Running, folder: Path) -> None:
        self._running = running
        self.tserver: TServerOnCue = running(TServerOnCue())
        self.server: Server = running(server_on(conf_folder(folder, FOLDER, self.tserver)))
        self.client = self.another_client()
        self.say(*events(1)[:9])
        self.reach(0)

    def another_client(self) -> Client:
        client: Client = self._running(Client(address_of(self.server)))
        client.connect()
        return client

    def say(self, *said: dict[str, Any]) -> None:
        self.tserver.say(*({**event, "time": ZERO + event["time"]} for event in said))

    def call(self, begin: float, end: float, *, dn: str = "7001") -> None:
        """An inbound call at a DN, established at once."""
        call = {"this_dn": dn, "conn_id": f"c{begin}", "call_type": "Inbound"}
        self.say(*({"time": begin, "event": event, **call} for event in ("EventRinging", "EventEstablished")))
        self.say({"time": end, "event": "EventReleased", **call})

    def reach(self, time: float) -> None:
        """Moves the time on; what was said before has been heard, and told, when this returns."""
        self.tserver.say_time(ZERO + time)
        self.client.wait_until(ZERO + time)

    def told(self) -> list[Update]:
        """All that the client was told since."""
        notices = []
        while self.client.has_notices:
            notices.append(self.client.receive())
        return [notice for notice in notices if isinstance(notice, Update)]

    def values(self) -> list[Any]:
        return [update.value for update in self.told()]


@pytest.fixture
def scene(running: Running, tmp_path: Path) -> Scene:
    return Scene(running, tmp_path)


def open_(scene: Scene, statistic: dict[str, str], **notification: Any) -> Statistic:
    return scene.client.open("Agent:1001", statistic, notification=Notification(**notification), **EVER)


# -- the pool


def test_a_statistic_that_ten_clients_have_open_is_one_actor(scene: Scene) -> None:
    clients = [scene.another_client() for _ in range(10)]
    statistics = [client.open("Agent:1001", NUMBER, **EVER) for client in clients]
    assert len(entries(scene)) == 1
    scene.call(1, 2)
    scene.reach(3)
    told = [client.peek(statistic).value for client, statistic in zip(clients, statistics, strict=True)]
    assert told == [1] * 10


def entries(scene: Scene) -> dict[bytes, Any]:
    kept: dict[bytes, Any] = scene.server.supervisor.pool.at_rest().state.entries
    return kept


def test_a_statistic_is_counted_on_after_its_client_is_gone(scene: Scene) -> None:
    first = scene.another_client()
    first.open("Agent:1001", NUMBER, **EVER)
    first.disconnect()
    scene.call(1, 2)
    scene.reach(3)
    assert scene.client.get("Agent:1001", NUMBER, **EVER).value == 1
    assert len(entries(scene)) == 1


def test_another_profile_is_another_statistic(scene: Scene) -> None:
    scene.client.open("Agent:1001", NUMBER, **EVER)
    scene.client.open("Agent:1001", NUMBER, time_profile="Sliding:3600/60")
    assert len(entries(scene)) == 2


# -- notification


def test_immediate_tells_the_value_at_once_and_then_each_change(scene: Scene) -> None:
    open_(scene, NUMBER)
    for begin in (1, 3, 5):
        scene.call(begin, begin + 1)
        scene.reach(begin + 2)
    told = scene.told()
    assert [update.value for update in told] == [0, 1, 2, 3]
    assert [update.time - ZERO for update in told] == [0, 2, 4, 6]


def test_a_count_is_told_when_it_differs_by_the_insensitivity(scene: Scene) -> None:
    open_(scene, NUMBER, mode="Immediate", insensitivity=2)
    for begin in (1, 3, 5, 7, 9):
        scene.call(begin, begin + 1)
        scene.reach(begin + 2)
    assert scene.values() == [0, 2, 4]


def test_a_time_is_told_when_it_differs_by_that_many_percent_of_itself(scene: Scene) -> None:
    open_(scene, TIME, mode="Immediate", insensitivity=20)
    for begin, end in ((10, 20), (30, 31), (40, 42)):
        scene.call(begin, end)
        scene.reach(end)
    assert scene.values() == [0, 10, 13]


def test_a_value_that_moves_with_time_is_looked_at_each_frequency_seconds(scene: Scene) -> None:
    waiting = {"category": "CurrentTime", "main_mask": "WaitForNextCall", "subject": "AgentStatus"}
    open_(scene, waiting, mode="Immediate", frequency=5)
    scene.reach(17)
    assert scene.values() == [10, 15, 20, 25]


def test_periodic_tells_each_interval_what_has_changed_since(scene: Scene) -> None:
    open_(scene, NUMBER, mode="Periodic", interval=10)
    scene.call(1, 2)
    scene.call(3, 4)
    scene.call(21, 22)
    scene.reach(45)
    told = scene.told()
    assert [(update.time - ZERO, update.value) for update in told] == [(0, 0), (10, 2), (30, 3)]


def test_none_tells_only_who_asks(scene: Scene) -> None:
    statistic = open_(scene, NUMBER, mode="None")
    scene.told()
    scene.call(1, 2)
    scene.reach(3)
    assert scene.values() == []
    assert scene.client.peek(statistic).value == 1


def test_a_suspended_statistic_tells_nothing_until_it_is_resumed_and_then_its_value(scene: Scene) -> None:
    statistic = open_(scene, NUMBER)
    scene.client.suspend(statistic)
    scene.call(1, 2)
    scene.call(3, 4)
    scene.reach(5)
    assert scene.values() == [0]
    scene.client.resume(statistic)
    scene.call(6, 7)
    scene.reach(8)
    assert scene.values() == [2, 3]


def test_a_closed_statistic_tells_nothing_and_cannot_be_asked(scene: Scene) -> None:
    statistic = open_(scene, NUMBER)
    id_ = statistic.id
    scene.client.close(statistic)
    scene.told()
    scene.call(1, 2)
    scene.reach(3)
    assert scene.values() == []
    statistic.id = id_
    with pytest.raises(RequestRefused, match="UnknownStatistic"):
        scene.client.peek(statistic)


def test_get_statistic_answers_once_and_counts_from_the_first_time(scene: Scene) -> None:
    assert scene.client.get("Agent:1001", NUMBER, **EVER).value == 0
    scene.call(1, 2)
    scene.reach(3)
    assert scene.client.get("Agent:1001", NUMBER, **EVER).value == 1
    assert scene.told() == []


# -- states


def test_the_state_of_an_agent_says_its_status_place_lines_and_calls(scene: Scene) -> None:
    statistic = open_(scene, {**STATUS, "subject": "DNAction"})
    call = {"time": 5, "event": "EventRinging", "this_dn": "7001", "conn_id": "c1", "call_type": "Inbound"}
    scene.say(call, {**call, "time": 7, "event": "EventEstablished"})
    scene.reach(8)
    assert scene.values() == ["WaitForNextCall", "CallRinging", "CallInbound"]
    state = scene.client.peek(statistic).state
    assert state is not None
    assert (state["status"], state["since"], state["place"]) == ("CallInbound", ZERO + 7, "Desk 7001")
    assert [line["dn"] for line in state["dns"]] == ["7001@pbx1"]
    (inbound,) = (doing for doing in state["dns"][0]["actions"] if doing["action"] == "CallInbound")
    assert (inbound["conn_id"], inbound["since"]) == ("c1", ZERO + 7)


def test_the_state_of_a_group_goes_out_at_most_twice_a_second_and_the_newest_does(scene: Scene) -> None:
    scene.client.open("GroupAgents:Sales", {"category": "CurrentState", "subject": "AgentStatus"})
    for tenth in range(1, 20):
        dn = f"700{tenth % 3 + 1}"
        scene.say({"time": 1 + tenth / 10, "event": f"EventAgent{'Not' * (tenth % 2)}Ready", "this_dn": dn})
        scene.reach(1 + tenth / 10)
    scene.reach(10)
    told = scene.told()[1:]
    times = [update.time for update in told]
    assert len(times) >= 4
    assert all(after - before >= 0.5 for before, after in pairwise(times))
    last = scene.client.get("GroupAgents:Sales", {"category": "CurrentState", "subject": "AgentStatus"})
    assert told[-1].state == last.state


# -- a link that is lost


def test_a_client_that_comes_while_a_link_is_lost_hears_since_when(scene: Scene) -> None:
    scene.reach(20)
    scene.tserver.hang_up()
    down = scene.client.told(SourceDown)
    assert scene.another_client().told(SourceDown) == down
    scene.say({"time": 21, "event": "EventLinkConnected"})
    scene.client.told(SourceUp)
    later = scene.another_client()
    later.ping()
    assert not later.has_notices


def test_a_lost_link_is_told_and_its_return_too(scene: Scene) -> None:
    scene.reach(20)
    scene.tserver.hang_up()
    down = scene.client.told(SourceDown)
    assert (down.source, down.time) == ("tserver-1", ZERO + 20)
    scene.say(*({**event, "time": 30} for event in events(1)[:9]))
    up = scene.client.told(SourceUp)
    assert (up.source, up.time) == ("tserver-1", ZERO + 30)


def test_what_goes_on_over_a_lost_link_is_counted_whole_and_what_ended_ends_at_its_return(scene: Scene) -> None:
    statistics = [scene.client.open(f"Agent:{agent}", TIME, **EVER) for agent in ("1001", "1002")]
    for dn in ("7001", "7002"):
        call = {"this_dn": dn, "conn_id": f"c{dn}", "call_type": "Inbound"}
        scene.say(*({"time": 2, "event": event, **call} for event in ("EventRinging", "EventEstablished")))
    scene.reach(10)
    scene.tserver.hang_up()
    scene.client.told(SourceDown)
    still = {"conn_id": "c7001", "call_type": "Inbound", "call_state": "Established", "since": ZERO + 2}
    there = [{**event, "time": 30} for event in events(1)[:9]]
    scene.say({**there[0], "calls": [still]}, *there[1:])
    scene.say({"time": 42, "event": "EventReleased", "this_dn": "7001", "conn_id": "c7001"})
    scene.reach(50)
    assert [scene.client.peek(statistic).value for statistic in statistics] == [40, 28]


def test_a_lost_link_shows_its_agents_as_not_monitored(scene: Scene) -> None:
    status = open_(scene, STATUS)
    scene.tserver.hang_up()
    scene.client.told(SourceDown)
    assert scene.client.peek(status).value == "NotMonitored"


def test_what_is_still_at_a_line_when_a_gap_in_seq_was_seen_is_reconciled(scene: Scene) -> None:
    calls = open_(scene, RUNNING, mode="None")
    scene.say({"time": 5, "event": "EventRinging", "this_dn": "7001", "conn_id": "c1", "call_type": "Inbound"})
    scene.say({"time": 6, "event": "EventEstablished", "this_dn": "7001", "conn_id": "c1"})
    scene.reach(7)
    assert scene.client.peek(calls).value == 1
    scene.tserver.say_after_a_gap({"time": ZERO + 9, "event": "EventDNDOn", "this_dn": "7002"})
    assert scene.client.told(SourceDown).time == ZERO + 7
    scene.say(*({**event, "time": 12} for event in events(1)[:9]))
    scene.client.told(SourceUp)
    assert scene.client.peek(calls).value == 0
