"""`statserver.cfg` read: server options, time profiles and ranges, filters, stat types (`semantics.md` 8, 10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from actors.configuration.definitions import Definitions, Refusal, ServerOptions, StatType, TimeProfile, TimeRange
from actors.configuration.expression_tokens import ExpressionError
from actors.configuration.expressions import parse_filter
from actors.configuration.requests import DEFAULT_NAME
from actors.configuration.server_options import read_server_options
from actors.configuration.stat_types import KNOWN_ATTRIBUTES, OPTIONS, OptionError, build_stat_type
from actors.configuration.suggestions import did_you_mean
from actors.configuration.time_profiles import DEFAULT_PROFILE, DEFAULT_RANGE, parse_time_profile, parse_time_range
from actors.vocabulary.errors import Fault, RequestError
from runtime.files import Complaint, Option, OptionFile, Section, UnreadableFileError, read_options

T = TypeVar("T")

_SECTIONS: Final = ("statserver", "TimeProfiles", "TimeRanges", "Filters")
"""Sections that are no stat types (`semantics.md` 10)."""


class ReadDefinitions(NamedTuple):
    """What the file defines; what is wrong with it, with its stat types, and what is merely not used."""

    definitions: Definitions
    faults: tuple[Fault, ...]
    stat_type_faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def read_definitions(path: Path) -> ReadDefinitions:
    """Reads `statserver.cfg`. One bad stat type does not keep the others from loading (`semantics.md` 6)."""
    try:
        file = read_options(path)
    except UnreadableFileError as error:
        nothing = Definitions(options=ServerOptions(), stat_types={}, time_profiles={}, time_ranges={}, filters={})
        return ReadDefinitions(nothing, (Fault(str(path), error.line, error.reason),), (), ())
    return _Reader(file).read()


class _Reader:
    def __init__(self, file: OptionFile) -> None:
        self._file = str(file.path)
        self._faults = self._located(file.complaints)
        self._stat_type_faults: list[Fault] = []
        self._warnings: list[Fault] = []
        self._special: dict[str, Section] = {}
        self._stat_types: dict[str, Section] = {}
        for section in file.sections:
            self._take(section)

    def read(self) -> ReadDefinitions:
        options = self._options()
        profiles = {DEFAULT_NAME: DEFAULT_PROFILE, **self._values("TimeProfiles", self._time_profile)}
        ranges = {DEFAULT_NAME: DEFAULT_RANGE, **self._values("TimeRanges", self._time_range)}
        filters = self._values("Filters", self._filter)
        stat_types, refused = self._all_stat_types()
        definitions = Definitions(
            options=options,
            stat_types=stat_types,
            time_profiles=profiles,
            time_ranges=ranges,
            filters=filters,
            refused=refused,
        )
        return ReadDefinitions(definitions, tuple(self._faults), tuple(self._stat_type_faults), tuple(self._warnings))

    def _take(self, section: Section) -> None:
        special = {name.lower(): name for name in _SECTIONS}.get(section.name.lower())
        sections, faults = (self._special, self._faults) if special else (self._stat_types, self._stat_type_faults)
        name = special or section.name
        if name in sections:
            reason = f"section [{name}] stands twice, first in line {sections[name].line}; this one is not read"
            faults.append(Fault(self._file, section.line, reason))
        else:
            sections[name] = section
            faults += self._located(section.complaints)

    def _located(self, complaints: tuple[Complaint, ...]) -> list[Fault]:
        return [Fault(self._file, line, reason) for line, reason in complaints]

    def _options(self) -> ServerOptions:
        section = self._special.get("statserver")
        options, faults, warnings = read_server_options(section.options if section else ())
        self._faults += [Fault(self._file, line, reason) for line, reason in faults]
        self._warnings += [Fault(self._file, line, reason) for line, reason in warnings]
        return options

    def _values(self, section: str, read: Callable[[Option], tuple[str, T]]) -> dict[str, T]:
        """The named values of a section; the faults of those that cannot be are noted."""
        values: dict[str, T] = {}
        for option in self._special[section].options if section in self._special else ():
            try:
                name, value = read(option)
            except RequestError as error:
                self._faults.append(Fault(self._file, option.line, error.message))
                continue
            if name in values:
                self._faults.append(Fault(self._file, option.line, f"'{name}' is defined twice in [{section}]"))
            values.setdefault(name, value)
        return values

    def _time_profile(self, option: Option) -> tuple[str, TimeProfile]:
        name, comma, kind = option.name.rpartition(",")
        if not comma:
            raise RequestError("BadDefinition", f"'{option.name}' has no type: write NAME,Growing = 0:00")
        return name.strip(), parse_time_profile(kind, option.value)

    def _time_range(self, option: Option) -> tuple[str, TimeRange]:
        return option.name, parse_time_range(option.value)

    def _filter(self, option: Option) -> tuple[str, str]:
        try:
            parse_filter(option.value)
        except ExpressionError as error:
            raise RequestError("BadDefinition", f"filter {option.name}: {error.in_one_line}") from error
        return option.name, option.value

    def _all_stat_types(self) -> tuple[dict[str, StatType], dict[str, Refusal]]:
        stat_types: dict[str, StatType] = {}
        refused: dict[str, Refusal] = {}
        for name, section in self._stat_types.items():
            try:
                stat_types[name] = self._stat_type(section)
            except OptionError as error:
                refused[name] = Refusal(error.code, error.message)
                line = _line_of(section, error.option)
                self._stat_type_faults.append(Fault(self._file, line, f"stat type {name}: {error.message}"))
        return stat_types, refused

    def _stat_type(self, section: Section) -> StatType:
        self._warnings += [Fault(self._file, option.line, text) for option, text in _misspelt(section)]
        if section.complaints:
            raise OptionError("BadDefinition", section.complaints[0].reason)
        return build_stat_type({option.name: option.value for option in section.options}, name=section.name)


def _misspelt(section: Section) -> Iterator[tuple[Option, str]]:
    """Options that are taken as business attributes, but look like something else."""
    known = {name.lower() for name in (*OPTIONS, *KNOWN_ATTRIBUTES)}
    for option in section.options:
        suggestion = did_you_mean(option.name, OPTIONS)
        if option.name.replace("_", "").lower() not in known and suggestion:
            yield option, f"{option.name} is taken as a business attribute{suggestion}"


def _line_of(section: Section, option: str) -> int:
    """The line of an option of a stat type, or of the section where that is not said."""
    lines = {one.name.lower(): one.line for one in section.options}
    return lines.get(option.lower(), section.line)
