"""What a link carried is on disk before anything counts it: numbered, dated, in order.

**The invariant.** When `append` has returned, the batch is committed: it is there, whole and in order, whenever the
journal is opened again, and the caller may let it count. When it raises `JournalFullError`, nothing of it is there.

**What it costs.** `journal-sync` says when a batch is also on the disk. The end of the process alone, at any
instruction, costs nothing in any mode: LMDB writes to the kernel (no MDB_WRITEMAP), the meta page that makes a commit
count last. When the machine itself ends:

| `journal-sync` | a batch counts when it is | a loss of power costs |
| --- | --- | --- |
| `commit` | synced | nothing that counted |
| SECONDS | committed | the last SECONDS, and the time a sync takes (some ms; on a busy disk more) |
| `system` | committed | what the system had not written (Linux: some 30 s), and perhaps the whole journal |

**Why a loss of power costs no more.** Commits are not synced (MDB_NOSYNC): one takes 0.02 ms so, 1 to 12 ms with a
sync, for which the hub would stand still. LMDB's documentation warns that a crash of the system can then corrupt the
file, for pages reach the disk in any order. `runtime.journal_sync` closes that: the pages of the last sync are not used
again before the next, and its meta page is kept beside the file. A journal found broken after the machine was started
anew goes back to it. That costs a second, small sync, and as many pages as commits free between two syncs, in the file.
With `system` there is no sync, so nothing to go back to: a file left broken is refused by name.

*Tried and rejected.* A sync with each commit (MDB_NOSYNC off, or MDB_NOMETASYNC, which saves one of two) on the hub:
it stops all links and actors. The same in a thread: begun and committed there, as LMDB wants, a commit waits some
12 ms behind a busy hub for the interpreter, and the batch with it. MDB_NOSYNC and a check at start alone: right, but a
loss of power may then cost the journal. Waiting for more lines before a commit: a batch is what came while the last
one was run (`runtime.intake`: at most 500 lines, 100 ms of event time), and grows by itself when there is much to do.

**A failed sync ends it.** The kernel may drop what it could not write and call it written; no later sync can be
believed. The journal then takes nothing any more; the server has to end. A full disk is no such thing: it is known when
writing, before the commit, and `append` may be tried again.
"""

from __future__ import annotations

import errno
import logging
import mmap
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, TypeVar

import gevent
import lmdb
from gevent.event import Event
from gevent.lock import BoundedSemaphore

from runtime.clock import Clock
from runtime.dispatcher import BEFORE_ALL
from runtime.journal_entries import (
    KEY_BYTES,
    Entry,
    JournalError,
    JournalFullError,
    Mark,
    item_of,
    key_of,
)
from runtime.journal_files import FILE, FORMAT, MAP_BYTES, SYNCED, About, FolderLock, create, environment, made_whole
from runtime.journal_reader import JournalInfo, JournalReader
from runtime.journal_sync import COMMIT, SYSTEM, US_PER_SECOND, Sync, Syncs

log = logging.getLogger(__name__)

