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
from simulator import link as link_module
from simulator import stage as stage_module
from simulator.day import Day
from simulator.play import MORNING_US, simulate
from simulator.port import PortTakenError
from simulator.stage import Stage

TENANT = b'{"request":"RegisterTenant","tenant":"Environment"}\n'
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
def playing(seconds: int = DAY_S) -> Iterator[Stage]:
    """A contact centre that plays a day as fast as it is read, then says good-bye."""
    day = Day(20, 2.0, seed=3, start_us=MORNING_US)
    stage = Stage(day, clock=SteppedClock(MORNING_US), port=0)
    stage.start()

    def play_all() -> None:
        stage.play(seconds)
        stage.stop()

    player = gevent.spawn(play_all)
    try:
        yield stage
    finally:
        player.kill()
        stage.stop()


def read_all(port: int, request: bytes = ALL) -> list[dict]:
    client = Client(port, request)
    events = list(client)
    client.close()
    return events


def seqs(events: list[dict]) -> list[int]:
    return [event["seq"] for event in events if event["event"] != "Heartbeat"]


def test_a_client_gets_every_dn_then_the_link_then_the_day_without_a_gap() -> None:
    with playing() as stage:
        events = read_all(stage.ports[0].number)
    head = list(takewhile(lambda event: event["event"] != "EventLinkConnected", events))
    assert {event["event"] for event in head} == {"EventRegistered"}
    assert seqs(events) == list(range(1, len(seqs(events)) + 1))
    assert events[-1]["time"] > MORNING_US / 1_000_000 + DAY_S - 10


def test_a_client_that_comes_later_has_numbers_of_its_own() -> None:
    with playing(1800) as stage:
        first = Client(stage.ports[0].number)
        for _ in range(2000):
            next(first)
        second = gevent.spawn(read_all, stage.ports[0].number)
        seen = [event["event"] for event in first]
        first.close()
        late = second.get()
    assert len(seen) > 1000
    assert seqs(late) == list(range(1, len(seqs(late)) + 1))
    assert any(event["calls"] for event in late if event["event"] == "EventRegistered")


def test_a_line_that_is_no_request_does_not_end_the_link() -> None:
    with playing() as stage:
        events = read_all(stage.ports[0].number, b'what?\n{"request":"Nothing"}\n\xff\n' + ALL)
        assert stage.ports[0].bad_requests == 3
    assert events[0]["event"] == "EventRegistered"
    assert len(events) > 500


def test_a_client_hears_only_of_the_dns_it_registered() -> None:
    with playing() as stage:
        events = read_all(stage.ports[0].number, b'{"request":"RegisterAddresses","dns":["7001","80000"]}\n')
    assert {event["this_dn"] for event in events if "this_dn" in event} == {"7001", "80000"}
    assert seqs(events) == list(range(1, len(seqs(events)) + 1))


def test_a_client_that_does_not_read_holds_the_day_back_until_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "OUTBOX_MAX", 50_000)
    with playing(36_000) as stage:
        idle, reads = Client(stage.ports[0].number), Client(stage.ports[0].number)
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
    monkeypatch.setattr(link_module, "OUTBOX_MAX", 50_000)
    clock = RealClock()
    stage = Stage(Day(20, 100.0, seed=3, start_us=clock.now_us()), clock=clock, port=0)
    stage.start()
    player = gevent.spawn(stage.play, 3600)
    idle = Client(stage.ports[0].number)
    with pytest.raises(OSError, match=r"Broken pipe|reset"):
        idle.ask_for_ever()
    idle.close()
    player.kill()
    stage.stop()


def test_in_real_time_nothing_happens_before_somebody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage_module, "QUIET_S", 0.3)
    clock = RealClock()
    stage = Stage(Day(20, 100.0, seed=3, start_us=clock.now_us() - 3600 * 1_000_000), clock=clock, port=0)
    stage.start()
    player = gevent.spawn(stage.play, 3600)
    client = Client(stage.ports[0].number)
    registered = next(client)
    first = next(event for event in client if event["event"] not in {"EventRegistered", "EventLinkConnected"})
    client.close()
    player.kill()
    stage.stop()
    assert clock.now_us() / 1_000_000 - registered["time"] < 60
    assert first["time"] > registered["time"] + 0.2


def test_each_source_says_its_part_of_one_day() -> None:
    with playing(900) as stage:
        servers = [gevent.spawn(read_all, port.number, TENANT) for port in stage.ports[1:]]
        read_all(stage.ports[0].number)
        told = [greenlet.get() for greenlet in servers]
    for events, medium in zip(told, ("chat", "email"), strict=True):
        assert "EventQueueState" in {event["event"] for event in events}
        assert {event["media_type"] for event in events if "media_type" in event} == {medium}
        assert seqs(events) == list(range(1, len(seqs(events)) + 1))


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
    assert "tserver-1 on 127.0.0.1:" in told[0]


def test_a_port_that_is_taken_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with playing() as stage, pytest.raises(PortTakenError, match=r"tserver-1 cannot listen on .* taken"):
        simulate(
            5,
            1.0,
            seed=1,
            port=stage.ports[0].number,
            conf=tmp_path / "conf",
            record=None,
            duration_s=1,
            clock=SteppedClock(),
            report=print,
        )
    assert not (tmp_path / "conf").exists()
