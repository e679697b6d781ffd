"""A pool that answers without computing: what sessions are tested against."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from actors.sessions.messages import Answer, Reading, SessionGone, SessionRequest, SourceNews
from actors.vocabulary import protocol
from runtime.actor import Actor
from runtime.mail import Input


class Pour(msgspec.Struct, frozen=True):
    """Tells every open statistic's session a value, and with it so many bytes of `state`."""

    value: int
    state_bytes: int = 0
    is_replaceable: bool = True


class News(msgspec.Struct, frozen=True):
    source: str
    is_up: bool


def body(value: int, state_bytes: int = 0) -> bytes:
    state = b',"state":"%s"' % (b"x" * state_bytes) if state_bytes else b""
    return b'"time":1.5,"value":%d%s}' % (value, state)


class PlayedPool(Actor):
    level = 6

    def __init__(self) -> None:
        super().__init__()
        self.open: dict[tuple[Any, int], None] = {}
        self.asked: list[protocol.AnyRequest] = []
        self.sessions: list[Any] = []
        self.gone: list[Any] = []

    def on_input(self, message: Input) -> None:
        self.parts[type(message.payload)](self, message, message.payload)

    def on_request(self, message: Input, asked: SessionRequest) -> None:
        self.asked.append(asked.request)
        if asked.session not in self.sessions:
            self.sessions.append(asked.session)
        for event in self._answers(asked):
            asked.session.tell(Answer(message.order, event))
        if isinstance(asked.request, protocol.OpenStatistic) and (asked.session, asked.id) in self.open:
            asked.session.tell(Reading(message.order, asked.id, body(0), is_replaceable=False))
        elif isinstance(asked.request, protocol.PeekStatistic):
            asked.session.tell(Reading(message.order, asked.id, body(7), ref=asked.request.ref))
        elif isinstance(asked.request, protocol.GetStatistic):
            asked.session.tell(Reading(message.order, None, body(9), ref=asked.request.ref))

    def _answers(self, asked: SessionRequest) -> list[protocol.Event]:
        request = asked.request
        if isinstance(request, protocol.OpenStatistic):
            if request.object.id == "nobody":
                return [protocol.Error(ref=request.ref, code="UnknownObject", message="nobody")]
            self.open[asked.session, asked.id] = None
            return [protocol.StatisticOpened(ref=request.ref, id=asked.id)]
        if isinstance(request, protocol.CloseStatistic):
            del self.open[asked.session, asked.id]
            return [protocol.StatisticClosed(ref=request.ref, id=asked.id)]
        if isinstance(request, protocol.ListFilters):
            return [protocol.Filters(ref=request.ref, filters=[{"name": "x" * 1000}])]
        return []

    def on_gone(self, message: Input, gone: SessionGone) -> None:
        self.gone.append(gone.session)
        self.open = {key: None for key in self.open if key[0] != gone.session}

    def on_pour(self, message: Input, pour: Pour) -> None:
        for session, number in self.open:
            session.tell(
                Reading(message.order, number, body(pour.value, pour.state_bytes), is_replaceable=pour.is_replaceable)
            )

    def on_news(self, message: Input, news: News) -> None:
        for session in self.sessions:
            session.tell(SourceNews(message.order, message.time_us, news.source, news.is_up))

    handles: ClassVar = {Input: on_input}
    parts: ClassVar = {SessionRequest: on_request, SessionGone: on_gone, Pour: on_pour, News: on_news}
