"""`statserver journal`: what is on disk, and recordings made of it (`protocols.md` 7)."""

from __future__ import annotations

import csv
import errno
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import quote

import click
import msgspec

from runtime.journal_entries import ENDINGS, JournalError, Kind, Mark
from runtime.journal_files import FOLDER
from runtime.journal_reader import JournalInfo, JournalReader, reading
from runtime.journal_sync import US_PER_SECOND

_NOT_IN_NAMES: Final = re.compile(r"[/%\0]")


class UnusableJournalError(click.ClickException):
    """A journal or folder that cannot be used: what, and why; exit code 2."""

    exit_code = 2


def _shows_faults(command: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(command)
    def shown(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (JournalError, OSError) as error:
            raise UnusableJournalError(str(error)) from None

    return shown


data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data"),
    show_default=True,
    help="Folder for what the server keeps on disk.",
)


format_option = click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json", "csv"]),
    default=None,
    help="Default: a table on a terminal, else JSON.",
)


@click.group()
def journal() -> None:
    """What the server has written down of its inputs; also while it runs."""


@journal.command()
@data_option
@format_option
@_shows_faults
def info(data: Path, format_: str | None) -> None:
    """Say what is in the journal: from when to when, and how much of whom."""
    with reading(data / FOLDER) as reader:
        found = reader.info()
    _SHOWN[format_ or ("table" if sys.stdout.isatty() else "json")](found)


@journal.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@data_option
@_shows_faults
def export(folder: Path, data: Path) -> None:
    """Write what the journal has as recordings to DIR, one a source; no file is overwritten.

    A recording can be played again with `statserver replay`.
    """
    with reading(data / FOLDER) as reader:
        for path, entries in export_recordings(reader, folder).items():
            click.echo(f"{path}: {entries:,} entries")


def export_recordings(reader: JournalReader, folder: Path) -> dict[Path, int]:
    """Writes one recording a source; a file is there whole or not at all.

    Args:
        reader: of the journal.
        folder: for the recordings; made if need be.

    Returns:
        how many entries went into each file.

    Raises:
        FileExistsError: a recording is there already.
        OSError: a file cannot be written.
        JournalError: the journal cannot be read (on).
    """
    folder.mkdir(parents=True, exist_ok=True)
    counts: Counter[Path] = Counter()
    files: dict[tuple[str, Kind], tuple[Path, IO[bytes]]] = {}
    with ExitStack() as opened:
        for entry in reader.entries():
            if entry.kind not in ENDINGS:
                continue
            of = entry.source, entry.kind
            if of not in files:
                path = folder / _name_of(*of)
                files[of] = path, opened.enter_context(_whole(path))
            path, file = files[of]
            file.write(entry.payload)
            counts[path] += 1
    return counts


def _name_of(source: str, kind: Kind) -> str:
    return _NOT_IN_NAMES.sub(lambda found: quote(found[0], safe=""), source) + ENDINGS[kind]


@contextmanager
def _whole(path: Path) -> Iterator[IO[bytes]]:
    if path.exists():
        raise FileExistsError(errno.EEXIST, "is there already", str(path))
    unfinished = path.with_name(f"{path.name}.part")
    with unfinished.open("wb") as file:
        yield file
    unfinished.rename(path)


# -- what is shown ---------------------------------------------------------------------------------------------------


def _rows(found: JournalInfo) -> list[tuple[str, str]]:
    synced = found.synced
    return [
        ("journal", str(found.path)),
        ("format", f"{found.about.format}, {found.about.program}"),
        ("created", shown_time(found.about.created_us)),
        ("first", _shown_mark(found.first)),
        ("last", _shown_mark(found.last)),
        ("last sync", "left to the system" if synced is None else _shown_mark(Mark(synced.number, synced.time_us))),
        ("bytes on disk", str(found.disk_bytes)),
        ("bytes of map", str(found.map_bytes)),
        *(
            (f"{source}, {kind.name.lower()}", f"{count} entries")
            for (source, kind), (count, _) in found.sources.items()
        ),
    ]


def shown_time(time_us: int) -> str:
    """A time as people read it, in UTC."""
    return datetime.fromtimestamp(time_us / US_PER_SECOND, UTC).isoformat(timespec="milliseconds")


def _shown_mark(mark: Mark | None) -> str:
    return "none" if mark is None else f"{mark.number}, {shown_time(mark.time_us)}"


def _show_table(found: JournalInfo) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False)
    for row in _rows(found):
        table.add_row(*row)
    Console().print(table)


def _show_csv(found: JournalInfo) -> None:
    csv.writer(sys.stdout, lineterminator="\n").writerows(_rows(found))


def _show_json(found: JournalInfo) -> None:
    synced = found.synced
    content = {
        "journal": str(found.path),
        "format": found.about.format,
        "program": found.about.program,
        "created": found.about.created_us / US_PER_SECOND,
        "first": _json_mark(found.first),
        "last": _json_mark(found.last),
        "synced": None if synced is None else _json_mark(Mark(synced.number, synced.time_us)),
        "disk_bytes": found.disk_bytes,
        "map_bytes": found.map_bytes,
        "sources": [
            {"source": source, "kind": kind.name.lower(), "entries": count, "payload_bytes": payload_bytes}
            for (source, kind), (count, payload_bytes) in found.sources.items()
        ],
    }
    click.echo(msgspec.json.encode(content).decode())


def _json_mark(mark: Mark | None) -> dict[str, float] | None:
    return None if mark is None else {"number": mark.number, "time": mark.time_us / US_PER_SECOND}


_SHOWN: Final[Mapping[str, Callable[[JournalInfo], None]]] = {
    "table": _show_table,
    "json": _show_json,
    "csv": _show_csv,
}
