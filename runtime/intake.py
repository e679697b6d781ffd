"""Everything from outside comes in here, one after the other: numbered, dated, in batches.

*Lines* of sources are dated by their source's stamp, never before the input before them. *Requests* take a number but
move no time. *Timers* are placed between lines: one due at T comes before what happens at T. An input that changes
structure, and a timer that only notifies, runs *alone*: it ends the batch before it, so what it looks at is at rest.

A batch spans less than `TIMER_US_MIN` of event time, and no timer that changes values is set for less; so no timer set
within a batch is due within it, and values do not depend on where batches end.

A stepped clock that stands at 0 knows no time yet: at the first stamp whoever has dated anything dates it anew.

What is to be kept is in the journal, a batch at a time, before any of the batch is told to anybody. Its entry has the
number and the time of its input. Timers have numbers and no entries: played again, the entries bring them again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from gevent.event import Event

from runtime.actor import ActorRef
from runtime.clock import Clock, RealClock, SteppedClock
from runtime.dispatcher import Dispatcher
from runtime.journal_entries import Entry, Kind
from runtime.journal_keeper import JournalKeeper
from runtime.mail import Input, number_of, order_of
from runtime.timers import Timer, Timers

if TYPE_CHECKING:
    from runtime.journal import Journal

TIMER_US_MIN: Final = 100_000
"""The shortest wait there is: for the event that tells how a call at an Asterisk ended."""
AHEAD_US_MAX: Final = 1_000_000
BEHIND_US_MAX: Final = 30_000_000
LOOK_BACK_US: Final = 3_600_000_000
"""However far time leaps, timers that only notify come for its last hour alone: one wrong stamp, years ahead, must not
keep the server busy, and in a silent night nobody misses the same value every second."""
WAITING_MAX: Final = 20_000
"""Lines that may wait: four seconds of the busiest link; a source that is ahead of that is made to wait."""
BATCH_MAX: Final = 500
"""Lines in a batch: at 5,000 a second a tenth of a second's worth, were they all there at once."""


class Kept(NamedTuple):
    """What the journal gets of an input: whose it is, and the bytes to make it of again."""

    source: str
    kind: Kind
    payload: bytes


class _Waiting(NamedTuple):
    ref: ActorRef
    payload: Any
    stamp_us: int | None
    is_alone: bool
    kept: Kept | None


_Batch = list[tuple[ActorRef, Input, Kept | None]]


