"""How agents spend their day: they come, get ready, take breaks, wrap up calls, go, and sit elsewhere next time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from actors.vocabulary.times import US_PER_SECOND
from simulator.centre import Agent, Centre, Service
from simulator.dice import Dice
from simulator.floor import AFTER_CALL_WORK, READY, Line, Staff
from simulator.routing import Routing
from simulator.schedule import Process
from simulator.switchboard import Switchboard

COMING_S: Final = 20.0
"""How long it takes at the beginning until everybody has come."""
STRETCH_S: Final = 900.0
BREAK_S: Final = 150.0
AWAY_S: Final = 240.0
REASONS: Final = ("Lunch", "Break", "Training", "Meeting", "Coaching", "Paperwork")
LOOK_AGAIN_US: Final = US_PER_SECOND


class Crew:
    """All agents, and what they do when they are not on a call.

    Args:
        centre: who they are.
        switchboard: where they sit.
        routing: gives them calls when they are free.
        dice: how long they do what.
    """

    def __init__(self, centre: Centre, switchboard: Switchboard, routing: Routing, dice: Dice) -> None:
        self._services = {service.name: service for service in centre.services}
        self.staff = [Staff(agent, self._services_of(agent)) for agent in centre.agents]
        self._switchboard = switchboard
        self._desks = switchboard.desks
        self._routing = routing
        self._dice = dice

    def days(self) -> Sequence[Process]:
        """One process an agent: a day that does not end."""
        return [self._day(staff, self._dice.number(0, 1000) * COMING_S / 1000) for staff in self.staff]

    def one_away(self, for_us: int, dice: Dice) -> Staff | None:
        """Anybody who is not there, will not be for so long, and has no call either; None if everybody may be.

        Args:
            for_us: microseconds from now on.
            dice: picks one.
        """
        busy = {id(party.staff) for line in self._switchboard.extensions for party in line.parties.values()}
        until_us = self._switchboard.wire.now_us + for_us
        away = [one for one in self.staff if one.line is None and one.back_us >= until_us and id(one) not in busy]
        return dice.one_of(away) if away else None

    def change(self, staff: Staff, agent: Agent) -> None:
        """Somebody who is away is another one, with other skills."""
        staff.agent, staff.services = agent, self._services_of(agent)

    def hire(self, agent: Agent, after_us: int) -> Process:
        """The day of somebody new, who does not come before that time."""
        staff = Staff(agent, self._services_of(agent))
        self.staff.append(staff)
        return self._day(staff, after_us / US_PER_SECOND + 1)

    def after_call(self, staff: Staff, line: Line) -> Process:
        """What an agent does when the call is over: mostly some work on it, then ready again.

        Args:
            staff: who had the call.
            line: where; an agent who has left it does nothing.
        """
        if staff.line is not line:
            return
        if staff.state == READY and self._dice.chance(0.8):
            self._desks.wrap_up(staff)
        if staff.state == AFTER_CALL_WORK:
            yield self._dice.around_us(25)
            self._desks.get_ready(staff, self._dice.one_of(("ManualIn", "ManualIn", "AutoIn")))
        self._routing.offer(staff)

    def after_no_answer(self, staff: Staff) -> Process:
        """An agent who let it ring is not ready until he looks up."""
        self._desks.get_unready(staff, {"Reason": "NoAnswer"})
        yield self._dice.between_us(10, 60)
        self._desks.get_ready(staff, "ManualIn")
        self._routing.offer(staff)

    def _services_of(self, agent: Agent) -> tuple[Service, ...]:
        return tuple(self._services[skill] for skill in agent.skills)

    def _day(self, staff: Staff, coming_s: float) -> Process:
        yield self._away(staff, round(coming_s * US_PER_SECOND))
        while True:
            yield from self._sit_down(staff)
            while staff.line is not None:
                yield self._dice.gap_us(STRETCH_S)
                yield from self._finish_calls(staff)
                if staff.line is not None and self._dice.chance(0.15):
                    self._desks.log_out(staff)
                elif staff.line is not None:
                    yield from self._take_break(staff)
            yield self._away(staff, self._dice.gap_us(AWAY_S))

    def _away(self, staff: Staff, for_us: int) -> int:
        staff.back_us = self._switchboard.wire.now_us + for_us
        return for_us

    def _sit_down(self, staff: Staff) -> Process:
        line = self._desk_for(staff)
        while line is None:
            yield LOOK_AGAIN_US
            line = self._desk_for(staff)
        self._desks.log_in(staff, line)
        if self._dice.chance(0.6):
            self._desks.get_unready(staff)
            yield self._dice.gap_us(5)
        self._desks.get_ready(staff, "ManualIn")
        self._routing.offer(staff)

    def _desk_for(self, staff: Staff) -> Line | None:
        lines = self._switchboard.extensions
        usual = self._switchboard.lines[staff.agent.extension]
        first = self._dice.one_of(lines) if self._dice.chance(0.15) else usual
        tries = (first, usual, *(self._dice.one_of(lines) for _ in range(8)))
        return next((line for line in tries if line.staff is None and not line.parties), None)

    def _finish_calls(self, staff: Staff) -> Process:
        staff.wants_break = True
        while staff.line is not None and not staff.is_idle:
            yield LOOK_AGAIN_US
        staff.wants_break = False

    def _take_break(self, staff: Staff) -> Process:
        line = staff.line
        assert line is not None
        self._desks.get_unready(staff, {"Reason": self._dice.one_of(REASONS)})
        undisturbed = self._dice.chance(0.1)
        if undisturbed:
            self._desks.set_dnd(line, is_on=True)
        yield self._dice.gap_us(BREAK_S)
        if self._dice.chance(0.3):
            self._desks.get_unready(staff, {"Reason": self._dice.one_of(REASONS)})
            yield self._dice.gap_us(BREAK_S / 2)
        if undisturbed:
            self._desks.set_dnd(line, is_on=False)
        self._desks.get_ready(staff, "ManualIn")
        self._routing.offer(staff)
