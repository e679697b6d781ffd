"""What a session knows of its client: whether it said who it is, which statistics it has open (`protocols.md` 1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from hmac import compare_digest
from typing import Any, ClassVar, Final

from actors.vocabulary import protocol
from actors.vocabulary.errors import RequestError

STATISTICS_MAX: Final = 100_000
"""Statistics of one session: ten for each of 10,000 agents, and as many as an outbox of default size keeps the newest
readings of. One more is refused with `LimitExceeded`."""
BAD_LINES_MAX: Final = 10
"""Bad lines in a row that end a session: the protocol's own number."""


class SessionEnd(Enum):
    """Why a session hears no more lines; comes as payload of an input, behind the lines.

    `GONE`: its client closed the connection, or it broke. `SHUTDOWN`: the server stops. `ENDED`: the session's own
    word to itself, behind all that the pool had to do for it: nobody tells it anything any more.
    """

    GONE = "gone"
    SHUTDOWN = "shutdown"
    ENDED = "ended"


class SessionState:
    """The rules of one session.

    Ids grow from 1 and are never used again. A statistic counts from its request on, and may be named once its client
    has been told its id.

    Args:
        token: what a client must show; None if the server asks for none.
        statistics_max: how many a client may have open.
    """

    def __init__(self, token: str | None = None, *, statistics_max: int = STATISTICS_MAX) -> None:
        self._token = token
        self._statistics_max = statistics_max
        self._last_id = 0
        self._opening: dict[int, int] = {}
        self._open: set[int] = set()
        self._bad_lines = 0
        self.client: str | None = None

    @property
    def is_registered(self) -> bool:
        """Whether the client has said who it is, and may ask."""
        return self.client is not None

    def count_line(self, *, is_bad: bool) -> bool:
        """Counts a line.

        Returns:
            Whether the session ends: so many in a row were bad.
        """
        self._bad_lines = self._bad_lines + 1 if is_bad else 0
        return self._bad_lines >= BAD_LINES_MAX

    def register(self, request: protocol.Register) -> None:
        """The client says who it is.

        Raises:
            RequestError: `BadMessage` for another protocol, or if it has said so before; `Unauthorized` for a token
                that is not the server's. Nothing has changed.
        """
        if self.is_registered:
            raise RequestError("BadMessage", "this session is registered already")
        if request.protocol != protocol.PROTOCOL:
            raise RequestError("BadMessage", f"protocol {request.protocol} is not spoken here, {protocol.PROTOCOL} is")
        if self._token is not None and not compare_digest(request.token.encode(), self._token.encode()):
            raise RequestError(
                "Unauthorized", "the token is not this server's" if request.token else "a token is needed"
            )
        self.client = request.client

    def admit(self, request: protocol.AnyRequest) -> int:
        """Whether the pool may be asked this.

        Returns:
            The id of the statistic that the request opens or names; 0 for neither.

        Raises:
            RequestError: `NotRegistered`, `UnknownStatistic` or `LimitExceeded`; nothing has changed.
        """
        if not self.is_registered:
            raise RequestError("NotRegistered", "the first request of a session is Register")
        rule = self._rules.get(type(request))
        return rule(self, request) if rule is not None else 0

    def opened(self, number: int) -> None:
        """The pool has opened a statistic."""
        self._opening.pop(number, None)
        self._open.add(number)

    def closed(self, number: int) -> None:
        """A statistic is gone, whoever closed it."""
        self._open.discard(number)

    def refused(self, ref: int | None) -> None:
        """The pool has refused a request; if it was to open a statistic, that one no longer counts."""
        for number, asked in self._opening.items():
            if asked == ref:
                del self._opening[number]
                return

    def _opens(self, request: protocol.OpenStatistic) -> int:
        if len(self._open) + len(self._opening) >= self._statistics_max:
            raise RequestError("LimitExceeded", f"a session may have {self._statistics_max} statistics open, not more")
        self._last_id += 1
        self._opening[self._last_id] = request.ref
        return self._last_id

    def _names(
        self,
        request: protocol.PeekStatistic
        | protocol.SuspendNotification
        | protocol.ResumeNotification
        | protocol.CloseStatistic,
    ) -> int:
        if request.id not in self._open:
            raise RequestError("UnknownStatistic", f"no statistic with id {request.id} is open in this session")
        return request.id

    def _closes(self, request: protocol.CloseStatistic) -> int:
        number = self._names(request)
        self.closed(number)
        return number

    _rules: ClassVar[Mapping[type, Callable[[Any, Any], int]]] = {
        protocol.OpenStatistic: _opens,
        protocol.PeekStatistic: _names,
        protocol.SuspendNotification: _names,
        protocol.ResumeNotification: _names,
        protocol.CloseStatistic: _closes,
    }
