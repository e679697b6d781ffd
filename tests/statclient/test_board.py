from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from rich.console import Console
from scripted_server import Answers, ScriptedServer

from actors.vocabulary.protocol import ObjectName
from statclient import Reading, board
from statclient._board import View, drawn
from statclient._screen import MISSING
from statclient._sections import Subject, duration_text

Start = Callable[[Answers], ScriptedServer]
NOW = 1795505403.0


def read(value: Any, **state: Any) -> Reading:
    return Reading(NOW, value, state or None)


def agent(number: int, status: str = "WaitForNextCall", **state: Any) -> Subject:
    readings = {"state": read(status, since=NOW - 65, **state), "inbound": read(3), "talk": read(301.5)}
    return Subject(ObjectName("Agent", str(number)), f"Agent {number}", readings)


def queue(number: int, service_level: float = 84.0) -> Subject:
    readings = {"waiting": read(2), "longest": read(43.0), "entered": read(1200), "in time": read(service_level)}
    return Subject(ObjectName("Queue", f"{number}@pbx1"), f"{number}@pbx1", readings)


def group() -> Subject:
    readings = {"logged in": read(4), "ready": read(1), "talking": read(2), "not ready": read(1)}
    return Subject(ObjectName("GroupAgents", "Sales"), "Sales", readings)


def lines(view: View, width: int = 80, height: int = 24) -> list[str]:
    console = Console(width=width, height=height, file=io.StringIO(), record=True)
    console.print(drawn(view, NOW, width=width, height=height))
    return console.export_text().splitlines()


def line_of(view: View, start: str) -> list[str]:
    return next(line for line in lines(view) if line.startswith(start)).split()


def view(**parts: Any) -> View:
    return View(**({"server": "127.0.0.1:3050", "version": "0.1.0"} | parts))


@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 40), (160, 30), (240, 60)])
def test_the_board_fits_the_terminal(width: int, height: int) -> None:
    full = view(
        agents=[agent(number, "NotReadyForNextCall", place="Desk 7001") for number in range(1000, 1100)],
        queues=[queue(number) for number in range(8000, 8040)],
        groups=[group() for _ in range(20)],
    )
    shown = lines(full, width, height)
    assert len(shown) <= height
    assert max(map(len, shown)) <= width
    assert any("NotReadyForNextCall" in line and "Desk 7001" in line for line in shown)


def test_an_agent_has_status_since_reason_place_calls_and_talk_time() -> None:
    lunch = agent(1001, "NotReadyForNextCall", reasons={"Reason": "Lunch"}, place="D7001")
    assert line_of(view(agents=[lunch]), "Agent 1001") == [
        *["Agent", "1001", "●", "NotReadyForNextCall", "1:05", "Lunch", "D7001", "3", "5:01"]
    ]


def test_a_queue_has_its_numbers_and_its_service_level() -> None:
    assert line_of(view(queues=[queue(8000, 50.0)]), "8000") == [
        *["8000@pbx1", "2", "0:43", "1,200", MISSING, MISSING, "50%", "━━━━━━━━"]
    ]


def test_a_group_says_how_many_of_its_agents_do_what() -> None:
    assert line_of(view(groups=[group()]), "Sales") == ["Sales", "4", "1", "2", "1", MISSING, MISSING]


def test_agents_that_are_away_come_last() -> None:
    shown = lines(view(agents=[agent(1001, "LoggedOut"), agent(1002)]))
    order = [line.split()[1] for line in shown if line.startswith("Agent 1")]
    assert order == ["1002", "1001"]


def test_what_does_not_fit_is_counted() -> None:
    shown = lines(view(agents=[agent(number) for number in range(1000, 1100)]))
    seen = sum(line.startswith("Agent 1") for line in shown)
    assert f"{100 - seen} more" in [line.strip() for line in shown]


def test_the_board_says_how_to_attach_another_client() -> None:
    text = "\n".join(lines(view(agents=[agent(1001)], server="127.0.0.1:3051")))
    assert "statserver watch Agent:1001 CallsInbound --server 127.0.0.1:3051" in text
    assert "127.0.0.1:3051, JSON Lines over TCP" in text


def test_where_every_client_looks_first_the_server_need_not_be_named() -> None:
    assert "--server" not in "\n".join(lines(view(agents=[agent(1001)], server="127.0.0.1:3050")))


def test_an_id_with_a_blank_is_quoted_for_the_shell() -> None:
    spaced = Subject(ObjectName("Agent", "Ann Lee"), "Ann Lee", {})
    assert "watch 'Agent:Ann Lee' CallsInbound" in "\n".join(lines(view(agents=[spaced])))


@pytest.mark.parametrize(
    ("trouble", "text"),
    [
        ({}, "connected"),
        ({"sources_down": {"tserver-1"}}, "no link to tserver-1"),
        ({"trouble": "connection lost, trying again"}, "connection lost, trying again"),
    ],
)
def test_the_head_says_whether_all_is_well(trouble: dict[str, Any], text: str) -> None:
    assert text in lines(view(**trouble))[0]


@pytest.mark.parametrize(("seconds", "text"), [(-1, "0:00"), (7.9, "0:07"), (750, "12:30"), (3723, "1:02:03")])
def test_a_duration_is_minutes_and_seconds(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def small_centre(request: dict[str, Any], session: int) -> list[dict[str, Any]]:
    """One agent, one queue, no group; the stat types of queues are not known."""
    ref = request["ref"]
    match request["request"]:
        case "Ping":
            return [{"event": "Pong", "ref": ref, "time": NOW}]
        case "ListObjects":
            listed = {"Agent": [{"type": "Agent", "id": "1001", "name": "Ann"}], "Queue": [{"id": "8000@pbx1"}]}
            return [{"event": "Objects", "ref": ref, "objects": listed.get(request["type"], [])}]
    if request["object"]["type"] == "Queue":
        return [{"event": "Error", "ref": ref, "code": "UnknownStatType", "message": "no"}]
    state = {"status": "CallInbound", "since": NOW - 5}
    value = {"value": "CallInbound", "state": state} if "State" in request["statistic"] else {"value": 7}
    down = {"event": "SourceDown", "source": "pbx1", "time": NOW}
    return [
        {"event": "StatisticOpened", "ref": ref, "id": ref},
        {"event": "Info", "id": ref, "time": NOW} | value,
        down,
    ]


def test_without_a_terminal_the_board_is_printed_once(scripted: Start) -> None:
    out = io.StringIO()
    server = scripted(small_centre)
    board(server.address, out=out)
    text = out.getvalue()
    assert "● CallInbound" in text
    assert "8000@pbx1" in text
    assert "no link to pbx1" in text
    assert f"--server {server.address}" in text
