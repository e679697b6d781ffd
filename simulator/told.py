"""What one part of the simulated contact centre tells its link, until that takes it."""

from __future__ import annotations

from typing import Generic, TypeVar

from simulator.books import Books
from simulator.schedule import Schedule

Event = TypeVar("Event")


class Told(Generic[Event]):
    """Collects the events of what happens; whoever tells them writes it into the books too.

    Args:
        schedule: dates everything.
        books: get what happened.
    """

    def __init__(self, schedule: Schedule, books: Books) -> None:
        self._schedule = schedule
        self._books = books
        self._told: list[Event] = []

    @property
    def now_us(self) -> int:
        """The time of what happens, microseconds since the epoch."""
        return self._schedule.now_us

    def take(self) -> list[Event]:
        """The events since the last taking, in order, without `seq`: that is a link's."""
        told, self._told = self._told, []
        return told
