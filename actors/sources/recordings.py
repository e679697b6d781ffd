"""Recordings: files of what a link carried, read as the link itself would be (`protocols.md` 5)."""

from __future__ import annotations

import gzip
import heapq
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import BufferedReader
from operator import attrgetter
from pathlib import Path
from typing import Final, NamedTuple

from actors.configuration.environment import Source
from actors.configuration.suggestions import did_you_mean
from actors.sources.asterisk_lines import AsteriskLines
from actors.sources.interaction_lines import interaction_lines
from actors.sources.lines import BadLines, Dated, Lines, Payload, UnusableLinkError
from actors.sources.tserver_lines import tserver_lines
from actors.vocabulary.errors import StatServerError

ZIPPED: Final = ".gz"
SUFFIX_OF_TYPE: Final[Mapping[str, str]] = {
    "tserver": ".jsonl",
    "interaction-server": ".jsonl",
    "asterisk": ".ami",
}
"""How the names of recordings end, by what type of source they are of."""
READ_MAX: Final = 1 << 17
"""Bytes read at a time."""

Advance = Callable[[int], object]
"""Told of bytes of a file that were read, for a progress bar."""


class RecordingError(StatServerError):
    """A recording that cannot be used: exit code 2 of `replay`.

    Attributes:
        path: the file.
        line: the line in it up to which it could be read; 0 where no line is at fault.
        reason: what is wrong.
    """

    def __init__(self, path: Path | str, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}" if line else f"{path}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class Played(NamedTuple):
    """One thing in a recording, and of which source."""

    stamp_us: int
    source: Source
    payload: Payload


def types_of(path: Path) -> tuple[str, ...]:
    """The types of source that a recording of this name may be of.

    Raises:
        RecordingError: the name tells none.
    """
    suffix = Path(path.name.removesuffix(ZIPPED)).suffix
    types = tuple(type_ for type_, own in SUFFIX_OF_TYPE.items() if own == suffix)
    if not types:
        reason = "a recording's name ends in .jsonl (T-Server, Interaction Server) or .ami (Asterisk), or that and .gz"
        raise RecordingError(path, 0, reason)
    return types


def check_name(path: Path, source: Source) -> None:
    """Whether a recording of this name may be of a source.

    Raises:
        RecordingError: it may not.
    """
    types = types_of(path)
    if source.type not in types:
        kinds = " or ".join(types)
        reason = f"a recording of type {kinds} cannot stand for {source.name}, which is of type {source.type}"
        raise RecordingError(path, 0, reason)


