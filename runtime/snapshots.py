"""Snapshots on disk: what there was at one place of the journal, by name, whole or not at all.

A snapshot is begun, gets records (a name and bytes, whatever they mean to the caller) and is completed; only then does
it count, and until then the one before it does, untouched. It is *incremental*: what is not put again stays as it was
in the snapshot before.

Each record is kept once for each snapshot that has changed it. That a snapshot is complete is one small record more,
so to complete one takes the same time however much is in it; what it supersedes is removed afterwards, step by step.

Unlike the journal's, its commits are synced: they are few, in a thread, and nobody waits for them. So a loss of power
costs the snapshot that was being written and no other. All numbers are big-endian and every record is checked as it is
read. The file itself is LMDB's, so of the byte order of its machine; on one of another it is refused by name.
"""

from __future__ import annotations

import logging
import mmap
import os
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from struct import Struct
from typing import Final, NamedTuple, TypeVar

import gevent
import lmdb
import msgspec

from runtime.journal_entries import ChecksumError, Mark, sealed, unsealed
from runtime.pages import PagesError, check

log = logging.getLogger(__name__)

FORMAT: Final = 1
"""Another one for each way of writing that programs before it cannot read."""
FOLDER: Final = "snapshots"
"""Of the folder for what the server keeps."""
FILE: Final = "snapshots.mdb"
MAP_BYTES: Final = 1 << 28
"""Address space at first; doubled when it is used up."""
STEP: Final = 500
"""Records written or removed in one transaction."""

_MAGIC: Final = b"statserver snapshots\n"
_ABOUT_KEY: Final = b"\0"
_COMPLETE_KEY: Final = b"\1"
_RECORD: Final = b"r"
_COMPLETE: Final = Struct(">QQq")
"""Of the newest complete snapshot: its number among snapshots, its place in the journal, its time."""
_PLACE: Final = Struct(">QI")
"""Of a record: in which snapshot, and the how manieth there."""
_HEAD: Final = Struct(">I?")
"""Of a record: the length of its name, and whether it is there; one that was dropped is not."""
_KEY_BYTES: Final = len(_RECORD) + _PLACE.size

T = TypeVar("T")


