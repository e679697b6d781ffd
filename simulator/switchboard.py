"""The switch: all its lines, the acts that can happen there, and what it says of itself to one who registers."""

from __future__ import annotations

from actors.vocabulary.events import TServerEvent, UserData
from actors.vocabulary.times import seconds
from simulator.books import QUEUE, REGULAR_DN, ROUTE_POINT, Books
from simulator.centre import Centre
from simulator.desks import Desks
from simulator.floor import LOGGED_OUT, Call, Line
from simulator.phones import Phones
from simulator.queues import Queues
from simulator.schedule import Schedule
from simulator.wire import Wire


class Switchboard:
    """One switch with its lines.

    Args:
        centre: which lines there are.
        schedule: dates what happens.
        books: get what happens.
    """

    def __init__(self, centre: Centre, schedule: Schedule, books: Books) -> None:
        self.wire = Wire(schedule, books)
        self.desks = Desks(self.wire)
        self.phones = Phones(self.wire, self.desks)
        self.queues = Queues(self.wire)
        self.extensions = tuple(Line(number, "Extension", REGULAR_DN) for number in centre.extensions)
        self.lines = {line.number: line for line in self.extensions}
        for service in centre.services:
            if service.is_routed:
                self.lines[service.number] = Line(service.number, "RoutingPoint", ROUTE_POINT)
                self.lines[service.virtual_queue] = Line(service.virtual_queue, "VirtualQueue", QUEUE)
            else:
                self.lines[service.number] = Line(service.number, "ACDQueue", QUEUE)
        self._calls = 0

    def new_call(
        self, call_type: str, *, ani: str, dnis: str, user_data: UserData | None = None, previous: Call | None = None
    ) -> Call:
        """A call with an identifier of its own."""
        self._calls += 1
        return Call(f"0071{self._calls:012x}", call_type, ani, dnis, user_data, previous)

    def registration(self, line: Line) -> TServerEvent:
        """EventRegistered of a line: its present state (`sources.md` 1.1)."""
        staff = line.staff
        at_desk = LOGGED_OUT if line.object_type == REGULAR_DN else ""
        return TServerEvent(
            "EventRegistered",
            seconds(self.wire.now_us),
            this_dn=line.number,
            dn_type=line.dn_type,
            agent_id=staff.agent.login if staff else "",
            agent_state=staff.state if staff else at_desk,
            agent_work_mode=staff.work_mode if staff else "",
            reasons=staff.reasons if staff else None,
            dnd=line.is_dnd if line.object_type == REGULAR_DN else None,
            calls=tuple(party.as_registered for party in line.parties.values()),
        )
