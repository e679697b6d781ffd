"""A seed's run: the day goes on, what is planned to go wrong does, and all values are held against the oracle's."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

from tests.simulation.configuration import write_configuration
from tests.simulation.disk import ProcessDied
from tests.simulation.house import House
from tests.simulation.plan import Plan
from tests.simulation.verdict import left


class Act(NamedTuple):
    """One thing that happens; one that is alone happens while no snapshot is being taken."""

    do: Callable[[], None]
    is_alone: bool = False


STRUCK: Final[Mapping[str, Callable[[House, Any], None]]] = {
    "stop": House.stop,
    "killed": House.kill,
    "link": lambda house, fault: house.tserver.strike(fault),
    "client stalls": House.stall,
    "client vanishes": House.vanish,
    "clock": House.jump,
    "configuration": House.reload,
}


class Simulation:
    """One run.

    Args:
        plan: what happens.
        folder: for configuration and data; empty.
    """

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._plan = plan
        self._folder = folder
        self._random = Random(f"{plan.seed} turns")
        self._house = House(plan, folder, self._random, self._meanwhile)
        self._acts = self._script()
        self._next: Act | None = None

    def run(self) -> None:
        """Runs it to its end.

        Raises:
            AssertionError: something is as it must not be.
        """
        with self._house.simulated(), _silence():
            before = left()
            write_configuration(self._plan, self._folder)
            while (act := self._taken()) is not None:
                self._do(act)
        after = left()
        assert after == before, f"of actors and files {after} are there, {before} were"

    @property
    def trace(self) -> tuple[Any, ...]:
        """What is other in another run: what counted when, how often was written, how much was drawn."""
        return self._house.trace, self._random.getstate()

    def _script(self) -> Iterator[Act]:
        house, plan = self._house, self._plan
        for step in range(plan.steps):
            yield Act(partial(house.begin, step))
            for fault in plan.struck_at(step):
                yield Act(partial(STRUCK[fault.what], house, fault.how), is_alone=fault.what == "stop")
            if step in plan.snapshots:
                yield Act(house.take_snapshot, is_alone=True)
            if step in plan.looks:
                yield Act(house.look)
            for event in house.day.happen(house.world.now):
                yield Act(partial(house.tserver.tell, event))
        yield Act(house.finish, is_alone=True)

    def _taken(self) -> Act | None:
        act, self._next = self._next or next(self._acts, None), None
        return act

    def _do(self, act: Act) -> None:
        try:
            act.do()
            for _ in range(self._random.choice((0, 0, 1, 1, 2, 8))):
                self._house.turn()
        except ProcessDied:
            self._house.died()

    def _meanwhile(self) -> None:
        """The server gives way to whatever comes next."""
        for _ in range(self._random.choice((0, 1, 1, 3))):
            act = self._taken()
            if act is None or act.is_alone or not self._random.randrange(2):
                self._next = act
                self._house.turn()
            else:
                act.do()


@contextmanager
def _silence() -> Iterator[None]:
    """What goes wrong is planned: nobody needs to be told in the log."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
