"""What the server is given to do: the simulator's day of 1,000 agents, and 5,000 statistics open on it."""

from __future__ import annotations

import multiprocessing
import re
import socket
import time
from collections.abc import Iterator
from itertools import cycle, islice, product
from pathlib import Path
from typing import Final

import msgspec

from actors.vocabulary.protocol import Notification, ObjectName, OpenStatistic, Register
from simulator.centre import SWITCH, Centre, centre_of
from simulator.configuration import write_configuration
from simulator.play import record_day
from simulator.tserver import TSERVER

HOST: Final = "127.0.0.1"
SEED: Final = 7
AGENTS: Final = 1_000
STATISTICS: Final = 5_000
CALLS_PER_SECOND: Final = 350.0
"""As many as make the day as lively as the load that is to be borne: 5,000 events a second."""
DAY_S: Final = 40.0
TICK_S: Final = 0.002
IMMEDIATE: Final = Notification()
ASKED: Final = Notification(mode="None")

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
REGISTERED: Final = b'"event":"EventLinkConnected"'
_TIME: Final = re.compile(rb'"time":[0-9.e+]+')

centre: Final[Centre] = centre_of(AGENTS, SEED)


def day(folder: Path) -> list[bytes]:
    """The lines of the day, with their ends."""
    path = folder / "day.jsonl"
    record_day(AGENTS, CALLS_PER_SECOND, seed=SEED, duration_s=DAY_S, path=path)
    return path.read_bytes().splitlines(keepends=True)


def configuration(folder: Path, *, port: int, clock: str) -> Path:
    """The folder of the configuration that goes with it."""
    write_configuration(centre, folder, host=HOST, ports={TSERVER: port})
    options = folder / "statserver.cfg"
    options.write_text(options.read_text().replace("listen = 127.0.0.1:3050", f"listen = {HOST}:0\nclock = {clock}"))
    return folder


def requests() -> Iterator[bytes]:
    """What the client says: who it is, then what it wants, `STATISTICS` times."""
    encode = msgspec.json.encode
    yield encode(Register(ref=0, client="bench")) + b"\n"
    agents = [("Agent", agent.employee_id) for agent in centre.agents]
    groups = [("GroupAgents", name) for name in centre.agent_groups]
    queues = [("RoutePoint" if one.is_routed else "Queue", f"{one.number}@{SWITCH}") for one in centre.services]
    lines = [("RegDN", f"{number}@{SWITCH}") for number in centre.extensions]
    wanted = [*product(agents, OF_AGENTS), *product(groups, OF_GROUPS), *product(queues, OF_QUEUES)]
    wanted += list(islice(cycle(product(lines, OF_LINES)), STATISTICS - len(wanted)))
    for ref, ((kind, number), (statistic, notification)) in enumerate(wanted, 1):
        name = ObjectName(kind, number)
        yield encode(OpenStatistic(ref=ref, object=name, statistic=statistic, notification=notification)) + b"\n"


class TServer:
    """A process that is the T-Server: says the registrations, and when told to, the day.

    Args:
        lines: of the day.
        a_second: events a second, each stamped as it is sent; None for as fast as they are read, with their own stamps.
    """

    def __init__(self, lines: list[bytes], a_second: float | None) -> None:
        self._listening = socket.create_server((HOST, 0))
        self.port = int(self._listening.getsockname()[1])
        self._begins = multiprocessing.Event()
        self._process = multiprocessing.Process(target=self._serve, args=(lines, a_second), daemon=True)
        self._process.start()

    def begin(self) -> None:
        """Says the day from now on."""
        self._begins.set()

    def stop(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.join()
        self._listening.close()

    def _serve(self, lines: list[bytes], a_second: float | None) -> None:
        connection, _ = self._listening.accept()
        connection.recv(1 << 16)
        registered = 1 + next(at for at, line in enumerate(lines) if REGISTERED in line)
        first, rest = lines[:registered], lines[registered:]
        connection.sendall(b"".join(first if a_second is None else map(_stamped, map(_split, first))))
        self._begins.wait()
        if a_second is None:
            connection.sendall(b"".join(rest))
        else:
            _pace(connection, rest, a_second)
        connection.recv(1)


def _split(line: bytes) -> tuple[bytes, bytes]:
    found = _TIME.search(line)
    assert found is not None
    return line[: found.start()], line[found.end() :]


def _stamped(parts: tuple[bytes, bytes]) -> bytes:
    return b'%s"time":%.6f%s' % (parts[0], time.time(), parts[1])


def _pace(connection: socket.socket, lines: list[bytes], a_second: float) -> None:
    split = [_split(line) for line in lines]
    began = time.perf_counter()
    sent = 0
    while sent < len(split):
        due = min(int((time.perf_counter() - began) * a_second), len(split))
        if due > sent:
            connection.sendall(b"".join(map(_stamped, split[sent:due])))
            sent = due
        time.sleep(TICK_S)
