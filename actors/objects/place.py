"""The actor of a place: composes its status of its DNs."""

from __future__ import annotations

from typing import ClassVar, Final

from actors.objects.composition import Desk
from actors.statistics.board import Node
from actors.statistics.changes import StatusChanged
from runtime.actor import Actor
from runtime.mail import settled_order

RANK: Final = 3


class PlaceActor(Actor):
    """A desk: whatever its DNs do is done there; its groups hear of its status."""

    level = 2
    settles = True

    def __init__(self, node: Node) -> None:
        super().__init__()
        self.node = node
        self._desk: Desk = node.state
        self._order = 0

    def on_status(self, message: StatusChanged) -> None:
        """A DN of the place has another status."""
        self._order = message.order
        self._desk.hear(message)
        self.node.tell_status(message)

    handles: ClassVar = {StatusChanged: on_status}

    def settle(self) -> None:
        """Tells the status the input has brought."""
        change = self._desk.settle(settled_order(self._order, RANK))
        if change is not None:
            self.node.tell_status(change)
            for group in self.node.above:
                group.ref.tell(change)
