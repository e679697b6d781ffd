"""The actor of a group of agents or of places: passes on what its members tell, and has one status itself."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import msgspec

from actors.objects.grouping import Group
from actors.objects.membership import clipped_status
from actors.objects.messages import Joined, Left
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
from actors.statistics.node import Node
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
        self._joining: dict[str, StatusChanged] = {}
        """Members that join with the input that is being handled, with their status so far."""

    def on_status(self, message: StatusChanged) -> None:
        """A member has another status, or one of its DNs has; of one that joins, the one after the input counts."""
        if message.subject == "DNStatus":
            self.node.tell_status(message)
            return
        self._heard = message.order
        if message.old and message.holder not in self._joining:
            self._take(message)
        else:
            self._joining[message.holder] = message

    def _take(self, message: StatusChanged) -> None:
        joined_us = self._group.joined_us.get(message.holder)
        if joined_us is not None:
            message = clipped_status(message, joined_us)
        self.node.tell_status(message)
        self._group.hear(message)

    def on_action(self, message: Any) -> None:
        """Something that somebody wants to know of the group happened at a member."""
        self.node.tell(message)

    def on_joined(self, message: Joined) -> None:
        """Somebody is a member from now on."""
        self._group.joined_us[message.member] = message.time_us

    def on_left(self, message: Left) -> None:
        """Somebody is a member no more."""
        self._group.joined_us.pop(message.member, None)

    handles: ClassVar = {
        Joined: on_joined,
        Left: on_left,
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
        for message in self._joining.values():
            self._take(msgspec.structs.replace(message, old=""))
        self._joining.clear()
        change = self._group.settle(settled_order(self._heard, RANK))
        self._heard = None
        if change is not None:
            self.node.tell_status(change)
