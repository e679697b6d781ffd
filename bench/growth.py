"""What a statistic costs as everything around it grows from 10 to 10,000.

    python -m bench.growth

prints a table and writes `bench/results/growth.json`. The whole server runs in this process, without sockets. A figure
is the median µs of processor time for one event with all that it changes; `growth` is that at 10,000 by that at 10.
"""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from rich.console import Console
from rich.table import Table

from actors.configuration.load import load
from actors.sessions.messages import Answer, SessionRequest
from actors.statistics.agenda import LOOKS_MAX
from actors.supervisor import Supervisor
from actors.vocabulary.events import TServerEvent
from actors.vocabulary.protocol import Error, Notification, ObjectName, OpenStatistic
from bench.report import report
from runtime.clock import RealClock, SteppedClock
from runtime.dispatcher import Dispatcher
from runtime.intake import Intake

RESULTS: Final = Path(__file__).parent / "results" / "growth.json"
COUNTS: Final = (10, 100, 1_000, 10_000)
RUNS: Final = 50
A_RUN: Final = 20
"""Events measured together."""
START_US: Final = 1_790_000_000_000_000
STEP_US: Final = 50_000
AGENT: Final = ObjectName("Agent", "0")
GROUP: Final = ObjectName("GroupAgents", "All")
ASKED: Final = Notification("None")


class Nobody:
    """Stands where a session would; what it is told is of no interest, unless it is a refusal."""

    def __init__(self) -> None:
        self.refusals: list[str] = []

    def tell(self, message: Any) -> None:
        """Takes no notice."""
        if isinstance(message, Answer) and isinstance(message.event, Error):
            self.refusals.append(message.event.message)


class ClockByHand(RealClock):
    """The machine's time, as far as the intake knows."""

    def __init__(self, now_us: int) -> None:
        self.time_us = now_us

    def now_us(self) -> int:
        return self.time_us


class House:
    """A contact centre of `agents` in one group, each at a desk with one telephone; or as other `lines` say."""

    def __init__(
        self,
        agents: int,
        clock: SteppedClock | ClockByHand | None = None,
        lines: Iterable[str] = (),
    ) -> None:
        with TemporaryDirectory() as folder:
            Path(folder, "environment.toml").write_text("\n".join(lines or environment(agents)))
            Path(folder, "statserver.cfg").write_text("")
            loaded = load(Path(folder))
        self.intake = Intake(Dispatcher(), clock or SteppedClock(START_US))
        self.supervisor = Supervisor(loaded, self.intake.dispatcher, self.intake)
        self.now_us = START_US
        self.client = Nobody()
        self._ids = iter(range(1 << 30))
        for agent in range(agents):
            self.say(event="EventAgentLogin", this_dn=f"{70000 + agent}", agent_id=f"{agent}")

    def say(self, **event: Any) -> None:
        """An event, and all that it changes."""
        self.now_us += STEP_US
        told = TServerEvent(time=self.now_us / 1_000_000, **event)
        self.intake.put(self.supervisor.connectors["link"], told, stamp_us=self.now_us)
        self.intake.drain()

    def flip(self, turn: int) -> None:
        """An agent goes to break, or comes back."""
        self.say(event="EventAgentNotReady" if turn % 2 else "EventAgentReady", this_dn="70000")

    def call(self, turn: int) -> None:
        """The half of a call."""
        event = "EventReleased" if turn % 2 else "EventEstablished"
        self.say(event=event, this_dn="70000", conn_id=f"c{turn // 2}", call_type="Inbound")

    def open(
        self,
        whose: ObjectName,
        profile: str = "Growing:never",
        *,
        mode: Notification = ASKED,
        condition: str = "",
        **definition: str,
    ) -> None:
        """Opens a statistic; one with another condition is another."""
        number = next(self._ids)
        request = OpenStatistic(
            ref=number,
            object=whose,
            statistic=dict(definition),
            time_profile=profile,
            filter=condition,
            notification=mode,
        )
        self.intake.put(self.supervisor.pool, SessionRequest(self.client, request, number), is_alone=True)
        self.intake.drain()
        if self.client.refusals:
            raise ValueError(self.client.refusals[0])


def environment(agents: int) -> Iterator[str]:
    """Lines of `environment.toml`."""
    yield '[[switch]]\nname="pbx"\n[[source]]\nname="link"\ntype="tserver"\nswitch="pbx"\nhost="127.0.0.1"\nport=1'
    for agent in range(agents):
        yield f'[[dn]]\nnumber="{70000 + agent}"\nswitch="pbx"\ntype="Extension"'
        yield f'[[place]]\nname="Desk {agent}"\ndns=["{70000 + agent}@pbx"]'
        yield f'[[agent]]\nemployee_id="{agent}"\nlogins=["{agent}@pbx"]'
    members = ",".join(f'"{agent}"' for agent in range(agents))
    yield f'[[agent_group]]\nname="All"\nagents=[{members}]'


class Cost(NamedTuple):
    """What grows, its rule, and how it is measured at a size: µs an event, and bytes where memory is the question."""

    name: str
    measure: Callable[[int], float]
    unit: str = "µs an event"


