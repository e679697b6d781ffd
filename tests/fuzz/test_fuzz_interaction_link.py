"""Anything at all on the link of an Interaction Server (`protocols.md` 3): what makes no sense makes nobody fail."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import gevent
import pytest

from actors.sources.interaction_lines import decode
from actors.vocabulary.errors import SourceError
from runtime.clock import RealClock
from tests.fuzz.mutations import encoded, line_of
from tests.fuzz.running import REGISTER, Running, Source, configuration
from tests.fuzz.vocabulary import interaction_event, statistic

EVENTS = 15_000
ON_A_CONNECTION = 5_000
OPENED = 600


@pytest.fixture(scope="module")
def source() -> Source:
    return Source()


@pytest.fixture(scope="module")
def running(source: Source, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = configuration(tmp_path_factory.mktemp("conf"), source, type_="interaction-server")
    one = Running(folder, source)
    yield one
    one.stop()


def is_good(line: bytes) -> bool:
    """Whether it is one event."""
    try:
        decode(line)
    except SourceError:
        return False
    return b"\n" not in line


@pytest.mark.parametrize("spoiled", [0.0, 0.5], ids=("well formed", "spoiled"))
def test_events_that_make_no_sense_make_nobody_fail(running: Running, source: Source, spoiled: float) -> None:
    random, now_s = Random(f"{spoiled}"), RealClock().now_us() / 1_000_000
    asked = [encoded({"request": "OpenStatistic", "ref": 1, **statistic(random)}) for _ in range(OPENED)]
    client = running.connect()
    client.converse(REGISTER + b"\n".join(asked) + b"\n")
    listening = gevent.spawn(client.listen)
    events = (interaction_event(random, now_s + number * 0.01) for number in range(EVENTS))
    lines = [line_of(random, event, spoiled=spoiled) for event in events]
    beat = b"\n" + encoded({"event": "Heartbeat", "time": now_s})
    lines[4::5] = [line + beat for line in lines[4::5]]
    before = running.server.intake.inputs
    speeches = [lines[at : at + ON_A_CONNECTION] for at in range(0, len(lines), ON_A_CONNECTION)]
    source.say([b"\n".join(speech) + b"\n" for speech in speeches])
    running.wait_until(lambda: not running.server.intake._waiting)
    assert source.broken_off == 0
    assert running.server.intake.inputs - before >= sum(map(is_good, lines))
    listening.kill()
    client.close()
    running.check()
