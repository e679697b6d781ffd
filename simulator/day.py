"""A day in the contact centre: everything that moves, put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from actors.vocabulary.times import US_PER_SECOND
from simulator.books import Books
from simulator.calls import Calls
from simulator.centre import CHAT, EMAIL, Centre, centre_of
from simulator.chats import Chats
from simulator.crew import Crew
from simulator.dice import Dice, pace_of
from simulator.floor import Staff
from simulator.interaction_server import InteractionServer
from simulator.lines import Event
from simulator.mails import Mails
from simulator.media_crew import MediaCrew
from simulator.rota import Rota
from simulator.routing import Routing, Waiting
from simulator.schedule import Process, Schedule
from simulator.source import Source
from simulator.switchboard import Switchboard
from simulator.tserver import TServer

HEARTBEAT_US: Final = 10 * US_PER_SECOND
"""A link that is silent for 30 s is down (`protocols.md` 2)."""
MEDIA_SEED: Final = 1_000_003
"""Added to the seed for all that has to do with interactions: calls are the same with them as without."""
ROTA_SEED: Final = 2_000_003


class Day:
    """A contact centre that plays itself, one act after the other, for as long as it is asked to.

    Nobody is there at its beginning; agents come in the first seconds. The same arguments give the same events.

    Args:
        agents: how many work there.
        calls_per_second: how many customers call; talks get shorter where the agents could not bear it.
        seed: draws the contact centre and the day.
        start_us: when the day begins, microseconds since the epoch.
        is_changing: whether people change teams, learn, and are new, meanwhile.
    """

    def __init__(
        self, agents: int, calls_per_second: float, *, seed: int, start_us: int, is_changing: bool = False
    ) -> None:
        self.centre: Centre = centre_of(agents, seed)
        """As it is now."""
        self.books = Books(self.centre)
        self._schedule = schedule = Schedule(start_us)
        self._switchboard = Switchboard(self.centre, schedule, self.books)
        self._tserver = TServer(self._switchboard)
        self._interaction_servers = tuple(
            InteractionServer(medium, self.centre, schedule, self.books) for medium in (CHAT, EMAIL)
        )
        pace = pace_of(agents, calls_per_second)
        crew = self._play_calls(calls_per_second, Dice(seed, pace))
        self._play_interactions(calls_per_second, Dice(seed + MEDIA_SEED, pace))
        schedule.add(self._heartbeats())
        if is_changing:
            rota = Rota(self.centre, crew, Dice(seed + ROTA_SEED, pace), schedule, self._become)
            schedule.add(rota.changes())

    @property
    def sources(self) -> Sequence[Source]:
        """Who tells of the day: the T-Server, then the Interaction Servers."""
        return (self._tserver, *self._interaction_servers)

    @property
    def now_us(self) -> int:
        """The time of the last act, microseconds since the epoch."""
        return self._schedule.now_us

    @property
    def next_us(self) -> int:
        """The time of the next act, microseconds since the epoch."""
        return self._schedule.next_us

    def put_off(self, now_us: int) -> None:
        """It is already so late, and the day has not begun yet."""
        self._schedule.put_off(now_us)

    def play(self, until_us: int, events_max: int) -> dict[str, list[Event]]:
        """Plays on, and says what happened.

        Args:
            until_us: acts up to this time, itself included.
            events_max: no further act once a source has told so many: bounds what a reader gets at a time.

        Returns:
            The events of each source, by its name, in order, without `seq`.
        """
        told: dict[str, list[Event]] = {source.name: [] for source in self.sources}
        while self._schedule.next_us <= until_us and all(len(events) < events_max for events in told.values()):
            self._schedule.run_next()
            for source in self.sources:
                told[source.name] += source.take()
        return told

    def _become(self, centre: Centre) -> None:
        self.centre = centre
        self.books.regroup(centre)

    def _play_calls(self, calls_per_second: float, dice: Dice) -> Crew:
        routing = Routing(self._switchboard, self.centre.services, self._deliver)
        crew = Crew(self.centre, self._switchboard, routing, dice)
        self._calls = calls = Calls(self._switchboard, self._schedule, routing, crew, dice, self.centre.services)
        for process in (*crew.days(), calls.customers(calls_per_second), calls.own_calls(calls_per_second)):
            self._schedule.add(process)
        return crew

    def _play_interactions(self, calls_per_second: float, dice: Dice) -> None:
        chat_server, mail_server = self._interaction_servers
        chats = Chats(chat_server, self._schedule, dice, self.centre.services)
        mails = Mails(mail_server, self._schedule, dice, self.centre.services)
        MediaCrew({chat_server: chats, mail_server: mails}, self._switchboard.desks, self._schedule, dice)
        self._schedule.add(chats.customers(calls_per_second))
        self._schedule.add(mails.customers(calls_per_second))

    def _deliver(self, waiting: Waiting, staff: Staff) -> None:
        self._calls.deliver(waiting, staff)

    def _heartbeats(self) -> Process:
        while True:
            yield HEARTBEAT_US
            self._tserver.beat()
            for server in self._interaction_servers:
                server.beat()
