"""What each event of an interaction does: who has it, where it waits, what counts (`multimedia.md` 1.2, 2, 3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from actors.objects.interaction_messages import (
    Abandoned,
    DataChanged,
    Disengaged,
    Engaged,
    Entered,
    QueueLeft,
    Raised,
)
from actors.sources.interaction import Interaction, Invitation, Spell
from actors.sources.interaction_server import InteractionServer
from actors.sources.operations import asker_of, derived_operation, handles, raise_moments
from actors.sources.tidings import Tidings
from actors.statistics.changes import ActionHappened
from actors.vocabulary.interaction_events import AGENT, HANDLING, INVITED, SUBMITTED, InteractionEvent
from actors.vocabulary.media_actions import HANDLING_STARTED, STOPPED

Rule = Callable[[InteractionServer, Interaction, InteractionEvent, Tidings], None]

ROUTED: Final = frozenset({"", "Route"})
"""Operations of an invitation that ends all others: an interaction is routed to one agent at a time."""


# -- data --------------------------------------------------------------------------------------------------------------


def hear_data(server: InteractionServer, interaction: Interaction, event: InteractionEvent, now: Tidings) -> None:
    """The interaction's user data after an event: changed keys are taken over, deleted ones left out."""
    data = interaction.user_data
    if event.user_data:
        is_whole = event.event in SUBMITTED or event.event in ("EventAgentInvited", "EventPartyAdded")
        data = event.user_data if is_whole or data is None else {**data, **event.user_data}
    if event.deleted and data:
        data = {key: value for key, value in data.items() if key not in event.deleted}
    if data != interaction.user_data:
        interaction.user_data = data
        server.changed(now, interaction)


def _properties(_server: InteractionServer, interaction: Interaction, event: InteractionEvent, now: Tidings) -> None:
    was_online, interaction.is_online = interaction.is_online, event.is_online
    if event.is_online is None:
        interaction.is_online = was_online
    elif not event.is_online and was_online is not False and interaction.is_waiting and not interaction.is_abandoned:
        interaction.is_abandoned = True
        now.tell_queue(interaction.queue, Abandoned(interaction.id))


# -- queues ------------------------------------------------------------------------------------------------------------


def _submitted(server: InteractionServer, interaction: Interaction, event: InteractionEvent, now: Tidings) -> None:
    """A media server's submission puts it in its queue by itself; an agent's enters none (`multimedia.md` 0)."""
    interaction.is_online = event.is_online
    if event.actor_type == AGENT:
        interaction.submitted_by = event.actor_id
        parent = server.interactions.get(event.parent_interaction_id)
        if parent is not None and parent.type == "Inbound" and interaction.type == "Outbound":
            server.tell(now, event.actor_id, Raised("InteractionResponded", parent.attributes))
    elif event.queue and event.interaction_state == 0:
        _enter(server, interaction, event.queue, now)


def _placed(server: InteractionServer, interaction: Interaction, event: InteractionEvent, now: Tidings) -> None:
    _end_invitations(server, interaction, now)
    _enter(server, interaction, event.queue, now)


def _enter(server: InteractionServer, interaction: Interaction, queue: str, now: Tidings) -> None:
    former, interaction.queue, interaction.is_waiting = interaction.queue, queue, True
    interaction.taken_by = ""
    interaction.forget_ended()
    if former and former != queue:
        now.tell_queue(former, QueueLeft(interaction.id, "InteractionDistributedToQueue"))
    attributes = interaction.attributes
    for agent in interaction.agents:
        server.tell(now, agent, DataChanged(interaction.id, attributes))
    now.tell_queue(queue, Entered(interaction.id, attributes))


def _taken(server: InteractionServer, interaction: Interaction, event: InteractionEvent, now: Tidings) -> None:
    """Only an agent takes what is distributed; a strategy clears the queue of it (`multimedia.md` 0)."""
    _end_invitations(server, interaction, now)
    is_agent = event.party_type == AGENT
    interaction.taken_by = event.agent_id if is_agent else ""
    if interaction.is_waiting:
        interaction.is_waiting = False
        action = "InteractionDistributed" if is_agent else "InteractionCleared"
        now.tell_queue(interaction.queue, QueueLeft(interaction.id, action, is_still_associated=True))


# -- agents ------------------------------------------------------------------------------------------------------------


def _invited(server: InteractionServer, interaction: Interaction, event: InteractionEvent, now: Tidings) -> None:
    agent = event.agent_id
    presence = server.at_work(now, event)
    _end_invitations(server, interaction, now, "" if event.operation in ROUTED else agent)
    if interaction.is_handled_by(agent):
        return
    actor = event.actor_id if event.actor_type == AGENT else ""
    interaction.invited[agent] = Invitation(now.time_us, event.operation, actor, event.visibility)
    presence.interactions.add(interaction.id)
    attributes = interaction.attributes
    server.tell(now, agent, Engaged(interaction.id, INVITED, attributes), Raised("DeliveringStarted", attributes))


