"""The wire (`protocols.md` 1): requests to lines, bytes to lines, lines to what the server says.

The messages are shared with the server, in `actors.vocabulary.protocol`; only `Info` is read here and written there by
hand. Times and durations are in seconds.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from actors.vocabulary import protocol

Value = int | float | str | dict[str, Any] | list[Any] | None
"""A number, or the name of a status."""

LINE_MAX_BYTES: Final = 64 << 20
"""The longest line the server may send; a longer one is no line of this protocol, and ends the connection."""


class Interval(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}):
    """The closed interval that a value of Reset mode is of."""

    start: float
    end: float


class Info(protocol.Event, frozen=True, tag="Info", kw_only=True):
    """A value: with a `ref` the answer to a request, without `id` that to `GetStatistic`."""

    time: float
    value: Value = None
    id: int | None = None
    state: dict[str, Any] | None = None
    target: dict[str, Any] | None = None
    interval: Interval | None = None


AnyMessage = (
    protocol.Registered
    | protocol.StatisticOpened
    | Info
    | protocol.Suspended
    | protocol.Resumed
    | protocol.StatisticClosed
    | protocol.Objects
    | protocol.StatTypes
    | protocol.TimeProfiles
    | protocol.TimeRanges
    | protocol.Filters
    | protocol.ConfigurationRead
    | protocol.Pong
    | protocol.SourceDown
    | protocol.SourceUp
    | protocol.Closed
    | protocol.Error
)


class _Kind(msgspec.Struct):
    event: str


_decoder: Final[msgspec.json.Decoder[AnyMessage]] = msgspec.json.Decoder(AnyMessage)
_kind_decoder: Final = msgspec.json.Decoder(_Kind)
_encoder: Final = msgspec.json.Encoder()
_KNOWN: Final = frozenset(str(kind.__struct_config__.tag) for kind in AnyMessage.__args__)


def encoded(request: protocol.AnyRequest) -> bytes:
    """One line for the server."""
    return _encoder.encode(request) + b"\n"


def decoded(line: bytes) -> AnyMessage | None:
    """The message in `line`; None for a kind that a later server may send and this library does not know.

    Raises:
        msgspec.DecodeError: it is no message of this protocol.
    """
    try:
        return _decoder.decode(line)
    except msgspec.ValidationError:
        if _kind_decoder.decode(line).event in _KNOWN:
            raise
        return None


def object_name(text: str) -> protocol.ObjectName:
    """The object written `Agent:1001`, `Queue:8000@pbx1` (`protocols.md` 7), split at the first colon.

    Raises:
        ValueError: there is no type, or no id.
    """
    kind, _, object_id = text.partition(":")
    if not kind or not object_id:
        raise ValueError(f"{text!r} names no object: it is written TYPE:ID, as Agent:1001 or Queue:8000@pbx1")
    return protocol.ObjectName(type=kind, id=object_id)


class LineBuffer:
    """Cuts lines out of bytes, however they arrive."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that `data` completes; what is left waits for more.

        Raises:
            ValueError: the line that waits is longer than `LINE_MAX_BYTES`.
        """
        self._size += len(data)
        self._parts.append(data)
        if b"\n" not in data:
            if self._size > LINE_MAX_BYTES:
                raise ValueError(f"a line of more than {LINE_MAX_BYTES} bytes")
            return []
        *lines, rest = b"".join(self._parts).split(b"\n")
        self._parts = [rest]
        self._size = len(rest)
        return lines
