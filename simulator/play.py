"""What `statserver simulate` does (`protocols.md` 7), and the same at full speed for tests and benchmarks."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

from actors.vocabulary.times import microseconds
from runtime.clock import Clock
from simulator.books import Books
from simulator.configuration import write_configuration
from simulator.day import Day
from simulator.lines import encoded
from simulator.recording import Recording
from simulator.tserver import BATCH_EVENTS_MAX, HOST, TServer

MORNING_US: Final = 1_795_510_800_000_000
"""When a recorded day begins: 24 November 2026, 9:00 UTC."""


def simulate(
    agents: int,
    calls_per_second: float,
    *,
    seed: int,
    port: int,
    conf: Path,
    record: Path | None,
    duration_s: float | None,
    clock: Clock,
    report: Callable[[str], None],
) -> Books:
    """Writes the configuration, opens the port, and plays a contact centre there.

    Args:
        agents: how many work there.
        calls_per_second: how many customers call.
        seed: draws the contact centre and its day.
        port: of the T-Server; 0 for any free one.
        conf: folder of the configuration that goes with it.
        record: file that gets what a link carries, or None.
        duration_s: how long, in seconds of the day; None until stopped.
        clock: paces it; with a stepped one the day is played as fast as its clients read.
        report: is told where to connect.

    Returns:
        What happened.

    Raises:
        OSError: the port is taken, or a file cannot be written.
    """
    start_us = clock.now_us()
    until_us = sys.maxsize if duration_s is None else start_us + microseconds(duration_s)
    day = Day(agents, calls_per_second, seed=seed, start_us=start_us)
    tserver = TServer(day, clock=clock, port=port)
    with ExitStack() as at_the_end:
        at_the_end.callback(tserver.stop)
        recording = at_the_end.enter_context(closing(Recording(record))) if record else None
        write_configuration(day.centre, conf, host=HOST, port=tserver.port)
        tserver.start()
        report(f"T-Server of {agents} agents on {HOST}:{tserver.port}; statserver run --conf {conf}")
        tserver.play(until_us, recording)
    return day.books


def record_day(
    agents: int,
    calls_per_second: float,
    *,
    seed: int,
    duration_s: float,
    path: Path,
    start_us: int = MORNING_US,
) -> Books:
    """Writes the recording of a day as fast as it can be made up; no clock, no socket.

    Args:
        agents: how many work there.
        calls_per_second: how many customers call.
        seed: the same one gives the same bytes.
        duration_s: how much of the day, in seconds.
        path: the file; gzipped where it ends with `.gz`.
        start_us: when it begins, microseconds since the epoch.

    Returns:
        What happened in it.
    """
    day = Day(agents, calls_per_second, seed=seed, start_us=start_us)
    until_us = start_us + microseconds(duration_s)
    with closing(Recording(path)) as recording:
        recording.register(day)
        while day.next_us <= until_us:
            recording.write((event, encoded(event)) for event in day.play(until_us, BATCH_EVENTS_MAX))
    return day.books
