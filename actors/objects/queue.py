"""One mediation DN: whether it is monitored, and which calls a registration finds there (`semantics.md` 2.1, 9.2).

What its calls do while they wait stands in `waits`.
"""

from __future__ import annotations

from collections.abc import Collection, Set
from typing import Final

import msgspec

from actors.objects.messages import DnEvent
from actors.objects.party import told_by_state
from actors.objects.sequence import put_in_order
from actors.objects.waits import Waits
from actors.statistics.changes import ActionBegan, Attributes
from actors.vocabulary.events import CALL_EVENTS, PartyState, TServerEvent
from actors.vocabulary.statuses import MONITORED, NOT_MONITORED
from actors.vocabulary.times import microseconds


class Queue(Waits):
    """The state of a mediation DN.

    It `is_dark` from a loss of its link to its registration: what runs is frozen. `lost_us` is when that was last;
    `cut_off` says which waits the limit, or its taking out of service, ended then. `monitor` is the occurrence of
    `Monitored` or `NotMonitored` that runs since `since_us`.
    """

    is_monitored: bool = False
    monitor: str = ""
    since_us: int = 0
    is_dark: bool = False
    lost_us: int | None = None
    cut_off: dict[str, int] = {}

    def apply(self, message: DnEvent) -> None:
        """Lets one event of the DN do all that it does here."""
        event = message.event
        self.order, self.time_us = message.order, message.time_us
        if event.event in GONE:
            self._lose(event)
        elif event.event in ("EventRegistered", "EventAddressInfo"):
            self._register(event)
        elif event.event != "EventError":
            if not self.is_dark:
                self._monitor(is_on=True)
            if event.event in CALL_EVENTS:
                self.call_event(event, message)
        put_in_order(self.told)

    def clean(self, order: int, time_us: int, conn_ids: Collection[str]) -> None:
        """Removes stuck calls (`semantics.md` 9.3)."""
        self.order, self.time_us = order, time_us
        for wait in [wait for conn_id, wait in self.waits.items() if conn_id in conn_ids]:
            self.leave(wait, time_us, "StuckCallCleaned")
        put_in_order(self.told)

    # -- monitored or not, found and gone (9.2) ----------------------------------------------------------------------

    @property
    def status(self) -> str:
        """`Monitored` or `NotMonitored`: a mediation DN has no other status."""
        return MONITORED if self.is_monitored else NOT_MONITORED

    def _monitor(self, *, is_on: bool) -> None:
        if is_on == self.is_monitored and self.monitor:
            return
        if self.monitor:
            self.end(self.status, self.monitor)
        self.is_monitored, self.since_us = is_on, self.time_us
        self.monitor = self.begin(self.status, self.own, self.time_us)

    def is_frozen_since(self, lost_us: int) -> bool:
        """Whether the link was lost then and what ran still waits, open, for the registration."""
        return self.is_dark and self.lost_us == lost_us

    def _lose(self, event: TServerEvent) -> None:
        is_gone = event.event == "EventUnregistered"
        if is_gone:
            self.give_up(self.order, self.time_us)
        if is_gone or self.is_monitored:
            self.is_dark, self.lost_us = True, self.time_us
        self._monitor(is_on=False)

    def give_up(self, order: int, time_us: int) -> None:
        """Ends all that is frozen: the link stayed down too long, or the DN is taken out of service."""
        self.order, self.time_us = order, time_us
        for conn_id, wait in tuple(self.waits.items()):
            self.cut_off[conn_id] = time_us
            self.leave(wait, time_us, "StuckCallCleaned")
        put_in_order(self.told)

    def _register(self, event: TServerEvent) -> None:
        self.is_dark = False
        self._monitor(is_on=True)
        if event.calls is None:
            return
        found = {call.conn_id: call for call in event.calls if call.call_state == "Queued"}
        for conn_id, wait in tuple(self.waits.items()):
            if conn_id not in found:
                self.leave(wait, self.time_us, "StuckCallCleaned")
        for conn_id, call in found.items():
            if conn_id in self.waits:
                wait = self.waits[conn_id]
                self.set_attributes(wait, told_by_state(call, wait.attributes))
            else:
                self._find(call)
        self.cut_off.clear()

    def _find(self, call: PartyState) -> None:
        """A call that waits here and was not seen to enter: not before the loss, nor before the limit ended it."""
        entered_us = self.time_us
        if call.since is not None:
            since_us = max(microseconds(call.since), self.lost_us or 0, self.cut_off.get(call.conn_id, 0))
            entered_us = min(since_us, entered_us)
        known = msgspec.structs.replace(self.own, conn_id=call.conn_id, this_queue=self.own.this_dn)
        self.begin_wait(call.conn_id, told_by_state(call, known), entered_us)

    # -- for a statistic that is opened ----------------------------------------------------------------------------

    def seen(self) -> list[ActionBegan]:
        """All that runs here."""
        own = ActionBegan(self.order, self.time_us, self.status, self.monitor, self.since_us, self.dn, self.own)
        return [own] + [
            ActionBegan(
                wait.order, self.time_us, wait.action, wait.occurrence, wait.entered_us, self.dn, wait.attributes
            )
            for wait in self.waits.values()
        ]


def new_queue(dn: str, mediation: Set[str], now_us: int, media_type: str = "voice") -> Queue:
    """A mediation DN nothing is known of yet: `NotMonitored` since `now_us`."""
    number = dn.partition("@")[0]
    queue = Queue(dn, Attributes(this_dn=number, media_type=media_type), mediation)
    queue.time_us = now_us
    queue._monitor(is_on=False)
    queue.told.clear()
    return queue


GONE: Final = frozenset({"EventUnregistered", "EventLinkDisconnected", "EventServerDisconnected"})
