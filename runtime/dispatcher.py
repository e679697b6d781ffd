"""Runs actors that have mail, level by level.

A *pass* goes over the levels from the lowest to the highest; on each it lets every actor that has mail handle what
waited when its turn came. Messages of the house only go up, so one pass brings a batch of inputs to its end: every
actor has all the mail of the batch before it runs, sorts it by input, and no value depends on which actor of a level
ran first. A message that does not go up (an actor that tells itself, say) waits for the next pass, between passes
everybody else has a turn, and so nobody starves.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import TYPE_CHECKING, ClassVar, Final

import gevent
from gevent.event import Event

if TYPE_CHECKING:
    from runtime.mail import Mailbox

LEVELS: Final = 8
BEFORE_ALL: Final = 2
"""The highest priority of a watcher: to be idle at that never waits for others to have nothing to do."""
THREADS_EVERY_S: Final = 0.01
THREADS_S: Final = 0.00005
"""How often, and how long, a busy dispatcher leaves the interpreter to other threads (a disk's, a resolver's). Without
that they starve: each of its own short releases wakes them too late to win. It costs half a percent."""


class Dispatcher:
    """The run queues of one server, one a level, and the greenlet in whose turn actors run.

    Args:
        shuffle: if given, draws the order in which actors of one level run: only tests want to.
    """

    _handling: ClassVar[gevent.Greenlet | None] = None

    def __init__(self, *, shuffle: Random | None = None) -> None:
        self._ready: list[list[Mailbox]] = [[] for _ in range(LEVELS)]
        self._shuffle = shuffle
        self._is_idle = False
        self._wake = Event()
        self._left_to_threads_s = 0.0
        self.before_turn: Callable[[Mailbox], None] | None = None
        """Told of each mailbox whose actor is about to handle its mail: a snapshot is being taken."""
        self.undelivered = 0
        """Messages told to actors that had stopped or stopped before handling them."""

    def enqueue(self, inbox: Mailbox) -> None:
        """Puts a mailbox with mail in the run queue of its actor's level."""
        self._ready[inbox.actor.level].append(inbox)
        if self._is_idle:
            self.wake()

    def wake(self) -> None:
        """Ends the wait of an idle dispatcher: somebody outside has something for it."""
        self._is_idle = False
        self._wake.set()

    def wait(self, timeout_s: float | None = None) -> None:
        """Waits until somebody has mail or calls `wake`, or `timeout_s` have passed."""
        if self.has_mail:
            return
        self._is_idle = True
        self._wake.wait(timeout_s)
        self._wake.clear()
        self._is_idle = False

    @property
    def has_mail(self) -> bool:
        """Whether any actor has mail."""
        return any(self._ready)

    def run_pass(self) -> None:
        """Lets every actor that has mail handle it, from the lowest level to the highest."""
        outer, Dispatcher._handling = Dispatcher._handling, gevent.getcurrent()
        try:
            for level in range(LEVELS):
                if self._ready[level]:
                    self._run_level(level)
        finally:
            Dispatcher._handling = outer

    def _run_level(self, level: int) -> None:
        ready, self._ready[level] = self._ready[level], []
        if self._shuffle is not None:
            self._shuffle.shuffle(ready)
        turns = iter(ready)
        inbox = ready[0]
        try:
            for inbox in turns:
                inbox.is_ready = False
                if self.before_turn is not None:
                    self.before_turn(inbox)
                while inbox.actor.run_turn():
                    pass
        except BaseException:
            inbox.is_ready = True
            self._ready[level][:0] = [inbox, *turns]
            raise

    def run_until_quiet(self) -> None:
        """Runs passes until nobody has mail."""
        while self.has_mail:
            self.run_pass()

    def give_way(self) -> None:
        """Lets every socket, timer and thread that is ready have its turn, and comes back at once if none is.

        `gevent.sleep(0)` looks at sockets and timers after 50 turns only: with turns of 5 ms a timer came 250 ms late,
        here 5 ms.
        """
        gevent.idle(BEFORE_ALL)
        now_s = gevent.get_hub().loop.now()
        if abs(now_s - self._left_to_threads_s) > THREADS_EVERY_S:
            self._left_to_threads_s = now_s
            select.select((), (), (), THREADS_S)

    @classmethod
    def is_handling(cls) -> bool:
        """Whether the caller is a handler of an actor."""
        return cls._handling is not None and cls._handling is gevent.getcurrent()

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Actors started inside run here."""
        global _current  # noqa: PLW0603
        before, _current = _current, self
        try:
            yield
        finally:
            _current = before

    def serve(self, step: Callable[[], bool] | None = None) -> None:
        """Runs passes for ever, letting the hub's sockets and timers have their turn between two.

        Args:
            step: something to do before each pass; true if there may be more to do at once.
        """
        while True:
            more = step() if step is not None else False
            self.run_pass()
            if more or self.has_mail:
                self.give_way()
            else:
                self.wait()


_current: Dispatcher | None = None


def current() -> Dispatcher:
    """Where an actor that is started now will run; outside `starting`, a dispatcher that serves from then on."""
    global _current  # noqa: PLW0603
    if _current is None:
        _current = Dispatcher()
        gevent.spawn(_current.serve)
    return _current
