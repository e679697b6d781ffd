"""The actor of a group of agents or of places: passes on what its members tell, and has one status itself."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from actors.objects.composition import Group
from actors.statistics.board import Node
from actors.statistics.changes import (
    ActionBegan,
    ActionChanged,
    ActionEnded,
    ActionHappened,
    MediaNoted,
    Noted,
    StatusChanged,
    TargetTold,
)
from runtime.actor import Actor
from runtime.mail import settled_order

RANK: Final = 4


class GroupActor(Actor):
    """Agents, or places, counted as one."""

    level = 3
    settles = True

    def __init__(self, node: Node) -> None:
        super().__init__()
        self.node = node
        self._group: Group = node.state
        self._heard: int | None = None

    def on_status(self, message: StatusChanged) -> None:
        """A member has another status, or one of its DNs has."""
        self.node.tell_status(message)
        if message.subject != "DNStatus":
            self._group.hear(message)
            self._heard = message.order

    def on_action(self, message: Any) -> None:
        """Something that somebody wants to know of the group happened at a member."""
        self.node.tell(message)

    handles: ClassVar = {
        StatusChanged: on_status,
        ActionBegan: on_action,
        ActionEnded: on_action,
        ActionChanged: on_action,
        ActionHappened: on_action,
        Noted: on_action,
        MediaNoted: on_action,
        TargetTold: on_action,
    }

    def settle(self) -> None:
        """Tells the status the input has brought."""
        if self._heard is None:
            return
        change = self._group.settle(settled_order(self._heard, RANK))
        self._heard = None
        if change is not None:
            self.node.tell_status(change)
