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
    settles = True

    def __init__(self, core: Measure | SinceLogin | StateBook, look_at: Callable[[int], None]) -> None:
        super().__init__()
        self.core = core
        self.listeners: list[Listener] = []
        self.look_at = look_at
        self._immediate = 0
        self._order = 0
        self._time_us = 0
        self._told_us = 0

    def on_change(self, change: Any) -> None:
        """Something the statistic counts happened at its object."""
        self.core.hear(change)
        self._order = change.order
        self._time_us = change.time_us

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
        self.core.settle()
        if not self._immediate or not self._order:
            return
        if isinstance(self.core, StateBook) and self.core.is_group:
            due_us = self._told_us + GROUP_STATE_US
            if self._time_us < due_us:
                self.look_at(due_us)
                return
        self._tell_immediate(settled_order(self._order, RANK), self._time_us)

    # -- called by the pool, at quiet points -----------------------------------------------------------------------

    def add(self, listener: Listener) -> None:
        """A client opened the statistic."""
        self.listeners.append(listener)
        self.count_immediate()

    def remove(self, listener: Listener) -> None:
        """A client closed it, or is gone."""
        self.listeners.remove(listener)
        self.count_immediate()

    def count_immediate(self) -> None:
        """Whether anybody wants each change must be known without looking at all of them."""
        self._immediate = sum(listener.is_immediate for listener in self.listeners)

    @property
    def due_us(self) -> int | None:
        """When to `look` next: somebody's period is over, or a reset changes the value; None if never."""
        due = [listener.next_us for listener in self.listeners if listener.next_us is not None]
        if self._immediate and self.core.next_reset_us is not None:
            due.append(self.core.next_reset_us)
        return min(due, default=None)

    def look(self, order: int, time_us: int) -> None:
        """Time has passed: tells those whose time it is, and those to whom the value now differs enough."""
        self._tell_immediate(order, time_us)
        value = self.core.value(time_us)
        body = None
        for listener in self.listeners:
            if listener.is_over(time_us) and listener.is_periodic and self._differs(value, listener):
                body = body or self.body(value, time_us)
                self._send(listener, order, value, body)

    def tell(self, listener: Listener, order: int, time_us: int, *, ref: int | None = None) -> None:
        """Tells one client the present value, asked or unasked."""
        value = self.core.value(time_us)
        body = self.body(value, time_us)
        listener.sent = self._comparable(value)
        listener.session.tell(Reading(order, listener.id, body, is_replaceable=ref is None, ref=ref))

    def body(self, value: Any, time_us: int) -> bytes:
        """The `Info` from its time on."""
        state = self.core.state
        fields = {"time": seconds(time_us), "value": value} | ({} if state is None else {"state": state})
        return _encode(fields)[1:]

    # -- telling ---------------------------------------------------------------------------------------------------

    def _tell_immediate(self, order: int, time_us: int) -> None:
        if not self._immediate:
            return
        value = self.core.value(time_us)
        body = None
        self._told_us = time_us
        for listener in self.listeners:
            if listener.is_immediate and self._differs(value, listener):
                body = body or self.body(value, time_us)
                self._send(listener, order, value, body)

    def _differs(self, value: Any, listener: Listener) -> bool:
        return is_worth_telling(self._comparable(value), listener.sent, listener.insensitivity)

    def _comparable(self, value: Any) -> Any:
        """What tells one value from another: of a state, all of it."""
        state = self.core.state
        return value if state is None else _encode(state)

    def _send(self, listener: Listener, order: int, value: Any, body: bytes) -> None:
        listener.sent = self._comparable(value)
        listener.session.tell(Reading(order, listener.id, body))
