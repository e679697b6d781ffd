"""What is known to be on the disk: the point of the last sync, kept beside the journal's file.

LMDB begins its file with two *meta pages*, written in turn; the newer names the root of the tree that counts. Commits
that are not synced may reach the disk in any order, so after a loss of power the newer meta page may name pages that
never got there (LMDB's documentation of MDB_NOSYNC: "a system crash can corrupt the database"). Hence a `SyncPoint`:
the meta page as it was when all it names had been synced. As long as none of those pages is used again (the store sees
to that), writing it back undoes all commits since, whatever of them did reach the disk.

It is done only if the machine was started anew since the point was written and the newest commit is not whole: the
end of a process alone leaves everything in the kernel's hands, and nothing is ever undone.
"""

from __future__ import annotations

import os
import threading
import zlib
from collections import deque
from math import inf
from pathlib import Path
from struct import Struct
from typing import Final, NamedTuple, Self

import lmdb

from runtime.clock import Clock

_PAGE_NUMBER: Final = Struct("=Q")
_META: Final = Struct("=16x8x8x8xIH46xH42xQQ")
"""In the machine's byte order: page size, flags of the free pages and of the tree, last page, number of the commit."""
_TRANSACTION: Final = Struct("=Q")
_TRANSACTION_AT: Final = _META.size - _TRANSACTION.size
_SLOT: Final = Struct(f">8sQQq36s{_META.size}s")
_CHECKSUM: Final = Struct(">I")
_MAGIC: Final = b"synced 1"
SLOT_BYTES: Final = 512
"""A sector: written whole or not at all."""
US_PER_SECOND: Final = 1_000_000
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


class Sync(NamedTuple):
    """When the disk must have a batch: after so many microseconds at most; None leaves it to the system."""

    within_us: int | None

    @classmethod
    def of(cls, text: str) -> Sync:
        """What the option `journal-sync` says: `commit`, `system` or SECONDS.

        Raises:
            ValueError: it says something else.
        """
        if text in NAMED_SYNCS:
            return NAMED_SYNCS[text]
        seconds = float(text)
        if not 0 < seconds < inf:
            raise ValueError(f"journal-sync is commit, system or a number of seconds above 0, not {text!r}")
        return cls(round(seconds * US_PER_SECOND) or 1)


COMMIT: Final = Sync(0)
"""A batch counts when it is on the disk."""
SYSTEM: Final = Sync(None)
NAMED_SYNCS: Final = {"commit": COMMIT, "system": SYSTEM}


def boot_id() -> str:
    """What is another after each start of the machine."""
    return _BOOT_ID.read_text(encoding="ascii").strip()


class MetaPage(NamedTuple):
    """What of a meta page tells which commit it stands for."""

    content: bytes
    page_bytes: int
    free_flags: int
    tree_flags: int
    last_page: int
    transaction: int

    @classmethod
    def of(cls, content: bytes) -> Self:
        """The meta page with this content."""
        return cls(content, *_META.unpack(content))


def meta_pages(fd: int) -> tuple[MetaPage, MetaPage]:
    """Both, of a file that has been verified: the older, then the newer."""
    first = MetaPage.of(os.pread(fd, _META.size, 0))
    second = MetaPage.of(os.pread(fd, _META.size, first.page_bytes))
    return (first, second) if first.transaction < second.transaction else (second, first)


