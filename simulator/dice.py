"""Chance, from one seed: who does what, and how long it takes."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final, TypeVar

from actors.vocabulary.times import microseconds

T = TypeVar("T")

HANDLING_S: Final = 170.0
"""What a call costs its agent at pace 1, from ringing to the end of the after-call work."""
OCCUPANCY: Final = 0.7
"""The share of their time the agents are to spend on calls; the rest they are ready, or away."""


def pace_of(agents: int, calls_per_second: float) -> float:
    """How long everything about a call lasts, as a share of what is usual, so that the staff can bear the load.

    Args:
        agents: how many there are.
        calls_per_second: that arrive.

    Returns:
        1 where there are agents enough, less where each has to be quicker.
    """
    return min(1.0, OCCUPANCY * agents / (calls_per_second * HANDLING_S))


class Dice:
    """Draws of one simulation.

    Args:
        seed: the same seed, the same draws.
        pace: multiplies every duration that belongs to a call.
    """

    def __init__(self, seed: int, pace: float) -> None:
        self._rng = Random(seed)
        self._pace = pace

    def chance(self, share: float) -> bool:
        """True in that share of all draws."""
        return self._rng.random() < share

    def one_of(self, things: Sequence[T]) -> T:
        """Any of them."""
        return things[int(self._rng.random() * len(things))]

    def weighted(self, things: Sequence[T], weights: Sequence[float]) -> T:
        """One of them, as often as its weight says."""
        return self._rng.choices(things, weights)[0]

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return self._rng.randint(low, high)

    def between_us(self, low_s: float, high_s: float) -> int:
        """A duration in a call, in microseconds."""
        return microseconds(self._rng.uniform(low_s, high_s) * self._pace)

    def around_us(self, mean_s: float) -> int:
        """A duration in a call, in microseconds: mostly short, sometimes long, never under a fifth of the mean."""
        return microseconds((0.2 + self._rng.expovariate(1.25)) * mean_s * self._pace)

    def gap_us(self, mean_s: float) -> int:
        """Time to the next of things that come by chance, in microseconds; not paced."""
        return microseconds(self._rng.expovariate(1 / mean_s))
