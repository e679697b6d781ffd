"""What each event of an agent's login at an Interaction Server does (`multimedia.md` 1.3, 6.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from actors.objects.interaction_messages import (
    ChannelGone,
    ChannelTold,
    DndTold,
    FoundChannel,
    LoggedOut,
    ReasonsTold,
)
from actors.sources.interaction_server import InteractionServer
from actors.sources.tidings import Tidings
from actors.vocabulary.interaction_events import READY, InteractionEvent, MediaState


def _login(server: InteractionServer, event: InteractionEvent, now: Tidings) -> None:
    """Another place is another login, unless the first was only implied: then the agent was there all the time."""
    agent, place = event.agent_id, event.place
    presence = server.people.get(agent)
    if presence is not None and place and presence.place != place and not presence.is_implied:
        server.log_out(now, agent, is_live=True)
        presence = None
    if presence is None:
        presence = server.log_in(now, agent, place)
    elif place and presence.place != place:
        _move(server, agent, place, now)
    presence.is_implied = False
    for medium, told in event.media.items():
        state = told.state if isinstance(told, MediaState) else told
        _tell_channel(server, event, now, medium, is_ready=state == READY)


def _move(server: InteractionServer, agent: str, place: str, now: Tidings) -> None:
    """The place of an implied login is another one: what runs at the agent goes on, and is at that place from now."""
    presence = server.people[agent]
    now.tell_place(agent, presence.place, LoggedOut(is_live=False))
    if server.seats.get(presence.place) == agent:
        del server.seats[presence.place]
    server.take_seat(now, agent, place)
    presence.place = place
    now.tell_agent(agent, place)
    now.tell_place(agent, place, msgspec.structs.replace(server.found(agent), floor_us=now.time_us))


def _logout(server: InteractionServer, event: InteractionEvent, now: Tidings) -> None:
    server.log_out(now, event.agent_id, is_live=True)


def _media_added(server: InteractionServer, event: InteractionEvent, now: Tidings) -> None:
    _tell_channel(server, event, now, event.media_type, is_ready=None)


def _ready(server: InteractionServer, event: InteractionEvent, now: Tidings) -> None:
    _tell_channel(server, event, now, event.media_type, is_ready=True)


def _not_ready(server: InteractionServer, event: InteractionEvent, now: Tidings) -> None:
    _tell_channel(server, event, now, event.media_type, is_ready=False)


def _tell_channel(
    server: InteractionServer, event: InteractionEvent, now: Tidings, word: str, *, is_ready: bool | None
) -> None:
    """A medium is there, ready or not; one that is only said to be there begins not ready."""
    presence, medium = server.at_work(now, event), word.lower()
    known = presence.channels.get(medium)
    if known is None or is_ready is not None:
        is_same = known is not None and known.is_ready is bool(is_ready)
        since_us = known.since_us if known is not None and is_same else now.time_us
        presence.channels[medium] = FoundChannel(bool(is_ready), event.reasons, since_us)
    server.tell(now, event.agent_id, ChannelTold(medium, is_ready, event.reasons))


def _media_removed(server: InteractionServer, event: InteractionEvent, now: Tidings) -> None:
    server.people[event.agent_id].channels.pop(event.media_type.lower(), None)
    server.tell(now, event.agent_id, ChannelGone(event.media_type.lower()))


def _reasons_changed(server: InteractionServer, event: InteractionEvent, now: Tidings) -> None:
    channels, medium = server.people[event.agent_id].channels, event.media_type.lower()
    if medium in channels:
        channels[medium] = msgspec.structs.replace(channels[medium], reasons=event.reasons)
        server.tell(now, event.agent_id, ReasonsTold(medium, event.reasons))


def _dnd_on(server: InteractionServer, event: InteractionEvent, now: Tidings) -> None:
    presence = server.at_work(now, event)
    if not presence.is_dnd:
        presence.is_dnd, presence.dnd_us = True, now.time_us
    server.tell(now, event.agent_id, DndTold(is_on=True, reasons=event.reasons))


def _dnd_off(server: InteractionServer, event: InteractionEvent, now: Tidings) -> None:
    server.people[event.agent_id].is_dnd = False
    server.tell(now, event.agent_id, DndTold(is_on=False))


IMPLIES_LOGIN: Final = frozenset(
    {"EventAgentLogin", "EventMediaAdded", "EventReadyForMedia", "EventNotReadyForMedia", "EventDoNotDisturbOn"}
)
"""Others are counted and ignored where the agent is not logged in."""

AGENT_RULES: Final[Mapping[str, Callable[[InteractionServer, InteractionEvent, Tidings], None]]] = {
    "EventAgentLogin": _login,
    "EventAgentLogout": _logout,
    "EventMediaAdded": _media_added,
    "EventMediaRemoved": _media_removed,
    "EventReadyForMedia": _ready,
    "EventNotReadyForMedia": _not_ready,
    "EventMediaStateReasonChanged": _reasons_changed,
    "EventDoNotDisturbOn": _dnd_on,
    "EventDoNotDisturbOff": _dnd_off,
}
