"""What agents, places and groups are, composed of what stands below them (`semantics.md` 4.2, 4.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Final

import msgspec

from actors.configuration.capacity_rules import Rule
from actors.objects.belonging import Belonging
from actors.objects.capacity import Station
from actors.objects.channels import Channels
from actors.objects.interaction_messages import DeskNews
from actors.objects.messages import Joined, Left, LoadChanged, SeatLeft, SeatTaken
from actors.objects.routability import Routability
from actors.objects.standing import Standing
from actors.statistics.changes import Attributes, StatusChanged
from actors.vocabulary.statuses import LOGGED_IN, LOGGED_OUT, NOT_MONITORED, NOT_READY, RANK, WAIT_FOR_NEXT_CALL
from runtime.mail import Message

NOBODY: Final = Attributes()
GATES: Final = frozenset({WAIT_FOR_NEXT_CALL, NOT_MONITORED})
"""Statuses of a DN that decide whether a call may be sent there, and whether it counts at all."""


class Below(msgspec.Struct):
    """One DN under an agent or place, as it last said it is.

    `agent_id` is who sits there, since the message of `seated_order`. `medium` is what its calls are; a voice treatment
    port (`is_port`) takes calls though nobody sits there.
    """

    status: str = NOT_MONITORED
    given_us: int = 0
    attributes: Attributes = NOBODY
    reasons_since_us: int = 0
    calls: int = 0
    agent_id: str = ""
    seated_order: int = 0
    since_us: int = 0
    medium: str = "voice"
    is_port: bool = False

    def hear(self, change: StatusChanged) -> bool:
        """Takes what the DN says; whether what may be sent there can be another by that."""
        is_moved = self._take_load(change)
        if change.status != self.status and (change.status in GATES or self.status in GATES):
            is_moved = True
        self.status, self.since_us, self.given_us = change.status, change.since_us, change.given_us
        self.attributes, self.reasons_since_us = change.attributes, change.reasons_since_us
        return is_moved

    def hear_load(self, load: LoadChanged) -> None:
        """Takes how many calls are there, and who sits there; the status is the same."""
        self._take_load(load)

    def _take_load(self, told: StatusChanged | LoadChanged) -> bool:
        if told.agent_id == self.agent_id and told.calls == self.calls:
            return False
        if told.agent_id != self.agent_id:
            self.agent_id, self.seated_order = told.agent_id, told.order
        self.calls = told.calls
        return True

    @property
    def station(self) -> Station:
        """The device as capacity sees it: for whoever sits there, or a port for itself."""
        counts = self.status != NOT_MONITORED and (self.is_port or bool(self.agent_id))
        return Station(self.medium, counts and self.status == WAIT_FOR_NEXT_CALL, self.calls if counts else 0)


def highest(below: Collection[Below]) -> Below:
    """The DN whose status outranks the others'; of several, the one whose action began first (`semantics.md` 4.1)."""
    if len(below) == 1:
        return next(iter(below))
    return max(below, key=lambda dn: (RANK[dn.status], -dn.given_us))


def combined(
    voice: Below | None, media: tuple[str, Attributes] | None, *, is_staffed: bool, is_logged_in: bool
) -> tuple[str, Attributes]:
    """What an agent or a place is, of what its devices and its channels are (`multimedia.md` 4.2, 4.3).

    Args:
        voice: the device whose status is the highest; None without devices.
        media: status and attributes of the channels; None without channels.
        is_staffed: whether somebody is logged in at a device: if not, one below `NotReadyForNextCall` does not count
            beside channels.
        is_logged_in: whether somebody is logged in at all.
    """
    if media is None:
        if voice is not None:
            return voice.status, voice.attributes
        return LOGGED_IN if is_logged_in else NOT_MONITORED, NOBODY
    if voice is None or RANK[media[0]] > RANK[voice.status]:
        return media
    counts = is_staffed or RANK[voice.status] >= RANK[NOT_READY]
    return (voice.status, voice.attributes) if counts else media


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


