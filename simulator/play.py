"""What `statserver simulate` does (`protocols.md` 7), and the same at full speed for tests and benchmarks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

import msgspec

from actors.vocabulary.times import microseconds
from runtime.clock import Clock
from simulator.books import Books
from simulator.configuration import write_configuration, write_environment
from simulator.day import Day
from simulator.lines import line_of
from simulator.port import HOST
from simulator.recording import Recordings
from simulator.stage import BATCH_EVENTS_MAX, Stage

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
    books: Path | None = None,
    duration_s: float | None,
    clock: Clock,
    report: Callable[[str], None],
) -> Books:
    """Writes the configuration, opens the ports, and plays a contact centre there.

    Args:
        agents: how many work there.
        calls_per_second: how many customers call.
        seed: draws the contact centre and its day.
        port: of the T-Server, those of the Interaction Servers follow it; 0 for any free ones.
        conf: folder of the configuration that goes with it.
        record: file that gets what the T-Server's link carries, the others beside it; or None.
        books: file that gets what happened, in the end; or None.
        duration_s: how long, in seconds of the day; None until stopped.
        clock: paces it; with a stepped one the day is played as fast as its clients read.
        report: is told where to connect.

    Returns:
        What happened.

    Raises:
        PortTakenError: a port is taken.
        OSError: a file cannot be written.
    """
    # A recording is replayed with one configuration, and unpaced nobody reads a file at the right time.
    is_changing = record is None and not clock.is_stepped
    day = Day(agents, calls_per_second, seed=seed, start_us=clock.now_us(), is_changing=is_changing)
    stage = Stage(day, clock=clock, port=port)
    with ExitStack() as at_the_end:
        if books is not None:
            at_the_end.callback(write_books, day.books, books)
        at_the_end.callback(stage.stop)
        recordings = at_the_end.enter_context(closing(Recordings(record, day.sources))) if record else None
        write_configuration(day.centre, conf, host=HOST, ports=stage.addresses)
        stage.start()
        where = ", ".join(f"{name} on {HOST}:{number}" for name, number in stage.addresses.items())
        report(f"{agents} agents, {where}; statserver run --conf {conf}")
        stage.play(duration_s, recordings, _Rewriting(day, conf, stage.addresses).look)
    return day.books


class _Rewriting:
    """Keeps `environment.toml` what the contact centre of a day is now."""

    def __init__(self, day: Day, folder: Path, ports: Mapping[str, int]) -> None:
        self._day = day
        self._folder = folder
        self._ports = ports
        self._written = day.centre

    def look(self) -> None:
        """Writes the file anew if need be."""
        if self._day.centre is not self._written:
            self._written = self._day.centre
            write_environment(self._written, self._folder, host=HOST, ports=self._ports)


def write_books(books: Books, path: Path) -> None:
    """Writes what a stat server must show, one JSON line a value, in the form that `replay --open` reads."""
    encode = msgspec.json.encode
    path.write_bytes(b"".join(encode(row.as_request(ref)) + b"\n" for ref, row in enumerate(books.as_expected(), 1)))


def record_day(
    agents: int,
    calls_per_second: float,
    *,
    seed: int,
    duration_s: float,
    path: Path,
    start_us: int = MORNING_US,
) -> Books:
    """Writes the recordings of a day as fast as it can be made up; no clock, no socket.

    Args:
        agents: how many work there.
        calls_per_second: how many customers call.
        seed: the same one gives the same bytes.
        duration_s: how much of the day, in seconds.
        path: the T-Server's file, those of the Interaction Servers beside it; gzipped where it ends with `.gz`.
        start_us: when it begins, microseconds since the epoch.

    Returns:
        What happened in it.
    """
    day = Day(agents, calls_per_second, seed=seed, start_us=start_us)
    until_us = start_us + microseconds(duration_s)
    with closing(Recordings(path, day.sources)) as recordings:
        recordings.register(day.sources)
        while day.next_us <= until_us:
            for source, events in day.play(until_us, BATCH_EVENTS_MAX).items():
                recordings.write(source, [line_of(event) for event in events])
    return day.books
