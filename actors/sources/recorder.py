"""Writes a recording: what a live link carries, byte for byte, and a note where it was lost (`protocols.md` 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from gzip import GzipFile
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from actors.configuration.environment import Source
from actors.sources.ami import Framer
from actors.sources.asterisk_link import asterisk_link
from actors.sources.interaction_lines import decode as decode_interaction
from actors.sources.json_link import json_link, registration
from actors.sources.lines import Dated, Payload
from actors.sources.link import Link
from actors.sources.recordings import SUFFIX_OF_TYPE, ZIPPED, RecordingError, types_of
from actors.sources.tserver_lines import decode as decode_tserver
from actors.vocabulary.times import US_PER_SECOND, seconds
from runtime.clock import Clock
from runtime.journal_entries import Kind


class Form(NamedTuple):
    """How a type of source is followed, recorded, or kept in the journal.

    Its link, what asks it for more DNs, what ends one whole thing said, the note of a loss, what the journal calls it,
    and what is said in an entry there.
    """

    link: Callable[..., Link]
    registration: Callable[[Sequence[str]], bytes]
    end: bytes
    note: Callable[[int], bytes]
    kind: Kind
    parse: Callable[[bytes], Iterable[Payload]]


def json_note(time_us: int) -> bytes:
    """The line that says a T-Server's or an Interaction Server's link was lost."""
    return b'{"event":"EventServerDisconnected","time":%.6f}\n' % seconds(time_us)


def asterisk_note(time_us: int) -> bytes:
    """The message that says an Asterisk's link was lost."""
    whole, fraction = divmod(time_us, US_PER_SECOND)
    return b"Event: ServerDisconnected\r\nTimestamp: %d.%06d\r\n\r\n" % (whole, fraction)


def no_registration(_numbers: Sequence[str]) -> bytes:
    """Who tells of everything anyway is asked for nothing."""
    return b""


FORMS: Final[Mapping[str, Form]] = {
    "tserver": Form(json_link, registration, b"\n", json_note, Kind.JSON_LINES, lambda line: (decode_tserver(line),)),
    "interaction-server": Form(
        json_link, no_registration, b"\n", json_note, Kind.JSON_LINES, lambda line: (decode_interaction(line),)
    ),
    "asterisk": Form(
        asterisk_link, no_registration, b"\r\n\r\n", asterisk_note, Kind.AMI, lambda data: Framer().feed(data)
    ),
}


class Recorder:
    """Follows one source and writes what its link carries. A line or message that a loss cuts short is left out.

    Args:
        source: with `host` and `port`.
        path: the file, which is overwritten; its name fits the type of source, `.gz` is gzipped.
        clock: real time.
        random: draws the jitter of reconnecting.
        reconnect_timeout_s: longest wait between two tries.
        silence_s: a link silent for so long is lost.

    Attributes:
        carried_bytes: written so far, notes apart.
        events: events, or messages of an Asterisk, so far.
        losses: notes written so far.

    Raises:
        RecordingError: there is no link to record, or the file cannot be written.
    """

    def __init__(
        self,
        source: Source,
        path: Path,
        *,
        clock: Clock,
        random: Random,
        reconnect_timeout_s: float = 10,
        silence_s: float = 30,
    ) -> None:
        self.carried_bytes = 0
        self.events = 0
        self.losses = 0
        if source.type not in types_of(path):
            suffix = SUFFIX_OF_TYPE[source.type]
            reason = f"{source.name} is of type {source.type}: its recordings end in {suffix} or {suffix}{ZIPPED}"
            raise RecordingError(path, 0, reason)
        if not source.host:
            raise RecordingError(path, 0, f"{source.name} has no host and port to follow")
        if path.is_file() and path.stat().st_size:
            raise RecordingError(path, 0, "it is there already, and no recording is overwritten")
        self._path = path
        self._clock = clock
        self._form = FORMS[source.type]
        self._rest = b""
        self._stamp_us = self._arrived_us = clock.now_us()
        self._files = ExitStack()
        try:
            raw = self._files.enter_context(path.open("wb"))
        except OSError as error:
            raise self._unwritable(error) from error
        self._file = self._files.enter_context(GzipFile("", "wb", 6, raw)) if path.suffix == ZIPPED else raw
        self._link = self._form.link(
            source, self, clock=clock, random=random, reconnect_timeout_s=reconnect_timeout_s, silence_s=silence_s
        )

    def record(self) -> None:
        """Records until the calling greenlet is killed or interrupted; the file is whole then.

        Raises:
            RecordingError: the file cannot be written (on).
        """
        try:
            with self._files:
                self._link.follow()
        except OSError as error:
            raise self._unwritable(error) from error

    # What the link calls.

    def connected(self) -> None:
        """Forgets what the connection before left unfinished."""
        self._rest = b""

    def carried(self, data: bytes) -> None:
        """Writes what the bytes make whole."""
        whole, end, rest = (self._rest + data).rpartition(self._form.end)
        self._rest = rest
        self._write(whole + end)
        self.carried_bytes += len(whole + end)

    def put(self, dated: Dated) -> None:
        """Counts, and notes what time it is there."""
        self.events += 1
        self._stamp_us, self._arrived_us = dated.stamp_us, self._clock.now_us()

    def lost(self, _reason: str) -> None:
        """Writes the note, dated by the source's own clock as far as it is known."""
        self.losses += 1
        self._write(self._form.note(self._stamp_us + self._clock.now_us() - self._arrived_us))

    def wait_for_room(self) -> None:
        """A file has room."""

    def _write(self, data: bytes) -> None:
        try:
            self._file.write(data)
            self._file.flush()
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> RecordingError:
        return RecordingError(self._path, 0, f"cannot be written: {error.strerror or error}")
