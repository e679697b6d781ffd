"""What one mask has let through: how much ran and ended in the interval, and what runs now (`semantics.md` 7).

By action an occurrence counts whole in the interval in which it ends; by status only its overlap with the interval
counts, and a running one counts so far. A tally knows which of the two it is and keeps both sums in O(1) an event.
"""

from __future__ import annotations


class Tally:
    """Counts occurrences of one mask since `start_us`.

    Attributes:
        number: occurrences ended, and instants, in the interval.
        running: when each running occurrence began, by its name.
    """

    __slots__ = (
        "_began_us",
        "_by_status",
        "_longest_us",
        "_shortest_us",
        "_since_us",
        "_time_us",
        "number",
        "running",
        "start_us",
    )

    def __init__(self, *, by_status: bool, start_us: int) -> None:
        self._by_status = by_status
        self.start_us = start_us
        self.running: dict[str, int] = {}
        self._began_us = 0
        self._since_us = 0
        self._clear()

    def _clear(self) -> None:
        self.number = 0
        self._time_us = 0
        self._longest_us: int | None = None
        self._shortest_us: int | None = None

    # -- what happens ----------------------------------------------------------------------------------------------

    def begin(self, occurrence: str, began_us: int) -> None:
        """An occurrence runs, since `began_us`."""
        self.running[occurrence] = began_us
        self._began_us += began_us
        self._since_us += max(began_us, self.start_us)

    def end(self, occurrence: str, at_us: int) -> None:
        """A running occurrence has ended; one that does not run here is none of ours."""
        began_us = self.running.pop(occurrence, None)
        if began_us is None:
            return
        self._began_us -= began_us
        since_us = max(began_us, self.start_us)
        self._since_us -= since_us
        self.number += 1
        self._spend(at_us - (since_us if self._by_status else began_us))

    def happen(self, duration_us: int | None) -> None:
        """An instant: retrospective with the duration it looks back on, momentary with None."""
        self.number += 1
        if duration_us is not None:
            self._spend(duration_us)

    def _spend(self, duration_us: int) -> None:
        self._time_us += duration_us
        if self._longest_us is None or duration_us > self._longest_us:
            self._longest_us = duration_us
        if self._shortest_us is None or duration_us < self._shortest_us:
            self._shortest_us = duration_us

    def restart(self, at_us: int) -> None:
        """A new interval begins; what runs goes on."""
        self._clear()
        self.start_us = at_us
        self._since_us = sum(max(began_us, at_us) for began_us in self.running.values())

    # -- what it comes to ------------------------------------------------------------------------------------------

    def time_us(self, now_us: int) -> int:
        """Time spent in the interval (`TotalTime`)."""
        if not self._by_status:
            return self._time_us
        return self._time_us + len(self.running) * now_us - self._since_us

    def longest_us(self, now_us: int) -> int:
        """The greatest duration that `time_us` counts, 0 if none (`MaxTime`)."""
        longest_us = self._longest_us or 0
        if self._by_status and self.running:
            oldest_us = max(min(self.running.values()), self.start_us)
            longest_us = max(longest_us, now_us - oldest_us)
        return longest_us

    def shortest_us(self, now_us: int) -> int:
        """The smallest duration that `time_us` counts, 0 if none; a running one if there is no other (`MinTime`)."""
        if self._shortest_us is not None:
            return self._shortest_us
        if self._by_status and self.running:
            return now_us - max(*self.running.values(), self.start_us)
        return 0

    def current_us(self, now_us: int) -> int:
        """How long all that runs has run, together (`CurrentTime`)."""
        return len(self.running) * now_us - self._began_us
