"""What happens to interactions but for their agents: they come, wait, are taken, placed, and stopped.

The events are those of `multimedia.md` 1.2, what is booked is of its section 3.
"""

from __future__ import annotations

from itertools import count
from typing import Final

from actors.vocabulary.events import UserData
from actors.vocabulary.interaction_events import AGENT, STRATEGY
from simulator.centre import DRAFTS, INTERACTION_SERVERS, OUTGOING, Service
from simulator.interactions import IS_WITH_AGENT, WAITS, Interaction, Login
from simulator.media_wire import MediaWire, doer

MEDIA_SERVER: Final = {"actor_type": "Server", "actor_id": "MediaServer"}
WORKBIN: Final = "Drafts of one's own"
ROUTER: Final = "URS"


class InteractionQueues:
    """The acts at interaction queues, told and booked.

    Args:
        wire: tells and books them.
        medium: the one that this server carries.
    """

    def __init__(self, wire: MediaWire, medium: str) -> None:
        self.interactions: dict[str, Interaction] = {}
        """All that there are, by id."""
        self._wire = wire
        self._medium = medium
        self._numbers = count(1)

    def submit(self, service: Service, user_data: UserData) -> Interaction:
        """A customer writes: the media server's submission alone puts it in its queue (`multimedia.md` 0)."""
        one = self._new("Inbound", "InboundNew", service, user_data)
        one.is_online = self._medium == "chat"
        one.queue = service.queue_of(self._medium)
        self._wire.of_interaction(
            "EventInteractionSubmitted",
            one,
            interaction_state=WAITS,
            is_online=one.is_online,
            user_data=user_data,
            **MEDIA_SERVER,
        )
        self._begin_wait(one)
        return one

    def submit_own(self, login: Login, service: Service, *, reply_to: Interaction | None = None) -> Interaction:
        """An agent writes: to a customer anew, or a reply."""
        subtype = "OutboundNew" if reply_to is None else "OutboundReply"
        one = self._new("Outbound", subtype, service, None, reply_to)
        self._wire.of_interaction(
            "EventInteractionSubmitted", one, interaction_state=IS_WITH_AGENT, is_online=False, **doer(login)
        )
        if reply_to is not None:
            self._wire.book_login(login, "InteractionResponded")
        return one

    def take(self, interaction: Interaction, login: Login | None = None) -> None:
        """It leaves its queue for an agent, who pulls it, or for a strategy; it still belongs there."""
        is_draft = interaction.queue == DRAFTS
        if login is not None:
            self._wire.of_party("EventTakenFromQueue", interaction, login)
            if is_draft:
                self._wire.of_party("EventTakenFromWorkbin", interaction, login, **_workbin_of(login))
        else:
            self._wire.of_interaction("EventTakenFromQueue", interaction, **_strategy(interaction))
            self._wire.of_interaction("EventPartyAdded", interaction, **_strategy(interaction))
        waited_us = self._end_wait(interaction)
        how = "InteractionCleared" if login is None else "InteractionDistributed"
        self._wire.book_queue(interaction.queue, how, waited_us)

    def let_go(self, interaction: Interaction) -> None:
        """The strategy that had it has done its part."""
        self._wire.of_interaction("EventPartyRemoved", interaction, **_strategy(interaction))

    def give_up(self, interaction: Interaction) -> None:
        """The customer has left; whoever has the interaction may still have to do with it."""
        interaction.is_online = False
        self._wire.of_interaction("EventPropertiesChanged", interaction, is_online=False)
        if interaction.is_waiting:
            waited_us = self._wire.now_us - interaction.entered_us
            self._wire.book_queue(interaction.queue, "InteractionAbandoned", waited_us)

    def attach(self, interaction: Interaction, pairs: dict[str, str]) -> None:
        """User data is added or changed; the changes alone are told."""
        interaction.user_data = {**(interaction.user_data or {}), **pairs}
        self._wire.of_interaction("EventPropertiesChanged", interaction, user_data=pairs)

    def place(self, interaction: Interaction, queue: str, login: Login | None = None) -> None:
        """It is put in a queue, its own or another, by an agent or by the server."""
        former, entered_us = interaction.queue, interaction.entered_us
        interaction.queue = queue
        self._wire.of_interaction(
            "EventPlacedInQueue", interaction, old_queue=former, **(doer(login) if login else MEDIA_SERVER)
        )
        if former and former != queue:
            self._wire.book_queue(former, "InteractionDistributedToQueue", self._wire.now_us - entered_us)
        interaction.spells_us = {}
        self._begin_wait(interaction)

    def put_aside(self, interaction: Interaction, login: Login) -> None:
        """The agent keeps it for later, in a workbin, which is a view on a queue."""
        self.place(interaction, DRAFTS, login)
        self._wire.of_interaction("EventPlacedInWorkbin", interaction, **_workbin_of(login))

    def stop(self, interaction: Interaction, login: Login | None = None) -> None:
        """It is done with, and gone; an agent who stops it must have left it before."""
        assert not interaction.parties
        how = doer(login) or {"actor_type": STRATEGY, "actor_id": _strategy_of(interaction)}
        self._wire.of_interaction("EventProcessingStopped", interaction, **how)
        if interaction.is_waiting:
            self._end_wait(interaction)
        spell_us = interaction.spells_us.get(login.agent_id) if login is not None else None
        if login is not None and spell_us is not None:
            for action in ("Stopped", f"Stopped{interaction.type}"):
                self._wire.book_login(login, action, spell_us)
        if interaction.queue:
            self._wire.book_queue(interaction.queue, "InteractionDeleted", self._wire.now_us - interaction.entered_us)
        del self.interactions[interaction.id]

    def ask_to_send(self, interaction: Interaction, *, is_answer: bool) -> None:
        """An external service is asked to send it, or answers that it has."""
        event = f"ExternalService{'Responded' if is_answer else 'Requested'}"
        self._wire.of_interaction(f"Event{event}", interaction)
        self._wire.book_tenant(event)

    def _new(
        self, type_: str, subtype: str, service: Service, data: UserData | None, parent: Interaction | None = None
    ) -> Interaction:
        id_ = f"{INTERACTION_SERVERS[self._medium]}-{next(self._numbers):06}"
        one = Interaction(id_, self._medium, type_, subtype, service, data, parent)
        self.interactions[id_] = one
        return one

    def _begin_wait(self, interaction: Interaction) -> None:
        interaction.is_waiting, interaction.entered_us = True, self._wire.now_us
        self._wire.book_queue(interaction.queue, "InteractionEntered")

    def _end_wait(self, interaction: Interaction) -> int:
        interaction.is_waiting = False
        waited_us = self._wire.now_us - interaction.entered_us
        self._wire.book_queue(interaction.queue, "InteractionWait", waited_us)
        return waited_us


def _strategy(interaction: Interaction) -> dict[str, str]:
    return {"party_type": STRATEGY, "strategy": _strategy_of(interaction), "router": ROUTER}


def _strategy_of(interaction: Interaction) -> str:
    return "SendMail" if interaction.queue == OUTGOING else f"Route {interaction.media_type}"


def _workbin_of(login: Login) -> dict[str, object]:
    return {"workbin": WORKBIN, "workbin_owner": {"type": AGENT, "id": login.agent_id}}
