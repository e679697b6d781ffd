"""Filters, formulas and scripts of virtual groups: one small grammar (`semantics.md` 8.3, 8.4, 9.7).

Weakest first: `|`, `&`, `~`, comparisons, `+ -`, `* /`. An expression is parsed into a function of a `Scene`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any, Final, NamedTuple

TOKEN: Final = re.compile(r'\s*("[^"]*"|\d+(?:\.\d+)?|!=|<=|>=|[=<>&|~+\-*/(),]|[^\s"=<>!&|~+\-*/(),]+)')
NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")

Value = Any
"""A text, a number, a truth, or None for what is absent."""


class Scene(NamedTuple):
    """What an expression may look at; `earlier_data` is that of the call a consultation is for."""

    attributes: dict[str, Any] = {}
    tenant: str = ""
    earlier_data: dict[str, Any] = {}
    skills: dict[str, int] = {}
    is_logged_in: Callable[[str], bool] = lambda where: False


class Term(NamedTuple):
    """A parsed part: how to evaluate it, and whether it was written in quotes."""

    value: Callable[[Scene], Value]
    is_quoted: bool = False


ATTRIBUTES: Final = {
    "ani": "ani",
    "dnis": "dnis",
    "mediatype": "media_type",
    "calltype": "call_type",
    "thisqueue": "this_queue",
    "thisdn": "this_dn",
    "otherdn": "other_dn",
    "treatmenttype": "treatment_type",
    "connid": "conn_id",
}


def parse(text: str) -> Callable[[Scene], Value]:
    """The expression as a function."""
    parser = Parser(text)
    term = parser.either()
    assert parser.next is None, f"{parser.next!r} is too much in {text!r}"
    return term.value


def is_number(value: Value) -> bool:
    return isinstance(value, int | float) or (isinstance(value, str) and NUMBER.fullmatch(value) is not None)


def number_of(value: Value) -> int | float:
    """A number; what is none is 0."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    if not is_number(value):
        return 0
    return float(value) if "." in value else int(value)


