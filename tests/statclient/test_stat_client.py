from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

import gevent
import gevent.server
import gevent.socket
import pytest
from scripted_server import HANG_UP, REGISTERED, Answers, ScriptedServer, serve

from statclient import (
    ConnectionLost,
    RequestRefused,
    SessionClosed,
    StatClient,
    StatisticGone,
    Update,
)
from statclient._link import SILENCE_S

Start = Callable[[Answers], ScriptedServer]
LISTINGS = {
    "ListStatTypes": {"event": "StatTypes", "stat_types": [{"name": "Entered"}]},
    "ListTimeProfiles": {"event": "TimeProfiles", "time_profiles": [{"name": "Default"}]},
    "ListTimeRanges": {"event": "TimeRanges", "time_ranges": []},
    "ListFilters": {"event": "Filters", "filters": []},
}


def patient(request: dict[str, Any], session: int) -> list[dict[str, Any]]:
    """A server where all goes well; the value of a statistic is the number of the session."""
    ref = request["ref"]
    info = {"event": "Info", "time": 1000.0, "value": session}
    match request["request"]:
        case "OpenStatistic":
            return [{"event": "StatisticOpened", "ref": ref, "id": ref}, info | {"id": ref}]
        case "GetStatistic":
            return [info | {"ref": ref}]
        case "PeekStatistic":
            return [info | {"ref": ref, "id": request["id"], "value": 77}]
        case "SuspendNotification":
            return [{"event": "Suspended", "ref": ref, "id": request["id"]}]
        case "ResumeNotification":
            return [{"event": "Resumed", "ref": ref, "id": request["id"]}, info | {"id": request["id"]}]
        case "CloseStatistic":
            return [{"event": "StatisticClosed", "ref": ref, "id": request["id"]}]
        case "ListObjects":
            return [{"event": "Objects", "ref": ref, "objects": [{"type": request["type"], "id": "1001"}]}]
        case "Ping":
            return [{"event": "Pong", "ref": ref, "time": 1234.5}]
        case listing:
            return [LISTINGS[listing] | {"ref": ref}]


def hangs_up_on(kind: str, farewell: dict[str, Any] | None = None) -> Answers:
    """As `patient`, but in its first session it ends with the first such request."""

    def answers(request: dict[str, Any], session: int) -> list[dict[str, Any]]:
        if session == 1 and request["request"] == kind:
            return [farewell, HANG_UP] if farewell else [HANG_UP]
        return patient(request, session)

    return answers


def client_of(server: ScriptedServer, **options: Any) -> StatClient:
    return StatClient(server.address, client="test", sleep=lambda delay_s: None, **options)


def test_connecting_says_who_the_server_is(scripted: Start) -> None:
    client = client_of(scripted(patient))
    assert client.connect().version == "0.1.0"
    client.disconnect()


def test_what_is_open_comes_by_iterating(scripted: Start) -> None:
    with client_of(scripted(patient)) as client:
        statistic = client.open("Agent:1001", "TalkInbound")
        update = next(iter(client))
    assert isinstance(update, Update)
    assert (update.statistic, update.value, update.time) == (statistic, 1, 1000.0)


def test_a_request_says_all_that_it_was_given(scripted: Start) -> None:
    server = scripted(patient)
    with client_of(server) as client:
        client.open(
            "Queue:8000@pbx1",
            {"category": "ServiceFactor1"},
            time_profile="Sliding:60/5",
            time_range="0-20",
            filter="F",
        )
    assert server.requests[-1] == {
        "request": "OpenStatistic",
        "ref": 2,
        "object": {"type": "Queue", "id": "8000@pbx1"},
        "statistic": {"category": "ServiceFactor1"},
        "time_profile": "Sliding:60/5",
        "time_range": "0-20",
        "filter": "F",
        "notification": {},
    }


def test_peek_get_and_ping_are_answered(scripted: Start) -> None:
    with client_of(scripted(patient)) as client:
        statistic = client.open("Agent:1001", "TalkInbound")
        assert client.peek(statistic).value == 77
        assert client.get("Agent:1001", "TalkInbound").value == 1
        assert client.ping() == 1234.5


