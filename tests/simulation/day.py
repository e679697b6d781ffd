"""A T-Server's day, one happening after the other: the oracle's random days, drawn from a seed as they go on."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final, TypeVar

from tests.oracle.days import PAUSES, begin, possible
from tests.oracle.desk_happenings import recover
from tests.oracle.switch import DNS, QUEUES, VIRTUAL, Event, Switch

T = TypeVar("T")

ALL_DNS: Final = (*DNS, *QUEUES, VIRTUAL)
US_PER_SECOND: Final = 1_000_000
UNKNOWN: Final = "EventOfNoKnownName"


class SeededSwitch(Switch):
    """The switch of random days, but that a seed draws for it."""

    random: Random

    def choose(self, *choices: T) -> T:
        return self.random.choice(choices)

    def shuffled(self, things: Sequence[T]) -> Sequence[T]:
        return self.random.sample(things, len(things))


class Day:
    """What happens at the switch, whether anybody listens or not.

    Args:
        seed: of it all.
        start_us: when it begins.
    """

    def __init__(self, seed: int, start_us: int) -> None:
        self._seed = seed
        self._random = Random(f"{seed} day")
        self._pauses = Random(f"{seed} pauses")
        self._switch = SeededSwitch(draw=None, now=start_us / US_PER_SECOND)  # type: ignore[arg-type]
        self._switch.random = self._random
        self.steps = 0
        begin(self._switch)
        self._take()

    @property
    def is_reachable(self) -> bool:
        """Whether the T-Server has its own link, and takes registrations."""
        return self._switch.is_up

    def pause_us(self) -> int:
        """How long nothing happens now."""
        return round(self._pauses.choice(PAUSES) * US_PER_SECOND)

    def happen(self, now_us: int) -> list[Event]:
        """The next happening, as it is told to whoever listens."""
        self.steps += 1
        self._switch.now = now_us / US_PER_SECOND
        self._switch.choose(*possible(self._switch))(self._switch)
        return self._take()

    def mend(self, now_us: int) -> list[Event]:
        """The T-Server's own link is back, if it was lost."""
        self._switch.now = now_us / US_PER_SECOND
        if not self._switch.is_up:
            self.steps += 1
            recover(self._switch)
        return self._take()

    def present(self, now_us: int) -> list[Event]:
        """What a registration is answered with now; another seed's affair than the day, which goes on as it would."""
        self._switch.random = Random(f"{self._seed} present {self.steps}")
        self._switch.now = now_us / US_PER_SECOND
        for dn in self._switch.shuffled(ALL_DNS):
            self._switch.register(dn)
        self._switch.tell_link("EventLinkConnected")
        self._switch.random = self._random
        return self._take()

    def _take(self) -> list[Event]:
        told, self._switch.events = self._switch.events, []
        return told
