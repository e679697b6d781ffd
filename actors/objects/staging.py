"""One interaction queue: what waits there, what is of it though it was taken, and how each left (`multimedia.md` 3).

Several Interaction Servers may have a queue of this name: it is one object. `told` collects what is to be told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from actors.objects.interaction_messages import (
    Abandoned,
    DataChanged,
    Entered,
    FoundQueue,
    FoundStay,
    LimitOver,
    LinkLost,
    Named,
    QueueLeft,
    QueueNews,
)
from actors.objects.sequence import put_in_order
from actors.statistics.changes import ActionBegan, ActionChanged, ActionEnded, ActionHappened, Attributes
from actors.vocabulary.statuses import MONITORED, NOT_MONITORED
from runtime.mail import Message

WAIT: Final = "InteractionWait"


class Stay(msgspec.Struct):
    """An interaction that is of the queue since its last entry; it waits while there is an `occurrence`."""

    source: str
    entered_us: int
    attributes: Attributes
    occurrence: str = ""
    order: int = 0


class Staging(msgspec.Struct):
    """The state of an interaction queue.

    `sources` are those that have named it since their link is up; `cut_off` says which interactions the limit ended.
    """

    name: str
    sources: set[str] = set()
    stays: dict[str, Stay] = {}
    cut_off: dict[str, int] = {}
    monitor: str = ""
    since_us: int = 0
    occurrences: int = 0
    order: int = 0
    time_us: int = 0
    told: list[Message] = []

    def apply(self, message: QueueNews) -> None:
        """Lets the news of one event do all that they do here."""
        self.order, self.time_us = message.order, message.time_us
        for news in message.news:
            RULES[type(news)](self, message.source, news)
        put_in_order(self.told)

    # -- monitored or not ------------------------------------------------------------------------------------------

    @property
    def status(self) -> str:
        """Monitored while one link that is up has named it."""
        return MONITORED if self.sources else NOT_MONITORED

    def _name(self, source: str, _news: Named) -> None:
        self._watch(self.sources | {source})

    def _lose(self, source: str, _news: LinkLost) -> None:
        self._watch(self.sources - {source})

    def _watch(self, sources: set[str]) -> None:
        before = self.status
        self.sources = sources
        if self.status != before:
            self._tell(ActionEnded(self.order, self.time_us, before, self.monitor))
            self.monitor = self.begin_monitor()

    def begin_monitor(self) -> str:
        """Begins the action that says whether it is monitored."""
        self.since_us = self.time_us
        return self._begin(self.status, self.time_us, Attributes(this_queue=self.name))

    # -- what waits ------------------------------------------------------------------------------------------------

    def _enter(self, source: str, news: Entered) -> None:
        stay = self.stays.get(news.interaction_id)
        if stay is not None and stay.occurrence:
            return
        self._wait(source, news.interaction_id, news.attributes, self.time_us)
        self._happen("InteractionEntered", 0, news.attributes)

    def _wait(self, source: str, id_: str, attributes: Attributes, entered_us: int) -> None:
        occurrence = self._begin(WAIT, entered_us, attributes)
        self.stays[id_] = Stay(source, entered_us, attributes, occurrence, self.order)

    def _leave(self, _source: str, news: QueueLeft) -> None:
        stay = self.stays.get(news.interaction_id)
        if stay is None or (news.is_still_associated and not stay.occurrence):
            return
        self._end_wait(stay)
        if not news.is_still_associated:
            del self.stays[news.interaction_id]
        if news.action:
            self._happen(news.action, self.time_us - stay.entered_us, stay.attributes)

    def _end_wait(self, stay: Stay) -> None:
        if stay.occurrence:
            self._tell(ActionEnded(self.order, self.time_us, WAIT, stay.occurrence))
            stay.occurrence = ""

    def _abandon(self, _source: str, news: Abandoned) -> None:
        stay = self.stays.get(news.interaction_id)
        if stay is not None and stay.occurrence:
            self._happen("InteractionAbandoned", self.time_us - stay.entered_us, stay.attributes)

    def _change(self, _source: str, news: DataChanged) -> None:
        stay = self.stays.get(news.interaction_id)
        if stay is not None:
            self._set_attributes(stay, news.attributes)

    def _set_attributes(self, stay: Stay, attributes: Attributes) -> None:
        if attributes != stay.attributes:
            stay.attributes = attributes
            if stay.occurrence:
                self._tell(ActionChanged(self.order, self.time_us, WAIT, stay.occurrence, attributes))

    # -- found and gone (6.3) --------------------------------------------------------------------------------------

    def _find(self, source: str, news: FoundQueue) -> None:
        found = {one.interaction_id: one for one in news.stays}
        for id_, known in tuple(self.stays.items()):
            if known.source == source and (id_ not in found or not found[id_].waits):
                self._end_wait(known)
                if id_ not in found:
                    del self.stays[id_]
        for id_, one in found.items():
            stay = self.stays.get(id_)
            if stay is not None and bool(stay.occurrence) is one.waits:
                self._set_attributes(stay, one.attributes)
            elif one.waits:
                self._wait(source, id_, one.attributes, self._dated_us(news, one))
            else:
                self.stays[id_] = Stay(source, self._dated_us(news, one), one.attributes)
            self.cut_off.pop(id_, None)

    def _dated_us(self, news: FoundQueue, one: FoundStay) -> int:
        """When a wait that is found began: not before the loss, nor before the limit ended it."""
        if one.since_us is None:
            return self.time_us
        return min(max(one.since_us, news.floor_us, self.cut_off.get(one.interaction_id, 0)), self.time_us)

    def _give_up(self, source: str, _news: LimitOver) -> None:
        for id_, stay in tuple(self.stays.items()):
            if stay.source == source:
                self._end_wait(stay)
                self.cut_off[id_] = self.time_us
                del self.stays[id_]

    # -- what is told ----------------------------------------------------------------------------------------------

    def _begin(self, action: str, began_us: int, attributes: Attributes) -> str:
        self.occurrences += 1
        occurrence = f"{self.name}~queue#{self.occurrences}"
        self._tell(ActionBegan(self.order, self.time_us, action, occurrence, began_us, "", attributes))
        return occurrence

    def _happen(self, action: str, duration_us: int, attributes: Attributes) -> None:
        self._tell(ActionHappened(self.order, self.time_us, action, duration_us, attributes))

    def _tell(self, message: Message) -> None:
        self.told.append(message)

    def seen(self) -> list[ActionBegan]:
        """All that runs, for a statistic that is opened."""
        own = Attributes(this_queue=self.name)
        monitor = ActionBegan(self.order, self.time_us, self.status, self.monitor, self.since_us, "", own)
        return [monitor] + [
            ActionBegan(stay.order, self.time_us, WAIT, stay.occurrence, stay.entered_us, "", stay.attributes)
            for stay in self.stays.values()
            if stay.occurrence
        ]


def new_staging(name: str, now_us: int) -> Staging:
    """An interaction queue nothing is known of yet: `NotMonitored` since `now_us`."""
    staging = Staging(name, time_us=now_us)
    staging.monitor = staging.begin_monitor()
    staging.told.clear()
    return staging


RULES: Final[Mapping[type, Callable[[Staging, str, Any], None]]] = {
    Named: Staging._name,
    LinkLost: Staging._lose,
    Entered: Staging._enter,
    QueueLeft: Staging._leave,
    Abandoned: Staging._abandon,
    DataChanged: Staging._change,
    FoundQueue: Staging._find,
    LimitOver: Staging._give_up,
}
