"""The whole configuration of a server: both files of its folder, read and checked together (`protocols.md` 6)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from actors.configuration.definitions import Definitions
from actors.configuration.definitions_file import read_definitions
from actors.configuration.environment import Environment
from actors.configuration.environment_file import read_environment
from actors.vocabulary.errors import ConfigurationError, Fault

ENVIRONMENT_FILE: Final = "environment.toml"
DEFINITIONS_FILE: Final = "statserver.cfg"


class Loaded(NamedTuple):
    """A configuration as far as it could be read.

    Attributes:
        environment: the contact centre.
        definitions: options, stat types, time profiles, time ranges, filters.
        faults: what forbids to use it; none after `load`.
        stat_type_faults: stat types that did not load, which keep nothing else from loading.
        warnings: what is kept, but not used.
    """

    environment: Environment
    definitions: Definitions
    faults: tuple[Fault, ...]
    stat_type_faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def load(folder: Path, instead: Mapping[str, Path] = MappingProxyType({})) -> Loaded:
    """The configuration of a folder, ready to be used.

    Args:
        folder: with `environment.toml` and `statserver.cfg`.
        instead: as for `read`.

    Raises:
        ConfigurationError: it cannot be used; with every fault of both files but those of single stat types.
    """
    loaded = read(folder, instead)
    if loaded.faults:
        raise ConfigurationError(loaded.faults)
    return loaded


def read(folder: Path, instead: Mapping[str, Path] = MappingProxyType({})) -> Loaded:
    """The configuration of a folder with all that is wrong with it; raises nothing.

    Args:
        folder: with `environment.toml` and `statserver.cfg`.
        instead: files that are read in the place of the folder's, by the name there.
    """
    centre = read_environment(instead.get(ENVIRONMENT_FILE, folder / ENVIRONMENT_FILE))
    found = read_definitions(instead.get(DEFINITIONS_FILE, folder / DEFINITIONS_FILE))
    return Loaded(
        environment=centre.environment,
        definitions=found.definitions,
        faults=centre.faults + found.faults,
        stat_type_faults=found.stat_type_faults,
        warnings=found.warnings,
    )
