"""Why a party came to an interaction, and what that is for whom (`multimedia.md` 2.2, 9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from actors.objects.interaction_messages import Raised
from actors.sources.interaction import Interaction, Invitation
from actors.sources.interaction_server import InteractionServer
from actors.sources.tidings import Tidings
from actors.vocabulary.interaction_events import AGENT, InteractionEvent

LISTENS: Final = frozenset({"Monitor", "Coach"})
"""Operations whose party does not handle the interaction, where nothing is said of its visibility."""

OF_PARTY: Final[Mapping[str, str]] = {
    "Pull": "Pulled",
    "Transfer": "TransferTaken",
    "Conference": "ConferenceJoined",
    "Intrude": "ConferenceJoinedByIntrusion",
    "Monitor": "MonitoringInitiated",
}
OF_ASKER: Final[Mapping[str, str]] = {"Transfer": "TransferMade", "Conference": "ConferenceMade"}
CREATED: Final[Mapping[str, str]] = {"Outbound": "StartedOutbound", "Internal": "StartedInternal"}


def derived_operation(interaction: Interaction, event: InteractionEvent, invitation: Invitation | None) -> str:
    """The operation as the event says it, else the invitation, else what the agent did just before tells."""
    said = event.operation or (invitation.operation if invitation else "")
    if said or invitation is not None:
        return said
    if interaction.taken_by == event.agent_id:
        return "Pull"
    return "Create" if interaction.submitted_by == event.agent_id else ""


def handles(event: InteractionEvent, invitation: Invitation | None, operation: str) -> bool:
    """Whether a party handles the interaction: one that is seen by all does."""
    visibility = event.visibility or (invitation.visibility if invitation else "")
    return visibility == "Conference" if visibility else operation not in LISTENS


def asker_of(interaction: Interaction, event: InteractionEvent, invitation: Invitation | None) -> str:
    """The agent who gave the interaction, or asked for company: as told, else the only other one who handles it."""
    said = event.actor_id if event.actor_type == AGENT else ""
    said = said or (invitation.actor if invitation else "")
    others = [agent for agent in interaction.handled_by if agent != event.agent_id]
    return said or (others[0] if len(others) == 1 else "")


def raise_moments(
    server: InteractionServer, interaction: Interaction, now: Tidings, operation: str, agent: str, asker: str
) -> None:
    """Raises what the coming of a party is for it, for who asked, and for those who handle the interaction."""
    attributes = interaction.attributes
    others = [one for one in interaction.handled_by if one != agent]
    raised: list[tuple[str, str]] = []
    if operation == "Create":
        raised.append((agent, CREATED.get(interaction.type, "")))
    elif operation == "Coach":
        raised += _coaching(agent, asker, others)
    else:
        raised.append((agent, OF_PARTY.get(operation, "")))
        raised.append((asker if asker != agent else "", OF_ASKER.get(operation, "")))
        if operation == "Monitor":
            raised += [(one, "BeingMonitored") for one in others]
    for who, action in raised:
        if who and action:
            server.tell(now, who, Raised(action, attributes))


def _coaching(coach: str, asker: str, others: list[str]) -> list[tuple[str, str]]:
    """By intrusion where the coach asked, or nobody."""
    if asker in ("", coach):
        return [(coach, "CoachingByIntrusionInitiated"), *((one, "BeingCoached") for one in others)]
    return [(coach, "CoachingByRequestInitiated"), (asker, "CoachingRequested"), (asker, "BeingCoached")]
