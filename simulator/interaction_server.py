"""An Interaction Server of one medium: what happens there, and what it says is there (`multimedia.md` 1.4)."""

from __future__ import annotations

import msgspec

from actors.vocabulary.interaction_events import InteractionEvent, InteractionState
from actors.vocabulary.times import seconds
from simulator.books import Books
from simulator.centre import INTERACTION_SERVERS, TENANT, Centre
from simulator.floor import Staff
from simulator.interaction_queues import InteractionQueues
from simulator.interactions import Interaction, Login
from simulator.lines import HEARTBEAT, Event
from simulator.media_desks import MediaDesks
from simulator.media_wire import MediaWire
from simulator.offers import Offers
from simulator.schedule import Schedule
from simulator.source import Registration


class RegisterTenant(msgspec.Struct, frozen=True, tag_field="request", tag="RegisterTenant"):
    """What a client sends: whose interactions it wants to hear of."""

    tenant: str


class InteractionServer:
    """One server, its queues, and the agents that are logged in there.

    Args:
        medium: what it carries.
        centre: which queues there are.
        schedule: dates what happens.
        books: get what happens.
    """

    def __init__(self, medium: str, centre: Centre, schedule: Schedule, books: Books) -> None:
        self.medium = medium
        self.name = INTERACTION_SERVERS[medium]
        self._wire = MediaWire(schedule, books)
        self.desks = MediaDesks(self._wire, medium)
        self.queues = InteractionQueues(self._wire, medium)
        self.offers = Offers(self._wire)
        self._names = centre.interaction_queues(medium)

    def log_in(self, staff: Staff) -> Login:
        """An agent is there."""
        return self.desks.log_in(staff)

    def log_out(self, login: Login) -> list[Interaction]:
        """An agent goes, also in the middle of it; the server puts what was left in its queue again.

        Returns:
            What waits there now.
        """
        left = self.offers.take_away(login)
        self.desks.log_out(login)
        for interaction in left:
            if interaction.queue:
                self.queues.place(interaction, interaction.queue)
            else:
                self.queues.stop(interaction)
        return [interaction for interaction in left if interaction.queue]

    def register(self, request: bytes) -> Registration:
        """Answers a client's line.

        Raises:
            msgspec.DecodeError: it is no request of this link.
        """
        msgspec.json.decode(request, type=RegisterTenant)
        return Registration(frozenset(), self.present())

    def present(self) -> list[Event]:
        """One EventPlaceAgentState an agent, one EventQueueState a queue, then EventLinkConnected."""
        return [
            *(self._agent_state(login) for login in self.desks.logins.values()),
            *self._queue_states(),
            InteractionEvent("EventLinkConnected", seconds(self._wire.now_us)),
        ]

    def take(self) -> list[Event]:
        """What happened since the last taking."""
        return list(self._wire.take())

    def beat(self) -> None:
        """Says that the link is alive."""
        self._wire.tell(HEARTBEAT)

    def _agent_state(self, login: Login) -> InteractionEvent:
        return InteractionEvent(
            "EventPlaceAgentState",
            seconds(self._wire.now_us),
            tenant=TENANT,
            agent_id=login.agent_id,
            place=login.place,
            dnd=login.is_dnd,
            dnd_since=seconds(login.dnd_us) if login.is_dnd else None,
            media={login.medium: login.as_found},
            interactions=tuple(party.as_found for party in login.parties),
        )

    def _queue_states(self) -> list[InteractionEvent]:
        found: dict[str, list[InteractionState]] = {name: [] for name in self._names}
        for one in self.queues.interactions.values():
            if one.queue:
                found[one.queue].append(
                    InteractionState(
                        one.id,
                        one.media_type,
                        one.type,
                        one.subtype,
                        placed_in_queue_at=seconds(one.entered_us),
                        state=one.state,
                        user_data=one.user_data,
                    )
                )
        now = seconds(self._wire.now_us)
        return [
            InteractionEvent("EventQueueState", now, tenant=TENANT, queue=name, interactions=tuple(interactions))
            for name, interactions in found.items()
        ]
