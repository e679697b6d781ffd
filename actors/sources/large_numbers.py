"""Whole numbers of more than 64 bits in attached data, an account's, say: hardly a program takes them.

A text of the same digits stands for each: filters and formulas take it for the same number.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

LEAST: Final = -(1 << 63)
GREATEST: Final = (1 << 63) - 1


def has_large(values: Iterable[Any]) -> bool:
    """Whether there is such a number in values as JSON has them, however deep."""
    for value in values:
        kind = type(value)
        if kind is int:
            if not LEAST <= value <= GREATEST:
                return True
        elif kind is dict:
            if has_large(value.values()):
                return True
        elif kind is list and has_large(value):
            return True
    return False


def with_text_for_large(value: Any) -> Any:
    """The same value with a text for each such number."""
    if isinstance(value, dict):
        return {key: with_text_for_large(one) for key, one in value.items()}
    if isinstance(value, list):
        return [with_text_for_large(one) for one in value]
    return str(value) if isinstance(value, int) and not LEAST <= value <= GREATEST else value
