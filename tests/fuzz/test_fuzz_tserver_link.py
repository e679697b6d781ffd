"""Anything at all on the link of a T-Server (`protocols.md` 2): what makes no sense makes nobody fail."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import gevent
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.sources.tserver_lines import decode
from actors.vocabulary.errors import SourceError
from runtime.clock import RealClock
from tests.fuzz.mutations import MIB, encoded, line_of, noise, spoiled_bytes
from tests.fuzz.running import REGISTER, Client, Running, Source, configuration
from tests.fuzz.strategies import events, spoiled
from tests.fuzz.vocabulary import NOW_S, Fields, event, statistic

HEALTH = [HealthCheck.too_slow, HealthCheck.data_too_large]
WELL_FORMED = 40_000
SPOILED = 60_000
ON_A_CONNECTION = 5_000
OPENED = 600
"""Statistics asked for, most of them absurd, that all of it goes through."""


class House:
    """A server with a T-Server, and a client that hears of what comes."""

    def __init__(self, running: Running, source: Source) -> None:
        self.running = running
        self.source = source
        self._clients: list[tuple[Client, gevent.Greenlet]] = []

    def listen(self, seed: int) -> None:
        """A client opens what it can, and reads."""
        random = Random(seed)
        requests = [encoded({"request": "OpenStatistic", "ref": 1, **statistic(random)}) for _ in range(OPENED)]
        client = self.running.connect()
        client.converse(REGISTER + b"\n".join(requests) + b"\n")
        self._clients.append((client, gevent.spawn(client.listen)))

    def say(self, lines: list[bytes]) -> None:
        """Says lines, many on a connection, and waits until the server is done with them."""
        inputs = self.running.server.intake.inputs
        speeches = [lines[at : at + ON_A_CONNECTION] for at in range(0, len(lines), ON_A_CONNECTION)]
        self.source.say([b"\n".join(speech) + b"\n" for speech in speeches])
        self.running.wait_until(lambda: not self.running.server.intake._waiting)
        assert self.source.broken_off == 0
        assert self.running.server.intake.inputs - inputs >= sum(map(is_good, lines))

    def end(self) -> None:
        """The client goes; the server stands as at its start."""
        for client, listening in self._clients:
            listening.kill()
            client.close()
        self._clients.clear()
        self.running.check()


def is_good(line: bytes) -> bool:
    """Whether it is one event."""
    try:
        decode(line)
    except SourceError:
        return False
    return b"\n" not in line


def beating(lines: list[bytes], now_s: float) -> list[bytes]:
    """The lines with so many heartbeats between them that they never break the link."""
    beat = encoded({"event": "Heartbeat", "time": now_s})
    lines[4::5] = [line + b"\n" + beat for line in lines[4::5]]
    return lines


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    source = Source()
    running = Running(configuration(tmp_path_factory.mktemp("conf"), source), source)
    yield House(running, source)
    running.stop()


@pytest.fixture
def sources_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """As the other, but the stamps are the clock."""
    source = Source()
    running = Running(configuration(tmp_path_factory.mktemp("conf"), source, clock="sources"), source)
    yield House(running, source)
    running.stop()


def now_s() -> float:
    return RealClock().now_us() / 1_000_000


def absurd(random: Random, count: int, now: float, spoiled: float = 0) -> list[bytes]:
    return [line_of(random, event(random, now + number * 0.01), spoiled=spoiled) for number in range(count)]


def test_events_that_make_no_sense_make_nobody_fail(house: House) -> None:
    house.listen(seed=21)
    house.say(absurd(Random(21), WELL_FORMED, now_s()))
    house.end()


def test_spoiled_lines_are_set_aside(house: House) -> None:
    random = Random(22)
    house.listen(seed=22)
    structures = absurd(random, SPOILED // 3, now_s(), spoiled=1)
    good = absurd(random, 2_000, now_s())
    lines = [spoiled_bytes(random, random.choice(good)) for _ in range(SPOILED - len(structures))] + structures
    random.shuffle(lines)
    house.say(beating([line.replace(b'"seq"', b'"sec"') for line in lines], now_s()))
    house.end()


def test_time_may_jump_back_and_forth(sources_house: House) -> None:
    sources_house.say([encoded({"event": "Heartbeat", "time": NOW_S})])
    sources_house.listen(seed=23)
    sources_house.say(absurd(Random(23), 5_000, NOW_S))
    sources_house.end()


def test_noise_breaks_the_link_and_it_comes_back(house: House) -> None:
    random = Random(24)
    house.source.say([b"\n".join(noise(random) for _ in range(100)) + b"\n" for _ in range(5)])
    house.source.say(
        [b"\xff" * (8 * MIB), b'{"event":"Heartbeat","seq":1}\n{"event":"Heartbeat","seq":9}\n', b"\n" * MIB]
    )
    house.source.broken_off = 0
    house.say(absurd(random, 100, now_s()))
    house.end()


@pytest.mark.parametrize(
    "line",
    [
        b'{"event":"EventRinging","this_dn":"' + b"7" * MIB + b'"}',
        b'{"event":"EventRinging","this_dn":"7001","conn_id":"' + b"c" * MIB + b'"}',
        b'{"event":"EventUserEvent","this_dn":"7001","user_data":{"a":' + b"[" * MIB + b"]" * MIB + b"}}",
        b'{"event":"EventUserEvent","this_dn":"7001","user_data":' + b'{"a":' * 900 + b"1" + b"}" * 901,
        b'{"event":"EventRegistered","this_dn":"7001","calls":[' + b",".join([b'{"conn_id":"x"}'] * 50_000) + b"]}",
    ],
    ids=("number", "conn_id", "nested", "deep", "calls"),
)
def test_the_longest_lines_make_nobody_fail(house: House, line: bytes) -> None:
    house.say([line])
    house.end()


lines = st.lists(events.map(encoded) | spoiled(events), max_size=8)


def check_lines(house: House, drawn: list[bytes]) -> None:
    house.source.say([b"\n".join(drawn) + b"\n"])
    house.running.wait_until(lambda: not house.running.server.intake._waiting)
    assert house.running.server.supervisor.failures == 0


@settings(max_examples=50, deadline=None, suppress_health_check=HEALTH)
@given(lines)
def test_any_event_makes_nobody_fail(house: House, drawn: list[bytes]) -> None:
    check_lines(house, drawn)


@pytest.mark.soak
@settings(max_examples=10_000, deadline=None, suppress_health_check=HEALTH)
@given(lines)
def test_any_event_makes_nobody_fail_in_the_long_run(house: House, drawn: list[bytes]) -> None:
    check_lines(house, drawn)


def test_nothing_is_left_after_any_of_it(house: House) -> None:
    house.end()


def test_an_unknown_dn_is_counted_and_told_to_nobody(house: House) -> None:
    book = house.running.server.supervisor.connectors["tserver-1"].at_rest()._book
    before = book.unknown_dns
    lost: Fields = {"event": "EventRinging", "time": now_s(), "this_dn": "0000", "conn_id": "lost"}
    house.say([encoded(lost)])
    assert book.unknown_dns == before + 1
    house.end()
