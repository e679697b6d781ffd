"""The statistic actor: takes in what its object tells it, and tells the clients that opened it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from functools import partial
from typing import Any, ClassVar, Final

import msgspec

from actors.sessions.messages import Answer, Reading, Ref, SourceNews
from actors.statistics import saving
from actors.statistics.changes import (
    ActionBegan,
    ActionChanged,
    ActionEnded,
    ActionHappened,
    ActionRenamed,
    MediaNoted,
    Noted,
    StatusChanged,
    TargetTold,
)
from actors.statistics.intervals import Closed
from actors.statistics.messages import Asked, ClientGone, Look
from actors.statistics.notification import Listener, is_worth_telling, listener_of
from actors.statistics.opening import Core
from actors.statistics.state import StateBook
from actors.statistics.target import TargetBook
from actors.vocabulary import protocol
from actors.vocabulary.errors import RequestError
from actors.vocabulary.times import seconds
from runtime.actor import Actor
from runtime.effects import EFFECTS
from runtime.mail import settled_order

RANK: Final = 7
GROUP_STATE_US: Final = 500_000
"""A group's state goes out at most once in this time (`protocols.md` 1)."""

_encode = msgspec.json.Encoder().encode


class SavedStatistic(msgspec.Struct, frozen=True):
    """A statistic as it was at rest: what it had counted, encoded, and what its clients had been told."""

    core: bytes
    told_us: int
    listeners: tuple[Listener, ...]


