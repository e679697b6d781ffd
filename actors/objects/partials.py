"""What each Interaction Server says of its part of an agent or a place, and what all parts come to (`multimedia.md` 6).

A *partial* is what one source says of one agent; it alone changes it. Nothing here is compared by wall clock between
sources but which of two equal ones is newer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from actors.statistics.changes import Attributes


class Channel(msgspec.Struct):
    """One medium of one login: ready or not since when, and the place of its last change among all changes."""

    is_ready: bool
    reasons: dict[str, Any] | None
    since_us: int
    changed: tuple[int, int]
    """When its state or its reasons changed last, and with which order: what is found may be older than it is known."""


class Engagement(msgspec.Struct):
    """An interaction that is delivered to, or handled by, the agent."""

    role: str
    action: str
    occurrence: str
    began_us: int
    attributes: Attributes
    order: int


class Partial(msgspec.Struct):
    """What one source says of one agent that is logged in there; frozen while its link `is_up` no more."""

    source: str
    agent_id: str
    place: str
    login_order: int
    login_us: int
    is_up: bool = True
    is_dnd: bool = False
    dnd_us: int = 0
    dnd_reasons: dict[str, Any] | None = None
    channels: dict[str, Channel] = {}
    interactions: dict[str, Engagement] = {}

    def is_ready_for(self, channel: Channel) -> bool:
        """Whether this source may offer something on one of its channels."""
        return channel.is_ready and not self.is_dnd

    def blocked_us(self, channel: Channel) -> int:
        """Since when a channel that is not open for interactions has been so."""
        return self.dnd_us if channel.is_ready else channel.since_us


class Medium(NamedTuple):
    """One medium of an agent or place, composed of all partials that have it; `channel` is the one that decides."""

    is_ready: bool
    is_dnd: bool
    channel: Channel


def up(partials: Iterable[Partial]) -> Iterator[Partial]:
    """Those whose link is up: of these statuses, capacity and target state are made (`multimedia.md` 6.2)."""
    return (partial for partial in partials if partial.is_up)


def composed(partials: Iterable[Partial]) -> dict[str, Medium]:
    """What the media are: ready where any source is; reasons and since of the newest that is as the whole is."""
    media: dict[str, Medium] = {}
    for partial in partials:
        for name, channel in partial.channels.items():
            own = Medium(partial.is_ready_for(channel), partial.is_dnd, channel)
            other = media.get(name)
            media[name] = own if other is None else _both(own, other)
    return media


def _both(one: Medium, other: Medium) -> Medium:
    winner = max(one, other, key=lambda medium: (medium.is_ready, medium.channel.changed))
    return winner._replace(is_dnd=one.is_dnd or other.is_dnd)


def decisive(media: Mapping[str, Medium]) -> tuple[str, Medium]:
    """The medium that all are like: of those ready, else of all, what changed last (`multimedia.md` 4.3)."""
    return max(media.items(), key=lambda named: (named[1].is_ready, named[1].channel.changed))


def in_progress(partials: Iterable[Partial]) -> dict[str, int]:
    """How many interactions of each medium there are; one that two sources tell of counts once."""
    media: dict[str, str] = {}
    for partial in partials:
        media |= {id_: one.attributes.media_type for id_, one in partial.interactions.items()}
    counts: dict[str, int] = {}
    for name in media.values():
        counts[name] = counts.get(name, 0) + 1
    return counts