def _end_invitations(server: InteractionServer, interaction: Interaction, now: Tidings, agent: str = "") -> None:
    """What was offered, to one agent or to all, is no more, though nobody has said so (`multimedia.md` 1.2)."""
    for one in [one for one in interaction.invited if agent in ("", one)]:
        _decline(server, interaction, one, now, Disengaged(interaction.id, "Revoked"))


def _decline(server: InteractionServer, interaction: Interaction, agent: str, now: Tidings, news: Disengaged) -> None:
    if agent in interaction.invited:
        server.tell(now, agent, news)
        server.let_go(interaction, agent, now.time_us)


def _rejected(server: InteractionServer, interaction: Interaction, event: InteractionEvent, now: Tidings) -> None:
    _decline(server, interaction, event.agent_id, now, Disengaged(interaction.id, "Rejected", event.reasons))


def _revoked(server: InteractionServer, interaction: Interaction, event: InteractionEvent, now: Tidings) -> None:
    _decline(server, interaction, event.agent_id, now, Disengaged(interaction.id, "Revoked", event.reasons))


def _party_added(server: InteractionServer, interaction: Interaction, event: InteractionEvent, now: Tidings) -> None:
    agent = event.agent_id
    if event.party_type not in ("", AGENT) or not agent:
        return
    presence = server.at_work(now, event)
    invitation = interaction.invited.pop(agent, None)
    operation = derived_operation(interaction, event, invitation)
    asker = asker_of(interaction, event, invitation)
    if invitation is not None:
        server.tell(now, agent, Disengaged(interaction.id, "Accepted"))
    if handles(event, invitation, operation) and not interaction.is_handled_by(agent):
        presence.interactions.add(interaction.id)
        interaction.spells[agent] = Spell(now.time_us)
        attributes = interaction.attributes
        started = Raised(HANDLING_STARTED[interaction.counted_type], attributes)
        server.tell(now, agent, Engaged(interaction.id, HANDLING, attributes), started)
    elif not interaction.is_handled_by(agent):
        presence.interactions.discard(interaction.id)
    raise_moments(server, interaction, now, operation, agent, asker)
    interaction.taken_by = interaction.submitted_by = ""


def _party_removed(server: InteractionServer, interaction: Interaction, event: InteractionEvent, now: Tidings) -> None:
    if event.party_type in ("", AGENT) and interaction.is_handled_by(event.agent_id):
        _end_handling(server, interaction, event.agent_id, event, now)


def _end_handling(
    server: InteractionServer, interaction: Interaction, agent: str, event: InteractionEvent, now: Tidings
) -> None:
    server.tell(now, agent, Disengaged(interaction.id, "Processed", event.reasons))
    server.let_go(interaction, agent, now.time_us)


def _stopped(server: InteractionServer, interaction: Interaction, event: InteractionEvent, now: Tidings) -> None:
    _end_invitations(server, interaction, now)
    for agent in interaction.handled_by:
        _end_handling(server, interaction, agent, event, now)
    spell = interaction.spells.get(event.actor_id) if event.actor_type == AGENT else None
    if spell is not None and spell.ended_us is not None:
        lasted_us = spell.ended_us - spell.began_us
        attributes = msgspec.structs.replace(interaction.attributes, reasons=event.reasons)
        server.tell(now, event.actor_id, Raised(STOPPED[interaction.counted_type], attributes, lasted_us))
    if interaction.queue:
        now.tell_queue(interaction.queue, QueueLeft(interaction.id, "InteractionDeleted"))
    server.forget(interaction)


# -- external services -------------------------------------------------------------------------------------------------


def _service(server: InteractionServer, interaction: Interaction, event: InteractionEvent, now: Tidings) -> None:
    action = event.event.removeprefix("Event")
    now.tell_tenant(ActionHappened(now.order, now.time_us, action, 0, interaction.attributes))


BEGINNINGS: Final = SUBMITTED | {"EventPlacedInQueue", "EventTakenFromQueue", "EventAgentInvited", "EventPartyAdded"}
"""With these an interaction may become known; any other event of an unknown one is counted, nothing else."""

INTERACTION_RULES: Final[Mapping[str, Rule]] = {
    **dict.fromkeys(SUBMITTED, _submitted),
    "EventPlacedInQueue": _placed,
    "EventTakenFromQueue": _taken,
    "EventAgentInvited": _invited,
    "EventRejected": _rejected,
    "EventRevoked": _revoked,
    "EventPartyAdded": _party_added,
    "EventPartyRemoved": _party_removed,
    "EventPropertiesChanged": _properties,
    "EventProcessingStopped": _stopped,
    "EventExternalServiceRequested": _service,
    "EventExternalServiceResponded": _service,
}
