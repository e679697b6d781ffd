"""What agents do with a call together: ask, transfer in one step or two, confer (`sources.md` flows 16 to 22)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Final

from simulator.centre import Service
from simulator.crew import Crew
from simulator.dice import Dice
from simulator.floor import Party, Staff
from simulator.routing import Routing, Waiting
from simulator.schedule import Process, Schedule
from simulator.switchboard import Switchboard

BEFORE_S: Final = 50.0
AFTER_S: Final = 80.0
ASKING_S: Final = 15.0


class Colleagues:
    """The ways of a call through two pairs of hands; each begins with the answered party of the first agent.

    Where no colleague is free the call is talked to its end instead.

    Args:
        switchboard: where it happens.
        schedule: runs what the second agent does with the call.
        routing: knows who is free.
        crew: both agents are of it.
        dice: how it goes.
        queues: services with an ACD queue that a call can be given to.
        wait: lets a call wait for an agent from now.
    """

    def __init__(
        self,
        switchboard: Switchboard,
        schedule: Schedule,
        routing: Routing,
        crew: Crew,
        dice: Dice,
        queues: Sequence[Service],
        wait: Callable[[Waiting], None],
    ) -> None:
        self._switchboard = switchboard
        self._phones = switchboard.phones
        self._schedule = schedule
        self._routing = routing
        self._crew = crew
        self._dice = dice
        self._queues = queues
        self._wait = wait

    def ask(self, party: Party) -> Process:
        """A consultation, and back to the customer (flow 19)."""
        colleague = yield from self._colleague(party)
        if colleague is not None:
            mine, theirs = self._consult(party, colleague)
            yield from self._answer_both(mine, theirs)
            self._phones.release(mine)
            self._phones.release(theirs)
            self._routing.offer(colleague)
            yield self._dice.between_us(0.5, 2)
            self._phones.retrieve(party)
        yield from self._talk_to_the_end(party)

    def transfer_at_once(self, party: Party) -> Process:
        """A single-step transfer (flow 16)."""
        colleague = yield from self._colleague(party)
        if colleague is None or colleague.line is None:
            yield from self._talk_to_the_end(party)
            return
        self._phones.release(party, "Transferred", colleague.line.number)
        taken = self._phones.ring(colleague.line, party.call, party.other_dn, transferred_by=party.line.number)
        self._schedule.start(self._answered_or_not(taken, colleague))

    def transfer_to_queue_at_once(self, party: Party) -> Process:
        """A single-step transfer to a queue (flow 21)."""
        yield self._dice.around_us(BEFORE_S)
        service = self._dice.one_of(self._queues)
        self._phones.release(party, "Transferred", service.number)
        waiting = self._routing.enter(
            party.call, service, party.other_dn, call_state="Transferred", third_party_dn=party.line.number
        )
        self._wait(waiting)

    def transfer_after_talk(self, party: Party) -> Process:
        """A two-step transfer, completed after the answer (flow 17)."""
        colleague = yield from self._colleague(party)
        if colleague is None:
            yield from self._talk_to_the_end(party)
            return
        mine, theirs = self._consult(party, colleague, "transfer")
        yield from self._answer_both(mine, theirs)
        self._complete(party, mine, theirs)
        self._schedule.start(self._talked_by(theirs, colleague))

    def transfer_while_ringing(self, party: Party) -> Process:
        """A two-step transfer, completed before the answer (flow 18)."""
        colleague = yield from self._colleague(party)
        if colleague is None:
            yield from self._talk_to_the_end(party)
            return
        mine, theirs = self._consult(party, colleague, "transfer")
        yield self._dice.between_us(1, 4)
        self._complete(party, mine, theirs)
        self._schedule.start(self._answered_or_not(theirs, colleague))

    def transfer_to_queue_while_waiting(self, party: Party) -> Process:
        """A two-step transfer to a queue, completed while it waits (flow 22); until then nobody gets it."""
        yield self._dice.around_us(BEFORE_S)
        service, line = self._dice.one_of(self._queues), party.line
        self._phones.hold(party)
        consult = self._switchboard.new_call(
            "Consult", ani=line.number, dnis=service.number, user_data=party.call.user_data, previous=party.call
        )
        mine = self._phones.dial(line, consult, service.number, purpose="transfer")
        waiting = self._routing.enter(consult, service, line.number)
        yield self._dice.between_us(1, 5)
        self._phones.release(mine, "Transferred")
        self._phones.release(party, "Transferred", service.number)
        self._switchboard.queues.change(waiting.stands[0], party.call, party.other_dn, line)
        waiting.call = party.call
        self._wait(waiting)

    def confer(self, party: Party) -> Process:
        """A conference of three, which the colleague leaves first (flow 20)."""
        colleague = yield from self._colleague(party)
        if colleague is not None:
            mine, theirs = self._consult(party, colleague, "conference")
            yield from self._answer_both(mine, theirs)
            self._phones.release(mine, "Conferenced")
            self._phones.retrieve(party)
            self._phones.add(party, theirs, by=party.line)
            self._phones.change(theirs, party.call, party.other_dn, by=party.line, call_state="Conferenced")
            yield self._dice.around_us(40)
            self._phones.release(theirs)
            self._phones.delete(party, theirs)
            self._schedule.start(self._crew.after_call(colleague, theirs.line))
        yield from self._talk_to_the_end(party)

    def _colleague(self, party: Party) -> Generator[int, None, Staff | None]:
        yield self._dice.around_us(BEFORE_S)
        services = party.staff.services if party.staff else ()
        return self._routing.take(self._dice.one_of(services)) if services else None

    def _consult(self, party: Party, colleague: Staff, purpose: str = "") -> tuple[Party, Party]:
        line, other = party.line, colleague.line
        assert other is not None
        self._phones.hold(party)
        consult = self._switchboard.new_call(
            "Consult", ani=line.number, dnis=other.number, user_data=party.call.user_data, previous=party.call
        )
        mine = self._phones.dial(line, consult, other.number, purpose=purpose)
        return mine, self._phones.ring(other, consult, line.number)

    def _answer_both(self, mine: Party, theirs: Party) -> Process:
        yield self._dice.between_us(2, 6)
        self._phones.answer(mine)
        self._phones.answer(theirs)
        yield self._dice.around_us(ASKING_S)

    def _complete(self, party: Party, mine: Party, theirs: Party) -> None:
        self._phones.release(mine, "Transferred")
        self._phones.release(party, "Transferred", theirs.line.number)
        self._phones.change(theirs, party.call, party.other_dn, by=party.line, call_state="Transferred")

    def _answered_or_not(self, taken: Party, colleague: Staff) -> Process:
        yield self._dice.between_us(2, 8)
        if self._dice.chance(0.1):
            self._phones.abandon(taken)
            self._routing.offer(colleague)
        else:
            self._phones.answer(taken)
            yield from self._talked_by(taken, colleague)

    def _talked_by(self, taken: Party, colleague: Staff) -> Process:
        yield from self._talk_to_the_end(taken)
        yield from self._crew.after_call(colleague, taken.line)

    def _talk_to_the_end(self, party: Party) -> Process:
        yield self._dice.around_us(AFTER_S)
        self._phones.release(party)
