"""The files of a journal: one process at a time has them, and opens them only when they are known to be whole.

A folder holds `journal.mdb` (and LMDB's own lock beside it), `synced`, and `lock`. What callers dialled and said is in
it, so it is for the server's user only.

LMDB trusts its file: a page that is not what it should be can end the process. So `runtime.pages` looks at all of them
first, which takes a second or two for a million entries. That a page is whole does not say that it is the one written
last: after a loss of power every checksum is looked at too. Else an entry's is when it is read, and a server reads all
that counts before it writes anything.
"""

from __future__ import annotations

import fcntl
import logging
import os
from pathlib import Path
from typing import Final

import lmdb
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
from runtime.pages import PagesError, check

log = logging.getLogger(__name__)

FORMAT: Final = 1
"""Grows when an older program could not read what a newer one writes."""
MAP_BYTES: Final = 1 << 30
"""Address space for the file, which itself is as large as what is in it; doubled when it is used up."""
FOLDER: Final = "journal"
"""Of the folder for what the server keeps."""
FILE: Final = "journal.mdb"
SYNCED: Final = "synced"
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


def made_whole(path: Path, *, has_all_checked: bool = True) -> About:
    """Checks the file; what a loss of power left half written goes back to the last sync.

    Args:
        path: the file.
        has_all_checked: whether each entry's checksum is looked at even if no power can have been lost.

    Raises:
        JournalDamagedError: it is not whole, and cannot be made so; it is as it was found.
        JournalError: it is no journal, or of a newer format.
    """
    synced = SyncPoint.read(path.with_name(SYNCED))
    has_had_power = synced is not None and synced.boot_id == boot_id()
    try:
        return _checked(path, with_entries=has_all_checked or not has_had_power)
    except JournalDamagedError:
        if synced is None or has_had_power:
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
            return _checked(path, with_entries=True)
        except JournalError:
            os.pwrite(fd, before, 0)
            raise
    finally:
        os.close(fd)


def _checked(path: Path, *, with_entries: bool) -> About:
    """Looks at the whole file before LMDB maps it, and then through it."""
    try:
        check(path)
    except PagesError as error:
        raise JournalDamagedError(path, f"is damaged, or no journal: {error}") from None
    fd = os.open(path, os.O_RDWR)
    try:
        return _checked_through_map(path, fd, with_entries=with_entries)
    finally:
        os.close(fd)


def _checked_through_map(path: Path, fd: int, *, with_entries: bool) -> About:
    newer = meta_pages(fd)[1]
    size = os.fstat(fd).st_size
    # Free pages at the end need not be there, but in the map what is behind the end of a file ends the process.
    os.ftruncate(fd, max(size, (newer.last_page + 1) * newer.page_bytes))
    try:
        with environment(path, MAP_BYTES, readonly=True, lock=False) as env, env.begin() as txn:
            found = about(path, txn)
            _check_last_key(path, txn)
            if with_entries:
                _check_entries(txn)
    except (lmdb.Error, ChecksumError, JournalError) as error:
        os.ftruncate(fd, size)
        if isinstance(error, JournalError):
            raise
        raise JournalDamagedError(path, f"is damaged: {error}") from None
    return found


def _check_last_key(path: Path, txn: lmdb.Transaction[bytes]) -> None:
    """Another program's key behind the entries; one between them is found by its checksum."""
    with txn.cursor() as cursor:
        if cursor.last() and cursor.key() != _ABOUT_KEY and len(cursor.key()) != KEY_BYTES:
            raise JournalError(path, "is a file of LMDB, but no journal")


def _check_entries(txn: lmdb.Transaction[bytes]) -> None:
    """Looks at every checksum; that each entry is found by its number is known, for the keys are in order."""
    with txn.cursor() as cursor:
        cursor.first()
        for key, value in cursor.iternext():
            if not is_sealed(key, value):
                raise ChecksumError(key)
