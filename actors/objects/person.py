"""What an agent is, composed of the DNs and channels where it is logged in (`semantics.md` 4.2)."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from actors.configuration.capacity_rules import Rule
from actors.objects.belonging import Belonging
from actors.objects.capacity import Station
from actors.objects.channels import Channels
from actors.objects.composition import NOBODY, Below, combined, highest
from actors.objects.interaction_messages import DeskNews
from actors.objects.messages import LoadChanged, SeatLeft, SeatTaken
from actors.objects.routability import Routability
from actors.objects.standing import Standing
from actors.statistics.changes import Attributes, StatusChanged
from actors.vocabulary.statuses import LOGGED_OUT, NOT_MONITORED, WAIT_FOR_NEXT_CALL
from runtime.mail import Message


class Login(Below):
    """A DN where the agent is logged in; `order` is that of the login, `shown` the status as the agent has it.

    `shown_order` is that of the message that this status began with.
    """

    order: int = 0
    login_us: int = 0
    login_id: str = ""
    queues: frozenset[str] = frozenset()
    shown: str = ""
    shown_since_us: int = 0
    shown_order: int = 0
    shown_attributes: Attributes = NOBODY


class Person(msgspec.Struct):
    """An agent: the DNs where it is logged in, and the highest of their statuses.

    `visited` are all DNs it was ever logged in at: calls of its own may run there still. `left` are those it left with
    the input that is being handled, with the status that was shown of each. It `has_moved` where that input may have
    changed what can be sent to it.
    """

    employee_id: str
    standing: Standing
    belonging: Belonging
    logins: dict[str, Login] = {}
    visited: set[str] = set()
    time_us: int = 0
    left: dict[str, str] = {}
    channels: Channels | None = None
    routability: Routability = msgspec.field(default_factory=Routability)
    has_moved: bool = False

    def take_seat(self, message: SeatTaken) -> None:
        """The agent logged in at a DN, or its queues there changed."""
        self.time_us = message.time_us
        self.has_moved = True
        self.visited.add(message.dn)
        login = self.logins.get(message.dn)
        if login is None:
            login = self.logins[message.dn] = Login(
                order=message.order, login_us=message.time_us, medium=message.medium
            )
        login.login_id, login.queues = message.login_id, message.queues

    def leave_seat(self, message: SeatLeft) -> None:
        """The agent is no longer at a DN."""
        self.time_us = message.time_us
        self.has_moved = True
        login = self.logins.pop(message.dn, None)
        if login is not None and login.shown:
            self.left[message.dn] = login.shown

    def hear(self, change: StatusChanged) -> None:
        """A DN where the agent sits has another status."""
        self.time_us = change.time_us
        login = self.logins.get(change.holder)
        if login is not None and login.hear(change):
            self.has_moved = True

    def hear_load(self, load: LoadChanged) -> None:
        """A DN where the agent sits has another number of calls."""
        self.time_us = load.time_us
        login = self.logins.get(load.dn)
        if login is not None:
            login.hear_load(load)
            self.has_moved = True

    def hear_news(self, news: DeskNews, order: int) -> Channels:
        """An Interaction Server has news of the agent; what is to be told waits in its channels."""
        self.time_us = news.time_us
        self.has_moved = True
        if self.channels is None:
            self.channels = Channels(self.employee_id)
        self.channels.apply(news, order)
        return self.channels

    @property
    def stations(self) -> tuple[Station, ...]:
        """The devices where it is logged in; one whose link is lost counts as if it were not (`multimedia.md` 0)."""
        return tuple(
            [
                Station(login.medium, login.status == WAIT_FOR_NEXT_CALL, login.calls)
                for login in self.logins.values()
                if login.status != NOT_MONITORED
            ]
        )

    def settle_routes(self, order: int, rule: Rule) -> list[Message]:
        """What changed of the media that a router may send to the agent."""
        self.has_moved = False
        return self.routability.update(order, self.time_us, self.stations, self.channels, rule)

    @property
    def is_logged_in(self) -> bool:
        """Whether it is logged in anywhere, through a link that is up or at a DN."""
        return bool(self.logins) or (self.channels is not None and self.channels.is_logged_in)

    def place(self, place_of: Callable[[str], str]) -> str:
        """The place of its newest login; `place_of` knows the place of a DN."""
        dn = self.newest_dn
        newest = self.channels.newest if self.channels is not None else None
        if newest is not None and (not dn or newest.login_order > self.logins[dn].order):
            return newest.place
        return place_of(dn)

    @property
    def queues(self) -> frozenset[str]:
        """The mediation DNs that its logins named."""
        return frozenset().union(*(login.queues for login in self.logins.values()))

    @property
    def seats(self) -> dict[str, frozenset[str]]:
        """The DNs where it is logged in, and its queues at each."""
        return {dn: login.queues for dn, login in self.logins.items()}

    @property
    def newest_dn(self) -> str:
        """The DN of its newest login: where it sits."""
        if not self.logins:
            return ""
        return max(self.logins, key=lambda dn: self.logins[dn].order)

    def settle(self, order: int) -> StatusChanged | None:
        """The change of the agent's status that an input brought."""
        if not self.is_logged_in:
            return self.standing.update(order, self.time_us, LOGGED_OUT, NOBODY)
        voice = highest(self.logins.values()) if self.logins else None
        if voice is not None and self.channels is None:
            return self.standing.update(order, self.time_us, voice.status, voice.attributes)
        media = self.channels.status() if self.channels is not None else None
        status, attributes = combined(voice, media, is_staffed=True, is_logged_in=True)
        return self.standing.update(order, self.time_us, status, attributes)

    def settle_view(self, order: int) -> list[StatusChanged]:
        """What changed of the DNs' statuses as this agent's: clipped to its logins (`semantics.md` 11, to 5)."""
        changes = [self._view(order, dn, shown, Login()) for dn, shown in self.left.items()]
        self.left.clear()
        for dn, login in self.logins.items():
            old = login.shown
            if login.status == old and login.attributes == login.shown_attributes:
                continue
            if login.status != old:
                login.shown, login.shown_since_us, login.shown_order = login.status, self.time_us, order
            login.shown_attributes = login.attributes
            changes.append(self._view(order, dn, old, login))
        return changes

    def _view(self, order: int, dn: str, old: str, login: Login) -> StatusChanged:
        holder, since_us = f"{self.employee_id}|{dn}", login.shown_since_us
        reasons_us = max(login.reasons_since_us, since_us)
        attributes = login.shown_attributes
        return StatusChanged(
            order, self.time_us, "DNStatus", holder, old, login.shown, since_us, reasons_us, attributes
        )

    def seen(self) -> list[StatusChanged]:
        """Its DNs' statuses, for a statistic that is opened."""
        return [self._view(login.shown_order, dn, "", login) for dn, login in self.logins.items()]


def new_person(employee_id: str, now_us: int) -> Person:
    """An agent that is logged in nowhere."""
    standing = Standing("AgentStatus", employee_id, LOGGED_OUT, now_us, now_us)
    return Person(employee_id, standing, Belonging("Agent", employee_id), routability=Routability(employee_id))
