from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

import gevent
import pytest
from gevent.socket import create_connection

from runtime.clock import RealClock, SteppedClock
from simulator import tserver as tserver_module
from simulator.day import Day
from simulator.play import MORNING_US, simulate
from simulator.tserver import TServer

ALL = b'{"request":"RegisterAddresses","application":"statserver","dns":["*"]}\n'
DAY_S = 90


class Client:
    """Reads a link line by line."""

    def __init__(self, port: int, request: bytes = ALL) -> None:
        self._socket = create_connection(("127.0.0.1", port))
        self._file = self._socket.makefile("rb")
        self._socket.sendall(request)

    def __iter__(self) -> Iterator[dict]:
        return self

    def __next__(self) -> dict:
        line = self._file.readline()
        if not line:
            raise StopIteration
        return json.loads(line)

    def ask_for_ever(self) -> None:
        while True:
            self._socket.sendall(ALL * 100)

    def close(self) -> None:
        self._file.close()
        self._socket.close()


@contextmanager
def playing(seconds: int = DAY_S) -> Iterator[TServer]:
    """A T-Server that plays a day as fast as it is read, then says good-bye."""
    day = Day(20, 2.0, seed=3, start_us=MORNING_US)
    tserver = TServer(day, clock=SteppedClock(MORNING_US), port=0)
    tserver.start()

    def play_all() -> None:
        tserver.play(MORNING_US + seconds * 1_000_000)
        tserver.stop()

    player = gevent.spawn(play_all)
    try:
        yield tserver
    finally:
        player.kill()
        tserver.stop()


def read_all(port: int, request: bytes = ALL) -> list[dict]:
    client = Client(port, request)
    events = list(client)
    client.close()
    return events


def seqs(events: list[dict]) -> list[int]:
    return [event["seq"] for event in events if event["event"] != "Heartbeat"]


def test_a_client_gets_every_dn_then_the_link_then_the_day_without_a_gap() -> None:
    with playing() as tserver:
        events = read_all(tserver.port)
    head = list(takewhile(lambda event: event["event"] != "EventLinkConnected", events))
    assert {event["event"] for event in head} == {"EventRegistered"}
    assert seqs(events) == list(range(1, len(seqs(events)) + 1))
    assert events[-1]["time"] > MORNING_US / 1_000_000 + DAY_S - 10


def test_a_client_that_comes_later_has_numbers_of_its_own() -> None:
    with playing(1800) as tserver:
        first = Client(tserver.port)
        for _ in range(2000):
            next(first)
        second = gevent.spawn(read_all, tserver.port)
        seen = [event["event"] for event in first]
        first.close()
        late = second.get()
    assert len(seen) > 1000
    assert seqs(late) == list(range(1, len(seqs(late)) + 1))
    assert any(event["calls"] for event in late if event["event"] == "EventRegistered")


def test_a_line_that_is_no_request_does_not_end_the_link() -> None:
    with playing() as tserver:
        events = read_all(tserver.port, b'what?\n{"request":"Nothing"}\n\xff\n' + ALL)
        assert tserver.bad_requests == 3
    assert events[0]["event"] == "EventRegistered"
    assert len(events) > 500


def test_a_client_hears_only_of_the_dns_it_registered() -> None:
    with playing() as tserver:
        events = read_all(tserver.port, b'{"request":"RegisterAddresses","dns":["7001","80000"]}\n')
    assert {event["this_dn"] for event in events if "this_dn" in event} == {"7001", "80000"}
    assert seqs(events) == list(range(1, len(seqs(events)) + 1))


def test_a_client_that_does_not_read_holds_the_day_back_until_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tserver_module, "OUTBOX_MAX", 50_000)
    with playing(36_000) as tserver:
        idle, reads = Client(tserver.port), Client(tserver.port)
        while is_played(reads):
            continue
        idle.close()
        assert all(next(reads) for _ in range(1000))
        reads.close()


def is_played(client: Client) -> bool:
    """Whether a line comes within half a second."""
    with gevent.Timeout(0.5, False):
        next(client)
        return True
    return False


def test_played_in_real_time_a_client_that_does_not_read_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tserver_module, "OUTBOX_MAX", 50_000)
    clock = RealClock()
    tserver = TServer(Day(20, 100.0, seed=3, start_us=clock.now_us()), clock=clock, port=0)
    tserver.start()
    player = gevent.spawn(tserver.play, clock.now_us() + 3600 * 1_000_000)
    idle = Client(tserver.port)
    with pytest.raises(OSError, match=r"Broken pipe|reset"):
        idle.ask_for_ever()
    idle.close()
    player.kill()
    tserver.stop()


def test_with_a_real_clock_the_day_keeps_time(tmp_path: Path) -> None:
    told: list[str] = []
    clock = RealClock()
    began_us = clock.now_us()
    simulate(
        20,
        50.0,
        seed=3,
        port=0,
        conf=tmp_path / "conf",
        record=tmp_path / "link.jsonl",
        duration_s=0.3,
        clock=clock,
        report=told.append,
    )
    lasted_us = clock.now_us() - began_us
    events = [json.loads(line) for line in (tmp_path / "link.jsonl").read_bytes().splitlines()]
    assert all(began_us <= event["time"] * 1_000_000 + 1 <= began_us + lasted_us for event in events)
    assert lasted_us >= 250_000
    assert seqs(events) == list(range(1, len(events) + 1))
    assert "127.0.0.1:" in told[0]


def test_a_port_that_is_taken_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with playing() as tserver, pytest.raises(OSError, match="in use"):
        simulate(
            5,
            1.0,
            seed=1,
            port=tserver.port,
            conf=tmp_path / "conf",
            record=None,
            duration_s=1,
            clock=SteppedClock(),
            report=print,
        )
    assert not (tmp_path / "conf").exists()