def text_of(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def values_of(data: Any, key: str) -> Iterator[Value]:
    """Each value of a key, the top level first, then nested lists depth first."""
    if isinstance(data, dict):
        if key in data:
            yield data[key]
        for nested in data.values():
            yield from values_of(nested, key)
    elif isinstance(data, list):
        for nested in data:
            yield from values_of(nested, key)


def value_in(data: Any, key: str, default: Value = None) -> Value:
    return next(values_of(data, key), default)


def matches(value: Value, pattern: str) -> bool:
    """`*` any run, `?` one character; case kept."""
    return fnmatchcase(text_of(value), pattern.replace("[", "[[]"))


def compare(left: Value, operator: str, right: Value, is_quoted: bool) -> bool:
    """One comparison (8.3): absent is false; numbers as numbers unless the right side is quoted."""
    if left in (None, "") or right is None:
        return False
    if is_quoted and operator in {"=", "!="}:
        return matches(left, text_of(right)) == (operator == "=")
    if not is_quoted and is_number(left) and is_number(right):
        a, b = number_of(left), number_of(right)
    else:
        a, b = text_of(left), text_of(right)  # type: ignore[assignment]
    return {"=": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]


def calculate(left: Value, operator: str, right: Value) -> int | float:
    a, b = number_of(left), number_of(right)
    if operator == "/":
        return a / b if b else 0
    return {"+": a + b, "-": a - b, "*": a * b}[operator]


class Parser:
    """Recursive descent, one method a strength."""

    def __init__(self, text: str) -> None:
        self._tokens = TOKEN.findall(text)
        self._at = 0

    @property
    def next(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def take(self) -> str:
        self._at += 1
        return str(self._tokens[self._at - 1])

    def expect(self, token: str) -> None:
        assert self.take() == token, f"{token!r} expected"

    def either(self) -> Term:
        left = self.both()
        while self.next == "|":
            self.take()
            left = self._logic(left, self.both(), lambda a, b: a or b)
        return left

    def both(self) -> Term:
        left = self.negation()
        while self.next == "&":
            self.take()
            left = self._logic(left, self.negation(), lambda a, b: a and b)
        return left

    @staticmethod
    def _logic(left: Term, right: Term, join: Callable[[bool, bool], bool]) -> Term:
        return Term(lambda scene: join(bool(left.value(scene)), bool(right.value(scene))))

    def negation(self) -> Term:
        if self.next == "~":
            self.take()
            denied = self.negation()
            return Term(lambda scene: not denied.value(scene))
        return self.comparison()

    def comparison(self) -> Term:
        left = self.sum()
        if self.next in {"=", "!=", "<", "<=", ">", ">="}:
            operator, right = self.take(), self.sum()
            return Term(lambda scene: compare(left.value(scene), operator, right.value(scene), right.is_quoted))
        return left

    def sum(self) -> Term:
        left = self.product()
        while self.next in {"+", "-"}:
            left = self._arithmetic(left, self.take(), self.product())
        return left

    def product(self) -> Term:
        left = self.single()
        while self.next in {"*", "/"}:
            left = self._arithmetic(left, self.take(), self.single())
        return left

    @staticmethod
    def _arithmetic(left: Term, operator: str, right: Term) -> Term:
        return Term(lambda scene: calculate(left.value(scene), operator, right.value(scene)))

    def single(self) -> Term:
        token = self.take()
        if token == "(":
            inner = self.either()
            self.expect(")")
            return inner
        if token == "-":
            denied = self.single()
            return Term(lambda scene: -number_of(denied.value(scene)))
        if token.startswith('"'):
            return Term(lambda scene: token[1:-1], is_quoted=True)
        if self.next == "(":
            return self.function(token)
        return word(token)

    def function(self, name: str) -> Term:
        """A function of quoted keys; `PairExists` may name where to look first."""
        self.expect("(")
        arguments = []
        while self.next != ")":
            arguments.append(self.take())
            if self.next == ",":
                self.take()
        self.expect(")")
        return Term(called(name.lower(), [argument.strip('"') for argument in arguments]))


def word(token: str) -> Term:
    """An attribute by its name; any other word or number is itself."""
    lower = token.lower()
    if lower in ATTRIBUTES:
        return Term(lambda scene: scene.attributes.get(ATTRIBUTES[lower]))
    if lower == "customerid":
        return Term(lambda scene: scene.tenant)
    if lower == "extensionreasoncode":
        return Term(lambda scene: (scene.attributes.get("extensions") or {}).get("ReasonCode"))
    if lower == "loggedin":
        return Term(lambda scene: scene.is_logged_in(""))
    return Term(lambda scene: token)


def called(name: str, arguments: list[str]) -> Callable[[Scene], Value]:
    """The functions of the grammar by name."""
    key, default = arguments[0], arguments[1] if len(arguments) > 1 else None
    if name in {"pairexists", "pairexist"}:
        return _pair_exists(arguments)
    if name in {"reasons", "userdata"}:
        table = {"reasons": "reasons", "userdata": "user_data"}[name]
        return lambda scene: value_in(scene.attributes.get(table), key)
    if name == "getstring":
        return lambda scene: value_in(scene.attributes.get("user_data"), key, default)
    if name == "getnumber":
        return lambda scene: _numeric(value_in(scene.attributes.get("user_data"), key), default)
    if name in {"getglobalstring", "getglobalnumber"}:
        return lambda scene: _global(scene, key, default, is_numeric=name == "getglobalnumber")
    if name == "skill":
        return lambda scene: scene.skills.get(key, 0)
    if name == "skillexists":
        return lambda scene: key in scene.skills
    assert name == "loggedin", f"no function {name!r}"
    return lambda scene: scene.is_logged_in(key)


def _numeric(value: Value, default: str | None) -> int | float:
    return number_of(value) if is_number(value) else number_of(default)


def _global(scene: Scene, key: str, default: str | None, *, is_numeric: bool) -> Value:
    value = value_in(scene.attributes.get("user_data"), key)
    if value is None:
        value = value_in(scene.earlier_data, key)
    if is_numeric:
        return _numeric(value, default)
    return default if value is None else value


def _pair_exists(arguments: list[str]) -> Callable[[Scene], bool]:
    tables = {"reasons": "reasons", "extensions": "extensions"}
    table = "user_data"
    if len(arguments) > 1 and arguments[0].lower() in tables:
        table, arguments = tables[arguments[0].lower()], arguments[1:]
    key, pattern = arguments[0], arguments[1] if len(arguments) > 1 else "*"
    return lambda scene: any(matches(value, pattern) for value in values_of(scene.attributes.get(table), key))
