"""What options come to that only a start can judge, and how one that cannot be is refused: at its own line."""

from __future__ import annotations

import os
from pathlib import Path

from actors.configuration.definitions import ServerOptions
from actors.configuration.load import DEFINITIONS_FILE
from actors.vocabulary.errors import ConfigurationError, Fault
from runtime.files import read_options


def address_of(folder: Path, text: str) -> tuple[str, int]:
    """Where to listen.

    Raises:
        ConfigurationError: it is no address.
    """
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal():
        raise refusal(folder, "listen", f"listen = {text}: it is HOST:PORT")
    return host.strip("[]"), int(port)


def token_of(folder: Path, options: ServerOptions) -> str | None:
    """What clients must show: never written in a file, only the name of the variable that holds it.

    Raises:
        ConfigurationError: there is no such variable.
    """
    name = options.token_env
    if not name or name.lower() == "none":
        return None
    if not os.environ.get(name):
        raise refusal(folder, "token-env", f"token-env = {name}: no such environment variable")
    return os.environ[name]


def refusal(folder: Path, name: str, reason: str) -> ConfigurationError:
    """What cannot be, at the line of the server's option `name`; at the head of the file if it is not written there."""
    path = folder / DEFINITIONS_FILE
    options = [
        option
        for section in read_options(path).sections
        if section.name.lower() == "statserver"
        for option in section.options
    ]
    line = next((option.line for option in options if option.name.lower() == name), 1)
    return ConfigurationError([Fault(str(path), line, reason)])
