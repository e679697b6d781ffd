"""Writes an `environment.toml` in a process of its own, so that a large contact centre keeps no event waiting.

    python -m actors.configuration.writer FILE

On standard input come its rows, one JSON line each (`records.Records`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import msgspec

from actors.vocabulary.configuration_events import ConfigurationRecord
from runtime.files import write_toml

_decode: Final = msgspec.json.Decoder(ConfigurationRecord).decode
_decode_row: Final = msgspec.json.Decoder(dict[str, Any]).decode


def content_of(lines: Iterable[bytes]) -> dict[str, list[dict[str, Any]]]:
    """The tables of the file, in the order in which they first came; what is null is left out."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        record = _decode(line)
        row = {name: value for name, value in _decode_row(record.record).items() if value is not None}
        tables.setdefault(record.table, []).append(row)
    return tables


def main() -> None:
    """The process."""
    write_toml(Path(sys.argv[1]), content_of(sys.stdin.buffer))


if __name__ == "__main__":
    main()
