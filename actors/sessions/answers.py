"""What a client is sent, as lines (`protocols.md` 1)."""

from __future__ import annotations

from typing import Final

import msgspec

from actors.sessions.messages import Reading

_encoder: Final = msgspec.json.Encoder()


def event_line(event: msgspec.Struct) -> bytes:
    """An event of the protocol as a line."""
    return _encoder.encode(event) + b"\n"


def info_line(reading: Reading) -> bytes:
    """A reading as a line: the `Info` that answers a request has its `ref`, one of no open statistic has no `id`."""
    number = b"" if reading.id is None else b'"id":%d,' % reading.id
    ref = b"" if reading.ref is None else b'"ref":%d,' % reading.ref
    return b'{"event":"Info",' + number + ref + reading.body + b"\n"
