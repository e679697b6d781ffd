"""The categories that are a formula's value: over the calls that run, over those that ended (`semantics.md` 7, 8.4).

Each function is an entry of the tables there, in their order.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from typing import Final

from actors.statistics.figures import Figures
from actors.statistics.formulas import Amount

GREATEST: Final = int(sys.float_info.max)


def current_sum(figures: Figures) -> float:
    """Sum of the formula over those running."""
    return real(figures.carrying().sum)


def current_mean(figures: Figures) -> float:
    """Mean of the formula over those running."""
    carrying = figures.carrying()
    return mean(carrying.sum, len(carrying.amounts))


def current_greatest(figures: Figures) -> float:
    """Greatest of the formula over those running."""
    amounts = figures.carrying().amounts
    return real(amounts[-1] if amounts else 0)


def current_smallest(figures: Figures) -> float:
    """Smallest of the formula over those running."""
    amounts = figures.carrying().amounts
    return real(amounts[0] if amounts else 0)


def total_sum(figures: Figures) -> float:
    """Sum of the formula over what ended and over instants."""
    return real(figures.values().sum)


def total_mean(figures: Figures) -> float:
    """Mean of the formula over what ended and over instants."""
    values = figures.values()
    return mean(values.sum, values.number)


def total_greatest(figures: Figures) -> float:
    """Greatest of the formula over what ended and over instants."""
    return real(figures.values().greatest or 0)


def total_smallest(figures: Figures) -> float:
    """Smallest of the formula over what ended and over instants."""
    return real(figures.values().smallest or 0)


def mean(amount: Amount, number: int) -> float:
    """0 of nothing (`semantics.md` 7)."""
    return real(Fraction(amount, number)) if number else 0.0


def real(amount: Amount) -> float:
    """An exact number for the wire, where one beyond all floats is the greatest of them."""
    return float(max(-GREATEST, min(amount, GREATEST)))
