"""What `statserver replay` reads and prints: requests, times, results (`protocols.md` 7)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from actors.configuration.load import load
from actors.replay import Line, Replay, Result
from actors.sources.recordings import Advance, Recording, merged, resolve_all
from actors.vocabulary.errors import ConfigurationError, Fault
from actors.vocabulary.protocol import OpenStatistic
from actors.vocabulary.times import SECONDS_MAX, US_PER_SECOND, microseconds


def replay_files(
    recordings: Sequence[str],
    conf: Path,
    requests: Path,
    at: Sequence[str],
    format_: str | None,
    out: TextIO,
    progress: TextIO,
) -> None:
    """Replays recordings and prints what the statistics came to.

    Args:
        recordings: files, or NAME=FILE.
        conf: folder of the configuration.
        requests: file of `OpenStatistic` requests.
        at: reading times as written on the command line; none is once, after the last event.
        format_: table, json or csv; None for a table on a terminal, else json.
        out: where results go.
        progress: where the progress bar goes, if it is a terminal.

    Raises:
        ConfigurationError: the configuration or the requests cannot be used.
        RecordingError: a recording cannot be used.
        ValueError: a reading time cannot be read.
    """
    loaded = load(conf)
    asked = read_requests(requests)
    read = resolve_all(recordings, loaded.environment.sources)
    first_us = min(recording.first_us for recording in read)
    readings_us = sorted(reading_time_us(text, first_us) for text in at)
    replay = Replay(loaded, asked, first_us)
    form = format_ or ("table" if out.isatty() else "json")
    with _progress(progress) as bar:
        task = bar.add_task("replaying", total=sum(recording.size for recording in read))
        lines = _lines(read, lambda count: bar.advance(task, count))
        results = [result for reading in replay.feed(lines, readings_us) for result in reading]
    show(results, form, out)


def _lines(recordings: Sequence[Recording], advance: Advance) -> Iterator[Line]:
    return (Line(played.stamp_us, played.source.name, played.payload) for played in merged(recordings, advance))


def _progress(out: TextIO) -> Progress:
    console = Console(file=out)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal, transient=True)


def read_requests(path: Path) -> list[OpenStatistic]:
    """The requests of a file.

    Raises:
        ConfigurationError: with each line that is none.
    """
    faults: list[Fault] = []
    requests: list[OpenStatistic] = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            requests.append(msgspec.json.decode(line, type=OpenStatistic))
        except msgspec.MsgspecError as error:
            faults.append(Fault(str(path), number, f"is no OpenStatistic request: {error}"))
    if faults:
        raise ConfigurationError(faults)
    return requests


def reading_time_us(text: str, first_us: int) -> int:
    """A reading time: seconds since the epoch, ISO 8601 (UTC unless it says otherwise), or +SECONDS.

    Raises:
        ValueError: it is none of these.
    """
    try:
        at_us = first_us + microseconds(float(text[1:])) if text.startswith("+") else microseconds(_seconds(text))
    except (ValueError, OverflowError):
        message = f"--at {text}: a time is seconds since the epoch, ISO 8601, or +SECONDS from the first event"
        raise ValueError(message) from None
    if not 0 <= at_us < SECONDS_MAX * US_PER_SECOND:
        raise ValueError(f"--at {text}: a time is between the years 1970 and 9000")
    return at_us


def _seconds(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def show(results: Sequence[Result], form: str, out: TextIO) -> None:
    """Prints results as a table, as JSON lines or as CSV."""
    if form == "table":
        Console(file=out).print(as_table(results))
    elif form == "json":
        for result in results:
            out.write(as_json(result) + "\n")
    else:
        writer = csv.writer(out)
        writer.writerow(("ref", "time", "type", "id", "statistic", "value", "error"))
        for result in results:
            error = result.error["message"] if result.error else ""
            object_ = result.object
            writer.writerow((result.ref, result.time, object_.type, object_.id, _named(result), result.value, error))


def as_json(result: Result) -> str:
    """One line: its value is there even where it is null."""
    row = msgspec.to_builtins(result)
    row.setdefault("value", None)
    return msgspec.json.encode(row).decode()


def as_table(results: Sequence[Result], title: str | None = None) -> Table:
    """A row a result."""
    table = Table("ref", "object", "statistic", title=title)
    table.add_column("value", justify="right")
    for result in results:
        value = f"{result.error['code']}: {result.error['message']}" if result.error else str(result.value)
        table.add_row(str(result.ref), f"{result.object.type}:{result.object.id}", _named(result), value)
    return table


def _named(result: Result) -> str:
    name = result.statistic
    return name if isinstance(name, str) else f"{name.get('category')}({name.get('main_mask', '')})"
