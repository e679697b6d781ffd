"""What the connector of an Interaction Server tells agents, places and interaction queues of one event.

A message carries *news*, each of one thing, in the order in which they happened. Times are in microseconds.
"""

from __future__ import annotations

from typing import Any

import msgspec

from actors.statistics.changes import Attributes
from runtime.mail import Message

Reasons = dict[str, Any] | None


class News(msgspec.Struct, frozen=True, gc=False):
    """Root of what is told of one thing."""


# -- of an agent, to it and to its place -------------------------------------------------------------------------------


class DeskNews(Message, frozen=True, gc=False):
    """What one event of `source` comes to for an agent that is logged in there, at a place (or none)."""

    time_us: int
    source: str
    agent_id: str
    place: str
    news: tuple[News, ...]


class LoggedIn(News, frozen=True, gc=False):
    """The agent is there now."""


class LoggedOut(News, frozen=True, gc=False):
    """The agent is gone from this source: live, or found to be so, when nothing looks back."""

    is_live: bool = True


class ChannelTold(News, frozen=True, gc=False):
    """A medium is ready or not; None only says that there is one (`multimedia.md` 1.3)."""

    medium: str
    is_ready: bool | None
    reasons: Reasons = None


class ReasonsTold(News, frozen=True, gc=False):
    """A medium is as it was for other reasons."""

    medium: str
    reasons: Reasons


class ChannelGone(News, frozen=True, gc=False):
    """The agent has the medium no more."""

    medium: str


class DndTold(News, frozen=True, gc=False):
    """Do-not-disturb is on or off for all media of this login."""

    is_on: bool
    reasons: Reasons = None


class Engaged(News, frozen=True, gc=False):
    """An interaction is delivered (`role` is `Invited`), or handled (`Handling`) from now on."""

    interaction_id: str
    role: str
    attributes: Attributes


class Disengaged(News, frozen=True, gc=False):
    """It is so no more; `outcome` is what looks back on it: `Accepted`, `Rejected`, `Revoked`, `Processed`."""

    interaction_id: str
    outcome: str
    reasons: Reasons = None


class DataChanged(News, frozen=True, gc=False):
    """An interaction has other attributes."""

    interaction_id: str
    attributes: Attributes


class Raised(News, frozen=True, gc=False):
    """Something happened: an instant, or what looks back on so long."""

    action: str
    attributes: Attributes
    duration_us: int = 0


class FoundChannel(msgspec.Struct, frozen=True, gc=False):
    """A medium as a synchronisation finds it."""

    is_ready: bool
    reasons: Reasons
    since_us: int | None


class FoundInteraction(msgspec.Struct, frozen=True, gc=False):
    """An interaction as a synchronisation finds it."""

    interaction_id: str
    role: str
    attributes: Attributes
    since_us: int | None


class Found(News, frozen=True, gc=False):
    """All that the source says of the agent; what is new began as it says, but not before `floor_us`, the loss."""

    floor_us: int
    is_dnd: bool
    dnd_us: int | None
    channels: dict[str, FoundChannel]
    interactions: tuple[FoundInteraction, ...]


class LinkLost(News, frozen=True, gc=False):
    """The source's link is lost: its part is frozen."""


class LimitOver(News, frozen=True, gc=False):
    """It has been lost for `link-loss-limit`: what is frozen ends."""


# -- of an interaction queue ------------------------------------------------------------------------------------------


class QueueNews(Message, frozen=True, gc=False):
    """What one event of `source` comes to at an interaction queue."""

    time_us: int
    source: str
    news: tuple[News, ...]


class Named(News, frozen=True, gc=False):
    """The source has named the queue: it is monitored."""


class Entered(News, frozen=True, gc=False):
    """An interaction was put in the queue."""

    interaction_id: str
    attributes: Attributes


class QueueLeft(News, frozen=True, gc=False):
    """It waits no more, or belongs to the queue no more: `action` looks back on that; empty where nothing does.

    What `is_still_associated` waits no more and is of the queue until it is placed elsewhere, or stopped.
    """

    interaction_id: str
    action: str
    is_still_associated: bool = False


class Abandoned(News, frozen=True, gc=False):
    """The customer is gone while it waits; the wait goes on."""

    interaction_id: str


class FoundStay(msgspec.Struct, frozen=True, gc=False):
    """An interaction that is of the queue, and whether it waits there."""

    interaction_id: str
    attributes: Attributes
    since_us: int | None
    waits: bool


class FoundQueue(News, frozen=True, gc=False):
    """All that the source says of the queue; what is new began as it says, but not before `floor_us`, the loss."""

    floor_us: int
    stays: tuple[FoundStay, ...]
