"""Plays a day on real ports, one a source, and writes down what their links carry."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Final

import gevent
from gevent.event import Event

from actors.vocabulary.times import US_PER_SECOND, microseconds
from runtime.clock import Clock
from simulator.day import Day
from simulator.lines import line_of
from simulator.port import Port
from simulator.recording import Recordings

BATCH_EVENTS_MAX: Final = 500
"""Events sent at a time: a system call for each would cost more than making it."""
TICK_US: Final = 5_000
"""How late an event may be sent, so that a busy centre's go out in batches."""
QUIET_S: Final = 2
"""From the first client to the first event: the other links of that server are there by then."""


class Stage:
    """One day on its ports.

    It begins when somebody has registered at one of them, or at once if it is written down. With a clock that runs by
    itself it keeps time with it. With a stepped clock it is played as fast as the slowest client reads, and only while
    there is one.

    Args:
        day: what happens.
        clock: paces it.
        port: of the first source; those of the others follow it. 0 for any free ones.

    Raises:
        PortTakenError: somebody else listens at one of them.
    """

    def __init__(self, day: Day, *, clock: Clock, port: int) -> None:
        self._day = day
        self._clock = clock
        self._is_watched = Event()
        self.ports: list[Port] = []
        with ExitStack() as opened:
            for index, source in enumerate(day.sources):
                number = port + index if port else 0
                self.ports.append(Port(source, port=number, on_watched=self._watched))
                opened.callback(self.ports[-1].stop)
            opened.pop_all()

    @property
    def addresses(self) -> Mapping[str, int]:
        """The port of each source, by its name."""
        return {port.source.name: port.number for port in self.ports}

    def start(self) -> None:
        """Lets clients in."""
        for port in self.ports:
            port.start()

    def play(
        self,
        duration_s: float | None,
        recordings: Recordings | None = None,
        on_played: Callable[[], None] = lambda: None,
    ) -> None:
        """Plays the day, and returns when so much of it is over.

        Args:
            duration_s: how much, in seconds; None for all that there is.
            recordings: get what the links get of those who register now.
            on_played: called after each batch.
        """
        if recordings is not None:
            recordings.register(self._day.sources)
        elif not self._clock.is_stepped:
            self._wait_for_somebody()
        until_us = sys.maxsize if duration_s is None else self._day.now_us + microseconds(duration_s)
        while self._day.next_us <= until_us:
            self._pause()
            # From here to the last link nothing waits: who registers has seen an event, or gets it, never both.
            now_us = sys.maxsize if self._clock.is_stepped else self._clock.now_us()
            told = self._day.play(min(until_us, now_us), BATCH_EVENTS_MAX)
            for port in self.ports:
                lines = [line_of(event) for event in told[port.source.name]]
                if recordings is not None:
                    recordings.write(port.source.name, lines)
                port.send(lines, cuts_off=not self._clock.is_stepped)
            on_played()

    def stop(self) -> None:
        """Closes the ports, and each link when it has sent what waits."""
        for port in self.ports:
            port.stop()

    def _watched(self) -> None:
        if any(port.is_watched for port in self.ports):
            self._is_watched.set()
        else:
            self._is_watched.clear()

    def _wait_for_somebody(self) -> None:
        """Who registers is told what time it is; nothing happens before."""
        self._day.put_off(self._clock.now_us())
        while not self._is_watched.wait(1):
            self._day.put_off(self._clock.now_us())
        gevent.sleep(QUIET_S)
        self._day.put_off(self._clock.now_us())

    def _pause(self) -> None:
        if not self._clock.is_stepped:
            gevent.sleep(max(self._day.next_us - self._clock.now_us(), TICK_US) / US_PER_SECOND)
            return
        self._is_watched.wait()
        for port in self.ports:
            for link in tuple(port.links):
                link.wait_for_room()
        gevent.sleep(0)
