"""What an actor costs: to start, to keep and to tell, beside pykka's threads and a greenlet an actor.

    python bench/actors.py

prints a table and writes `bench/results/actors.json`. Times are the best of a few runs. What is compared is measured
in a process of its own each, so that none finds what another has left behind.
"""

from __future__ import annotations

import gc
import itertools
import queue
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import gevent
import pykka
from gevent.queue import SimpleQueue
from rich.console import Console
from rich.table import Table

from bench.report import report
from runtime.actor import Actor, ActorRef
from runtime.dispatcher import LEVELS, Dispatcher
from runtime.mail import Message, order_of

RESULTS: Final = Path(__file__).parent / "results" / "actors.json"
COUNTS: Final = (10_000, 20_000, 50_000, 100_000)
IDLE: Final = 50_000
IDLE_BYTES_MAX: Final = 768
A_LEVEL: Final = 200
BATCH: Final = 500
BATCHES: Final = 60
THREADS: Final = 160
RUNS: Final = 5


class Told(Message, frozen=True, gc=False):
    """What goes up the chain."""


class Idle(Actor):
    """Does nothing."""

    def on_told(self, message: Told) -> None:
        """Nothing."""

    handles = {Told: on_told}


class Link(Actor):
    """Passes on what it is told."""

    above: tuple[Any, ...] = ()

    def on_told(self, message: Told) -> None:
        for ref in self.above:
            ref.tell(message)

    handles = {Told: on_told}


LINKS: Final = [type(f"Link{level}", (Link,), {"level": level}) for level in range(LEVELS)]


def started(dispatcher: Dispatcher, kind: type[Actor], count: int) -> list[ActorRef]:
    with dispatcher.starting():
        refs = [kind.start() for _ in range(count)]
    dispatcher.run_until_quiet()
    return refs  # type: ignore[return-value]


def life_of(count: int) -> dict[str, float]:
    """Microseconds an actor to start, tell one message and stop, newest first."""
    gc.collect()
    dispatcher = Dispatcher()
    marks = [time.perf_counter()]
    refs = started(dispatcher, Idle, count)
    marks.append(time.perf_counter())
    message = Told(order_of(1))
    for ref in refs:
        ref.tell(message)
    dispatcher.run_until_quiet()
    marks.append(time.perf_counter())
    for ref in reversed(refs):
        ref.stop(block=False)
    dispatcher.run_until_quiet()
    marks.append(time.perf_counter())
    names = ("start_us", "tell_us", "stop_us")
    spans = {name: (marks[at + 1] - marks[at]) / count * 1e6 for at, name in enumerate(names)}
    return {"actors": count, **spans, "all_s": marks[-1] - marks[0]}


# -- memory ----------------------------------------------------------------------------------------------------------


def resident_bytes() -> int:
    gc.collect()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) * 1024


def idle_ours() -> int:
    dispatcher = Dispatcher()
    started(dispatcher, Idle, 100)
    before = resident_bytes()
    refs = started(dispatcher, Idle, IDLE)
    return (resident_bytes() - before) // len(refs)


class Threaded(pykka.ThreadingActor):
    """pykka as it comes."""

    use_daemon_thread = True
    above: tuple[Any, ...] = ()
    done: Any = None

    def on_receive(self, message: Any) -> None:
        for ref in self.above:
            ref.tell(message)
        if self.done is not None:
            self.done.put(message)


def idle_threads() -> int:
    Threaded.start()
    before = resident_bytes()
    refs = [Threaded.start() for _ in range(500)]
    return (resident_bytes() - before) // len(refs)


class Green:
    """A greenlet that gets from a queue."""

    def __init__(self) -> None:
        self.inbox: SimpleQueue[Any] = SimpleQueue()
        self.above: tuple[Any, ...] = ()
        self.handled = 0
        self.greenlet = gevent.spawn(self.run)

    def run(self) -> None:
        while True:
            message = self.inbox.get()
            self.handled += 1
            for other in self.above:
                other.inbox.put(message)


def idle_greenlets() -> int:
    gevent.sleep(0)
    before = resident_bytes()
    actors = [Green() for _ in range(5_000)]
    gevent.sleep(0.01)
    return (resident_bytes() - before) // len(actors)


# -- messages --------------------------------------------------------------------------------------------------------


def messages_ours(*, settles: bool = False) -> float:
    """Messages a second up eight levels of actors, in batches."""
    dice, dispatcher = random.Random(1), Dispatcher()
    rows = [started(dispatcher, kind, A_LEVEL) for kind in LINKS]
    for row, above in itertools.pairwise(rows):
        for ref in row:
            ref.at_rest().above = (dice.choice(above),)
            type(ref.at_rest()).settles = settles
    gc.freeze()
    began = time.perf_counter()
    for batch in range(BATCHES):
        for line in range(BATCH):
            number = batch * BATCH + line
            rows[0][number * 7 % A_LEVEL].tell(Told(order_of(number)))
        dispatcher.run_pass()
    return BATCHES * BATCH * LEVELS / (time.perf_counter() - began)


