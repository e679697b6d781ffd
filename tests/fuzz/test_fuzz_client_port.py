"""Anything at all on the port of the clients (`protocols.md` 1): every line is answered, or its connection closed."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.sessions.session_state import BAD_LINES_MAX
from tests.fuzz.mutations import MIB, encoded, line_of, noise, spoiled_bytes
from tests.fuzz.running import LAST, PING, REGISTER, Running, Source, configuration, is_answer, lines_in
from tests.fuzz.strategies import requests, spoiled
from tests.fuzz.vocabulary import request

HEALTH = [HealthCheck.too_slow, HealthCheck.data_too_large]
WELL_FORMED = 10_000
SPOILED = 90_000
ON_A_CONNECTION = 1_000


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    source = Source()
    one = Running(configuration(tmp_path_factory.mktemp("conf"), source), source)
    yield one
    one.stop()


def talk(running: Running, said: bytes) -> int:
    """One connection, on which every line that was heard has an answer; how many there were."""
    client = running.connect()
    heard = client.converse(said)
    client.close()
    answers = sum(map(is_answer, heard))
    if heard[-1]["event"] == "Closed":
        assert heard[-1]["code"] == "BadMessage"
        assert sum(event["event"] == "Error" for event in heard) >= BAD_LINES_MAX
    else:
        assert answers == lines_in(said + LAST)
    return answers


def test_well_formed_requests_in_any_order_are_all_answered(running: Running) -> None:
    random = Random(11)
    for _ in range(WELL_FORMED // ON_A_CONNECTION):
        lines = [line_of(random, request(random), spoiled=0) for _ in range(ON_A_CONNECTION)]
        talk(running, REGISTER + b"\n".join(lines) + b"\n")
    running.check()


def test_spoiled_requests_are_all_answered(running: Running) -> None:
    random = Random(12)
    good = [encoded(request(random)) for _ in range(500)]
    structures = [line_of(random, request(random), spoiled=1) for _ in range(2_000)]
    heard = 0
    while heard < SPOILED:
        lines = [spoiled_bytes(random, random.choice(good)) for _ in range(ON_A_CONNECTION * 7 // 10)]
        lines += random.sample(structures, ON_A_CONNECTION * 2 // 10)
        random.shuffle(lines)
        lines[5::6] = [PING + line for line in lines[5::6]]
        heard += talk(running, REGISTER + b"\n".join(lines) + b"\n")
    running.check()


def test_noise_is_closed_with_a_reason(running: Running) -> None:
    random = Random(13)
    for _ in range(100):
        talk(running, b"\n".join(noise(random) for _ in range(100)) + b"\n")
    running.check()


@pytest.mark.parametrize(
    "line",
    [
        b'{"request":"Ping","ref":1,"x":"' + b"x" * (MIB - 33) + b'"}',
        b'{"request":"Ping","ref":1,"x":"' + b"x" * MIB + b'"}',
        b"[" * MIB,
        b'{"a":' * (MIB // 5),
        b'{"request":"Ping","ref":' + b"9" * (MIB - 30) + b"}",
        b"\0" * MIB,
        b"\xff" * (3 * MIB),
        b'{"request":"GetStatistic","ref":1,"object":{"type":"Agent","id":"1001"},"statistic":"CallsInbound","filter":"'
        + b"~" * (MIB - 200)
        + b'ANI=1"}',
        b'{"request":"GetStatistic","ref":1,"object":{"type":"GroupAgents","id":"?:' + b"(" * (MIB - 200) + b'"}}',
        b'{"request":"ListObjects","ref":1,"type":"' + b"Agent" * (MIB // 6) + b'"}',
    ],
    ids=("whole", "too long", "nested", "nested objects", "digits", "nul", "bytes", "filter", "group", "type"),
)
def test_the_longest_lines_are_answered(running: Running, line: bytes) -> None:
    talk(running, REGISTER + line + b"\n" + line + b"\n")
    running.check()


lines = st.lists(st.one_of(requests.map(encoded), spoiled(requests)), max_size=12)


def check_lines(running: Running, drawn: list[Any]) -> None:
    talk(running, REGISTER + b"\n".join(drawn) + b"\n")
    assert running.server.supervisor.failures == 0


@settings(max_examples=100, deadline=None, suppress_health_check=HEALTH)
@given(lines)
def test_any_request_is_answered(running: Running, drawn: list[bytes]) -> None:
    check_lines(running, drawn)


@pytest.mark.soak
@settings(max_examples=20_000, deadline=None, suppress_health_check=HEALTH)
@given(lines)
def test_any_request_is_answered_in_the_long_run(running: Running, drawn: list[bytes]) -> None:
    check_lines(running, drawn)


def test_nothing_is_left_after_any_of_it(running: Running) -> None:
    running.check()
