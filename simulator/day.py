"""A day in the contact centre: everything that moves, put together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from actors.vocabulary.events import TServerEvent
from actors.vocabulary.times import US_PER_SECOND, seconds
from simulator.books import Books
from simulator.calls import Calls
from simulator.centre import Centre, centre_of
from simulator.crew import Crew
from simulator.dice import Dice, pace_of
from simulator.floor import Staff
from simulator.routing import Routing, Waiting
from simulator.schedule import Process, Schedule
from simulator.switchboard import Switchboard

HEARTBEAT_US: Final = 10 * US_PER_SECOND
"""A link that is silent for 30 s is down (`protocols.md` 2)."""


class Day:
    """A contact centre that plays itself, one act after the other, for as long as it is asked to.

    Nobody is there at its beginning; agents come in the first seconds. The same arguments give the same events.

    Args:
        agents: how many work there.
        calls_per_second: how many customers call; talks get shorter where the agents could not bear it.
        seed: draws the contact centre and the day.
        start_us: when the day begins, microseconds since the epoch.
    """

    def __init__(self, agents: int, calls_per_second: float, *, seed: int, start_us: int) -> None:
        self.centre: Centre = centre_of(agents, seed)
        self.books = Books(self.centre)
        self._schedule = Schedule(start_us)
        self._switchboard = Switchboard(self.centre, self._schedule, self.books)
        dice = Dice(seed, pace_of(agents, calls_per_second))
        routing = Routing(self._switchboard, self.centre.services, self._deliver)
        crew = Crew(self.centre, self._switchboard, routing, dice)
        self._calls = calls = Calls(self._switchboard, self._schedule, routing, crew, dice, self.centre.services)
        for process in (
            *crew.days(),
            calls.customers(calls_per_second),
            calls.own_calls(calls_per_second),
            self._heartbeats(),
        ):
            self._schedule.start(process)

    @property
    def now_us(self) -> int:
        """The time of the last act, microseconds since the epoch."""
        return self._schedule.now_us

    @property
    def next_us(self) -> int:
        """The time of the next act, microseconds since the epoch."""
        return self._schedule.next_us

    def play(self, until_us: int, events_max: int) -> list[TServerEvent]:
        """Plays on, and says what happened.

        Args:
            until_us: acts up to this time, itself included.
            events_max: no further act once there are so many events: bounds what a reader gets at a time.

        Returns:
            The events, in order, without `seq`.
        """
        told: list[TServerEvent] = []
        while self._schedule.next_us <= until_us and len(told) < events_max:
            self._schedule.run_next()
            told += self._switchboard.wire.take()
        return told

    @property
    def numbers(self) -> Iterable[str]:
        """All DNs of the switch."""
        return self._switchboard.lines.keys()

    def registrations(self, numbers: Iterable[str]) -> list[TServerEvent]:
        """The answer to a registration at this moment (`protocols.md` 2).

        Args:
            numbers: the DNs asked for; one that is not there is refused with EventError.

        Returns:
            One event a DN, then EventLinkConnected.
        """
        lines, now = self._switchboard.lines, seconds(self.now_us)
        answers = [
            self._switchboard.registration(lines[number])
            if number in lines
            else TServerEvent("EventError", now, this_dn=number, cause="no such DN")
            for number in numbers
        ]
        return [*answers, TServerEvent("EventLinkConnected", now)]

    def _deliver(self, waiting: Waiting, staff: Staff) -> None:
        self._calls.deliver(waiting, staff)

    def _heartbeats(self) -> Process:
        while True:
            yield HEARTBEAT_US
            self._switchboard.wire.of_link("Heartbeat")
