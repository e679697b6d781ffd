"""The connector actor: one source's link, whose events are told to every object that they touch.

Whatever the switch, it speaks as a T-Server does; an Interaction Server speaks its own words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, Final, Protocol

import msgspec

from actors.configuration.environment import Dn
from actors.sessions.messages import Ref, SourceNews
from actors.sources.asterisk_state import SwitchState
from actors.sources.call_book import CallBook
from actors.sources.messages import DnsBrought, DnsTakenOut, LinkDown, TimerDue
from actors.sources.saving import LOG_MAX, Book, SavedBook, restored_book, saved_book
from actors.sources.told import Told
from actors.sources.translators import Translator
from actors.vocabulary.events import TServerEvent
from actors.vocabulary.times import microseconds, seconds
from runtime.actor import Actor
from runtime.effects import EFFECTS
from runtime.intake import Intake
from runtime.mail import INDEX_SHIFT, Input
from runtime.restart import log_max_of

_encode = msgspec.json.Encoder().encode
LOST: Final = frozenset({"EventServerDisconnected", "EventLinkDisconnected"})
LOSS_LIMIT: Final = "link-loss-limit"
STUCK: Final = "stuck-calls"
AGAIN_US: Final = 60_000_000
"""When a timer comes once more that it has failed on for good: one that kills every time does so rarely."""
CONNECTED: Final = "EventLinkConnected"
HEARTBEAT: Final = "Heartbeat"


class Refs(Protocol):
    """The actors of the objects a book names."""

    def get(self, key: Any) -> Ref | None:
        """The actor, if there is such an object."""


class Limits(msgspec.Struct, frozen=True):
    """After how long frozen things end, and calls without events are removed (None: never)."""

    link_loss_us: int
    stuck_call_us: int | None


class Wiring(msgspec.Struct, frozen=True):
    """What a connector works with.

    `refs` are the actors of its objects, by what the book calls them; `audience` are the sessions, which hear that the
    source is down or up, `routers` statistics that hear the same of sources of their tenant; `down` is the table of
    sources that are down, since when, for sessions that come later.
    """

    name: str
    translator: Translator
    book: Book
    refs: Refs
    audience: Iterable[Ref]
    routers: Mapping[Ref, str]
    tenant: str
    down: dict[str, int]
    limits: Limits
    intake: Intake


class LinkState(msgspec.Struct):
    """What a connector knows of its link beside the calls.

    `is_up` is None until it has spoken: it was not lost. `lost_us` are the losses whose limit is not over; `former_us`
    is the time of the input before.
    """

    is_up: bool | None = None
    lost_us: list[int] = []
    stuck_timer_is_set: bool = False
    former_us: int = 0


class SavedConnector(msgspec.Struct, frozen=True):
    """A connector at rest: its link and its switch, written out, and its book."""

    link: bytes
    switch: bytes
    book: SavedBook

    @property
    def log_max(self) -> int:
        """How many messages the log may have beside it."""
        return min(log_max_of(len(self.switch) + self.book.weight), LOG_MAX)


class ConnectorActor(Actor):
    """One source: its words become events, its events go to the objects they touch."""

    level = 0

    def __init__(self, wiring: Wiring, state: LinkState) -> None:
        super().__init__()
        self.wiring = wiring
        self.state = state
        self._translator = wiring.translator
        self._book = wiring.book
        self._refs = wiring.refs

    def saved(self) -> SavedConnector:
        """What it is; it is at rest."""
        return SavedConnector(_encode(self.state), _encode(self._translator.state), saved_book(self._book))

    def go_back(self, saved: SavedConnector) -> None:
        """Is again what it was, whatever it has become."""
        self.state = msgspec.json.decode(saved.link, type=LinkState)
        self.wiring = msgspec.structs.replace(
            self.wiring,
            book=restored_book(saved.book, self._book),
            translator=self._translator.again(msgspec.json.decode(saved.switch, type=SwitchState | None)),
        )

    def on_input(self, message: Input) -> None:
        """Something the link carried, its loss, or a timer."""
        payload, time_us = message.payload, message.time_us
        if isinstance(payload, LinkDown):
            self._take(self._translator.lost(time_us), message)
        elif isinstance(payload, DnsBrought):
            self._bring(payload.dns)
        elif isinstance(payload, DnsTakenOut):
            self._take_out(payload.numbers, message)
        elif not isinstance(payload, TimerDue):
            self._take(self._translator.apply(payload, time_us), message)
        elif payload.key == LOSS_LIMIT:
            self._end_frozen(message)
        elif payload.key == STUCK:
            self._clean(message)
        else:
            self._take(self._translator.due(payload.key, time_us), message)

    handles: ClassVar = {Input: on_input}

    def make_up(self, message: Any) -> None:
        """Runs when it has failed on a message for good: a timer of its own comes once more, a switch's is over."""
        if not isinstance(message, Input) or not isinstance(message.payload, TimerDue):
            return
        key, switch = message.payload.key, self._translator.state
        if key in (LOSS_LIMIT, STUCK):
            self._set_timer(message.time_us + AGAIN_US, key, message.order)
        elif switch is not None:
            switch.timers.pop(key, None)

    def _take(self, events: Iterable[Any], message: Input) -> None:
        order = message.order
        time_us = message.time_us
        for event in events:
            if self._translator.dates_events:
                time_us = max(microseconds(event.time), self.state.former_us)
            if event.event in LOST:
                told = self._lose(order, time_us)
            else:
                told = self._book.fan_out(event, order, time_us)
                if not self.state.is_up:
                    self._come_up(event, order, time_us)
            self._deliver(told)
            order += max(len(told), 1) << INDEX_SHIFT
        for timer in self._translator.take_timers():
            self._set_timer(timer.due_us, timer.key, message.order)
        self.state.former_us = message.time_us
        self._watch_stuck_calls(message)

    def _deliver(self, told: Told) -> None:
        for key, message in told:
            ref = self._refs.get(key)
            if ref is not None:
                ref.tell(message)

    def _come_up(self, event: Any, order: int, time_us: int) -> None:
        was_lost = self.state.is_up is False
        if event.event == CONNECTED or (was_lost and self._book.completes(event)):
            self._tell_news(order, time_us, is_up=True)
        elif event.event != HEARTBEAT:
            self.state.is_up = not was_lost

    def _tell_news(self, order: int, time_us: int, *, is_up: bool) -> None:
        if is_up == bool(self.state.is_up):
            return
        self.state.is_up = is_up
        EFFECTS.later(partial(self._note_news, time_us, is_up=is_up))
        news = SourceNews(order, time_us, self.wiring.name, is_up)
        for session in self.wiring.audience:
            session.tell(news)
        for router, tenant in self.wiring.routers.items():
            if tenant == self.wiring.tenant:
                router.tell(news)

    def _note_news(self, time_us: int, *, is_up: bool) -> None:
        if is_up:
            self.wiring.down.pop(self.wiring.name, None)
        else:
            self.wiring.down[self.wiring.name] = time_us

    def _set_timer(self, due_us: int, key: str, order: int) -> None:
        EFFECTS.later(partial(self.wiring.intake.call_at, due_us, self.actor_ref, TimerDue(key), set_by=order))

    # -- another configuration -------------------------------------------------------------------------------------

    def _bring(self, dns: Iterable[Dn]) -> None:
        if isinstance(self._book, CallBook):
            self._book.bring(dns)
            self._translator.bring(dns)

    def _take_out(self, numbers: Collection[str], message: Input) -> None:
        """DNs go out of service, as if the switch had said so (`sources.md` 1); nobody speaks of them from now on.

        An Interaction Server that nobody follows any more has lost its link for good.
        """
        order, time_us, book = message.order, message.time_us, self._book
        if not isinstance(book, CallBook):
            told = book.lose(order, time_us)
            self._deliver(told)
            self._deliver(book.end_frozen(time_us, order + (len(told) << INDEX_SHIFT), time_us))
            return
        for number in numbers:
            told = book.fan_out(TServerEvent("EventUnregistered", seconds(time_us), this_dn=number), order, time_us)
            self._deliver(told)
            order += len(told) << INDEX_SHIFT
        book.take_out(numbers)
        self._translator.take_out(numbers)

    # -- a lost link (semantics.md 9.2) ----------------------------------------------------------------------------

    def _lose(self, order: int, time_us: int) -> Told:
        self._tell_news(order, time_us, is_up=False)
        self.state.lost_us.append(time_us)
        self._set_timer(time_us + self.wiring.limits.link_loss_us, LOSS_LIMIT, order)
        return self._book.lose(order, time_us)

    def _end_frozen(self, message: Input) -> None:
        lost_us = self.state.lost_us.pop(0)
        self._deliver(self._book.end_frozen(lost_us, message.order, message.time_us))

    # -- stuck calls (semantics.md 9.3) ----------------------------------------------------------------------------

    def _watch_stuck_calls(self, message: Input) -> None:
        limit_us = self.wiring.limits.stuck_call_us
        if limit_us is None or self.state.stuck_timer_is_set:
            return
        stuck_us = self._book.next_stuck_us(limit_us)
        if stuck_us is None:
            return
        self.state.stuck_timer_is_set = True
        self._set_timer(max(stuck_us, message.time_us + 1), STUCK, message.order)

    def _clean(self, message: Input) -> None:
        self.state.stuck_timer_is_set = False
        assert self.wiring.limits.stuck_call_us is not None
        self._deliver(self._book.stuck(self.wiring.limits.stuck_call_us, message.order, message.time_us))
        self._watch_stuck_calls(message)


def limits_of(*, link_loss_limit_s: float, stuck_call_time_s: float, check_stuck_calls: bool) -> Limits:
    """The limits as the options say them, in seconds."""
    return Limits(microseconds(link_loss_limit_s), microseconds(stuck_call_time_s) if check_stuck_calls else None)
