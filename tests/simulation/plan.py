"""All that a seed decides beforehand: the contact centre, what is asked of it, and what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, Final, NamedTuple

from actors.objects.agent import AgentActor
from actors.objects.dn import DnActor
from actors.objects.group import GroupActor
from actors.objects.mediation_dn import MediationDnActor, QueueGroupActor
from actors.objects.place import PlaceActor
from actors.sources.connector import ConnectorActor
from actors.statistics.pool import PoolActor
from actors.statistics.statistic import StatisticActor
from actors.vocabulary.actions import MEDIATION_ACTIONS, REGULAR_ACTIONS
from actors.vocabulary.objects import MEDIATION_OBJECTS
from actors.vocabulary.protocol import Notification
from runtime.actor import Actor
from tests.faults import AFTER, BEFORE, LINES_MAX
from tests.oracle.agreement import STUCK_CALL_TIMES
from tests.oracle.days import STARTS
from tests.oracle.questions import OBJECTS, Question, mask, questions
from tests.simulation.client import NUMBERS, TELLING, Client, Wish
from tests.simulation.day import US_PER_SECOND
from tests.simulation.disk import Death, Moment
from tests.simulation.tserver import LinkFault

KILLED: Final[Sequence[type[Actor]]] = (
    DnActor,
    AgentActor,
    PlaceActor,
    GroupActor,
    MediationDnActor,
    QueueGroupActor,
    StatisticActor,
    PoolActor,
    ConnectorActor,
)
"""Actors that are restarted exactly."""
STEPS: Final = (5, 15, 30, 50)
QUESTIONS: Final = (5, 15, 30)
PLAIN: Final = 4
FAULTS: Final = (0, 1, 1, 2, 2, 3, 4, 6, 9)
MORE_RAISED: Final = (0, 0, 0, 8)
"""Actors that raise beside the other faults: most do so where it changes little."""
WRITES: Final = 120
"""Writes of a day, some: a death at a later one never comes."""
JUMPS_S: Final = (-40.0, -5.0, -0.5, 0.5, 5.0, 20.0, 29.0, 45.0)
NOTIFICATIONS: Final = (
    Notification("None"),
    Notification(frequency=300),
    Notification(frequency=300),
    Notification("Periodic", interval=300),
    Notification(insensitivity=2, frequency=300),
)


class Fault(NamedTuple):
    """Something that goes wrong.

    Attributes:
        what: how it is called; the kinds are those of `DRAWN`.
        at: a step of the day; of a death on disk a write, of an actor the messages of its kind before.
        how: more of it.
    """

    what: str
    at: int
    how: Any = None

    def __str__(self) -> str:
        return SAID[self.what].format(self.at, self.how)


class Raise(NamedTuple):
    """Which kind of actor raises, and where in its handling."""

    kind: int
    line: int

    def __str__(self) -> str:
        where = {BEFORE: "before it", AFTER: "after it"}.get(self.line, f"at line {self.line} of handling it")
        return f"{KILLED[self.kind].__name__} raises {where}"


def _actor(random: Random) -> Fault:
    line = random.choice((BEFORE, AFTER, *[random.randint(1, LINES_MAX)] * 4))
    return Fault("actor", int(random.expovariate(1 / 60)), Raise(int(random.random() * len(KILLED)), line))


def _death(random: Random) -> Fault:
    return Fault("death", random.randint(1, WRITES), Death(random.choice(list(Moment)), random.choice((0, 0, 1, 5))))


def _at_step(what: str, *hows: Any) -> Callable[[Random], Fault]:
    return lambda random: Fault(what, random.randrange(1, STEPS[-1]), random.choice(hows))


DRAWN: Final[Sequence[Callable[[Random], Fault]]] = (
    _actor,
    _actor,
    _actor,
    _death,
    _death,
    _at_step("stop", 0, 0, 3),
    _at_step("killed", 0, 0, 1, 5),
    _at_step("link", *LinkFault),
    _at_step("link", *LinkFault),
    _at_step("client stalls", 1, 5, 20),
    _at_step("client vanishes", 0, 1),
    _at_step("clock", *JUMPS_S),
    _at_step("configuration", "the same", "another", "a broken one"),
    lambda random: Fault("full", random.randint(1, WRITES), random.choice((1, 3, 10))),
)
SAID: Final[Mapping[str, str]] = {
    "actor": "after {} messages of its kind {}",
    "death": "at write {} the process dies {}",
    "stop": "at step {} the server is stopped, and started after {} steps",
    "killed": "at step {} the process is killed, and is back after {} steps",
    "link": "at step {} {}",
    "client stalls": "at step {} a client stops reading for {} steps",
    "client vanishes": "at step {} client {} vanishes",
    "clock": "at step {} the server's clock jumps by {} s",
    "configuration": "at step {} the configuration is read again: {}",
    "full": "at write {} the disk is full, for {} tries",
}


class Plan(NamedTuple):
    """One seed's.

    Attributes:
        clock: the option's value.
        sync: of the journal, likewise.
        log_max: messages an actor's log may have.
        snapshots, looks: steps.
    """

    seed: int
    start_us: int
    steps: int
    clock: str
    sync: str
    stuck_call_time: float | None
    output_kib: int
    log_max: int
    snapshots: frozenset[int]
    looks: frozenset[int]
    wishes: Sequence[Sequence[Wish]]
    faults: Sequence[Fault]

    def clients(self) -> list[Client]:
        return [Client(wishes) for wishes in self.wishes]

    def struck_at(self, step: int) -> list[Fault]:
        """What goes wrong at a step of the day."""
        return [fault for fault in self.faults if fault.at == step and fault.what not in {"actor", "death", "full"}]


def plain_question(random: Random) -> Question:
    """One whose value is told at each change."""
    kind = random.choice(list(OBJECTS))
    names = sorted(MEDIATION_ACTIONS if kind in MEDIATION_OBJECTS else REGULAR_ACTIONS)
    definition = {"category": random.choice(sorted(NUMBERS)), "main_mask": mask(random, names)}
    return Question(str(kind), random.choice(OBJECTS[kind]), definition, TELLING)


def plan_of(seed: int) -> Plan:
    """What a seed stands for."""
    random = Random(f"{seed} plan")
    steps = random.choice(STEPS)
    asked = questions(random, random.choice(QUESTIONS))
    wishes = [
        Wish(ref, question, random.choice(NOTIFICATIONS), random.choice((0, 0, random.randrange(steps))))
        for ref, question in enumerate(asked, 1)
    ]
    plain = [plain_question(random) for _ in range(PLAIN)]
    wishes += [Wish(ref, question, Notification(), 0) for ref, question in enumerate(plain, 1 + len(asked))]
    return Plan(
        seed=seed,
        start_us=round(random.choice(STARTS) * US_PER_SECOND),
        steps=steps,
        clock=random.choice(("live", "live", "sources")),
        sync=random.choice(("system", "system", "commit")),
        stuck_call_time=random.choice(STUCK_CALL_TIMES),
        output_kib=random.choice((4, 64, 4096)),
        log_max=random.choice((2, 32)),
        snapshots=frozenset(random.sample(range(steps), min(steps, random.choice((0, 1, 3, 6))))),
        looks=frozenset(random.sample(range(steps), 1)),
        wishes=[wishes[::2], wishes[1::2]],
        faults=[
            *[random.choice(DRAWN)(random) for _ in range(random.choice(FAULTS))],
            *[_actor(random) for _ in range(random.choice(MORE_RAISED))],
        ],
    )
