"""The pool: every statistic that was asked for, calculated on after its clients are gone (`semantics.md` 9.6).

Requests reach it as inputs that run alone, while all else is at rest: so it may look at objects and statistics, give
a new statistic the state of its object, and change who is told of what.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

import msgspec

from actors.configuration.requests import check_resets
from actors.sessions.messages import Answer, Reading, Ref, SessionGone, SessionRequest
from actors.statistics import saving
from actors.statistics.changes import StatesView
from actors.statistics.listing import LISTINGS, objects_listed
from actors.statistics.notification import Listener, listener_of
from actors.statistics.opening import Opening, opening
from actors.statistics.pool_state import Entry, PoolState, Wiring
from actors.statistics.schedule import Schedule
from actors.vocabulary import protocol
from actors.vocabulary.errors import RequestError
from actors.vocabulary.objects import ObjectKey
from runtime.actor import Actor
from runtime.intake import BEHIND_US_MAX, TIMER_US_MIN
from runtime.mail import Input

DAY_US: Final = 86_400_000_000
LOOK_AGAIN_US: Final = 1_000_000
"""How often a statistic is looked at after a reset while an event from before it may still come."""
LOOKS_MAX: Final = 100
"""Statistics looked at in one go, 1 to 2 ms; when thousands are due at one moment events come between."""
BREATH_US: Final = 4_000
"""From one such go to the next, for the events."""
LATE_US_MAX: Final[Mapping[str, int]] = {"asterisk": TIMER_US_MIN}
"""How far back a type of source may date an event that it understands late."""


class LookAgain(msgspec.Struct, frozen=True):
    """Payload of the pool's timer: some statistics are to be looked at."""


class Forget(msgspec.Struct, frozen=True):
    """Payload of a timer: a statistic goes if nobody has asked for it since."""

    identity: bytes


