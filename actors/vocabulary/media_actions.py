"""What can be counted of interactions that are no calls: at agents and places, at interaction queues, at tenants.

The tables of `multimedia.md` 2 and 3. An interaction is of one type, so that of the names which a type is part of one
alone is raised; the short name stands in a mask for all of them, and is itself that of an interaction without a type.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from actors.vocabulary.actions import ActionKind

INTERACTION_TYPES: Final = ("Inbound", "Outbound", "Internal")

HANDLING: Final[Mapping[str, str]] = {"": "Handling"} | {one: f"Handling{one}" for one in INTERACTION_TYPES}
"""The durable action of handling an interaction, by its type."""
HANDLING_STARTED: Final[Mapping[str, str]] = {type_: f"{action}Started" for type_, action in HANDLING.items()}
PROCESSED: Final[Mapping[str, str]] = {"": "Processed"} | {one: f"Processed{one}" for one in INTERACTION_TYPES}
STOPPED: Final[Mapping[str, str]] = {"": "Stopped"} | {one: f"Stopped{one}" for one in INTERACTION_TYPES}

MEDIA_SHORT_FORMS: Final[Mapping[str, tuple[str, ...]]] = {
    names[""]: tuple(names.values()) for names in (HANDLING, HANDLING_STARTED, PROCESSED, STOPPED)
}
"""What each short name stands for in a mask, before `~` is applied (`multimedia.md` 2.1)."""

MEDIA_ACTIONS: Final[Mapping[str, ActionKind]] = {
    **dict.fromkeys(
        (
            "Active",
            "Available",
            "Blocked",
            "DoNotDisturb",
            "Routable",
            "NotRoutable",
            "Delivering",
            *HANDLING.values(),
        ),
        ActionKind.DURABLE,
    ),
    **dict.fromkeys(
        (
            "DeliveringStarted",
            *HANDLING_STARTED.values(),
            "Pulled",
            "StartedOutbound",
            "StartedInternal",
            "InteractionResponded",
            "TransferMade",
            "TransferTaken",
            "ConferenceMade",
            "ConferenceJoined",
            "ConferenceJoinedByIntrusion",
            "MonitoringInitiated",
            "BeingMonitored",
            "CoachingRequested",
            "CoachingByRequestInitiated",
            "CoachingByIntrusionInitiated",
            "BeingCoached",
        ),
        ActionKind.MOMENTARY,
    ),
    **dict.fromkeys(
        ("Accepted", "Rejected", "Revoked", *PROCESSED.values(), *STOPPED.values()), ActionKind.RETROSPECTIVE
    ),
}
"""Of a media channel, at agents, places and their groups (`multimedia.md` 2)."""

MEDIA_ALIASES: Final[Mapping[str, str]] = {
    f"Interaction{name}": name for name in MEDIA_ACTIONS if not name.startswith("Interaction")
}
"""Other names that clients of the field use (`multimedia.md` 2)."""

STAGING_ACTIONS: Final[Mapping[str, ActionKind]] = {
    **dict.fromkeys(("Monitored", "NotMonitored", "InteractionWait"), ActionKind.DURABLE),
    "InteractionEntered": ActionKind.MOMENTARY,
    **dict.fromkeys(
        (
            "InteractionDistributed",
            "InteractionCleared",
            "InteractionDistributedToQueue",
            "InteractionDeleted",
            "InteractionAbandoned",
        ),
        ActionKind.RETROSPECTIVE,
    ),
}
"""Of an interaction queue (`multimedia.md` 3)."""

TENANT_ACTIONS: Final[Mapping[str, ActionKind]] = dict.fromkeys(
    ("ExternalServiceRequested", "ExternalServiceResponded"), ActionKind.MOMENTARY
)
"""Of a tenant (`multimedia.md` 3)."""