def messages_threads() -> float:
    """The same through pykka's threads, of which there are fewer."""
    dice = random.Random(1)
    rows = [[Threaded.start() for _ in range(THREADS // LEVELS)] for _ in range(LEVELS)]
    done: queue.Queue[Any] = queue.Queue()
    for row, above in itertools.pairwise(rows):
        for ref in row:
            ref._actor_weakref().above = (dice.choice(above),)  # type: ignore[union-attr]
    for ref in rows[-1]:
        ref._actor_weakref().done = done  # type: ignore[union-attr]
    count = 3 * BATCH
    gc.freeze()
    began = time.perf_counter()
    for number in range(count):
        rows[0][number * 7 % len(rows[0])].tell(Told(number))
    for _ in range(count):
        done.get()
    took = time.perf_counter() - began
    for ref in pykka.ActorRegistry.get_by_class(Threaded):
        ref.stop()
    return count * LEVELS / took


def messages_greenlets() -> float:
    """The same with a greenlet an actor."""
    dice = random.Random(1)
    rows = [[Green() for _ in range(A_LEVEL)] for _ in range(LEVELS)]
    for row, above in itertools.pairwise(rows):
        for actor in row:
            actor.above = (dice.choice(above),)
    gevent.sleep(0)
    gc.freeze()
    began = time.perf_counter()
    for batch in range(BATCHES // 6):
        for line in range(BATCH):
            number = batch * BATCH + line
            rows[0][number * 7 % A_LEVEL].inbox.put(Told(number))
        while sum(actor.handled for actor in rows[-1]) < (batch + 1) * BATCH:
            gevent.idle()
    took = time.perf_counter() - began
    gevent.killall([actor.greenlet for row in rows for actor in row])
    return BATCHES // 6 * BATCH * LEVELS / took


MEASURED_APART: Final[dict[str, Callable[[], float]]] = {
    "bytes ours": idle_ours,
    "bytes greenlets": idle_greenlets,
    "bytes threads": idle_threads,
    "messages ours": messages_ours,
    "messages ours, settling": lambda: messages_ours(settles=True),
    "messages greenlets": messages_greenlets,
    "messages threads": messages_threads,
}


def apart(what: str) -> float:
    """One figure, measured in a process of its own; of rates the best of a few."""
    runs = 1 if what.startswith("bytes") else RUNS
    command = [sys.executable, "-m", "bench.actors", what]
    return max(float(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(runs))


def figures_apart(unit: str) -> dict[str, float]:
    return {what.removeprefix(unit): apart(what) for what in MEASURED_APART if what.startswith(unit)}


# -- the table -------------------------------------------------------------------------------------------------------


def measured(step: Callable[[str], None] = lambda _what: None) -> dict[str, Any]:
    step("lives")
    lives = [min((life_of(count) for _ in range(2)), key=lambda life: life["all_s"]) for count in COUNTS]
    step("memory and messages")
    return {
        "lives": lives,
        "bytes_an_idle_actor": figures_apart("bytes "),
        "messages_a_second": figures_apart("messages "),
    }


def show(figures: dict[str, Any], console: Console) -> None:
    lives = Table("actors", "start µs", "tell µs", "stop µs", "all s", "µs an actor to the first", title="A life")
    first = figures["lives"][0]
    for life in figures["lives"]:
        ratio = (life["all_s"] / life["actors"]) / (first["all_s"] / first["actors"])
        spans = (f"{life[name]:.2f}" for name in ("start_us", "tell_us", "stop_us", "all_s"))
        lives.add_row(f"{life['actors']:,}", *spans, f"{ratio:.2f}")
    console.print(lives)
    idle = Table("an idle actor", "bytes", "to ours", title=f"Memory (ours at most {IDLE_BYTES_MAX})")
    ours = figures["bytes_an_idle_actor"]["ours"]
    for kind, count in figures["bytes_an_idle_actor"].items():
        idle.add_row(kind, f"{count:,.0f}", f"{count / ours:.2f}")
    console.print(idle)
    rates = Table("actors as", "messages a second", "to ours", title=f"{LEVELS} levels, batches of {BATCH}")
    best = figures["messages_a_second"]["ours"]
    for kind, rate in figures["messages_a_second"].items():
        rates.add_row(kind, f"{rate:,.0f}", f"{rate / best:.3f}")
    console.print(rates)


def main() -> None:
    if len(sys.argv) > 1:
        print(MEASURED_APART[sys.argv[1]]())
        return
    report(measured(), show, RESULTS, Console())


if __name__ == "__main__":
    main()
