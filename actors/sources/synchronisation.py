"""A lost link of an Interaction Server, and what it says is there when it is back (`multimedia.md` 1.4, 6.3).

An agent, a queue is back with its own state; the first event that is none closes the round: who and what was not named
is gone then. None of it is looked back on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from actors.objects.interaction_messages import (
    Disengaged,
    FoundChannel,
    FoundQueue,
    FoundStay,
    LimitOver,
    LinkLost,
    LoggedOut,
    QueueLeft,
)
from actors.sources.interaction import Interaction, Invitation, Spell
from actors.sources.interaction_server import InteractionServer, Presence
from actors.sources.tidings import Tidings
from actors.vocabulary.interaction_events import (
    HANDLING,
    READY,
    InteractionEvent,
    InteractionState,
    MediaState,
)
from actors.vocabulary.times import microseconds


def _optional_us(seconds: float | None) -> int | None:
    return None if seconds is None else microseconds(seconds)


# -- an agent ----------------------------------------------------------------------------------------------------------


def _agent_state(server: InteractionServer, event: InteractionEvent, now: Tidings) -> None:
    agent, place = event.agent_id, event.place
    presence = server.people.get(agent)
    if presence is None or (place and presence.place != place):
        presence = _seated(server, agent, place, presence, now)
    server.dark.discard(agent)
    presence.is_implied = False
    presence.is_dnd, presence.dnd_us = event.dnd, _optional_us(event.dnd_since)
    presence.channels = {medium.lower(): _channel(told) for medium, told in event.media.items()}
    _take_interactions(server, agent, presence, event.interactions, now)
    server.tell(now, agent, server.found(agent))


def _seated(server: InteractionServer, agent: str, place: str, old: Presence | None, now: Tidings) -> Presence:
    """The agent is at a place where it was not known to be; what it has at another ends there, silently."""
    if old is not None:
        now.tell_place(agent, old.place, LoggedOut(is_live=False))
        if server.seats.get(old.place) == agent:
            del server.seats[old.place]
    server.take_seat(now, agent, place)
    presence = server.people[agent] = old or Presence(place)
    presence.place = place
    return presence


def _channel(told: str | MediaState) -> FoundChannel:
    if isinstance(told, str):
        return FoundChannel(told == READY, None, None)
    return FoundChannel(told.state == READY, told.reasons, _optional_us(told.since))


def _take_interactions(
    server: InteractionServer, agent: str, presence: Presence, found: Iterable[InteractionState], now: Tidings
) -> None:
    states = {state.interaction_id: state for state in found}
    for id_ in presence.interactions - states.keys():
        server.let_go(server.interactions[id_], agent, now.time_us)
    presence.interactions = set(states)
    for state in states.values():
        interaction = _named(server, state)
        since_us = now.time_us if state.since is None else microseconds(state.since)
        is_same = agent in interaction.agents and interaction.role_of(agent) == state.role
        if not is_same:
            server.let_go(interaction, agent, now.time_us)
            presence.interactions.add(interaction.id)
            if state.role == HANDLING:
                interaction.spells[agent] = Spell(max(since_us, server.lost_us))
            else:
                interaction.invited[agent] = Invitation(max(since_us, server.lost_us))
        if interaction.is_waiting:
            interaction.is_waiting = False
            now.tell_queue(interaction.queue, QueueLeft(interaction.id, "", is_still_associated=True))


def _named(server: InteractionServer, state: InteractionState) -> Interaction:
    interaction = server.interaction(state)
    interaction.user_data = state.user_data or interaction.user_data
    server.unnamed.discard(interaction.id)
    return interaction


# -- a queue -----------------------------------------------------------------------------------------------------------


def _queue_state(server: InteractionServer, event: InteractionEvent, now: Tidings) -> None:
    listed = {state.interaction_id for state in event.interactions}
    for interaction in server.interactions.values():
        if interaction.queue == event.queue and interaction.id not in listed:
            interaction.queue, interaction.is_waiting = "", False
    stays = tuple(_stay(server, event.queue, state, now) for state in event.interactions)
    now.tell_queue(event.queue, FoundQueue(server.lost_us, stays))


def _stay(server: InteractionServer, queue: str, state: InteractionState, now: Tidings) -> FoundStay:
    interaction = _named(server, state)
    if interaction.queue and interaction.queue != queue:
        now.tell_queue(interaction.queue, QueueLeft(interaction.id, ""))
    was_waiting = interaction.is_waiting and interaction.queue == queue
    interaction.queue, interaction.is_waiting = queue, state.state == 0 and not interaction.agents
    if interaction.is_waiting and not was_waiting:
        interaction.forget_ended()
    since_us = _optional_us(state.placed_in_queue_at)
    return FoundStay(interaction.id, interaction.attributes, since_us, interaction.is_waiting)


SYNCHRONISATION_RULES: Final[Mapping[str, Callable[[InteractionServer, InteractionEvent, Tidings], None]]] = {
    "EventPlaceAgentState": _agent_state,
    "EventQueueState": _queue_state,
}

# -- the round, the loss, the limit ------------------------------------------------------------------------------------


def close_round(server: InteractionServer, now: Tidings) -> None:
    """All that is there has been named: the rest is gone."""
    server.is_round_open = False
    for agent in sorted(server.dark):
        server.log_out(now, agent, is_live=False)
    for id_ in sorted(server.unnamed):
        interaction = server.interactions[id_]
        for agent in interaction.agents:
            server.tell(now, agent, Disengaged(id_, ""))
        _leave_queue(interaction, now)
        server.forget(interaction)
    for interaction in server.interactions.values():
        if interaction.queue not in server.queues:
            _leave_queue(interaction, now)


def _leave_queue(interaction: Interaction, now: Tidings) -> None:
    if interaction.queue:
        now.tell_queue(interaction.queue, QueueLeft(interaction.id, ""))
        interaction.queue, interaction.is_waiting = "", False


def lose_link(server: InteractionServer, now: Tidings) -> None:
    """The link is lost: all parts of this source are frozen."""
    for agent in server.people:
        server.tell(now, agent, LinkLost())
    for queue in sorted(server.queues):
        now.tell_queue(queue, LinkLost())
    server.lost_us = now.time_us
    server.is_round_open = True
    server.dark, server.unnamed = set(server.people), set(server.interactions)
    server.queues = set()


def end_frozen(server: InteractionServer, now: Tidings) -> None:
    """The link has been lost for too long: what is still frozen ends."""
    for agent in sorted(server.dark):
        server.tell(now, agent, LimitOver())
        presence = server.people.pop(agent)
        if server.seats.get(presence.place) == agent:
            del server.seats[presence.place]
        for id_ in presence.interactions:
            server.let_go(server.interactions[id_], agent, now.time_us)
    server.dark = set()
    frozen = [server.interactions[id_] for id_ in sorted(server.unnamed)]
    for queue in sorted({interaction.queue for interaction in frozen} - server.queues - {""}):
        now.tell_queue(queue, LimitOver())
    for interaction in frozen:
        if interaction.queue not in server.queues:
            interaction.queue, interaction.is_waiting = "", False
