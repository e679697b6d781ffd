"""One regular DN: its seat, its calls, whether it is monitored, and its one status (`semantics.md` 2, 4.1)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final

import msgspec

from actors.configuration.logins import Logins
from actors.objects.belonging import Belonging
from actors.objects.calls import Calls
from actors.objects.dn_status import giver_of
from actors.objects.ledger import Ledger, Running
from actors.objects.messages import DnEvent
from actors.objects.seat import READY_FAMILY, Seat
from actors.objects.sequence import put_in_order, put_pairs_in_order
from actors.objects.standing import Standing
from actors.statistics.changes import ActionBegan, Attributes, StatusChanged
from actors.vocabulary.events import CALL_EVENTS, TServerEvent
from actors.vocabulary.statuses import (
    AFTER_CALL_WORK,
    LOGGED_IN,
    MONITORED,
    NOT_MONITORED,
    NOT_READY,
    WAIT_FOR_NEXT_CALL,
)

NOTHING_KNOWN: Final = Attributes()
"""Of the status `LoggedIn`: no action gives it (`semantics.md` 4.1, 11)."""


class Line(msgspec.Struct):
    """The state of a regular DN.

    It `is_dark` from a loss of its link to its registration: what runs is frozen. `lost_us` is when that was last;
    `cut_off` says what the limit, or its taking out of service, ended then. `switch` is the second half of the DN's id,
    for queues that events name by number.
    """

    dn: str
    switch: str
    ledger: Ledger
    seat: Seat
    calls: Calls
    standing: Standing
    belonging: Belonging
    is_dark: bool = False
    lost_us: int | None = None
    cut_off: dict[str, int] = {}

    # -- events ----------------------------------------------------------------------------------------------------

    def apply(self, message: DnEvent) -> None:
        """Lets one event of the DN do all that it does here."""
        event = message.event
        self.ledger.at(message.order, message.time_us)
        if event.event in GONE:
            self._lose(event)
        elif event.event != "EventError":
            self._happen(message)
        self.put_in_order()

    def put_in_order(self) -> None:
        """What is told of one event has an order inside it."""
        put_in_order(self.ledger.told)
        put_pairs_in_order(self.ledger.told_agents)

    def _happen(self, message: DnEvent) -> None:
        event = message.event
        if not self.is_dark:
            self.monitor()
        if event.event in CALL_EVENTS:
            self.calls.apply(message, self.seat.agent)
            self._after_calls()
            self._derive_hook(hooks_are_sent=message.hooks_are_sent)
        elif (rule := RULES.get(event.event)) is not None:
            rule(self, event)

    def monitor(self) -> None:
        """The DN is watched from now on."""
        self.is_dark = False
        if MONITORED not in self.seat.running:
            self.seat.end(NOT_MONITORED)
            self.seat.begin(MONITORED)

    def _lose(self, event: TServerEvent) -> None:
        is_gone = event.event == "EventUnregistered"
        if is_gone:
            self.give_up()
        if is_gone or MONITORED in self.seat.running:
            self.is_dark, self.lost_us = True, self.ledger.time_us
        self.seat.end(MONITORED)
        self.seat.begin(NOT_MONITORED)

    def give_up(self) -> None:
        """Ends all that is frozen: the link stayed down too long, or the DN is taken out of service."""
        seat, now_us = self.seat, self.ledger.time_us
        who = seat.agent or seat.login_id
        for party in tuple(self.calls.parties.values()):
            self.cut_off[call_key(party.conn_id)] = now_us
            self.calls.clean(party)
        if seat.login_id or "LoggedOut" in seat.running:
            self.cut_off[login_key(who)] = now_us
        for action in READY_FAMILY:
            if action in seat.running:
                self.cut_off[state_key(action, who)] = now_us
        if seat.login_id:
            seat.leave(None)
        seat.end_ready_family(is_seen=False)
        for action in tuple(seat.running):
            if action not in (MONITORED, NOT_MONITORED):
                seat.end(action)
        self.put_in_order()

    def _after_calls(self) -> None:
        """After-call work that was asked for during a call begins when the last one has ended."""
        if self.seat.acw_asked is not None and not self.calls.talks:
            self.seat.set_ready(AFTER_CALL_WORK, self.seat.acw_asked, self.last_credits())

    def last_credits(self) -> dict[str, int]:
        """The queues of the established call that ended last."""
        return self.calls.last_ended.credits if self.calls.last_ended else {}

    def _derive_hook(self, *, hooks_are_sent: bool) -> None:
        """On a link that sends no hook events the handset is up while there is a call (`semantics.md` 2.1)."""
        if hooks_are_sent:
            return
        if self.calls.parties:
            self.seat.set_hook("OffHook")
        elif "OffHook" in self.seat.running:
            self.seat.set_hook("OnHook")

    def is_frozen_since(self, lost_us: int) -> bool:
        """Whether the link was lost then and what ran still waits, open, for the registration."""
        return self.is_dark and self.lost_us == lost_us

    # -- events that are not of a call -----------------------------------------------------------------------------

    def queue_id(self, number: str) -> str:
        """The id of a mediation DN of this switch."""
        return f"{number}@{self.switch}" if number else ""

    def _login(self, event: TServerEvent) -> None:
        self.seat.log_in(event, self.queue_id(event.this_queue))
        self.adopt()

    def adopt(self) -> None:
        """Calls that found nobody here fall to the agent who comes during them (`semantics.md` 3)."""
        agent = self.seat.agent
        for party in self.calls.parties.values():
            if agent and not party.agent:
                party.agent = agent
                for running in party.running.values():
                    self.ledger.give(running, agent, self.seat.login_us)

    def _logout(self, event: TServerEvent) -> None:
        self.seat.log_out(self.seat.told(event))

    def _queue_logout(self, event: TServerEvent) -> None:
        self.seat.leave_queue(self.queue_id(event.this_queue))

    def _ready(self, event: TServerEvent) -> None:
        self.seat.set_ready(WAIT_FOR_NEXT_CALL, self.seat.told(event), {})

    def _not_ready(self, event: TServerEvent) -> None:
        told = self.seat.told(event)
        if event.agent_work_mode != "AfterCallWork":
            self.seat.set_ready(NOT_READY, told, {})
        elif self.calls.talks and AFTER_CALL_WORK not in self.seat.running:
            self.seat.acw_asked = told
        else:
            self.seat.set_ready(AFTER_CALL_WORK, told, self.last_credits())

    def _dnd_on(self, _event: TServerEvent) -> None:
        self.seat.dnd = True

    def _dnd_off(self, _event: TServerEvent) -> None:
        self.seat.dnd = False

    def _off_hook(self, _event: TServerEvent) -> None:
        self.seat.set_hook("OffHook")

    def _on_hook(self, _event: TServerEvent) -> None:
        self.seat.set_hook("OnHook")

    def _user_event(self, event: TServerEvent) -> None:
        self.seat.user_event(event)

    def clean(self, conn_ids: Collection[str], *, hooks_are_sent: bool) -> None:
        """Removes stuck calls (`semantics.md` 9.3); on a link that sends no hook events the handset may go down."""
        for party in [party for party in self.calls.parties.values() if party.conn_id in conn_ids]:
            self.calls.clean(party)
        self._after_calls()
        self._derive_hook(hooks_are_sent=hooks_are_sent)
        self.put_in_order()

    # -- another configuration -------------------------------------------------------------------------------------

    def reseat(self) -> None:
        """The login here may be another's now, by the configuration."""
        self.seat.reseat()
        self.adopt()
        self.put_in_order()

    def take_out(self, agent: str) -> None:
        """The configuration has an agent no more: nothing here is its any more."""
        for party in self.calls.parties.values():
            if party.agent == agent:
                party.agent = ""
                for running in party.running.values():
                    self.ledger.take(running)
        self.reseat()

    # -- status ----------------------------------------------------------------------------------------------------

    def settle(self, order: int) -> StatusChanged | None:
        """The change of status that the input just handled brought, if it did; `order` is that of the message."""
        self.standing.calls = len(self.calls.parties)
        self.standing.agent_id = self.seat.agent or self.seat.login_id
        giver = giver_of(self.seat.running, self.calls.parties.values())
        if giver.action == LOGGED_IN:
            return self.standing.update(order, self.ledger.time_us, LOGGED_IN, NOTHING_KNOWN)
        return self.standing.update(order, self.ledger.time_us, giver.action, giver.attributes, giver.began_us)

    # -- for a statistic that is opened ----------------------------------------------------------------------------

    def running(self) -> list[Running]:
        """All that runs at the DN."""
        runs = list(self.seat.running.values())
        for party in self.calls.parties.values():
            runs.extend(party.running.values())
        return runs

    def seen(self, agent: str | None = None) -> list[ActionBegan]:
        """All that runs, as the DN and its place see it, or as `agent` does."""
        if agent is None:
            return [self.ledger.as_began(running, for_agent=False) for running in self.running()]
        return [self.ledger.as_began(run, for_agent=True) for run in self.running() if run.agent == agent]


