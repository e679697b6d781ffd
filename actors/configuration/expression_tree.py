"""What filters, formulas, scripts and capacity rules are read into: a small frozen tree, made to be walked.

A reader walks it by recursion, one rule a kind of node; what a node means is said in `semantics.md` 8.3, 8.4, 9.7 and
`multimedia.md` 5.1. Numbers, texts, attributes and lookups are values, the others but arithmetic are true or false.
"""

from __future__ import annotations

import msgspec


class Number(msgspec.Struct, frozen=True, tag=True):
    """A number that is not quoted; `text` as written, for comparison with what is no number."""

    value: float
    text: str


class Text(msgspec.Struct, frozen=True, tag=True):
    """A text; `*` and `?` are wildcards if it `is_quoted`."""

    value: str
    is_quoted: bool = True


class Attribute(msgspec.Struct, frozen=True, tag=True):
    """An attribute of what is filtered (`ANI`), or in a capacity rule the number of a medium's interactions."""

    name: str


class PairExists(msgspec.Struct, frozen=True, tag=True):
    """Whether `source` (`UserData`, `Reasons`, `Extensions`) has the key with a value like `pattern` (`*`: any)."""

    source: str
    key: str
    pattern: str


class Lookup(msgspec.Struct, frozen=True, tag=True):
    """What a function of one key gives: `GetNumber`, `Reasons`, `Skill`, `LoggedIn`; `default` where the key is absent.

    `LoggedIn` alone has an empty key.
    """

    function: str
    key: str
    default: Number | Text | None = None


class Arithmetic(msgspec.Struct, frozen=True, tag=True):
    """`left operator right`, the operator one of `+ - * /`."""

    left: Expression
    operator: str
    right: Expression


class Comparison(msgspec.Struct, frozen=True, tag=True):
    """`left operator right`, the operator one of `= != < <= > >=`."""

    left: Expression
    operator: str
    right: Expression


class Not(msgspec.Struct, frozen=True, tag=True):
    """True where its operand is not."""

    operand: Expression


class And(msgspec.Struct, frozen=True, tag=True):
    """True where all operands are."""

    operands: tuple[Expression, ...]


class Or(msgspec.Struct, frozen=True, tag=True):
    """True where one operand is."""

    operands: tuple[Expression, ...]


Expression = Number | Text | Attribute | PairExists | Lookup | Arithmetic | Comparison | Not | And | Or


class Formula(msgspec.Struct, frozen=True):
    """`[DistByConnID,] expression`: `is_distinct` counts a conn_id once; `DistByConnID` alone has no expression."""

    is_distinct: bool
    expression: Expression | None
