"""Filters, formulas, virtual group scripts and capacity rules: one grammar, read into one small tree.

    disjunction = conjunction, { ("|" | "or"), conjunction }
    conjunction = negation, { ("&" | "and"), negation }
    negation    = ("~" | "not"), negation | comparison
    comparison  = sum, [ ("=" | "!=" | "<" | "<=" | ">" | ">="), sum ]
    sum         = product, { ("+" | "-"), product }
    product     = operand, { ("*" | "/"), operand }
    operand     = number | text | word | call | "-", operand | "(", disjunction, ")"

The four dialects differ in the functions they know, in what a bare word is, and in whether there is arithmetic
(`semantics.md` 8.3, 8.4, 9.7, `multimedia.md` 5.1). Nothing is evaluated here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from actors.configuration.dialects import CAPACITY, FILTER, FORMULA, ROUTER_SCRIPT, SCRIPT, Dialect
from actors.configuration.expression_cursor import Cursor
from actors.configuration.expression_tokens import Token
from actors.configuration.expression_tree import (
    And,
    Arithmetic,
    Attribute,
    Comparison,
    Expression,
    Formula,
    Lookup,
    Not,
    Number,
    Or,
    PairExists,
    Text,
)
from actors.configuration.suggestions import did_you_mean

_COMPARISONS: Final = ("=", "!=", "<", "<=", ">", ">=")
_SOURCES: Final = ("UserData", "Reasons", "Extensions")
_PAIRS: Final = ("PairExists", "PairExist")
_TRUTHS: Final = frozenset({"SkillExists", "LoggedIn"})


def parse_filter(text: str) -> Expression:
    """The tree of a filter (`semantics.md` 8.3).

    Raises:
        ExpressionError: it cannot be read.
    """
    return _Parser(text, 0, FILTER).whole()


def parse_formula(text: str) -> Formula:
    """The tree of a formula (`semantics.md` 8.4).

    Raises:
        ExpressionError: it cannot be read.
    """
    found = re.match(r"\s*(?:DistByConnID|DCID)\s*(,|$)", text, re.IGNORECASE)
    if found is None:
        return Formula(False, _Parser(text, 0, FORMULA).whole())
    return Formula(True, _Parser(text, found.end(), FORMULA).whole() if found[1] else None)


def parse_script(text: str) -> Expression:
    """The tree of a virtual group's script, in the router's form too: `?:Name > 1` (`semantics.md` 9.7).

    Bare names of the router's form have become `Lookup("Skill", name)`.

    Raises:
        ExpressionError: it cannot be read.
    """
    found = re.match(r"\s*\?:", text)
    if found is None:
        return _Parser(text, 0, SCRIPT).whole()
    return _Parser(text, found.end(), ROUTER_SCRIPT).whole()


def parse_capacity(text: str) -> Expression:
    """The tree of a capacity rule: what is forbidden, media named bare (`multimedia.md` 5.1).

    Raises:
        ExpressionError: it cannot be read.
    """
    return _Parser(text, 0, CAPACITY).whole()


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, text: str, begin: int, dialect: Dialect) -> None:
        self._at = Cursor(text, begin)
        self._dialect = dialect

    def whole(self) -> Expression:
        """The tree of all there is."""
        expression = self._truth(self._disjunction)
        if self._at.token.kind != "end":
            raise self._at.unexpected("an operator")
        return expression

    # ------------------------------------------------------------------------------------------------- logic

    def _truth(self, rule: Callable[[], Expression]) -> Expression:
        position = self._at.token.position
        expression = rule()
        if not self._dialect.has_arithmetic and not _is_truth(expression):
            raise self._at.error(position, "is neither true nor false: a comparison is missing")
        return expression

    def _disjunction(self) -> Expression:
        operands = self._operands(self._conjunction, "|")
        return operands[0] if len(operands) == 1 else Or(operands)

    def _conjunction(self) -> Expression:
        operands = self._operands(self._negation, "&")
        return operands[0] if len(operands) == 1 else And(operands)

    def _operands(self, rule: Callable[[], Expression], operator: str) -> tuple[Expression, ...]:
        """What stands between the operators; checked to be true or false only where there is one."""
        position = self._at.token.position
        operands = [rule()]
        while self._at.taken(operator):
            if len(operands) == 1 and not self._dialect.has_arithmetic and not _is_truth(operands[0]):
                raise self._at.error(position, "is neither true nor false: a comparison is missing")
            operands.append(self._truth(rule))
        return tuple(operands)

    def _negation(self) -> Expression:
        if not self._at.taken("~"):
            return self._comparison()
        self._at.deeper()
        operand = self._truth(self._negation)
        self._at.depth -= 1
        return Not(operand)

    # ------------------------------------------------------------------------------------------------ values

    def _comparison(self) -> Expression:
        left = self._value(self._sum, is_right=False)
        operator = self._at.taken(*_COMPARISONS)
        return Comparison(left, operator, self._value(self._sum, is_right=True)) if operator else left

    def _value(self, rule: Callable[[bool], Expression], *, is_right: bool) -> Expression:
        position = self._at.token.position
        expression = rule(is_right)
        is_compared = is_right or (self._at.token.kind == "operator" and self._at.token.text in _COMPARISONS)
        if is_compared and not self._dialect.has_arithmetic and _is_truth(expression) and not _is_function(expression):
            raise self._at.error(position, "is true or false, and cannot be compared")
        return expression

    def _sum(self, is_right: bool) -> Expression:
        return self._chain(self._product, ("+", "-"), is_right)

    def _product(self, is_right: bool) -> Expression:
        return self._chain(self._operand, ("*", "/"), is_right)

    def _chain(self, rule: Callable[[bool], Expression], operators: tuple[str, ...], is_right: bool) -> Expression:
        before = self._at.depth
        left = rule(is_right)
        while self._dialect.has_arithmetic and (operator := self._at.taken(*operators)):
            self._at.deeper()
            left = Arithmetic(left, operator, rule(is_right))
        self._at.depth = before
        return left

    def _operand(self, is_right: bool) -> Expression:
        token = self._at.token
        if token.kind == "word":
            return self._word(is_right)
        if token.kind == "number":
            self._at.take()
            return Number(float(token.text), token.text)
        if token.kind == "text" and self._dialect.has_texts:
            self._at.take()
            return Text(token.text[1:-1])
        if self._at.taken("-"):
            return self._negative()
        if self._at.taken("("):
            self._at.deeper()
            expression = self._disjunction()
            self._at.demand(")")
            self._at.depth -= 1
            return expression
        raise self._at.unexpected("a value")

    def _negative(self) -> Expression:
        self._at.deeper()
        operand = self._operand(is_right=False)
        self._at.depth -= 1
        if isinstance(operand, Number):
            return Number(-operand.value, f"-{operand.text}")
        if not self._dialect.has_arithmetic:
            raise self._at.unexpected("a number")
        return Arithmetic(Number(0.0, "0"), "-", operand)

    def _word(self, is_right: bool) -> Expression:
        token = self._at.take()
        word = token.text.lower()
        functions = {name.lower(): name for name in self._dialect.functions}
        if self._dialect.has_pairs and word in {name.lower() for name in _PAIRS}:
            self._at.demand("(")
            return self._pair()
        if word in functions:
            return self._lookup(functions[word])
        return self._bare(token, is_right)

    def _bare(self, token: Token, is_right: bool) -> Expression:
        dialect = self._dialect
        if self._at.token.text == "(" and self._at.token.kind == "operator":
            known = [*dialect.functions, *(_PAIRS[:1] if dialect.has_pairs else ())]
            reason = f"{dialect.name} has no function '{token.text}'{did_you_mean(token.text, known)}"
            raise self._at.error(token.position, reason)
        if dialect.attributes is None:
            return Lookup("Skill", token.text) if dialect is ROUTER_SCRIPT else Attribute(token.text)
        attributes = {name.lower(): name for name in dialect.attributes}
        if token.text.lower() in attributes:
            return Attribute(attributes[token.text.lower()])
        if is_right and dialect.has_texts:
            return Text(token.text, is_quoted=False)
        known = [*dialect.attributes, *dialect.functions]
        reason = f"{dialect.name} knows no '{token.text}'{did_you_mean(token.text, known)}"
        raise self._at.error(token.position, reason)

    # --------------------------------------------------------------------------------------------- functions

    def _lookup(self, function: str) -> Lookup:
        if not self._at.taken("("):
            if function in self._dialect.keyless:
                return Lookup(function, "")
            raise self._at.unexpected("'('")
        key = self._quoted("a quoted name")
        default = None
        if self._dialect.functions[function] and self._at.taken(","):
            default = self._default()
        self._at.demand(")")
        return Lookup(function, key, default)

    def _pair(self) -> PairExists:
        source = _SOURCES[0]
        if self._at.token.kind == "word":
            source = self._source()
            self._at.demand(",")
        key = self._quoted("a quoted key")
        pattern = self._quoted("a quoted value") if self._at.taken(",") else "*"
        self._at.demand(")")
        return PairExists(source, key, pattern)

    def _source(self) -> str:
        token = self._at.take()
        sources = {name.lower(): name for name in _SOURCES}
        if token.text.lower() not in sources:
            reason = f"'{token.text}' holds no pairs{did_you_mean(token.text, _SOURCES)}"
            raise self._at.error(token.position, reason)
        return sources[token.text.lower()]

    def _quoted(self, wanted: str) -> str:
        if self._at.token.kind != "text":
            raise self._at.unexpected(wanted)
        return self._at.take().text[1:-1]

    def _default(self) -> Number | Text:
        if self._at.token.kind == "text":
            return Text(self._quoted("a default"))
        if self._at.token.kind == "word":
            return Text(self._at.take().text, is_quoted=False)
        operand = self._operand(is_right=True)
        if not isinstance(operand, Number):
            raise self._at.unexpected("a default")
        return operand


def _is_function(expression: Expression) -> bool:
    return isinstance(expression, Lookup)


def _is_truth(expression: Expression) -> bool:
    if isinstance(expression, Lookup):
        return expression.function in _TRUTHS
    return isinstance(expression, Comparison | PairExists | Not | And | Or)