PRUNE_STEP: Final = 500
"""Entries pruned in one transaction, in a millisecond; then others have their turn."""
UNSYNCED_MAX: Final = 2_000
"""Commits between two syncs, some 40 MB: pages they free are not used again before the next; at it a sync begins."""
GROWTH_MIN_BYTES: Final = 1 << 20
"""With less room on the disk than this the map is not made larger."""
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""What LMDB says of a disk that is full; EIO is a write that was cut short."""

T = TypeVar("T")


class Journal:
    """A journal to write: one greenlet appends, others may prune and read.

    Args:
        folder: where it is; made when it is opened.
        sync: when the disk must have a batch.
        clock: dates a new journal, and the syncs.
        program: name and version of who writes, for a new journal.
        map_bytes: address space at first.

    Attributes:
        last: place of the newest entry; None while there is none.
    """

    def __init__(
        self, folder: Path, sync: Sync, clock: Clock, *, program: str = "", map_bytes: int = MAP_BYTES
    ) -> None:
        self.path = folder / FILE
        self.last: Mark | None = None
        self._folder = folder
        self._sync = sync
        self._clock = clock
        self._program = program
        self._map_bytes = map_bytes
        self._one_sync = BoundedSemaphore(1)
        self._unsynced = 0
        self._has_unsynced = Event()
        self._has_too_many_unsynced = Event()
        self._broken: JournalError | None = None

    def open(self) -> None:
        """Opens it, a new one if there is none; all that is in it is on the disk then.

        Raises:
            JournalInUseError: another process has it open.
            JournalDamagedError: it is not whole; it is as it was found.
            JournalError: it is something else, or of a newer format, or cannot be opened.
        """
        with ExitStack() as opened:
            try:
                self._open(opened)
            except OSError as error:
                raise JournalError(self.path, f"cannot be opened: {error.strerror}") from error
            except lmdb.Error as error:
                raise JournalError(self.path, f"cannot be opened: {error}") from error
            self._opened = opened.pop_all()
        self._syncing = gevent.spawn(self._keep_synced) if self._sync.within_us else None

    def close(self) -> None:
        """Syncs and closes it.

        Raises:
            JournalError: the disk did not take what was written.
        """
        if self._syncing is not None:
            self._syncing.kill()
        with self._opened:
            if self._broken is None:
                self._bring_to_disk()

    # -- writing -----------------------------------------------------------------------------------------------------

    def append(self, entries: Sequence[Entry]) -> None:
        """Keeps a batch, whole or not at all; it may count when this returns, which with `commit` is after the sync.

        Args:
            entries: in the order of their numbers, which go on behind `last`.

        Raises:
            JournalFullError: the disk takes no more; nothing is kept, the same batch may be tried again.
            JournalError: the journal cannot be written any more.
        """
        if not entries:
            return
        assert self.last is None or entries[0].number > self.last.number
        items = [item_of(entry) for entry in entries]
        self._write(lambda txn: txn.cursor().putmulti(items, append=True))
        self.last = Mark(entries[-1].number, entries[-1].time_us)
        if self._sync == COMMIT:
            self._bring_to_disk()

    def prune(self, up_to: int) -> int:
        """Removes entries that no snapshot needs, step by step, so that others have their turn.

        The newest entry stays, so that numbers go on from it. The file does not shrink: its pages are used again.

        Args:
            up_to: the last number to remove.

        Returns:
            how many were removed.

        Raises:
            JournalFullError: the disk has no room for the change; what was removed before is.
            JournalError: the journal cannot be written any more.
        """
        if self.last is None:
            return 0
        end = key_of(max(0, min(up_to, self.last.number - 1)))
        self._env.reader_check()
        pruned = 0
        while removed := self._write(lambda txn: _remove(txn, end)):
            pruned += removed
            gevent.idle(BEFORE_ALL)
        return pruned

    def _write(self, change: Callable[[lmdb.Transaction[bytes]], T]) -> T:
        """Begins, changes and commits, without giving way; the map grows if need be."""
        if self._broken is not None:
            raise self._broken
        while True:
            try:
                with self._env.begin(write=True) as txn:
                    result = change(txn)
                self._unsynced += 1
                self._has_unsynced.set()
                if self._unsynced >= UNSYNCED_MAX:
                    self._has_too_many_unsynced.set()
                return result
            except lmdb.MapFullError:
                self._grow()
            except lmdb.Error as error:
                if error.code in _FULL:
                    raise self._full(os.strerror(error.code)) from None
                raise JournalError(self.path, f"cannot be written: {error}") from error

    def _full(self, reason: str) -> JournalFullError:
        return JournalFullError(self.path, f"the disk takes no more: {reason} ({self._free_bytes():,} bytes free)")

    def _free_bytes(self) -> int:
        disk = os.statvfs(self._folder)
        return disk.f_bavail * disk.f_frsize

    def _grow(self) -> None:
        used_bytes = self._env.info()["map_size"]
        grown_bytes = min(2 * used_bytes, used_bytes + self._free_bytes())
        if grown_bytes < used_bytes + GROWTH_MIN_BYTES:
            raise self._full("the journal cannot grow")
        grown_bytes -= grown_bytes % mmap.PAGESIZE
        try:
            self._syncs.resize(grown_bytes, self._number)
        except (OSError, lmdb.Error) as error:
            raise self._fails(error) from error

    # -- reading -----------------------------------------------------------------------------------------------------

    def entries(self, after: int = 0) -> Iterator[Entry]:
        """Entries in order, those that are added meanwhile too.

        Args:
            after: the number behind which to begin.
        """
        return self._reader.entries(after)

    def info(self) -> JournalInfo:
        """What is in it; reads it all."""
        return self._reader.info()

    # -- bringing to the disk ----------------------------------------------------------------------------------------

    @property
    def synced_number(self) -> int:
        """Number of the newest entry that is known to be on the disk; with `system`, that was when it was opened."""
        return self._syncs.newest.number

    def _open(self, opened: ExitStack) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        opened.callback(FolderLock(self._folder).release)
        if not self.path.exists():
            create(self._folder, About(FORMAT, self._clock.now_us(), self._program))
        made_whole(self.path, has_all_checked=False)
        self._env = environment(self.path, self._map_bytes)
        opened.callback(self._env.close)
        self._reader = JournalReader(self.path, self._env)
        self.last = self._reader.last()
        self._syncs = Syncs(self._env, self.path, self._folder / SYNCED, self._clock)
        opened.callback(self._syncs.close)
        self._syncs.write(self._syncs.point(self._number))
        if self._sync == SYSTEM:
            self._syncs.forget()

    @property
    def _number(self) -> int:
        return self.last.number if self.last is not None else 0

    def _keep_synced(self) -> None:
        assert self._sync.within_us is not None
        while self._broken is None:
            self._has_unsynced.wait()
            self._has_too_many_unsynced.wait(self._sync.within_us / US_PER_SECOND)
            self._has_unsynced.clear()
            self._has_too_many_unsynced.clear()
            try:
                self._bring_to_disk()
            except JournalError as error:
                log.critical("%s", error)

    def _bring_to_disk(self) -> None:
        """Waits until the disk has all that is committed; the hub does not wait."""
        with self._one_sync:
            point = self._syncs.point(self._number)
            self._unsynced = 0
            try:
                gevent.get_hub().threadpool.apply(self._syncs.write, (point,))
            except OSError as error:
                raise self._fails(error) from error
            self._syncs.move_on()

    def _fails(self, error: Exception) -> JournalError:
        self._broken = JournalError(self.path, f"the disk did not take what was written: {error}")
        return self._broken


def _remove(txn: lmdb.Transaction[bytes], end: bytes) -> int:
    removed = 0
    with txn.cursor() as cursor:
        is_there = cursor.set_range(key_of(0))
        while is_there and removed < PRUNE_STEP and len(cursor.key()) == KEY_BYTES and cursor.key() <= end:
            is_there = cursor.delete()
            removed += 1
    return removed
