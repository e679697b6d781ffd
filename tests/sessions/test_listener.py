from __future__ import annotations

import gc
import socket as plain_socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gevent
import msgspec
import pykka
import pytest
from gevent import socket
from played_pool import PlayedPool, Pour

from actors.sessions.listener import SESSIONS_MAX, Listener
from actors.sessions.outbox import TOTAL_FACTOR, Outbox
from actors.sessions.session import SessionActor
from runtime.actor import ActorRef
from runtime.clock import RealClock
from runtime.dispatcher import Dispatcher
from runtime.intake import Intake

LIMIT = 256 << 10
PING = b'{"request":"Ping","ref":9}\n'
REGISTER = b'{"request":"Register","ref":1,"client":"wallboard"}\n'
OPEN = b'{"request":"OpenStatistic","ref":2,"object":{"type":"Agent","id":"1001"},"statistic":"TotalCalls"}\n'


class Client:
    """What connects: a socket whose lines are read one by one."""

    def __init__(self, address: tuple[str, int], *, receive_bytes: int = 0) -> None:
        self.socket = socket.socket()
        if receive_bytes:
            self.socket.setsockopt(plain_socket.SOL_SOCKET, plain_socket.SO_RCVBUF, receive_bytes)
        self.socket.settimeout(20)
        self.socket.connect(address)
        self._data = b""

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def line(self) -> dict[str, Any] | None:
        """The next line; None at the end."""
        while b"\n" not in self._data:
            data = self.socket.recv(65536)
            if not data:
                assert self._data == b""
                return None
            self._data += data
        line, self._data = self._data.split(b"\n", 1)
        return msgspec.json.decode(line)

    def lines(self) -> list[dict[str, Any]]:
        """Everything up to the end."""
        return list(iter(self.line, None))

    def until(self, is_it: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        return next(line for line in iter(self.line, None) if is_it(line))


class House:
    """A listener on a free port, with a runtime that serves and a played pool."""

    def __init__(self) -> None:
        self.dispatcher = Dispatcher()
        self.intake = Intake(self.dispatcher, RealClock())
        with self.dispatcher.starting():
            self.pool: ActorRef = PlayedPool.start()
        self.outboxes: list[Outbox] = []
        self.clients: list[Client] = []
        self.serving = gevent.spawn(self.intake.serve)

    def listen(self, sessions_max: int = SESSIONS_MAX) -> None:
        self.listener = Listener(
            ("127.0.0.1", 0), self._start, self.intake, output_max_bytes=LIMIT, sessions_max=sessions_max
        )
        self.listener.start()

    def _start(self, outbox: Outbox, on_handled: Callable[[], None]) -> ActorRef:
        self.outboxes.append(outbox)
        with self.dispatcher.starting():
            return SessionActor.start(
                outbox, on_handled, pool=self.pool, intake=self.intake, server="s", version="1", token=None, down={}
            )

    def client(self, *, receive_bytes: int = 0) -> Client:
        self.clients.append(Client(self.listener.address, receive_bytes=receive_bytes))
        return self.clients[-1]

    def registered(self, *, receive_bytes: int = 0) -> Client:
        client = self.client(receive_bytes=receive_bytes)
        client.send(REGISTER + OPEN)
        assert [client.line()["event"] for _ in range(3)] == ["Registered", "StatisticOpened", "Info"]
        return client

    def pour(self, what: Pour) -> None:
        self.intake.put(self.pool, what, is_alone=True)

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Lets the others run until it is so."""
        with gevent.Timeout(20):
            while not is_so():
                gevent.sleep(0)

    def end(self) -> None:
        for client in self.clients:
            client.socket.close()
        self.listener.stop()
        self.serving.kill()
        self.pool.stop(block=False)
        self.intake.drain()


@pytest.fixture
def house() -> Iterator[House]:
    one = House()
    one.listen()
    yield one
    one.end()


def greenlets() -> int:
    gc.collect()
    return sum(isinstance(thing, gevent.Greenlet) and not thing.dead for thing in gc.get_objects())


def test_a_client_registers_opens_and_is_told_changes(house: House) -> None:
    client = house.registered()
    house.pour(Pour(5))
    assert client.line() == {"event": "Info", "id": 1, "time": 1.5, "value": 5}


def test_requests_may_come_in_pieces_and_with_windows_line_ends(house: House) -> None:
    client = house.client()
    for at in range(len(PING)):
        client.send(PING.replace(b"\n", b"\r\n")[at : at + 1])
    client.send(b"\n")
    assert client.line()["event"] == "Pong"


def test_an_empty_line_is_answered_like_any_that_is_no_json(house: House) -> None:
    client = house.client()
    client.send(b"\n\r\n" + PING)
    assert [client.line().get("code") for _ in range(3)] == ["BadMessage", "BadMessage", None]


def test_a_client_that_says_no_more_gets_its_answers_and_the_end(house: House) -> None:
    client = house.client()
    client.send(REGISTER + OPEN)
    client.socket.shutdown(plain_socket.SHUT_WR)
    assert [line["event"] for line in client.lines()] == ["Registered", "StatisticOpened", "Info"]


def test_ten_bad_lines_in_a_row_close_the_connection(house: House) -> None:
    client = house.client()
    client.send(b"hello\n" * 500)
    lines = client.lines()
    assert [line["event"] for line in lines] == ["Error"] * 10 + ["Closed"]
    assert lines[-1]["code"] == "BadMessage"


def test_an_endless_line_is_one_error(house: House) -> None:
    client = house.client()
    for _ in range(48):
        client.send(b"x" * 65536)
    client.send(b"\n" + PING)
    assert [client.line()["event"] for _ in range(2)] == ["Error", "Pong"]


def test_a_burst_of_requests_is_answered_in_full(house: House) -> None:
    client = house.client()
    client.send(PING * 2000)
    assert {client.line()["event"] for _ in range(2000)} == {"Pong"}


def test_one_client_does_not_fill_the_intake(house: House) -> None:
    house.client().send(PING * 10_000)
    house.wait_until(lambda: bool(house.outboxes))
    waited = []
    with gevent.Timeout(20):
        while len(waited) < 200:
            waited.append(len(house.intake._waiting))
            gevent.sleep(0)
    assert max(waited) <= 200


def test_a_client_that_reads_slowly_gets_the_newest_value_and_delays_nobody(house: House) -> None:
    slow, quick = house.registered(receive_bytes=4096), house.registered()
    most = 0
    for value in range(1, 400):
        house.pour(Pour(value, state_bytes=50_000))
        assert quick.until(lambda line: line["event"] == "Info")["value"] == value
        most = max(most, house.outboxes[0].waiting)
    assert 50_000 < most <= LIMIT
    assert slow.until(lambda line: line.get("value") == 399)
    slow.send(PING)
    assert slow.line()["event"] == "Pong"


def test_a_client_that_does_not_read_what_cannot_be_replaced_is_closed(house: House) -> None:
    slow = house.registered(receive_bytes=4096)
    most = 0
    for value in range(1, 100):
        house.pour(Pour(value, state_bytes=50_000, is_replaceable=False))
        gevent.sleep(0)
        most = max(most, house.outboxes[0].waiting)
    house.wait_until(lambda: house.outboxes[0].is_closed)
    assert most <= TOTAL_FACTOR * LIMIT + 51_000
    assert slow.until(lambda line: line["event"] == "Closed")["code"] == "SlowClient"
    assert slow.line() is None


def test_a_client_that_never_reads_again_is_hung_up_on(house: House) -> None:
    house.registered(receive_bytes=4096)
    for value in range(1, 100):
        house.pour(Pour(value, state_bytes=50_000, is_replaceable=False))
    house.wait_until(lambda: house.listener.sessions == 0)
    assert house.outboxes[0].is_closed


def test_a_port_that_is_taken_leaves_no_socket_open(house: House) -> None:
    second = Listener(house.listener.address, house._start, house.intake, output_max_bytes=LIMIT)
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(OSError, match="Address already in use"):
        second.start()
    second.stop()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_one_session_more_than_there_may_be_is_refused() -> None:
    house = House()
    house.listen(sessions_max=1)
    first, second = house.registered(), house.client()
    second.send(REGISTER)
    (refusal,) = second.lines()
    assert (refusal["event"], refusal["code"]) == ("Error", "LimitExceeded")
    first.socket.close()
    house.wait_until(lambda: house.listener.sessions == 0)
    house.registered()
    house.end()


def test_a_client_that_breaks_off_leaves_nothing_behind(house: House) -> None:
    before = (greenlets(), len(pykka.ActorRegistry.get_all()))
    for _ in range(5):
        client = house.registered()
        client.socket.setsockopt(plain_socket.SOL_SOCKET, plain_socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        client.socket.close()
    house.wait_until(lambda: house.listener.sessions == 0)
    house.wait_until(lambda: len(pykka.ActorRegistry.get_all()) == before[1])
    assert greenlets() == before[0]


def test_at_a_shutdown_everyone_is_told_and_nothing_is_left() -> None:
    before = (greenlets(), len(pykka.ActorRegistry.get_all()))
    house = House()
    house.listen()
    clients = [house.registered() for _ in range(3)]
    stopping = gevent.spawn(house.listener.stop)
    for client in clients:
        assert client.until(lambda line: line["event"] == "Closed")["code"] == "Shutdown"
        assert client.line() is None
        client.socket.close()
    stopping.join()
    with socket.socket() as late, pytest.raises(ConnectionRefusedError):
        late.connect(house.listener.address)
    house.end()
    del stopping
    assert (greenlets(), len(pykka.ActorRegistry.get_all())) == before


def test_a_shutdown_does_not_wait_for_who_never_reads() -> None:
    before = greenlets()
    house = House()
    house.listen()
    house.registered(receive_bytes=4096)
    for value in range(1, 40):
        house.pour(Pour(value, state_bytes=200_000))
    house.listener.stop()
    assert house.listener.sessions == 0
    house.end()
    assert greenlets() == before
