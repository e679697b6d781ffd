"""What one Interaction Server has told: who is logged in there and where, and which interactions there are.

Who sits where is decided here, the same way for a login, for an implied one and for one that a synchronisation finds:
the newest login of the source has the place (`multimedia.md` 6.2, 9).
"""

from __future__ import annotations

import msgspec

from actors.objects.interaction_messages import (
    DataChanged,
    Found,
    FoundChannel,
    FoundInteraction,
    LoggedIn,
    LoggedOut,
    News,
)
from actors.sources.interaction import Interaction
from actors.sources.tidings import Tidings
from actors.vocabulary.interaction_events import InteractionEvent, InteractionState


class Presence(msgspec.Struct):
    """An agent that is logged in, at a place or at none; which media and which interactions it has.

    A login `is_implied` where no `EventAgentLogin` has told of it.
    """

    place: str
    is_implied: bool = False
    is_dnd: bool = False
    dnd_us: int | None = None
    channels: dict[str, FoundChannel] = {}
    interactions: set[str] = set()


class InteractionServer(msgspec.Struct):
    """The state of one source; `dark` are agents that were there at the loss and have not been named since.

    `unnamed` are interactions of which the same is true, `queues` those that were named since the link is up.
    """

    source: str
    tenant: str
    people: dict[str, Presence] = {}
    seats: dict[str, str] = {}
    interactions: dict[str, Interaction] = {}
    queues: set[str] = set()
    lost_us: int = 0
    dark: set[str] = set()
    unnamed: set[str] = set()
    is_round_open: bool = False
    unexpected: int = 0

    # -- who is where ------------------------------------------------------------------------------------------------

    def tell(self, now: Tidings, agent: str, *news: News) -> None:
        """Tells an agent, and the place where it is."""
        presence = self.people.get(agent)
        place = presence.place if presence else ""
        now.tell_agent(agent, place, *news)
        now.tell_place(agent, place, *news)

    def log_in(self, now: Tidings, agent: str, place: str, *, is_implied: bool = False) -> Presence:
        """An agent is there: whoever had the place at this source is logged out."""
        self.take_seat(now, agent, place)
        presence = self.people[agent] = Presence(place, is_implied)
        self.tell(now, agent, LoggedIn())
        return presence

    def take_seat(self, now: Tidings, agent: str, place: str) -> None:
        """An agent has a place from now on; of one that is frozen there all ends silently by itself."""
        other = self.seats.get(place, agent) if place else agent
        if other != agent:
            self.log_out(now, other, is_live=True)
        if place:
            self.seats[place] = agent

    def log_out(self, now: Tidings, agent: str, *, is_live: bool) -> None:
        """An agent is there no more, and neither are its invitations and what it handles."""
        self.tell(now, agent, LoggedOut(is_live))
        presence = self.people.pop(agent)
        self.dark.discard(agent)
        if self.seats.get(presence.place) == agent:
            del self.seats[presence.place]
        for id_ in presence.interactions:
            self.let_go(self.interactions[id_], agent, now.time_us)

    def at_work(self, now: Tidings, event: InteractionEvent) -> Presence:
        """The agent of an event, whom the event itself logs in if nothing else has (`multimedia.md` 6.2)."""
        presence = self.people.get(event.agent_id)
        return presence or self.log_in(now, event.agent_id, event.place, is_implied=True)

    def found(self, agent: str) -> Found:
        """All that is known of an agent who is there, for who has not been told of it yet."""
        presence = self.people[agent]
        interactions = [self.interactions[id_] for id_ in sorted(presence.interactions)]
        return Found(
            self.lost_us,
            presence.is_dnd,
            presence.dnd_us,
            dict(presence.channels),
            tuple(
                FoundInteraction(one.id, one.role_of(agent), one.attributes, one.since_us(agent))
                for one in interactions
            ),
        )

    # -- what there is -----------------------------------------------------------------------------------------------

    def interaction(self, told: InteractionEvent | InteractionState) -> Interaction:
        """The interaction that is told of, known from now on."""
        interaction = self.interactions.get(told.interaction_id)
        if interaction is None:
            interaction = self.interactions[told.interaction_id] = Interaction(told.interaction_id)
        interaction.hear(told)
        return interaction

    def let_go(self, interaction: Interaction, agent: str, now_us: int) -> None:
        """An agent has the interaction no more."""
        presence = self.people.get(agent)
        if presence is not None:
            presence.interactions.discard(interaction.id)
        interaction.invited.pop(agent, None)
        if interaction.is_handled_by(agent):
            interaction.spells[agent].ended_us = now_us

    def changed(self, now: Tidings, interaction: Interaction) -> None:
        """Tells whoever has the interaction that its attributes are others."""
        news = DataChanged(interaction.id, interaction.attributes)
        for agent in interaction.agents:
            self.tell(now, agent, news)
        if interaction.queue:
            now.tell_queue(interaction.queue, news)

    def forget(self, interaction: Interaction) -> None:
        """The interaction is gone."""
        for agent in interaction.agents:
            self.people[agent].interactions.discard(interaction.id)
        self.interactions.pop(interaction.id, None)
        self.unnamed.discard(interaction.id)
