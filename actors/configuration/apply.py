"""A changed configuration, checked and put in its place: how `statserver config apply` begins (`protocols.md` 7).

The running server is asked to read its folder only after that, and checks it once more.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from actors.configuration.check import faults_of
from actors.configuration.load import DEFINITIONS_FILE, ENVIRONMENT_FILE, read
from actors.vocabulary.errors import Fault

NAMES: Final[Mapping[str, str]] = {".toml": ENVIRONMENT_FILE, ".cfg": DEFINITIONS_FILE}
"""What a file stands for in the folder, by how its name ends."""


def installed(file: Path | None, folder: Path) -> tuple[Fault, ...]:
    """Puts a file in its place in a folder, unless something is wrong with what the folder would then be.

    Args:
        file: takes the place of `environment.toml` or `statserver.cfg`; None checks the folder as it is.
        folder: of the configuration.

    Returns:
        Everything that is wrong; then the folder is as it was.

    Raises:
        ValueError: the file's name does not say which of the two it is.
        OSError: it cannot be written there.
    """
    if file is None:
        return faults_of(read(folder))
    if file.suffix not in NAMES:
        raise ValueError(f"{file}: its name ends neither in .toml nor in .cfg, so it is no part of a configuration")
    place = folder / NAMES[file.suffix]
    faults = faults_of(read(folder, {place.name: file}))
    if not faults and not (place.exists() and place.samefile(file)):
        beside = place.with_name(f".{place.name}.new")
        shutil.copyfile(file, beside)
        beside.replace(place)
    return faults