def test_what_the_server_has_can_be_listed(scripted: Start) -> None:
    with client_of(scripted(patient)) as client:
        assert client.list_objects("Agent") == [{"type": "Agent", "id": "1001"}]
        assert client.list_stat_types() == [{"name": "Entered"}]
        assert client.list_time_profiles() == [{"name": "Default"}]
        assert client.list_time_ranges() == []
        assert client.list_filters() == []


def test_a_resumed_statistic_tells_its_value_again(scripted: Start) -> None:
    with client_of(scripted(patient)) as client:
        statistic = client.open("Agent:1001", "TalkInbound")
        client.suspend(statistic)
        assert statistic.is_suspended
        client.resume(statistic)
        assert not statistic.is_suspended
        assert [client.receive() is not None for _ in range(2)] == [True, True]


def test_a_closed_statistic_cannot_be_asked(scripted: Start) -> None:
    with client_of(scripted(patient)) as client:
        statistic = client.open("Agent:1001", "TalkInbound")
        client.close(statistic)
        with pytest.raises(RequestRefused, match="UnknownStatistic"):
            client.peek(statistic)


def test_a_refusal_carries_code_and_message_and_the_session_goes_on(scripted: Start) -> None:
    def refusing(request: dict[str, Any], session: int) -> list[dict[str, Any]]:
        if request["request"] != "OpenStatistic":
            return patient(request, session)
        return [{"event": "Error", "ref": request["ref"], "code": "UnknownStatType", "message": "no 'TotlCalls'"}]

    with client_of(scripted(refusing)) as client:
        with pytest.raises(RequestRefused) as refused:
            client.open("Agent:1001", "TotlCalls")
        assert (refused.value.code, refused.value.message) == ("UnknownStatType", "no 'TotlCalls'")
        assert client.ping() == 1234.5


def test_a_request_whose_connection_is_lost_is_asked_again(scripted: Start) -> None:
    server = scripted(hangs_up_on("Ping"))
    with client_of(server) as client:
        assert client.ping() == 1234.5
    assert server.sessions == 2


def test_an_opening_that_was_never_answered_is_opened_once(scripted: Start) -> None:
    server = scripted(hangs_up_on("OpenStatistic"))
    with client_of(server) as client:
        client.open("Agent:1001", "TalkInbound")
        client.ping()
    assert [request["request"] for request in server.requests].count("OpenStatistic") == 2


def test_a_handle_stays_valid_over_a_lost_connection(scripted: Start) -> None:
    with client_of(scripted(hangs_up_on("Ping"))) as client:
        statistic = client.open("Agent:1001", "TalkInbound")
        old_id = statistic.id
        client.ping()
        values = [notice.value for notice in (client.receive(), client.receive()) if isinstance(notice, Update)]
    assert values == [1, 2]
    assert statistic.id != old_id


def test_a_server_that_shuts_down_is_waited_for(scripted: Start) -> None:
    farewell = {"event": "Closed", "code": "Shutdown", "message": "the server stops"}
    delays: list[float] = []
    server = scripted(hangs_up_on("Ping", farewell))
    with StatClient(server.address, sleep=delays.append) as client:
        assert client.ping() == 1234.5
    assert delays == [0.5]


def test_a_session_closed_for_our_fault_is_raised_with_the_reason(scripted: Start) -> None:
    farewell = {"event": "Closed", "code": "SlowClient", "message": "4 MiB wait"}
    server = scripted(hangs_up_on("Ping", farewell))
    with client_of(server) as client:
        with pytest.raises(SessionClosed) as closed:
            client.ping()
        assert (closed.value.code, closed.value.message) == ("SlowClient", "4 MiB wait")
    assert server.sessions == 1


def test_no_server_there_is_told_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(ConnectionLost, match=f"no stat server at 127.0.0.1:{port}"):
        StatClient(f"127.0.0.1:{port}").connect()


def test_when_no_attempt_is_left_the_loss_is_raised(scripted: Start) -> None:
    server = scripted(hangs_up_on("Ping"))
    with client_of(server, reconnects_max=0) as client, pytest.raises(ConnectionLost, match="closed the connection"):
        client.ping()


