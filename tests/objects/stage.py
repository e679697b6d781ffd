"""A switch without actors: events go through the call book to lines and queues, as its connector would send them."""

from __future__ import annotations

from typing import Any, Final

from actors.configuration.logins import Logins
from actors.objects.line import Line, new_line
from actors.objects.messages import Delivered, DnEvent, LinkLossLimit, Listening, StuckCalls, WaitUsedUp
from actors.objects.queue import Queue, new_queue
from actors.objects.reconciliation import REGISTRATIONS, register
from actors.sources.call_book import CallBook
from actors.statistics.changes import ActionHappened
from actors.vocabulary.events import PartyState, TServerEvent
from runtime.mail import Message, order_of

SECOND_US: Final = 1_000_000
REGULAR: Final = ("7001", "7002", "7003")
MEDIATION: Final = frozenset({"8000", "8001", "8900"})
AGENTS: Final = {"1001": "ann", "2001": "ann", "1002": "bob"}
STUCK_US: Final = 600 * SECOND_US


class Stage:
    """Agents 1001 and 2001 are one person, `ann`; 8900 is a virtual queue."""

    def __init__(self) -> None:
        numbers = (*REGULAR, *sorted(MEDIATION))
        self.book = CallBook("pbx1", frozenset(REGULAR), MEDIATION, frozenset({"8900"}), numbers=numbers)
        self.lines: dict[str, Line] = {dn: new_line(f"{dn}@pbx1", Logins("pbx1", by_login=AGENTS), 0) for dn in REGULAR}
        self.queues: dict[str, Queue] = {dn: new_queue(f"{dn}@pbx1", MEDIATION, 0) for dn in sorted(MEDIATION)}
        self.instants: dict[str, list[tuple[str, float]]] = {dn: [] for dn in (*self.lines, *self.queues)}
        self.told: list[tuple[str, str]] = []
        self.told_agents: list[tuple[str, str]] = []
        self.inputs = 0

    def play(self, time: float, name: str, this_dn: str, **told: Any) -> None:
        """One event, at a second."""
        self.inputs += 1
        event = TServerEvent(f"Event{name}", time=time, this_dn=this_dn, **told)
        for number, message in self.book.fan_out(event, order_of(self.inputs), round(time * SECOND_US)):
            self._hand(number, message)

    def register(self, time: float, this_dn: str, *calls: dict[str, Any]) -> None:
        """A registration that finds these calls."""
        self.play(time, "Registered", this_dn, calls=tuple(PartyState(**call) for call in calls))

    def lose(self, time: float) -> None:
        """The link is lost, which each DN hears."""
        self.inputs += 1
        for number, message in self.book.lose(order_of(self.inputs), round(time * SECOND_US)):
            self._hand(number, message)

    def end_frozen(self, time: float, *, lost: float) -> None:
        """The limit of a link lost at another second."""
        self.inputs += 1
        for number, message in self.book.end_frozen(
            round(lost * SECOND_US), order_of(self.inputs), round(time * SECOND_US)
        ):
            self._hand(number, message)

    def clean_stuck(self, time: float) -> None:
        """The timer that removes stuck calls."""
        self.inputs += 1
        for number, message in self.book.stuck(STUCK_US, order_of(self.inputs), round(time * SECOND_US)):
            self._hand(number, message)

    def running(self, dn: str) -> list[str]:
        """The actions that run at a DN, sorted."""
        seen = self.lines[dn].seen() if dn in self.lines else self.queues[dn].seen()
        return sorted(began.action for began in seen)

    def _hand(self, number: str, message: Message) -> None:
        if number in self.queues:
            self._hand_to_queue(self.queues[number], message)
        else:
            self._hand_to_line(self.lines[number], message)

    def _hand_to_line(self, line: Line, message: Message) -> None:
        match message:
            case DnEvent() if message.event.event in REGISTRATIONS:
                register(line, message)
            case DnEvent():
                line.apply(message)
            case Delivered():
                line.ledger.at(message.order, message.time_us)
                line.calls.deliver(message.delivery)
            case Listening():
                line.ledger.at(message.order, message.time_us)
                line.calls.listen(message.conn_id, is_on=message.is_on)
            case LinkLossLimit():
                line.ledger.at(message.order, message.time_us)
                if line.is_frozen_since(message.lost_us):
                    line.give_up()
            case StuckCalls():
                line.ledger.at(message.order, message.time_us)
                line.clean(message.conn_ids, hooks_are_sent=message.hooks_are_sent)
        self._keep_told(line)

    def _keep_told(self, line: Line) -> None:
        for told in line.ledger.told:
            self._keep(line.dn, told)
            self.told.append((type(told).__name__, getattr(told, "action", "")))
        for _, told in line.ledger.told_agents:
            self.told_agents.append((type(told).__name__, getattr(told, "action", "")))
        for queue, told in line.ledger.told_queues:
            self._keep(queue, told)
        for told_to in (line.ledger.told, line.ledger.told_agents, line.ledger.told_queues, line.calls.finished):
            told_to.clear()

    def _hand_to_queue(self, queue: Queue, message: Message) -> None:
        match message:
            case DnEvent():
                queue.apply(message)
            case WaitUsedUp():
                queue.use_up(message)
            case StuckCalls():
                queue.clean(message.order, message.time_us, message.conn_ids)
        for told in queue.told:
            self._keep(queue.dn, told)
        queue.told.clear()

    def _keep(self, dn: str, told: Message) -> None:
        if isinstance(told, ActionHappened):
            self.instants[dn.partition("@")[0]].append((told.action, told.duration_us / SECOND_US))
