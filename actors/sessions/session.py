"""The actor of a session: one client's requests in, one client's answers and readings out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, ClassVar

import msgspec

from actors.sessions.answers import event_line, info_line
from actors.sessions.kept import kept_end, kept_request
from actors.sessions.messages import Answer, Reading, SessionGone, SessionRequest, SourceNews
from actors.sessions.outbox import Outbox
from actors.sessions.requests import BadLineError, decoded
from actors.sessions.session_state import BAD_LINES_MAX, SessionEnd, SessionState
from actors.vocabulary import protocol
from actors.vocabulary.errors import RequestError
from actors.vocabulary.times import seconds
from runtime.actor import Actor, ActorRef
from runtime.intake import Intake
from runtime.mail import Input, number_of

_SLOW = protocol.Closed(code="SlowClient", message="more waits to be sent than max-client-output-queue-size")
_BAD = protocol.Closed(code="BadMessage", message=f"{BAD_LINES_MAX} lines in a row were no requests")
_SHUTDOWN = protocol.Closed(code="Shutdown", message="the server stops")


def refuse_to_read(_session: Any, _request: int) -> None:
    """Nobody reads the configuration of this server again.

    Raises:
        RequestError: `NotApplicable`.
    """
    raise RequestError("NotApplicable", "this server does not read its configuration again")


class SessionActor(Actor):
    """One client: answers who it is and whether it is there, and asks the pool for it.

    It ends in two steps: the pool is told, and when the pool has heard it, the session's own last input comes and it
    stops. So nobody ever tells a session that has stopped; and what the client had asked before it left is answered.

    Args:
        outbox: takes what is to be sent; the listener sends it.
        on_handled: called for each line of the client, so that one client may not fill the intake.
        pool: who answers what the session does not.
        intake: takes what the session asks of the pool.
        server: this server's name, told to the client.
        version: its version.
        token: what the client must show, if anything.
        down: sources that are down now, since when: a client that registers hears of them.
        read_configuration: has the configuration read again, and this session be told what came of the request.
    """

    level = 7

    def __init__(
        self,
        outbox: Outbox,
        on_handled: Callable[[], None],
        *,
        pool: ActorRef,
        intake: Intake,
        server: str,
        version: str,
        token: str | None,
        down: Mapping[str, int],
        read_configuration: Callable[[ActorRef, int], None] = refuse_to_read,
    ) -> None:
        super().__init__()
        self._outbox = outbox
        self._on_handled = on_handled
        self._pool = pool
        self._intake = intake
        self._server = server
        self._version = version
        self._state = SessionState(token)
        self._down = down
        self._read_configuration = read_configuration
        self._told_down: set[str] = set()
        self._has_left = False
        self._number: int | None = None

    @property
    def number(self) -> int:
        """What the journal knows the session by; only one that has registered has something open."""
        assert self._number is not None
        return self._number

    def on_input(self, message: Input) -> None:
        """A line of the client, an answer that comes when all before it has been done, or the end."""
        if isinstance(message.payload, bytes):
            self._on_handled()
            if not self._has_left:
                self._serve(message.payload, message)
        elif isinstance(message.payload, protocol.Event):
            self._send(message.payload)
        elif message.payload is SessionEnd.ENDED:
            self._outbox.close()
            self.stop()
        else:
            self._leave(_SHUTDOWN if message.payload is SessionEnd.SHUTDOWN else None)

    def on_answer(self, message: Answer) -> None:
        """The pool answers, or says that a statistic is gone."""
        event = message.event
        if isinstance(event, protocol.StatisticOpened):
            self._state.opened(event.id)
        elif isinstance(event, protocol.StatisticClosed):
            self._state.closed(event.id)
        elif isinstance(event, protocol.Error):
            self._state.refused(event.ref)
        self._send(event, event.id if isinstance(event, _OF_A_STATISTIC) else None)

    def on_reading(self, message: Reading) -> None:
        """A value: the answer to a request, or a notification."""
        line = info_line(message)
        if message.id is None or message.ref is not None or not message.is_replaceable:
            has_room = self._outbox.add(line, message.id)
        else:
            has_room = self._outbox.add_reading(message.id, line)
        self._check(has_room=has_room)

    def on_news(self, message: SourceNews) -> None:
        """A source went down or came up."""
        if self._state.is_registered:
            self._tell_source(message.source, message.time_us, is_up=message.is_up)

    handles: ClassVar = {Input: on_input, Answer: on_answer, Reading: on_reading, SourceNews: on_news}

    def on_stop(self) -> None:
        """Runs when somebody else stops the session: its client and the pool hear of it all the same."""
        self._leave(_SHUTDOWN)

    def on_failure(
        self,
        exception_type: type[BaseException] | None,
        exception_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Runs when a handler failed: the connection ends, and the pool hears of it."""
        self._outbox.close()
        self._leave(None)

    def _serve(self, line: bytes, message: Input) -> None:
        try:
            request = decoded(line)
        except BadLineError as bad:
            self._refuse(bad, bad.ref)
            if self._state.count_line(is_bad=True):
                self._leave(_BAD)
            return
        self._state.count_line(is_bad=False)
        try:
            self._answer(request, message)
        except RequestError as refusal:
            self._refuse(refusal, request.ref)

    def _answer(self, request: protocol.AnyRequest, message: Input) -> None:
        time = seconds(message.time_us)
        if isinstance(request, protocol.Ping):
            self._send(protocol.Pong(ref=request.ref, time=time))
        elif isinstance(request, protocol.Register):
            self._state.register(request)
            self._number = number_of(message.order)
            self._send(
                protocol.Registered(
                    ref=request.ref, server=self._server, version=self._version, time=time, mode="primary"
                )
            )
            for source, since_us in self._down.items():
                self._tell_source(source, since_us, is_up=False)
        else:
            id_ = self._state.admit(request)
            if isinstance(request, protocol.ReadConfiguration):
                self._read_configuration(self.actor_ref, request.ref)
                return
            assert self._number is not None
            asked = SessionRequest(self.actor_ref, request, id_)
            self._intake.put(self._pool, asked, is_alone=True, kept=kept_request(self._number, request, id_))

    def _tell_source(self, source: str, time_us: int, *, is_up: bool) -> None:
        """Tells news of a source, a loss once: who registers may have heard of it before it comes as news."""
        if is_up:
            self._told_down.discard(source)
            self._send(protocol.SourceUp(source=source, time=seconds(time_us)))
        elif source not in self._told_down:
            self._told_down.add(source)
            self._send(protocol.SourceDown(source=source, time=seconds(time_us)))

    def _refuse(self, error: RequestError, ref: int | None) -> None:
        self._send(protocol.Error(ref=ref, code=error.code, message=error.message))

    def _send(self, event: msgspec.Struct, number: int | None = None) -> None:
        self._check(has_room=self._outbox.add(event_line(event), number))

    def _check(self, *, has_room: bool) -> None:
        if not has_room:
            self._outbox.close(event_line(_SLOW), drops_waiting=True)
            self._leave(None)

    def _leave(self, closed: protocol.Closed | None) -> None:
        if self._has_left:
            return
        self._has_left = True
        if closed is not None:
            self._outbox.close(event_line(closed))
        kept = None if self._number is None else kept_end(self._number)
        self._intake.put(self._pool, SessionGone(self.actor_ref), is_alone=True, kept=kept)
        self._intake.put(self.actor_ref, SessionEnd.ENDED, is_alone=True)


_OF_A_STATISTIC = (protocol.StatisticOpened, protocol.StatisticClosed, protocol.Suspended, protocol.Resumed)
