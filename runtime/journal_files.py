"""The files of a journal: one process at a time has them, and opens them only when they are known to be whole.

A folder holds `journal.mdb` (and LMDB's own lock beside it), `synced`, and `lock`. What callers dialled and said is in
it, so it is for the server's user only.

LMDB trusts its file: a page that is not what it should be can end the process. So the file is first read by
`lmdb.verify`, which maps nothing, then entry by entry, every checksum. That takes 3 to 4 s a million entries, a small
part of what it takes to play them; with a snapshot every 10 s there are not so many.
"""

from __future__ import annotations

import fcntl
import logging
import os
from pathlib import Path
from typing import Final

import lmdb
import lmdb.verify
import msgspec

from runtime.journal_entries import (
    KEY_BYTES,
    ChecksumError,
    JournalDamagedError,
    JournalError,
    JournalInUseError,
    is_sealed,
    sealed,
    unsealed,
)
from runtime.journal_sync import SyncPoint, boot_id, meta_pages

log = logging.getLogger(__name__)

FORMAT: Final = 1
"""Grows when an older program could not read what a newer one writes."""
MAP_BYTES: Final = 1 << 30
"""Address space for the file, which itself is as large as what is in it; doubled when it is used up."""
FOLDER: Final = "journal"
"""Of the folder for what the server keeps."""
FILE: Final = "journal.mdb"
SYNCED: Final = "synced"
_FLAGS: Final = (0x4008, 0)
"""Of the free pages (MDB_NOSUBDIR, MDB_INTEGERKEY) and of the tree."""
_ABOUT_KEY: Final = b"\0"
"""Before the keys of all entries."""
_MAGIC: Final = b"statserver journal\n"


class About(msgspec.Struct, frozen=True):
    """What a journal says of itself, in its first record."""

    format: int
    created_us: int
    program: str


class FolderLock:
    """One process a folder, for as long as it lives.

    Raises:
        JournalInUseError: another process has it.
    """

    def __init__(self, folder: Path) -> None:
        self._fd = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.pread(self._fd, 20, 0).decode("ascii", "replace").strip()
            os.close(self._fd)
            raise JournalInUseError(folder, pid) from None
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, b"%d\n" % os.getpid(), 0)

    def release(self) -> None:
        """Lets others have the folder."""
        os.close(self._fd)


def environment(path: Path, map_bytes: int, *, readonly: bool = False, lock: bool = True) -> lmdb.Environment:
    """LMDB's environment for the file, which commits without a sync.

    Raises:
        JournalError: it cannot be opened.
    """
    try:
        return lmdb.open(
            str(path),
            map_size=max(map_bytes, path.stat().st_size if path.exists() else 0),
            subdir=False,
            readonly=readonly,
            metasync=False,
            sync=False,
            mode=0o600,
            create=not readonly,
            lock=lock,
            lib_version=0,
        )
    except lmdb.Error as error:
        raise JournalError(path, f"cannot be opened: {error}") from error


def create(folder: Path, first: About) -> None:
    """Makes a new journal's file; it is there whole or not at all."""
    new = folder / f"{FILE}.new"
    lock = folder / f"{FILE}.new-lock"
    for left in (new, lock, folder / SYNCED):
        left.unlink(missing_ok=True)
    with environment(new, 1 << 20) as env, env.begin(write=True) as txn:
        txn.put(_ABOUT_KEY, sealed(_ABOUT_KEY, _MAGIC + msgspec.json.encode(first)))
    lock.unlink()
    _to_disk(new)
    new.rename(folder / FILE)
    _to_disk(folder)


def _to_disk(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def about(path: Path, txn: lmdb.Transaction[bytes]) -> About:
    """What the file says of itself.

    Raises:
        JournalError: it is no journal, or of a newer format.
        ChecksumError: its first record is not what was written.
    """
    value = txn.get(_ABOUT_KEY)
    body = b"" if value is None else unsealed(_ABOUT_KEY, value)
    if not body.startswith(_MAGIC):
        raise JournalError(path, "is a file of LMDB, but no journal")
    found = msgspec.json.decode(body[len(_MAGIC) :], type=About)
    if found.format > FORMAT:
        written = f"is of format {found.format}, written by {found.program or 'a newer program'}"
        raise JournalError(path, f"{written}; this program reads up to {FORMAT}")
    return found


def made_whole(path: Path) -> About:
    """Checks the file; what a loss of power left half written goes back to the last sync.

    Raises:
        JournalDamagedError: it is not whole, and cannot be made so; it is as it was found.
        JournalError: it is no journal, or of a newer format.
    """
    try:
        return checked(path)
    except JournalDamagedError:
        synced = SyncPoint.read(path.with_name(SYNCED))
        if synced is None or synced.boot_id == boot_id():
            raise
        found = _gone_back(path, synced)
        log.warning("%s: power was lost; the journal goes back to its last sync, at number %d", path, synced.number)
        return found


def _gone_back(path: Path, synced: SyncPoint) -> About:
    fd = os.open(path, os.O_RDWR)
    try:
        before = os.pread(fd, 2 * synced.page_bytes, 0)
        synced.restore(fd)
        try:
            return checked(path)
        except JournalError:
            os.pwrite(fd, before, 0)
            raise
    finally:
        os.close(fd)


def checked(path: Path) -> About:
    """Reads the whole file, before LMDB maps it and then through it.

    Raises:
        JournalDamagedError: it is not whole.
        JournalError: it is no journal, or of a newer format.
    """
    try:
        faults: list[str] = lmdb.verify.verify(str(path), subdir=False)  # type: ignore[no-untyped-call]
    except (lmdb.verify.VerifyError, ValueError, IndexError, OverflowError) as error:
        faults = [str(error)]
    if faults:
        raise JournalDamagedError(path, f"is damaged, or no journal: {faults[0]}")
    fd = os.open(path, os.O_RDWR)
    try:
        return _checked_through_map(path, fd)
    finally:
        os.close(fd)


def _checked_through_map(path: Path, fd: int) -> About:
    older, newer = meta_pages(fd)
    if newer.transaction - older.transaction > 1 or (newer.free_flags, newer.tree_flags) != _FLAGS:
        raise JournalDamagedError(path, "is damaged, or no journal: its first pages do not belong together")
    size = os.fstat(fd).st_size
    # Free pages at the end need not be there, but in the map what is behind the end of a file ends the process.
    os.ftruncate(fd, max(size, (newer.last_page + 1) * newer.page_bytes))
    try:
        with environment(path, MAP_BYTES, readonly=True, lock=False) as env, env.begin() as txn:
            found = about(path, txn)
            _check_entries(path, txn)
    except (lmdb.Error, ChecksumError, JournalError) as error:
        os.ftruncate(fd, size)
        if isinstance(error, JournalError):
            raise
        raise JournalDamagedError(path, f"is damaged: {error}") from None
    return found


def _check_entries(path: Path, txn: lmdb.Transaction[bytes]) -> None:
    """Checks every entry; that each is found by its number `lmdb.verify` has seen, for the keys are in order."""
    with txn.cursor() as cursor:
        cursor.first()
        for key, value in cursor.iternext():
            if len(key) != KEY_BYTES and key != _ABOUT_KEY:
                raise JournalError(path, "is a file of LMDB, but no journal")
            if not is_sealed(key, value):
                raise ChecksumError(key)