class PoolActor(Actor):
    """Opens, reads and closes statistics for sessions."""

    level = 6

    def __init__(self, wiring: Wiring, state: PoolState) -> None:
        super().__init__()
        self.wiring = wiring
        self.state = state

    def on_input(self, message: Input) -> None:
        """A request, the end of a session, or a timer."""
        payload = message.payload
        if isinstance(payload, SessionRequest):
            self._answer(message, payload)
        elif isinstance(payload, SessionGone):
            self.wiring.audience.pop(payload.session, None)
            for entry, listener in self.state.open.pop(payload.session, {}).values():
                self._leave(entry, listener, message.time_us)
        elif isinstance(payload, LookAgain):
            self._look(message)
        elif isinstance(payload, Forget):
            self._forget(payload.identity, message.time_us)

    handles: ClassVar = {Input: on_input}

    def _answer(self, message: Input, asked: SessionRequest) -> None:
        try:
            ANSWERS[type(asked.request)](self, message, asked)
        except RequestError as error:
            refusal = protocol.Error(ref=asked.request.ref, code=error.code, message=error.message)
            asked.session.tell(Answer(message.order, refusal))

    def begin(self, now_us: int) -> None:
        """Counts from now on, in everything that was asked for while it was not known what time it is."""
        if self.state.timer is not None:
            self.wiring.intake.cancel(self.state.timer)
        self.state.schedule, self.state.timer = Schedule(), None
        for identity, entry in self.state.entries.items():
            entry.asked_us = entry.asked_us or now_us
            entry.statistic.core = self._core(entry.opening, now_us)
            for listener in entry.statistic.listeners:
                listener.begin(now_us, moves=entry.statistic.core.moves)
            entry.is_going = False
            self._forget_later(entry)
            self._push(now_us, identity)

    def set_aside(self, message: Any) -> None:
        """Answers a request on which this actor failed: for the client it has changed nothing."""
        asked = message.payload if isinstance(message, Input) else None
        if not isinstance(asked, SessionRequest):
            return
        if isinstance(asked.request, protocol.OpenStatistic):
            entry, listener = self.state.open.get(asked.session, {}).pop(asked.id, (None, None))
            if entry is not None and listener is not None:
                self._leave(entry, listener, message.time_us)
        error = protocol.Error(ref=asked.request.ref, code="Internal", message="the server failed on this request")
        asked.session.tell(Answer(message.order, error))

    # -- statistics ------------------------------------------------------------------------------------------------

    def _asked(self, request: protocol.OpenStatistic | protocol.GetStatistic) -> Opening:
        return opening(request, self.wiring.definitions, self.wiring.board)

    def _entry(self, asked: Opening, now_us: int) -> Entry:
        identity = asked.identity
        entry = self.state.entries.get(identity)
        if entry is None:
            entry = self._add(asked, self._core(asked, now_us), now_us)
        entry.asked_us = now_us
        return entry

    def _add(self, asked: Opening, core: Any, asked_us: int) -> Entry:
        identity = asked.identity
        ref = self.wiring.start_statistic(core, lambda due_us: self._push(due_us, identity))
        asked.node.want(ref, asked.actions, asked.statuses)
        entry = self.state.entries[identity] = Entry(asked, ref, asked_us)
        return entry

    def put_back(self, asked: Opening, asked_us: int, counted: bytes | None) -> Entry:
        """Has a statistic be in the pool that was in that of the server before; objects are what they were.

        Args:
            asked: how it was opened.
            asked_us: when it was asked for last.
            counted: what it had counted, encoded; None if it begins now.
        """
        now_us = self.wiring.intake.now_us
        if counted is None:
            core = self._core(asked, now_us)
        else:
            core = asked.core(self._zone(asked.node.key), now_us, self.wiring.definitions.options.load_balance_aht)
            saving.decode(counted, core)
        entry = self._add(asked, core, asked_us)
        self._forget_later(entry)
        return entry

    def reopen(self, session: Ref, id_: int, entry: Entry) -> None:
        """A session of the server before, which hears nothing any more, had this open: until it ends, nobody left."""
        listener = listener_of(session, id_, protocol.Notification(mode="None"))
        entry.statistic.add(listener)
        self.state.open.setdefault(session, {})[id_] = (entry, listener)

    def _core(self, asked: Opening, now_us: int) -> Any:
        core = asked.core(self._zone(asked.node.key), now_us, self.wiring.definitions.options.load_balance_aht)
        core.take_over(self._seen(asked))
        return core

    def _zone(self, key: ObjectKey) -> str:
        tenant = self.wiring.environment.tenants.get(key.tenant)
        return (tenant.time_zone if tenant else "") or self.wiring.definitions.options.time_zone or "UTC"

    def _seen(self, asked: Opening) -> StatesView:
        view = self.wiring.see(asked.node)
        if asked.is_state:
            return view
        actions = [began for began in view.actions if began.action in asked.actions]
        subjects = {subject for subject, _ in asked.statuses}
        statuses = [change for change in view.statuses if change.subject in subjects]
        return StatesView(actions, statuses, has_logged_in=view.has_logged_in)

    def _open_statistic(self, message: Input, asked: SessionRequest) -> None:
        request = asked.request
        assert isinstance(request, protocol.OpenStatistic)
        listener = listener_of(asked.session, asked.id, request.notification)
        wanted = self._asked(request)
        if listener.is_at_resets:
            check_resets(wanted.profile, wanted.stat_type)
        entry = self._entry(wanted, message.time_us)
        statistic = self._present(entry, message)
        listener.begin(message.time_us, moves=statistic.core.moves)
        statistic.add(listener)
        self.state.open.setdefault(asked.session, {})[asked.id] = (entry, listener)
        asked.session.tell(Answer(message.order, protocol.StatisticOpened(ref=request.ref, id=asked.id)))
        statistic.tell(listener, message.order, message.time_us)
        self._schedule(entry, message.time_us)

    def _get(self, message: Input, asked: SessionRequest) -> None:
        request = asked.request
        assert isinstance(request, protocol.GetStatistic)
        entry = self._entry(self._asked(request), message.time_us)
        self._forget_later(entry)
        body = self._present(entry, message).body(message.time_us)
        asked.session.tell(Reading(message.order, None, body, is_replaceable=False, ref=request.ref))

    def _peek(self, message: Input, asked: SessionRequest) -> None:
        entry, listener = self._opened(asked)
        self._present(entry, message).tell(listener, message.order, message.time_us, ref=asked.request.ref)

    def _suspend(self, message: Input, asked: SessionRequest) -> None:
        entry, listener = self._opened(asked)
        listener.is_suspended = True
        entry.statistic.count_listeners()
        asked.session.tell(Answer(message.order, protocol.Suspended(ref=asked.request.ref, id=listener.id)))

    def _resume(self, message: Input, asked: SessionRequest) -> None:
        entry, listener = self._opened(asked)
        listener.is_suspended = False
        listener.since_us = message.time_us
        statistic = self._present(entry, message)
        statistic.count_listeners()
        asked.session.tell(Answer(message.order, protocol.Resumed(ref=asked.request.ref, id=listener.id)))
        statistic.tell(listener, message.order, message.time_us)
        self._schedule(entry, message.time_us)

    def _close(self, message: Input, asked: SessionRequest) -> None:
        entry, listener = self._opened(asked)
        del self.state.open[asked.session][listener.id]
        self._leave(entry, listener, message.time_us)
        closed = protocol.StatisticClosed(ref=asked.request.ref, id=listener.id)
        asked.session.tell(Answer(message.order, closed))

    def _opened(self, asked: SessionRequest) -> tuple[Entry, Listener]:
        try:
            return self.state.open[asked.session][asked.id]
        except KeyError:
            raise RequestError("UnknownStatistic", f"no open statistic {asked.id}") from None

    def _present(self, entry: Entry, message: Input) -> Any:
        """The statistic as of now: intervals that no event can belong to any more are closed."""
        statistic = entry.statistic
        statistic.close(self._settled_us(message.time_us), message.order)
        return statistic

    def _settled_us(self, now_us: int) -> int:
        """Up to when no event can come any more: by our own clock one may be late (`semantics.md` 9.1)."""
        intake, sources = self.wiring.intake, self.wiring.environment.sources.values()
        late_us = max((LATE_US_MAX.get(source.type, 0) for source in sources), default=0)
        arrived_us = now_us if intake.clock.is_stepped else max(intake.last_us, now_us - BEHIND_US_MAX)
        return arrived_us - late_us

    # -- after the clients -----------------------------------------------------------------------------------------

    def _leave(self, entry: Entry, listener: Listener, now_us: int) -> None:
        entry.statistic.remove(listener)
        entry.asked_us = now_us
        self._forget_later(entry)

    def _forget_later(self, entry: Entry) -> None:
        """Has a statistic that no client has open go when nobody has asked for it for long."""
        if entry.is_going or entry.statistic.listeners:
            return
        entry.is_going = True
        forget = Forget(entry.opening.identity)
        self.wiring.intake.call_at(self._kept_until_us(entry), self.actor_ref, forget, is_alone=True)

    def _kept_until_us(self, entry: Entry) -> int:
        return entry.asked_us + round(self.wiring.definitions.options.old_stats_remove_interval * DAY_US)

    def _forget(self, identity: bytes, now_us: int) -> None:
        entry = self.state.entries.get(identity)
        if entry is None:
            return
        entry.is_going = False
        if entry.statistic.listeners or now_us < self._kept_until_us(entry):
            self._forget_later(entry)
            return
        del self.state.entries[identity]
        self.state.schedule.drop(identity)
        asked = entry.opening
        asked.node.unwant(entry.ref, asked.actions, asked.statuses)
        entry.ref.stop(block=False)

    # -- what only time changes ------------------------------------------------------------------------------------

    def _schedule(self, entry: Entry, now_us: int) -> None:
        due_us = entry.statistic.due_us
        if due_us is not None:
            again_us = TIMER_US_MIN if self.wiring.intake.clock.is_stepped else LOOK_AGAIN_US
            self._push(due_us if due_us > now_us else now_us + again_us, entry.opening.identity)

    def _push(self, due_us: int, identity: bytes) -> None:
        timer = self.state.timer
        if self.state.schedule.put(identity, due_us) and (timer is None or due_us < timer.due_us):
            self._set_timer(due_us)

    def _set_timer(self, due_us: int) -> None:
        if self.state.timer is not None:
            self.wiring.intake.cancel(self.state.timer)
        self.state.timer = self.wiring.intake.call_at(due_us, self.actor_ref, LookAgain(), is_alone=True)

    def _look(self, message: Input) -> None:
        self.state.timer = None
        intake = self.wiring.intake
        due = self.state.schedule.take(message.time_us, sys.maxsize if intake.clock.is_stepped else LOOKS_MAX)
        for identity in due:
            entry = self.state.entries[identity]
            self._present(entry, message).look(message.order, message.time_us)
            self._schedule(entry, message.time_us)
        next_us = self.state.schedule.next_us
        if next_us is not None:
            is_all = intake.clock.is_stepped or len(due) < LOOKS_MAX
            self._set_timer(next_us if is_all else max(next_us, intake.now_us + BREATH_US))

    # -- lists -----------------------------------------------------------------------------------------------------

    def _list_objects(self, message: Input, asked: SessionRequest) -> None:
        request = asked.request
        assert isinstance(request, protocol.ListObjects)
        rows = objects_listed(request, self.wiring.environment, self.wiring.board)
        asked.session.tell(Answer(message.order, protocol.Objects(ref=request.ref, objects=rows)))

    def _list(self, message: Input, asked: SessionRequest) -> None:
        listing = LISTINGS[type(asked.request)]
        asked.session.tell(Answer(message.order, listing(asked.request.ref, self.wiring.definitions)))


ANSWERS: Final[Mapping[type, Callable[[PoolActor, Input, SessionRequest], None]]] = {
    protocol.OpenStatistic: PoolActor._open_statistic,
    protocol.GetStatistic: PoolActor._get,
    protocol.PeekStatistic: PoolActor._peek,
    protocol.SuspendNotification: PoolActor._suspend,
    protocol.ResumeNotification: PoolActor._resume,
    protocol.CloseStatistic: PoolActor._close,
    protocol.ListObjects: PoolActor._list_objects,
    **dict.fromkeys(LISTINGS, PoolActor._list),
}
