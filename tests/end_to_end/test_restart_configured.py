"""A server that is killed and started again knows what its configuration was, when it changed, and what it is."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from flows.loader import FOLDER

from end_to_end.stage import Client, Program, TServerOnCue, conf_folder
from statclient import RequestRefused

ZERO: Final = 1_795_500_000.0
WITH: Final = 'agents = ["1001", "1002", "1003", "1009"]'
WITHOUT: Final = 'agents = ["1001", "1002", "1009"]'
TIME: Final = {"category": "TotalTime", "main_mask": "CallInbound"}
CALL: Final = {"conn_id": "c1", "call_type": "Inbound"}

Running = Callable[[Any], Any]
Start = Callable[..., Program]


class Scene:
    """A server on a T-Server where 1003 has a call since second 10, and how it is stopped, edited and started again."""

    def __init__(self, program: Start, running: Running, folder: Path) -> None:
        self._program, self._running = program, running
        self.tserver: TServerOnCue = running(TServerOnCue())
        self.conf = conf_folder(folder / "conf", FOLDER, self.tserver)
        self.data = folder / "data"
        self.edit(WITH, WITHOUT)
        self.start()
        self.say(0, "EventRegistered", agent_id="1003", agent_state="Ready", calls=[])
        self.say(10, "EventRinging", **CALL)
        self.say(10, "EventEstablished", **CALL)

    def start(self) -> None:
        self.tserver.registered.clear()
        self.server = self._program("run", "--conf", self.conf, "--data", self.data)
        self.client: Client = self._running(Client(self.server.said.removeprefix("listening on ")))
        self.client.connect()

    def say(self, time: float, name: str, **fields: Any) -> None:
        self.tserver.say({"event": name, "time": ZERO + time, "this_dn": "7003", **fields})

    def still_talks(self, time: float) -> None:
        """What the T-Server says to a server that has come back."""
        state = {**CALL, "call_state": "Established", "since": ZERO + 10}
        self.say(time, "EventRegistered", agent_id="1003", agent_state="Ready", calls=[state])

    def value(self, whose: str, time: float) -> Any:
        self.tserver.say_time(ZERO + time)
        self.client.wait_until(ZERO + time)
        return self.client.get(whose, TIME, time_profile="Growing:never").value

    def edit(self, old: str, new: str) -> None:
        path = self.conf / "environment.toml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def edit_while_running(self, old: str, new: str) -> None:
        self.edit(old, new)
        self.server.send(signal.SIGHUP)
        self.server.wait_for("read the configuration again")

    def kill(self) -> None:
        self.server.end(signal.SIGKILL)


@pytest.fixture
def scene(program: Start, running: Running, tmp_path: Path) -> Scene:
    return Scene(program, running, tmp_path)


def test_a_membership_that_changed_while_it_ran_counts_from_then_after_a_kill(scene: Scene) -> None:
    scene.value("GroupAgents:Sales", 19)
    scene.tserver.say_time(ZERO + 20)
    scene.client.wait_until(ZERO + 20)
    scene.edit_while_running(WITHOUT, WITH)
    scene.value("GroupAgents:Sales", 30)
    scene.kill()
    scene.start()
    scene.still_talks(40)
    scene.say(50, "EventReleased", **CALL)
    assert scene.value("GroupAgents:Sales", 60) == 30


def test_a_membership_that_changed_while_it_was_down_is_right_when_it_is_up(scene: Scene) -> None:
    assert scene.value("GroupAgents:Sales", 20) == 0
    scene.kill()
    scene.edit(WITHOUT, WITH)
    scene.start()
    scene.still_talks(40)
    scene.say(50, "EventReleased", **CALL)
    assert scene.value("GroupAgents:Sales", 60) == 30


def test_one_that_was_taken_out_while_it_was_down_has_ended_what_it_did_at_the_loss(scene: Scene) -> None:
    scene.edit_while_running(WITHOUT, WITH)
    assert scene.value("GroupAgents:Sales", 30) == 0
    scene.kill()
    scene.edit(WITH, WITHOUT)
    scene.start()
    scene.still_talks(40)
    scene.say(50, "EventReleased", **CALL)
    assert scene.value("GroupAgents:Sales", 60) == 20


def test_an_object_that_is_gone_meanwhile_is_gone_with_its_statistics(scene: Scene) -> None:
    scene.value("GroupAgents:Sales", 20)
    scene.server.end()
    scene.edit('name = "Sales"', 'name = "Sellers"')
    scene.start()
    with pytest.raises(RequestRefused, match="UnknownObject"):
        scene.client.get("GroupAgents:Sales", TIME)
    assert scene.value("GroupAgents:Sellers", 30) == 0
    assert "forgotten" not in scene.server.stderr.read_text()


def test_a_routers_group_is_there_again(scene: Scene) -> None:
    scene.edit('employee_id = "1003"', 'employee_id = "1003"\nskills = { Spanish = 3 }')
    scene.server.send(signal.SIGHUP)
    scene.server.wait_for("read the configuration again")
    whose = "GroupAgents:?:Spanish > 1"
    scene.value(whose, 20)
    scene.kill()
    scene.start()
    scene.still_talks(30)
    scene.say(50, "EventReleased", **CALL)
    assert scene.value(whose, 60) == 40
