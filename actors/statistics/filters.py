"""Whether a filter holds for an action's attributes: an expression's tree made a predicate (`semantics.md` 8.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, Final

from actors.configuration.dialects import FILTER_ATTRIBUTES
from actors.configuration.expression_tree import (
    And,
    Attribute,
    Comparison,
    Expression,
    Lookup,
    Not,
    Number,
    Or,
    PairExists,
    Text,
)
from actors.statistics.changes import Attributes

Predicate = Callable[[Attributes], bool]
Operand = Callable[[Attributes], Any]

FIELDS: Final[Mapping[str, str]] = {
    "ANI": "ani",
    "DNIS": "dnis",
    "MediaType": "media_type",
    "CallType": "call_type",
    "ThisQueue": "this_queue",
    "ThisDN": "this_dn",
    "OtherDN": "other_dn",
    "TreatmentType": "treatment_type",
    "ConnID": "conn_id",
}
BUSINESS_FIELDS: Final[Mapping[str, str]] = {
    "InteractionType": "interaction_type",
    "InteractionSubtype": "interaction_subtype",
}
"""Business attributes that are neither those of filters nor a key of the user data (`semantics.md` 8.3)."""
DATA: Final[Mapping[str, str]] = {"UserData": "user_data", "Reasons": "reasons", "Extensions": "extensions"}
DATA_OF_LOOKUP: Final[Mapping[str, str]] = {"Reasons": "reasons"}

NUMBER: Final = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)
"""A text that looks like a number: Python would take `nan` and `1_000` too."""

ORDERINGS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": lambda left, right: bool(left == right),
    "!=": lambda left, right: bool(left != right),
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
}


def predicate(tree: Expression, tenant: str) -> Predicate:
    """The filter as a function of attributes.

    Args:
        tree: as `configuration.expressions` read it.
        tenant: what `CustomerID` is.
    """
    if isinstance(tree, And):
        parts = [predicate(operand, tenant) for operand in tree.operands]
        return lambda attributes: all(part(attributes) for part in parts)
    if isinstance(tree, Or):
        parts = [predicate(operand, tenant) for operand in tree.operands]
        return lambda attributes: any(part(attributes) for part in parts)
    if isinstance(tree, Not):
        inner = predicate(tree.operand, tenant)
        return lambda attributes: not inner(attributes)
    if isinstance(tree, PairExists):
        return pair_exists(tree)
    if isinstance(tree, Comparison):
        return compared(tree, _operand(tree.left, tenant), _operand(tree.right, tenant))
    raise TypeError(f"a filter has no {type(tree).__name__} for a truth")


def business_predicate(business: Mapping[str, tuple[str, ...]], tenant: str) -> Predicate | None:
    """Business attributes narrow: each is one of its values (`semantics.md` 8.3); None if there are none.

    Args:
        business: values by name, in lower case.
        tenant: what `CustomerID` is.
    """
    if not business:
        return None
    wanted = [(_business_attribute(name, tenant), frozenset(values)) for name, values in business.items()]

    def holds(attributes: Attributes) -> bool:
        return all(text_of(value_of(attributes)).lower() in values for value_of, values in wanted)

    return holds


def _business_attribute(name: str, tenant: str) -> Operand:
    if name in FILTER_ATTRIBUTES:
        return _attribute(name, tenant)
    field = BUSINESS_FIELDS.get(name)
    if field is not None:
        return lambda attributes: getattr(attributes, field) or None
    return lambda attributes: found(attributes.user_data, name)


def found(data: Mapping[str, Any] | None, key: str) -> Any:
    """The value of a key, at the top first, then in nested lists depth first; None where it is absent."""
    if not data:
        return None
    if key in data and not isinstance(data[key], dict):
        return data[key]
    for value in data.values():
        if isinstance(value, dict):
            nested = found(value, key)
            if nested is not None:
                return nested
    return None


def wildcard(pattern: str) -> re.Pattern[str]:
    """`*` is any run, `?` one character; all else is itself."""
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(character, re.escape(character)) for character in pattern), re.DOTALL)


def pair_exists(tree: PairExists) -> Predicate:
    """Whether a pair is there, at the top or in a nested list, as a function of attributes."""
    field, key, pattern = DATA[tree.source], tree.key, wildcard(tree.pattern)

    def has_pair(data: Mapping[str, Any]) -> bool:
        value = data.get(key)
        if value is not None and pattern.fullmatch(text_of(value)) is not None:
            return True
        return any(has_pair(nested) for nested in data.values() if isinstance(nested, dict))

    return lambda attributes: has_pair(getattr(attributes, field) or {})


def _operand(tree: Expression, tenant: str) -> Operand:
    """What gives a value of attributes, or None where it is absent."""
    if isinstance(tree, Attribute):
        return _attribute(tree.name, tenant)
    if isinstance(tree, Lookup):
        field, key = DATA_OF_LOOKUP.get(tree.function, "user_data"), tree.key
        default = _constant(tree.default) if tree.default is not None else None
        if tree.function == "GetNumber":
            number = number_of(default) or 0.0
            return lambda attributes: _or_default(number_of(found(getattr(attributes, field), key)), number)
        return lambda attributes: _or_default(found(getattr(attributes, field), key), default)
    value = _constant(tree)
    return lambda _attributes: value


def _attribute(name: str, tenant: str) -> Operand:
    if name == "CustomerID":
        return lambda _attributes: tenant
    if name == "ExtensionReasonCode":
        return lambda attributes: found(attributes.extensions, "ReasonCode")
    field = FIELDS[name]
    return lambda attributes: getattr(attributes, field) or None


def _constant(tree: Expression) -> Any:
    assert isinstance(tree, Number | Text)
    return tree.value


def _or_default(value: Any, default: Any) -> Any:
    return default if value is None else value


def number_of(value: Any) -> float | None:
    """A value as a number, None where it looks like none."""
    if not isinstance(value, int | float) and not (isinstance(value, str) and NUMBER.fullmatch(value)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if isfinite(number) else None


def text_of(value: Any) -> str:
    """A value as it is compared with text; nothing is the text of one that is absent."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def compared(tree: Comparison, left: Operand, right: Operand) -> Predicate:
    """A comparison as a function of attributes: as numbers if both sides look like it and the right is not quoted.

    Args:
        tree: the comparison.
        left: what gives its left side, None where that is absent.
        right: likewise.
    """
    ordering = ORDERINGS[tree.operator]
    is_quoted = isinstance(tree.right, Text) and tree.right.is_quoted
    if is_quoted and tree.operator in ("=", "!="):
        assert isinstance(tree.right, Text)
        pattern, wanted = wildcard(tree.right.value), tree.operator == "="

        def matches(attributes: Attributes) -> bool:
            value = left(attributes)
            return value is not None and (pattern.fullmatch(text_of(value)) is not None) == wanted

        return matches

    def holds(attributes: Attributes) -> bool:
        one, other = left(attributes), right(attributes)
        if one is None or other is None:
            return False
        if not is_quoted:
            numbers = number_of(one), number_of(other)
            if None not in numbers:
                return ordering(*numbers)
        return ordering(text_of(one), text_of(other))

    return holds