class StatisticActor(Actor):
    """One statistic of one object, however many clients have it open.

    Args:
        core: calculates the value.
        look_at: has the pool say when a time has come, in microseconds.
    """

    __slots__ = (
        "_at_resets",
        "_immediate",
        "_is_group_state",
        "_is_state",
        "_is_target",
        "_last",
        "_told_us",
        "core",
        "listeners",
        "look_at",
        "settles",
    )
    level = 6

    def __init__(self, core: Core, look_at: Callable[[int], None]) -> None:
        super().__init__()
        self.core = core
        self.listeners: list[Listener] = []
        self.look_at = look_at
        self._immediate: list[Listener] = []
        self._at_resets: list[Listener] = []
        self._is_target = isinstance(core, TargetBook)
        self._is_state = self._is_target or isinstance(core, StateBook)
        self._is_group_state = isinstance(core, StateBook) and core.is_group
        self._last: Any = None
        self._told_us = 0
        self.settles = core.settles

    # -- saved and made again --------------------------------------------------------------------------------------

    def saved(self) -> SavedStatistic:
        """What it is; it is at rest."""
        return SavedStatistic(saving.encode(self.core), self._told_us, tuple(map(copy, self.listeners)))

    def go_back(self, saved: SavedStatistic) -> None:
        """Is again what it was, whatever it has become."""
        self.core = saving.restored(saved.core, self.core)
        self._told_us, self.listeners = saved.told_us, list(map(copy, saved.listeners))
        self._count_listeners()

    def another(self) -> StatisticActor:
        """One that is what this one is."""
        new = StatisticActor(self.core, self.look_at)
        new._told_us, new.listeners = self._told_us, self.listeners
        new._count_listeners()
        return new

    def make_up(self, message: Any) -> None:
        """Runs when it has failed on a message for good: time goes on all the same, and who is gone is not told."""
        if isinstance(message, Look):
            self._look_later(message.again_us)
        elif isinstance(message, ClientGone):
            self._remove(message.session, message.id)
        elif isinstance(message, Asked) and isinstance(message.asked.request, protocol.CloseStatistic):
            self._remove(message.asked.session, message.asked.id)

    # -- what its object tells -------------------------------------------------------------------------------------

    def on_change(self, change: Any) -> None:
        """Something the statistic counts happened at its object."""
        if self._at_resets:
            self.close(change.time_us, settled_order(change.order, RANK))
        self.core.hear(change)
        self._last = change

    def settle(self) -> None:
        """Tells the clients that want each change what the input has made of the value."""
        if self.core.settles:
            self.core.settle()
        last, self._last = self._last, None
        if last is None:
            return
        if self._is_group_state and last.time_us < self._told_us + GROUP_STATE_US:
            self._look_later(self._told_us + GROUP_STATE_US)
            return
        time_us = last.time_us
        self._tell_immediate(settled_order(last.order, RANK), time_us if time_us > self._told_us else self._told_us)

    # -- what the pool tells ---------------------------------------------------------------------------------------

    def on_asked(self, message: Asked) -> None:
        """A client asks for it."""
        self._last = None
        try:
            ANSWERS[type(message.asked.request)](self, message)
        except RequestError as error:
            refusal = protocol.Error(ref=message.asked.request.ref, code=error.code, message=error.message)
            self._answer(message, refusal)

    def on_client_gone(self, message: ClientGone) -> None:
        """A client is gone."""
        self._last = None
        self._remove(message.session, message.id)

    def on_look(self, message: Look) -> None:
        """Time has passed: tells those whose time it is, and those to whom the value now differs enough."""
        self._last = None
        order, time_us = message.order, message.time_us
        self.close(message.settled_us, order)
        self._tell_immediate(order, time_us)
        over = [listener for listener in self.listeners if listener.is_over(time_us) and listener.is_periodic]
        if over:
            self._tell_those(over, order, time_us)
        self._schedule(message)

    handles: ClassVar = {
        ActionBegan: on_change,
        ActionEnded: on_change,
        ActionChanged: on_change,
        ActionRenamed: on_change,
        ActionHappened: on_change,
        StatusChanged: on_change,
        Noted: on_change,
        MediaNoted: on_change,
        TargetTold: on_change,
        SourceNews: on_change,
        Asked: on_asked,
        ClientGone: on_client_gone,
        Look: on_look,
    }

    def _join(self, message: Asked) -> None:
        asked = message.asked
        assert isinstance(asked.request, protocol.OpenStatistic)
        listener = listener_of(asked.session, asked.id, asked.request.notification)
        listener.begin(message.time_us, moves=self.core.moves)
        self.close(message.settled_us, message.order)
        self.add(listener)
        self._answer(message, protocol.StatisticOpened(ref=asked.request.ref, id=asked.id))
        self._tell(listener, message)
        self._schedule(message)

    def _get(self, message: Asked) -> None:
        self.close(message.settled_us, message.order)
        body = self._body(self._value(message.time_us), message.time_us)
        reading = Reading(message.order, None, body, is_replaceable=False, ref=message.asked.request.ref)
        message.asked.session.tell(reading)

    def _peek(self, message: Asked) -> None:
        self.close(message.settled_us, message.order)
        self._tell(self._listener(message), message, ref=message.asked.request.ref)

    def _suspend(self, message: Asked) -> None:
        listener = self._listener(message)
        listener.is_suspended = True
        self._count_listeners()
        self._answer(message, protocol.Suspended(ref=message.asked.request.ref, id=listener.id))

    def _resume(self, message: Asked) -> None:
        listener = self._listener(message)
        listener.is_suspended = False
        listener.since_us = message.time_us
        self.close(message.settled_us, message.order)
        self._count_listeners()
        self._answer(message, protocol.Resumed(ref=message.asked.request.ref, id=listener.id))
        self._tell(listener, message)
        self._schedule(message)

    def _leave(self, message: Asked) -> None:
        self._remove(message.asked.session, message.asked.id)
        self._answer(message, protocol.StatisticClosed(ref=message.asked.request.ref, id=message.asked.id))

    @staticmethod
    def _answer(message: Asked, event: protocol.Event) -> None:
        message.asked.session.tell(Answer(message.order, event))

    # -- who listens -----------------------------------------------------------------------------------------------

    def begin(self, core: Core, now_us: int) -> None:
        """Begins anew: only now it is known what time it is."""
        self.core = core
        for listener in self.listeners:
            listener.begin(now_us, moves=core.moves)

    def add(self, listener: Listener) -> None:
        """A client has it open from now on."""
        self.listeners.append(listener)
        self._count_listeners()

    def _remove(self, session: Ref, id_: int) -> None:
        self.listeners = [one for one in self.listeners if one.session is not session or one.id != id_]
        self._count_listeners()

    def _listener(self, message: Asked) -> Listener:
        session, id_ = message.asked.session, message.asked.id
        for listener in self.listeners:
            if listener.session is session and listener.id == id_:
                return listener
        raise RequestError("UnknownStatistic", f"no open statistic {id_}")

    def _count_listeners(self) -> None:
        """Who wants what must be known without looking at all; the end of inputs is for those who want each change."""
        self._immediate = [listener for listener in self.listeners if listener.is_immediate]
        self._at_resets = [listener for listener in self.listeners if listener.is_at_resets]
        self.settles = self.core.settles or bool(self._immediate)

    # -- when to look ----------------------------------------------------------------------------------------------

    def _schedule(self, message: Asked | Look) -> None:
        """Has somebody look when a period is over, or a reset changes the value."""
        due = [listener.next_us for listener in self.listeners if listener.next_us is not None]
        if (self._immediate or self._at_resets) and self.core.next_reset_us is not None:
            due.append(self.core.next_reset_us)
        if due:
            due_us = min(due)
            self._look_later(due_us if due_us > message.time_us else message.again_us)

    def _look_later(self, due_us: int) -> None:
        EFFECTS.later(partial(self.look_at, due_us))

    # -- telling ---------------------------------------------------------------------------------------------------

    def close(self, until_us: int, order: int) -> None:
        """Closes the intervals whose reset was up to then: whoever wants that is told the last value of each."""
        if not self._at_resets:
            self.core.advance(until_us)
            return
        for closed in self.core.close(until_us):
            listeners = [listener for listener in self._at_resets if listener.since_us < closed.to_us]
            body = _closed_body(closed) if listeners else b""
            for listener in listeners:
                listener.session.tell(Reading(order, listener.id, body, is_replaceable=False))

    def _tell(self, listener: Listener, message: Asked, *, ref: int | None = None) -> None:
        """Tells one client the present value, asked or unasked."""
        time_us = message.time_us
        if self._is_group_state and ref is None:
            self._told_us = time_us
        value = self._value(time_us)
        listener.sent = value
        body = self._body(value, time_us)
        listener.session.tell(Reading(message.order, listener.id, body, is_replaceable=ref is None, ref=ref))

    def _tell_immediate(self, order: int, time_us: int) -> None:
        if self._is_target:
            self._tell_news(order, time_us)
        elif self._immediate:
            self._told_us = time_us
            self._tell_those(self._immediate, order, time_us)

    def _tell_news(self, order: int, time_us: int) -> None:
        """Tells what has changed since the last time, each change by itself: a router must miss none."""
        assert isinstance(self.core, TargetBook)
        for news in self.core.take_news():
            body = _encode({"time": seconds(time_us), "target": news})[1:]
            for listener in self._immediate:
                listener.session.tell(Reading(order, listener.id, body, is_replaceable=False))

    def _tell_those(self, listeners: list[Listener], order: int, time_us: int) -> None:
        """Tells those to whom the value differs enough from what they heard last; encoded once, for all."""
        value = self._value(time_us)
        body = None
        for listener in listeners:
            if is_worth_telling(value, listener.sent, listener.insensitivity):
                body = body or self._body(value, time_us)
                listener.sent = value
                listener.session.tell(Reading(order, listener.id, body))

    def _value(self, time_us: int) -> Any:
        """What tells one value from another: of a state, all of it, encoded."""
        core = self.core
        if not self._is_state:
            return core.value(time_us)
        assert isinstance(core, StateBook | TargetBook)
        return _encode({"value": core.value(time_us), **core.parts})

    def _body(self, value: Any, time_us: int) -> bytes:
        if self._is_state:
            return b'"time":%s,%s' % (_encode(seconds(time_us)), value[1:])
        return _encode({"time": seconds(time_us), "value": value})[1:]


def _closed_body(closed: Closed) -> bytes:
    """The `Info` of a closed interval's last value, from its time on."""
    to = seconds(closed.to_us)
    return _encode({"time": to, "value": closed.value, "interval": {"from": seconds(closed.from_us), "to": to}})[1:]


ANSWERS: Final[Mapping[type, Callable[[StatisticActor, Asked], None]]] = {
    protocol.OpenStatistic: StatisticActor._join,
    protocol.GetStatistic: StatisticActor._get,
    protocol.PeekStatistic: StatisticActor._peek,
    protocol.SuspendNotification: StatisticActor._suspend,
    protocol.ResumeNotification: StatisticActor._resume,
    protocol.CloseStatistic: StatisticActor._leave,
}
