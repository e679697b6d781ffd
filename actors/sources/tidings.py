"""What one event of an Interaction Server comes to, gathered by whom it concerns."""

from __future__ import annotations

from actors.objects.interaction_messages import DeskNews, News, QueueNews
from actors.sources.told import Told, in_turn
from actors.statistics.changes import ActionHappened
from actors.vocabulary.objects import ObjectKey, ObjectType


class Tidings:
    """News of one event, for each agent, place and queue in the order in which they were first told of anything.

    Args:
        source: whose event it is.
        tenant: its tenant.
        order: of the event.
        time_us: of the event.
    """

    def __init__(self, source: str, tenant: str, order: int, time_us: int) -> None:
        self.order = order
        self.time_us = time_us
        self._source = source
        self._tenant = tenant
        self._desks: dict[tuple[ObjectType, str, str], list[News]] = {}
        self._places: dict[str, str] = {}
        self._queues: dict[str, list[News]] = {}
        self._services: list[ActionHappened] = []

    def tell_agent(self, agent: str, place: str, *news: News) -> None:
        """Tells an agent, which is at a place."""
        self._places[agent] = place
        self._desks.setdefault((ObjectType.AGENT, agent, agent), []).extend(news)

    def tell_place(self, agent: str, place: str, *news: News) -> None:
        """Tells a place, if it is one, of an agent there."""
        if place:
            self._desks.setdefault((ObjectType.PLACE, place, agent), []).extend(news)

    def tell_queue(self, queue: str, *news: News) -> None:
        """Tells an interaction queue."""
        self._queues.setdefault(queue, []).extend(news)

    def tell_tenant(self, happened: ActionHappened) -> None:
        """Tells the tenant of what happened at its external services."""
        self._services.append(happened)

    def told(self) -> Told:
        """Whom to tell what, in turn; objects are named by their keys."""
        told: Told = []
        for (kind, name, agent), news in self._desks.items():
            place = name if kind is ObjectType.PLACE else self._places[agent]
            desk_news = DeskNews(self.order, self.time_us, self._source, agent, place, tuple(news))
            told.append((ObjectKey(kind, name, self._tenant), desk_news))
        for queue, news in self._queues.items():
            key = ObjectKey(ObjectType.STAGING_AREA, queue, self._tenant)
            told.append((key, QueueNews(self.order, self.time_us, self._source, tuple(news))))
        tenant = ObjectKey(ObjectType.TENANT, self._tenant, self._tenant)
        told += [(tenant, happened) for happened in self._services]
        return in_turn(told)
