"""What happens when: processes that say how long they wait, run in the order of their times.

A *process* is a generator: it acts, and yields how many microseconds it lets pass until it acts again. So a call's
story can be read from top to bottom.
"""

from __future__ import annotations

from collections.abc import Generator
from heapq import heappop, heappush

Process = Generator[int, None, None]


class Schedule:
    """The time of the simulation, and what is still to come.

    Args:
        now_us: where time begins, microseconds since the epoch.
    """

    def __init__(self, now_us: int) -> None:
        self.now_us = now_us
        self._due: list[tuple[int, int, Process]] = []
        self._started = 0

    @property
    def next_us(self) -> int:
        """When the next process acts. There is always one: heartbeats never end."""
        return self._due[0][0]

    def start(self, process: Process) -> None:
        """Begins a process: its first act happens at once."""
        self._go_on(process)

    def put_off(self, until_us: int) -> None:
        """Nothing has happened yet, and it is already so late: all that is to come comes that much later."""
        late_us = until_us - self.now_us
        self._due = [(at_us + late_us, order, process) for at_us, order, process in self._due]
        self.now_us = until_us

    def run_next(self) -> None:
        """Moves time to the next act, and lets it happen."""
        self.now_us, _, process = heappop(self._due)
        self._go_on(process)

    def _go_on(self, process: Process) -> None:
        wait_us = next(process, None)
        if wait_us is not None:
            self._started += 1
            heappush(self._due, (self.now_us + wait_us, self._started, process))