class Desk(msgspec.Struct):
    """A place: its DNs and its channels, and what they come to; `joined_us` is as of a `Roll`.

    It `has_moved` where the input that is being handled may have changed what can be sent to it.
    """

    standing: Standing
    dns: dict[str, Below]
    time_us: int = 0
    channels: Channels | None = None
    routability: Routability = msgspec.field(default_factory=Routability)
    has_moved: bool = False
    joined_us: dict[str, int] = {}

    def hear(self, change: StatusChanged) -> None:
        """A DN of the place has another status; without one it is the place's no more."""
        self.time_us = change.time_us
        if not change.status:
            del self.dns[change.holder]
            self.has_moved = True
        elif self.dns[change.holder].hear(change):
            self.has_moved = True

    def join(self, message: Joined) -> None:
        """A DN stands here from now on; how it is, is told next."""
        self.time_us, self.has_moved = message.time_us, True
        self.joined_us[message.member] = message.time_us
        self.dns[message.member] = Below(medium=message.medium, is_port=message.is_port)

    def leave(self, message: Left) -> None:
        """A DN stands here no more."""
        self.joined_us.pop(message.member, None)

    def hear_load(self, load: LoadChanged) -> None:
        """A DN of the place has another number of calls, or somebody else."""
        self.time_us = load.time_us
        self.dns[load.dn].hear_load(load)
        self.has_moved = True

    def hear_news(self, news: DeskNews, order: int) -> Channels:
        """An Interaction Server has news of an agent here; what is to be told waits in the channels."""
        self.time_us = news.time_us
        self.has_moved = True
        if self.channels is None:
            self.channels = Channels(self.standing.holder)
        self.channels.apply(news, order)
        return self.channels

    def settle(self, order: int) -> StatusChanged | None:
        """The change of the place's status that an input brought."""
        voice, channels = highest(self.dns.values()) if self.dns else None, self.channels
        if voice is not None and channels is None:
            return self.standing.update(order, self.time_us, voice.status, voice.attributes)
        status, attributes = combined(
            voice,
            channels.status() if channels is not None else None,
            is_staffed=any(dn.agent_id for dn in self.dns.values()),
            is_logged_in=channels is not None and channels.is_logged_in,
        )
        return self.standing.update(order, self.time_us, status, attributes)

    @property
    def newest_agent(self) -> str:
        """Who came last of those who sit here or are logged in here through a link that is up; empty for nobody."""
        seated = [(dn.seated_order, dn.agent_id) for dn in self.dns.values() if dn.agent_id]
        newest = self.channels.newest if self.channels is not None else None
        if newest is not None:
            seated.append((newest.login_order, newest.agent_id))
        return max(seated, default=(0, ""))[1]

    def settle_routes(self, order: int, rule: Rule) -> list[Message]:
        """What changed of the media that a router may send to the place."""
        self.has_moved = False
        stations = tuple([dn.station for dn in self.dns.values()])
        return self.routability.update(order, self.time_us, stations, self.channels, rule)


def new_desk(name: str, dns: Mapping[str, Below], now_us: int, rule: Rule) -> Desk:
    """A place with its DNs, as they are."""
    giver = highest(dns.values()) if dns else Below()
    standing = Standing("PlaceStatus", name, giver.status, now_us, now_us, giver.attributes)
    desk = Desk(standing, dict(dns), now_us, routability=Routability(name))
    desk.settle_routes(0, rule)
    return desk


class Roll(msgspec.Struct):
    """Which members came while the server ran, and when: what they do counts from then on (`semantics.md` 3).

    Alone it is the state of a group of mediation DNs.
    """

    joined_us: dict[str, int] = {}


def new_person(employee_id: str, now_us: int) -> Person:
    """An agent that is logged in nowhere."""
    standing = Standing("AgentStatus", employee_id, LOGGED_OUT, now_us, now_us)
    return Person(employee_id, standing, Belonging("Agent", employee_id), routability=Routability(employee_id))


class Group(msgspec.Struct):
    """A group of agents or places: how many members have which status, and what the group has by that.

    `joined_us` is as of a `Roll`.
    """

    standing: Standing
    members: dict[str, str]
    counts: dict[str, int]
    time_us: int = 0
    is_same: bool = True
    """Whether the statuses that any member has are still those that the group's was made of."""
    joined_us: dict[str, int] = {}

    def hear(self, change: StatusChanged) -> None:
        """A member has another status: without an old one it joins, without a new one it leaves."""
        self.time_us = change.time_us
        counts, old, new = self.counts, self.members.pop(change.holder, None), change.status
        if old is not None:
            counts[old] -= 1
            self.is_same = self.is_same and counts[old] > 0
        if new:
            self.members[change.holder] = new
            counts[new] = counts.get(new, 0) + 1
            self.is_same = self.is_same and counts[new] > 1

    def settle(self, order: int) -> StatusChanged | None:
        """The change of the group's status that an input brought."""
        if self.is_same:
            return None
        self.is_same = True
        return self.standing.update(order, self.time_us, group_status(self.counts), NOBODY)


def group_status(counts: Mapping[str, int]) -> str:
    """A group's status, of the number of members that have each (`semantics.md` 4.3)."""
    if counts.get(WAIT_FOR_NEXT_CALL):
        return WAIT_FOR_NEXT_CALL
    present = {status for status, count in counts.items() if count}
    if present - {LOGGED_OUT, NOT_MONITORED}:
        return NOT_READY
    if NOT_MONITORED in present or not present:
        return NOT_MONITORED
    return LOGGED_OUT


def new_group(name: str, members: dict[str, str], now_us: int) -> Group:
    """A group whose members have these statuses."""
    counts = dict(Counter(members.values()))
    return Group(Standing("GroupStatus", name, group_status(counts), now_us, now_us), members, counts)
