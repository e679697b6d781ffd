"""For whom a virtual group's script holds (`semantics.md` 9.7)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from actors.configuration.expression_tree import And, Comparison, Expression, Lookup, Not, Number, Or

Seats = Mapping[str, Collection[str]]
"""Where somebody is logged in: DNs, and with which queues at each (ids `number@switch`)."""

COMPARED: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def holds_for(script: Expression, skills: Mapping[str, int], seats: Seats | None) -> bool | None:
    """Whether a script holds for an agent with these skills who is logged in so.

    Args:
        script: its tree.
        skills: an absent one is 0.
        seats: where the agent is logged in; None asks whatever the logins are.

    Returns:
        None if that depends on the logins, and they are not known.
    """
    truth = _value(script, skills, seats)
    return None if truth is None else bool(truth)


def _value(part: Expression, skills: Mapping[str, int], seats: Seats | None) -> float | None:
    return RULES[type(part)](part, skills, seats)


def _number(part: Number, _skills: Mapping[str, int], _seats: Seats | None) -> float:
    return part.value


def _lookup(part: Lookup, skills: Mapping[str, int], seats: Seats | None) -> float | None:
    if part.function == "LoggedIn":
        return None if seats is None else is_logged_in(part.key, seats)
    return part.key in skills if part.function == "SkillExists" else skills.get(part.key, 0)


def is_logged_in(where: str, seats: Seats) -> bool:
    """Whether somebody is logged in at a switch, with a queue (`queue@switch`), or anywhere (the empty text)."""
    if "@" in where:
        return any(where in queues for queues in seats.values())
    return any(not where or dn.rpartition("@")[2] == where for dn in seats)


def _comparison(part: Comparison, skills: Mapping[str, int], seats: Seats | None) -> float | None:
    left, right = _value(part.left, skills, seats), _value(part.right, skills, seats)
    return None if left is None or right is None else COMPARED[part.operator](left, right)


def _not(part: Not, skills: Mapping[str, int], seats: Seats | None) -> float | None:
    truth = _value(part.operand, skills, seats)
    return None if truth is None else not truth


def _and(part: And, skills: Mapping[str, int], seats: Seats | None) -> float | None:
    truths = [_value(operand, skills, seats) for operand in part.operands]
    return _decided(truths, by=False)


def _or(part: Or, skills: Mapping[str, int], seats: Seats | None) -> float | None:
    truths = [_value(operand, skills, seats) for operand in part.operands]
    return _decided(truths, by=True)


def _decided(truths: Collection[float | None], *, by: bool) -> bool | None:
    """One operand of that truth decides; else an unknown one leaves it open."""
    if any(truth is not None and bool(truth) is by for truth in truths):
        return by
    return None if None in truths else not by


RULES: Final[Mapping[type, Callable[[Any, Mapping[str, int], Seats | None], float | None]]] = {
    Number: _number,
    Lookup: _lookup,
    Comparison: _comparison,
    Not: _not,
    And: _and,
    Or: _or,
}