class Intake:
    """The one door for what happens outside.

    Args:
        dispatcher: runs the actors.
        clock: a `RealClock` clamps stamps to its own time (`semantics.md` 9.1); a `SteppedClock` follows them.
        batch_max: lines a batch may hold.
    """

    def __init__(self, dispatcher: Dispatcher, clock: RealClock | SteppedClock, *, batch_max: int = BATCH_MAX) -> None:
        self.dispatcher = dispatcher
        self.clock: Clock = clock
        self.last_us = 0
        self.inputs = 0
        self.stamps_clamped = 0
        self._stepped = clock if isinstance(clock, SteppedClock) else None
        self._batch_max = batch_max
        self._waiting: deque[_Waiting] = deque()
        self._keeper: JournalKeeper | None = None
        self._is_in_batch = False
        self._is_dated = self._stepped is None or clock.now_us() > 0
        self._is_to_begin = False
        self.on_first_stamp: Callable[[], None] | None = None
        """Called, while all is at rest, when a clock that stood at 0 is first told the time."""
        self._timers = Timers()
        self._room = Event()
        self._room.set()

    # -- what others call ------------------------------------------------------------------------------------------

    def put(
        self,
        ref: ActorRef,
        payload: Any,
        *,
        stamp_us: int | None = None,
        is_alone: bool = False,
        kept: Kept | None = None,
    ) -> bool:
        """Takes one thing in; it reaches `ref` as an `Input`.

        Args:
            ref: whose it is.
            payload: a frozen value.
            stamp_us: when the source says it happened; None for a request, which moves no time.
            is_alone: whether it changes structure or reads, so runs when all else is at rest.
            kept: what the journal, if there is one, gets of it before it counts.

        Returns:
            Whether the stamp was too far from our clock, and was moved (`semantics.md` 9.1).
        """
        is_off = False
        if stamp_us is not None and self._stepped is None:
            clamped_us = self._clamped(stamp_us)
            is_off, stamp_us = clamped_us != stamp_us, clamped_us
            self.stamps_clamped += is_off
        elif stamp_us is not None and not self._is_dated:
            assert self._stepped is not None
            self._is_dated = self._is_to_begin = True
            self._stepped.advance(stamp_us)
        self._waiting.append(_Waiting(ref, payload, stamp_us, is_alone, kept))
        if len(self._waiting) >= WAITING_MAX:
            self._room.clear()
        self.dispatcher.wake()
        return is_off

    def _clamped(self, stamp_us: int) -> int:
        now_us = self.clock.now_us()
        return min(max(stamp_us, now_us - BEHIND_US_MAX), now_us + AHEAD_US_MAX)

    def wait_for_room(self) -> None:
        """Blocks the calling greenlet (a link's, a session's) while too much waits."""
        self._room.wait()

    def call_at(self, due_us: int, ref: ActorRef, payload: Any, *, set_by: int = 0, is_alone: bool = False) -> Timer:
        """Has `ref` get `payload` as an `Input` dated `due_us`.

        Args:
            due_us: when; not sooner than `TIMER_US_MIN` after the input that sets it, unless it only notifies.
            ref: whose it is.
            payload: a frozen value.
            set_by: order of the message that set it: of two due at one time the one set first comes first.
            is_alone: whether it only notifies.
        """
        timer = self._timers.set(due_us, ref, payload, set_by=set_by, is_alone=is_alone)
        self.dispatcher.wake()
        return timer

    def cancel(self, timer: Timer) -> None:
        """Forgets a timer; one that has come already stays come."""
        self._timers.cancel(timer)

    @property
    def now_us(self) -> int:
        """What a reading is dated: our clock, but not before the last event (`semantics.md` 9.1)."""
        return max(self.clock.now_us(), self.last_us)

    def timers_of(self, ref: ActorRef) -> list[Timer]:
        """Those that are set for an actor, in the order in which they come."""
        return self._timers.of(ref)

    @property
    def is_quiet(self) -> bool:
        """Whether all that has a number has been handled to its end."""
        return not self._is_in_batch and not self.dispatcher.has_mail

    @property
    def is_full(self) -> bool:
        """Whether nothing is taken in because the journal's disk takes no more."""
        return self._keeper is not None and self._keeper.is_full

    # -- what runs it ----------------------------------------------------------------------------------------------

    def keep_in(self, journal: Journal) -> None:
        """From now on what is to be kept is in the journal before it counts; numbers go on behind its newest.

        Args:
            journal: open.
        """
        self._keeper = JournalKeeper(journal, self._room.clear)
        if journal.last is not None:
            self.inputs = max(self.inputs, journal.last.number)

    @contextmanager
    def played(self, clock: SteppedClock) -> Iterator[None]:
        """Meanwhile what is put in has happened before, and this clock, which follows it, is the time.

        Args:
            clock: a `PastClock` where time was the machine's own.
        """
        before = self.clock, self._stepped
        self.clock = self._stepped = clock
        self._is_dated = clock.now_us() > 0
        try:
            yield
        finally:
            self.clock, self._stepped = before
            self._is_dated = self._stepped is None or self._stepped.now_us() > 0

    def serve(self) -> None:
        """Takes inputs in and runs actors for ever."""
        while True:
            if self.step():
                self.dispatcher.give_way()
            elif self.dispatcher.has_mail:
                self.dispatcher.run_pass()
                self.dispatcher.give_way()
            else:
                self.dispatcher.wait(self._seconds_to_timer())

    def step(self) -> bool:
        """Runs one batch to its end: the timers that are due, or the lines that wait, or one input alone.

        One greenlet alone calls it: others have their turn while a batch is being kept.

        Returns:
            False if there was nothing to do.

        Raises:
            JournalError: the journal cannot be written any more.
        """
        assert self._keeper is None or not self._keeper.is_keeping
        self._begin_at_first_stamp()
        horizon_us = self._horizon_us()
        batch = self._due_timer(horizon_us) or self._lines(horizon_us)
        if not batch:
            return False
        self._is_in_batch = True
        self._keep(batch)
        if not self._room.is_set() and len(self._waiting) < WAITING_MAX // 2:
            self._room.set()
        for ref, message, _ in batch:
            if ref.is_alive():
                ref.tell(message)
        self.dispatcher.run_pass()
        self._is_in_batch = False
        return True

    def _begin_at_first_stamp(self) -> None:
        if self._is_to_begin:
            self._is_to_begin = False
            if self.on_first_stamp is not None:
                self.on_first_stamp()

    def _keep(self, batch: _Batch) -> None:
        if self._keeper is None:
            return
        entries = [
            Entry(number_of(message.order), message.time_us, *kept) for _, message, kept in batch if kept is not None
        ]
        if entries:
            self._keeper.keep(entries)

    def run_full_batches(self) -> None:
        """Runs what waits while it is more than a batch holds: for a feeder that is its own source of lines."""
        while len(self._waiting) > self._batch_max:
            self.step()

    def drain(self) -> None:
        """Runs until nothing waits."""
        while self.step() or self.dispatcher.has_mail:
            self.dispatcher.run_pass()

    def advance(self, to_us: int) -> None:
        """On a stepped clock: runs everything that waits and every timer due up to and including `to_us`."""
        self.pass_time(to_us)
        self.last_us = max(self.last_us, to_us)

    def pass_time(self, to_us: int) -> None:
        """As `advance`, but an event that comes then may be of an earlier time: none has been seen at this one."""
        assert self._stepped is not None
        self.drain()
        while (due_us := self._timers.next_us) is not None and due_us <= to_us:
            self._stepped.advance(due_us)
            self.drain()
        self._stepped.advance(to_us)

    def _due_timer(self, horizon_us: int) -> _Batch:
        self._timers.put_off_looks(horizon_us - LOOK_BACK_US)
        timer = self._timers.take(horizon_us)
        if timer is None:
            return []
        if not timer.is_alone:
            self.last_us = max(self.last_us, timer.due_us)
        return [(timer.ref, self._numbered(timer.payload, max(self.last_us, timer.due_us)), None)]

    def _horizon_us(self) -> int:
        """Timers due up to here come before whatever waits."""
        stamp_us = self._waiting[0].stamp_us if self._waiting else None
        if stamp_us is not None:
            return max(stamp_us, self.last_us)
        return self.now_us

    def _lines(self, horizon_us: int) -> _Batch:
        waiting = self._waiting
        batch: _Batch = []
        if not waiting:
            return batch
        if waiting[0].is_alone:
            return [self._taken(waiting.popleft(), horizon_us)]
        timer_us = self._timers.next_us
        end_us = None
        while waiting and len(batch) < self._batch_max and not waiting[0].is_alone:
            stamp_us = waiting[0].stamp_us
            if stamp_us is not None:
                time_us = max(stamp_us, self.last_us)
                if end_us is None:
                    end_us = time_us + TIMER_US_MIN
                if (time_us >= end_us or (timer_us is not None and time_us >= timer_us)) and batch:
                    break
            batch.append(self._taken(waiting.popleft(), horizon_us))
        return batch

    def _taken(self, waiting: _Waiting, horizon_us: int) -> tuple[ActorRef, Input, Kept | None]:
        if waiting.stamp_us is None:
            # One that runs alone is dated by the look at the timers: none is due before it and comes after it.
            time_us = horizon_us if waiting.is_alone else self.now_us
            return waiting.ref, self._numbered(waiting.payload, time_us), waiting.kept
        self.last_us = max(self.last_us, waiting.stamp_us)
        if self._stepped is not None:
            self._stepped.advance(self.last_us)
        return waiting.ref, self._numbered(waiting.payload, self.last_us), waiting.kept

    def _numbered(self, payload: Any, time_us: int) -> Input:
        self.inputs += 1
        return Input(order_of(self.inputs), time_us, payload)

    def _seconds_to_timer(self) -> float | None:
        due_us = self._timers.next_us
        return None if due_us is None or self._stepped is not None else max(0, due_us - self.clock.now_us()) / 1_000_000
