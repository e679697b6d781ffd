"""Which actions there are for a kind of object, and which of all of them have no duration (`semantics.md` 1, 2, 6)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from actors.vocabulary.actions import MEDIATION_ACTIONS, REGULAR_ACTIONS, WAITS, ActionKind
from actors.vocabulary.media_actions import (
    MEDIA_ACTIONS,
    MEDIA_ALIASES,
    MEDIA_SHORT_FORMS,
    STAGING_ACTIONS,
    TENANT_ACTIONS,
)
from actors.vocabulary.objects import MEDIATION_OBJECTS, STAGING_OBJECTS, ObjectType


class ObjectKind(StrEnum):
    """One of the three compatibility groups; the value says in a message what an action is of."""

    REGULAR = "of a DN, agent or place"
    MEDIATION = "of a queue"
    STAGING = "of an interaction queue"


ACTIONS: Final[Mapping[ObjectKind, Mapping[str, ActionKind]]] = {
    ObjectKind.REGULAR: {**REGULAR_ACTIONS, **MEDIA_ACTIONS, **TENANT_ACTIONS},
    ObjectKind.MEDIATION: MEDIATION_ACTIONS,
    ObjectKind.STAGING: STAGING_ACTIONS,
}
"""What `*` in a mask stands for."""

SHORT_FORMS: Final[Mapping[ObjectKind, Mapping[str, tuple[str, ...]]]] = {
    ObjectKind.REGULAR: {
        **MEDIA_SHORT_FORMS,
        **{alias: MEDIA_SHORT_FORMS.get(name, (name,)) for alias, name in MEDIA_ALIASES.items()},
    },
    ObjectKind.MEDIATION: {"CallWait": WAITS},
    ObjectKind.STAGING: {},
}
"""Names that stand for others in a mask (`semantics.md` 2.4, `multimedia.md` 2)."""

MOMENTARY: Final = frozenset(
    name for actions in ACTIONS.values() for name, kind in actions.items() if kind is ActionKind.MOMENTARY
)
"""Actions without a duration; `AgentLogin` is one at a DN alone, at a queue it lasts."""


def kind_of(objects: frozenset[ObjectType]) -> ObjectKind:
    """The kind that objects of one compatibility group are of."""
    if objects <= STAGING_OBJECTS:
        return ObjectKind.STAGING
    return ObjectKind.MEDIATION if objects <= MEDIATION_OBJECTS else ObjectKind.REGULAR
