"""What a link knows of its calls beyond one DN: who takes part, which queues each call has passed, its data.

From it every event is sent to all DNs it touches, with what they could not know themselves (`semantics.md` 2.4, 9.4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from actors.objects.messages import Delivered, Delivery, DnEvent, EarlierData, Listening, StuckCall, WaitUsedUp
from actors.objects.queue import CLEARED
from actors.sources.consultations import Consultations
from actors.vocabulary.events import CALL_EVENTS, PartyState, TServerEvent
from actors.vocabulary.times import microseconds
from runtime.mail import INDEX_SHIFT, Message

ENDED_KEPT_US: Final = 3_600_000_000
"""A call nobody takes part in is remembered for an hour: it may come back, from a transfer to nowhere we watch."""

REGISTRATIONS: Final = frozenset({"EventRegistered", "EventAddressInfo"})

Told = list[tuple[str, Message]]


class CallParty(msgspec.Struct):
    """A regular DN in a call; `has_queue` once it is known which queue sent it there.

    An observer listens to `other_dn` once `is_listening`.
    """

    began_order: int
    rings: bool
    has_queue: bool = False
    is_answered: bool = False
    is_held: bool = False
    is_observer: bool = False
    is_listening: bool = False
    other_dn: str = ""


class Call(msgspec.Struct):
    """One conn_id: DNs are numbers of the link's switch.

    `entered` is order and time of its last entry to each mediation DN, `waits` where it waits now; `answered` is the
    order in which the last party began at each DN that talked and is over. `sent` and `sent_virtually` are
    the queues whose `EventDiverted` named a DN where it has not arrived yet; `routed` are routes used and not diverted.
    `observed` are the DNs that were told that somebody listens to their party.
    """

    last_us: int
    parties: dict[str, CallParty] = {}
    waits: set[str] = set()
    entered: dict[str, tuple[int, int]] = {}
    answered: dict[str, int] = {}
    sent: dict[str, str] = {}
    sent_virtually: dict[str, list[str]] = {}
    routed: dict[str, tuple[int, str]] = {}
    observed: frozenset[str] = frozenset()
    user_data: dict[str, Any] | None = None

    @property
    def is_over(self) -> bool:
        """Whether nobody takes part in it that we watch."""
        return not self.parties and not self.waits

    def listened_to(self) -> frozenset[str]:
        """The DNs whose party somebody listens to now."""
        heard = {party.other_dn for party in self.parties.values() if party.is_listening}
        return frozenset(dn for dn in heard if dn in self.parties and not self.parties[dn].is_observer)


class CallBook(msgspec.Struct):
    """All calls of one link.

    `regular` and `mediation` are the numbers its switch has by the configuration, `virtual` the mediation DNs that
    are virtual queues. Calls stand in the order of their last event. `watched` are the DNs that are monitored, `dark`
    those that were when their link was lost, or that were taken out of service, and since when.
    """

    switch: str
    regular: frozenset[str]
    mediation: frozenset[str]
    virtual: frozenset[str]
    calls: dict[str, Call] = {}
    consultations: Consultations = msgspec.field(default_factory=Consultations)
    watched: set[str] = set()
    dark: dict[str, int] = {}
    hooks_are_sent: bool = False
    unknown_dns: int = 0

    def fan_out(self, event: TServerEvent, order: int, time_us: int) -> Told:
        """What to tell which DN (its number) of an event, in the order in which it is to be told."""
        number = event.this_dn
        if number not in self.regular and number not in self.mediation:
            self.unknown_dns += 1
            return []
        self._watch(event, time_us)
        if event.event in ("EventOnHook", "EventOffHook"):
            self.hooks_are_sent = True
        if event.calls is not None:
            known = msgspec.structs.replace(event, calls=tuple(self._with_data(number, one) for one in event.calls))
            news = [told for one in event.calls for told in self._news(one.conn_id, one.user_data, order, time_us)]
            deliveries = self._register(event, order, time_us)
            told: Told = [(number, DnEvent(order, time_us, known, deliveries, None, self.hooks_are_sent)), *news]
            for conn_id, call in self.calls.items():
                told += self._listening(conn_id, call, order, time_us)
            return in_turn(told)
        if event.event not in CALL_EVENTS or not event.conn_id:
            return [(number, DnEvent(order, time_us, event, (), None, self.hooks_are_sent))]
        return self._call_event(event, order, time_us)

    # -- monitored or not (9.2) --------------------------------------------------------------------------------------

    def _watch(self, event: TServerEvent, time_us: int) -> None:
        number = event.this_dn
        if event.event == "EventUnregistered":
            self._end_all(number)
            self.watched.discard(number)
            self.dark[number] = time_us
        elif event.event in REGISTRATIONS:
            self.dark.pop(number, None)
            self.watched.add(number)
        elif number not in self.dark and event.event != "EventError":
            self.watched.add(number)

    def lose(self, time_us: int) -> None:
        """The link is lost: what is at its DNs is frozen."""
        self.dark |= dict.fromkeys(self.watched, time_us)
        self.watched.clear()

    def end_frozen(self, lost_us: int) -> None:
        """The link lost then has stayed down too long: what is still frozen has ended."""
        for number, since_us in self.dark.items():
            if since_us == lost_us:
                self._end_all(number)

    def _end_all(self, number: str) -> None:
        for call in self.calls.values():
            self._end(call, number)
            call.waits.discard(number)
            call.routed.pop(number, None)

    # -- calls -------------------------------------------------------------------------------------------------------

    def _call_event(self, event: TServerEvent, order: int, time_us: int) -> Told:
        number = event.this_dn
        call = self._touched(event.conn_id, time_us)
        data = call.user_data
        is_known = number in call.parties or number in call.waits
        news: Told = []
        if event.user_data is not None and (is_known or event.event != "EventReleased"):
            news = self._news(event.conn_id, event.user_data, order, time_us)
            call.user_data = event.user_data
        told = self._used_up(call, event, order, time_us)
        if event.event == "EventPartyChanged":
            self._move(call, event)
        deliveries: tuple[Delivery, ...] = ()
        if number in self.regular:
            if event.event in ("EventRinging", "EventEstablished"):
                deliveries = self._arrive(call, event, order)
            elif event.event == "EventDialing":
                is_observer = event.this_dn_role == "Observer"
                call.parties.setdefault(number, CallParty(order, rings=False, is_observer=is_observer))
        earlier = self._earlier_data(event)
        told.append((number, DnEvent(order, time_us, event, deliveries, data, self.hooks_are_sent, earlier)))
        told += news
        rule = (REGULAR_RULES if number in self.regular else MEDIATION_RULES).get(event.event)
        if rule is not None:
            told += rule(self, call, event, order, time_us)
        told += self._heard(call, event, order, time_us)
        return in_turn(told) if len(told) > 1 else told

    def _touched(self, conn_id: str, time_us: int) -> Call:
        """The call, moved to the end of the book; what is over for long is forgotten on the way."""
        call = self.calls.pop(conn_id, None) or Call(time_us)
        call.last_us = time_us
        self.calls[conn_id] = call
        for oldest in self.calls:
            if self.calls[oldest].last_us + ENDED_KEPT_US > time_us or not self.calls[oldest].is_over:
                break
            self._forget(oldest)
            break
        return call

    def _forget(self, conn_id: str) -> Call:
        self.consultations.forget(conn_id)
        return self.calls.pop(conn_id)

    def _news(self, conn_id: str, data: dict[str, Any] | None, order: int, time_us: int) -> Told:
        """A call is to have other user data: parties of consultations for it hear of them."""
        if data is None or (conn_id in self.calls and data == self.calls[conn_id].user_data):
            return []
        return [(number, EarlierData(order, time_us, own, data)) for number, own in self.consultations.of(conn_id)]

    def _earlier_data(self, event: TServerEvent) -> dict[str, Any] | None:
        """The data of the call that this one is a consultation for; a party change names the call left behind."""
        if not event.previous_conn_id or event.event == "EventPartyChanged":
            return None
        self.consultations.note(event.this_dn, event.conn_id, event.previous_conn_id)
        earlier = self.calls.get(event.previous_conn_id)
        return earlier.user_data if earlier is not None else None

    # -- regular DNs -----------------------------------------------------------------------------------------------

    def _arrive(self, call: Call, event: TServerEvent, order: int) -> tuple[Delivery, ...]:
        """A party begins, or is answered: which queues sent it there."""
        number = event.this_dn
        is_answer = event.event == "EventEstablished"
        party = call.parties.get(number)
        if party is None:
            party = call.parties[number] = CallParty(order, rings=not is_answer)
            party.is_observer = event.this_dn_role == "Observer"
            deliveries = () if party.is_observer else self._deliveries(call, event, party)
        else:
            deliveries = ()
        if is_answer:
            party.is_observer = event.this_dn_role == "Observer" if event.this_dn_role else party.is_observer
            party.rings, party.is_answered, party.is_listening = False, not party.is_observer, party.is_observer
        return deliveries

    def _deliveries(self, call: Call, event: TServerEvent, party: CallParty) -> tuple[Delivery, ...]:
        queue = call.sent.pop(event.this_dn, "")
        if event.this_queue in self.mediation:
            queue = event.this_queue
        virtual = [one for one in call.sent_virtually.pop(event.this_dn, ()) if one != queue]
        party.has_queue = bool(queue)
        return tuple(self._delivery(call, event.conn_id, one) for one in ([queue] if queue else []) + virtual)

    def _delivery(self, call: Call, conn_id: str, queue: str) -> Delivery:
        entered = call.entered.get(queue)
        return Delivery(conn_id, f"{queue}@{self.switch}", entered[1] if entered else None)

    def _held(self, call: Call, event: TServerEvent, _order: int, _time_us: int) -> Told:
        party = call.parties.get(event.this_dn)
        if party is not None:
            party.is_held = event.event == "EventHeld" and party.is_answered
        return []

    def _left(self, call: Call, event: TServerEvent, _order: int, _time_us: int) -> Told:
        self._end(call, event.this_dn)
        return []

    def _end(self, call: Call, number: str) -> None:
        """The party of a DN is over."""
        party = call.parties.pop(number, None)
        if party is not None and party.is_answered:
            call.answered[number] = party.began_order

    def _abandoned(self, call: Call, event: TServerEvent, order: int, time_us: int) -> Told:
        party = call.parties.get(event.this_dn)
        leaves = party is not None and (party.rings or party.is_held or party.is_observer)
        return self._left(call, event, order, time_us) if leaves else []

    def _diverted_while_ringing(self, call: Call, event: TServerEvent, order: int, time_us: int) -> Told:
        party = call.parties.get(event.this_dn)
        leaves = party is not None and party.rings and not party.is_observer
        return self._left(call, event, order, time_us) if leaves else []

    def _move(self, call: Call, event: TServerEvent) -> None:
        """A party, or a waiting call, is under another conn_id now; one that was there already takes it in."""
        number, old = event.this_dn, self.calls.get(event.previous_conn_id)
        if old is None or old is call:
            return
        former, present = old.parties.get(number), call.parties.get(number)
        if former is not None and (present is None or (former.is_answered and not present.is_answered)):
            self._end(call, number)
            call.parties[number] = old.parties.pop(number)
            self.consultations.move(number, event.previous_conn_id, event.conn_id)
        elif former is not None:
            self._end(old, number)
        if number in old.waits:
            self._take_wait(call, old, event)

    def _take_wait(self, call: Call, old: Call, event: TServerEvent) -> None:
        """A call that waits becomes another, which waits there from now, unless it did already."""
        number = event.this_dn
        old.waits.discard(number)
        routed = old.routed.pop(number, None)
        if number in call.waits:
            return
        call.waits.add(number)
        call.entered[number] = old.entered[number]
        self.consultations.move(number, event.previous_conn_id, event.conn_id)
        if routed is not None:
            call.routed[number] = routed

    def _heard(self, call: Call, event: TServerEvent, order: int, time_us: int) -> Told:
        """Whose party somebody listens to from now, or no longer."""
        party = call.parties.get(event.this_dn)
        if party is not None:
            party.other_dn = event.other_dn or party.other_dn
            if event.event == "EventPartyChanged":
                party.is_held = False
        told: Told = []
        if event.event == "EventPartyChanged" and event.previous_conn_id in self.calls:
            told += self._listening(event.previous_conn_id, self.calls[event.previous_conn_id], order, time_us)
        return told + self._listening(event.conn_id, call, order, time_us)

    @staticmethod
    def _listening(conn_id: str, call: Call, order: int, time_us: int) -> Told:
        now, before = call.listened_to(), call.observed
        if now == before:
            return []
        call.observed = now
        turned = [(number, False) for number in sorted(before - now)] + [(one, True) for one in sorted(now - before)]
        return [(number, Listening(order, time_us, conn_id, is_on=is_on)) for number, is_on in turned]

    # -- mediation DNs ---------------------------------------------------------------------------------------------

    def _entered(self, call: Call, event: TServerEvent, order: int, time_us: int) -> Told:
        if event.this_dn not in call.waits:
            call.waits.add(event.this_dn)
            call.entered[event.this_dn] = (order, time_us)
        return []

    def _gave_up(self, call: Call, event: TServerEvent, _order: int, _time_us: int) -> Told:
        call.waits.discard(event.this_dn)
        call.routed.pop(event.this_dn, None)
        return []

    def _diverted(self, call: Call, event: TServerEvent, order: int, time_us: int) -> Told:
        self._gave_up(call, event, order, time_us)
        if event.call_state in CLEARED:
            return []
        return self._send(call, event.this_dn, event.third_party_dn, event.conn_id, order, time_us)

    def _send(self, call: Call, queue: str, target: str, conn_id: str, order: int, time_us: int) -> Told:
        """A queue sent the call to a DN: the party there hears of it, now or when it begins."""
        if target not in self.regular:
            return []
        party = call.parties.get(target)
        is_virtual = queue in self.virtual
        if party is not None and not party.is_observer:
            if party.has_queue and not is_virtual:
                return []
            party.has_queue = party.has_queue or not is_virtual
            return [(target, Delivered(order, time_us, self._delivery(call, conn_id, queue)))]
        if party is None and is_virtual and self._had_entered(call, queue, target):
            return [(target, Delivered(order, time_us, self._delivery(call, conn_id, queue)))]
        if is_virtual:
            call.sent_virtually.setdefault(target, []).append(queue)
        else:
            call.sent[target] = queue
        return []

    def _had_entered(self, call: Call, queue: str, target: str) -> bool:
        """Whether the call stood in the queue as a party began that has talked at the target and is over."""
        return target in call.answered and queue in call.entered and call.answered[target] >= call.entered[queue][0]

    def _route_used(self, call: Call, event: TServerEvent, _order: int, time_us: int) -> Told:
        if event.this_dn in call.waits:
            call.routed[event.this_dn] = (time_us, event.third_party_dn)
        return []

    def _used_up(self, call: Call, event: TServerEvent, order: int, time_us: int) -> Told:
        """On a switch that sends no `EventDiverted` a route used ends the wait, known by the call's next event."""
        told: Told = []
        for queue in [queue for queue in call.routed if queue != event.this_dn]:
            used_us, target = call.routed.pop(queue)
            call.waits.discard(queue)
            next_stop = target or event.this_dn
            told.append((queue, WaitUsedUp(order, time_us, event.conn_id, used_us, next_stop)))
            told += self._send(call, queue, target, event.conn_id, order, time_us)
        return told

    # -- registration, stuck calls ---------------------------------------------------------------------------------

    def _register(self, event: TServerEvent, order: int, time_us: int) -> tuple[Delivery, ...]:
        """Takes over what is at a DN; which queues sent what is new there."""
        number = event.this_dn
        states = {state.conn_id: state for state in event.calls or ()}
        for conn_id, call in self.calls.items():
            if conn_id not in states:
                self._end(call, number)
                call.waits.discard(number)
                call.routed.pop(number, None)
        deliveries: tuple[Delivery, ...] = ()
        for state in states.values():
            call = self._touched(state.conn_id, time_us)
            call.user_data = state.user_data if state.user_data is not None else call.user_data
            if number in self.mediation:
                self._find_waiting(call, number, state, order, time_us)
            else:
                deliveries += self._find_party(call, number, state, order)
        return deliveries

    def _with_data(self, number: str, state: PartyState) -> PartyState:
        """A call first found here without user data takes the call's as last seen on the link (`semantics.md` 2)."""
        call = self.calls.get(state.conn_id)
        if call is None or state.user_data is not None or number in call.parties or number in call.waits:
            return state
        return msgspec.structs.replace(state, user_data=call.user_data)

    def _find_waiting(self, call: Call, number: str, state: PartyState, order: int, time_us: int) -> None:
        if number not in call.waits:
            call.waits.add(number)
            since_us = time_us if state.since is None else microseconds(state.since)
            call.entered[number] = (order, min(since_us, time_us))

    def _find_party(self, call: Call, number: str, state: PartyState, order: int) -> tuple[Delivery, ...]:
        party = call.parties.get(number)
        deliveries: tuple[Delivery, ...] = ()
        if party is None:
            party = call.parties[number] = CallParty(order, rings=False)
            party.is_observer = state.this_dn_role == "Observer"
            if not party.is_observer and state.call_state != "Dialing":
                found = TServerEvent("", this_dn=number, conn_id=state.conn_id, this_queue=state.this_queue)
                deliveries = self._deliveries(call, found, party)
        party.rings = state.call_state == "Ringing"
        party.is_held = state.call_state == "Held"
        is_there = state.call_state in ("Established", "Held")
        party.is_answered, party.is_listening = is_there and not party.is_observer, is_there and party.is_observer
        party.other_dn = state.other_dn or party.other_dn
        return deliveries

    def stuck(self, limit_us: int, order: int, time_us: int) -> Told:
        """Removes calls without an event for `limit_us` (`semantics.md` 9.3)."""
        told: Told = []
        for conn_id in [one for one, call in self.calls.items() if call.last_us + limit_us <= time_us]:
            call = self._forget(conn_id)
            numbers = sorted(call.parties.keys() | call.waits)
            told += [(number, StuckCall(order, time_us, conn_id, self.hooks_are_sent)) for number in numbers]
        return in_turn(told)

    def next_stuck_us(self, limit_us: int) -> int:
        """When the call with the oldest last event becomes stuck; there must be one."""
        return min(call.last_us for call in self.calls.values()) + limit_us


def in_turn(told: Iterable[tuple[str, Message]]) -> Told:
    """Messages of one event, each with an index of its own: what ends at several DNs has an order."""
    return [
        (number, msgspec.structs.replace(message, order=message.order + (index << INDEX_SHIFT)))
        for index, (number, message) in enumerate(told)
    ]


Rule = Callable[[CallBook, Call, TServerEvent, int, int], Told]

REGULAR_RULES: Final[Mapping[str, Rule]] = {
    "EventHeld": CallBook._held,
    "EventRetrieved": CallBook._held,
    "EventReleased": CallBook._left,
    "EventAbandoned": CallBook._abandoned,
    "EventDiverted": CallBook._diverted_while_ringing,
}
MEDIATION_RULES: Final[Mapping[str, Rule]] = {
    "EventQueued": CallBook._entered,
    "EventRouteRequest": CallBook._entered,
    "EventAbandoned": CallBook._gave_up,
    "EventReleased": CallBook._gave_up,
    "EventDiverted": CallBook._diverted,
    "EventRouteUsed": CallBook._route_used,
}
