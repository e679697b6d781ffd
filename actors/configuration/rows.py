"""The rows of `environment.toml` as records: names and types of fields checked, every fault with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from typing import Any, Final, NamedTuple, TypeVar

import msgspec

from actors.configuration.suggestions import did_you_mean
from actors.vocabulary.errors import Fault
from actors.vocabulary.objects import DnType
from runtime.files import TomlFile

R = TypeVar("R", bound=msgspec.Struct)
K = TypeVar("K", bound=Hashable)

SUGGESTIONS_MAX: Final = 20
"""Of one file: finding what was meant is slow, and who renames a switch gets a fault a DN."""

_SAID: Final[Mapping[str, str]] = {
    "str": "a text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list [...]",
    "object": "a table {...}",
}
_TYPE_NAME: Final = re.compile(r"`(\w+)`")
_PATH: Final = re.compile(r" - at `.*`$")


class Row(NamedTuple):
    """Where a row stands: the `number`-th `[[table]]` of the file, from 0."""

    table: str
    number: int


class RowReader:
    """Turns tables into records and gathers what is wrong with them, from here on and later, in `faults`."""

    def __init__(self, file: TomlFile) -> None:
        self.faults: list[Fault] = []
        self._file = file
        self._suggestions = 0
        self._broken: set[Any] = set()
        self._unusable: dict[str, list[tuple[Row, Any]]] = {}

    def raw(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table as they are; none if there is no such table, or none that `check_tables` let pass."""
        rows: list[dict[str, Any]] = self._file.content.get(table, [])
        return rows

    def records(self, table: str, kind: type[R], *, derived: Collection[str] = ()) -> list[tuple[Row, R]]:
        """The rows of a table as records; one that cannot be is left out and complained of.

        Args:
            table: its name.
            kind: of the records.
            derived: fields of the records that are no part of the file.
        """
        rows = self.raw(table)
        fields = {field.name for field in msgspec.structs.fields(kind)}.difference(derived)
        records = []
        for number, row in enumerate(rows):
            where = Row(table, number)
            if not row.keys() <= fields:
                self._complain_of_names(where, row, fields)
            try:
                records.append((where, msgspec.convert(row, kind)))
            except msgspec.ValidationError:
                self._complain_of_types(where, row, kind)
                self.keep_name_of(where, _as_far_as_readable(row, kind))
                self._broken |= {f"{row.get('number')}@{row.get('switch')}", row.get("name"), row.get("employee_id")}
        return records

    def complain(self, where: Row, key: str, reason: str) -> None:
        """Notes a fault at a key of a row, or at its head where the key is empty or absent."""
        self.faults.append(Fault(str(self._file.path), self.line_of(where, key), reason))

    def complain_of_unknown(self, where: Row, key: str, what: str, word: str, known: Iterable[str]) -> None:
        """Notes that `word` names nothing, with the known word that is nearest; not if its own row cannot be read."""
        if word in self._broken:
            return
        self._suggestions += 1
        suggestion = did_you_mean(word, list(known)) if self._suggestions <= SUGGESTIONS_MAX else ""
        self.complain(where, key, f"no {what} '{word}'{suggestion}")

    def line_of(self, where: Row, key: str = "") -> int:
        """The line of a row, or of a key in it."""
        return self._file.line_of(where.table, where.number, key)

    def check_tables(self, known: Collection[str]) -> None:
        """Drops, with a complaint, what stands at the top of the file and is no such table."""
        for name, rows in list(self._file.content.items()):
            if name not in known:
                self.complain_of_unknown(Row(name, 0), "", "table", name, known)
            elif not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                self.complain(Row(name, 0), "", f"write [[{name}]], in double brackets: there may be several")
                del self._file.content[name]

    def keep_name_of(self, where: Row, record: msgspec.Struct) -> None:
        """Notes a row that cannot be used, for a reason told elsewhere: its name is taken all the same."""
        self._unusable.setdefault(where.table, []).append((where, record))

    def unique(self, table: str, rows: Iterable[tuple[Row, R]], key_of: Callable[[R], K]) -> dict[K, R]:
        """Records by their key; of two with one key the first stays, the second is complained of."""
        unusable = self._unusable.get(table, [])
        names_alone = {row for row, _ in unusable}
        records: dict[K, R] = {}
        first: dict[K, Row] = {}
        for row, record in sorted([*rows, *unusable], key=lambda pair: pair[0].number):
            key = key_of(record)
            name = str(key[-1] if isinstance(key, tuple) else key)
            if not name or name.startswith("@"):
                if row not in names_alone:
                    self.complain(row, "", f"[[{table}]] has an empty name")
                continue
            if key in first:
                line = self.line_of(first[key])
                self.complain(row, "", f"[[{table}]] '{name}' stands twice, first in line {line}")
            first.setdefault(key, row)
            if row not in names_alone:
                records.setdefault(key, record)
        return records

    def check_apart(
        self,
        rows: Iterable[tuple[Row, R]],
        key: str,
        held_by: Callable[[R], tuple[str, ...]],
        name_of: Callable[[R], str],
    ) -> None:
        """Complains of what two records hold and only one may."""
        holders: dict[str, R] = {}
        for row, record in rows:
            for one in held_by(record):
                holder = holders.setdefault(one, record)
                if holder is not record:
                    self.complain(row, key, f"'{one}' belongs to {name_of(holder)} already")

    def _complain_of_names(self, where: Row, written: Mapping[str, Any], fields: Collection[str]) -> None:
        for key in written:
            if key not in fields:
                self.complain_of_unknown(where, key, f"field of [[{where.table}]]", key, fields)

    def _complain_of_types(self, where: Row, written: Mapping[str, Any], kind: type[msgspec.Struct]) -> None:
        for field in msgspec.structs.fields(kind):
            if field.name not in written:
                if field.required:
                    self.complain(where, "", f"[[{where.table}]] has no {field.name}")
                continue
            value = written[field.name]
            try:
                msgspec.convert(value, field.type)
            except msgspec.ValidationError as error:
                if field.type is DnType and isinstance(value, str):
                    self.complain_of_unknown(where, field.name, "DN type", value, list(DnType))
                else:
                    self.complain(where, field.name, f"{field.name}: {_in_words(error)}")


def _as_far_as_readable(written: Mapping[str, Any], kind: type[R]) -> R:
    """The record with what can be read of a row; what cannot is empty."""
    readable: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        try:
            readable[field.name] = msgspec.convert(written.get(field.name), field.type)
        except msgspec.ValidationError:
            if field.required:
                readable[field.name] = ""
    return kind(**readable)


def _in_words(error: msgspec.ValidationError) -> str:
    """`Expected a text in quotes, got a whole number`, from msgspec's words."""
    return _TYPE_NAME.sub(lambda found: _SAID.get(found[1], found[0]), _PATH.sub("", str(error)))
