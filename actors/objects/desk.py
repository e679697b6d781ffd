"""What a place is, composed of its DNs and its channels (`semantics.md` 4.2)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from actors.configuration.capacity_rules import Rule
from actors.objects.channels import Channels
from actors.objects.composition import Below, combined, highest
from actors.objects.interaction_messages import DeskNews
from actors.objects.messages import Joined, Left, LoadChanged
from actors.objects.routability import Routability
from actors.objects.standing import Standing
from actors.statistics.changes import StatusChanged
from runtime.mail import Message


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
