"""A T-Server link's lines: events as JSON, numbered link by link (`protocols.md` 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from actors.vocabulary.events import TServerEvent

HEARTBEAT: Final = "Heartbeat"

encoded: Callable[[TServerEvent], bytes] = msgspec.json.Encoder().encode
"""An event without `seq` as JSON, which any number of links can share."""


class Numbering:
    """Numbers the lines of one link: `seq` begins with 1 and grows by one, but heartbeats have none."""

    def __init__(self) -> None:
        self._seq = 0

    def lines(self, events: Iterable[tuple[TServerEvent, bytes]]) -> bytes:
        """The events as the next lines of this link.

        Args:
            events: each with its encoding.
        """
        lines = bytearray()
        for event, body in events:
            if event.event == HEARTBEAT:
                lines += body
            else:
                self._seq += 1
                lines += b'{"seq":%d,' % self._seq
                lines += body[1:]
            lines += b"\n"
        return bytes(lines)
