"""Plays recordings to their connectors: as fast as there is room, or paced (`protocols.md` 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import gevent

from actors.sources.recordings import Advance, Recording, merged
from actors.vocabulary.times import US_PER_SECOND
from runtime.clock import Clock, SteppedClock
from runtime.intake import Intake

if TYPE_CHECKING:
    from runtime.actor import ActorRef

TICK_US: Final = 100_000
"""How often, in real time, the clock of recordings moves while nothing happens in them."""


def play(
    recordings: Sequence[Recording],
    *,
    speed: float,
    intake: Intake,
    refs: Mapping[str, ActorRef],
    clock: SteppedClock,
    pace: Clock,
    advance: Advance = lambda _: None,
) -> None:
    """Plays recordings merged by stamp, and returns when the last event has been put. Runs in a greenlet of its own.

    Args:
        recordings: in the order that decides between equal stamps.
        speed: how many times faster than it was; 0 as fast as there is room.
        intake: takes everything in.
        refs: the connector of each source, by its name.
        clock: the one of `intake`, moved on where the stamps leave it standing.
        pace: real time.
        advance: told of bytes read.

    Raises:
        RecordingError: one cannot be read (on); what came before has been put.
    """
    time: RecordedTime | None = None
    for stamp_us, source, payload in merged(recordings, advance):
        if speed:
            time = time or RecordedTime(stamp_us, speed, intake, clock, pace)
            time.wait_until(stamp_us)
        intake.wait_for_room()
        intake.put(refs[source.name], payload, stamp_us=stamp_us)


class RecordedTime:
    """What time it is in a recording that began with `first_us` when this was made."""

    def __init__(self, first_us: int, speed: float, intake: Intake, clock: SteppedClock, pace: Clock) -> None:
        self._first_us = first_us
        self._speed = speed
        self._intake = intake
        self._clock = clock
        self._pace = pace
        self._began_us = pace.now_us()

    def wait_until(self, stamp_us: int) -> None:
        """Returns when it is `stamp_us`. The clock moves meanwhile, so that timers come when they are due."""
        while (now_us := self._now_us()) < stamp_us:
            self._clock.advance(now_us)
            self._intake.dispatcher.wake()
            real_us = min((stamp_us - now_us) / self._speed, TICK_US)
            gevent.sleep(real_us / US_PER_SECOND)

    def _now_us(self) -> int:
        return self._first_us + round((self._pace.now_us() - self._began_us) * self._speed)
