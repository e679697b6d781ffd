"""What `statserver check` says (`protocols.md` 7)."""

from __future__ import annotations

from pathlib import Path

from actors.configuration.load import Loaded, read
from actors.vocabulary.errors import Fault


def check(folder: Path) -> tuple[Fault, ...]:
    """Everything wrong with a configuration, stat types included, by file and line; warnings are no faults."""
    return faults_of(read(folder))


def faults_of(loaded: Loaded) -> tuple[Fault, ...]:
    """The same of one that was read."""
    return tuple(sorted(loaded.faults + loaded.stat_type_faults))
