"""What stands in a journal: entries, their bytes, and whose fault it is when they cannot be had.

    JournalError             a journal that cannot be used: which, and why
    ├── JournalDamagedError  its file is not whole; nothing was changed in it
    ├── JournalInUseError    another process has it open
    └── JournalFullError     the disk takes no more: nothing of the batch is kept, try again

All numbers are big-endian whatever the machine, so keys sort as numbers do. A value begins with a checksum over the
key and the rest of it: an entry is read as it was written, or not at all.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from enum import IntEnum
from pathlib import Path
from struct import Struct
from typing import Final, NamedTuple

_NUMBER: Final = Struct(">Q")
_CHECKSUM: Final = Struct(">I")
_CHECKSUM_BYTES: Final = _CHECKSUM.size
_HEAD: Final = Struct(">qBH")
KEY_BYTES: Final = _NUMBER.size


class JournalError(Exception):
    """A journal that cannot be used.

    Attributes:
        path: the file or folder.
        reason: what is wrong with it, in one line.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class JournalDamagedError(JournalError):
    """A file that is not whole, or is something else; it is left as it was found."""


class JournalInUseError(JournalError):
    """Another process has the journal open.

    Attributes:
        pid: of that process, as it wrote it down.
    """

    def __init__(self, path: Path, pid: str) -> None:
        super().__init__(path, f"is in use by process {pid or 'unknown'}: one folder is for one server")
        self.pid = pid


class JournalFullError(JournalError):
    """The disk takes no more. Nothing of the batch is kept, the journal is as it was: it may be tried again."""


class ChecksumError(Exception):
    """Bytes that are not those that were written."""

    def __init__(self, key: bytes) -> None:
        super().__init__(f"what stands at {key.hex()} is not what was written there")


class Kind(IntEnum):
    """What an entry's payload is; the numbers are on disk and never change."""

    JSON_LINES = 1
    """Of a link: its line with its end, as `.jsonl` recordings have it."""
    AMI = 2
    """Of a link: its message, as `.ami` recordings have it."""
    REQUEST = 3
    CONFIGURATION = 4


ENDINGS: Final[Mapping[Kind, str]] = {Kind.JSON_LINES: ".jsonl", Kind.AMI: ".ami"}
"""Kinds that make a recording (`protocols.md` 5), and how its file's name ends."""


class Entry(NamedTuple):
    """One input, as it is kept.

    Attributes:
        number: its place in the order of all inputs; grows, with gaps.
        time_us: what the input is dated.
        source: whose it is; at most 65,535 bytes.
        kind: what the payload is.
        payload: bytes of whoever wrote it; of a link exactly what its recording would have, line end and all.
    """

    number: int
    time_us: int
    source: str
    kind: Kind
    payload: bytes


class Mark(NamedTuple):
    """A place in the journal: an entry's number and time."""

    number: int
    time_us: int


def key_of(number: int) -> bytes:
    """Where the entry of this number stands."""
    return _NUMBER.pack(number)


def number_at(key: bytes) -> int:
    """The number of the entry at this key."""
    return int(_NUMBER.unpack(key)[0])


def sealed(key: bytes, body: bytes) -> bytes:
    """`body` behind a checksum that holds at `key` only."""
    return _CHECKSUM.pack(zlib.crc32(body, zlib.crc32(key))) + body


def is_sealed(key: bytes, value: bytes) -> bool:
    """Whether these bytes were `sealed` at this key."""
    return int.from_bytes(value[:_CHECKSUM_BYTES]) == zlib.crc32(value[_CHECKSUM_BYTES:], zlib.crc32(key))


def unsealed(key: bytes, value: bytes) -> bytes:
    """What was `sealed`.

    Raises:
        ChecksumError: these are not the bytes that were written there.
    """
    if not is_sealed(key, value):
        raise ChecksumError(key)
    return value[_CHECKSUM_BYTES:]


def item_of(entry: Entry) -> tuple[bytes, bytes]:
    """An entry's key and value."""
    key = _NUMBER.pack(entry.number)
    source = entry.source.encode()
    return key, sealed(key, _HEAD.pack(entry.time_us, entry.kind, len(source)) + source + entry.payload)


def entry_of(key: bytes, value: bytes) -> Entry:
    """The entry that was written so.

    Raises:
        ChecksumError: these are not the bytes that were written there.
    """
    body = unsealed(key, value)
    time_us, kind, length = _HEAD.unpack_from(body)
    begin = _HEAD.size
    source = body[begin : begin + length].decode()
    return Entry(number_at(key), time_us, source, Kind(kind), body[begin + length :])
