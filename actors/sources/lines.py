"""What a link or a recording becomes, whatever its kind: dated payloads, and a log of what was set aside."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple, Protocol

from actors.sources.ami import AmiMessage
from actors.vocabulary.configuration_events import ConfigurationEvent
from actors.vocabulary.errors import SourceError
from actors.vocabulary.events import TServerEvent
from actors.vocabulary.interaction_events import InteractionEvent
from actors.vocabulary.times import US_PER_SECOND

log = logging.getLogger(__name__)

Payload = TServerEvent | InteractionEvent | AmiMessage | ConfigurationEvent

LOG_INTERVAL_US: Final = 60 * US_PER_SECOND
LOGGED_CHARACTERS: Final = 200


class Dated(NamedTuple):
    """Something a source said, and its stamp in microseconds since the epoch.

    `said` are the very bytes of it on a live link, its end included; in a recording nobody needs them.
    """

    stamp_us: int
    payload: Payload
    said: bytes = b""


class UnusableLinkError(SourceError):
    """What comes is of no use any more: live, the link is broken off and made anew; a recording cannot be read."""


class Lines(Protocol):
    """Makes dated payloads of bytes that arrive in any pieces: of one connection, or of one recording."""

    @property
    def number(self) -> int:
        """How many lines there were."""

    @property
    def gaps(self) -> int:
        """How often something was missing."""

    def feed(self, data: bytes) -> Iterator[Dated]:
        """What `data` completes, in order.

        Raises:
            UnusableLinkError: nothing more is to be had here; what was yielded before stands.
        """

    def end(self) -> Iterator[Dated]:
        """What still waits when no more bytes come."""


class BadLines:
    """The lines of one source that were set aside: counted, one a minute logged (`protocols.md`, head).

    Args:
        source: its name.
        now_us: what time it is, in microseconds.
    """

    def __init__(self, source: str, now_us: Callable[[], int]) -> None:
        self.count = 0
        self._source = source
        self._now_us = now_us
        self._logged_us: int | None = None
        self._logged_count = 0

    def add(self, line: bytes, reason: str) -> None:
        """Counts a line, and logs its beginning if none was logged in the last minute."""
        self.count += 1
        now_us = self._now_us()
        if self._logged_us is not None and now_us < self._logged_us + LOG_INTERVAL_US:
            return
        beginning = line[: 4 * LOGGED_CHARACTERS].decode("utf-8", "replace")[:LOGGED_CHARACTERS]
        new = self.count - self._logged_count
        log.warning("%s: %d bad line(s) set aside, the last: %s: %s", self._source, new, reason, beginning)
        self._logged_us, self._logged_count = now_us, self.count
