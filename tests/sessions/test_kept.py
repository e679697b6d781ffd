"""What a session has the journal keep: who opened, got and closed what, and that it is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from played_pool import PlayedPool

from actors.sessions.kept import SOURCE, KeptRequest, kept_of
from actors.sessions.outbox import Outbox
from actors.sessions.session import SessionActor
from actors.sessions.session_state import SessionEnd
from actors.vocabulary import protocol
from runtime.actor import ActorRef
from runtime.clock import SteppedClock
from runtime.dispatcher import Dispatcher
from runtime.intake import Intake
from runtime.journal import Journal
from runtime.journal_entries import Kind
from runtime.journal_sync import SYSTEM

REGISTER = protocol.Register(ref=1, client="wallboard")
AGENT = protocol.ObjectName("Agent", "1001")
OPEN = protocol.OpenStatistic(ref=2, object=AGENT, statistic="TotalCalls")
GET = protocol.GetStatistic(ref=3, object=AGENT, statistic={"category": "TotalTime", "main_mask": "CallInbound"})
PEEK = protocol.PeekStatistic(ref=4, id=1)
SUSPEND = protocol.SuspendNotification(ref=5, id=1)
CLOSE = protocol.CloseStatistic(ref=6, id=1)


class House:
    """Sessions with a played pool, and a journal behind their intake."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.intake = Intake(Dispatcher(), SteppedClock(1))
        self.intake.keep_in(journal)
        self.refs: list[ActorRef] = []
        with self.intake.dispatcher.starting():
            self.pool = PlayedPool.start()

    def session(self, *requests: msgspec.Struct | SessionEnd) -> int:
        """Starts one, says this to it, and returns the number of the first input."""
        with self.intake.dispatcher.starting():
            session: ActorRef = SessionActor.start(
                Outbox(1 << 20, lambda: None),
                lambda: None,
                pool=self.pool,
                intake=self.intake,
                server="statserver",
                version="1.2",
                token=None,
                down={},
            )
        self.refs.append(session)
        first = self.intake.inputs + 1
        for request in requests:
            said = request if isinstance(request, SessionEnd) else msgspec.json.encode(request)
            self.intake.put(session, said)
            self.intake.drain()
        return first

    @property
    def kept(self) -> list[KeptRequest]:
        entries = list(self.journal.entries())
        assert {(entry.source, entry.kind) for entry in entries} <= {(SOURCE, Kind.REQUEST)}
        return [kept_of(entry.payload) for entry in entries]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    journal = Journal(tmp_path, SYSTEM, SteppedClock(1))
    journal.open()
    built = House(journal)
    yield built
    for ref in (*built.refs, built.pool):
        if ref.is_alive():
            ref.stop(block=False)
    built.intake.drain()
    journal.close()


def test_what_puts_a_statistic_in_the_pool_and_what_closes_it_is_kept(house: House) -> None:
    session = house.session(REGISTER, OPEN, GET, CLOSE)
    assert house.kept == [KeptRequest(session, 1, OPEN), KeptRequest(session, 0, GET), KeptRequest(session, 1, CLOSE)]


def test_what_only_looks_is_not_kept(house: House) -> None:
    house.session(REGISTER, OPEN, PEEK, SUSPEND, protocol.ListFilters(ref=7), protocol.Ping(ref=8))
    assert [kept.request for kept in house.kept] == [OPEN]


def test_that_a_session_is_gone_is_kept(house: House) -> None:
    session = house.session(REGISTER, SessionEnd.GONE)
    assert house.kept == [KeptRequest(session)]


def test_a_session_that_never_registered_leaves_nothing(house: House) -> None:
    house.session(OPEN, SessionEnd.GONE)
    assert house.kept == []


def test_two_sessions_have_two_numbers(house: House) -> None:
    house.session(REGISTER, OPEN)
    house.session(REGISTER, OPEN)
    assert len({kept.session for kept in house.kept}) == len(house.kept) == 2


@pytest.mark.parametrize("request_", [OPEN, GET, CLOSE])
def test_a_request_is_read_as_it_was_kept(house: House, request_: protocol.AnyRequest) -> None:
    session = house.session(REGISTER, OPEN, request_)
    assert house.kept[-1].request == request_
    assert house.kept[-1].session == session
