"""The client's side of the protocol without a socket: requests to bytes, bytes to answers and notices.

The invariant: `_open` holds what the program has open, whatever the link does. A new link (`begin`) registers, and only
when the server has said yes opens all of `_open` anew, `REOPENING_MAX` at a time; a statistic whose first opening was
not answered yet is not in `_open`, and whoever asked asks again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from itertools import count
from typing import ClassVar, Final, NamedTuple

import msgspec

from actors.vocabulary import protocol
from actors.vocabulary.protocol import AnyRequest, Register, SuspendNotification
from statclient import _protocol as wire
from statclient._errors import ConnectionLost, SessionClosed, StatClientError
from statclient._statistic import Notice, Statistic, StatisticGone, Update, reading_of

NOTICES_MAX: Final = 100_000
"""Kept for a program that asks but does not iterate: more than the 4 MiB that the server itself keeps for a slow
client. At it the oldest goes, and `missed` counts it; the last value of each statistic is right all the same."""

REOPENING_MAX: Final = 256
"""Statistics asked for at once after a reconnect: their answers, some 200 bytes each, stay far below what the server
holds for a client that is still busy sending. The others wait until one is answered."""


class _Asked(NamedTuple):
    """A request that is not answered yet."""

    request: AnyRequest
    statistic: Statistic | None
    is_awaited: bool


class Connection:
    """What is asked, what is open, and what was told, on one link after the other.

    Args:
        client: the program's name, told to the server.
        token: where the server asks for one.
    """

    def __init__(self, client: str, token: str = "") -> None:
        self._client = client
        self._token = token
        self._refs = count(1)
        self._lines = wire.LineBuffer()
        self._asked: dict[int, _Asked] = {}
        self._answers: dict[int, wire.AnyMessage] = {}
        self._open: dict[Statistic, None] = {}
        self._by_id: dict[int, Statistic] = {}
        self._to_reopen: deque[Statistic] = deque()
        self._outgoing: list[bytes] = []
        self._is_registered = False
        self.notices: deque[Notice] = deque()
        self.missed = 0
        self.ended: StatClientError | None = None

    @property
    def is_settled(self) -> bool:
        """Whether all that was asked on this link is answered, so all that can be open is open."""
        return not self._asked and not self._to_reopen

    def begin(self) -> int:
        """A new link is up: registers, and forgets what was asked on the old one. The `ref` of the registration."""
        self._lines = wire.LineBuffer()
        for waiting in (self._asked, self._answers, self._by_id, self._outgoing):
            waiting.clear()
        for statistic in self._open:
            statistic.id = None
        self._to_reopen = deque(self._open)
        self._is_registered = False
        self.ended = None
        return self.ask(lambda ref: Register(ref=ref, client=self._client, token=self._token))

    def ask(
        self, make: Callable[[int], AnyRequest], *, statistic: Statistic | None = None, is_awaited: bool = True
    ) -> int:
        """Puts a request among the bytes to send.

        Args:
            make: the request with the `ref` it is given.
            statistic: the handle, where the request opens, suspends, resumes or closes one.
            is_awaited: whether somebody will take the answer.
        """
        ref = next(self._refs)
        request = make(ref)
        self._asked[ref] = _Asked(request, statistic, is_awaited)
        self._outgoing.append(wire.encoded(request))
        return ref

    def data_to_send(self) -> bytes:
        """What the link must carry to the server now; asked for once, it is taken as sent."""
        data = b"".join(self._outgoing)
        self._outgoing.clear()
        return data

    def receive(self, data: bytes) -> None:
        """Takes in what the link carried; b"" is its end.

        Fills `notices` and the answers. When the session is over `ended` says why, and the rest is not looked at.
        """
        if not data:
            self.ended = self.ended or ConnectionLost("the server closed the connection")
            return
        try:
            for line in self._lines.feed(data):
                message = wire.decoded(line)
                if message is not None and self.ended is None:
                    self._accept(message)
        except (msgspec.DecodeError, ValueError) as fault:
            self.ended = ConnectionLost(f"what came is not the stat server's protocol: {fault}")

    def take_answer(self, ref: int) -> wire.AnyMessage | None:
        """The answer to request `ref`, once; None while there is none."""
        return self._answers.pop(ref, None)

    def _accept(self, message: wire.AnyMessage) -> None:
        asked = self._asked.pop(message.ref, None) if message.ref is not None else None
        handle = self._handles.get(type(message))
        if handle is not None:
            handle(self, message, asked)
        if asked is not None:
            if asked.is_awaited:
                self._answers[asked.request.ref] = message
            self._reopen_more()

    def _reopen_more(self) -> None:
        while self._is_registered and self._to_reopen and len(self._asked) < REOPENING_MAX:
            statistic = self._to_reopen.popleft()
            self.ask(statistic.opened_as, statistic=statistic, is_awaited=False)

    def _on_registered(self, message: protocol.Registered, asked: _Asked | None) -> None:
        self._is_registered = True

    def _on_opened(self, message: protocol.StatisticOpened, asked: _Asked | None) -> None:
        if asked is None or asked.statistic is None:
            return
        asked.statistic.id = message.id
        self._open[asked.statistic] = None
        self._by_id[message.id] = asked.statistic
        if asked.statistic.is_suspended:
            self.ask(lambda ref: SuspendNotification(ref=ref, id=message.id), is_awaited=False)

    def _on_info(self, message: wire.Info, asked: _Asked | None) -> None:
        statistic = self._by_id.get(message.id) if message.id is not None else None
        if statistic is None:
            return
        statistic.last = reading_of(message)
        if asked is None:
            self._tell(Update(*msgspec.structs.astuple(statistic.last), statistic=statistic))

    def _on_suspended(self, message: protocol.Suspended, asked: _Asked | None) -> None:
        if asked is not None and asked.statistic is not None:
            asked.statistic.is_suspended = True

    def _on_resumed(self, message: protocol.Resumed, asked: _Asked | None) -> None:
        if asked is not None and asked.statistic is not None:
            asked.statistic.is_suspended = False

    def _on_statistic_closed(self, message: protocol.StatisticClosed, asked: _Asked | None) -> None:
        statistic = self._by_id.get(message.id)
        if statistic is not None:
            self._forget(statistic)
            if asked is None:
                self._tell(StatisticGone(statistic, message.reason))

    def _on_error(self, message: protocol.Error, asked: _Asked | None) -> None:
        if asked is None or asked.statistic is None or asked.is_awaited:
            return
        self._forget(asked.statistic)
        self._tell(StatisticGone(asked.statistic, message.code))

    def _on_closed(self, message: protocol.Closed, asked: _Asked | None) -> None:
        self.ended = SessionClosed(message.code, message.message)

    def _on_source(self, message: protocol.SourceDown | protocol.SourceUp, asked: _Asked | None) -> None:
        self._tell(message)

    def _forget(self, statistic: Statistic) -> None:
        self._open.pop(statistic, None)
        if statistic.id is not None:
            self._by_id.pop(statistic.id, None)
        statistic.id = None

    def _tell(self, notice: Notice) -> None:
        if len(self.notices) >= NOTICES_MAX:
            self.notices.popleft()
            self.missed += 1
        self.notices.append(notice)

    _handles: ClassVar[Mapping[type[protocol.Event], Callable[..., None]]] = {
        protocol.Registered: _on_registered,
        protocol.StatisticOpened: _on_opened,
        wire.Info: _on_info,
        protocol.Suspended: _on_suspended,
        protocol.Resumed: _on_resumed,
        protocol.StatisticClosed: _on_statistic_closed,
        protocol.Error: _on_error,
        protocol.Closed: _on_closed,
        protocol.SourceDown: _on_source,
        protocol.SourceUp: _on_source,
    }
