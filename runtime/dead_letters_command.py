"""`statserver dead-letters`: which messages nobody handled (`protocols.md` 7)."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import click
import msgspec

from runtime.dead_letters import DeadLetter, read
from runtime.journal_commands import data_option, format_option, shown_time
from runtime.journal_sync import US_PER_SECOND


@click.command("dead-letters")
@data_option
@format_option
def dead_letters(data: Path, format_: str | None) -> None:
    """List the messages that actors failed on for good, the oldest first; also while the server runs.

    The value that such a message should have changed is wrong from its time on. The count goes on over restarts; the
    newest 1,000 are kept. As JSON they have the traceback, which whoever mends the server needs.
    """
    if not data.is_dir():
        raise click.BadParameter(f"there is no folder {data}", param_hint="--data")
    _SHOWN[format_ or ("table" if sys.stdout.isatty() else "json")](list(read(data)))


def _show_table(letters: Sequence[DeadLetter]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("count", "time", "actor", "failure", "message")
    for letter in letters:
        message = letter.message if len(letter.message) <= _SHOWN_MAX else f"{letter.message[:_SHOWN_MAX]}…"
        table.add_row(str(letter.count), shown_time(letter.time_us), letter.actor, letter.error, message)
    Console().print(table)


def _show_csv(letters: Sequence[DeadLetter]) -> None:
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(("count", "time", "actor", "failure", "message"))
    for letter in letters:
        time = letter.time_us / US_PER_SECOND
        rows.writerow((letter.count, f"{time:.6f}", letter.actor, letter.error, letter.message))


def _show_json(letters: Sequence[DeadLetter]) -> None:
    for letter in letters:
        row = {
            "count": letter.count,
            "time": letter.time_us / US_PER_SECOND,
            "number": letter.number,
            "actor": letter.actor,
            "failure": letter.error,
            "message": letter.message,
            "traceback": letter.traceback,
        }
        click.echo(msgspec.json.encode(row).decode())


_SHOWN_MAX: Final = 200
"""Characters of a message in a table: its kind, its time, and what of it comes first."""
_SHOWN: Final[Mapping[str, Callable[[Sequence[DeadLetter]], None]]] = {
    "table": _show_table,
    "json": _show_json,
    "csv": _show_csv,
}
