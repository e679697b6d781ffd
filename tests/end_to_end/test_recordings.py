"""Both recorded days of an Asterisk, replayed by the command and followed over a socket, against its queue_log."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from end_to_end.stage import ROOT, AmiOnCue, Client, Program, conf_folder, lines, printed, statserver, wrong
from statclient import Notification, Statistic

SMALL = ROOT / "tests" / "recordings" / "asterisk-small"
TRANSFERS = ROOT / "tests" / "recordings" / "asterisk-transfers"
SECRET = "mandolin"
SILENT = Notification(mode="None")

Running = Callable[[Any], Any]
Start = Callable[..., Program]


def replayed(centre: Path, *arguments: str | Path, open_: Path | None = None) -> list[dict[str, Any]]:
    return printed(replay(centre, centre / "recording.ami.gz", *arguments, open_=open_))


def replay(centre: Path, *arguments: str | Path, open_: Path | None = None) -> Any:
    return statserver("replay", *arguments, "--conf", centre, "--open", open_ or centre / "open.jsonl")


def asked_once(folder: Path, **request: Any) -> Path:
    return asked(
        folder, {"request": "OpenStatistic", "ref": 1, "statistic": "Entered", "time_profile": "Ever"} | request
    )


def asked(folder: Path, *requests: Mapping[str, Any]) -> Path:
    path = folder / "asked.jsonl"
    path.write_text("".join(json.dumps(request) + "\n" for request in requests))
    return path


ENTERED = {"object": {"type": "Queue", "id": "sales@pbx1"}}


# -- replay: every value


@pytest.mark.parametrize("centre", [SMALL, TRANSFERS], ids=lambda centre: centre.name)
def test_a_replayed_recording_comes_to_what_the_queue_log_says(centre: Path) -> None:
    results = replayed(centre)
    assert wrong(centre, {row["ref"]: row["value"] for row in results}) == []
    assert [row["ref"] for row in results] == [row["ref"] for row in lines(centre / "open.jsonl")]


@pytest.mark.parametrize("centre", [SMALL, TRANSFERS], ids=lambda centre: centre.name)
def test_a_recording_without_the_present_state_comes_to_the_same(centre: Path, tmp_path: Path) -> None:
    said = gzip.decompress((centre / "recording.ami.gz").read_bytes()).split(b"\r\n\r\n")
    recording = tmp_path / "unasked.ami"
    recording.write_bytes(b"\r\n\r\n".join(message for message in said if b"ActionID: sync-" not in message))
    results = printed(replay(centre, recording))
    assert wrong(centre, {row["ref"]: row["value"] for row in results}) == []


def test_a_recording_is_replayed_to_the_same_bytes_each_time() -> None:
    first, second = (replay(SMALL, SMALL / "recording.ami.gz") for _ in range(2))
    assert first.stdout == second.stdout != ""


def test_a_recording_need_not_be_gzipped(tmp_path: Path) -> None:
    plain = tmp_path / "plain.ami"
    plain.write_bytes(gzip.decompress((SMALL / "recording.ami.gz").read_bytes()))
    assert printed(replay(SMALL, plain)) == replayed(SMALL)


# -- replay: its options


def test_at_reads_all_statistics_at_each_time_sorted_by_time_then_ref(tmp_path: Path) -> None:
    two = asked(
        tmp_path,
        {"request": "OpenStatistic", "ref": 9, **ENTERED, "statistic": "Entered", "time_profile": "Ever"},
        {"request": "OpenStatistic", "ref": 4, **ENTERED, "statistic": "WaitingNow"},
    )
    results = replayed(SMALL, "--at", "+160", "--at", "+60", open_=two)
    begin = stamps(SMALL)[0]
    assert [(row["ref"], round(row["time"] - begin)) for row in results] == [(4, 60), (9, 60), (4, 160), (9, 160)]
    assert 0 < results[1]["value"] < results[3]["value"] <= 51


def test_at_takes_epoch_seconds_and_iso_8601_in_utc_or_with_its_zone(tmp_path: Path) -> None:
    forms = ("1795505370", "2026-11-24T07:29:30", "2026-11-24T08:29:30+01:00")
    options = [word for form in forms for word in ("--at", form)]
    results = replayed(SMALL, *options, open_=asked_once(tmp_path, **ENTERED))
    assert [row["time"] for row in results] == [1795505370] * 3


def test_a_reading_after_the_last_event_has_the_resets_up_to_then(tmp_path: Path) -> None:
    midnights = asked_once(tmp_path, **ENTERED, time_profile="Default")
    results = replayed(SMALL, "--at", "2026-11-24T23:59:59", "--at", "2026-11-25T00:00:01", open_=midnights)
    assert [row["value"] for row in results] == [51, 0]


def test_csv_has_a_heading_and_a_line_a_reading(tmp_path: Path) -> None:
    process = replay(SMALL, SMALL / "recording.ami.gz", "--format", "csv", open_=asked_once(tmp_path, **ENTERED))
    (row,) = csv.DictReader(process.stdout.splitlines())
    assert (row["ref"], row["type"], row["id"], row["statistic"]) == ("1", "Queue", "sales@pbx1", "Entered")
    assert row["value"] == "51"


def test_a_table_is_for_people(tmp_path: Path) -> None:
    process = replay(SMALL, SMALL / "recording.ami.gz", "--format", "table", open_=asked_once(tmp_path, **ENTERED))
    assert re.search(r"Queue:sales@pbx1 +│ +Entered +│ +51 ", process.stdout)


def test_a_refused_request_is_told_in_its_place_and_the_others_go_on(tmp_path: Path) -> None:
    three = asked(
        tmp_path,
        {"request": "OpenStatistic", "ref": 1, **ENTERED, "statistic": "Entered"},
        {"request": "OpenStatistic", "ref": 2, **ENTERED, "statistic": "Entred"},
        {"request": "OpenStatistic", "ref": 3, **ENTERED, "statistic": "Abandoned"},
    )
    entered, refused, abandoned = replayed(SMALL, open_=three)
    assert (entered["value"], refused["value"], abandoned["value"]) == (51, None, 13)
    assert refused["error"]["code"] == "UnknownStatType"
    assert "'Entered'" in refused["error"]["message"]


def test_name_equals_file_says_which_source_it_is(tmp_path: Path) -> None:
    process = replay(SMALL, f"asterisk-1={SMALL}/recording.ami.gz", open_=asked_once(tmp_path, **ENTERED))
    assert [row["value"] for row in printed(process)] == [51]


# -- replay: what cannot be used


def refusal_of(process: Any) -> str:
    assert process.returncode == 2, process.stderr
    assert process.stdout == ""
    assert "Traceback" not in process.stderr
    return str(process.stderr)


def test_a_missing_recording_is_named() -> None:
    assert "/nowhere.ami: cannot be read: No such file or directory" in refusal_of(replay(SMALL, "/nowhere.ami"))


def test_a_recording_that_is_cut_off_is_named_with_its_line(tmp_path: Path) -> None:
    cut = tmp_path / "cut.ami.gz"
    cut.write_bytes((SMALL / "recording.ami.gz").read_bytes()[:40_000])
    assert re.search(rf"{cut}:\d+: is cut off", refusal_of(replay(SMALL, cut)))


def test_an_empty_recording_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty.ami"
    empty.touch()
    assert f"{empty}: is empty" in refusal_of(replay(SMALL, empty))


def test_a_line_that_is_no_request_is_named(tmp_path: Path) -> None:
    requests = tmp_path / "bad.jsonl"
    requests.write_text('{"request":"OpenStatistic","ref":1}\nnonsense\n')
    told = refusal_of(replay(SMALL, SMALL / "recording.ami.gz", open_=requests))
    assert f"{requests}:1: is no OpenStatistic request" in told
    assert f"{requests}:2: is no OpenStatistic request" in told


def test_a_missing_file_of_requests_is_named(tmp_path: Path) -> None:
    told = refusal_of(replay(SMALL, SMALL / "recording.ami.gz", open_=tmp_path / "none.jsonl"))
    assert "none.jsonl" in told


def test_a_source_that_is_not_configured_is_named() -> None:
    told = refusal_of(replay(SMALL, f"asterisk-2={SMALL}/recording.ami.gz"))
    assert "no source 'asterisk-2' is configured; did you mean 'asterisk-1'?" in told


def test_a_time_that_is_none_is_named() -> None:
    assert "--at noon" in refusal_of(replay(SMALL, SMALL / "recording.ami.gz", "--at", "noon"))


# -- followed over a socket


@pytest.mark.parametrize("centre", [SMALL, TRANSFERS], ids=lambda centre: centre.name)
def test_an_asterisk_followed_over_a_socket_comes_to_the_same(
    centre: Path, running: Running, program: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASTERISK_SECRET", SECRET)
    asterisk = running(AmiOnCue(centre / "recording.ami.gz", secret=SECRET))
    server = program("run", "--conf", conf_folder(tmp_path / "conf", centre, asterisk))
    client = running(Client(server.said.removeprefix("listening on ")))
    client.connect()
    open_ = {row["ref"]: opened(client, row) for row in lines(centre / "open.jsonl")}
    asterisk.may_begin.set()
    client.wait_until(stamps(centre)[-1])
    assert wrong(centre, {ref: client.peek(statistic).value for ref, statistic in open_.items()}) == []
    client.disconnect()
    assert server.end() == 0


def opened(client: Client, row: dict[str, Any]) -> Statistic:
    named = row["object"]
    return client.open(
        f"{named['type']}:{named['id']}", row["statistic"], time_profile=row["time_profile"], notification=SILENT
    )


def stamps(centre: Path) -> list[float]:
    raw = gzip.decompress((centre / "recording.ami.gz").read_bytes())
    return [float(stamp) for stamp in re.findall(rb"Timestamp: ([0-9.]+)", raw)]
