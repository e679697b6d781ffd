"""The pool: every statistic that was asked for, calculated on after its clients are gone (`semantics.md` 9.6).

Requests reach it as inputs that run alone, while all else is at rest: so it may look at objects, give a new statistic
the state of its object, and change who is told of what. What is asked of a statistic it hands on to that.

Its books, and the tables of who wants what, are changed when its turn is over, by what cannot fail: until then all is
as it was. So a pool that fails stands anew before the same books, and needs no log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar, Final

from actors.configuration.requests import check_resets
from actors.sessions.messages import Answer, NotOpened, Ref, SessionGone, SessionRequest
from actors.statistics import saving
from actors.statistics.agenda import LookAgain
from actors.statistics.forgetting import Forget, Forgetting
from actors.statistics.listing import LISTINGS, objects_listed
from actors.statistics.messages import Asked, ClientGone, Look
from actors.statistics.notification import listener_of
from actors.statistics.opening import Core, Opening, opening
from actors.statistics.pool_state import Entry, PoolState, Wiring
from actors.statistics.removal import REASON, ObjectsGone
from actors.vocabulary import protocol
from actors.vocabulary.errors import RequestError
from actors.vocabulary.objects import ObjectKey
from runtime.actor import Actor
from runtime.effects import EFFECTS
from runtime.intake import BEHIND_US_MAX, TIMER_US_MIN
from runtime.mail import Input, settled_order

LAST_RANK: Final = 15
"""What is told with it comes behind all else of an input."""
LOOK_AGAIN_US: Final = 1_000_000
"""How often a statistic is looked at after a reset while an event from before it may still come."""
LATE_US_MAX: Final[Mapping[str, int]] = {"asterisk": TIMER_US_MIN}
"""How far back a type of source may date an event that it understands late."""


class PoolActor(Actor):
    """Opens and closes statistics for sessions, and hands on what is asked of them."""

    level = 5

    def __init__(self, wiring: Wiring, state: PoolState) -> None:
        super().__init__()
        self.wiring = wiring
        self.state = state
        wiring.agenda.looker = self.actor_ref
        self._forgetting = Forgetting(wiring, state, self._call_at)

    def on_input(self, message: Input) -> None:
        """A request, the end of a session, or a timer: one in a turn."""
        PAYLOADS[type(message.payload)](self, message, message.payload)

    def on_objects_gone(self, message: ObjectsGone) -> None:
        """Objects are no more: their statistics are closed, behind the last that is told of them."""
        order = settled_order(message.order, LAST_RANK)
        closed = [
            (session, id_)
            for session, opened in self.state.open.items()
            for id_, entry in opened.items()
            if entry.opening.node.key in message.keys
        ]
        for session, id_ in closed:
            session.tell(Answer(order, protocol.StatisticClosed(id=id_, reason=REASON)))
        EFFECTS.later(lambda: self._close_all(closed, message.keys))

    handles: ClassVar = {Input: on_input, ObjectsGone: on_objects_gone}

    def _answer(self, message: Input, asked: SessionRequest) -> None:
        try:
            ANSWERS[type(asked.request)](self, message, asked)
        except RequestError as error:
            refusal = protocol.Error(ref=asked.request.ref, code=error.code, message=error.message)
            asked.session.tell(Answer(message.order, refusal))

    def make_up(self, message: Any) -> None:
        """Runs when it has failed on a message for good: time goes on all the same, and who is gone is not told."""
        payload = message.payload if isinstance(message, Input) else None
        if isinstance(payload, LookAgain):
            self.wiring.agenda.try_again(self._again_us(message.time_us))
        elif isinstance(payload, SessionGone):
            self._gone(message, payload)
        elif isinstance(payload, Forget):
            self._forgetting.try_again(payload, message.time_us)

    # -- while all is at rest --------------------------------------------------------------------------------------

    def begin(self, now_us: int) -> None:
        """Counts from now on, in everything that was asked for while it was not known what time it is."""
        self.wiring.agenda.clear()
        for identity, entry in self.state.entries.items():
            entry.asked_us = entry.asked_us or now_us
            entry.statistic.begin(self.wiring.core(entry.opening, now_us), now_us)
            entry.is_going = False
            self._forgetting.later(entry)
            self.wiring.agenda.look_at(identity, now_us)

    def put_back(self, asked: Opening, asked_us: int, counted: bytes | None) -> Entry:
        """Has a statistic be in the pool that was in that of the server before; objects are what they were.

        Args:
            asked: how it was opened.
            asked_us: when it was asked for last.
            counted: what it had counted, encoded; None if it begins now.
        """
        now_us = self.wiring.intake.now_us
        if counted is None:
            core = self.wiring.core(asked, now_us)
        else:
            core = self.wiring.empty_core(asked, now_us)
            saving.decode(counted, core)
        entry = self._add(asked, core, asked_us)
        self._forgetting.later(entry)
        return entry

    def reopen(self, session: Ref, id_: int, entry: Entry) -> None:
        """A session of the server before, which hears nothing any more, had this open: until it ends, nobody left."""
        entry.statistic.add(listener_of(session, id_, protocol.Notification(mode="None")))
        self._join(session, id_, entry)

    # -- statistics ------------------------------------------------------------------------------------------------

    def _wanted(self, request: protocol.OpenStatistic | protocol.GetStatistic) -> Opening:
        return opening(request, self.wiring.definitions, self.wiring.board)

    def _entry(self, asked: Opening, now_us: int) -> Entry:
        entry = self.state.entries.get(asked.identity)
        return entry or self._add(asked, self.wiring.core(asked, now_us), now_us)

    def _add(self, asked: Opening, core: Core, asked_us: int) -> Entry:
        identity = asked.identity
        ref = self.wiring.start_statistic(core, partial(self.wiring.agenda.look_at, identity))
        entry = Entry(asked, ref, asked_us)
        EFFECTS.later(lambda: self._keep(identity, entry))
        return entry

    def _keep(self, identity: bytes, entry: Entry) -> None:
        asked = entry.opening
        asked.node.want(entry.ref, asked.actions, asked.statuses, asked.masks_alone)
        if asked.is_target:
            self.wiring.board.routers[entry.ref] = asked.node.key.tenant
        self.state.entries[identity] = entry

    # -- requests --------------------------------------------------------------------------------------------------

    def _open_statistic(self, message: Input, asked: SessionRequest) -> None:
        request = asked.request
        assert isinstance(request, protocol.OpenStatistic)
        listener = listener_of(asked.session, asked.id, request.notification)
        wanted = self._wanted(request)
        if listener.is_at_resets:
            check_resets(wanted.profile, wanted.stat_type)
        entry = self._entry(wanted, message.time_us)
        self._hand_on(entry, message, asked)
        EFFECTS.later(lambda: self._join(asked.session, asked.id, entry, message.time_us))

    def _get(self, message: Input, asked: SessionRequest) -> None:
        request = asked.request
        assert isinstance(request, protocol.GetStatistic)
        entry = self._entry(self._wanted(request), message.time_us)
        self._hand_on(entry, message, asked)
        EFFECTS.later(lambda: self._forgetting.note_asked(entry, message.time_us))

    def _of_open(self, message: Input, asked: SessionRequest) -> None:
        self._hand_on(self._opened(asked), message, asked)

    def _close(self, message: Input, asked: SessionRequest) -> None:
        self._hand_on(self._opened(asked), message, asked)
        EFFECTS.later(lambda: self._leave(asked.session, asked.id, message.time_us))

    def _opened(self, asked: SessionRequest) -> Entry:
        try:
            return self.state.open[asked.session][asked.id]
        except KeyError:
            raise RequestError("UnknownStatistic", f"no open statistic {asked.id}") from None

    def _hand_on(self, entry: Entry, message: Input, asked: SessionRequest) -> None:
        time_us = message.time_us
        settled_us, again_us = self._settled_us(time_us), self._again_us(time_us)
        entry.ref.tell(Asked(message.order, time_us, settled_us, again_us, asked))

    def _settled_us(self, now_us: int) -> int:
        """Up to when no event can come any more: by our own clock one may be late (`semantics.md` 9.1)."""
        intake, sources = self.wiring.intake, self.wiring.environment.sources.values()
        late_us = max((LATE_US_MAX.get(source.type, 0) for source in sources), default=0)
        arrived_us = now_us if intake.clock.is_stepped else max(intake.last_us, now_us - BEHIND_US_MAX)
        return arrived_us - late_us

    def _again_us(self, now_us: int) -> int:
        return now_us + (TIMER_US_MIN if self.wiring.intake.clock.is_stepped else LOOK_AGAIN_US)

    def _gone(self, message: Input, gone: SessionGone) -> None:
        opened = self.state.open.get(gone.session, {})
        for id_, entry in opened.items():
            entry.ref.tell(ClientGone(message.order, gone.session, id_))
        EFFECTS.later(lambda: self._part(gone.session, message.time_us))

    # -- the books, changed when a turn is over --------------------------------------------------------------------

    def _join(self, session: Ref, id_: int, entry: Entry, now_us: int | None = None) -> None:
        self.state.open.setdefault(session, {})[id_] = entry
        entry.listeners += 1
        entry.asked_us = entry.asked_us if now_us is None else now_us

    def _leave(self, session: Ref, id_: int, now_us: int) -> None:
        entry = self.state.open.get(session, {}).pop(id_, None)
        if entry is not None:
            entry.listeners -= 1
            self._forgetting.note_asked(entry, now_us)

    def _not_opened(self, message: Input, not_opened: NotOpened) -> None:
        EFFECTS.later(lambda: self._leave(not_opened.session, not_opened.id, message.time_us))

    def _part(self, session: Ref, now_us: int) -> None:
        for id_ in list(self.state.open.get(session, ())):
            self._leave(session, id_, now_us)
        self.state.open.pop(session, None)
        self.wiring.audience.pop(session, None)

    def _close_all(self, closed: list[tuple[Ref, int]], keys: frozenset[ObjectKey]) -> None:
        for session, id_ in closed:
            del self.state.open[session][id_]
        for identity in [one for one, entry in self.state.entries.items() if entry.opening.node.key in keys]:
            self._forgetting.remove(identity)

    # -- timers ----------------------------------------------------------------------------------------------------

    def _look(self, message: Input, _due: LookAgain) -> None:
        EFFECTS.later(lambda: self._have_looked(message))

    def _have_looked(self, message: Input) -> None:
        time_us = message.time_us
        look = Look(message.order, time_us, self._settled_us(time_us), self._again_us(time_us))
        for identity in self.wiring.agenda.take(time_us):
            entry = self.state.entries.get(identity)
            if entry is not None:  # one that was removed may still have asked for it by its last mail
                entry.ref.tell(look)

    def _call_at(self, due_us: int, forget: Forget) -> None:
        self.wiring.intake.call_at(due_us, self.actor_ref, forget, is_alone=True)

    def _is_to_go(self, message: Input, forget: Forget) -> None:
        EFFECTS.later(lambda: self._forgetting.due(forget, message.time_us))

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
    protocol.PeekStatistic: PoolActor._of_open,
    protocol.SuspendNotification: PoolActor._of_open,
    protocol.ResumeNotification: PoolActor._of_open,
    protocol.CloseStatistic: PoolActor._close,
    protocol.ListObjects: PoolActor._list_objects,
    **dict.fromkeys(LISTINGS, PoolActor._list),
}
PAYLOADS: Final[Mapping[type, Callable[[PoolActor, Input, Any], None]]] = {
    SessionRequest: PoolActor._answer,
    SessionGone: PoolActor._gone,
    NotOpened: PoolActor._not_opened,
    LookAgain: PoolActor._look,
    Forget: PoolActor._is_to_go,
}
