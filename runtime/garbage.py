"""Keeps Python's collector from holding the server up.

A full collection looks at everything that lives: 0.15 s with 5,000 open statistics, seconds with 100,000, in which no
event counts. Nearly all of it lives on, and what is left behind goes with its last reference. So what a full collection
has seen once is frozen, out of the collector's sight. Cycles nobody thought of could gather there: so when twice as
much is frozen as after the last look at everything, everything is looked at again.
"""

from __future__ import annotations

import gc
from typing import Final

FULL: Final = 2
"""The oldest generation; collecting it collects all."""
COUNT_EVERY: Final = 50
"""Full collections from one count of what is frozen to the next: counting a million objects takes 10 ms."""
YOUNG_MAX: Final = 20_000
"""Objects made and not yet freed before the collector looks at them; by default 700, which costs 5 µs an event."""


class ColdStorage:
    """What has been seen once, out of the collector's sight; one a process, for it rules over everything in it."""

    def __init__(self) -> None:
        self._expected = 0
        self._uncounted = 0
        self._thresholds = gc.get_threshold()

    def open(self) -> None:
        """From now on a full collection looks at what is new alone."""
        gc.collect()
        self.freeze()
        self._thresholds = gc.get_threshold()
        gc.set_threshold(YOUNG_MAX, *self._thresholds[1:])
        gc.callbacks.append(self._collected)

    def close(self) -> None:
        """Everything is the collector's again."""
        gc.callbacks.remove(self._collected)
        gc.set_threshold(*self._thresholds)
        gc.unfreeze()

    def freeze(self) -> None:
        """All that is there lives on: the next look at everything is when there is twice as much."""
        gc.freeze()
        self._expected, self._uncounted = gc.get_freeze_count(), 0

    def _collected(self, phase: str, info: dict[str, int]) -> None:
        if phase != "stop" or info["generation"] != FULL:
            return
        if self._expected == 0:
            self.freeze()
            return
        gc.freeze()
        self._uncounted += 1
        if self._uncounted >= COUNT_EVERY:
            self._uncounted = 0
            if gc.get_freeze_count() > 2 * self._expected:
                gc.unfreeze()
                self._expected = 0