class SnapshotError(Exception):
    """Snapshots that cannot be used, or written.

    Attributes:
        path: their file.
        reason: what is wrong with it, in one line.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class SnapshotsDamagedError(SnapshotError):
    """A file that is not whole, or is something else; it is left as it was found."""


class About(msgspec.Struct, frozen=True):
    """What the file says of itself, in its first record."""

    format: int
    program: str


class Record(NamedTuple):
    """One thing in a snapshot; without `data` it is there no more."""

    name: bytes
    data: bytes | None


class Snapshots:
    """The newest complete snapshot, and the one that is being written.

    Args:
        folder: where they are; made when it is opened.
        program: name and version of who writes, for a new file.
        map_bytes: address space at first.

    Attributes:
        newest: place in the journal of the newest complete one; None while there is none.
    """

    def __init__(self, folder: Path, *, program: str = "", map_bytes: int = MAP_BYTES) -> None:
        self.path = folder / FILE
        self.newest: Mark | None = None
        self._folder = folder
        self._program = program
        self._map_bytes = map_bytes
        self._one_at_a_time = threading.Lock()
        self._complete = 0
        self._writing: tuple[int, Mark] | None = None
        self._keys: dict[bytes, bytes] = {}
        """Where the newest complete snapshot has each record, by the record's name."""
        self._written: list[tuple[Record, bytes]] = []
        """What the snapshot that is being written has, and where."""

    def open(self) -> None:
        """Opens the file, a new one if there is none.

        Raises:
            SnapshotsDamagedError: it is not whole, or something else; it is as it was found.
            SnapshotError: it is of another format, or cannot be opened.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if self.path.exists():
                _check_structure(self.path)
            else:
                self._create()
            self._env = _environment(self.path, self._map_bytes)
        except (OSError, lmdb.Error) as error:
            raise SnapshotError(self.path, f"cannot be opened: {error}") from error
        try:
            self._read()
        except (ChecksumError, lmdb.Error) as error:
            self._env.close()
            raise SnapshotsDamagedError(self.path, f"is damaged: {error}") from None
        except SnapshotError:
            self._env.close()
            raise

    def close(self) -> None:
        """Closes it; a snapshot that is not complete never counts."""
        with self._one_at_a_time:
            self._env.close()

    def records(self) -> Iterator[Record]:
        """What the newest complete snapshot has."""
        with self._env.begin() as txn:
            for key in self._keys.values():
                yield _record(key, txn.get(key, b""))

    # -- writing -----------------------------------------------------------------------------------------------------

    @property
    def names(self) -> Collection[bytes]:
        """Of the records that the newest complete snapshot has."""
        return self._keys.keys()

    def give_up(self) -> None:
        """Forgets a snapshot that was begun and not completed; others have their turn meanwhile.

        Raises:
            SnapshotError: the disk takes no more.
        """
        self._remove([key for _, key in self._written])
        self._written.clear()
        self._writing = None

    def begin(self, number: int, time_us: int) -> None:
        """Begins a snapshot, at once; none is being written.

        Args:
            number: its place in the journal: all entries up to this number are in it.
            time_us: when.
        """
        assert self._writing is None
        self._writing = self._complete + 1, Mark(number, time_us)

    def put(self, records: Sequence[Record]) -> None:
        """Adds to the snapshot that was begun; others have their turn meanwhile.

        Args:
            records: those that are other than in the snapshot before, and those that are no more.

        Raises:
            SnapshotError: the disk takes no more.
        """
        assert self._writing is not None
        version = self._writing[0]
        for at in range(0, len(records), STEP):
            items = []
            for record in records[at : at + STEP]:
                key = _RECORD + _PLACE.pack(version, len(self._written))
                items.append(_item(key, record))
                self._written.append((record, key))
            self._write(lambda txn, items=items: txn.cursor().putmulti(items, append=True))  # type: ignore[misc]

    def complete(self) -> None:
        """From now on this snapshot is the newest; what only the one before it had is removed.

        Raises:
            SnapshotError: the disk takes no more.
        """
        assert self._writing is not None
        version, mark = self._writing
        body = _COMPLETE.pack(version, *mark)
        self._write(lambda txn: txn.put(_COMPLETE_KEY, sealed(_COMPLETE_KEY, body)))
        self._complete, self.newest, self._writing = version, mark, None
        superseded = gevent.get_hub().threadpool.apply(self._superseded)
        self._written.clear()
        self._remove(superseded)

    def _superseded(self) -> list[bytes]:
        return [key for written in self._written for key in self._succeed(*written)]

    def _succeed(self, record: Record, key: bytes) -> list[bytes]:
        """The record at this key is the newest of its name; answers the keys that are of no use any more."""
        before = self._keys.pop(record.name, None)
        old = [] if before is None else [before]
        if record.data is None:
            return [*old, key]
        self._keys[record.name] = key
        return old

    def _remove(self, keys: Sequence[bytes]) -> None:
        for at in range(0, len(keys), STEP):
            step = keys[at : at + STEP]
            self._write(lambda txn, step=step: [txn.delete(key) for key in step])  # type: ignore[misc]

    def _write(self, change: Callable[[lmdb.Transaction[bytes]], T]) -> T:
        try:
            result: T = gevent.get_hub().threadpool.apply(self._written_in_thread, (change,))
        except (OSError, lmdb.Error) as error:
            raise SnapshotError(self.path, f"cannot be written: {error}") from error
        return result

    def _written_in_thread(self, change: Callable[[lmdb.Transaction[bytes]], T]) -> T:
        with self._one_at_a_time:
            while True:
                try:
                    with self._env.begin(write=True) as txn:
                        return change(txn)
                except lmdb.MapFullError:
                    self._env.set_mapsize(2 * self._env.info()["map_size"])

    # -- opening -----------------------------------------------------------------------------------------------------

    def _create(self) -> None:
        """Makes the file; it is there whole or not at all."""
        new, lock = self._folder / f"{FILE}.new", self._folder / f"{FILE}.new-lock"
        for left in (new, lock):
            left.unlink(missing_ok=True)
        about = msgspec.json.encode(About(FORMAT, self._program))
        with _environment(new, 1 << 20) as env, env.begin(write=True) as txn:
            txn.put(_ABOUT_KEY, sealed(_ABOUT_KEY, _MAGIC + about))
        lock.unlink()
        new.rename(self.path)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _read(self) -> None:
        """Checks everything, and finds out what is in it; what is left of a snapshot that was given up is removed."""
        left: list[bytes] = []
        self._keys.clear()
        with self._env.begin() as txn, txn.cursor() as cursor:
            self._check_about(txn.get(_ABOUT_KEY))
            complete = txn.get(_COMPLETE_KEY)
            if complete is not None:
                self._complete, *mark = _COMPLETE.unpack(unsealed(_COMPLETE_KEY, complete))
                self.newest = Mark(*mark)
            if cursor.set_range(_RECORD):
                for key, value in cursor.iternext():
                    left += self._found(key, value)
        self._remove(left)

    def _found(self, key: bytes, value: bytes) -> list[bytes]:
        """Notes a record; answers the keys that are of no use any more."""
        if len(key) != _KEY_BYTES:
            raise ChecksumError(key)
        record = _record(key, value)
        version, _ = _PLACE.unpack_from(key, len(_RECORD))
        return self._succeed(record, key) if version <= self._complete else [key]

    def _check_about(self, value: bytes | None) -> None:
        body = b"" if value is None else unsealed(_ABOUT_KEY, value)
        if not body.startswith(_MAGIC):
            raise SnapshotError(self.path, "is a file of LMDB, but has no snapshots")
        about = msgspec.json.decode(body[len(_MAGIC) :], type=About)
        if about.format != FORMAT:
            written = f"is of format {about.format}, written by {about.program or 'another program'}"
            raise SnapshotError(self.path, f"{written}; this program reads {FORMAT}")


def _environment(path: Path, map_bytes: int) -> lmdb.Environment:
    size = path.stat().st_size if path.exists() else 0
    map_bytes = max(map_bytes, size + -size % mmap.PAGESIZE)
    return lmdb.open(str(path), map_size=map_bytes, subdir=False, mode=0o600, lib_version=0)


def _check_structure(path: Path) -> None:
    """Looks at the file before LMDB maps it: that trusts what it maps."""
    try:
        check(path)
    except PagesError as error:
        raise SnapshotsDamagedError(path, f"is damaged, or has no snapshots: {error}") from None


def _item(key: bytes, record: Record) -> tuple[bytes, bytes]:
    name, data = record
    return key, sealed(key, _HEAD.pack(len(name), data is not None) + name + (data or b""))


def _record(key: bytes, value: bytes) -> Record:
    body = unsealed(key, value)
    length, is_there = _HEAD.unpack_from(body)
    end = _HEAD.size + length
    return Record(body[_HEAD.size : end], body[end:] if is_there else None)
