"""The configuration of a real process changes: by its files, by SIGHUP, by `statserver config apply`."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import gevent
import pytest
from flows.loader import FOLDER, events
from sources.standins import PATIENCE_S

from end_to_end.stage import Client, Program, TServerOnCue, conf_folder, statserver
from statclient import RequestRefused, StatisticGone

ZERO: Final = 1_795_500_000.0
NEW_AGENT: Final = '\n[[agent]]\nemployee_id = "1234"\n'
NEW_DN: Final = '\n[[dn]]\nnumber = "7777"\nswitch = "pbx1"\ntype = "Extension"\n'

Running = Callable[[Any], Any]
Start = Callable[..., Program]


class Served(NamedTuple):
    """A server that has heard flow 1, and a client of it."""

    process: Program
    client: Client
    address: str


@pytest.fixture
def tserver(running: Running) -> TServerOnCue:
    stand_in: TServerOnCue = running(TServerOnCue())
    return stand_in


@pytest.fixture
def conf(tserver: TServerOnCue, tmp_path: Path) -> Path:
    return conf_folder(tmp_path / "conf", FOLDER, tserver)


@pytest.fixture
def server(tserver: TServerOnCue, conf: Path, program: Callable[..., Program], running: Running) -> Served:
    process = program("run", "--conf", conf)
    address = process.said.removeprefix("listening on ")
    client: Client = running(Client(address))
    client.connect()
    tserver.say(*events(1, ZERO))
    client.wait_until(ZERO + 75)
    return Served(process, client, address)


def edited(conf: Path, old: str = "", new: str = "") -> Path:
    """The environment with something else in it: at its end, if nothing is replaced."""
    path = conf / "environment.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new) if old else text + new)
    return path


def agents(client: Client) -> set[str]:
    return {agent["id"] for agent in client.list_objects("Agent")}


def test_sighup_brings_a_new_agent(server: Served, conf: Path) -> None:
    process, client, _ = server
    edited(conf, new=NEW_AGENT)
    process.send(signal.SIGHUP)
    process.wait_for("read the configuration again: agents: 1 new")
    assert client.get("Agent:1234", "TotalCallsInbound").value == 0


def test_a_file_that_changes_on_disk_is_taken_over_unasked(server: Served, conf: Path) -> None:
    process, client, _ = server
    edited(conf, new=NEW_AGENT)
    process.wait_for("read the configuration again: agents: 1 new")
    assert "1234" in agents(client)


def test_a_change_that_does_not_check_is_refused_whole(server: Served, conf: Path) -> None:
    process, client, _ = server
    path = edited(conf, new=NEW_AGENT + '[[place]]\nname = "Nowhere"\ndns = ["9999@pbx1"]\n')
    process.wait_for("the configuration stays as it was")
    assert re.search(rf"{path}:\d+: no DN '9999@pbx1'", process.stderr.read_text())
    assert "1234" not in agents(client)


def test_clients_hear_that_an_object_is_deleted(server: Served, conf: Path) -> None:
    process, client, _ = server
    statistic = client.open("GroupAgents:Sales", "TotalCallsInbound", time_profile="Never")
    edited(conf, old='[[agent_group]]\nname = "Sales"', new='[[agent_group]]\nname = "Sellers"')
    process.send(signal.SIGHUP)
    gone = client.told(StatisticGone)
    assert (gone.statistic, gone.reason) == (statistic, "ObjectDeleted")
    with pytest.raises(RequestRefused, match="UnknownObject"):
        client.get("GroupAgents:Sales", "TotalCallsInbound")


def test_a_new_dn_is_asked_for_and_what_is_there_counts(server: Served, conf: Path, tserver: TServerOnCue) -> None:
    process, client, _ = server
    edited(conf, new=NEW_DN)
    process.send(signal.SIGHUP)
    with gevent.Timeout(PATIENCE_S):
        while tserver.asked != ["*", "7777"]:
            gevent.sleep(0.01)
    call = {"conn_id": "x", "call_type": "Inbound", "call_state": "Established", "since": ZERO + 70}
    tserver.say({"event": "EventRegistered", "time": ZERO + 100, "this_dn": "7777", "calls": [call]})
    client.wait_until(ZERO + 100)
    state = client.get("RegDN:7777@pbx1", {"category": "CurrentState"}).state
    assert state is not None
    assert state["status"] == "CallInbound"


def test_a_source_that_is_elsewhere_now_is_followed_there(
    server: Served, conf: Path, tserver: TServerOnCue, running: Running
) -> None:
    process, client, _ = server
    other: TServerOnCue = running(TServerOnCue())
    edited(conf, old=f"port = {tserver.port}", new=f"port = {other.port}")
    process.send(signal.SIGHUP)
    other.say({"event": "EventRegistered", "time": ZERO + 100, "this_dn": "7001", "calls": []})
    client.wait_until(ZERO + 100)
    assert not tserver.registered.is_set()


# -- statserver config apply


def test_config_apply_puts_a_file_in_its_place_and_says_what_is_other(
    server: Served, conf: Path, tmp_path: Path
) -> None:
    client = server.client
    file = tmp_path / "evening.toml"
    file.write_text((conf / "environment.toml").read_text() + NEW_AGENT + NEW_DN)
    applied = statserver("config", "apply", file, "--conf", conf, "--server", server.address)
    assert (applied.returncode, applied.stderr) == (0, "")
    assert applied.stdout.splitlines() == ["dns: 1 new", "agents: 1 new"]
    assert "1234" in agents(client)
    assert (conf / "environment.toml").read_text() == file.read_text()


def test_config_apply_takes_the_folder_as_it_is(server: Served, conf: Path) -> None:
    client = server.client
    added = "\n[Talk]\nObjects = Agent\nCategory = TotalTime\nMainMask = CallInbound\nSubject = DNAction\n"
    options = conf / "statserver.cfg"
    options.write_text(options.read_text() + added)
    applied = statserver("config", "apply", "--conf", conf, "--server", server.address)
    assert applied.stdout == "the contact centre is as it was\n"
    assert client.get("Agent:1001", "Talk").value == 0


def test_config_apply_changes_nothing_that_does_not_check(server: Served, conf: Path, tmp_path: Path) -> None:
    client = server.client
    before = (conf / "environment.toml").read_text()
    file = tmp_path / "evening.toml"
    file.write_text(before + NEW_AGENT + 'place = "Nowhere"\n')
    applied = statserver("config", "apply", file, "--conf", conf, "--server", server.address)
    assert applied.returncode == 1
    assert re.fullmatch(rf"{file}:\d+: no place 'Nowhere'.*\n", applied.stdout)
    assert (conf / "environment.toml").read_text() == before
    assert "1234" not in agents(client)


def test_config_apply_says_that_nobody_is_there(conf: Path) -> None:
    applied = statserver("config", "apply", "--conf", conf, "--server", "127.0.0.1:1")
    assert applied.returncode == 1
    assert "no stat server at 127.0.0.1:1" in applied.stderr


def test_config_apply_wants_a_file_that_is_part_of_a_configuration(conf: Path, tmp_path: Path) -> None:
    file = tmp_path / "evening.txt"
    file.write_text("")
    applied = statserver("config", "apply", file, "--conf", conf)
    assert applied.returncode == 2
    assert f"{file}: its name ends neither in .toml nor in .cfg" in applied.stderr
