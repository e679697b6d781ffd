"""What a configuration server said, on disk: so that a server that starts does not have to wait for it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from actors.configuration.load import ENVIRONMENT_FILE, Loaded, load

SAID: Final = "configuration-server.new"
READ: Final = "configuration-server.toml"


class KeptEnvironment:
    """The contact centre in the folder of `--data`: what was said last, and the last that was in order.

    What was said is moved where it is read, and from there, if it was in order, where it is kept: so that what is kept
    is what was read, whatever is said meanwhile.

    Args:
        folder: of `--data`.
    """

    def __init__(self, folder: Path) -> None:
        self.said = folder / SAID
        """Where what is said is to be written, at one stroke."""
        self._read = folder / READ
        self._kept = folder / ENVIRONMENT_FILE

    def begin_reading(self) -> Path | None:
        """The file to be read instead of `environment.toml`; None as long as nothing was said."""
        if self.said.exists():
            self.said.replace(self._read)
            return self._read
        return self._kept if self._kept.exists() else None

    def was_in_order(self) -> None:
        """What was read last is kept."""
        if self._read.exists():
            self._read.replace(self._kept)

    def loaded(self, folder: Path) -> Loaded:
        """The configuration of a folder with the contact centre that is kept, if there is one.

        Args:
            folder: of `--conf`.

        Raises:
            ConfigurationError: it cannot be used.
        """
        return load(folder, {ENVIRONMENT_FILE: self._kept} if self._kept.exists() else {})
