from __future__ import annotations

from typing import Any, NamedTuple

from event_tracker import Tracker

from simulator.books import Books
from simulator.centre import Centre


class RecordedDay(NamedTuple):
    """An hour of a busy centre: its lines, its own books, and what a naive recount makes of the lines."""

    centre: Centre
    events: list[dict[str, Any]]
    books: Books
    recount: Tracker
