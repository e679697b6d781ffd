from __future__ import annotations

import json
from typing import Any

import pytest
from scripted_server import REGISTERED

from actors.vocabulary.protocol import Error, ObjectName, OpenStatistic, Ping, Pong, SourceDown, StatisticClosed
from statclient import _connection
from statclient._connection import Connection
from statclient._errors import ConnectionLost, SessionClosed
from statclient._protocol import Info
from statclient._statistic import Statistic, StatisticGone, Update


def sent(connection: Connection) -> list[dict[str, Any]]:
    return [json.loads(line) for line in connection.data_to_send().splitlines()]


def told(connection: Connection, *messages: dict[str, Any]) -> None:
    connection.receive(b"".join(json.dumps(message).encode() + b"\n" for message in messages))


def registered() -> Connection:
    connection = Connection("wallboard", "secret")
    ref = connection.begin()
    connection.data_to_send()
    told(connection, REGISTERED | {"ref": ref})
    connection.take_answer(ref)
    return connection


def handle(agent: str = "1001") -> Statistic:
    return Statistic(OpenStatistic(ref=0, object=ObjectName("Agent", agent), statistic="TalkInbound"))


def opened(connection: Connection, statistic_id: int, agent: str = "1001") -> Statistic:
    statistic = handle(agent)
    ref = connection.ask(statistic.opened_as, statistic=statistic)
    connection.data_to_send()
    told(connection, {"event": "StatisticOpened", "ref": ref, "id": statistic_id})
    connection.take_answer(ref)
    return statistic


def info(statistic_id: int, value: Any, **more: Any) -> dict[str, Any]:
    return {"event": "Info", "id": statistic_id, "time": 1000.5, "value": value} | more


def test_a_session_begins_with_the_registration_alone() -> None:
    connection = Connection("wallboard", "secret")
    connection.begin()
    assert sent(connection) == [{"request": "Register", "ref": 1, "client": "wallboard", "token": "secret"}]


def test_what_was_taken_to_send_is_not_sent_again() -> None:
    connection = Connection("wallboard")
    connection.begin()
    connection.data_to_send()
    assert connection.data_to_send() == b""


STREAM: list[tuple[dict[str, Any], tuple[Any, ...]]] = [
    (info(17, 42), (42, None, None)),
    (info(17, 12.5, interval={"from": 0.0, "to": 900.0}), (12.5, None, (0.0, 900.0))),
    (info(17, "NotReadyForNextCall", state={"status": "NotReadyForNextCall"}), ("NotReadyForNextCall", 1, None)),
]


@pytest.mark.parametrize("size", [1, 7, 10_000], ids=["singly", "in sevens", "whole"])
def test_updates_are_read_however_the_bytes_arrive(size: int) -> None:
    connection = registered()
    statistic = opened(connection, 17)
    data = b"".join(json.dumps(message).encode() + b"\n" for message, _ in STREAM) + b'{"event":"In'
    for start in range(0, len(data), size):
        connection.receive(data[start : start + size])
    seen = []
    for update in connection.notices:
        assert isinstance(update, Update)
        assert update.statistic is statistic
        interval = update.interval and (update.interval.start, update.interval.end)
        seen.append((update.value, update.state and len(update.state), interval))
    assert seen == [expected for _, expected in STREAM]


def test_the_handle_keeps_the_last_value() -> None:
    connection = registered()
    statistic = opened(connection, 17)
    told(connection, info(17, 1), info(17, 2))
    assert statistic.last is not None
    assert statistic.last.value == 2


def test_a_peek_is_an_answer_and_no_update() -> None:
    connection = registered()
    opened(connection, 17)
    ref = connection.ask(lambda ref: Ping(ref=ref))
    told(connection, info(17, 5, ref=ref))
    assert isinstance(connection.take_answer(ref), Info)
    assert not connection.notices


def test_an_answer_is_taken_once() -> None:
    connection = registered()
    ref = connection.ask(lambda ref: Ping(ref=ref))
    told(connection, {"event": "Pong", "ref": ref, "time": 3.0})
    assert connection.take_answer(ref) == Pong(ref=ref, time=3.0)
    assert connection.take_answer(ref) is None


def test_an_update_of_a_statistic_that_was_closed_is_left_out() -> None:
    connection = registered()
    statistic = opened(connection, 17)
    ref = connection.ask(lambda ref: Ping(ref=ref), statistic=statistic)
    told(connection, {"event": "StatisticClosed", "ref": ref, "id": 17}, info(17, 9))
    assert not connection.notices
    assert statistic.id is None
    assert isinstance(connection.take_answer(ref), StatisticClosed)


def test_a_statistic_that_the_server_closes_is_told_with_the_reason() -> None:
    connection = registered()
    statistic = opened(connection, 17)
    told(connection, {"event": "StatisticClosed", "id": 17, "reason": "ObjectDeleted"})
    assert list(connection.notices) == [StatisticGone(statistic, "ObjectDeleted")]


