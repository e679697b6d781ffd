"""Writes down what links carry, one file a source (`protocols.md` 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from gzip import GzipFile
from io import BufferedWriter
from pathlib import Path

from simulator.lines import Line, Numbering, line_of
from simulator.source import Source


def path_beside(path: Path, source: str) -> Path:
    """Where a further source is written down: its name stands before the ending, `day.ixn-1.jsonl.gz`."""
    stem, dot, ending = path.name.partition(".")
    return path.with_name(f"{stem}.{source}{dot}{ending}")


class Recordings:
    """A file for each source, that gets every line of a link of its own, registrations at its head; `.gz` is gzipped.

    Args:
        path: the file of the first source; those of the others stand beside it. What is there is overwritten.
        sources: who will be written down.
    """

    def __init__(self, path: Path, sources: Sequence[Source]) -> None:
        first, *others = (source.name for source in sources)
        paths = {first: path} | {name: path_beside(path, name) for name in others}
        self._files = ExitStack()
        self._recordings = {name: self._opened(at) for name, at in paths.items()}

    def register(self, sources: Iterable[Source]) -> None:
        """Writes the heads: everything as it is now."""
        for source in sources:
            self.write(source.name, [line_of(event) for event in source.present()])

    def write(self, source: str, lines: Iterable[Line]) -> None:
        """Writes down what a source said next."""
        file, numbering = self._recordings[source]
        file.write(numbering.numbered(lines))

    def close(self) -> None:
        """Ends the files."""
        self._files.close()

    def _opened(self, path: Path) -> tuple[GzipFile | BufferedWriter, Numbering]:
        raw = self._files.enter_context(path.open("wb"))
        is_zipped = path.suffix == ".gz"
        # Neither name nor date of the file in it: the same day gives the same bytes.
        file = self._files.enter_context(GzipFile("", "wb", 6, raw, mtime=0)) if is_zipped else raw
        return file, Numbering()
