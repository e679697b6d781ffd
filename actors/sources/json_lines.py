"""Links that speak JSON Lines, from bytes to events (`protocols.md` 2, 3): decoded strictly, bad ones set aside."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, Final, Generic, NamedTuple, TypeVar

import msgspec

from actors.sources.large_numbers import has_large, with_text_for_large
from actors.sources.lines import BadLines, Dated, Payload, UnusableLinkError
from actors.vocabulary.errors import SourceError
from actors.vocabulary.times import SECONDS_MAX, microseconds

LINE_MAX: Final = 64 << 20
"""Bytes of a line (`protocols.md`, head). Of a longer one the rest is not kept, and it is set aside."""
BAD_IN_A_ROW_MAX: Final = 10
"""As many bad lines in a row mean that this is no such link (`protocols.md`, head)."""

Event = TypeVar("Event", bound=Any)


class Language(NamedTuple, Generic[Event]):
    """What events one kind of link has: their form, their names, and what of each is to be looked at.

    `data_of` gives what users attach, which may hold any JSON; `times_of` the times beside that of the event itself.
    """

    decoder: msgspec.json.Decoder[Event]
    events: Collection[str]
    data_of: Callable[[Event], Iterable[Any]]
    times_of: Callable[[Event], Iterable[float | None]]


def decoded(line: bytes, language: Language[Event]) -> Event:
    """The event on one line. Unknown fields are ignored.

    Raises:
        SourceError: it is no JSON object, too long, names no known event, or breaks a type; with the reason.
    """
    if len(line) > LINE_MAX:
        raise SourceError(f"longer than {LINE_MAX} bytes")
    try:
        event = language.decoder.decode(line)
        if has_large(language.data_of(event)):
            event = language.decoder.decode(msgspec.json.encode(with_text_for_large(msgspec.json.decode(line))))
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise SourceError(str(error)) from error
    if event.event not in language.events:
        raise SourceError(f"no known event '{event.event[:40]}'")
    _check_time(event.time)
    for time in language.times_of(event):
        _check_time(time)
    return event


def _check_time(time: float | None) -> None:
    if time is not None and not 0 <= time < SECONDS_MAX:
        raise SourceError(f"{time:g} is no time in seconds since the epoch")


class LineCutter:
    """Cuts lines from bytes that arrive in any pieces."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def cut(self, data: bytes) -> list[bytes]:
        """The lines that `data` completes, without their ends; one past `LINE_MAX` is cut off just behind it."""
        whole, newline, rest = data.rpartition(b"\n")
        if not newline:
            self._rest += rest[: LINE_MAX + 1 - len(self._rest)]
            return []
        lines = (bytes(self._rest) + whole).split(b"\n")
        self._rest = bytearray(rest)
        return lines

    def end(self) -> bytes:
        """The last line, if nothing ended it."""
        return bytes(self._rest)


class SeqWatch:
    """Whether a number is missing in `seq`. A line set aside may have carried one."""

    def __init__(self) -> None:
        self._last: int | None = None
        self._set_aside = 0

    def set_aside(self) -> None:
        """Notes that a line could not be read."""
        self._set_aside += 1

    def is_gap(self, seq: int | None) -> bool:
        """Whether something is missing before `seq`, or was said twice; None is no number and tells nothing."""
        if seq is None:
            return False
        last, self._last = self._last, seq
        set_aside, self._set_aside = self._set_aside, 0
        return last is not None and not last < seq <= last + 1 + set_aside


class JsonLines:
    """What one connection, or one recording of such a link, says.

    Args:
        decode: the event on a line; raises SourceError where there is none.
        bad: gets the lines that are set aside.
        is_live: whether a gap in `seq` and `BAD_IN_A_ROW_MAX` bad lines in a row break the link. In a recording a gap
            is only counted, and bad lines make it unusable only where no good one came before.

    Attributes:
        number: lines so far.
        gaps: gaps in `seq` so far.
    """

    def __init__(self, decode: Callable[[bytes], Payload], bad: BadLines, *, is_live: bool) -> None:
        self.number = 0
        self.gaps = 0
        self._decode = decode
        self._bad = bad
        self._is_live = is_live
        self._cutter = LineCutter()
        self._seq = SeqWatch()
        self._good = 0
        self._bad_in_a_row = 0

    def feed(self, data: bytes) -> Iterator[Dated]:
        """The events that `data` completes, in order, those of the link and heartbeats included.

        Raises:
            UnusableLinkError: a gap in `seq`, or too many bad lines in a row.
        """
        for line in self._cutter.cut(data):
            dated = self._dated(line)
            if dated is not None:
                yield dated

    def end(self) -> Iterator[Dated]:
        """The event on a last line without an end."""
        dated = self._dated(self._cutter.end())
        if dated is not None:
            yield dated

    def _dated(self, line: bytes) -> Dated | None:
        self.number += 1
        if not line or line.isspace():
            return None
        try:
            event: Any = self._decode(line)
        except SourceError as error:
            self._set_aside(line, str(error))
            return None
        self._good += 1
        self._bad_in_a_row = 0
        if event.event == "EventServerDisconnected":
            self._seq = SeqWatch()
        elif self._seq.is_gap(event.seq):
            self.gaps += 1
            if self._is_live:
                raise UnusableLinkError(f"something is missing before seq {event.seq}")
        return Dated(microseconds(event.time), event, line + b"\n" if self._is_live else b"")

    def _set_aside(self, line: bytes, reason: str) -> None:
        self._bad.add(line, reason)
        self._seq.set_aside()
        self._bad_in_a_row += 1
        if self._bad_in_a_row >= BAD_IN_A_ROW_MAX and (self._is_live or not self._good):
            raise UnusableLinkError(f"{self._bad_in_a_row} bad lines in a row, the last: {reason}")