def test_a_lost_source_is_told() -> None:
    connection = registered()
    told(connection, {"event": "SourceDown", "source": "tserver-1", "time": 5.0})
    assert list(connection.notices) == [SourceDown(source="tserver-1", time=5.0)]


def test_after_a_reconnect_all_that_was_open_is_opened_anew_once_registered() -> None:
    connection = registered()
    statistic = opened(connection, 17)
    ref = connection.begin()
    assert [request["request"] for request in sent(connection)] == ["Register"]
    told(connection, REGISTERED | {"ref": ref})
    (reopening,) = sent(connection)
    assert reopening["request"] == "OpenStatistic"
    assert not connection.is_settled
    told(connection, {"event": "StatisticOpened", "ref": reopening["ref"], "id": 3}, info(3, 8))
    assert connection.is_settled
    assert (statistic.id, statistic.last and statistic.last.value) == (3, 8)


def test_a_suspended_statistic_is_suspended_again_after_a_reconnect() -> None:
    connection = registered()
    statistic = opened(connection, 17)
    ref = connection.ask(lambda ref: Ping(ref=ref), statistic=statistic)
    told(connection, {"event": "Suspended", "ref": ref, "id": 17})
    told(connection, REGISTERED | {"ref": connection.begin()})
    reopening = sent(connection)[-1]
    told(connection, {"event": "StatisticOpened", "ref": reopening["ref"], "id": 3})
    (suspension,) = sent(connection)
    assert (suspension["request"], suspension["id"]) == ("SuspendNotification", 3)


def test_what_cannot_be_opened_anew_is_told_and_gone() -> None:
    connection = registered()
    statistic = opened(connection, 17)
    told(connection, REGISTERED | {"ref": connection.begin()})
    reopening = sent(connection)[-1]
    told(connection, {"event": "Error", "ref": reopening["ref"], "code": "UnknownObject", "message": "gone"})
    assert list(connection.notices) == [StatisticGone(statistic, "UnknownObject")]
    told(connection, REGISTERED | {"ref": connection.begin()})
    assert [request["request"] for request in sent(connection)] == ["Register"]


def test_nothing_is_opened_anew_by_a_server_that_refuses_the_client() -> None:
    connection = registered()
    opened(connection, 17)
    ref = connection.begin()
    connection.data_to_send()
    told(connection, {"event": "Error", "ref": ref, "code": "Unauthorized", "message": "no"})
    assert sent(connection) == []
    assert connection.take_answer(ref) == Error(ref=ref, code="Unauthorized", message="no")


def test_an_opening_that_was_refused_is_not_opened_anew() -> None:
    connection = registered()
    statistic = handle()
    ref = connection.ask(statistic.opened_as, statistic=statistic)
    told(connection, {"event": "Error", "ref": ref, "code": "UnknownStatType", "message": "no"})
    told(connection, REGISTERED | {"ref": connection.begin()})
    assert [request["request"] for request in sent(connection)] == ["Register"]


def test_many_are_opened_anew_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = registered()
    for number in range(5):
        opened(connection, number, agent=str(number))
    monkeypatch.setattr(_connection, "REOPENING_MAX", 2)
    told(connection, REGISTERED | {"ref": connection.begin()})
    waiting = sent(connection)[1:]
    reopened = []
    while waiting:
        assert len(waiting) <= 2
        request = waiting.pop(0)
        reopened.append(request["object"]["id"])
        told(connection, {"event": "StatisticOpened", "ref": request["ref"], "id": 100 + len(reopened)})
        waiting += sent(connection)
    assert reopened == ["0", "1", "2", "3", "4"]
    assert connection.is_settled


def test_past_the_bound_the_oldest_notice_goes_and_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_connection, "NOTICES_MAX", 2)
    connection = registered()
    opened(connection, 17)
    told(connection, info(17, 1), info(17, 2), info(17, 3))
    assert [notice.value for notice in connection.notices if isinstance(notice, Update)] == [2, 3]
    assert connection.missed == 1


def test_a_closed_session_says_why_and_what_came_before_is_kept() -> None:
    connection = registered()
    opened(connection, 17)
    told(connection, info(17, 1), {"event": "Closed", "code": "SlowClient", "message": "4 MiB wait"}, info(17, 2))
    connection.receive(b"")
    assert len(connection.notices) == 1
    assert isinstance(connection.ended, SessionClosed)
    assert (connection.ended.code, connection.ended.message) == ("SlowClient", "4 MiB wait")


@pytest.mark.parametrize(
    "line",
    [b"HTTP/1.1 400 Bad Request\n", b"[]\n", b'{"event":"Pong","time":"noon"}\n', b"\xff\xfe\n"],
)
def test_what_is_not_the_protocol_ends_the_connection(line: bytes) -> None:
    connection = registered()
    connection.receive(line)
    assert isinstance(connection.ended, ConnectionLost)


def test_an_event_of_a_later_server_is_ignored() -> None:
    connection = registered()
    told(
        connection, {"event": "RoleChanged", "mode": "backup"}, {"event": "SourceUp", "source": "x", "time": 1, "y": 2}
    )
    assert connection.ended is None
    assert len(connection.notices) == 1
