from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gevent
import pytest
from asterisk_play import RECORDINGS, messages_of
from standins import House

from actors.configuration.environment import Source
from actors.sources.player import play
from actors.sources.recordings import Recording
from runtime.clock import RealClock, SteppedClock

Running = Callable[[Any], Any]
TSERVER = Source(name="tserver-1", type="tserver")


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def house(running: Running, clock: SteppedClock) -> House:
    kept: House = running(House(clock))
    return kept


def recording(tmp_path: Path, *times: float) -> Recording:
    path = tmp_path / "day.jsonl"
    path.write_bytes(b"".join(b'{"event":"EventDNDOn","time":%f}\n' % time for time in times))
    return Recording(TSERVER, path)


def played(recordings: list[Recording], house: House, clock: SteppedClock, speed: float) -> gevent.Greenlet:
    refs = {recording.source.name: house.ref for recording in recordings}
    return gevent.spawn(play, recordings, speed=speed, intake=house.intake, refs=refs, clock=clock, pace=RealClock())


def test_unpaced_everything_is_put_in_order(house: House, clock: SteppedClock) -> None:
    source = Source(name="asterisk-1", type="asterisk")
    played([Recording(source, RECORDINGS / "asterisk-small" / "recording.ami.gz")], house, clock, 0)
    expected = messages_of("asterisk-small")
    assert [message.payload for message in house.take(len(expected))] == expected


def test_a_day_takes_as_long_as_it_took_divided_by_the_speed(house: House, clock: SteppedClock, tmp_path: Path) -> None:
    real = RealClock()
    began_us = real.now_us()
    played([recording(tmp_path, 100, 101, 120)], house, clock, 100)
    assert [message.time_us for message in house.take(3)] == [100_000_000, 101_000_000, 120_000_000]
    assert real.now_us() - began_us >= 200_000


def test_timers_come_between_what_happens_while_nothing_does(house: House, clock: SteppedClock, tmp_path: Path) -> None:
    for due_us in (103_000_000, 115_000_000):
        house.intake.call_at(due_us, house.ref, "timer")
    played([recording(tmp_path, 100, 110, 120)], house, clock, 50)
    assert [message.time_us // 1_000_000 for message in house.take(5)] == [100, 103, 110, 115, 120]


def test_a_timer_is_not_kept_waiting_for_the_next_event(house: House, clock: SteppedClock, tmp_path: Path) -> None:
    house.intake.call_at(105_000_000, house.ref, "timer")
    playing = played([recording(tmp_path, 100, 100_000)], house, clock, 50)
    assert [message.time_us // 1_000_000 for message in house.take(2)] == [100, 105]
    playing.kill()
