"""Writes down what a link carries (`protocols.md` 5)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from gzip import GzipFile
from pathlib import Path

from actors.vocabulary.events import TServerEvent
from simulator.day import Day
from simulator.lines import Numbering, encoded


class Recording:
    """A file that gets every line of a link of its own, registrations at its head; `.gz` is gzipped.

    Args:
        path: the file, which is overwritten.
    """

    def __init__(self, path: Path) -> None:
        self._numbering = Numbering()
        self._files = ExitStack()
        raw = self._files.enter_context(path.open("wb"))
        is_zipped = path.suffix == ".gz"
        # Neither name nor date of the file in it: the same day gives the same bytes.
        self._file = self._files.enter_context(GzipFile("", "wb", 6, raw, mtime=0)) if is_zipped else raw

    def register(self, day: Day) -> None:
        """Writes the head: every DN as it is now."""
        self.write((event, encoded(event)) for event in day.registrations(day.numbers))

    def write(self, events: Iterable[tuple[TServerEvent, bytes]]) -> None:
        """Writes the next events, each given with its encoding."""
        self._file.write(self._numbering.lines(events))

    def close(self) -> None:
        """Ends the file."""
        self._files.close()
