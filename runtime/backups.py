"""A snapshot as one file that any other server can begin with, on any machine: text, a JSON value a line.

    {"statserver":"backup","format":1,"program":"statserver 0.1.0","number":4711,"time_us":1795505403028000}
    ["...","..."]                        a record: its name, and what it is
    {"records":1,"sha256":"..."}         how many there are, and the digest of all bytes before this line

It is written beside the one before it, synced, and then takes its place: a file of that name is whole or not there.
Those before it are kept as generations, `.1` the newest of them.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Final

import gevent
import msgspec

from runtime.clock import Clock
from runtime.dispatcher import BEFORE_ALL
from runtime.journal_entries import Mark
from runtime.snapshots import Record, Snapshots

log = logging.getLogger(__name__)

FORMAT: Final = 1
"""Another one for each way of writing that programs before it cannot read."""
GENERATIONS: Final = 3
"""Files kept, the newest included: half an hour back, by default."""
STEP: Final = 200
"""Records written in one go, in about a millisecond; then others have their turn."""


class BackupError(ValueError):
    """A backup that cannot be used.

    Attributes:
        path: its file.
        reason: why not, in one line.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class _Head(msgspec.Struct):
    statserver: str
    format: int
    program: str = ""
    number: int = 0
    time_us: int = 0


class _End(msgspec.Struct):
    records: int
    sha256: str


class Backups:
    """Writes the newest snapshot to a file at intervals.

    Args:
        path: of the file.
        interval_us: at most so often.
        snapshots: open.
        clock: real time.
        program: name and version of who writes.
    """

    def __init__(self, path: Path, interval_us: int, snapshots: Snapshots, clock: Clock, *, program: str) -> None:
        self._path = path
        self._interval_us = interval_us
        self._snapshots = snapshots
        self._clock = clock
        self._program = program
        self._due_us = clock.now_us() + interval_us
        self._written: Mark | None = None

    def write_if_due(self) -> None:
        """Writes one if it is time and there is something new; no snapshot is being taken meanwhile."""
        newest = self._snapshots.newest
        if self._clock.now_us() < self._due_us or newest in (None, self._written):
            return
        self._due_us = self._clock.now_us() + self._interval_us
        try:
            write(self._path, self._snapshots, program=self._program)
            self._written = newest
        except OSError as error:
            log.error("no backup: %s", error)


def write(path: Path, snapshots: Snapshots, *, program: str) -> None:
    """Writes the newest complete snapshot; others have their turn meanwhile.

    Args:
        path: of the file; one that is there becomes a generation.
        snapshots: open, with a complete one.
        program: name and version of who writes.

    Raises:
        OSError: the file cannot be written; the one before it stays.
    """
    assert snapshots.newest is not None
    new = path.with_name(f"{path.name}.new")
    digest, count = sha256(), 0
    with open(new, "wb", opener=_for_its_user_only) as file:
        for count, line in enumerate(_lines(snapshots, program)):
            digest.update(line)
            file.write(line)
            if count % STEP == 0:
                gevent.idle(BEFORE_ALL)
        file.write(_line(_End(count, digest.hexdigest())))
        file.flush()
        gevent.get_hub().threadpool.apply(os.fsync, (file.fileno(),))
    _keep_generations(path)
    new.rename(path)
    _sync_folder(path.parent)


def read_into(snapshots: Snapshots, path: Path) -> None:
    """Makes a backup the snapshot that a server without any begins with.

    Args:
        snapshots: open, and empty.
        path: of the backup.

    Raises:
        BackupError: it is damaged, or of a newer program, or no backup, or cannot be read.
        SnapshotError: the disk takes no more.
    """
    assert snapshots.newest is None
    mark, records = read(path)
    snapshots.begin(*mark)
    snapshots.put(records)
    snapshots.complete()


def read(path: Path) -> tuple[Mark, list[Record]]:
    """What a backup has: its place in the journal of its server, and its records.

    Raises:
        BackupError: it is damaged, or of a newer program, or no backup, or cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BackupError(path, f"cannot be read: {error.strerror}") from error
    first, _, _ = content.partition(b"\n")
    try:
        head = msgspec.json.decode(first, type=_Head)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise BackupError(path, "is no backup of a stat server") from None
    if head.statserver != "backup":
        raise BackupError(path, "is no backup of a stat server")
    if head.format > FORMAT:
        written = f"is of format {head.format}, written by {head.program or 'a newer program'}"
        raise BackupError(path, f"{written}; this program reads up to {FORMAT}")
    return Mark(head.number, head.time_us), _records(path, content)


def _records(path: Path, content: bytes) -> list[Record]:
    end_at = content.rstrip(b"\n").rfind(b"\n") + 1
    try:
        end = msgspec.json.decode(content[end_at:], type=_End)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise BackupError(path, "is damaged: its end is missing") from None
    lines = content[:end_at].splitlines()[1:]
    if end.sha256 != sha256(content[:end_at]).hexdigest() or end.records != len(lines):
        raise BackupError(path, "is damaged: it is not what was written")
    pairs = (msgspec.json.decode(line, type=tuple[str, str]) for line in lines)
    return [Record(name.encode(), data.encode()) for name, data in pairs]


def _lines(snapshots: Snapshots, program: str) -> Iterator[bytes]:
    assert snapshots.newest is not None
    yield _line(_Head("backup", FORMAT, program, *snapshots.newest))
    for name, data in snapshots.records():
        assert data is not None
        yield _line((name.decode(), data.decode()))


def _line(value: object) -> bytes:
    return msgspec.json.encode(value) + b"\n"


def _keep_generations(path: Path) -> None:
    """Moves those that are there on by one; the newest keeps its name as well until its successor has it."""
    names = [path, *(path.with_name(f"{path.name}.{number}") for number in range(1, GENERATIONS))]
    for younger, older in reversed(list(pairwise(names[1:]))):
        with suppress(FileNotFoundError):
            younger.rename(older)
    with suppress(FileNotFoundError):
        os.link(path, names[1])


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _for_its_user_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
