"""Reads a configuration in a process of its own, so that a large file keeps no event waiting.

    python -m actors.configuration.reader FOLDER [ENVIRONMENT]

ENVIRONMENT is read instead of the folder's `environment.toml`.

On standard input comes the contact centre that the server has, in parts, one JSON line each (`difference.parts_of`). On
standard output goes one line: what the folder's configuration makes of it, or everything that is wrong with it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from actors.configuration.definitions import Definitions
from actors.configuration.difference import Difference, decoded, difference, encoded, parts_of, whole_of
from actors.configuration.environment import Environment
from actors.configuration.load import ENVIRONMENT_FILE, read
from actors.vocabulary.errors import Fault


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a reading came to.

    Attributes:
        change: of the contact centre.
        definitions: of `statserver.cfg`; None if the configuration cannot be used.
        faults: why it cannot be used.
        notes: stat types that did not load, and what is kept but not used.
    """

    change: Difference = Difference()
    definitions: Definitions | None = None
    faults: tuple[Fault, ...] = ()
    notes: tuple[Fault, ...] = ()


def report_of(folder: Path, before: Environment, environment: Path | None = None) -> Report:
    """Reads the configuration of a folder.

    Args:
        folder: with `environment.toml` and `statserver.cfg`.
        before: the contact centre that the server has.
        environment: a file that is read instead of `environment.toml`.
    """
    loaded = read(folder, {ENVIRONMENT_FILE: environment} if environment else {})
    if loaded.faults:
        return Report(faults=tuple(sorted(loaded.faults)))
    notes = loaded.stat_type_faults + loaded.warnings
    return Report(difference(before, loaded.environment), loaded.definitions, notes=notes)


def question(before: Environment) -> Iterable[bytes]:
    """What the process is told, piece by piece."""
    for part in parts_of(before):
        yield encoded(part) + b"\n"


_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(Report).decode


def answered(data: bytes) -> Report:
    """What the process said.

    Raises:
        msgspec.MsgspecError: it said no report.
    """
    return _decode(data)


def main() -> None:
    """The process."""
    before = whole_of(decoded(line) for line in sys.stdin.buffer)
    folder, *environment = map(Path, sys.argv[1:])
    sys.stdout.buffer.write(_encode(report_of(folder, before, *environment)))


if __name__ == "__main__":
    main()
