"""What the server is given to do: contact centres of three sizes, a piece of a day of each, what is open on it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import chain, cycle, islice, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import msgspec

from actors.vocabulary.protocol import Notification, ObjectName, OpenStatistic, Register
from simulator.centre import SWITCH, Centre, centre_of
from simulator.configuration import write_configuration
from simulator.play import record_day
from simulator.tserver import TSERVER

HOST: Final = "127.0.0.1"
SEED: Final = 7
IMMEDIATE: Final = Notification()
ASKED: Final = Notification(mode="None")
REGISTERED: Final = b'"event":"EventLinkConnected"'
"""The line that ends the registrations."""

OF_AGENTS: Final = (
    ("AgentState", IMMEDIATE),
    ("CallsInbound", IMMEDIATE),
    ("TalkInbound", ASKED),
    ("TimeInStatus", ASKED),
)
OF_GROUPS: Final = (
    *(("AgentsReady", IMMEDIATE), ("AgentsNotReady", IMMEDIATE), ("AgentsLoggedIn", IMMEDIATE)),
    *(("CallsInbound", IMMEDIATE), ("Occupancy", ASKED), ("AverageTalkInbound", ASKED)),
)
OF_QUEUES: Final = (
    *(("Entered", IMMEDIATE), ("Distributed", IMMEDIATE), ("Abandoned", IMMEDIATE), ("WaitingNow", IMMEDIATE)),
    *(("ServiceFactor", IMMEDIATE), ("Answered", ASKED), ("LongestWaitNow", ASKED), ("EstimatedWait", ASKED)),
)
OF_LINES: Final = (("HoldTime", ASKED),)


class Size(NamedTuple):
    """How large a contact centre is, how lively its day, how much of it is played, and what is open."""

    name: str
    agents: int
    statistics: int
    calls_per_second: float
    day_s: float


SMALL: Final = Size("small", 100, 500, 35.0, 60.0)
MEDIUM: Final = Size("medium", 1_000, 5_000, 350.0, 20.0)
LARGE: Final = Size("large", 30_000, 100_000, 1_000.0, 5.0)
SIZES: Final = (SMALL, MEDIUM, LARGE)


class Load:
    """A contact centre of some size and all that is said to and asked of its server."""

    def __init__(self, size: Size) -> None:
        self.size = size
        self.centre: Centre = centre_of(size.agents, SEED)

    @cached_property
    def lines(self) -> list[bytes]:
        """The lines of the day, with their ends."""
        with TemporaryDirectory() as folder:
            path = Path(folder, "day.jsonl")
            _, agents, _, calls_per_second, day_s = self.size
            record_day(agents, calls_per_second, seed=SEED, duration_s=day_s, path=path)
            return path.read_bytes().splitlines(keepends=True)

    @cached_property
    def registered(self) -> int:
        """How many of the lines say what is there before the day begins."""
        return 1 + next(at for at, line in enumerate(self.lines) if REGISTERED in line)

    def configuration(self, folder: Path, *, port: int, clock: str) -> Path:
        """The folder of the configuration that goes with it."""
        write_configuration(self.centre, folder, host=HOST, ports={TSERVER: port})
        options = folder / "statserver.cfg"
        listening = f"listen = {HOST}:0\nclock = {clock}"
        options.write_text(options.read_text().replace("listen = 127.0.0.1:3050", listening))
        return folder

    def requests(self) -> Iterator[bytes]:
        """What the client says: who it is, then what it wants."""
        encode = msgspec.json.encode
        yield encode(Register(ref=0, client="bench")) + b"\n"
        wanted = islice(self._wanted(), self.size.statistics)
        for ref, ((kind, number), (statistic, notification)) in enumerate(wanted, 1):
            name = ObjectName(kind, number)
            yield encode(OpenStatistic(ref=ref, object=name, statistic=statistic, notification=notification)) + b"\n"

    def _wanted(self) -> Iterator[tuple[tuple[str, str], tuple[str, Notification]]]:
        groups = [("GroupAgents", name) for name in self.centre.agent_groups]
        queues = [
            ("RoutePoint" if one.is_routed else "Queue", f"{one.number}@{SWITCH}") for one in self.centre.services
        ]
        agents = [("Agent", agent.employee_id) for agent in self.centre.agents]
        lines = [("RegDN", f"{number}@{SWITCH}") for number in self.centre.extensions]
        objects = chain(product(groups, OF_GROUPS), product(queues, OF_QUEUES), product(agents, OF_AGENTS))
        return chain(objects, cycle(product(lines, OF_LINES)))
