"""Who runs next: actors of a level, batches, and fibres (what is a greenlet in a server), all drawn from one seed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Final

from greenlet import GreenletExit, getcurrent, greenlet

from runtime.clock import RealClock, SteppedClock
from runtime.dispatcher import Dispatcher
from runtime.intake import Intake, Kept
from runtime.mail import Input

BATCHES: Final = (1, 1, 2, 3, 7, 500)
US_PER_SECOND: Final = 1_000_000


class World(RealClock):
    """What time it is, and what the server's own clock makes of it."""

    def __init__(self, now_us: int) -> None:
        self.now = now_us
        self.skew_us = 0

    def now_us(self) -> int:
        return self.now + self.skew_us


class Fibre(greenlet):
    """Something that runs beside the actors, when its turn comes and what it waits for has come."""

    def __init__(self, fibres: Fibres, function: Callable[[], Any]) -> None:
        super().__init__(function)
        self.may_go_on: Callable[[], bool] = lambda: True
        self._fibres = fibres

    def kill(self) -> None:
        if not self.dead:
            self.throw(GreenletExit)
        self._fibres.running.remove(self)

    def link_exception(self, _told: Callable[[Any], None]) -> None:
        """Its failure ends the run, so nobody needs to be told."""


class Fibres:
    """Stands for gevent where the server follows its sources: time is the world's, and nothing runs by itself."""

    def __init__(self, world: World) -> None:
        self.running: list[Fibre] = []
        self._world = world

    def spawn(self, function: Callable[[], Any]) -> Fibre:
        fibre = Fibre(self, function)
        self.running.append(fibre)
        return fibre

    def sleep(self, seconds: float) -> None:
        until_us = self._world.now + round(seconds * US_PER_SECOND)
        self.wait(lambda: self._world.now >= until_us)

    def wait(self, may_go_on: Callable[[], bool]) -> None:
        """Gives way until it may go on."""
        fibre = getcurrent()
        assert isinstance(fibre, Fibre)
        fibre.may_go_on = may_go_on
        while not may_go_on():
            fibre.parent.switch()

    def run(self) -> bool:
        """Each that may go on does, until it waits again; answers whether any did."""
        ready = [fibre for fibre in self.running if fibre.may_go_on()]
        for fibre in ready:
            fibre.parent = getcurrent()
            fibre.switch()
        return bool(ready)

    def forget(self) -> None:
        """All of them are gone with their process."""
        for fibre in list(self.running):
            fibre.kill()


class SeededDispatcher(Dispatcher):
    """Draws which actor of a level runs next; who gives way gives way to the simulation.

    Args:
        random: draws.
        meanwhile: what the others do.
    """

    def __init__(self, random: Random, meanwhile: Callable[[], None]) -> None:
        super().__init__(shuffle=random)
        self.give_way = meanwhile  # type: ignore[method-assign]


Offered = list[tuple[Input, Kept]]


class SeededIntake(Intake):
    """Draws how large each batch is.

    Args:
        dispatcher, clock: as an intake's.
        random: draws.
        fibres: who puts things in, and is made to wait.
        offer: told of what the journal is about to get of a batch, and of nothing when it has it.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        clock: RealClock | SteppedClock,
        random: Random,
        fibres: Fibres,
        offer: Callable[[Offered], None],
    ) -> None:
        super().__init__(dispatcher, clock)
        self._random = random
        self._fibres = fibres
        self._offer = offer

    def wait_for_room(self) -> None:
        self._fibres.wait(self._room.is_set)

    def _lines(self, horizon_us: int) -> Any:
        self._batch_max = self._random.choice(BATCHES)
        return super()._lines(horizon_us)

    def _keep(self, batch: Any) -> None:
        if self._keeper is None:
            return
        self._offer([(message, kept) for _, message, kept in batch if kept is not None])
        super()._keep(batch)
        self._offer([])
