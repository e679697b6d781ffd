"""Section `[statserver]` of `statserver.cfg`: how the server itself behaves (`semantics.md` 10)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from msgspec import structs

from actors.configuration.definitions import ServerOptions
from actors.configuration.stat_type_options import BOOLEANS
from actors.configuration.suggestions import did_you_mean
from actors.configuration.time_profiles import is_time_zone
from actors.vocabulary.times import SECONDS_MAX
from runtime.files import Option


class ReadOptions(NamedTuple):
    """The options, and by line what is wrong with them and what is merely not used."""

    options: ServerOptions
    faults: tuple[tuple[int, str], ...]
    warnings: tuple[tuple[int, str], ...]


_TYPES: Final[Mapping[str, type]] = {
    field.name.replace("_", "-"): field.type for field in structs.fields(ServerOptions) if field.name != "others"
}


def addresses_of(text: str) -> list[tuple[str, int]]:
    """The addresses of `HOST:PORT, HOST:PORT`."""
    parted = (one.strip().rpartition(":") for one in text.split(","))
    return [(host, int(port)) for host, _, port in parted]


def _are_addresses(text: str) -> bool:
    parts = text.split(",")
    return len(parts) <= 2 and all(is_address(one.strip()) for one in parts)


def is_address(text: str) -> bool:
    """Whether this is `host:port`."""
    host, colon, port = text.rpartition(":")
    return bool(host and colon) and port.isdecimal() and int(port) <= 65535


def _is_journal_sync(text: str) -> bool:
    return text in {"commit", "system"} or 0 < (_number(text) or 0) < SECONDS_MAX


_CHECKS: Final[Mapping[str, tuple[Callable[[str], bool], str]]] = {
    "listen": (is_address, "HOST:PORT"),
    "metrics-listen": (lambda text: not text or is_address(text), "HOST:PORT, or none"),
    "configuration-server": (
        lambda text: not text or _are_addresses(text),
        "HOST:PORT, of a pair both with a comma, or none",
    ),
    "clock": (lambda text: text in {"live", "sources"}, "live or sources"),
    "restore": (lambda text: text in {"values", "definitions"}, "values or definitions"),
    "journal-sync": (_is_journal_sync, "commit, system or a number of seconds above 0"),
    "time-zone": (is_time_zone, "a name of the time zone database, like Europe/Paris"),
}
"""What a text must be, and how to say so."""

_LEAST: Final[Mapping[str, int]] = {"max-client-output-queue-size": 1, "snapshot-interval": 1}
"""The least that a number may be, where that is not 0: with no room at all for what waits no client could be told, and
one snapshot after the other would leave no time for anything else."""


def read_server_options(written: Iterable[Option]) -> ReadOptions:
    """The server's options from the lines of their section; a name that is not known is kept, with a warning."""
    values: dict[str, object] = {}
    others: dict[str, str] = {}
    faults = []
    warnings = []
    for option in written:
        name = option.name.lower()
        if name not in _TYPES:
            others[option.name] = option.value
            warnings.append((option.line, f"option {option.name} is not used here{did_you_mean(name, _TYPES)}"))
            continue
        value, wanted = _converted(name, option.value)
        if wanted:
            faults.append((option.line, f"{name} is {wanted}, not '{option.value}'"))
        else:
            values[name.replace("-", "_")] = value
    options = structs.replace(ServerOptions(), **values, others=others)
    return ReadOptions(options, tuple(faults), tuple(warnings))


def _converted(name: str, text: str) -> tuple[object, str]:
    """The value of an option; or, if it cannot be, what is wanted."""
    kind = _TYPES[name]
    if kind is bool:
        return BOOLEANS.get(text.lower(), False), "" if text.lower() in BOOLEANS else "yes or no"
    if kind is str:
        value = "" if text.lower() == "none" else text
        is_right, wanted = _CHECKS.get(name, (lambda _: True, ""))
        return value, "" if is_right(value) else wanted
    number, least = _number(text), _LEAST.get(name, 0)
    if number is None or number < least or (kind is int and not number.is_integer()):
        return None, f"a whole number, {least} or more" if kind is int else f"a number, {least} or more"
    return kind(number), ""


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None
