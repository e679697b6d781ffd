"""The contact centre comes from a configuration server, over a real link, to a real process (`docs/protocol.md`)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent.socket
import pytest
import rtoml
from flows.loader import FOLDER
from gevent.event import Event
from gevent.queue import Queue
from sources.standins import HOST, PATIENCE_S, StandIn

from end_to_end.stage import Client, Program, TServerOnCue, conf_folder, statserver
from statclient import StatisticGone

Running = Callable[[Any], Any]
Start = Callable[..., Program]
Row = dict[str, Any]


def record(table: str, **row: Any) -> Row:
    return {"table": table, "record": row}


NEW_AGENT = record("agent", employee_id="1234", name="Nova")


class ConfigurationServerOnCue(StandIn):
    """Has the rows of a file, tells them to who asks, and says what is other when it is told to."""

    def __init__(self, environment: Path) -> None:
        tables = rtoml.loads(environment.read_text())
        self.rows = [record(table, **row) for table, rows in tables.items() for row in rows]
        self.readings: Queue[str] = Queue()
        self.is_open = Event()
        self.is_open.set()
        self._seq = 0
        super().__init__()

    def serve(self, connection: gevent.socket.socket) -> None:
        if not self.is_open.is_set():
            return
        asked = json.loads(connection.makefile("rb").readline())
        assert asked == {"request": "ReadConfiguration", "application": "statserver"}
        self._connection, self._seq = connection, 0
        for row in self.rows:
            self._say("EventObject", **row)
        self._say("EventObjectsRead")
        self.readings.put("read")
        connection.recv(1)

    def change(self, *changed: Row, deleted: tuple[Row, ...] = ()) -> None:
        self._say("EventObjectsChanged", changed=changed, deleted=deleted)

    def leave_one_out(self) -> None:
        """The next event has a number too much."""
        self._seq += 1

    def hang_up(self) -> None:
        self._connection.shutdown(gevent.socket.SHUT_RDWR)

    def _say(self, event: str, **fields: Any) -> None:
        self._seq += 1
        line = {"event": event, "seq": self._seq, "time": 1_795_500_000.0, **fields}
        self._connection.sendall(json.dumps(line).encode() + b"\n")


class Served:
    """A server that has read what the configuration server has, and a client of it."""

    def __init__(self, program: Start, running: Running, conf: Path) -> None:
        self.process = program("run", "--conf", conf)
        self.client: Client = running(Client(self.process.said.removeprefix("listening on ")))
        self.client.connect()

    @property
    def agents(self) -> set[str]:
        return {agent["id"] for agent in self.client.list_objects("Agent")}

    def wait_for(self, text: str) -> None:
        self.process.wait_for(text)

    def wait_for_agent(self, agent: str) -> None:
        with gevent.Timeout(PATIENCE_S):
            while agent not in self.agents:
                gevent.sleep(0.05)


@pytest.fixture
def tserver(running: Running) -> TServerOnCue:
    stand_in: TServerOnCue = running(TServerOnCue())
    return stand_in


@pytest.fixture
def conf(tserver: TServerOnCue, tmp_path: Path) -> Path:
    return conf_folder(tmp_path / "conf", FOLDER, tserver, clock="live")


@pytest.fixture
def centre(conf: Path, running: Running) -> ConfigurationServerOnCue:
    """A configuration server that has one agent more than the file."""
    stand_in: ConfigurationServerOnCue = running(ConfigurationServerOnCue(conf / "environment.toml"))
    stand_in.rows.append(record("agent", employee_id="1111"))
    options = conf / "statserver.cfg"
    told = f"[statserver]\nconfiguration-server = {HOST}:{stand_in.port}\nreconnect-timeout = 0.2\n"
    options.write_text(options.read_text().replace("[statserver]\n", told))
    return stand_in


@pytest.fixture
def server(centre: ConfigurationServerOnCue, conf: Path, program: Start, running: Running) -> Served:
    served = Served(program, running, conf)
    served.wait_for("read the configuration again: agents: 1 new")
    return served


def test_what_the_configuration_server_has_is_the_contact_centre(server: Served) -> None:
    assert "1111" in server.agents


def test_a_new_object_is_there_from_its_notification_on(server: Served, centre: ConfigurationServerOnCue) -> None:
    centre.change(NEW_AGENT)
    server.wait_for_agent("1234")
    assert server.client.get("Agent:1234", "TotalCallsInbound").value == 0


def test_what_is_deleted_is_gone_for_its_clients(server: Served, centre: ConfigurationServerOnCue) -> None:
    statistic = server.client.open("Agent:1111", "TotalCallsInbound", time_profile="Never")
    centre.change(deleted=(record("agent", employee_id="1111"),))
    gone = server.client.told(StatisticGone)
    assert (gone.statistic, gone.reason) == (statistic, "ObjectDeleted")


def test_what_holds_together_alone_is_told_as_one_change(server: Served, centre: ConfigurationServerOnCue) -> None:
    place = record("place", name="Attic", dns=["7777@pbx1"])
    centre.change(place, record("dn", number="7777", switch="pbx1", type="Extension"))
    server.wait_for("dns: 1 new; places: 1 new")
    assert "Attic" in {place["id"] for place in server.client.list_objects("Place")}


def test_a_change_that_does_not_check_is_refused_whole_and_the_next_one_counts(
    server: Served, centre: ConfigurationServerOnCue
) -> None:
    nowhere = record("place", name="Nowhere", dns=["9999@pbx1"])
    centre.change(NEW_AGENT, nowhere)
    server.wait_for("no DN '9999@pbx1'")
    assert "1234" not in server.agents
    centre.change(deleted=(nowhere,))
    server.wait_for_agent("1234")


@pytest.mark.parametrize("how", ["leave_one_out", "hang_up"])
def test_after_a_loss_everything_is_read_again(server: Served, centre: ConfigurationServerOnCue, how: str) -> None:
    centre.readings.get(timeout=PATIENCE_S)
    centre.rows.append(NEW_AGENT)
    getattr(centre, how)()
    if how == "leave_one_out":
        centre.change()
    centre.readings.get(timeout=PATIENCE_S)
    server.wait_for_agent("1234")


def test_a_server_begins_with_its_own_file_while_nobody_answers(
    centre: ConfigurationServerOnCue, conf: Path, program: Start, running: Running
) -> None:
    centre.is_open.clear()
    server = Served(program, running, conf)
    assert "1001" in server.agents
    assert "1111" not in server.agents
    centre.is_open.set()
    server.wait_for("read the configuration again: agents: 1 new")
    assert "1111" in server.agents


def test_a_server_that_starts_again_has_what_it_had_read_last(
    server: Served, centre: ConfigurationServerOnCue, conf: Path, program: Start, running: Running
) -> None:
    server.client.disconnect()
    assert server.process.end() == 0
    centre.is_open.clear()
    again = Served(program, running, conf)
    assert "1111" in again.agents


def test_the_file_is_not_looked_at_any_more(server: Served, conf: Path) -> None:
    environment = conf / "environment.toml"
    environment.write_text(environment.read_text() + '\n[[agent]]\nemployee_id = "1234"\n')
    assert server.client.read_configuration() == {}
    assert "1234" not in server.agents


def test_check_says_that_it_is_no_address(conf: Path, centre: ConfigurationServerOnCue) -> None:
    options = conf / "statserver.cfg"
    options.write_text(options.read_text().replace(f"{HOST}:{centre.port}", "somewhere"))
    process = statserver("check", "--conf", conf)
    assert process.returncode == 1
    assert "configuration-server is HOST:PORT, of a pair both with a comma, or none, not 'somewhere'" in process.stdout
