"""What the README shows is what happens."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from end_to_end.stage import ROOT, Program, conf_folder, statserver, surroundings
from sources.standins import PATIENCE_S

README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    """The code blocks of a language, in their order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where a server on the bundled contact centre listens."""
    conf = conf_folder(tmp_path / "conf", ROOT / "conf", recording=str(ROOT / "conf" / "recording.ami.gz"), speed=20)
    server = Program("run", "--conf", conf, cwd=tmp_path, stderr=tmp_path / "stderr.txt")
    yield server.said.split()[-1]
    server.stop()


def shape(value: Any) -> Any:
    """A message without what differs from one moment to the next: the kinds of its fields."""
    return {key: type(one).__name__ for key, one in value.items()} | {
        key: value[key] for key in ("event", "id", "ref") if key in value
    }


def test_lines_typed_by_hand_get_the_answers_shown(address: str) -> None:
    typed, shown = blocks("json")
    wanted = [shape(json.loads(line)) for line in shown.splitlines()]
    host, port = address.split(":")
    got: list[Any] = []
    with socket.create_connection((host, int(port)), PATIENCE_S) as connection:
        answers = connection.makefile()
        for line in typed.splitlines():
            connection.sendall(line.encode() + b"\n")
            while not got or got[-1].get("ref") != json.loads(line)["ref"]:
                got.append(shape(json.loads(answers.readline())))
    assert [message for message in wanted if message in got] == wanted
    assert [message for message in got if "ref" in message] == [message for message in wanted if "ref" in message]


def test_the_program_shown_prints_what_it_is_told(address: str, tmp_path: Path) -> None:
    (snippet,) = blocks("python")
    program = tmp_path / "snippet.py"
    program.write_text(snippet.replace("127.0.0.1:3050", address))
    command = [sys.executable, "-u", str(program)]
    with subprocess.Popen(command, env=surroundings(), stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        first, *others = (running.stdout.readline().rstrip("\n") for _ in range(3))
        running.kill()
    assert first.isdecimal()
    assert re.fullmatch(r"sales@pbx1 WaitingNow \d+", others[0])
    assert re.match(r"1001 AgentStateReasons \w+|sales@pbx1 WaitingNow \d+", others[1])


def test_the_contact_centre_shown_has_no_faults(tmp_path: Path) -> None:
    (environment,) = blocks("toml")
    (tmp_path / "environment.toml").write_text(environment)
    (tmp_path / "statserver.cfg").write_text((ROOT / "conf" / "statserver.cfg").read_text())
    checked = statserver("check", "--conf", tmp_path)
    assert (checked.returncode, checked.stdout) == (0, "")


def test_what_the_recording_came_to_is_what_is_said() -> None:
    told = statserver("replay", "conf/recording.ami.gz", "--open", "conf/board.jsonl", "--format", "json").stdout
    values = [json.loads(line)["value"] for line in told.splitlines()][:4]
    entered, answered, abandoned, cleared = values
    sentence = (
        f"{entered} calls entered the queue, {answered} were answered, {abandoned} abandoned, {cleared} taken out"
    )
    assert sentence in " ".join(README.split())
