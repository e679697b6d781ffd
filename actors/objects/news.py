"""What the actors of agents and places share: news of Interaction Servers told on, and how the media are."""

from __future__ import annotations

from actors.objects.channels import Channels
from actors.objects.partials import composed, up
from actors.statistics.changes import MediaNoted, MediumState
from actors.statistics.node import Node
from actors.vocabulary.interaction_events import HANDLING, INVITED
from actors.vocabulary.times import seconds


def tell_news(node: Node, channels: Channels) -> None:
    """Tells what one event's news began, ended and raised to whoever wants to know; the input is not over yet."""
    for message in channels.told:
        node.tell(message)
    channels.told.clear()
    channels.is_news = True


def note_media(node: Node, channels: Channels, order: int) -> None:
    """Tells how the media are when an input with news of them is over, if a state shows it."""
    if not channels.is_news:
        return
    channels.is_news = False
    if MediaNoted.action in node.actions:
        node.tell(media_of(channels, order))


def media_of(channels: Channels, order: int) -> MediaNoted:
    """How the media are, of links that are up."""
    partials = list(up(channels.partials.values()))
    engaged = {
        (id_, one.attributes.media_type, one.role) for part in partials for id_, one in part.interactions.items()
    }
    counts = {(medium, role): 0 for _, medium, role in engaged}
    for _, medium, role in engaged:
        counts[medium, role] += 1
    media = {
        name: MediumState(
            "Ready" if medium.is_ready else "NotReady",
            seconds(medium.channel.since_us),
            counts.get((name, INVITED), 0),
            counts.get((name, HANDLING), 0),
            medium.channel.reasons,
        )
        for name, medium in sorted(composed(partials).items())
    }
    return MediaNoted(order, channels.time_us, channels.holder, media)
