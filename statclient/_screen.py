"""Readings for a person or a program to look at: one (`peek`), or as they change (`watch`), as table, JSON or CSV."""

# ruff: noqa: A002 - `object`, `filter` and `format` are the command line's words

from __future__ import annotations

import contextlib
import csv
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal, NamedTuple, TextIO

import msgspec
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from actors.vocabulary.protocol import ObjectName, SourceDown, SourceUp
from statclient._client import StatClient
from statclient._errors import RequestRefused
from statclient._protocol import Value, object_name
from statclient._statistic import Notice, Reading, Statistic, StatisticGone, Update

Format = Literal["table", "json", "csv"]
CSV_COLUMNS: Final = ("time", "object", "statistic", "value", "state")
MISSING: Final = "–"  # noqa: RUF001 - a dash, as in a printed table

STATUS_STYLES: Final[Mapping[str, str]] = {
    "WaitForNextCall": "green",
    "NotReadyForNextCall": "red",
    "AfterCallWork": "magenta",
    "CallRinging": "bold yellow",
    "CallDialing": "yellow",
    "CallOnHold": "blue",
    "LoggedOut": "dim",
    "NotMonitored": "dim italic",
    "Monitored": "dim",
}
"""How a status looks; one that is not here and is of a call is talking."""


class Row(NamedTuple):
    """What a reading is of, and the reading."""

    object: ObjectName
    statistic: str
    reading: Reading | None


def peek(
    server: str,
    object: str,
    stat_types: Sequence[str],
    *,
    profile: str = "",
    time_range: str = "",
    filter: str = "",
    token: str = "",
    format: Format | None = None,
    out: TextIO | None = None,
) -> list[RequestRefused]:
    """Prints one reading of each stat type (`statserver peek`), and answers what the server refused of them.

    Args:
        server: `HOST:PORT`.
        object: `Agent:1001`, `GroupAgents:Sales`, `Queue:8000@pbx1`.
        stat_types: names of the server's configuration.
        profile: time profile, a name or an expression.
        time_range: a name, or `0-20`.
        filter: a name or an expression.
        token: where the server asks for one.
        format: without it `table` on a terminal, else `json`.
        out: where to; standard output.

    Raises:
        ConnectionLost: no server, or none any more; nothing is printed.
        RequestRefused: it does not want this client.
        ValueError: `server` or `object` is not written as above.
    """
    out = out or sys.stdout
    named = object_name(object)
    rows: list[Row] = []
    refused: list[RequestRefused] = []
    with StatClient(server, client="statserver peek", token=token) as client:
        for name in stat_types:
            try:
                reading = client.get(named, name, time_profile=profile, time_range=time_range, filter=filter)
            except RequestRefused as refusal:
                refused.append(refusal)
            else:
                rows.append(Row(named, name, reading))
    if rows:
        print_readings(rows, format or format_for(out), out)
    return refused


def watch(
    server: str,
    object: str,
    stat_types: Sequence[str],
    *,
    profile: str = "",
    time_range: str = "",
    filter: str = "",
    token: str = "",
    format: Format | None = None,
    out: TextIO | None = None,
) -> None:
    """Shows the values of an object as they change (`statserver watch`), until Ctrl-C or until the object is gone.

    A table is updated in place; `json` and `csv` are a line an update. Arguments and errors as for `peek`; what the
    server refuses is raised, too.
    """
    out = out or sys.stdout
    with contextlib.suppress(KeyboardInterrupt), StatClient(server, client="statserver watch", token=token) as client:
        opened = [
            client.open(object, name, time_profile=profile, time_range=time_range, filter=filter) for name in stat_types
        ]
        if (format or format_for(out)) == "table":
            _watch_table(client, opened, out)
        else:
            _watch_lines(client, opened, format or format_for(out), out)


def format_for(out: TextIO) -> Format:
    """`table` on a terminal, else `json` (`protocols.md` 7)."""
    return "table" if out.isatty() else "json"


def print_readings(rows: Iterable[Row], format: Format, out: TextIO) -> None:
    """Prints the rows in one of the three formats."""
    if format == "table":
        Console(file=out).print(readings_table(rows))
        return
    if format == "csv":
        out.write(csv_line(CSV_COLUMNS))
    for row in rows:
        out.write(LINE_OF[format](row))


