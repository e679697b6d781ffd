"""Who waits when the disk is full: a batch is kept before it counts, however long that takes.

Nothing is taken in meanwhile, nothing counts and nobody is told anything, so nothing that is told is ever untrue, and
nothing is dropped: what has come waits, its sources and clients are made to wait, and TCP makes them wait in turn.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import gevent

from runtime.journal_entries import Entry, JournalFullError

if TYPE_CHECKING:
    from runtime.journal import Journal

log = logging.getLogger(__name__)

RETRY_S: Final = 1.0
LOG_INTERVAL_S: Final = 60.0


class JournalKeeper:
    """Appends to a journal, and tries again while there is no room.

    Args:
        journal: open.
        on_full: called each time that there was no room.

    Attributes:
        is_keeping: whether a batch is being kept: with `commit` its sync is waited for, on a full disk its room.
        is_full: whether it is room that is waited for.
    """

    def __init__(self, journal: Journal, on_full: Callable[[], None]) -> None:
        self.is_keeping = False
        self.is_full = False
        self._journal = journal
        self._on_full = on_full
        self._complained_s: float | None = None

    def keep(self, entries: Sequence[Entry]) -> None:
        """Returns when the journal has them; others have their turn while it waits.

        Raises:
            JournalError: the journal cannot be written any more.
        """
        self.is_keeping = True
        try:
            while not self._has_kept(entries):
                self._on_full()
                gevent.sleep(RETRY_S)
        finally:
            self.is_keeping = False

    def _has_kept(self, entries: Sequence[Entry]) -> bool:
        try:
            self._journal.append(entries)
        except JournalFullError as error:
            self.is_full = True
            self._complain(error)
            return False
        if self.is_full:
            self.is_full = False
            log.info("%s: there is room again; what waited is taken in", self._journal.path)
        return True

    def _complain(self, error: JournalFullError) -> None:
        now_s = gevent.get_hub().loop.now()
        if self._complained_s is None or now_s >= self._complained_s + LOG_INTERVAL_S:
            self._complained_s = now_s
            log.error("%s. Nothing is taken in until there is room; sources and clients wait", error)
