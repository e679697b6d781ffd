"""The messages of an Asterisk link, from bytes to dated payloads (`sources.md` 3.1 to 3.3).

Banner, answers and list items carry no Timestamp: they wait for the next message that has one, and take its date. What
happens while an Asterisk is not told to stamp its events is dated by its arrival.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from actors.sources.ami import AmiMessage, Framer, timestamp_us
from actors.sources.ami_conversation import CHANNELS_ID, QUEUES_ID
from actors.sources.lines import BadLines, Dated, UnusableLinkError
from actors.vocabulary.times import US_PER_SECOND

log = logging.getLogger(__name__)

UNDATED_MAX: Final = 500_000
"""Messages that wait for a date: the present state of the largest switch, twice over. At that the link, or the
recording, is given up: its Asterisk stamps nothing."""
LOOK_AHEAD_US: Final = 30 * US_PER_SECOND
"""How far after a FullyBooted the lists of the present state may be complete in a recording; live they take less."""

_LISTS: Final[Mapping[str, str]] = {"QueueStatusComplete": QUEUES_ID, "CoreShowChannelsComplete": CHANNELS_ID}


def ought_to_be_dated(message: AmiMessage) -> bool:
    """Whether this happened, unlike banner, answers, list items and FullyBooted, which Asterisk never stamps."""
    return "Event" in message and "ActionID" not in message and message["Event"] != "FullyBooted"


class Dating:
    """Gives every message of one source a date.

    Args:
        source: its name.
        arrival: tells the time an event arrives, for those that ought to be stamped and are not; None where time is
            the stamps' alone: in a recording, or on a link that plays one. There such an event waits like the others.
    """

    def __init__(self, source: str, arrival: Callable[[], int] | None = None) -> None:
        self._source = source
        self._arrival = arrival
        self._has_warned = False
        self._undated: list[tuple[AmiMessage, bytes]] = []
        self._last_us: int | None = None

    def take(self, message: AmiMessage, said: bytes = b"") -> list[Dated]:
        """The messages that have a date now that this one has come, in order: all, or none.

        Args:
            message: comes.
            said: its bytes, if they are wanted again.

        Raises:
            UnusableLinkError: more than `UNDATED_MAX` wait for one.
        """
        self._undated.append((message, said))
        stamp_us = timestamp_us(message)
        if stamp_us is None and self._arrival is not None and ought_to_be_dated(message):
            self._warn(message)
            stamp_us = self._arrival()
        if stamp_us is None:
            if len(self._undated) > UNDATED_MAX:
                raise UnusableLinkError("nothing carries a Timestamp: set timestampevents = yes in manager.conf")
            return []
        self._last_us = stamp_us
        return self.end()

    def end(self) -> list[Dated]:
        """What waits, with the last date there was."""
        if self._last_us is None:
            return []
        undated, self._undated = self._undated, []
        return [Dated(self._last_us, message, said) for message, said in undated]

    def break_off(self) -> None:
        """Forgets what waits: the link was lost, and what it was about to say will be said anew."""
        self._undated = []

    def _warn(self, message: AmiMessage) -> None:
        if not self._has_warned:
            self._has_warned = True
            log.warning(
                "%s: %s has no Timestamp and is dated by its arrival: set timestampevents = yes in manager.conf",
                self._source,
                message["Event"],
            )


class LookAhead:
    """Says at each FullyBooted of a recording which lists of the present state do not follow it.

    Whoever recorded need not have asked for them. Live, events are held back until they are complete; a recording is
    there whole, so it is read on to see. A list that does not come is told as refused, and is not waited for.
    """

    def __init__(self) -> None:
        self._held: list[AmiMessage] = []
        self._missing: dict[str, str] = {}
        self._until_us = 0

    def take(self, message: AmiMessage) -> list[AmiMessage]:
        """The messages of which all is known now that this one has come, in order."""
        event = message.get("Event", "")
        if event == "FullyBooted":
            known = self.end()
            self._held, self._missing, self._until_us = [message], dict(_LISTS), 0
            return known
        if not self._held:
            return [message]
        self._held.append(message)
        self._missing.pop(event, None)
        stamp_us = timestamp_us(message) or 0
        self._until_us = self._until_us or (stamp_us and stamp_us + LOOK_AHEAD_US)
        is_open = stamp_us <= self._until_us and len(self._held) <= UNDATED_MAX
        return [] if self._missing and is_open else self.end()

    def end(self) -> list[AmiMessage]:
        """The messages that wait, the lists still missing told as refused."""
        held, self._held = self._held, []
        refused = [{"Response": "Error", "ActionID": action_id} for action_id in self._missing.values()]
        self._missing = {}
        return [*held[:1], *refused, *held[1:]]


class AsteriskLines:
    """What one recording of an Asterisk's link says.

    Args:
        bad: gets the messages too long to be any.

    Attributes:
        number: lines so far.
        gaps: always 0, AMI numbers nothing.
    """

    gaps: Final = 0

    def __init__(self, source: str, bad: BadLines) -> None:
        self.number = 0
        self._bad = bad
        self._framer = Framer()
        self._look_ahead = LookAhead()
        self._dating = Dating(source)

    def feed(self, data: bytes) -> Iterator[Dated]:
        """The messages that `data` completes and dates, in order.

        Raises:
            UnusableLinkError: nothing carries a Timestamp.
        """
        self.number += data.count(b"\n")
        oversized = self._framer.oversized
        for framed in self._framer.feed(data):
            for message in self._look_ahead.take(framed):
                yield from self._dating.take(message)
        for _ in range(self._framer.oversized - oversized):
            self._bad.add(data, "a message without end")

    def end(self) -> Iterator[Dated]:
        """Those that still wait for a date. A message that the end cuts short is none."""
        for message in self._look_ahead.end():
            yield from self._dating.take(message)
        yield from self._dating.end()
