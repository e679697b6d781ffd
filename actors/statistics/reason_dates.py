"""Durations that count from the last change of reasons: `ReasonStartOverridesStatusStart` (`semantics.md` 4.1, 11)."""

from __future__ import annotations

from typing import Any, NamedTuple

from actors.statistics.changes import StatusChanged
from actors.statistics.tally import Tally


class Dated(NamedTuple):
    """A stretch that runs: its begin, its reasons, and since when it has had these."""

    began_us: int
    reasons: dict[str, Any] | None
    since_us: int


class ReasonDates:
    """Dates the stretches of a tally from their reasons, where they have some; else from their begin.

    Args:
        tally: of a current category: what has ended plays no part there.
    """

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._dated: dict[str, Dated] = {}

    def date(self, change: StatusChanged, *, is_anew: bool) -> None:
        """A holder's status has changed, which the tally has taken in; `is_anew` if what runs now began with that."""
        holder, reasons = change.holder, change.attributes.reasons
        began_us = self._tally.running.get(holder)
        if began_us is None:
            self._dated.pop(holder, None)
            return
        dated = self._dated.get(holder)
        if dated is None or is_anew:
            dated = Dated(began_us, reasons, max(began_us, change.reasons_since_us))
        elif reasons != dated.reasons:
            dated = Dated(dated.began_us, reasons, change.time_us)
        self._dated[holder] = dated
        self._tally.redate(holder, dated.since_us if reasons else dated.began_us)
