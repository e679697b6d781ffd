"""The commands of `protocols.md` 7, each as a real process."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flows.loader import FOLDER, events
from sources.standins import HOST, PATIENCE_S

from end_to_end.stage import (
    ROOT,
    Client,
    Program,
    TServerOnCue,
    command,
    conf_folder,
    printed,
    statserver,
    surroundings,
)
from simulator.books import Expected
from simulator.centre import centre_of
from simulator.configuration import write_configuration
from simulator.play import record_day, write_books
from statclient import RequestRefused, Update

CONF = ROOT / "conf"
COMMANDS = ("run", "replay", "record", "check", "watch", "peek", "simulate", "demo", "dead-letters")
ZERO = 1_795_500_000.0
ENTERED = Expected("Queue", "sales@pbx1", {"category": "TotalNumber", "main_mask": "CallEntered"}, 0)

RECORDINGS = {"tserver-1": "day.jsonl", "ixn-1": "day.ixn-1.jsonl", "ixn-2": "day.ixn-2.jsonl"}
NOWHERE = dict.fromkeys(RECORDINGS, 1)

Running = Callable[[Any], Any]
Start = Callable[..., Program]


@pytest.fixture
def tserver(running: Running) -> TServerOnCue:
    stand_in: TServerOnCue = running(TServerOnCue())
    return stand_in


@pytest.fixture
def conf(tserver: TServerOnCue, tmp_path: Path) -> Path:
    return conf_folder(tmp_path / "conf", FOLDER, tserver)


@pytest.fixture
def flow_1(tserver: TServerOnCue, conf: Path, program: Start, running: Running) -> tuple[Program, str]:
    """A server, and its address, that has heard flow 1 while somebody had TotalCallsInbound open."""
    server, address = serving(program, conf)
    client = running(Client(address))
    client.connect()
    client.open("Agent:1001", "TotalCallsInbound", time_profile="Never")
    tserver.say(*events(1, ZERO))
    client.wait_until(ZERO + 75)
    return server, address


def serving(program: Start, conf: Path) -> tuple[Program, str]:
    """A server, and where it listens."""
    server = program("run", "--conf", conf)
    return server, server.said.removeprefix("listening on ")


# -- help


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    process = statserver(name, "--help")
    assert process.returncode == 0
    assert process.stdout.startswith(f"Usage: python -m runtime.launcher {name} [OPTIONS]")


@pytest.mark.parametrize("name", ["run", "replay", "record", "simulate"])
def test_a_command_of_many_options_shows_how_it_is_typed(name: str) -> None:
    assert f"\n  statserver {name} " in statserver(name, "--help").stdout


def test_help_names_every_command_and_keeps_the_lines_of_its_examples() -> None:
    told = statserver("--help").stdout
    assert set(re.findall(r"^  ([a-z-]+)  ", told, re.MULTILINE)) >= set(COMMANDS)
    assert "\n  statserver run    " in told


# -- check


def test_check_says_nothing_of_the_bundled_configuration() -> None:
    process = statserver("check", "--conf", CONF)
    assert (process.returncode, process.stdout) == (0, "")


def test_check_says_everything_that_is_wrong_by_file_and_line(conf: Path) -> None:
    dn = conf / "environment.toml"
    dn.write_text(dn.read_text() + '\n[[place]]\nname = "Desk 9"\ndns = ["9999@pbx1"]\n')
    options = conf / "statserver.cfg"
    options.write_text(options.read_text() + "\n[Wrong]\nObjects = Agent\nCategory = TotalNumbr\n")
    process = statserver("check", "--conf", conf)
    assert process.returncode == 1
    told = process.stdout.splitlines()
    assert len(told) == 2
    assert re.fullmatch(rf"{dn}:\d+: .*9999@pbx1.*", told[0])
    assert re.fullmatch(rf"{options}:\d+: .*TotalNumbr.*TotalNumber.*", told[1])


# -- run


def test_run_refuses_a_bad_configuration_with_file_and_line(conf: Path) -> None:
    dn = conf / "environment.toml"
    dn.write_text(dn.read_text() + '\n[[place]]\nname = "Desk 9"\ndns = ["9999@pbx1"]\n')
    process = statserver("run", "--conf", conf)
    assert process.returncode == 2
    assert re.search(rf"{dn}:\d+: .*9999@pbx1", process.stderr)


def test_run_tells_its_clients_goodbye_and_ends_with_0(conf: Path, program: Start, running: Running) -> None:
    server, address = serving(program, conf)
    client = running(Client(address))
    client.connect()
    server.send(signal.SIGTERM)
    with pytest.raises(Exception, match="Shutdown"):
        client.receive(PATIENCE_S)
    client.disconnect()
    assert server.exit_code() == 0


def test_run_ends_by_ctrl_c_too(conf: Path, program: Start) -> None:
    server, _ = serving(program, conf)
    assert server.end(signal.SIGINT) == 0


def test_a_second_server_on_the_port_says_that_it_is_taken(conf: Path, program: Start, tmp_path: Path) -> None:
    _, address = serving(program, conf)
    options = conf / "statserver.cfg"
    options.write_text(options.read_text().replace(f"listen = {HOST}:0", f"listen = {address}"))
    second = statserver("run", "--conf", conf, "--data", tmp_path / "second")
    assert second.returncode == 2
    assert f"{options}:4: listen = {address}: Address already in use" in second.stderr
    assert "Traceback" not in second.stderr


def test_sighup_takes_new_definitions(flow_1: tuple[Program, str], conf: Path, running: Running) -> None:
    server, address = flow_1
    options = conf / "statserver.cfg"
    added = "\n[Talk]\nObjects = Agent\nCategory = TotalTime\nMainMask = CallInbound\nSubject = DNAction\n"
    options.write_text(options.read_text() + added)
    client = running(Client(address))
    client.connect()
    with pytest.raises(RequestRefused, match="Talk"):
        client.get("Agent:1001", "Talk")
    hang_up(server, "read the configuration again")
    assert client.get("Agent:1001", "Talk").value == 0


def test_sighup_refuses_bad_definitions_and_keeps_the_old_ones(
    flow_1: tuple[Program, str], conf: Path, running: Running
) -> None:
    server, address = flow_1
    options = conf / "statserver.cfg"
    options.write_text(options.read_text().replace("Growing = never", "Growing = nevermore"))
    hang_up(server, "the configuration stays as it was")
    assert re.search(rf"{options}:\d+: .*nevermore", server.stderr.read_text())
    client = running(Client(address))
    client.connect()
    assert client.get("Agent:1001", "TotalCallsInbound", time_profile="Never").value == 1


def hang_up(server: Program, said: str) -> None:
    """Has a server read its configuration again, and waits until it has said this of it."""
    server.send(signal.SIGHUP)
    server.wait_for(said)


# -- replay


def test_replay_names_the_line_of_a_request_that_is_none(tmp_path: Path) -> None:
    asked = tmp_path / "asked.jsonl"
    asked.write_text(request(1, ENTERED) + "\n" + "{}\n")
    process = statserver("replay", CONF / "recording.ami.gz", "--conf", CONF, "--open", asked)
    assert process.returncode == 2
    assert f"{asked}:3: is no OpenStatistic request" in process.stderr


@pytest.mark.parametrize("at", ["9000-01-01", "+1e300", "1e13", "-1"])
def test_replay_refuses_a_time_that_no_calendar_has(at: str, tmp_path: Path) -> None:
    asked = tmp_path / "asked.jsonl"
    asked.write_text(request(1, ENTERED))
    process = statserver("replay", CONF / "recording.ami.gz", "--conf", CONF, "--open", asked, "--at", at)
    assert process.returncode == 2
    assert f"--at {at}: a time is " in process.stderr


def test_replay_ends_quietly_when_nobody_reads_on(tmp_path: Path) -> None:
    asked = tmp_path / "asked.jsonl"
    asked.write_text("".join(request(ref, ENTERED) for ref in range(2000)))
    arguments = ("replay", CONF / "recording.ami.gz", "--conf", CONF, "--open", asked)
    shell = shlex.join(command(arguments)) + " | head -1"
    process = subprocess.run(
        ["/bin/sh", "-c", shell], env=surroundings(), capture_output=True, text=True, timeout=60, check=True
    )
    assert len(process.stdout.splitlines()) == 1
    assert process.stderr == ""


# -- peek and watch


def test_peek_prints_a_line_of_json_a_statistic(flow_1: tuple[Program, str]) -> None:
    asked = ("peek", "Agent:1001", "TotalCallsInbound", "--server", flow_1[1], "--profile", "Never")
    (row,) = printed(statserver(*asked))
    assert row == {
        "time": ZERO + 75,
        "object": {"type": "Agent", "id": "1001"},
        "statistic": "TotalCallsInbound",
        "value": 1,
    }


def test_peek_prints_a_table_where_asked(flow_1: tuple[Program, str]) -> None:
    asked = ("peek", "Agent:1001", "TotalCallsInbound", "--server", flow_1[1], "--profile", "Never")
    process = statserver(*asked, "--format", "table")
    assert re.search(r"Agent:1001 +TotalCallsInbound +1 ", process.stdout)


def test_peek_prints_csv_where_asked(flow_1: tuple[Program, str]) -> None:
    asked = ("peek", "Agent:1001", "TotalCallsInbound", "--server", flow_1[1], "--profile", "Never")
    process = statserver(*asked, "--format", "csv")
    assert process.stdout.splitlines()[1] == f"{ZERO + 75},Agent:1001,TotalCallsInbound,1,"


def test_peek_says_what_the_server_refuses(flow_1: tuple[Program, str]) -> None:
    process = statserver("peek", "Agent:1001", "TotlCallsInbound", "--server", flow_1[1])
    assert process.returncode == 1
    assert "UnknownStatType" in process.stderr
    assert "did you mean 'TotalCallsInbound'?" in process.stderr


def test_peek_prints_the_others_where_one_is_refused(flow_1: tuple[Program, str]) -> None:
    names = ("TotlCallsInbound", "TotalCallsInbound")
    process = statserver("peek", "Agent:1001", *names, "--server", flow_1[1], "--profile", "Never")
    assert [json.loads(line)["statistic"] for line in process.stdout.splitlines()] == ["TotalCallsInbound"]
    assert process.stderr == f"Error: UnknownStatType: no stat type '{names[0]}'; did you mean '{names[1]}'?\n"
    assert process.returncode == 1


def test_peek_names_an_unknown_object_once(flow_1: tuple[Program, str]) -> None:
    process = statserver("peek", "Agent:nobody", "TotalCallsInbound", "TotalCallsInbound", "--server", flow_1[1])
    assert (process.stdout, process.stderr.count("UnknownObject"), process.returncode) == ("", 1, 1)


def test_peek_says_that_nobody_is_there() -> None:
    process = statserver("peek", "Agent:1001", "TotalCallsInbound", "--server", f"{HOST}:1")
    assert process.returncode == 1
    assert f"no stat server at {HOST}:1" in process.stderr
    assert "Traceback" not in process.stderr


def test_watch_without_a_terminal_prints_a_line_a_change(
    tserver: TServerOnCue, conf: Path, program: Start, running: Running
) -> None:
    _, address = serving(program, conf)
    watching = program("watch", "Agent:1001", "TotalCallsInbound", "--server", address, "--profile", "Never")
    assert json.loads(watching.said)["value"] == 0
    tserver.say(*events(1, ZERO))
    changed = json.loads(watching.said)
    assert (changed["time"], changed["value"]) == (ZERO + 75, 1)
    assert watching.end(signal.SIGINT) == 0


# -- the simulator: its own books


def test_a_simulated_day_replayed_comes_to_the_simulators_own_books(tmp_path: Path) -> None:
    conf, day, asked = (tmp_path / name for name in ("conf", "day.jsonl", "books.jsonl"))
    write_configuration(centre_of(60, seed=1), conf, host=HOST, ports=NOWHERE)
    write_books(record_day(60, 2.0, seed=1, duration_s=240, path=day), asked)
    rows = [json.loads(line) for line in asked.read_text().splitlines()]
    recordings = [f"{source}={tmp_path / file}" for source, file in RECORDINGS.items()]
    values = [row["value"] for row in printed(statserver("replay", *recordings, "--conf", conf, "--open", asked))]
    assert len(rows) > 8000
    assert {row["object"]["type"] for row in rows} >= {"StagingArea", "Tenant", "Place", "GroupAgents", "GroupQueues"}
    assert values == pytest.approx([row["value"] for row in rows], abs=1e-6)


def test_simulate_writes_recordings_and_books_that_agree(program: Start, tmp_path: Path) -> None:
    files = ("--record", "day.jsonl", "--books", "books.jsonl", "--conf", "conf")
    assert program("simulate", "--calls-per-second", "200", "--seconds", "2", *files).exit_code() == 0
    rows = [json.loads(line) for line in (tmp_path / "books.jsonl").read_text().splitlines()]
    recordings = [f"{source}={tmp_path / file}" for source, file in RECORDINGS.items()]
    how = ("--conf", tmp_path / "conf", "--open", tmp_path / "books.jsonl")
    values = [row["value"] for row in printed(statserver("replay", *recordings, *how))]
    assert values == pytest.approx([row["value"] for row in rows], abs=1e-6)


def test_simulate_says_that_its_port_is_taken(tserver: TServerOnCue, tmp_path: Path) -> None:
    process = statserver("simulate", "--port", str(tserver.port), "--conf", tmp_path / "conf")
    assert process.returncode == 2
    assert f"tserver-1 cannot listen on {HOST}:{tserver.port}: the port is taken" in process.stderr


def request(ref: int, row: Expected) -> str:
    return json.dumps(row.as_request(ref)) + "\n"


def test_a_server_follows_a_simulated_contact_centre(program: Start, running: Running, tmp_path: Path) -> None:
    simulator = program("simulate", "--agents", "20", "--calls-per-second", "20")
    sources = ", ".join(rf"{source} on {HOST}:\d+" for source in RECORDINGS)
    told = rf"20 agents, {sources}; statserver run --conf simulated-conf"
    assert re.fullmatch(told, simulator.said)
    _, address = serving(program, conf_folder(tmp_path / "conf", tmp_path / "simulated-conf", clock="live"))
    client = running(Client(address))
    client.connect()
    ready = client.open("GroupAgents:Everybody", "AgentsLoggedIn")
    entered = client.open("GroupQueues:All services", "Entered")
    while not (entered.last and entered.last.value >= 10 and ready.last.value > 0):
        client.told(Update)
    (row,) = printed(statserver("peek", "GroupQueues:All services", "Entered", "--server", address))
    assert row["value"] >= entered.last.value
    assert simulator.end(signal.SIGINT) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_is_recorded_of_a_simulation_by_itself_or_over_its_link_can_be_replayed(
    program: Start, tmp_path: Path, number: signal.Signals
) -> None:
    by_itself, over_the_link = tmp_path / "by-itself.jsonl.gz", tmp_path / "over-the-link.jsonl"
    simulator = program("simulate", "--agents", "20", "--calls-per-second", "20", "--record", by_itself)
    conf = tmp_path / simulator.said.split()[-1]
    over_the_link.touch()
    recorder = program("record", "tserver-1", over_the_link, "--conf", conf)
    recorder.wait_for("EventAgentLogin", over_the_link)
    assert recorder.end() == 0
    assert simulator.end(number) == 0
    asked = tmp_path / "asked.jsonl"
    logged_in = {"category": "CurrentNumber", "main_mask": "LoggedIn"}
    asked.write_text(request(1, Expected("GroupAgents", "Everybody", logged_in, 0)))
    for recorded in (by_itself, over_the_link):
        (read,) = printed(statserver("replay", f"tserver-1={recorded}", "--conf", conf, "--open", asked))
        assert 0 < read["value"] <= 20


# -- record


def test_what_was_recorded_of_a_link_is_replayed_to_what_was_read_over_it(
    tserver: TServerOnCue, conf: Path, program: Start, tmp_path: Path
) -> None:
    recorded = tmp_path / "recorded.jsonl.gz"
    recorder = program("record", "tserver-1", recorded, "--conf", conf)
    tserver.say(*events(1, ZERO))
    recorder.wait_for("link is up")
    tserver.hang_up()
    tserver.say_time(ZERO + 80)
    assert recorder.end() == 0
    assert "1 losses of the link" in recorder.stderr.read_text()
    asked = tmp_path / "asked.jsonl"
    asked.write_text(
        '{"request":"OpenStatistic","ref":1,"object":{"type":"Agent","id":"1001"},'
        '"statistic":"TotalCallsInbound","time_profile":"Never"}\n'
    )
    (row,) = printed(statserver("replay", recorded, "--conf", conf, "--open", asked))
    assert row["value"] == 1


def test_record_names_a_source_that_is_not_configured(conf: Path, tmp_path: Path) -> None:
    process = statserver("record", "tserver-2", tmp_path / "recorded.jsonl", "--conf", conf)
    assert process.returncode == 2
    assert "no source 'tserver-2' is configured; did you mean 'tserver-1'?" in process.stderr
