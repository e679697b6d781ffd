"""A contact centre in memory: the server's process over all its lives, and all who talk to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from random import Random
from typing import Any, Final

import pykka

from actors.configuration.load import load
from actors.vocabulary.protocol import Notification
from runtime.journal_entries import JournalError, Mark
from runtime.snapshots import SnapshotError
from tests.faults import Draw, Faults
from tests.oracle.agreement import AFTER_ALL_TIMERS
from tests.simulation.client import Client, Wish
from tests.simulation.configuration import CONFIGURATIONS, write_configuration
from tests.simulation.day import US_PER_SECOND, Day
from tests.simulation.disk import Disk
from tests.simulation.plan import KILLED, Plan
from tests.simulation.process import Process, simulated
from tests.simulation.record import Record
from tests.simulation.scheduler import Fibres, SeededDispatcher, SeededIntake, World
from tests.simulation.tserver import ABSENT_STEPS, TServer
from tests.simulation.verdict import Truth, check_forgotten

TRIES_MAX: Final = 30
"""Seconds to bring a link up again: longer than it ever waits between two tries."""
LOOK_US: Final = US_PER_SECOND
SILENT: Final = Notification("None")
FOR_EVER_US: Final = round(3.5 * 86_400 * US_PER_SECOND)
"""Longer than the pool keeps what nobody asks for."""


class House:
    """All there is in a run.

    Args:
        plan: what is asked, and what goes wrong.
        folder: for configuration and data; empty.
        random: draws turns.
        meanwhile: called when the server gives way to others.

    Attributes:
        day: what happens at the switch.
        tserver: tells of it.
        process: the server; None while there is none.
        step: of the day.
    """

    def __init__(self, plan: Plan, folder: Path, random: Random, meanwhile: Callable[[], None]) -> None:
        self.day = Day(plan.seed, plan.start_us)
        self.world = World(plan.start_us)
        self.process: Process | None = None
        self.step = -1
        self._plan = plan
        self._folder = folder
        self._random = random
        self._meanwhile = meanwhile
        self._fibres = Fibres(self.world)
        self.tserver = TServer(self._fibres, Random(f"{plan.seed} network"), self.day, self.world)
        self._record = Record()
        self._clients = plan.clients()
        self._others = set(pykka.ActorRegistry.get_all())
        deaths = {fault.at: fault.how for fault in plan.faults if fault.what == "death"}
        self._disk = Disk(deaths, {fault.at: fault.how for fault in plan.faults if fault.what == "full"})
        self._back_at = 0
        self._is_stopping = False

    @contextmanager
    def simulated(self) -> Iterator[None]:
        def dispatcher() -> SeededDispatcher:
            return SeededDispatcher(self._random, self._give_way)

        def intake(dispatcher: Any, clock: Any) -> SeededIntake:
            return SeededIntake(dispatcher, clock, self._random, self._fibres, self._record.offer)

        raised = {(fault.how.kind, fault.at): fault.how.line for fault in self._plan.faults if fault.what == "actor"}
        ends = {"world": self.world, "files": self._disk, "fibres": self._fibres, "tserver": self.tserver}
        failing = Faults(KILLED, _drawn(raised)).injected() if raised else nullcontext()
        turns = {"dispatcher": dispatcher, "intake": intake, "log_max": self._plan.log_max}
        with simulated(**ends, **turns, opened=self._opened), failing:  # type: ignore[arg-type]
            yield

    @property
    def trace(self) -> tuple[Any, ...]:
        return tuple(self._record.counted), self._disk.writes

    def _give_way(self) -> None:
        if not self._is_stopping:
            self._meanwhile()

    # -- time --------------------------------------------------------------------------------------------------------

    def begin(self, step: int) -> None:
        self.step = step
        self.pass_time(self.day.pause_us())
        self.tserver.pass_step()
        if self.process is None and step >= self._back_at:
            self.start()
        if self.process is not None:
            self.serve_clients()

    def turn(self) -> None:
        """A link's turn, and a batch's."""
        if self.process is None:
            return
        self._fibres.run()
        intake = self.process.intake
        if not intake.step():
            intake.dispatcher.run_until_quiet()

    def rest(self) -> None:
        """All that has been said is heard, and handled to its end."""
        assert self.process is not None
        intake = self.process.intake
        while self._fibres.run() or intake.step() or intake.dispatcher.has_mail:
            intake.dispatcher.run_until_quiet()

    def pass_time(self, us: int) -> None:
        if us:
            self.world.now += us
            self.tserver.tell_time()

    def serve_clients(self) -> None:
        """Clients come back, ask for what is new, and read."""
        assert self.process is not None
        self.rest()
        for client in self._clients:
            if not client.is_connected:
                client.connect(self.process.port)
            if client.open(self._may_open):
                self.rest()
            if client.stalls_until < self.step:
                client.read()

    def _may_open(self, wish: Wish) -> bool:
        """Whether it is certain what a statistic counts that is opened now: nothing else is of the same time."""
        if wish.ref in self._record.opened_us:
            return True
        assert self.process is not None
        is_clear = not self.world.skew_us and self.process.intake.now_us > self._record.last_us > 0
        return is_clear and wish.from_step <= self.step

    # -- the process -------------------------------------------------------------------------------------------------

    def start(self) -> None:
        self._disk.is_dead = False
        process = Process(self._folder, load(self._folder), self._folder / "data")
        try:
            process.start()
        except (JournalError, SnapshotError):
            self._gone_from_memory()
        else:
            self.process = process

    def _opened(self, last: Mark | None) -> None:
        """The journal is open: what is not in it was never heard."""
        self._record.settle(last)
        self._check_lines()
        del self.tserver.due[len(self._record.lines()) :]

    def _check_lines(self) -> None:
        counted = self._record.lines()
        assert counted == [line.id for line in self.tserver.due[: len(counted)]], "lines are lost, or came twice"
        self._record.check_losses(self.tserver.due)

    def died(self) -> None:
        if self.process is not None:
            self.process.abandon()
        self._back_at = self.step + self._disk.down_steps
        self._gone_from_memory()

    def _gone_from_memory(self) -> None:
        for ref in set(pykka.ActorRegistry.get_all()) - self._others:
            pykka.ActorRegistry.unregister(ref)
        self._gone()

    def _gone(self) -> None:
        self.process = None
        self._fibres.forget()
        self.tserver.hang_up()
        for client in self._clients:
            client.forget()

    def take_snapshot(self) -> None:
        if self.process is not None:
            self.process.snapshot()

    # -- what goes wrong ---------------------------------------------------------------------------------------------

    def stop(self, steps: int) -> None:
        if self.process is None:
            return
        self._is_stopping = True
        self.process.stop()
        self._is_stopping = False
        assert self.process.error is None
        assert set(pykka.ActorRegistry.get_all()) == self._others, "actors are left over"
        assert not self._fibres.running, "a link is left over"
        self._gone()
        self._back_at = self.step + steps

    def kill(self, steps: int) -> None:
        if self.process is not None:
            self._disk.down_steps = steps
            self._disk.die()

    def stall(self, steps: int) -> None:
        self._clients[0].stalls_until = self.step + steps

    def vanish(self, client: int) -> None:
        self._clients[client].vanish()

    def jump(self, seconds: float) -> None:
        self.world.skew_us += round(seconds * US_PER_SECOND)

    def reload(self, which: str) -> None:
        write_configuration(self._plan, self._folder, CONFIGURATIONS[which])
        if self.process is not None:
            self.process.reload()
        if which == "a broken one":
            write_configuration(self._plan, self._folder)

    # -- what must be ------------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Every value is the oracle's, and every line has counted once."""
        if self.process is None:
            self.start()
        if self.process is None:
            return
        self.pass_time(LOOK_US)
        self.rest()
        self.serve_clients()
        self.rest()
        self._check_lines()
        assert len(self._record.lines()) == len(self.tserver.due), "lines have not been heard"
        assert not self.process.supervisor.dead_letters.count
        for client in self._clients:
            if client.stalls_until < self.step:
                client.read()
        listening = [client for client in self._clients if client.stalls_until < self.step]
        truth = Truth(self._plan, self._record, self.tserver.due, self.process.intake.now_us)
        truth.check(self._inspected(), listening)
        self.world.now += LOOK_US

    def _inspected(self) -> Client:
        """Somebody comes, asks for all that was ever opened, and goes."""
        assert self.process is not None
        wishes = [wish for client in self._clients for wish in client.wishes.values()]
        asked = [wish._replace(notification=SILENT) for wish in wishes if wish.ref in self._record.opened_us]
        inspector = Client(asked)
        inspector.connect(self.process.port)
        inspector.open(lambda _: True)
        self.rest()
        inspector.read()
        inspector.vanish()
        self.rest()
        return inspector

    def finish(self) -> None:
        """Nothing goes wrong any more: all comes back, is read, and ends; and nothing is left over."""
        self._disk.is_safe = True
        if self.process is None:
            self.start()
        assert self.process is not None
        for event in self.day.mend(self.world.now):
            self.tserver.tell(event)
        self.day.steps += ABSENT_STEPS
        for _ in range(TRIES_MAX):
            self.pass_time(LOOK_US)
            self.tserver.pass_step()
            self.rest()
        assert self.tserver.is_heard, "the link is not up"
        self.pass_time(round(AFTER_ALL_TIMERS * US_PER_SECOND))
        self.look()
        for client in self._clients:
            client.vanish()
        self.rest()
        self.pass_time(FOR_EVER_US)
        self.rest()
        check_forgotten(self.process.supervisor)
        self.stop(0)


def _drawn(raised: Mapping[tuple[int, int], int]) -> Draw:
    """Raises at the planned messages of each kind of actor."""
    counts = [0] * len(KILLED)

    def draw(actor: Any, _message: Any) -> int | None:
        kind = KILLED.index(type(actor))
        counts[kind] += 1
        return raised.get((kind, counts[kind]))

    return draw