def readings_table(rows: Iterable[Row], caption: str = "") -> Table:
    """A table of object, statistic, value, what the state says, and when."""
    table = Table(box=None, header_style="bold", pad_edge=False, caption=caption or None, caption_justify="left")
    for title in ("Object", "Statistic", "Value", "State", "Time (UTC)"):
        table.add_column(title, justify="right" if title == "Value" else "left", overflow="fold")
    for row in rows:
        reading = row.reading
        name = f"{row.object.type}:{row.object.id}"
        if reading is None:
            table.add_row(name, row.statistic, MISSING, "", "")
        else:
            time = clock_time(reading.time)
            table.add_row(name, row.statistic, value_text(reading.value), state_text(reading.state), time)
    return table


def json_line(row: Row) -> str:
    """A reading as `replay` prints one (`protocols.md` 7), without the `ref`."""
    reading = row.reading or Reading(0.0, None)
    line: dict[str, Any] = {
        "time": reading.time,
        "object": row.object,
        "statistic": row.statistic,
        "value": reading.value,
    }
    if reading.state is not None:
        line["state"] = reading.state
    if reading.target is not None:
        line["target"] = reading.target
    if reading.interval is not None:
        line["interval"] = reading.interval
    return _json(line) + "\n"


def csv_row(row: Row) -> str:
    """A reading as a line of CSV; the state, where there is one, as JSON in its column."""
    reading = row.reading or Reading(0.0, None)
    state = "" if reading.state is None else _json(reading.state)
    return csv_line((reading.time, f"{row.object.type}:{row.object.id}", row.statistic, reading.value, state))


def csv_line(cells: Sequence[object]) -> str:
    """Cells with commas, quoted where they need it."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


LINE_OF: Final[Mapping[str, Callable[[Row], str]]] = {"json": json_line, "csv": csv_row}


def value_text(value: Value) -> Text:
    """A value for a person: thousands apart, two decimals, a status in its colour."""
    match value:
        case None:
            return Text(MISSING)
        case bool() | int():
            return Text(f"{value:,}")
        case float():
            return Text(f"{value:,.2f}")
        case str():
            return status_text(value)
        case _:
            return Text(_json(value))


def status_text(status: str) -> Text:
    """A status in its colour."""
    return Text(status, STATUS_STYLES.get(status, "bold cyan" if status.startswith("Call") else ""))


def state_text(state: Mapping[str, Any] | None) -> str:
    """The gist of a state in one line: since when, why, where."""
    if state is None:
        return ""
    parts = [f"since {clock_time(state['since'])}"] if "since" in state else []
    if state.get("reasons"):
        parts.append(reasons_text(state))
    if state.get("place"):
        parts.append(str(state["place"]))
    if "members" in state:
        parts.append(f"{len(state['members'])} members")
    return ", ".join(parts)


def reasons_text(state: Mapping[str, Any]) -> str:
    """The reasons of a state: `Lunch` of `{"Reason": "Lunch"}`, of another key with the key."""
    reasons = state.get("reasons") or {}
    return " ".join(str(value) if key == "Reason" else f"{key}={value}" for key, value in reasons.items())


def clock_time(seconds: float) -> str:
    """The time of day of a wire time, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%H:%M:%S")


def _watch_table(client: StatClient, opened: Sequence[Statistic], out: TextIO) -> None:
    caption = ""
    with Live(console=Console(file=out), auto_refresh=False) as live:
        for notice in _until_all_gone(client, opened):
            match notice:
                case SourceDown(source=source):
                    caption = f"source {source} is down: its values stand still"
                case SourceUp():
                    caption = ""
                case StatisticGone(statistic=statistic, reason=reason):
                    caption = f"{statistic.name} is gone: {reason}"
            rows = [Row(statistic.object, statistic.name, statistic.last) for statistic in opened]
            live.update(readings_table(rows, caption), refresh=True)


def _watch_lines(client: StatClient, opened: Sequence[Statistic], format: Format, out: TextIO) -> None:
    if format == "csv":
        out.write(csv_line(CSV_COLUMNS))
    for notice in _until_all_gone(client, opened):
        if isinstance(notice, Update):
            out.write(LINE_OF[format](Row(notice.statistic.object, notice.statistic.name, notice)))
        elif format == "json":
            out.write(notice_line(notice))
        out.flush()


def notice_line(notice: Notice) -> str:
    """What is no reading, as a line of JSON with an `event` as on the wire."""
    if isinstance(notice, StatisticGone):
        gone = notice.statistic
        line = {
            "event": "StatisticClosed",
            "object": gone.object,
            "statistic": gone.name,
            "reason": notice.reason,
        }
        return _json(line) + "\n"
    return _json(notice) + "\n"


def _until_all_gone(client: StatClient, opened: Iterable[Statistic]) -> Iterator[Notice]:
    left = set(opened)
    while left and (notice := client.receive()) is not None:
        yield notice
        if isinstance(notice, StatisticGone):
            left.discard(notice.statistic)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
