"""What a link knows of its calls beyond one DN: who takes part, which queues each call has passed, its data.

From it every event is sent to all DNs it touches, with what they could not know themselves (`semantics.md` 2.4, 9.4).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import takewhile
from typing import Any

import msgspec

from actors.objects.messages import Delivery, DnEvent, EarlierData, LinkLossLimit, Listening, StuckCalls
from actors.sources.call import Call
from actors.sources.consultations import Consultations
from actors.sources.ended_calls import EndedCalls
from actors.sources.mediation_rules import MEDIATION_RULES, find_waiting, move_wait, use_up
from actors.sources.party_rules import BEGINNINGS, PARTY_RULES, find_party, move_party
from actors.sources.switch_dns import MonitoredDns
from actors.sources.told import Told, in_turn
from actors.vocabulary.events import CALL_EVENTS, PartyState, TServerEvent
from actors.vocabulary.times import seconds

__all__ = ["CallBook", "Told", "in_turn"]


class CallBook(MonitoredDns):
    """All calls of one link.

    `calls` are those that are not over, in the order of their last event, `ended` the others; `at` says which of
    `calls` have a party at a DN, or wait there. `cut_off` are waits that ended with the loss of the link, by DN and
    conn_id, until a registration.
    """

    calls: dict[str, Call] = {}
    ended: EndedCalls = msgspec.field(default_factory=EndedCalls)
    at: dict[str, set[str]] = {}
    consultations: Consultations = msgspec.field(default_factory=Consultations)
    cut_off: dict[str, dict[str, int]] = {}
    hooks_are_sent: bool = False
    unknown_dns: int = 0

    def fan_out(self, event: TServerEvent, order: int, time_us: int) -> Told:
        """What to tell which DN (its number) of an event, in the order in which it is to be told."""
        number = event.this_dn
        if number not in self.regular and number not in self.mediation:
            self.unknown_dns += bool(number)
            return []
        self.watch(event, time_us)
        if event.event in ("EventOnHook", "EventOffHook"):
            self.hooks_are_sent = True
        if event.calls is not None:
            return self._register(event, event.calls, order, time_us)
        if event.event in CALL_EVENTS and event.conn_id:
            return self._call_event(event, order, time_us)
        if event.conn_id and event.event != "EventError":
            self._settle(number, event.conn_id, self._touched(event.conn_id, time_us), time_us)
        told: Told = [(number, DnEvent(order, time_us, event, (), None, self.hooks_are_sent))]
        if event.event == "EventUnregistered":
            return in_turn(told + self._end_all(number, order, time_us))
        return told

    # -- the link and its limit (9.2) --------------------------------------------------------------------------------

    def completes(self, event: TServerEvent) -> bool:
        """The T-Server itself says when it has told of every DN."""
        return event.event == "EventLinkConnected"

    def lose(self, order: int, time_us: int) -> Told:
        """The link is lost: what is at its DNs is frozen."""
        lost_us = dict.fromkeys(self.watched, time_us)
        self.dark |= lost_us
        self.lost_us |= lost_us
        self.watched.clear()
        lost = DnEvent(order, time_us, TServerEvent("EventServerDisconnected", seconds(time_us)))
        return in_turn((number, lost) for number in self.numbers)

    def end_frozen(self, lost_us: int, order: int, time_us: int) -> Told:
        """The link lost then has stayed down too long: what is still frozen has ended, listening too."""
        limit = LinkLossLimit(order, time_us, lost_us)
        told: Told = [(number, limit) for number in self.numbers]
        for number, since_us in self.dark.items():
            if since_us == lost_us:
                told += self._end_all(number, order, time_us)
        return in_turn(told)

    def _end_all(self, number: str, order: int, time_us: int) -> Told:
        told: Told = []
        for conn_id in self._by_age(self.at.get(number, ())):
            call = self.calls[conn_id]
            if number in call.waits:
                self.cut_off.setdefault(number, {})[conn_id] = time_us
            call.leave(number)
            told += self._listening(conn_id, call, order, time_us)
            self._settle(number, conn_id, call, time_us)
        return told

    # -- which calls there are, and where ----------------------------------------------------------------------------

    def _touched(self, conn_id: str, time_us: int) -> Call:
        """The call, moved to the end of the book: it goes on, comes back, or is new."""
        self.ended.forget_old(time_us)
        call = self.calls.pop(conn_id, None)
        if call is None:
            call = self.ended.take(conn_id, time_us) or Call(time_us)
            self.consultations.bring_back(conn_id, call)
        call.last_us = time_us
        self.calls[conn_id] = call
        return call

    def _settle(self, number: str, conn_id: str, call: Call, time_us: int) -> None:
        """Notes whether a call is at a DN now, and puts it away if it is over."""
        if call.is_at(number):
            self.at.setdefault(number, set()).add(conn_id)
        else:
            self._depart(number, conn_id)
        if call.is_over:
            del self.calls[conn_id]
            self.consultations.put_away(conn_id, call)
            self.ended.put(conn_id, call, time_us)

    def _depart(self, number: str, conn_id: str) -> None:
        calls = self.at.get(number)
        if calls is not None:
            calls.discard(conn_id)
            if not calls:
                del self.at[number]

    def _by_age(self, conn_ids: Iterable[str]) -> list[str]:
        """Those that are not over, the one with the oldest last event first."""
        known = [conn_id for conn_id in conn_ids if conn_id in self.calls]
        return sorted(known, key=lambda conn_id: (self.calls[conn_id].last_us, conn_id))

    # -- an event of a call ------------------------------------------------------------------------------------------

    def _call_event(self, event: TServerEvent, order: int, time_us: int) -> Told:
        number, conn_id = event.this_dn, event.conn_id
        call = self._touched(conn_id, time_us)
        data = call.user_data
        news: Told = []
        if event.user_data is not None and (event.event != "EventReleased" or call.is_at(number)):
            news = self._news(conn_id, data, event.user_data, order, time_us)
            call.user_data = event.user_data
        told = self._used_up(call, event, order, time_us) if call.routed else []
        if not call.is_at(number):
            self.consultations.leave(number, conn_id, call)
        former = self._move(call, event) if event.event == "EventPartyChanged" else None
        deliveries: tuple[Delivery, ...] = ()
        if number in self.regular and (begin := BEGINNINGS.get(event.event)) is not None:
            deliveries = begin(self, call, event, order)
        earlier = self._earlier_data(call, event, time_us)
        told.append((number, DnEvent(order, time_us, event, deliveries, data, self.hooks_are_sent, earlier)))
        told += news
        if number not in self.regular:
            rule = MEDIATION_RULES.get(event.event)
            told += rule(self, call, event, order, time_us) if rule is not None else ()
        elif (party_rule := PARTY_RULES.get(event.event)) is not None:
            party_rule(call, event)
        told += self._heard(call, event, former, order, time_us)
        self._settle(number, conn_id, call, time_us)
        if former is not None:
            self._settle(number, event.previous_conn_id, former, time_us)
        return in_turn(told) if len(told) > 1 else told

    def _used_up(self, call: Call, event: TServerEvent, order: int, time_us: int) -> Told:
        told: Told = []
        for queue in [queue for queue in call.routed if queue != event.this_dn]:
            told += use_up(self, call, queue, event, order, time_us)
            self._depart(queue, event.conn_id)
        return told

    def _move(self, call: Call, event: TServerEvent) -> Call | None:
        """A party, or a waiting call, is under another conn_id now: the call it was in, if that is not over."""
        number, old = event.this_dn, self.calls.get(event.previous_conn_id)
        if old is None or old is call:
            return None
        move = move_wait if number in self.mediation else move_party
        if move(call, old, number):
            self.consultations.move(number, event.previous_conn_id, old, event.conn_id, call)
        return old

    def _news(
        self, conn_id: str, old: dict[str, Any] | None, new: dict[str, Any] | None, order: int, time_us: int
    ) -> Told:
        """A call is to have other user data: parties of consultations for it hear of them."""
        if new is None or new == old:
            return []
        return [(number, EarlierData(order, time_us, own, new)) for number, own in self.consultations.of(conn_id)]

    def _earlier_data(self, call: Call, event: TServerEvent, time_us: int) -> dict[str, Any] | None:
        """The data of the call that this one is a consultation for; a party change names the call left behind.

        What was a consultation for the very call that it is now has the data that the event brings to that.
        """
        previous = event.previous_conn_id
        if not previous or event.event == "EventPartyChanged":
            return event.user_data if call.consults_for.get(event.this_dn) == event.conn_id else None
        self.consultations.note(event.this_dn, event.conn_id, call, previous)
        if previous in self.calls:
            return self.calls[previous].user_data
        ended = self.ended.recall(previous, time_us)
        return ended.user_data if ended is not None else None

    def _heard(self, call: Call, event: TServerEvent, former: Call | None, order: int, time_us: int) -> Told:
        """Whose party somebody listens to from now, or no longer."""
        party = call.parties.get(event.this_dn)
        if party is not None:
            party.other_dn = event.other_dn or party.other_dn
            if event.event == "EventPartyChanged":
                party.is_held = False
        told = [] if former is None else self._listening(event.previous_conn_id, former, order, time_us)
        return told + self._listening(event.conn_id, call, order, time_us)

    @staticmethod
    def _listening(conn_id: str, call: Call, order: int, time_us: int) -> Told:
        now, before = call.listened_to(), call.observed
        if now == before:
            return []
        call.observed = now
        turned = [(number, False) for number in sorted(before - now)] + [(one, True) for one in sorted(now - before)]
        return [(number, Listening(order, time_us, conn_id, is_on=is_on)) for number, is_on in turned]

    # -- registration ------------------------------------------------------------------------------------------------

    def _register(self, event: TServerEvent, found: tuple[PartyState, ...], order: int, time_us: int) -> Told:
        """Takes over what is at a DN; which queues sent what is new there."""
        number = event.this_dn
        states = {state.conn_id: state for state in found}
        calls = {conn_id: self._touched(conn_id, time_us) for conn_id in states}
        known = tuple(_with_data(number, calls[state.conn_id], state) for state in found)
        news: Told = []
        for state in found:
            news += self._news(state.conn_id, calls[state.conn_id].user_data, state.user_data, order, time_us)
        gone = [one for one in self._by_age(self.at.get(number, ())) if one not in states]
        for conn_id in gone:
            self.calls[conn_id].leave(number)
        deliveries: tuple[Delivery, ...] = ()
        for conn_id, state in states.items():
            deliveries += self._find(calls[conn_id], number, state, order, time_us)
        self.cut_off.pop(number, None)
        event = msgspec.structs.replace(event, calls=known)
        told: Told = [(number, DnEvent(order, time_us, event, deliveries, None, self.hooks_are_sent)), *news]
        for conn_id in (*gone, *states):
            call = self.calls[conn_id]
            told += self._listening(conn_id, call, order, time_us)
            self._settle(number, conn_id, call, time_us)
        return in_turn(told)

    def _find(self, call: Call, number: str, state: PartyState, order: int, time_us: int) -> tuple[Delivery, ...]:
        call.user_data = state.user_data if state.user_data is not None else call.user_data
        if number in self.mediation:
            cut_off_us = self.cut_off.get(number, {}).get(state.conn_id, 0)
            find_waiting(call, number, state, order, time_us, max(self.lost_us.get(number, 0), cut_off_us))
            return ()
        return find_party(self, call, number, state, order)

    # -- stuck calls (9.3) -------------------------------------------------------------------------------------------

    def stuck(self, limit_us: int, order: int, time_us: int) -> Told:
        """Removes calls without an event for `limit_us`, and their data with them (`semantics.md` 9.3)."""
        told: Told = []
        stuck: dict[str, list[str]] = defaultdict(list)
        silent = list(takewhile(lambda one: one[1].last_us + limit_us <= time_us, self.calls.items()))
        for conn_id, call in silent:
            self._remove(conn_id, call)
            for number in call.parties.keys() | call.waits:
                stuck[number].append(conn_id)
        for number, conn_ids in sorted(stuck.items()):
            told.append((number, StuckCalls(order, time_us, tuple(conn_ids), self.hooks_are_sent)))
        for conn_id, call in silent:
            told += self._news(conn_id, call.user_data, {}, order, time_us)
        return in_turn(told)

    def _remove(self, conn_id: str, call: Call) -> None:
        del self.calls[conn_id]
        self.consultations.put_away(conn_id, call)
        for number in call.parties.keys() | call.waits:
            self._depart(number, conn_id)

    def next_stuck_us(self, limit_us: int) -> int | None:
        """When the call with the oldest last event becomes stuck; None if all are over."""
        return next(iter(self.calls.values())).last_us + limit_us if self.calls else None


def _with_data(number: str, call: Call, state: PartyState) -> PartyState:
    """A call first found here without user data takes the call's as last seen on the link (`semantics.md` 2)."""
    if state.user_data is not None or call.is_at(number):
        return state
    return msgspec.structs.replace(state, user_data=call.user_data)
