from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from scripted_server import Answers, ScriptedServer

from actors.vocabulary.protocol import ObjectName, OpenStatistic
from statclient import Interval, Reading, SourceDown, Statistic, StatisticGone, peek, watch
from statclient._screen import MISSING, Row, notice_line, print_readings, reasons_text, state_text, value_text

Start = Callable[[Answers], ScriptedServer]
AGENT = ObjectName("Agent", "1001")
STATE = {
    "status": "NotReadyForNextCall",
    "since": 1795505402.0,
    "reasons": {"Reason": "Lunch"},
    "place": "Desk 7001",
}
ROWS = [
    Row(AGENT, "TalkInbound", Reading(1795505403.0, 1234.5)),
    Row(AGENT, "State", Reading(1795505403.0, "NotReadyForNextCall", STATE)),
]


def printed(rows: list[Row], form: Any) -> str:
    out = io.StringIO()
    print_readings(rows, form, out)
    return out.getvalue()


def test_json_is_one_line_a_reading_as_replay_prints_it() -> None:
    first, second = [json.loads(line) for line in printed(ROWS, "json").splitlines()]
    assert first == {
        "time": 1795505403.0,
        "object": {"type": "Agent", "id": "1001"},
        "statistic": "TalkInbound",
        "value": 1234.5,
    }
    assert second["state"] == STATE


def test_json_carries_the_closed_interval() -> None:
    row = Row(AGENT, "TalkInbound", Reading(900.0, 5, None, Interval(0.0, 900.0)))
    assert json.loads(printed([row], "json"))["interval"] == {"from": 0.0, "to": 900.0}


def test_csv_has_a_head_and_the_state_in_one_cell() -> None:
    head, first, second = csv.reader(io.StringIO(printed(ROWS, "csv")))
    assert head == ["time", "object", "statistic", "value", "state"]
    assert first == ["1795505403.0", "Agent:1001", "TalkInbound", "1234.5", ""]
    assert json.loads(second[4]) == STATE


def test_a_state_says_since_when_why_and_where() -> None:
    assert state_text(STATE) == "since 07:30:02, Lunch, Desk 7001"


def test_a_table_has_a_line_a_statistic() -> None:
    lines = printed(ROWS, "table").splitlines()
    assert len(lines) >= 3
    assert "1,234.50" in lines[1]
    assert "TalkInbound" in lines[1]


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, MISSING), (1234567, "1,234,567"), (0.5, "0.50"), ("CallInbound", "CallInbound"), ({"a": 1}, '{"a":1}')],
)
def test_a_value_is_shown_for_a_person(value: Any, text: str) -> None:
    assert value_text(value).plain == text


def test_reasons_are_shown_without_the_usual_key() -> None:
    assert reasons_text({"reasons": {"Reason": "Lunch", "Team": "A"}}) == "Lunch Team=A"


def test_what_is_no_reading_is_a_line_with_its_event() -> None:
    statistic = Statistic(OpenStatistic(ref=0, object=AGENT, statistic="TalkInbound"))
    assert json.loads(notice_line(SourceDown(source="pbx1", time=5.0))) == {
        "event": "SourceDown",
        "source": "pbx1",
        "time": 5.0,
    }
    assert json.loads(notice_line(StatisticGone(statistic, "ObjectDeleted")))["reason"] == "ObjectDeleted"


def day(request: dict[str, Any], session: int) -> list[dict[str, Any]]:
    """A server that tells two values of a statistic, and then that its object is gone."""
    ref = request["ref"]
    if request.get("statistic") == "TotlCalls":
        return [{"event": "Error", "ref": ref, "code": "UnknownStatType", "message": "did you mean 'TotalCalls'?"}]
    values = [{"event": "Info", "id": ref, "time": 1000.0 + value, "value": value} for value in (1, 2)]
    if request["request"] == "GetStatistic":
        return [{"event": "Info", "ref": ref, "time": 1000.0, "value": len(request["statistic"])}]
    gone = {"event": "StatisticClosed", "id": ref, "reason": "ObjectDeleted"}
    return [{"event": "StatisticOpened", "ref": ref, "id": ref}, *values, gone]


def test_a_peek_prints_one_reading_a_stat_type(scripted: Start) -> None:
    out = io.StringIO()
    server = scripted(day)
    peek(server.address, "Agent:1001", ["Calls", "TalkInbound"], profile="Growing:0:00", token="secret", out=out)
    assert [json.loads(line)["value"] for line in out.getvalue().splitlines()] == [5, 11]
    assert server.requests[0]["token"] == "secret"
    assert server.requests[1]["time_profile"] == "Growing:0:00"


def test_a_peek_answers_what_is_refused_and_prints_the_others(scripted: Start) -> None:
    out = io.StringIO()
    (refusal,) = peek(scripted(day).address, "Agent:1001", ["TotlCalls", "Calls"], out=out)
    assert refusal.message == "did you mean 'TotalCalls'?"
    assert json.loads(out.getvalue())["statistic"] == "Calls"


def test_a_peek_of_which_all_is_refused_prints_nothing(scripted: Start) -> None:
    out = io.StringIO()
    assert len(peek(scripted(day).address, "Agent:1001", ["TotlCalls"], format="csv", out=out)) == 1
    assert out.getvalue() == ""


def test_without_a_terminal_watch_prints_a_line_an_update_until_the_object_is_gone(scripted: Start) -> None:
    out = io.StringIO()
    watch(scripted(day).address, "Agent:1001", ["Calls"], out=out)
    first, second, gone = [json.loads(line) for line in out.getvalue().splitlines()]
    assert (first["value"], second["value"], gone["event"]) == (1, 2, "StatisticClosed")


def test_watch_can_print_csv(scripted: Start) -> None:
    out = io.StringIO()
    watch(scripted(day).address, "Agent:1001", ["Calls"], format="csv", out=out)
    assert [line.split(",")[3] for line in out.getvalue().splitlines()] == ["value", "1", "2"]


def test_watch_keeps_a_table_until_the_object_is_gone(scripted: Start) -> None:
    out = io.StringIO()
    watch(scripted(day).address, "Agent:1001", ["Calls"], format="table", out=out)
    assert "Agent:1001" in out.getvalue()
    assert "ObjectDeleted" in out.getvalue()
