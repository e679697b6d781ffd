"""The actor of a place: composes its status of its DNs and its media channels."""

from __future__ import annotations

from typing import ClassVar, Final

from actors.objects.desk import Desk
from actors.objects.interaction_messages import DeskNews
from actors.objects.messages import Joined, Left, LoadChanged, Replaced
from actors.objects.news import note_media, tell_news
from actors.objects.target import rule_of, target_of_place
from actors.statistics.board import Board
from actors.statistics.changes import StatusChanged, TargetTold
from actors.statistics.node import Node
from runtime.actor import Actor
from runtime.mail import settled_order

RANK: Final = 3


class PlaceActor(Actor):
    """A desk: whatever its DNs and channels do is done there; its groups hear of its status."""

    level = 2
    settles = True

    def __init__(self, node: Node, board: Board) -> None:
        super().__init__()
        self.node = node
        self.board = board
        self._desk: Desk = node.state
        self._order = 0

    def on_status(self, message: StatusChanged) -> None:
        """A DN of the place has another status."""
        self._order = message.order
        self._desk.hear(message)
        self.node.tell_status(message)

    def on_load(self, message: LoadChanged) -> None:
        """A DN of the place has another number of calls, or somebody else."""
        self._order = message.order
        self._desk.hear_load(message)

    def on_news(self, message: DeskNews) -> None:
        """An Interaction Server has news of an agent here."""
        self._order = message.order
        tell_news(self.node, self._desk.hear_news(message, message.order | RANK))

    def on_joined(self, message: Joined) -> None:
        """A DN stands here from now on."""
        self._order = message.order
        self._desk.join(message)

    def on_left(self, message: Left) -> None:
        """A DN stands here no more."""
        self._order = message.order
        self._desk.leave(message)

    def on_replaced(self, message: Replaced) -> None:
        """By the configuration another capacity rule may hold here."""
        self._order = message.order
        self._desk.time_us, self._desk.has_moved = message.time_us, True

    handles: ClassVar = {
        StatusChanged: on_status,
        LoadChanged: on_load,
        DeskNews: on_news,
        Joined: on_joined,
        Left: on_left,
        Replaced: on_replaced,
    }

    def settle(self) -> None:
        """Tells the status the input has brought."""
        order = settled_order(self._order, RANK)
        change = self._desk.settle(order)
        if change is not None:
            self.node.tell_status(change)
            for group in self.node.above:
                group.ref.tell(change)
        desk = self._desk
        if desk.has_moved:
            self._settle_routes(order)
        if TargetTold.action in self.node.actions:
            self._tell_target(order)
        if desk.channels is not None:
            note_media(self.node, desk.channels, order)

    def _settle_routes(self, order: int) -> None:
        """Tells what a router may send here now."""
        desk = self._desk
        for message in desk.settle_routes(order, rule_of(desk, self.node.key, self.board)):
            self.node.tell(message)

    def _tell_target(self, order: int) -> None:
        desk = self._desk
        target = target_of_place(desk, rule_of(desk, self.node.key, self.board))
        self.node.tell(TargetTold(order, desk.time_us, desk.standing.holder, target))
