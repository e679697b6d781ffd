"""From a list of events to the book of everything that happened: one input after the other (`semantics.md` 2, 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from actors.vocabulary.events import CALL_EVENTS
from tests.oracle.calls import call_event, start, stop
from tests.oracle.centre import Centre
from tests.oracle.desks import desk_event, settle_hook, settle_work
from tests.oracle.floor import Dn, Floor
from tests.oracle.occurrences import Party, Point
from tests.oracle.party_changes import party_changed
from tests.oracle.queues import queue_event, seen_elsewhere
from tests.oracle.registrations import clean, clean_wait, cut_off, lose, register, unregister, watch

Event = Mapping[str, Any]

LOSSES: Final = frozenset({"EventLinkDisconnected", "EventServerDisconnected"})
REGISTRATIONS: Final = frozenset({"EventRegistered", "EventAddressInfo"})
FOREVER_US: Final = 1 << 62
HOUR_US: Final = 3_600_000_000
"""A call that is over is remembered for so long (`docs/decisions.md`)."""


class Derivation:
    """Reads a day; `floor` holds the book afterwards.

    Args:
        centre: who is where.
        events: in wire form, in the order in which they arrived.
        link_loss_limit_us: how long what a lost link froze stays open.
        stuck_call_us: how long a call may be silent; None: `check-stuck-calls` is off.
    """

    def __init__(
        self, centre: Centre, events: Sequence[Event], link_loss_limit_us: int, stuck_call_us: int | None
    ) -> None:
        began_us = round(events[0]["time"] * 1_000_000) if events else 0
        self.floor = Floor(centre, began_us)
        self._limit_us = link_loss_limit_us
        self._stuck_us = stuck_call_us
        self._losses_us: list[int] = []
        self._heard_us: dict[str, int] = {}
        self._over_us: dict[str, int] = {}
        for event in events:
            time_us = max(round(event["time"] * 1_000_000), self.floor.now.us)
            self._timers_until(time_us)
            self._forget_until(time_us)
            self._input(time_us)
            self._read(event)
            self._settle()
            self._note_ends()
        self._timers_until(FOREVER_US)

    def _input(self, time_us: int) -> None:
        self.floor.now = Point(self.floor.now.n + 1, time_us)
        self.floor.times.append(time_us)

    def _timers_until(self, time_us: int) -> None:
        """Limits due at T are inputs of their own, before the events of T."""
        while True:
            limit_us = self._losses_us[0] + self._limit_us if self._losses_us else FOREVER_US
            stuck_us = self._stuck_due_us()
            due_us = min(limit_us, stuck_us)
            if due_us > time_us or due_us == FOREVER_US:
                return
            self._input(due_us)
            self.floor.timers.add(self.floor.now.n)
            if limit_us == due_us:
                self._end_frozen(self._losses_us.pop(0))
            else:
                self._clean_stuck(due_us)
            self._settle()
            self._note_ends()

    def _forget_until(self, time_us: int) -> None:
        """Calls in which nobody has taken part for an hour: known no longer to whoever comes now."""
        for conn_id in [one for one, over_us in self._over_us.items() if over_us + HOUR_US <= time_us]:
            del self._heard_us[conn_id], self._over_us[conn_id]
            self.floor.forget(conn_id)

    def _note_ends(self) -> None:
        """Since when nobody takes part in a call, or when it was mentioned after that."""
        going_on = {conn_id for dn in self.floor.dns.values() for conn_id in (*dn.parties, *dn.waits)}
        for conn_id, heard_us in self._heard_us.items():
            if conn_id in going_on:
                self._over_us.pop(conn_id, None)
            else:
                self._over_us[conn_id] = max(heard_us, self._over_us.get(conn_id, self.floor.now.us))

    def _end_frozen(self, lost_us: int) -> None:
        for dn in self.floor.dns.values():
            if dn.is_dark and dn.lost_us == lost_us:
                cut_off(self.floor, dn)

    def _stuck_due_us(self) -> int:
        going_on = [heard_us for conn_id, heard_us in self._heard_us.items() if conn_id not in self._over_us]
        return FOREVER_US if self._stuck_us is None else min(going_on, default=FOREVER_US) + self._stuck_us

    def _clean_stuck(self, due_us: int) -> None:
        """What was known of a silent call goes after it: what is raised at its end has it still."""
        for dn in self.floor.dns.values():
            for party in [party for party in dn.parties.values() if self._is_stuck(party.conn_id, due_us)]:
                clean(self.floor, dn, party)
            for wait in [wait for wait in dn.waits.values() if self._is_stuck(wait.conn_id, due_us)]:
                clean_wait(self.floor, dn, wait)
        self._settle()
        self._input(due_us)
        self.floor.timers.add(self.floor.now.n)
        for conn_id in [one for one in self._heard_us if self._is_stuck(one, due_us)]:
            del self._heard_us[conn_id]
            self.floor.call_history.append((self.floor.now.n, conn_id, {}))
            self.floor.forget(conn_id)

    def _is_stuck(self, conn_id: str, due_us: int) -> bool:
        if self._stuck_us is None or conn_id in self._over_us:
            return False
        return self._heard_us[conn_id] + self._stuck_us == due_us

    def _read(self, event: Event) -> None:
        name = event["event"]
        if name in LOSSES:
            lose(self.floor)
            self._losses_us.append(self.floor.now.us)
        dn = self.floor.dns.get(self.floor.named(event.get("this_dn", "")))
        if dn is None or name == "EventError":
            return
        for conn_id in [event.get("conn_id", ""), *(call["conn_id"] for call in event.get("calls") or [])]:
            if conn_id:
                self._heard_us[conn_id] = self.floor.now.us
        if name in REGISTRATIONS:
            register(self.floor, dn, event)
        elif name == "EventUnregistered":
            unregister(self.floor, dn)
        else:
            self._happened_at(dn, event)

    def _happened_at(self, dn: Dn, event: Event) -> None:
        if not dn.is_dark:
            watch(self.floor, dn, "Monitored")
        is_mediation = self.floor.centre.is_mediation(dn.name)
        if event["event"] in CALL_EVENTS:
            if not event.get("conn_id"):
                return
            seen_elsewhere(self.floor, event)
            if is_mediation:
                queue_event(self.floor, dn, event)
            elif event["event"] == "EventPartyChanged":
                party_changed(self.floor, dn, event)
            else:
                call_event(self.floor, dn, event)
        elif not is_mediation:
            desk_event(self.floor, dn, event)

    def _settle(self) -> None:
        """What follows from the state as it is after an input."""
        regular = [dn for dn in self.floor.dns.values() if not self.floor.centre.is_mediation(dn.name)]
        for dn in regular:
            settle_work(self.floor, dn)
            self._settle_observed(dn, regular)
            settle_hook(self.floor, dn)
        self.floor.note_loads()

    def _settle_observed(self, dn: Dn, everywhere: list[Dn]) -> None:
        """`CallObserved` runs at a party while anyone listens to it."""
        for party in dn.parties.values():
            if party.is_listener:
                continue
            if any(_listens_to(other, party, dn) for at in everywhere for other in at.parties.values()):
                start(self.floor, dn, party, "CallObserved")
            elif "CallObserved" in party.running:
                stop(self.floor, party, "CallObserved")


def _listens_to(listener: Party, party: Party, dn: Dn) -> bool:
    return (
        listener.state == "listening"
        and listener.conn_id == party.conn_id
        and listener.data.last.get("other_dn") == dn.number
    )