class SyncPoint(NamedTuple):
    """What the disk has for sure.

    Attributes:
        sequence: grows with each point written.
        number: of the last entry then; 0 for none.
        time_us: when, by the server's clock.
        boot_id: of the machine's start then.
        meta: the meta page that names it all.
    """

    sequence: int
    number: int
    time_us: int
    boot_id: str
    meta: bytes

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """The newest point written down there; None if there is none."""
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        points = (cls._in(content[at : at + SLOT_BYTES]) for at in (0, SLOT_BYTES))
        return max((point for point in points if point is not None), default=None)

    @classmethod
    def _in(cls, slot: bytes) -> Self | None:
        body, checksum = slot[: _SLOT.size], slot[_SLOT.size : _SLOT.size + _CHECKSUM.size]
        if checksum != _CHECKSUM.pack(zlib.crc32(body)):
            return None
        magic, sequence, number, time_us, boot, meta = _SLOT.unpack(body)
        return cls(sequence, number, time_us, boot.decode(), meta) if magic == _MAGIC else None

    def write(self, fd: int) -> None:
        """Puts the point in its file, beside the one before it, and on the disk."""
        sequence, number, time_us, boot, meta = self
        body = _SLOT.pack(_MAGIC, sequence, number, time_us, boot.encode(), meta)
        os.pwrite(fd, body + _CHECKSUM.pack(zlib.crc32(body)), sequence % 2 * SLOT_BYTES)
        os.fdatasync(fd)

    @property
    def page_bytes(self) -> int:
        """Of the journal's file."""
        return MetaPage.of(self.meta).page_bytes

    def restore(self, fd: int) -> None:
        """Makes this commit the newest of the journal's file again."""
        meta = MetaPage.of(self.meta)
        for page in (0, 1):
            is_older = page != meta.transaction % 2
            content = bytearray(self.meta)
            _PAGE_NUMBER.pack_into(content, 0, page)
            _TRANSACTION.pack_into(content, _TRANSACTION_AT, meta.transaction - is_older)
            os.pwrite(fd, content, page * meta.page_bytes)
        os.fdatasync(fd)


class Syncs:
    """Brings what was committed to the disk, one sync at a time.

    LMDB uses no page again that an open reader may see. So a read transaction begins at each point and stays open until
    a later one is on the disk: all that a `SyncPoint` names is as it was when it was synced.

    Args:
        env: LMDB's environment, open.
        path: its file.
        synced_path: where the points are kept.
        clock: dates them.

    Attributes:
        newest: the last point written.
    """

    def __init__(self, env: lmdb.Environment, path: Path, synced_path: Path, clock: Clock) -> None:
        self._env = env
        self._clock = clock
        self._boot_id = boot_id()
        self._fd = os.open(path, os.O_RDONLY)
        self._synced_fd = os.open(synced_path, os.O_RDWR | os.O_CREAT, 0o644)
        os.posix_fallocate(self._synced_fd, 0, 2 * SLOT_BYTES)
        self._one_at_a_time = threading.Lock()
        self._holds = True
        self._held: deque[tuple[int, lmdb.Transaction[bytes]]] = deque()
        self.newest = SyncPoint.read(synced_path) or SyncPoint(0, 0, 0, "", b"")
        self._sequence = self.newest.sequence

    def point(self, number: int) -> SyncPoint:
        """What is committed now, held; on the thread that commits.

        Args:
            number: of the last entry.
        """
        self._sequence += 1
        held = self._env.begin()
        self._held.append((self._sequence, held))
        meta = meta_pages(self._fd)[1]
        assert meta.transaction == held.id()
        return SyncPoint(self._sequence, number, self._clock.now_us(), self._boot_id, meta.content)

    def write(self, point: SyncPoint) -> None:
        """Waits until the disk has it; on any thread. A point behind the newest is on the disk already."""
        with self._one_at_a_time:
            if point.sequence > self.newest.sequence:
                os.fdatasync(self._fd)
                point.write(self._synced_fd)
                self.newest = point

    def move_on(self) -> None:
        """Lets go of what was held for points before the newest; on the thread that commits."""
        while self._held and self._held[0][0] < self.newest.sequence:
            self._held.popleft()[1].abort()

    def resize(self, map_bytes: int, number: int) -> None:
        """Gives the map another size, for which nothing may be held: so all is synced, here and now."""
        with self._one_at_a_time:
            self._let_go()
            self._env.set_mapsize(map_bytes)
        if self._holds:
            self.write(self.point(number))

    def forget(self) -> None:
        """From now on holds nothing, so there is no point to go back to: it would not stay as it was synced."""
        self._holds = False
        os.ftruncate(self._synced_fd, 0)
        self._let_go()

    def close(self) -> None:
        """Lets go of all; the environment can be closed then."""
        with self._one_at_a_time:
            self._let_go()
            os.close(self._fd)
            os.close(self._synced_fd)

    def _let_go(self) -> None:
        while self._held:
            self._held.popleft()[1].abort()
