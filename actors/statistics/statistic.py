"""The statistic actor: takes in what its object tells it, and tells the clients that opened it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final

import msgspec

from actors.sessions.messages import Reading
from actors.statistics.changes import (
    ActionBegan,
    ActionChanged,
    ActionEnded,
    ActionHappened,
    ActionRenamed,
    Noted,
    StatusChanged,
)
from actors.statistics.intervals import Closed
from actors.statistics.measure import Measure, SinceLogin
from actors.statistics.notification import Listener, is_worth_telling
from actors.statistics.state import StateBook
from actors.vocabulary.times import seconds
from runtime.actor import Actor
from runtime.mail import settled_order

RANK: Final = 7
GROUP_STATE_US: Final = 500_000
"""A group's state goes out at most once in this time (`protocols.md` 1)."""

_encode = msgspec.json.Encoder().encode


class StatisticActor(Actor):
    """One statistic of one object, however many clients have it open.

    Args:
        core: calculates the value.
        look_at: has the pool call `look` at a time, in microseconds.
    """

    level = 6

    def __init__(self, core: Measure | SinceLogin | StateBook, look_at: Callable[[int], None]) -> None:
        super().__init__()
        self.core = core
        self.listeners: list[Listener] = []
        self.look_at = look_at
        self._immediate: list[Listener] = []
        self._at_resets: list[Listener] = []
        self._is_state = isinstance(core, StateBook)
        self._is_group_state = isinstance(core, StateBook) and core.is_group
        self._last: Any = None
        self._told_us = 0
        self.settles = core.settles

    def on_change(self, change: Any) -> None:
        """Something the statistic counts happened at its object."""
        if self._at_resets:
            self.close(change.time_us, settled_order(change.order, RANK))
        self.core.hear(change)
        self._last = change

    handles: ClassVar = {
        ActionBegan: on_change,
        ActionEnded: on_change,
        ActionChanged: on_change,
        ActionRenamed: on_change,
        ActionHappened: on_change,
        StatusChanged: on_change,
        Noted: on_change,
    }

    def settle(self) -> None:
        """Tells the clients that want each change what the input has made of the value."""
        if self.core.settles:
            self.core.settle()
        last = self._last
        if last is None:
            return
        if self._is_group_state and last.time_us < self._told_us + GROUP_STATE_US:
            self.look_at(self._told_us + GROUP_STATE_US)
            return
        self._tell_immediate(settled_order(last.order, RANK), max(last.time_us, self._told_us))

    # -- called by the pool, at quiet points -----------------------------------------------------------------------

    def add(self, listener: Listener) -> None:
        """A client opened the statistic."""
        self.listeners.append(listener)
        self.count_listeners()

    def remove(self, listener: Listener) -> None:
        """A client closed it, or is gone."""
        self.listeners.remove(listener)
        self.count_listeners()

    def count_listeners(self) -> None:
        """Who wants what must be known without looking at all; the end of inputs is for those who want each change."""
        self._immediate = [listener for listener in self.listeners if listener.is_immediate]
        self._at_resets = [listener for listener in self.listeners if listener.is_at_resets]
        self.settles = self.core.settles or bool(self._immediate)

    @property
    def due_us(self) -> int | None:
        """When to `look` next: somebody's period is over, or a reset changes the value; None if never."""
        due = [listener.next_us for listener in self.listeners if listener.next_us is not None]
        if (self._immediate or self._at_resets) and self.core.next_reset_us is not None:
            due.append(self.core.next_reset_us)
        return min(due, default=None)

    def look(self, order: int, time_us: int) -> None:
        """Time has passed: tells those whose time it is, and those to whom the value now differs enough."""
        self._tell_immediate(order, time_us)
        over = [listener for listener in self.listeners if listener.is_over(time_us) and listener.is_periodic]
        if over:
            self._tell_those(over, order, time_us)

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

    def tell(self, listener: Listener, order: int, time_us: int, *, ref: int | None = None) -> None:
        """Tells one client the present value, asked or unasked."""
        if self._is_group_state and ref is None:
            self._told_us = time_us
        value = self._value(time_us)
        listener.sent = value
        body = self._body(value, time_us)
        listener.session.tell(Reading(order, listener.id, body, is_replaceable=ref is None, ref=ref))

    def body(self, time_us: int) -> bytes:
        """The `Info` of the present value, from its time on."""
        return self._body(self._value(time_us), time_us)

    # -- telling ---------------------------------------------------------------------------------------------------

    def _tell_immediate(self, order: int, time_us: int) -> None:
        if self._immediate:
            self._told_us = time_us
            self._tell_those(self._immediate, order, time_us)

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
        if not self._is_state:
            return self.core.value(time_us)
        return _encode({"value": self.core.value(time_us), "state": self.core.state})

    def _body(self, value: Any, time_us: int) -> bytes:
        if self._is_state:
            return b'"time":%s,%s' % (_encode(seconds(time_us)), value[1:])
        return _encode({"time": seconds(time_us), "value": value})[1:]


def _closed_body(closed: Closed) -> bytes:
    """The `Info` of a closed interval's last value, from its time on."""
    to = seconds(closed.to_us)
    return _encode({"time": to, "value": closed.value, "interval": {"from": seconds(closed.from_us), "to": to}})[1:]