def median_us(turn: Callable[[int], None], count: int = RUNS) -> float:
    runs = []
    for run in range(count):
        began = time.process_time()
        for each in range(A_RUN):
            turn(run * A_RUN + each)
        runs.append((time.process_time() - began) / A_RUN * 1e6)
    return statistics.median(runs)


def condition(number: int) -> str:
    """A filter like no other's."""
    return f'PairExists("Campaign","{number}")'


def unwanted(count: int) -> float:
    """Statistics of the agent that want other actions than happen."""
    house = House(10)
    for number in range(count):
        house.open(AGENT, condition=condition(number), category="TotalNumber", main_mask="CallOutbound")
    return median_us(house.flip)


def counted(count: int) -> float:
    """Calls that a Growing total has counted already."""
    house = House(10)
    house.open(AGENT, "Growing:never", category="TotalTime", main_mask="CallInbound")
    for turn in range(2 * count):
        house.call(turn)
    return median_us(lambda turn: house.call(2 * count + turn))


def _with_window(count: int) -> House:
    house = House(10)
    house.open(AGENT, "Sliding:3600:60", category="TotalTime", main_mask="CallInbound")
    house.now_us += 3_600_000_000
    step_us = 3_000_000_000 // (2 * count)
    for turn in range(2 * count):
        house.now_us += step_us - STEP_US
        house.call(turn)
    return house


def in_window(count: int) -> float:
    """Calls in the window of a Sliding total."""
    house = _with_window(count)
    return median_us(lambda turn: house.call(2 * count + turn))


def window_kib(count: int) -> float:
    """Memory of the statistic after those calls."""
    house = House(10)
    house.open(AGENT, "Sliding:3600:60", category="TotalTime", main_mask="CallInbound")
    tracemalloc.start()
    for turn in range(2 * count):
        house.now_us += 3_000_000_000 // (2 * count) - STEP_US
        house.call(turn)
    taken = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(True, "*/actors/statistics/*")])
    tracemalloc.stop()
    return sum(one.size for one in taken.statistics("filename")) / 1024


def group(count: int) -> float:
    """Agents of a group whose current number is told at once."""
    house = House(count)
    house.open(GROUP, mode=Notification(), category="CurrentNumber", subject="AgentStatus", main_mask="WaitForNextCall")
    return median_us(house.flip)


def longest(count: int) -> float:
    """Agents of a group of which the longest present wait is told at once."""
    house = House(count)
    house.open(GROUP, mode=Notification(), category="CurrentMaxTime", subject="AgentStatus", main_mask="*")
    return median_us(house.flip)


def burst_ms(count: int) -> float:
    """Periodic statistics due at one moment: how long an event waits that comes then."""
    clock = ClockByHand(START_US)
    house = House(10, clock)
    each_second = Notification("Periodic", interval=1)
    for number in range(count):
        house.open(
            AGENT,
            mode=each_second,
            condition=condition(number),
            category="TotalTime",
            subject="AgentStatus",
            main_mask="WaitForNextCall",
        )
    waits = []
    for turn in range(20):
        clock.time_us += 1_000_000
        house.intake.put(house.supervisor.connectors["link"], _event(turn, clock.time_us), stamp_us=clock.time_us)
        before, began = house.supervisor.intake.last_us, time.process_time()
        while house.intake.last_us == before:
            house.intake.step()
        waits.append(time.process_time() - began)
        for _ in range(count // LOOKS_MAX + 1):
            clock.time_us += 10_000
            house.intake.drain()
    return 1000 * statistics.median(waits)


def _event(turn: int, time_us: int) -> TServerEvent:
    """One that none of those statistics wants: only they are to be waited for."""
    event = "EventAgentNotReady" if turn % 2 else "EventAgentReady"
    return TServerEvent(event, time=time_us / 1_000_000, this_dn="70001")


COSTS: Final = (
    Cost("statistics that do not want the event", unwanted),
    Cost("calls in a Growing total", counted),
    Cost("calls in a Sliding window of an hour", in_window),
    Cost("the same: memory of the statistic", window_kib, "KiB"),
    Cost("agents in a group's current number", group),
    Cost("agents in a group's longest present status", longest),
    Cost("Periodic statistics due at one moment: an event waits", burst_ms, "ms"),
)


def measured(step: Callable[[str], None] = lambda _what: None) -> dict[str, dict[int, float]]:
    figures: dict[str, dict[int, float]] = {}
    for cost in COSTS:
        step(cost.name)
        figures[cost.name] = {count: cost.measure(count) for count in COUNTS}
    return figures


def show(figures: dict[str, dict[int, float]], console: Console) -> None:
    table = Table("what grows", *(f"{count:,}" for count in COUNTS), "", "growth", title="From 10 to 10,000")
    for cost in COSTS:
        row = figures[cost.name]
        growth = f"{row[COUNTS[-1]] / row[COUNTS[0]]:.2f}" if row[COUNTS[0]] else ""
        table.add_row(cost.name, *(f"{row[count]:.1f}" for count in COUNTS), cost.unit, growth)
    console.print(table)


def main() -> None:
    report(measured(), show, RESULTS, Console(width=120))


if __name__ == "__main__":
    main()
