"""Configuration files, read so that every complaint about them can name a line.

Two forms: TOML (whose fast reader keeps no lines, so they are found again in the source when something is wrong), and
the INI-like option file that users of stat servers have.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import rtoml


class UnreadableFileError(Exception):
    """A file that is not there, is no UTF-8 text, or breaks its form.

    Attributes:
        path: the file.
        line: where, from 1.
        reason: what is wrong, in one line.
    """

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, a byte order mark removed.

    Raises:
        UnreadableFileError: it cannot be opened, or is no UTF-8; then with the line of the first bad byte.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(path, 1, f"cannot be read: {error.strerror}") from error
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFileError(path, line, f"is no UTF-8: byte 0x{content[error.start]:02x}") from error


# ---------------------------------------------------------------------------------------------------- TOML

_ARRAY_HEADER: Final = re.compile(r"""^[ \t]*\[\[[ \t]*["']?(?P<name>[\w-]+)["']?[ \t]*\]\]""", re.MULTILINE)
_MULTI_LINE: Final = re.compile(
    r'''"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|\#[^\n]*|"(?:\\.|[^"\\\n])*"|'[^'\n]*\'''', re.DOTALL
)
_PLACE_OF_ERROR: Final = re.compile(r" at line (\d+) column \d+\s*$")


class TomlFile:
    """A TOML document, and where its tables stand."""

    def __init__(self, path: Path, text: str, content: dict[str, Any]) -> None:
        self.path = path
        self.content = content
        self._text = text

    def line_of(self, table: str, index: int = 0, key: str = "") -> int:
        """The line, from 1, of a key in the `index`-th `[[table]]`; of its header if there is no such key.

        Without any such header: the line of the top-level `table = ...` or `[table]`, else 1.
        """
        places = self._headers.get(table, [])
        if index >= len(places):
            return self._line(self._find(table, 0, len(self._text)) or 0)
        begin = places[index]
        following = bisect_right(self._starts, begin)
        end = self._starts[following] if following < len(self._starts) else len(self._text)
        place = self._find(key, begin, end) if key else None
        return self._line(begin if place is None else place)

    def _find(self, key: str, begin: int, end: int) -> int | None:
        name = rf"""["']?{re.escape(key)}["']?"""
        written = rf"^[ \t]*(?:{name}[ \t]*[=.]|\[+(?:[^\]\n]*\.)?[ \t]*{name}[ \t]*\])"
        found = re.compile(written, re.MULTILINE).search(self._code, begin, end)
        return None if found is None else found.start()

    def _line(self, offset: int) -> int:
        return bisect_left(self._line_ends, offset) + 1

    @cached_property
    def _code(self) -> str:
        """The text with the insides of multi-line strings blanked: what stands there is no header."""
        return _MULTI_LINE.sub(lambda found: _blanked(found[0]), self._text)

    @cached_property
    def _headers(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for found in _ARRAY_HEADER.finditer(self._code):
            places.setdefault(found["name"], []).append(found.start())
        return places

    @cached_property
    def _starts(self) -> list[int]:
        return sorted(place for places in self._headers.values() for place in places)

    @cached_property
    def _line_ends(self) -> list[int]:
        return [found.start() for found in re.finditer("\n", self._text)]


def _blanked(token: str) -> str:
    return re.sub(r"[^\n]", " ", token) if token.startswith(('"""', "'''")) else token


def read_toml(path: Path) -> TomlFile:
    """Reads a TOML file.

    Raises:
        UnreadableFileError: it cannot be read, or is no TOML; with the line.
    """
    text = read_text(path)
    try:
        return TomlFile(path, text, rtoml.loads(text))
    except rtoml.TomlParsingError as error:
        place = _PLACE_OF_ERROR.search(str(error))
        line = int(place[1]) if place else 1
        raise UnreadableFileError(path, line, _PLACE_OF_ERROR.sub("", str(error))) from error


def write_toml(path: Path, content: dict[str, Any]) -> None:
    """Writes a TOML file at one stroke: who reads it has the old one or the new.

    Raises:
        OSError: it cannot be written.
    """
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(rtoml.dumps(content), encoding="utf-8")
    beside.replace(path)


# --------------------------------------------------------------------------------------------- option files


class Option(NamedTuple):
    """`name = value` on one line; either may have any other character in it."""

    line: int
    name: str
    value: str


class Complaint(NamedTuple):
    """A line of an option file that breaks its form."""

    line: int
    reason: str


class Section(NamedTuple):
    """`[name]` and the options below it; of two options of one name the first is kept, the second complained of."""

    line: int
    name: str
    options: tuple[Option, ...]
    complaints: tuple[Complaint, ...]


class OptionFile(NamedTuple):
    """The sections of an option file in order, one that stands twice included; and what stands before them."""

    path: Path
    sections: tuple[Section, ...]
    complaints: tuple[Complaint, ...]


def read_options(path: Path) -> OptionFile:
    """Reads an INI-like option file.

    A line is split at its first `=`; `;`, `%`, `@` and quotes in a value are plain characters; a comment is a line that
    begins with `#` or `;`. Broken lines are kept as complaints, by section.

    Raises:
        UnreadableFileError: the file cannot be read at all.
    """
    lines = [(number, line.strip()) for number, line in enumerate(read_text(path).split("\n"), 1)]
    told = [(number, line) for number, line in lines if line and not line.startswith(("#", ";"))]
    headers = [index for index, (_, line) in enumerate(told) if line.startswith("[")]
    before = told[: headers[0]] if headers else told
    complaints = tuple(Complaint(number, f"'{line}' stands before any [section]") for number, line in before)
    sections = tuple(_section(told[begin:end]) for begin, end in pairwise([*headers, len(told)]))
    return OptionFile(path, sections, complaints)


def _section(lines: list[tuple[int, str]]) -> Section:
    (line, header), *body = lines
    options: dict[str, Option] = {}
    complaints = (
        [] if header.endswith("]") else [Complaint(line, f"'{header}' is no [section]: it does not end in ']'")]
    )
    for number, text in body:
        name, equals, value = text.partition("=")
        option = Option(number, name.strip(), value.strip())
        if not equals or not option.name:
            complaints.append(Complaint(number, f"'{text}' is no option: write NAME = VALUE"))
        elif option.name in options:
            first = options[option.name].line
            complaints.append(Complaint(number, f"'{option.name}' stands twice in this section, first in line {first}"))
        else:
            options[option.name] = option
    return Section(line, header.strip("[] \t"), tuple(options.values()), tuple(complaints))
