"""The contact centre as a configuration server tells of it: rows as they came, by what names them."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from actors.vocabulary.configuration_events import ConfigurationRecord

_NAMED_BY: Final[dict[str, tuple[str, ...]]] = {
    "switch": ("name",),
    "tenant": ("name",),
    "source": ("name",),
    "dn": ("switch", "number"),
    "agent": ("tenant", "employee_id"),
}
_NAMED_BY_ELSE: Final = ("tenant", "name")

_decode_names: Final = msgspec.json.Decoder(dict[str, Any]).decode


class Records:
    """All rows; what they mean is looked at where they are read, like that of a file."""

    def __init__(self) -> None:
        self._rows: dict[tuple[Any, ...], bytes] = {}

    def put(self, record: ConfigurationRecord) -> None:
        """A row is there, or another now.

        Raises:
            msgspec.DecodeError: it is no row.
        """
        self._rows[_key_of(record)] = msgspec.json.encode(record) + b"\n"

    def delete(self, record: ConfigurationRecord) -> None:
        """A row is there no more; one that never was is no fault.

        Raises:
            msgspec.DecodeError: it is no row.
        """
        self._rows.pop(_key_of(record), None)

    @property
    def lines(self) -> tuple[bytes, ...]:
        """All rows, one JSON line each, as `writer` reads them."""
        return tuple(self._rows.values())


def _key_of(record: ConfigurationRecord) -> tuple[Any, ...]:
    names = _decode_names(record.record)
    named_by = _NAMED_BY.get(record.table, _NAMED_BY_ELSE)
    return (record.table, *(str(names.get(name, "")) for name in named_by))
