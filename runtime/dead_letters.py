"""Messages that killed the actor that handled them twice: set aside, for the operator to see which value is wrong.

They are kept on disk, one JSON object a line, and outlive the process. A restart plays again what came last, and the
same message kills the same actor again: a letter that was there before is not one more.
"""

from __future__ import annotations

import logging
import os
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec

from runtime.mail import LAST, Envelope, number_of

log = logging.getLogger(__name__)

KEPT_MAX: Final = 1_000
"""The newest are kept; all are counted."""
LINES_MAX: Final = 2 * KEPT_MAX
"""Lines in the file; at it the file is written anew, with the newest."""
TEXT_MAX: Final = 4_000
"""Characters kept of each text; a message may hold all that users attach to a call."""
FILE: Final = "dead-letters.jsonl"
"""In the folder for what the server keeps."""


class DeadLetter(msgspec.Struct, frozen=True):
    """One message that nobody handled.

    `number` is that of its input, None if it came of none; `time_us` is that of the message, or when it was set aside;
    `count` says the how manieth it is; the rest is text.
    """

    number: int | None
    time_us: int
    actor: str
    message: str
    error: str
    traceback: str
    count: int = 0


def dead_letter(actor: object, message: Any, error: BaseException, time_us: int) -> DeadLetter:
    """What is kept of a message that `actor` failed on, now, at `time_us`."""
    order = getattr(message, "order", LAST)
    return DeadLetter(
        number=None if order >= LAST else number_of(order),
        time_us=getattr(message, "time_us", time_us),
        actor=str(actor),
        message=repr(message.message if isinstance(message, Envelope) else message)[:TEXT_MAX],
        error=repr(error)[:TEXT_MAX],
        traceback="".join(traceback.format_exception(error))[-TEXT_MAX:],
    )


class DeadLetters:
    """All of one server."""

    def __init__(self) -> None:
        self.count = 0
        self.newest: deque[DeadLetter] = deque(maxlen=KEPT_MAX)
        self._path: Path | None = None
        self._lines = 0
        self._before: set[tuple[int, str, str]] = set()

    def keep_in(self, folder: Path) -> None:
        """From now on they are on disk, behind those that are there; a disk that fails keeps nobody from going on."""
        try:
            for letter in read(folder):
                self.count = letter.count
                self.newest.append(letter)
                self._before.add(_event_of(letter))
        except OSError as error:
            log.error("dead letters are not kept: %s", error)
            return
        self._path = folder / FILE
        self._try(self._write_newest)

    def add(self, letter: DeadLetter) -> None:
        """Keeps one more."""
        if _event_of(letter) in self._before:
            return
        self.count += 1
        letter = msgspec.structs.replace(letter, count=self.count)
        self.newest.append(letter)
        if self._path is not None:
            self._try(self._write_newest if self._lines >= LINES_MAX else partial(self._write, letter))

    def _try(self, write: Callable[[], None]) -> None:
        try:
            write()
        except OSError as error:
            self._lines = LINES_MAX  # so that the next is written with all that are missing
            log.error("dead letters are not kept: %s", error)

    def _write(self, letter: DeadLetter) -> None:
        assert self._path is not None
        with self._path.open("ab") as file:
            file.write(_encode(letter) + b"\n")
        self._lines += 1

    def _write_newest(self) -> None:
        """Writes the file anew: whole lines, and no more than are kept."""
        assert self._path is not None
        new = self._path.with_name(f"{FILE}.new")
        with open(new, "wb", opener=_for_its_user_only) as file:
            file.writelines(_encode(letter) + b"\n" for letter in self.newest)
        new.rename(self._path)
        self._lines = len(self.newest)


def read(folder: Path) -> Iterator[DeadLetter]:
    """Those that are on disk, the oldest first; one that is half written is none.

    Raises:
        OSError: the file cannot be read.
    """
    path = folder / FILE
    if path.exists():
        for line in path.read_bytes().splitlines():
            try:
                yield _decode(line)
            except msgspec.MsgspecError:
                log.warning("%s: a line is no dead letter: %.100r", path, line)


def _event_of(letter: DeadLetter) -> tuple[int, str, str]:
    """What tells a letter from others, also when what it came of is played again: numbers are others then."""
    return letter.time_us, letter.actor, letter.error


def _for_its_user_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(DeadLetter).decode
