"""The media channels of one agent, or of one place, and the interactions there: what begins, ends and happens.

Each source's news changes its own partial alone. The actions of a channel are composed of all partials, those of a
lost link as last known; each interaction has one action, as `multimedia.md` 2 says. `told` collects what is to be
told; the actor delivers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from actors.objects.interaction_messages import (
    ChannelGone,
    ChannelTold,
    DataChanged,
    DeskNews,
    Disengaged,
    DndTold,
    Engaged,
    Found,
    LimitOver,
    LinkLost,
    LoggedIn,
    LoggedOut,
    News,
    Raised,
    ReasonsTold,
)
from actors.objects.partials import Channel, Engagement, Medium, Partial, composed, decisive, up
from actors.objects.sequence import put_in_order
from actors.statistics.changes import ActionBegan, ActionChanged, ActionEnded, ActionHappened, Attributes
from actors.vocabulary.interaction_events import HANDLING as HANDLING_ROLE
from actors.vocabulary.interaction_events import INVITED
from actors.vocabulary.media_actions import HANDLING, INTERACTION_TYPES, PROCESSED
from actors.vocabulary.statuses import NOT_READY, WAIT_FOR_NEXT_CALL
from runtime.mail import Message

OUTCOME_AT_LOGOUT: Final[Mapping[str, str]] = {INVITED: "Revoked", HANDLING_ROLE: "Processed"}


class Running(msgspec.Struct):
    """A durable action of a channel."""

    action: str
    occurrence: str
    began_us: int
    attributes: Attributes
    order: int


class Channels(msgspec.Struct):
    """All partials of `holder`, by source and agent, and what runs of them.

    `running` are the actions of channels, by action and medium; `cut_off` says what the limit ended when: found again,
    it begins no earlier.
    """

    holder: str
    partials: dict[str, Partial] = {}
    running: dict[str, Running] = {}
    cut_off: dict[str, int] = {}
    occurrences: int = 0
    order: int = 0
    time_us: int = 0
    told: list[Message] = []
    is_news: bool = False
    """Whether there was news with the input that is being handled."""

    def apply(self, message: DeskNews, order: int) -> None:
        """Lets the news of one event do all that they do here; what they raise has this order."""
        self.order, self.time_us = order, message.time_us
        key = f"{message.source}|{message.agent_id}"
        found: Found | None = None
        for news in message.news:
            if type(news) is Found:
                found = news
            RULES[type(news)](self, key, message, news)
        partial = self.partials.get(key)
        if partial is not None:
            partial.place = message.place
        self._compose(partial if found is not None else None)
        put_in_order(self.told)

    # -- logins ----------------------------------------------------------------------------------------------------

    def _log_in(self, key: str, message: DeskNews, _news: News | None = None) -> Partial:
        """The partial that is told of; one that was not known begins: its agent has only now been configured."""
        partial = self.partials.get(key)
        if partial is None:
            partial = Partial(message.source, message.agent_id, message.place, message.order, message.time_us)
            self.partials[key] = partial
        return partial

    def _log_out(self, key: str, _message: DeskNews, news: LoggedOut) -> None:
        partial = self.partials.pop(key, None)
        if partial is None:
            return
        for id_, engagement in tuple(partial.interactions.items()):
            is_seen = news.is_live and partial.is_up
            self._end(partial, id_, OUTCOME_AT_LOGOUT[engagement.role] if is_seen else "")

    def _lose(self, key: str, _message: DeskNews, _news: LinkLost) -> None:
        if key in self.partials:
            self.partials[key].is_up = False

    def _give_up(self, key: str, message: DeskNews, _news: LimitOver) -> None:
        partial = self._log_in(key, message)
        for thing in (*partial.channels, *partial.interactions):
            self.cut_off[f"{key}|{thing}"] = self.time_us
        self._log_out(key, message, LoggedOut(is_live=False))

    # -- channels --------------------------------------------------------------------------------------------------

    def _tell_channel(self, key: str, message: DeskNews, news: ChannelTold) -> None:
        partial = self._log_in(key, message)
        channel = partial.channels.get(news.medium)
        now = (self.time_us, self.order)
        if channel is None:
            partial.channels[news.medium] = Channel(bool(news.is_ready), news.reasons, self.time_us, now)
        elif news.is_ready is not None:
            if news.is_ready != channel.is_ready:
                channel.is_ready, channel.since_us = news.is_ready, self.time_us
            elif news.reasons == channel.reasons:
                return
            channel.reasons, channel.changed = news.reasons, now

    def _tell_reasons(self, key: str, message: DeskNews, news: ReasonsTold) -> None:
        channel = self._log_in(key, message).channels.get(news.medium)
        if channel is not None:
            channel.reasons, channel.changed = news.reasons, (self.time_us, self.order)

    def _drop_channel(self, key: str, message: DeskNews, news: ChannelGone) -> None:
        self._log_in(key, message).channels.pop(news.medium, None)

    def _tell_dnd(self, key: str, message: DeskNews, news: DndTold) -> None:
        partial = self._log_in(key, message)
        if news.is_on != partial.is_dnd:
            partial.is_dnd, partial.dnd_us = news.is_on, self.time_us
        partial.dnd_reasons = news.reasons

    # -- interactions ----------------------------------------------------------------------------------------------

    def _engage(self, key: str, message: DeskNews, news: Engaged) -> None:
        partial = self._log_in(key, message)
        for other in self.partials.values():
            if other is not partial and other.agent_id == partial.agent_id and _handles(other, news.interaction_id):
                self._end(other, news.interaction_id, "Processed")
        self._begin(partial, news.interaction_id, news.role, news.attributes, self.time_us)

    def _begin(self, partial: Partial, id_: str, role: str, attributes: Attributes, began_us: int) -> None:
        action = "Delivering" if role == INVITED else HANDLING[_type_of(attributes)]
        occurrence = self._tell_begin(action, began_us, attributes)
        partial.interactions[id_] = Engagement(role, action, occurrence, began_us, attributes, self.order)

    def _disengage(self, key: str, message: DeskNews, news: Disengaged) -> None:
        partial = self._log_in(key, message)
        if news.interaction_id in partial.interactions:
            self._end(partial, news.interaction_id, news.outcome, news.reasons)

    def _end(self, partial: Partial, id_: str, outcome: str, reasons: dict[str, Any] | None = None) -> None:
        engagement = partial.interactions.pop(id_)
        self.told.append(ActionEnded(self.order, self.time_us, engagement.action, engagement.occurrence))
        if outcome:
            attributes = engagement.attributes
            if reasons is not None:
                attributes = msgspec.structs.replace(attributes, reasons=reasons)
            action = PROCESSED[_type_of(attributes)] if outcome == "Processed" else outcome
            self._happen(action, self.time_us - engagement.began_us, attributes)

    def _change(self, key: str, message: DeskNews, news: DataChanged) -> None:
        engagement = self._log_in(key, message).interactions.get(news.interaction_id)
        if engagement is not None:
            self._set_attributes(engagement, news.attributes)

    def _set_attributes(self, engagement: Engagement | Running, attributes: Attributes) -> None:
        if engagement.attributes != attributes:
            engagement.attributes = attributes
            action, occurrence = engagement.action, engagement.occurrence
            self.told.append(ActionChanged(self.order, self.time_us, action, occurrence, attributes))

    def _raise(self, _key: str, _message: DeskNews, news: Raised) -> None:
        self._happen(news.action, news.duration_us, news.attributes)

    # -- found by a synchronisation (6.3) --------------------------------------------------------------------------

    def _find(self, key: str, message: DeskNews, news: Found) -> None:
        partial = self._log_in(key, message)
        partial.is_up = True
        if news.is_dnd and not partial.is_dnd:
            partial.dnd_us = self._dated_us(news, news.dnd_us, "")
        partial.is_dnd = news.is_dnd
        partial.channels = {name: self._found_channel(key, partial, news, name) for name in news.channels}
        self._find_interactions(key, partial, news)
        for thing in [thing for thing in self.cut_off if thing.startswith(f"{key}|")]:
            del self.cut_off[thing]

    def _found_channel(self, key: str, partial: Partial, news: Found, name: str) -> Channel:
        told, channel = news.channels[name], partial.channels.get(name)
        if channel is None or channel.is_ready != told.is_ready:
            since_us = self._dated_us(news, told.since_us, f"{key}|{name}")
            return Channel(told.is_ready, told.reasons, since_us, (since_us, self.order))
        if channel.reasons != told.reasons:
            channel.reasons, channel.changed = told.reasons, (self.time_us, self.order)
        return channel

    def _find_interactions(self, key: str, partial: Partial, news: Found) -> None:
        found = {one.interaction_id: one for one in news.interactions}
        for id_, engagement in tuple(partial.interactions.items()):
            if id_ not in found or found[id_].role != engagement.role:
                self._end(partial, id_, "")
        for id_, one in found.items():
            if id_ in partial.interactions:
                self._set_attributes(partial.interactions[id_], one.attributes)
            else:
                began_us = self._dated_us(news, one.since_us, f"{key}|{id_}")
                self._begin(partial, id_, one.role, one.attributes, began_us)

    def _dated_us(self, news: Found, since_us: int | None, thing: str) -> int:
        """When what is new began: not before the loss, nor before the limit ended the same thing."""
        if since_us is None:
            return self.time_us
        return min(max(since_us, news.floor_us, self.cut_off.get(thing, 0)), self.time_us)

    # -- the actions of channels -----------------------------------------------------------------------------------

    def _compose(self, found: Partial | None) -> None:
        """Ends and begins what the partials now come to, dated by what was `found`, if anything."""
        wanted: dict[str, tuple[str, str, Attributes]] = {}
        for name, medium in composed(self.partials.values()).items():
            for action, reasons in _actions_of(medium):
                wanted[f"{action} {name}"] = (action, name, Attributes(media_type=name, reasons=reasons))
        for key in [key for key in self.running if key not in wanted]:
            gone = self.running.pop(key)
            self.told.append(ActionEnded(self.order, self.time_us, gone.action, gone.occurrence))
        for key, (action, name, attributes) in wanted.items():
            running = self.running.get(key)
            if running is None:
                began_us = self.time_us if found is None else self._found_us(action, name, found)
                occurrence = self._tell_begin(action, began_us, attributes)
                self.running[key] = Running(action, occurrence, began_us, attributes, self.order)
            else:
                self._set_attributes(running, attributes)

    def _found_us(self, action: str, name: str, found: Partial) -> int:
        """Since when an action of a channel runs that a synchronisation brought (`multimedia.md` 9, to 6.3)."""
        if action == "DoNotDisturb":
            return found.dnd_us
        if action != "Blocked" and name in found.channels:
            return found.channels[name].since_us
        own = [partial for partial in self.partials.values() if name in partial.channels]
        return max(partial.blocked_us(partial.channels[name]) for partial in own)

    # -- what is told ----------------------------------------------------------------------------------------------

    def _tell_begin(self, action: str, began_us: int, attributes: Attributes) -> str:
        self.occurrences += 1
        occurrence = f"{self.holder}~media#{self.occurrences}"
        self.told.append(ActionBegan(self.order, self.time_us, action, occurrence, began_us, "", attributes))
        return occurrence

    def _happen(self, action: str, duration_us: int, attributes: Attributes) -> None:
        self.told.append(ActionHappened(self.order, self.time_us, action, duration_us, attributes))

    # -- what it comes to ------------------------------------------------------------------------------------------

    @property
    def is_logged_in(self) -> bool:
        """Whether somebody is logged in through a link that is up."""
        return any(partial.is_up for partial in self.partials.values())

    @property
    def newest(self) -> Partial | None:
        """The newest login through a link that is up."""
        return max(up(self.partials.values()), key=lambda partial: partial.login_order, default=None)

    def status(self) -> tuple[str, Attributes] | None:
        """The non-voice status with its attributes (`multimedia.md` 4.2, 4.3); None without a channel."""
        media = composed(up(self.partials.values()))
        if not media:
            return None
        name, medium = decisive(media)
        status = WAIT_FOR_NEXT_CALL if medium.is_ready else NOT_READY
        return status, Attributes(media_type=name, reasons=medium.channel.reasons)

    def seen(self) -> list[ActionBegan]:
        """All that runs, for a statistic that is opened."""
        runs: list[Running | Engagement] = list(self.running.values())
        for partial in self.partials.values():
            runs += partial.interactions.values()
        return [
            ActionBegan(run.order, self.time_us, run.action, run.occurrence, run.began_us, "", run.attributes)
            for run in runs
        ]


def _actions_of(medium: Medium) -> Iterable[tuple[str, dict[str, Any] | None]]:
    """The durable actions of a channel, each with its reasons (`multimedia.md` 2.1)."""
    yield "Active", None
    yield ("Available" if medium.is_ready else "Blocked"), medium.channel.reasons
    if medium.is_dnd:
        yield "DoNotDisturb", None


def _handles(partial: Partial, interaction_id: str) -> bool:
    engagement = partial.interactions.get(interaction_id)
    return engagement is not None and engagement.role == HANDLING_ROLE


def _type_of(attributes: Attributes) -> str:
    return attributes.interaction_type if attributes.interaction_type in INTERACTION_TYPES else ""


RULES: Final[Mapping[type, Callable[[Channels, str, DeskNews, Any], Any]]] = {
    LoggedIn: Channels._log_in,
    LoggedOut: Channels._log_out,
    LinkLost: Channels._lose,
    LimitOver: Channels._give_up,
    ChannelTold: Channels._tell_channel,
    ReasonsTold: Channels._tell_reasons,
    ChannelGone: Channels._drop_channel,
    DndTold: Channels._tell_dnd,
    Engaged: Channels._engage,
    Disengaged: Channels._disengage,
    DataChanged: Channels._change,
    Raised: Channels._raise,
    Found: Channels._find,
}
