"""Clients of the server: a session's own actor and outbox, and no socket between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from actors.sessions.listener import StartSession
from actors.sessions.outbox import Outbox
from actors.sessions.session_state import SessionEnd
from actors.vocabulary import protocol
from runtime.actor import ActorRef
from runtime.intake import Intake
from tests.oracle.questions import Question
from tests.oracle.served import REFUSED

READ_MAX: Final = 1 << 16
NUMBERS: Final = frozenset({"TotalNumber", "CurrentNumber"})
TELLING: Final = "Growing:never"
"""Categories and a profile whose values no passing of time changes."""


class Port:
    """Stands for the listener."""

    def __init__(
        self, _address: tuple[str, int], start_session: StartSession, intake: Intake, *, output_max_bytes: int
    ) -> None:
        self._start_session = start_session
        self._intake = intake
        self._output_max_bytes = output_max_bytes
        self._sessions: list[Session] = []

    def start(self) -> None:
        """Sessions are begun by clients."""

    def stop(self) -> None:
        """Says goodbye to all there are, and waits until they are gone."""
        for session in self._sessions:
            self._intake.put(session.ref, SessionEnd.SHUTDOWN)
        self._intake.drain()
        for session in self._sessions:
            session.leave()
        self._intake.drain()

    def connect(self) -> Session:
        outbox = Outbox(self._output_max_bytes, lambda: None)
        session = Session(outbox, self._start_session(outbox, lambda: None), self._intake)
        self._sessions.append(session)
        return session


class Session:
    """One connection of a client."""

    def __init__(self, outbox: Outbox, ref: ActorRef, intake: Intake) -> None:
        self.ref = ref
        self._outbox = outbox
        self._intake = intake
        self._has_left = False

    def say(self, request: protocol.Request) -> None:
        if not self._outbox.is_closed:
            self._intake.put(self.ref, msgspec.json.encode(request))

    def heard(self) -> list[dict[str, Any]]:
        data = self._outbox.take(READ_MAX)
        lines = b""
        while data:
            lines += data
            data = self._outbox.take(READ_MAX)
        if self._outbox.is_closed:
            self.leave()
        return [msgspec.json.decode(line) for line in lines.splitlines()]

    def leave(self) -> None:
        if not self._has_left:
            self._has_left = True
            self._intake.put(self.ref, SessionEnd.GONE)


class Wish(NamedTuple):
    """A statistic that a client wants open, from a step of the day on."""

    ref: int
    question: Question
    notification: protocol.Notification
    from_step: int

    def request(self) -> protocol.OpenStatistic:
        question = self.question
        return protocol.OpenStatistic(
            ref=self.ref,
            object=protocol.ObjectName(question.object_type, question.object_id),
            statistic=question.definition,
            time_profile=question.time_profile,
            time_range=question.time_range,
            time_range2=question.time_range2,
            filter=question.filter,
            notification=self.notification,
        )

    @property
    def tells_each_change(self) -> bool:
        """Whether what it tells last is its value, as long as nothing happens."""
        category, profile = self.question.definition["category"], self.question.time_profile
        wants_each = self.notification.mode == "Immediate" and not self.notification.insensitivity
        return wants_each and category in NUMBERS and profile == TELLING


class Client:
    """Opens what it wants, and again after each loss of its connection.

    Attributes:
        answers: what it was told last of each of its wishes, by ref: the value, and when that was.
        stalls_until: the step until which it does not read.
    """

    def __init__(self, wishes: Iterable[Wish]) -> None:
        self.wishes: Mapping[int, Wish] = {wish.ref: wish for wish in wishes}
        self.answers: dict[int, tuple[Any, float]] = {}
        self.stalls_until = -1
        self._session: Session | None = None
        self._asked: set[int] = set()
        self._refs: dict[int, int] = {}

    @property
    def is_connected(self) -> bool:
        return self._session is not None

    def connect(self, port: Port) -> None:
        self._session = port.connect()
        self._asked.clear()
        self._refs.clear()
        self._session.say(protocol.Register(ref=0, client="simulated"))

    def open(self, may_open: Callable[[Wish], bool]) -> bool:
        """Asks for what it wants, may have, and has not asked for on this connection; answers whether there is any."""
        assert self._session is not None
        new = [wish for wish in self.wishes.values() if wish.ref not in self._asked and may_open(wish)]
        for wish in new:
            self._asked.add(wish.ref)
            self._session.say(wish.request())
        return bool(new)

    def read(self) -> None:
        """Reads all there is; another answer than the protocol has is an error."""
        if self._session is None:
            return
        for told in self._session.heard():
            self._hear(told)

    def is_told(self, ref: int) -> bool:
        """Whether it must know a value as it is, without having asked."""
        return self._session is not None and ref in self._asked and self.wishes[ref].tells_each_change

    def vanish(self) -> None:
        """Is gone without a word."""
        if self._session is not None:
            self._session.leave()
            self.forget()

    def forget(self) -> None:
        """The server has died, and the connection with it."""
        self._session = None

    def _hear(self, told: dict[str, Any]) -> None:
        event = told["event"]
        if event == "StatisticOpened":
            self._refs[told["id"]] = told["ref"]
        elif event == "Info":
            value = told.get("state") or told["value"]
            ref = self._refs[told["id"]]
            self.answers[ref] = value, told["time"]
        elif event == "Error":
            assert told["code"] == "NotApplicable", told
            self.answers[told["ref"]] = REFUSED, 0.0
        elif event == "Closed":
            self.forget()
        else:
            assert event in {"Registered", "SourceDown", "SourceUp"}, told
