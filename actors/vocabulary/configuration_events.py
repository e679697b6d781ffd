"""The events of a configuration server link, as they stand on the wire (`docs/protocol.md`)."""

from __future__ import annotations

from typing import Final

import msgspec


class ConfigurationRecord(msgspec.Struct, frozen=True):
    """A row of a table of `environment.toml` (`protocols.md` 6); of one that is deleted its name is enough."""

    table: str
    record: msgspec.Raw


class ConfigurationEvent(msgspec.Struct, frozen=True):
    """One event: a row at a reading (`table`, `record`), or what has become other, as one change."""

    event: str
    time: float = 0.0
    seq: int | None = None
    table: str = ""
    record: msgspec.Raw = msgspec.Raw(b"{}")
    changed: tuple[ConfigurationRecord, ...] = ()
    deleted: tuple[ConfigurationRecord, ...] = ()


OBJECT: Final = "EventObject"
READ: Final = "EventObjectsRead"
CHANGED: Final = "EventObjectsChanged"
CONFIGURATION_EVENTS: Final = frozenset({OBJECT, READ, CHANGED, "Heartbeat"})
