"""`statserver journal`: what is shown, and recordings made of what was kept."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from journals_of_tests import NOON_US, entry, opened, process

from runtime.journal_commands import journal
from runtime.journal_entries import Entry, JournalInUseError, Kind
from runtime.journal_files import FILE, FOLDER
from runtime.journal_sync import COMMIT

RINGING = b'{"event":"EventRinging","time":1795500000.0}\n'
LOST = b'{"event":"EventServerDisconnected","time":1795500001.0}\n'
STATUS = b"Event: QueueMemberStatus\r\nTimestamp: 1795500000.0\r\n\r\n"
KEPT = [
    entry(1, RINGING),
    Entry(2, NOON_US, "pbx", Kind.AMI, STATUS),
    Entry(3, NOON_US, "", Kind.REQUEST, b'{"request":"OpenStatistic"}'),
    entry(5, LOST),
    Entry(7, NOON_US, "", Kind.CONFIGURATION, b"[statserver]"),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with opened(tmp_path / "data" / FOLDER, COMMIT) as written:
        written.append(KEPT)
    return tmp_path / "data"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(journal, [str(argument) for argument in arguments])


def test_info_is_json_where_there_is_no_terminal(data: Path) -> None:
    shown = json.loads(run("info", "--data", data).output)
    assert shown["journal"] == str(data / FOLDER / FILE)
    assert shown["first"] == {"number": 1, "time": 1795500000.000001}
    assert shown["last"] == {"number": 7, "time": 1795500000.0}
    assert shown["synced"]["number"] == 7
    assert {"source": "pbx", "kind": "ami", "entries": 1, "payload_bytes": len(STATUS)} in shown["sources"]


def test_info_as_csv_has_a_line_a_fact(data: Path) -> None:
    facts = dict(csv.reader(run("info", "--data", data, "--format", "csv").output.splitlines()))
    assert facts["last"] == "7, 2026-11-24T06:00:00.000+00:00"
    assert facts["tserver-1, json_lines"] == "2 entries"


def test_info_as_a_table_says_how_many_entries_of_whom(data: Path) -> None:
    output = run("info", "--data", data, "--format", "table").output
    assert "tserver-1, json_lines" in output
    assert "2 entries" in output


def test_an_export_is_one_recording_a_source_as_the_link_carried_it(data: Path, tmp_path: Path) -> None:
    result = run("export", tmp_path / "recordings", "--data", data)
    assert result.exit_code == 0
    written = {path.name: path.read_bytes() for path in (tmp_path / "recordings").iterdir()}
    assert written == {"tserver-1.jsonl": RINGING + LOST, "pbx.ami": STATUS}


def test_a_recording_that_is_there_is_not_overwritten(data: Path, tmp_path: Path) -> None:
    (tmp_path / "pbx.ami").write_bytes(b"older")
    result = run("export", tmp_path, "--data", data)
    assert (result.exit_code, (tmp_path / "pbx.ami").read_bytes()) == (2, b"older")
    assert "pbx.ami" in result.output


def test_a_source_with_a_slash_in_its_name_has_one_file_too(tmp_path: Path) -> None:
    with opened(tmp_path / FOLDER) as written:
        written.append([Entry(1, NOON_US, "../pbx/1", Kind.AMI, STATUS)])
    run("export", tmp_path / "recordings", "--data", tmp_path)
    assert [path.name for path in (tmp_path / "recordings").iterdir()] == ["..%2Fpbx%2F1.ami"]


@pytest.mark.parametrize("command", [["info"], ["export", "recordings"]])
def test_without_a_journal_there_is_nothing_to_show_and_nothing_is_made(tmp_path: Path, command: list[str]) -> None:
    result = run(*command, "--data", tmp_path)
    assert result.exit_code == 2
    assert f"{tmp_path / FOLDER / FILE}: there is no journal" in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_journal_is_named_and_not_shown(data: Path) -> None:
    with (data / FOLDER / FILE).open("r+b") as file:
        file.truncate(5_000)
    result = run("info", "--data", data)
    assert result.exit_code == 2
    assert f"{data / FOLDER / FILE}: is damaged" in result.output


def test_info_and_export_work_beside_the_server(data: Path, tmp_path: Path) -> None:
    script = """
with opened(Path(sys.argv[2]), map_bytes=1 << 20) as journal:
    journal.append([entry(100 + at, b"{}" * 20_000 + b"\\n") for at in range(100)])
    print('written', flush=True); input()
"""
    with process(script, data / FOLDER) as server:
        assert server.stdout is not None
        server.stdout.readline()
        assert json.loads(run("info", "--data", data).output)["last"]["number"] == 199
        assert "102 entries" in run("export", tmp_path / "recordings", "--data", data).output
        server.communicate("\n")
    assert server.returncode == 0


def test_a_server_does_not_begin_while_its_journal_is_being_shown(data: Path) -> None:
    script = """
from runtime.journal_reader import reading
with reading(Path(sys.argv[2])):
    print('reading', flush=True); input()
"""
    with process(script, data / FOLDER) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(JournalInUseError), opened(data / FOLDER):
            pass
        other.communicate("\n")
