"""The actor of an agent: composes its status of the DNs and channels where it is logged in, wherever those are."""

from __future__ import annotations

from typing import ClassVar, Final

from actors.configuration.capacity_rules import Rule
from actors.objects.interaction_messages import DeskNews
from actors.objects.messages import LoadChanged, QueueWorkEnded, Replaced, Seated, SeatLeft, SeatTaken
from actors.objects.news import note_media, tell_news
from actors.objects.person import Person
from actors.objects.target import rule_at, target_of_agent
from actors.statistics.board import Board
from actors.statistics.changes import (
    ActionBegan,
    ActionEnded,
    ActionHappened,
    Attributes,
    Noted,
    StatusChanged,
    TargetTold,
)
from actors.statistics.node import Node
from runtime.actor import Actor
from runtime.mail import settled_order

RANK: Final = 2


class AgentActor(Actor):
    """A person who takes calls and other interactions; its groups and its queues hear how it is."""

    level = 2
    settles = True

    def __init__(self, node: Node, board: Board) -> None:
        super().__init__()
        self.node = node
        self.board = board
        self._person: Person = node.state
        self._order = 0
        self._is_reseated = False
        self._place = self._person.place(board.place_of)
        self._rule = self._rule_at(self._place)
        self._queues: frozenset[str] | None = None
        """The mediation DNs it belongs to, while it sits where it sits."""

    def on_seat_taken(self, message: SeatTaken) -> None:
        """The agent logged in at a DN, or to another queue there."""
        self._order = message.order
        self._is_reseated, self._queues = True, None
        self._person.take_seat(message)

    def on_seat_left(self, message: SeatLeft) -> None:
        """The agent is no longer at a DN."""
        self._order = message.order
        self._is_reseated, self._queues = True, None
        self._person.leave_seat(message)

    def on_status(self, message: StatusChanged) -> None:
        """A DN where the agent sits has another status."""
        self._order = message.order
        self._person.hear(message)

    def on_load(self, message: LoadChanged) -> None:
        """A DN where the agent sits has another number of calls."""
        self._order = message.order
        self._person.hear_load(message)

    def on_news(self, message: DeskNews) -> None:
        """An Interaction Server has news of the agent."""
        self._order = message.order
        tell_news(self.node, self._person.hear_news(message, message.order | RANK))

    def on_replaced(self, message: Replaced) -> None:
        """By the configuration the agent may belong to other queues, or its DN to another place."""
        self._order, self._queues = message.order, None
        self._person.time_us, self._person.has_moved = message.time_us, True
        self._rule = self._rule_at(self._place)

    def on_work_ended(self, message: QueueWorkEnded) -> None:
        """The agent's other queues missed it while it worked for one."""
        self._order = message.order
        self._person.time_us = message.time_us
        queues = (self._belongs_to() | message.queues) - message.credited
        for queue in sorted(queues):
            own = _of_queue(message.attributes, queue)
            self.board.tell_queue(
                queue,
                ActionHappened(message.order | RANK, message.time_us, message.action, message.duration_us, own),
            )

    handles: ClassVar = {
        SeatTaken: on_seat_taken,
        SeatLeft: on_seat_left,
        StatusChanged: on_status,
        LoadChanged: on_load,
        DeskNews: on_news,
        QueueWorkEnded: on_work_ended,
        Replaced: on_replaced,
    }

    def settle(self) -> None:
        """Tells the status the input has brought."""
        person = self._person
        order = settled_order(self._order, RANK)
        for view in person.settle_view(order):
            self.node.tell_status(view)
        change = person.settle(order)
        if change is not None:
            self.node.tell_status(change)
            for group in self.node.above:
                group.ref.tell(change)
        if self._is_reseated:
            self._tell_seats(order)
        self._belong(order)
        if person.has_moved:
            self._move(order)
        if TargetTold.action in self.node.actions:
            target = target_of_agent(person, self._place, self._rule)
            self.node.tell(TargetTold(order, person.time_us, person.employee_id, target))
        if person.channels is not None:
            note_media(self.node, person.channels, order)

    def _move(self, order: int) -> None:
        """Tells where the agent is now, and what a router may send there."""
        person = self._person
        place = person.place(self.board.place_of)
        if place != self._place:
            self._place, self._rule = place, self._rule_at(place)
            self.node.tell(Noted(order, person.time_us, person.employee_id, dnd=False, agent_id="", place=place))
        for message in person.settle_routes(order, self._rule):
            self.node.tell(message)

    def _rule_at(self, place: str) -> Rule:
        return rule_at(self.node.key, place, self.board)

    def _tell_seats(self, order: int) -> None:
        self._is_reseated = False
        person = self._person
        for group in self.node.above:
            if group.hears_seats:
                group.ref.tell(Seated(order, person.time_us, person.employee_id, person.seats))

    def _belongs_to(self) -> frozenset[str]:
        """The mediation DNs: by its logins, its groups, and the groups of its place."""
        if self._queues is None:
            person, board, key = self._person, self.board, self.node.key
            self._queues = person.queues | board.queues_of(key, person.newest_dn)
            if key in board.by_logins:
                self._queues |= board.queues_by_logins(key, person.seats)
        return self._queues

    def _belong(self, order: int) -> None:
        person = self._person
        rows = person.belonging.update(self._belongs_to(), person.standing.status, is_logged_in=person.is_logged_in)
        for queue, action, occurrence, began in rows:
            self.board.tell_queue(
                queue,
                ActionBegan(order, person.time_us, action, occurrence, person.time_us, "", Attributes())
                if began
                else ActionEnded(order, person.time_us, action, occurrence),
            )


def _of_queue(attributes: Attributes, queue: str) -> Attributes:
    number = queue.partition("@")[0]
    return Attributes(
        number,
        attributes.conn_id,
        attributes.call_type,
        attributes.media_type,
        number if attributes.conn_id else "",
        attributes.other_dn,
        attributes.ani,
        attributes.dnis,
        attributes.treatment_type,
        attributes.reasons,
        attributes.extensions,
        attributes.user_data,
    )