class Recording:
    """One file, as the source that it stands for.

    Args:
        source: configured.
        path: the file; its name ends in `.jsonl` or `.ami`, and `.gz` if it is gzipped.

    Attributes:
        bad: the lines that were set aside in the last reading.
        gaps: missing `seq` in the last reading.

    Raises:
        RecordingError: there is no such file, it is empty, or it is none of a source of this type.
    """

    def __init__(self, source: Source, path: Path) -> None:
        self.source = source
        self.path = path
        self.gaps = 0
        check_name(path, source)
        try:
            self.size = path.stat().st_size
        except OSError as error:
            raise self._unreadable(error) from error
        if not self.size:
            raise RecordingError(path, 0, "is empty")
        self._now_us = 0
        self.bad = BadLines(source.name, self._time_us)

    def __iter__(self) -> Iterator[Dated]:
        """Everything in it; see `read`."""
        return self.read(lambda _: None)

    @property
    def first_us(self) -> int:
        """The first stamp in it.

        Raises:
            RecordingError: it cannot be read up to there.
        """
        return next(iter(self)).stamp_us

    def read(self, advance: Advance) -> Iterator[Dated]:
        """Everything in it, in its order. A stamp that steps back is the one before (`semantics.md` 9.1).

        Args:
            advance: told of each piece of the file that was read, in bytes.

        Raises:
            RecordingError: it cannot be read (on), is no recording, or nothing in it has a time.
        """
        self._now_us = 0
        self.bad = BadLines(self.source.name, self._time_us)
        has_any = False
        for dated in self._decoded(advance):
            has_any = True
            self._now_us = max(self._now_us, dated.stamp_us)
            yield Dated(self._now_us, dated.payload)
        if not has_any:
            raise RecordingError(self.path, 0, "there is no event in it")

    def _decoded(self, advance: Advance) -> Iterator[Dated]:
        lines: Lines = _LINES_OF[self.source.type](self)
        try:
            for data in self._pieces(advance):
                yield from lines.feed(data)
            yield from lines.end()
        except EOFError as error:
            raise RecordingError(self.path, lines.number, "is cut off: gzip data without an end") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise RecordingError(self.path, lines.number, f"cannot be unzipped: {error}") from error
        except UnusableLinkError as error:
            raise RecordingError(self.path, lines.number, str(error)) from error
        except OSError as error:
            raise self._unreadable(error) from error
        finally:
            self.gaps = lines.gaps

    def _pieces(self, advance: Advance) -> Iterator[bytes]:
        with self.path.open("rb") as raw:
            file: BufferedReader | gzip.GzipFile = gzip.GzipFile(fileobj=raw) if self.path.suffix == ZIPPED else raw
            position = 0
            while data := file.read(READ_MAX):
                yield data
                position, before = raw.tell(), position
                advance(position - before)

    def _unreadable(self, error: OSError) -> RecordingError:
        return RecordingError(self.path, 0, f"cannot be read: {error.strerror or error}")

    def _time_us(self) -> int:
        return self._now_us


_LINES_OF: Final[Mapping[str, Callable[[Recording], Lines]]] = {
    "tserver": lambda recording: tserver_lines(recording.bad, is_live=False),
    "interaction-server": lambda recording: interaction_lines(recording.bad, is_live=False),
    "asterisk": lambda recording: AsteriskLines(recording.source.name, recording.bad),
}


def merged(recordings: Sequence[Recording], advance: Advance = lambda _: None) -> Iterator[Played]:
    """Several recordings as one: by stamp, of equal stamps in the order given (`semantics.md` 9.1).

    Raises:
        RecordingError: one of them cannot be read (on).
    """
    return heapq.merge(*(_played(recording, advance) for recording in recordings), key=attrgetter("stamp_us"))


def _played(recording: Recording, advance: Advance) -> Iterator[Played]:
    for dated in recording.read(advance):
        yield Played(dated.stamp_us, recording.source, dated.payload)


def resolve(argument: str, sources: Mapping[str, Source]) -> tuple[Source, Path]:
    """Which source a command line's `NAME=FILE` or bare `FILE` is a recording of (`protocols.md` 5).

    Raises:
        RecordingError: there is no such source, or not one alone of the file's type.
    """
    name, equals, file = argument.partition("=")
    if equals and name in sources:
        return sources[name], Path(file)
    if equals and not Path(argument).exists():
        raise RecordingError(argument, 0, f"no source '{name}' is configured{did_you_mean(name, sources)}")
    path = Path(argument)
    types = types_of(path)
    fitting = [source for source in sources.values() if source.type in types]
    if not fitting:
        raise RecordingError(path, 0, f"no source of type {' or '.join(types)} is configured that it could stand for")
    if len(fitting) > 1:
        names = ", ".join(source.name for source in fitting)
        raise RecordingError(path, 0, f"it could stand for {names}: write NAME={path}")
    return fitting[0], path


def resolve_all(arguments: Iterable[str], sources: Mapping[str, Source]) -> list[Recording]:
    """The recordings of a command line, in its order.

    Raises:
        RecordingError: as `resolve` and `Recording`; or two stand for one source.
    """
    recordings: dict[str, Recording] = {}
    for argument in arguments:
        source, path = resolve(argument, sources)
        if source.name in recordings:
            raise RecordingError(path, 0, f"{source.name} has a recording already, {recordings[source.name].path}")
        recordings[source.name] = Recording(source, path)
    return list(recordings.values())