def test_a_client_the_server_does_not_want_is_refused() -> None:
    link = ScriptedSocket([b'{"event":"Error","ref":1,"code":"Unauthorized","message":"no token"}\n'])
    with pytest.raises(RequestRefused, match="Unauthorized"):
        StatClient("x:1", connect=lambda address, timeout_s: link).connect()


def test_nothing_told_in_time_is_none(scripted: Start) -> None:
    with client_of(scripted(patient)) as client:
        assert client.receive(0.01) is None


def test_after_a_disconnect_an_iteration_ends(scripted: Start) -> None:
    client = client_of(scripted(patient))
    client.connect()
    client.disconnect()
    assert list(client) == []


def test_what_was_open_is_open_again_after_disconnect_and_connect(scripted: Start) -> None:
    client = client_of(scripted(patient))
    client.connect()
    statistic = client.open("Agent:1001", "TalkInbound")
    client.disconnect()
    with client:
        assert client.peek(statistic).value == 77


def test_an_object_deleted_is_a_notice(scripted: Start) -> None:
    def deleting(request: dict[str, Any], session: int) -> list[dict[str, Any]]:
        gone = {"event": "StatisticClosed", "id": request["ref"], "reason": "ObjectDeleted"}
        return [*patient(request, session), gone]

    with client_of(scripted(deleting)) as client:
        statistic = client.open("Agent:1001", "TalkInbound")
        assert [client.receive(), client.receive()][1] == StatisticGone(statistic, "ObjectDeleted")


class ScriptedSocket:
    """A socket that gives what it was given, then waits in vain; time passes only while it waits."""

    def __init__(self, chunks: list[bytes]) -> None:
        self.chunks = chunks
        self.sent: list[dict[str, Any]] = []
        self.now_s = 0.0
        self.timeout_s = 0.0

    def sendall(self, data: bytes, /) -> None:
        self.sent += [json.loads(line) for line in data.splitlines()]

    def recv(self, size: int, /) -> bytes:
        if self.chunks:
            return self.chunks.pop(0)
        self.now_s += self.timeout_s
        raise TimeoutError

    def settimeout(self, value: float | None, /) -> None:
        self.timeout_s = value or 0.0

    def shutdown(self, how: int, /) -> None:
        pass

    def close(self) -> None:
        pass


def test_a_silent_server_is_pinged_and_then_given_up() -> None:
    link = ScriptedSocket([json.dumps(REGISTERED | {"ref": 1}).encode() + b"\n"])
    client = StatClient("x:1", connect=lambda address, timeout_s: link, clock=lambda: link.now_s, reconnects_max=0)
    client.connect()
    with pytest.raises(ConnectionLost, match="silent for 20 s"):
        client.receive()
    assert [request["request"] for request in link.sent] == ["Register", "Ping"]
    assert link.now_s == pytest.approx(2 * SILENCE_S, abs=0.01)


def test_in_a_gevent_program_other_greenlets_run_while_a_client_waits() -> None:
    sessions: list[object] = []

    def session(link: gevent.socket.socket, address: object) -> None:
        sessions.append(link)
        answers = hangs_up_on("Ping")
        with link.makefile("rb") as lines:
            serve(lines, link.sendall, lambda request, number: registered_or(answers, request, number), len(sessions))
        link.close()

    def registered_or(answers: Answers, request: dict[str, Any], number: int) -> list[dict[str, Any]]:
        return [REGISTERED | {"ref": request["ref"]}] if request["request"] == "Register" else answers(request, number)

    server = gevent.server.StreamServer(("127.0.0.1", 0), session)
    server.start()
    client = StatClient(
        f"127.0.0.1:{server.server_port}",
        connect=gevent.socket.create_connection,
        sleep=lambda delay_s: gevent.sleep(0),
    )
    with client:
        client.open("Agent:1001", "TalkInbound")
        assert client.ping() == 1234.5
        values = [notice.value for notice in (client.receive(), client.receive()) if isinstance(notice, Update)]
        waiting = gevent.spawn(list, client)
        gevent.sleep(0)
        client.disconnect()
        assert waiting.get(timeout=5) == []
    server.stop()
    assert values == [1, 2]
