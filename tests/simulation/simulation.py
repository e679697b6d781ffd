"""A seed's run: the day goes on, what is planned to go wrong does, and all values are held against the oracle's."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

import pykka

from actors.configuration.load import load
from actors.vocabulary.protocol import Notification
from runtime.journal_entries import JournalError, Mark
from runtime.snapshots import SnapshotError
from tests.faults import Draw, Faults
from tests.oracle.agreement import AFTER_ALL_TIMERS, ENVIRONMENT, is_same, value_wanted
from tests.oracle.days import ENVIRONMENT_TOML
from tests.oracle.oracle import Oracle
from tests.simulation.client import Client, Wish
from tests.simulation.day import US_PER_SECOND, Day
from tests.simulation.disk import Disk, ProcessDied
from tests.simulation.plan import KILLED, Plan
from tests.simulation.process import Process, simulated
from tests.simulation.record import Record
from tests.simulation.scheduler import Fibres, SeededDispatcher, SeededIntake, World
from tests.simulation.tserver import ABSENT_STEPS, LinkFault, TServer

TRIES_MAX: Final = 30
"""Seconds to bring a link up again: longer than it ever waits between two tries."""
LOOK_US: Final = US_PER_SECOND
SILENT: Final = Notification("None")
FOR_EVER_US: Final = round(3.5 * 86_400 * US_PER_SECOND)
"""Longer than the pool keeps what nobody asks for."""
FILES: Final = Path("/dev/fd")


class Act(NamedTuple):
    """One thing that happens; one that is alone happens while no snapshot is being taken."""

    do: Callable[[], None]
    is_alone: bool = False


class Simulation:
    """One run.

    Args:
        plan: what happens.
        folder: for configuration and data; empty.
    """

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan = plan
        self._folder = folder
        self._random = Random(f"{plan.seed} turns")
        self._world = World(plan.start_us)
        self._fibres = Fibres(self._world)
        self._day = Day(plan.seed, plan.start_us)
        self._tserver = TServer(self._fibres, Random(f"{plan.seed} network"), self._day, self._world)
        self._record = Record()
        self._clients = plan.clients()
        self._others = set(pykka.ActorRegistry.get_all())
        deaths = {fault.at: fault.how for fault in plan.faults if fault.what == "death"}
        self._disk = Disk(deaths, {fault.at: fault.how for fault in plan.faults if fault.what == "full"})
        self._process: Process | None = None
        self._back_at = 0
        self._is_stopping = False
        self._step = -1
        self._acts = self._script()
        self._next: Act | None = None

    def run(self) -> None:
        """Runs it to its end.

        Raises:
            AssertionError: something is as it must not be.
        """
        with self._simulated(), _silence():
            before = _left()
            self._write_configuration()
            while (act := self._taken()) is not None:
                self._do(act)
        after = _left()
        assert after == before, f"of actors and files {after} are there, {before} were"

    @contextmanager
    def _simulated(self) -> Iterator[None]:
        def dispatcher() -> SeededDispatcher:
            return SeededDispatcher(self._random, self._meanwhile)

        def intake(dispatcher: Any, clock: Any) -> SeededIntake:
            return SeededIntake(dispatcher, clock, self._random, self._fibres, self._record.offer)

        raised = {(fault.how.kind, fault.at): fault.how.line for fault in self.plan.faults if fault.what == "actor"}
        ends = {"world": self._world, "disk": self._disk, "fibres": self._fibres, "tserver": self._tserver}
        failing = Faults(KILLED, _drawn(raised)).injected() if raised else nullcontext()
        with simulated(**ends, dispatcher=dispatcher, intake=intake, log_max=self.plan.log_max), failing:
            yield

    # -- turns -------------------------------------------------------------------------------------------------------

    def _taken(self) -> Act | None:
        act, self._next = self._next or next(self._acts, None), None
        return act

    def _do(self, act: Act) -> None:
        try:
            act.do()
            for _ in range(self._random.choice((0, 0, 1, 1, 2, 8))):
                self._turn()
        except ProcessDied:
            self._died()

    def _turn(self) -> None:
        """A link's turn, and a batch's."""
        if self._process is None:
            return
        self._fibres.run()
        intake = self._process.intake
        if not intake.step():
            intake.dispatcher.run_until_quiet()

    def _meanwhile(self) -> None:
        """The server gives way."""
        if self._is_stopping:
            return
        for _ in range(self._random.choice((0, 1, 1, 3))):
            self._next = self._taken()
            if self._next is None or self._next.is_alone or not self._random.randrange(2):
                self._turn()
            else:
                act = self._taken()
                assert act is not None
                act.do()

    def _rest(self) -> None:
        """All that has been said is heard, and handled to its end."""
        assert self._process is not None
        intake = self._process.intake
        while self._fibres.run() or intake.step() or intake.dispatcher.has_mail:
            intake.dispatcher.run_until_quiet()

    # -- the script --------------------------------------------------------------------------------------------------

    def _script(self) -> Iterator[Act]:
        for step in range(self.plan.steps):
            yield Act(partial(self._begin, step))
            for fault in self.plan.struck_at(step):
                yield Act(partial(STRUCK[fault.what], self, fault.how), is_alone=fault.what == "stop")
            if step in self.plan.snapshots:
                yield Act(self._take_snapshot, is_alone=True)
            if step in self.plan.looks:
                yield Act(self._look)
            for event in self._day.happen(self._world.now):
                yield Act(partial(self._tserver.tell, event))
        yield Act(self._finish, is_alone=True)

    def _begin(self, step: int) -> None:
        self._step = step
        self._pass_time(self._day.pause_us())
        self._tserver.pass_step()
        if self._process is None and step >= self._back_at:
            self._start()
        if self._process is not None:
            self._serve_clients()

    def _pass_time(self, us: int) -> None:
        if us:
            self._world.now += us
            self._tserver.tell_time()

    def _serve_clients(self) -> None:
        """Clients come back, ask for what is new, and read."""
        assert self._process is not None
        self._rest()
        for client in self._clients:
            if not client.is_connected:
                client.connect(self._process.port)
            if client.open(self._may_open):
                self._rest()
            if client.stalls_until < self._step:
                client.read()

    def _may_open(self, wish: Wish) -> bool:
        """Whether it is certain what a statistic counts that is opened now: nothing else is of the same time."""
        if wish.ref in self._record.opened_us:
            return True
        assert self._process is not None
        is_clear = not self._world.skew_us and self._process.intake.now_us > self._record.last_us > 0
        return is_clear and wish.from_step <= self._step

    # -- the process -------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        self._disk.is_dead = False
        process = Process(self._folder, load(self._folder), self._folder / "data", settled=self._settled)
        try:
            process.start()
        except (JournalError, SnapshotError):
            self._gone_from_memory()
        else:
            self._process = process

    def _settled(self, last: Mark | None) -> None:
        """The journal is open: what is not in it was never heard."""
        self._record.settle(last)
        self._check_lines()
        del self._tserver.due[len(self._record.lines()) :]

    def _check_lines(self) -> None:
        counted = self._record.lines()
        assert counted == [line.id for line in self._tserver.due[: len(counted)]], "lines are lost, or came twice"
        self._record.check_losses(self._tserver.due)

    def _died(self) -> None:
        if self._process is not None:
            self._process.abandon()
        self._back_at = self._step + self._disk.down_steps
        self._gone_from_memory()

    def _gone_from_memory(self) -> None:
        for ref in set(pykka.ActorRegistry.get_all()) - self._others:
            pykka.ActorRegistry.unregister(ref)
        self._gone()

    def _gone(self) -> None:
        self._process = None
        self._fibres.forget()
        self._tserver.hang_up()
        for client in self._clients:
            client.forget()

    def _take_snapshot(self) -> None:
        if self._process is not None:
            self._process.snapshot()

    # -- what goes wrong ---------------------------------------------------------------------------------------------

    def _stop(self, steps: int) -> None:
        if self._process is None:
            return
        self._is_stopping = True
        self._process.stop()
        self._is_stopping = False
        assert self._process.error is None
        assert set(pykka.ActorRegistry.get_all()) == self._others, "actors are left over"
        assert not self._fibres.running, "a link is left over"
        self._gone()
        self._back_at = self._step + steps

    def _kill(self, steps: int) -> None:
        if self._process is not None:
            self._disk.down_steps = steps
            self._disk.die()

    def _break_link(self, fault: LinkFault) -> None:
        self._tserver.strike(fault)

    def _stall(self, steps: int) -> None:
        self._clients[0].stalls_until = self._step + steps

    def _vanish(self, client: int) -> None:
        self._clients[client].vanish()

    def _jump(self, seconds: float) -> None:
        self._world.skew_us += round(seconds * US_PER_SECOND)

    def _reload(self, which: str) -> None:
        self._write_configuration(CONFIGURATIONS[which])
        if self._process is not None:
            self._process.reload()
        if which == "a broken one":
            self._write_configuration()

    def _write_configuration(self, more: str = "") -> None:
        plan = self.plan
        lines = ["[statserver]", "listen = 127.0.0.1:0", "time-zone = UTC", f"clock = {plan.clock}"]
        lines += [f"journal-sync = {plan.sync}", f"max-client-output-queue-size = {plan.output_kib}"]
        if plan.stuck_call_time is not None:
            lines += ["check-stuck-calls = yes", f"stuck-call-time = {plan.stuck_call_time}"]
        (self._folder / "statserver.cfg").write_text("\n".join([*lines, more]), encoding="utf-8")
        (self._folder / "environment.toml").write_text(ENVIRONMENT_TOML, encoding="utf-8")

    # -- what must be ------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Every value is the oracle's, and every line has counted once."""
        if self._process is None:
            self._start()
        if self._process is None:
            return
        self._pass_time(LOOK_US)
        self._rest()
        self._serve_clients()
        self._rest()
        self._check_lines()
        assert len(self._record.lines()) == len(self._tserver.due), "lines have not been heard"
        assert not self._process.supervisor.dead_letters.count
        for client in self._clients:
            if client.stalls_until < self._step:
                client.read()
        self._compare(self._inspected())
        self._world.now += LOOK_US

    def _inspected(self) -> Client:
        """Somebody comes, asks for all that was ever opened, and goes."""
        assert self._process is not None
        wishes = [wish for client in self._clients for wish in client.wishes.values()]
        asked = [wish._replace(notification=SILENT) for wish in wishes if wish.ref in self._record.opened_us]
        inspector = Client(asked)
        inspector.connect(self._process.port)
        inspector.open(lambda _: True)
        self._rest()
        inspector.read()
        inspector.vanish()
        self._rest()
        return inspector

    def _compare(self, inspector: Client) -> None:
        if not inspector.answers:
            return
        events = list(self._record.events(self._tserver.due))
        oracle = Oracle(ENVIRONMENT, events, stuck_call_time=self.plan.stuck_call_time)
        for ref, (value, time) in inspector.answers.items():
            wish = inspector.wishes[ref]
            opened_at = self._record.opened_us[ref] / US_PER_SECOND
            wanted = value_wanted(oracle, wish.question, opened_at, time or self._world.now / US_PER_SECOND)
            assert is_same(wanted, value), f"the oracle says {wanted!r}, the server {value!r}\n{wish.question}"
            for client in self._clients:
                self._compare_told(client, ref, wanted)

    def _compare_told(self, client: Client, ref: int, wanted: Any) -> None:
        """Who hears of each change has heard of the last."""
        if client.is_told(ref) and client.stalls_until < self._step:
            told, _ = client.answers[ref]
            assert is_same(wanted, told), f"a client was told {told!r} last, not {wanted!r}\n{client.wishes[ref]}"

    def _finish(self) -> None:
        """Nothing goes wrong any more: all comes back, is read, and ends; and nothing is left over."""
        self._disk.is_safe = True
        if self._process is None:
            self._start()
        assert self._process is not None
        for event in self._day.mend(self._world.now):
            self._tserver.tell(event)
        self._day.steps += ABSENT_STEPS
        for _ in range(TRIES_MAX):
            self._pass_time(LOOK_US)
            self._tserver.pass_step()
            self._rest()
        assert self._tserver.is_heard, "the link is not up"
        self._pass_time(round(AFTER_ALL_TIMERS * US_PER_SECOND))
        self._look()
        for client in self._clients:
            client.vanish()
        self._rest()
        self._pass_time(FOR_EVER_US)
        self._rest()
        self._check_forgotten()
        self._stop(0)

    def _check_forgotten(self) -> None:
        """What nobody has asked for is gone, and nobody is told of anything."""
        assert self._process is not None
        supervisor = self._process.supervisor
        assert not supervisor.sessions, "sessions are left over"
        assert not supervisor.pool.at_rest().state.entries, "statistics are left over"
        for node in supervisor.board.nodes.values():
            assert not node.actions, f"somebody still wants actions of {node.key}"
            assert not any(node.statuses.values()), f"somebody still wants statuses of {node.key}"


