"""One session over whatever happens to its connection: asks and waits for the answer, reconnects with growing delays.

The protocol is `_connection`'s, the socket `_link`'s; here they are put together. What may be asked is `_client`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from actors.vocabulary import protocol
from actors.vocabulary.protocol import AnyRequest
from statclient import _protocol as wire
from statclient._connection import Connection
from statclient._errors import ConnectionLost, RequestRefused, SessionClosed, StatClientError
from statclient._link import Link
from statclient._statistic import Notice, Statistic

DELAY_MIN_S: Final = 0.5
DELAY_MAX_S: Final = 30.0
RECONNECTS_MAX: Final = 120
"""Attempts in a row before `ConnectionLost` is raised: an hour at the longest delay. By then somebody must be told."""

Answer = TypeVar("Answer", bound=wire.AnyMessage)


def delay_s(attempt: int) -> float:
    """Seconds to wait before reconnect `attempt` (from 0): 0.5, 1, 2, ... and at most 30."""
    return float(min(DELAY_MIN_S * 2**attempt, DELAY_MAX_S))


class Session:
    """A link that is got back when it is lost, and the connection on it.

    Args:
        link: to the server; not yet connected.
        connection: this program's side of the protocol.
        sleep: waits so many seconds, between two attempts to reconnect.
        clock: seconds that only ever grow.
        reconnects_max: attempts in a row to get a lost connection back.
    """

    def __init__(
        self,
        link: Link,
        connection: Connection,
        *,
        sleep: Callable[[float], object],
        clock: Callable[[], float],
        reconnects_max: int,
    ) -> None:
        self._link = link
        self._connection = connection
        self._sleep = sleep
        self._clock = clock
        self._reconnects_max = reconnects_max
        self._is_pinged = False
        self._is_wanted = False

    def connect(self) -> protocol.Registered:
        """Connects and registers; tries once.

        Raises:
            ConnectionLost: no stat server answers there.
            RequestRefused: it does not want this client.
        """
        self._is_wanted = True
        return self._establish()

    def disconnect(self) -> None:
        """Ends the session, and wakes who waits in it."""
        self._is_wanted = False
        self._link.drop()

    def receive(self, timeout_s: float | None) -> Notice | None:
        """The next thing told; None when nothing was told in time, or the session was ended.

        Raises:
            ConnectionLost: no attempt to reconnect is left.
            SessionClosed: the server ended the session, and not because it stops.
        """
        until_s = None if timeout_s is None else self._clock() + timeout_s
        while not self._connection.notices:
            if not self._is_wanted:
                return None
            try:
                self._read(until_s)
            except (ConnectionLost, SessionClosed) as lost:
                self._reconnect_after(lost)
            if until_s is not None and self._clock() >= until_s and not self._connection.notices:
                return None
        return self._connection.notices.popleft()

    def ask(
        self, make: Callable[[int], AnyRequest], answer_type: type[Answer], *, statistic: Statistic | None = None
    ) -> Answer:
        """Asks until it is answered: a lost connection is got back first.

        Args:
            make: the request with the `ref` it is given.
            answer_type: what answers it.
            statistic: the handle, where the request opens, suspends, resumes or closes one.

        Raises:
            RequestRefused: the server's own `Error`.
            ConnectionLost, SessionClosed: as for `receive`.
        """
        while True:
            try:
                ref = self._connection.ask(make, statistic=statistic)
                self._flush()
                return self._answer_to(ref, answer_type)
            except (ConnectionLost, SessionClosed) as lost:
                self._reconnect_after(lost)
                if not self._is_wanted:
                    raise

    def _answer_to(self, ref: int, answer_type: type[Answer]) -> Answer:
        while (answer := self._connection.take_answer(ref)) is None:
            self._read(None)
        if isinstance(answer, answer_type):
            return answer
        if isinstance(answer, protocol.Error):
            raise RequestRefused(answer.code, answer.message)
        raise StatClientError(f"asked for {answer_type.__name__}, the server answered {type(answer).__name__}")

    def _read(self, until_s: float | None) -> None:
        """Takes in what arrives first; nothing, if nothing does until then. A silent server is pinged."""
        if self._connection.ended is not None:
            raise self._connection.ended
        data = self._link.read(until_s)
        if data is not None:
            self._is_pinged = False
            self._connection.receive(data)
        elif self._link.is_silent and not self._is_pinged:
            self._is_pinged = True
            self._connection.ask(lambda ref: protocol.Ping(ref=ref), is_awaited=False)
        self._flush()

    def _flush(self) -> None:
        data = self._connection.data_to_send()
        if data:
            self._link.send(data)

    def _reconnect_after(self, lost: ConnectionLost | SessionClosed) -> None:
        """Gets the connection back, unless it is not wanted any more, or raises why not."""
        for attempt in range(self._reconnects_max):
            if not self._is_wanted:
                return
            if not _may_come_back(lost):
                break
            self._sleep(delay_s(attempt))
            try:
                if self._is_wanted:
                    self._establish()
                return
            except (ConnectionLost, SessionClosed) as again:
                lost = again
        self._link.drop()
        raise lost

    def _establish(self) -> protocol.Registered:
        self._link.connect()
        self._is_pinged = False
        ref = self._connection.begin()
        self._flush()
        registered = self._answer_to(ref, protocol.Registered)
        while not self._connection.is_settled:
            self._read(None)
        return registered


def _may_come_back(lost: ConnectionLost | SessionClosed) -> bool:
    """Whether a new connection would fare better."""
    return isinstance(lost, ConnectionLost) or lost.code == "Shutdown"
