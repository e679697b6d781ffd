"""What becomes of calls: how they come, wait, ring, are talked on, and end (`sources.md` 2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from simulator.centre import Service
from simulator.colleagues import Colleagues
from simulator.crew import Crew
from simulator.dice import Dice
from simulator.floor import Call, Party, Staff
from simulator.routing import Routing, Waiting
from simulator.schedule import Process, Schedule
from simulator.switchboard import Switchboard

TALK_S: Final = 110.0
SEGMENTS: Final = ("Gold", "Silver", "Bronze")
OUTCOMES: Final = ("Resolved", "CallBack", "Complaint", "Sale")
OWN_CALLS: Final = 0.1
"""Calls that agents make themselves, as a share of those that customers make."""


class Calls:
    """The stories of all calls, told as processes.

    Args:
        switchboard: where they happen.
        schedule: runs them.
        routing: distributes them.
        crew: whose calls they are.
        dice: how they go.
        services: what customers call for.
    """

    def __init__(
        self,
        switchboard: Switchboard,
        schedule: Schedule,
        routing: Routing,
        crew: Crew,
        dice: Dice,
        services: Sequence[Service],
    ) -> None:
        self._switchboard = switchboard
        self._phones = switchboard.phones
        self._schedule = schedule
        self._routing = routing
        self._crew = crew
        self._dice = dice
        self._services = services
        self._queues = [service for service in services if not service.is_routed]
        self._routed = [service for service in services if service.is_routed]
        colleagues = Colleagues(switchboard, schedule, routing, crew, dice, self._queues, self._wait)
        self._talks = {
            self._talk_only: 50.0,
            self._talk_with_data: 15.0,
            self._talk_with_hold: 12.0,
            self._talk_lost_on_hold: 1.5,
            self._talk_then_wrap_up: 3.0,
            self._talk_beyond_logout: 0.5,
            self._talk_while_another_rings: 1.0,
            colleagues.ask: 3.0,
            colleagues.transfer_at_once: 4.0,
            colleagues.transfer_to_queue_at_once: 2.0,
            colleagues.transfer_after_talk: 3.0,
            colleagues.transfer_while_ringing: 1.5,
            colleagues.transfer_to_queue_while_waiting: 1.5,
            colleagues.confer: 2.0,
        }

    def customers(self, calls_per_second: float) -> Process:
        """Customers call, one after the other, by chance."""
        while True:
            yield self._dice.gap_us(1 / calls_per_second)
            self._schedule.start(self._inbound(self._dice.one_of(self._services)))

    def own_calls(self, calls_per_second: float) -> Process:
        """Agents who are free call somebody now and then."""
        while True:
            yield self._dice.gap_us(1 / (OWN_CALLS * calls_per_second))
            service = self._dice.one_of(self._services)
            staff = self._routing.take(service)
            if staff is not None:
                colleague = self._routing.take(service) if self._dice.chance(0.4) else None
                call = self._outbound(staff) if colleague is None else self._internal(staff, colleague)
                self._schedule.start(call)

    def deliver(self, waiting: Waiting, staff: Staff) -> None:
        """Gives a waiting call to an agent."""
        assert staff.line is not None
        deliveries = self._routing.divert(waiting, staff.line)
        party = self._phones.ring(staff.line, waiting.call, waiting.call.ani, deliveries=deliveries)
        self._schedule.start(self._ringing(waiting.service, party, staff))

    def _inbound(self, service: Service) -> Process:
        ani = f"555{self._dice.number(0, 9999):04}"
        data = {"ServiceType": service.name, "CustomerSegment": self._dice.one_of(SEGMENTS)}
        call = self._switchboard.new_call("Inbound", ani=ani, dnis=service.number, user_data=data)
        also = self._dice.one_of(self._routed) if service.is_routed and self._dice.chance(0.1) else None
        is_told = self._dice.chance(0.8)
        waiting = self._routing.enter(call, service, ani, is_told=is_told, also=also)
        self._schedule.start(self._patience(waiting))
        yield self._dice.between_us(0.2, 1)
        if service.is_routed and not waiting.is_over:
            self._switchboard.queues.treat(waiting.stands[0], self._dice.one_of(("Music", "RingBack", "RAN")))
            yield self._dice.between_us(1, 3)
        if not waiting.is_over:
            self._routing.request(waiting)

    def _wait(self, waiting: Waiting) -> None:
        self._schedule.start(self._patience(waiting))
        self._routing.request(waiting)

    def _patience(self, waiting: Waiting) -> Process:
        yield self._dice.around_us(90)
        if waiting.is_over:
            return
        end = self._dice.weighted(("abandoned", "passed on", "cleared"), (75, 20, 5))
        if end == "abandoned" or (end == "passed on" and self._queues == [waiting.service]):
            self._routing.abandon(waiting)
        elif end == "cleared":
            self._routing.clear(waiting)
        else:
            others = [queue for queue in self._queues if queue is not waiting.service]
            self._wait(self._routing.pass_on(waiting, self._dice.one_of(others), waiting.call.ani))

    def _ringing(self, service: Service, party: Party, staff: Staff) -> Process:
        end = self._dice.weighted(("answered", "unanswered", "abandoned"), (93, 4, 3))
        if end == "answered":
            yield self._dice.between_us(1, 7)
            self._phones.answer(party)
            yield from self._dice.weighted(list(self._talks), list(self._talks.values()))(party)
            yield from self._crew.after_call(staff, party.line)
        elif end == "abandoned":
            yield self._dice.between_us(1, 10)
            self._phones.abandon(party)
            self._routing.offer(staff)
        else:
            yield self._dice.between_us(14, 16)
            self._no_answer(service, party)
            yield from self._crew.after_no_answer(staff)

    def _no_answer(self, service: Service, party: Party) -> None:
        colleague = None if service.is_routed or self._dice.chance(0.5) else self._routing.take(service)
        if colleague is not None and colleague.line is not None:
            self._phones.release(party, "Redirected", colleague.line.number)
            again = self._phones.ring(colleague.line, party.call, party.other_dn, deliveries=party.deliveries)
            self._schedule.start(self._ringing(service, again, colleague))
        else:
            self._phones.release(party, "Redirected", service.number)
            waiting = self._routing.enter(party.call, service, party.other_dn, call_state="Redirected")
            self._wait(waiting)

    def _talk_only(self, party: Party) -> Process:
        yield self._dice.around_us(TALK_S)
        self._phones.release(party)

    def _talk_with_data(self, party: Party) -> Process:
        yield self._dice.around_us(TALK_S / 2)
        changed = {"Outcome": self._dice.one_of(OUTCOMES)}
        if self._dice.chance(0.3):
            changed["ServiceType"] = self._dice.one_of(self._services).name
        self._phones.attach(party.call, changed)
        yield from self._talk_only(party)

    def _talk_with_hold(self, party: Party) -> Process:
        yield self._dice.around_us(TALK_S / 2)
        self._phones.hold(party)
        yield self._dice.around_us(30)
        self._phones.retrieve(party)
        yield from self._talk_with_data(party)

    def _talk_lost_on_hold(self, party: Party) -> Process:
        yield self._dice.around_us(TALK_S / 2)
        self._phones.hold(party)
        yield self._dice.around_us(40)
        self._phones.release(party)

    def _talk_then_wrap_up(self, party: Party) -> Process:
        yield self._dice.around_us(TALK_S)
        if party.staff is not None:
            self._switchboard.desks.wrap_up(party.staff)
        yield self._dice.between_us(3, 15)
        self._phones.release(party)

    def _talk_beyond_logout(self, party: Party) -> Process:
        yield self._dice.around_us(TALK_S)
        if party.staff is not None:
            self._switchboard.desks.log_out(party.staff)
        yield self._dice.between_us(5, 60)
        self._phones.release(party)

    def _talk_while_another_rings(self, party: Party) -> Process:
        yield self._dice.around_us(TALK_S / 2)
        another = self._direct_call(party)
        yield self._dice.between_us(4, 12)
        self._phones.abandon(another)
        yield from self._talk_only(party)

    def _direct_call(self, party: Party) -> Party:
        ani, number = f"555{self._dice.number(0, 9999):04}", party.line.number
        call: Call = self._switchboard.new_call("Inbound", ani=ani, dnis=number)
        return self._phones.ring(party.line, call, ani)

    def _outbound(self, staff: Staff) -> Process:
        line, number = staff.line, f"555{self._dice.number(0, 9999):04}"
        assert line is not None
        call = self._switchboard.new_call("Outbound", ani=line.number, dnis=number)
        party = self._phones.dial(line, call, number)
        end = self._dice.weighted(("answered", "unanswered", "busy"), (70, 20, 10))
        yield self._dice.between_us(0.5, 3)
        if end == "busy":
            self._phones.find_busy(party)
            yield self._dice.between_us(1, 4)
        else:
            self._phones.reach_network(party)
            yield self._dice.between_us(3, 30)
        if end == "answered":
            self._phones.answer(party)
            yield self._dice.around_us(TALK_S)
        self._phones.release(party)
        yield from self._crew.after_call(staff, line)

    def _internal(self, staff: Staff, colleague: Staff) -> Process:
        line, other = staff.line, colleague.line
        assert line is not None
        assert other is not None
        call = self._switchboard.new_call("Internal", ani=line.number, dnis=other.number)
        mine = self._phones.dial(line, call, other.number)
        theirs = self._phones.ring(other, call, line.number)
        yield self._dice.between_us(2, 8)
        self._phones.answer(mine)
        self._phones.answer(theirs)
        yield self._dice.around_us(40)
        self._phones.release(mine)
        self._phones.release(theirs)
        self._routing.offer(staff)
        self._routing.offer(colleague)
