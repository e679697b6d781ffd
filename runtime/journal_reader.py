"""A journal read: its entries in order, and what there is in all.

Read transactions are short: LMDB uses no page again that an open reader may see, so a reader that takes its time makes
the file grow. Between two of them anything may happen to the journal; entries are never changed, only added behind
the last and pruned before the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import lmdb

from runtime.journal_entries import (
    ChecksumError,
    Entry,
    JournalDamagedError,
    JournalError,
    JournalInUseError,
    Kind,
    Mark,
    entry_of,
    key_of,
)
from runtime.journal_files import FILE, MAP_BYTES, SYNCED, About, FolderLock, about, environment, made_whole
from runtime.journal_sync import SyncPoint

READ_ENTRIES_MAX: Final = 500
READ_BYTES_MAX: Final = 1 << 20
"""Read in one transaction: 500 entries take half a millisecond, and lines may be 64 MiB long."""


class Figures(NamedTuple):
    """Entries of one source and kind: how many, and the bytes of their payloads."""

    entries: int
    payload_bytes: int


class JournalInfo(NamedTuple):
    """What is in a journal.

    Attributes:
        path: its file.
        about: what it says of itself.
        first: its oldest entry's place; None if it is empty.
        last: its newest entry's.
        sources: what there is of each source and kind.
        disk_bytes: what the file takes.
        map_bytes: what it may take before its map grows.
        synced: what is known to be on the disk; None with `journal-sync = system`.
    """

    path: Path
    about: About
    first: Mark | None
    last: Mark | None
    sources: Mapping[tuple[str, Kind], Figures]
    disk_bytes: int
    map_bytes: int
    synced: SyncPoint | None


class JournalReader:
    """Reads through an open environment.

    Args:
        path: the journal's file.
        env: open on it.

    Attributes:
        about: what the journal says of itself.

    Raises:
        JournalError: it is no journal, or of a newer format.
    """

    def __init__(self, path: Path, env: lmdb.Environment) -> None:
        self.path = path
        self._env = env
        with env.begin() as txn:
            self.about: About = about(path, txn)

    def first(self) -> Mark | None:
        """The oldest entry's place; None if there is no entry."""
        return next(map(_mark, self._batch(0, 1)), None)

    def last(self) -> Mark | None:
        """The newest entry's place; None if there is no entry.

        Raises:
            JournalDamagedError: the entry is not what was written.
        """
        try:
            with self._reading() as txn, txn.cursor() as cursor:
                is_there = cursor.last() and len(cursor.key()) == len(key_of(0))
                return _mark(entry_of(*cursor.item())) if is_there else None
        except ChecksumError as error:
            raise JournalDamagedError(self.path, f"is damaged: {error}") from None

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Entries in order, those that are added meanwhile too.

        Args:
            after: the number behind which to begin.

        Raises:
            JournalDamagedError: an entry is not what was written.
        """
        while batch := self._batch(after, READ_ENTRIES_MAX):
            yield from batch
            after = batch[-1].number

    def info(self) -> JournalInfo:
        """What is in it; reads it all."""
        entries: Counter[tuple[str, Kind]] = Counter()
        payload_bytes: Counter[tuple[str, Kind]] = Counter()
        for entry in self.entries():
            entries[entry.source, entry.kind] += 1
            payload_bytes[entry.source, entry.kind] += len(entry.payload)
        return JournalInfo(
            self.path,
            self.about,
            self.first(),
            self.last(),
            {of: Figures(entries[of], payload_bytes[of]) for of in sorted(entries)},
            self.path.stat().st_blocks * 512,
            self._env.info()["map_size"],
            SyncPoint.read(self.path.with_name(SYNCED)),
        )

    def _batch(self, after: int, entries_max: int) -> list[Entry]:
        batch: list[Entry] = []
        room_bytes = READ_BYTES_MAX
        try:
            with self._reading() as txn, txn.cursor() as cursor:
                is_there = cursor.set_range(key_of(after + 1))
                while is_there and len(batch) < entries_max and room_bytes > 0:
                    key, value = cursor.item()
                    batch.append(entry_of(key, value))
                    room_bytes -= len(value)
                    is_there = cursor.next()
        except (ChecksumError, lmdb.Error) as error:
            raise JournalDamagedError(self.path, f"is damaged behind number {after}: {error}") from None
        return batch

    @contextmanager
    def _reading(self) -> Iterator[lmdb.Transaction[bytes]]:
        try:
            txn = self._env.begin()
        except lmdb.MapResizedError:
            self._env.set_mapsize(0)
            txn = self._env.begin()
        with txn:
            yield txn


def _mark(entry: Entry) -> Mark:
    return Mark(entry.number, entry.time_us)


@contextmanager
def reading(folder: Path) -> Iterator[JournalReader]:
    """A journal to read: beside the server that has it open, else checked first, and kept from a server meanwhile.

    Raises:
        JournalDamagedError: it is not whole.
        JournalError: there is none, or it cannot be read.
    """
    path = folder / FILE
    with ExitStack() as opened:
        try:
            reader = _opened(path, opened)
        except OSError as error:
            raise JournalError(path, f"cannot be read: {error.strerror}") from error
        yield reader


def _opened(path: Path, opened: ExitStack) -> JournalReader:
    if not path.exists():
        raise JournalError(path, "there is no journal")
    try:
        opened.callback(FolderLock(path.parent).release)
    except JournalInUseError:
        pass
    else:
        made_whole(path)
    return JournalReader(path, opened.enter_context(environment(path, MAP_BYTES, readonly=True)))
