"""What a formula makes of an action's attributes: an expression's tree made a function (`semantics.md` 8.4).

Within a formula a value is a number, a text, or None where a key is absent; truths are 1 and 0. What comes out is an
exact number, so that a sum of them is the same in whichever order it was made, and 0 again when all have left it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import isfinite
from typing import Any, Final

from actors.configuration.expression_tree import (
    And,
    Arithmetic,
    Comparison,
    Expression,
    Lookup,
    Not,
    Number,
    Or,
    PairExists,
    Text,
)
from actors.configuration.expressions import parse_formula
from actors.statistics.changes import Attributes
from actors.statistics.filters import Operand, compared, found, number_of, pair_exists

log = logging.getLogger(__name__)

Amount = int | Fraction
Numeric = Callable[[Attributes], float]

FORMULAS_MAX: Final = 1_000
"""Formulas kept compiled: more than a configuration defines; one beyond is compiled again when it is next opened."""

ARITHMETIC: Final[Mapping[str, Callable[[float, float], float]]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right if right else 0.0,
}


class Weight:
    """What one occurrence weighs: the formula's value for its attributes.

    Args:
        text: the formula as written.
        expression: its tree.
    """

    def __init__(self, text: str, expression: Expression) -> None:
        self._text = text
        self._value = _numeric(expression)
        self._has_failed = False

    def __call__(self, attributes: Attributes) -> Amount | None:
        """The value, exactly; None, said once in the log, where it is beyond all numbers."""
        value = self._value(attributes)
        if value.is_integer():
            return int(value)
        if isfinite(value):
            return Fraction(value)
        if not self._has_failed:
            self._has_failed = True
            log.warning("formula '%s' gives no number for %s: that does not count", self._text, attributes)
        return None


@lru_cache(FORMULAS_MAX)
def weight_of(text: str) -> Weight | None:
    """A formula as a function of attributes; None if it has no expression: `DistByConnID` alone, or nothing at all.

    Raises:
        ExpressionError: it cannot be read.
    """
    expression = parse_formula(text).expression if text else None
    return None if expression is None else Weight(text, expression)


def is_distinct(text: str) -> bool:
    """Whether a formula begins with `DistByConnID`: a conn_id counts once in an interval.

    Raises:
        ExpressionError: it cannot be read.
    """
    return bool(text) and parse_formula(text).is_distinct


# -- one rule a kind of node ---------------------------------------------------------------------------------------


def _operand(tree: Expression) -> Operand:
    return RULES[type(tree)](tree)


def _numeric(tree: Expression) -> Numeric:
    """The value as a number: a text that is none is 0."""
    value = _operand(tree)
    if isinstance(tree, Text) or (isinstance(tree, Lookup) and tree.function.endswith("String")):
        return lambda attributes: number_of(value(attributes)) or 0.0
    return value


def _constant(tree: Number | Text) -> Operand:
    value = tree.value
    return lambda _attributes: value


def _lookup(tree: Lookup) -> Operand:
    """`Global` also looks at the data of the call that this one was a consultation for."""
    key, is_global = tree.key, "Global" in tree.function
    default = None if tree.default is None else tree.default.value

    def value(attributes: Attributes) -> Any:
        own = found(attributes.user_data, key)
        if own is None and is_global:
            own = found(attributes.earlier_data, key)
        return default if own is None else own

    if tree.function.endswith("Number"):
        instead = number_of(default) or 0.0
        return lambda attributes: instead if (number := number_of(value(attributes))) is None else number
    return value


def _arithmetic(tree: Arithmetic) -> Operand:
    left, right, apply = _numeric(tree.left), _numeric(tree.right), ARITHMETIC[tree.operator]
    return lambda attributes: apply(left(attributes), right(attributes))


def _comparison(tree: Comparison) -> Operand:
    holds = compared(tree, _operand(tree.left), _operand(tree.right))
    return lambda attributes: float(holds(attributes))


def _pair(tree: PairExists) -> Operand:
    holds = pair_exists(tree)
    return lambda attributes: float(holds(attributes))


def _not(tree: Not) -> Operand:
    operand = _numeric(tree.operand)
    return lambda attributes: float(not operand(attributes))


def _and(tree: And) -> Operand:
    operands = [_numeric(operand) for operand in tree.operands]
    return lambda attributes: float(all(operand(attributes) for operand in operands))


def _or(tree: Or) -> Operand:
    operands = [_numeric(operand) for operand in tree.operands]
    return lambda attributes: float(any(operand(attributes) for operand in operands))


RULES: Final[Mapping[type, Callable[[Any], Operand]]] = {
    Number: _constant,
    Text: _constant,
    Lookup: _lookup,
    Arithmetic: _arithmetic,
    Comparison: _comparison,
    PairExists: _pair,
    Not: _not,
    And: _and,
    Or: _or,
}
