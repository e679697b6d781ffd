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
        self._at_the_beginning: list[Process] = []
        self._started = 0

    @property
    def next_us(self) -> int:
        """When the next process acts. There is always one: heartbeats never end. With the first asking time begins."""
        while self._at_the_beginning:
            self.start(self._at_the_beginning.pop(0))
        return self._due[0][0]

    def add(self, process: Process) -> None:
        """Has a process begin with time itself, whenever that is."""
        self._at_the_beginning.append(process)

    def put_off(self, now_us: int) -> None:
        """It is already so late, and time has not begun yet."""
        assert not self._due, "time has begun"
        self.now_us = now_us

    def start(self, process: Process) -> None:
        """Begins a process: its first act happens at once."""
        self._go_on(process)

    def run_next(self) -> None:
        """Moves time to the next act, and lets it happen."""
        self.now_us, _, process = heappop(self._due)
        self._go_on(process)

    def _go_on(self, process: Process) -> None:
        wait_us = next(process, None)
        if wait_us is not None:
            self._started += 1
            heappush(self._due, (self.now_us + wait_us, self._started, process))