STRUCK: Final[Mapping[str, Callable[[Simulation, Any], None]]] = {
    "stop": Simulation._stop,
    "killed": Simulation._kill,
    "link": Simulation._break_link,
    "client stalls": Simulation._stall,
    "client vanishes": Simulation._vanish,
    "clock": Simulation._jump,
    "configuration": Simulation._reload,
}
CONFIGURATIONS: Final[Mapping[str, str]] = {
    "the same": "",
    "another": "[More]\nObjects = Agent\nCategory = TotalNumber\nMainMask = CallInbound\nSubject = DNAction\n",
    "a broken one": "snapshot-interval = never\n",
}


def _drawn(raised: Mapping[tuple[int, int], int]) -> Draw:
    """Raises at the planned messages of each kind of actor."""
    counts = [0] * len(KILLED)

    def draw(actor: Any, _message: Any) -> int | None:
        kind = KILLED.index(type(actor))
        counts[kind] += 1
        return raised.get((kind, counts[kind]))

    return draw


def _left() -> tuple[int, int]:
    """How many actors there are, and open files."""
    return len(pykka.ActorRegistry.get_all()), len(list(FILES.iterdir()))


@contextmanager
def _silence() -> Iterator[None]:
    """What goes wrong is planned: nobody needs to be told in the log."""
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
