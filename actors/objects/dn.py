"""The actor of a regular DN: hears its events, tells its place, its agent and the queues of its calls.

Actions go straight to whoever wants them of the DN, of its place or of its agent; only statuses go by way of the
place's and the agent's actors, which compose them.
"""

from __future__ import annotations

from typing import ClassVar, Final

from actors.objects.ledger import RANK
from actors.objects.line import Line
from actors.objects.messages import (
    AgentTakenOut,
    Delivered,
    DnEvent,
    EarlierData,
    LinkLossLimit,
    Listening,
    LoadChanged,
    QueueWorkEnded,
    Replaced,
    SeatLeft,
    SeatTaken,
    StuckCalls,
)
from actors.objects.reconciliation import REGISTRATIONS, register
from actors.statistics.board import Board
from actors.statistics.changes import ActionBegan, ActionEnded, Noted
from actors.statistics.node import Node
from actors.vocabulary.objects import ObjectKey, ObjectType
from runtime.actor import Actor
from runtime.mail import settled_order

UNASKED: Final = frozenset({SeatTaken, SeatLeft})


class DnActor(Actor):
    """One telephone line: what happens on it, told to whoever wants to know."""

    level = 1
    settles = True

    def __init__(self, node: Node, board: Board) -> None:
        super().__init__()
        self.node = node
        self.board = board
        self._agents = board.agents_of(node.key.tenant)
        self._line: Line = node.state
        seat = self._line.seat
        self._noted = (seat.dnd, seat.agent or seat.login_id)
        self._told_seat = seat.login_id and seat.agent
        self._told_login, self._told_queues = seat.login_id, seat.queues
        self._queues: frozenset[str] | None = None
        """The mediation DNs it belongs to, while whoever sits here does."""

    def on_event(self, message: DnEvent) -> None:
        """An event of this DN."""
        if message.event.event in REGISTRATIONS:
            register(self._line, message)
        else:
            self._line.apply(message)
        self._deliver()

    def on_delivered(self, message: Delivered) -> None:
        """A queue's `EventDiverted` named this DN, where the call already is, or was."""
        self._line.ledger.at(message.order, message.time_us)
        self._line.calls.deliver(message.delivery)
        self._deliver()

    def on_earlier_data(self, message: EarlierData) -> None:
        """The call that one here was a consultation for has other data."""
        self._line.ledger.at(message.order, message.time_us)
        self._line.calls.set_earlier_data(message.conn_id, message.data)
        self._deliver()

    def on_listening(self, message: Listening) -> None:
        """Somebody listens to a call here, or nobody does any more."""
        self._line.ledger.at(message.order, message.time_us)
        self._line.calls.listen(message.conn_id, is_on=message.is_on)
        self._deliver()

    def on_limit(self, message: LinkLossLimit) -> None:
        """The link has been down for too long."""
        self._line.ledger.at(message.order, message.time_us)
        if self._line.is_frozen_since(message.lost_us):
            self._line.give_up()
        self._deliver()

    def on_stuck(self, message: StuckCalls) -> None:
        """Calls here have had no event for too long."""
        self._line.ledger.at(message.order, message.time_us)
        self._line.clean(message.conn_ids, hooks_are_sent=message.hooks_are_sent)
        self._deliver()

    def on_replaced(self, message: Replaced) -> None:
        """By the configuration the login here may be another's, and the DN may belong to other queues."""
        self._line.ledger.at(message.order, message.time_us)
        self._line.reseat()
        self._told_login, self._queues = "", None
        self._deliver()

    def on_agent_taken_out(self, message: AgentTakenOut) -> None:
        """The configuration has somebody no more who was here."""
        self._line.ledger.at(message.order, message.time_us)
        self._line.take_out(message.agent)
        self._queues = None
        self._deliver()

    handles: ClassVar = {
        DnEvent: on_event,
        Replaced: on_replaced,
        AgentTakenOut: on_agent_taken_out,
        EarlierData: on_earlier_data,
        Delivered: on_delivered,
        Listening: on_listening,
        LinkLossLimit: on_limit,
        StuckCalls: on_stuck,
    }

    def settle(self) -> None:
        """Tells the status the input has brought."""
        line, standing = self._line, self._line.standing
        order = settled_order(line.ledger.order, RANK)
        load = (standing.calls, standing.agent_id)
        change = line.settle(order)
        seat = line.seat.login_id and line.seat.agent
        if change is not None:
            self.node.tell_status(change)
            for place in self.node.above:
                place.ref.tell(change)
        elif load != (standing.calls, standing.agent_id):
            self._tell_load(order, seat)
        if seat and (change is not None or seat != self._told_seat):
            self._agents[seat].ref.tell(change or standing.told(order, line.ledger.time_us, standing.status))
        self._told_seat = seat
        if self._is_seated_anew() or change is not None:
            self._belong(order)
        self._note(order)

    def _tell_load(self, order: int, seat: str) -> None:
        """Of the same status, but with more or fewer calls, or for somebody else."""
        line = self._line
        load = LoadChanged(order, line.ledger.time_us, line.dn, line.standing.calls, line.standing.agent_id)
        for place in self.node.above:
            place.ref.tell(load)
        if seat:
            self._agents[seat].ref.tell(load)

    def _is_seated_anew(self) -> bool:
        """Whether another login is here than after the last input, or the same one is at other queues."""
        seat = self._line.seat
        if seat.login_id == self._told_login and seat.queues == self._told_queues:
            return False
        self._told_login, self._told_queues, self._queues = seat.login_id, seat.queues, None
        return True

    def _deliver(self) -> None:
        ledger = self._line.ledger
        for message in ledger.told:
            self.node.tell(message)
            for place in self.node.above:
                place.tell(message)
        ledger.told.clear()
        self._tell_missed()
        for agent, message in ledger.told_agents:
            node = self._agents[agent]
            if type(message) in UNASKED:
                node.ref.tell(message)
            else:
                node.tell(message)
        ledger.told_agents.clear()
        for queue, message in ledger.told_queues:
            self.board.tell_queue(queue, message)
        ledger.told_queues.clear()

    def _tell_missed(self) -> None:
        ledger, line = self._line.ledger, self._line
        for party, talked_us in line.calls.finished:
            if party.agent:
                ended = QueueWorkEnded(
                    ledger.order, ledger.time_us, "CallMissed", frozenset(party.credits), talked_us, party.attributes
                )
                self._agents[party.agent].ref.tell(ended)
        line.calls.finished.clear()
        for agent, queues, credits_, lasted_us in line.seat.acw_ended:
            work = QueueWorkEnded(
                ledger.order, ledger.time_us, "ACWMissed", frozenset(credits_), lasted_us, line.seat.own, queues
            )
            self._agents[agent].ref.tell(work)
        line.seat.acw_ended.clear()

    def _belongs_to(self) -> frozenset[str]:
        """The mediation DNs: those of the login, of its agent's groups, and of the groups of the place."""
        if self._queues is None:
            seat, board = self._line.seat, self.board
            agent = ObjectKey(ObjectType.AGENT, seat.agent, self.node.key.tenant)
            self._queues = seat.queues | board.queues_of(agent, self._line.dn) if seat.login_id else frozenset()
            if seat.agent and agent in board.by_logins:
                self._queues |= board.queues_by_logins(agent, {self._line.dn: seat.queues})
        return self._queues

    def _belong(self, order: int) -> None:
        line, time_us = self._line, self._line.ledger.time_us
        seat = line.seat
        rows = line.belonging.update(self._belongs_to(), line.standing.status, is_logged_in=bool(seat.login_id))
        for queue, action, occurrence, began in rows:
            self.board.tell_queue(
                queue,
                ActionBegan(order, time_us, action, occurrence, time_us, line.dn, seat.own)
                if began
                else ActionEnded(order, time_us, action, occurrence),
            )

    def _note(self, order: int) -> None:
        seat = self._line.seat
        noted = (seat.dnd, seat.agent or seat.login_id)
        if noted != self._noted:
            self._noted = noted
            place = self.board.place_of(self._line.dn)
            message = Noted(order, self._line.ledger.time_us, self._line.dn, *noted, place)
            self.node.tell(message)
            for desk in self.node.above:
                desk.tell(message)
