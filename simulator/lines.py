"""A link's lines: events as JSON, numbered link by link (`protocols.md` 2, 3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import msgspec

from actors.vocabulary.events import TServerEvent
from actors.vocabulary.interaction_events import InteractionEvent

HEARTBEAT: Final = "Heartbeat"

Event = TServerEvent | InteractionEvent

_encode: Final[Callable[[Event], bytes]] = msgspec.json.Encoder().encode


class Line(NamedTuple):
    """An event without `seq`, which any number of links can share; `topic` is the DN it is of, if of one."""

    topic: str
    is_numbered: bool
    body: bytes


def line_of(event: Event) -> Line:
    """The line that tells an event."""
    topic = event.this_dn if isinstance(event, TServerEvent) else ""
    return Line(topic, event.event != HEARTBEAT, _encode(event))


class Numbering:
    """Numbers the lines of one link: `seq` begins with 1 and grows by one, but heartbeats have none."""

    def __init__(self) -> None:
        self._seq = 0

    def numbered(self, lines: Iterable[Line]) -> bytes:
        """What goes over this link next."""
        said = bytearray()
        for line in lines:
            if line.is_numbered:
                self._seq += 1
                said += b'{"seq":%d,' % self._seq
                said += line.body[1:]
            else:
                said += line.body
            said += b"\n"
        return bytes(said)