GONE: Final = frozenset({"EventUnregistered", "EventLinkDisconnected", "EventServerDisconnected"})

RULES: Final[Mapping[str, Callable[[Line, TServerEvent], None]]] = {
    "EventAgentLogin": Line._login,
    "EventAgentLogout": Line._logout,
    "EventQueueLogout": Line._queue_logout,
    "EventAgentReady": Line._ready,
    "EventAgentNotReady": Line._not_ready,
    "EventDNDOn": Line._dnd_on,
    "EventDNDOff": Line._dnd_off,
    "EventOffHook": Line._off_hook,
    "EventOnHook": Line._on_hook,
    "EventUserEvent": Line._user_event,
}


def call_key(conn_id: str) -> str:
    """What the limit ended: a call."""
    return f"call {conn_id}"


def login_key(who: str) -> str:
    """What the limit ended: somebody's login, or nobody's."""
    return f"login {who}"


def state_key(action: str, who: str) -> str:
    """What the limit ended: somebody's state."""
    return f"{action} {who}"


def new_line(dn: str, logins: Logins, now_us: int, media_type: str = "voice") -> Line:
    """A regular DN nothing is known of yet: `NotMonitored` since `now_us`.

    Args:
        dn: its id, `number@switch`.
        logins: of its switch.
        now_us: since when it is so.
        media_type: what calls at it are.
    """
    number, _, switch = dn.partition("@")
    ledger = Ledger(dn, time_us=now_us)
    seat = Seat(ledger, Attributes(this_dn=number, media_type=media_type), logins)
    seat.begin(NOT_MONITORED)
    ledger.told.clear()
    return Line(
        dn,
        switch,
        ledger,
        seat,
        Calls(ledger, seat.own),
        Standing("DNStatus", dn, NOT_MONITORED, now_us, now_us, seat.own, given_us=now_us),
        Belonging("DN", dn),
    )
