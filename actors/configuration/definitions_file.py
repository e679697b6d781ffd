"""`statserver.cfg` read: server options, time profiles and ranges, filters, stat types (`semantics.md` 8, 10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from actors.configuration.definitions import Definitions, Refusal, ServerOptions, StatType, TimeProfile, TimeRange
from actors.configuration.expression_tokens import ExpressionError
from actors.configuration.expressions import parse_filter
from actors.configuration.requests import DEFAULT_NAME
from actors.configuration.server_options import read_server_options
from actors.configuration.stat_type_options import KNOWN_ATTRIBUTES, OPTIONS
from actors.configuration.stat_types import read_stat_type
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
        self._special: dict[str, list[Section]] = {name: [] for name in _SECTIONS}
        self._stat_types: dict[str, list[Section]] = {}
        for section in file.sections:
            self._take(section)

    def read(self) -> ReadDefinitions:
        options = self._options()
        profiles = {DEFAULT_NAME: DEFAULT_PROFILE, **self._values("TimeProfiles", self._time_profile, _profile_name)}
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
        namesakes = sections.setdefault(name, [])
        if namesakes:
            reason = f"section [{name}] stands twice, first in line {namesakes[0].line}"
            faults.append(Fault(self._file, section.line, reason))
        namesakes.append(section)
        faults += self._located(section.complaints)

    def _lines_of(self, special: str) -> Iterator[Option]:
        """The options of a section; of all of them if it stands twice."""
        return (option for section in self._special[special] for option in section.options)

    def _located(self, complaints: tuple[Complaint, ...]) -> list[Fault]:
        return [Fault(self._file, line, reason) for line, reason in complaints]

    def _options(self) -> ServerOptions:
        options, faults, warnings = read_server_options(self._lines_of("statserver"))
        self._faults += [Fault(self._file, line, reason) for line, reason in faults]
        self._warnings += [Fault(self._file, line, reason) for line, reason in warnings]
        return options

    def _values(
        self, section: str, read: Callable[[Option], T], name_of: Callable[[Option], str] = attrgetter("name")
    ) -> dict[str, T]:
        """The named values of a section; the faults of those that cannot be are noted."""
        values: dict[str, T] = {}
        names: set[str] = set()
        for option in self._lines_of(section):
            name = name_of(option)
            if name in names:
                self._faults.append(Fault(self._file, option.line, f"'{name}' is defined twice in [{section}]"))
            names.add(name)
            try:
                values.setdefault(name, read(option))
            except RequestError as error:
                self._faults.append(Fault(self._file, option.line, error.message))
        return values

    def _time_profile(self, option: Option) -> TimeProfile:
        _, comma, kind = option.name.rpartition(",")
        if not comma:
            raise RequestError("BadDefinition", f"'{option.name}' has no type: write NAME,Growing = 0:00")
        return parse_time_profile(kind, option.value)

    def _time_range(self, option: Option) -> TimeRange:
        return parse_time_range(option.value)

    def _filter(self, option: Option) -> str:
        try:
            parse_filter(option.value)
        except ExpressionError as error:
            raise RequestError("BadDefinition", f"filter {option.name}: {error}") from error
        return option.value

    def _all_stat_types(self) -> tuple[dict[str, StatType], dict[str, Refusal]]:
        stat_types: dict[str, StatType] = {}
        refused: dict[str, Refusal] = {}
        for name, namesakes in self._stat_types.items():
            first, *others = namesakes
            stat_type, refusal = self._stat_type(first)
            if refusal is not None:
                refused[name] = refusal
            elif stat_type is not None:
                stat_types[name] = stat_type
            for other in others:
                self._stat_type(other)
        return stat_types, refused

    def _stat_type(self, section: Section) -> tuple[StatType | None, Refusal | None]:
        """The stat type of a section, or why it is refused; all its faults are noted."""
        self._warnings += [Fault(self._file, option.line, text) for option, text in _misspelt(section)]
        options = {option.name: option.value for option in section.options}
        stat_type, faults = read_stat_type(options, name=section.name)
        for fault in faults:
            if section.complaints and not fault.option:
                continue  # what is missing may stand in a line that cannot be read
            line = _line_of(section, fault.option)
            self._stat_type_faults.append(Fault(self._file, line, f"stat type {section.name}: {fault.message}"))
        if section.complaints:
            return None, Refusal("BadDefinition", section.complaints[0].reason)
        return stat_type, Refusal(faults[0].code, faults[0].message) if faults else None


def _profile_name(option: Option) -> str:
    """The name in `NAME,Growing`; the whole of it where the type is missing."""
    name, comma, kind = option.name.rpartition(",")
    return name.strip() if comma else kind


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
