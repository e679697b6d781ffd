from __future__ import annotations

import pytest

from actors.vocabulary.times import US_PER_SECOND
from simulator.books import Books, Tally
from simulator.centre import centre_of
from simulator.floor import Call, Party, Staff
from simulator.schedule import Process, Schedule
from simulator.switchboard import Switchboard

CUSTOMER = "5550001"


class Floor:
    """Two agents at 7001 and 7002 with an inbound call answered at the first, as the flows of `sources.md` 2 begin."""

    def __init__(self) -> None:
        centre = centre_of(3, seed=1)
        self.schedule = Schedule(0)
        self.books = Books(centre)
        self.board = Switchboard(centre, self.schedule, self.books)
        for number, agent in zip(("7001", "7002"), centre.agents, strict=False):
            staff = Staff(agent, ())
            self.board.desks.log_in(staff, self.board.lines[number])
            self.board.desks.get_ready(staff, "ManualIn")
        self.call = self.board.new_call("Inbound", ani=CUSTOMER, dnis="7001")
        self.party = self.board.phones.ring(self.board.lines["7001"], self.call, CUSTOMER)
        self.wait(2)
        self.board.phones.answer(self.party)
        self.wait(30)

    def wait(self, seconds: int) -> None:
        def pause() -> Process:
            yield seconds * US_PER_SECOND

        self.schedule.start(pause())
        self.schedule.run_next()

    def consult(self) -> tuple[Call, Party, Party]:
        phones, lines = self.board.phones, self.board.lines
        phones.hold(self.party)
        consult = self.board.new_call("Consult", ani="7001", dnis="7002", previous=self.call)
        return consult, phones.dial(lines["7001"], consult, "7002"), phones.ring(lines["7002"], consult, "7001")

    def answered_consult(self) -> tuple[Party, Party]:
        _, mine, theirs = self.consult()
        self.wait(3)
        self.board.phones.answer(mine)
        self.board.phones.answer(theirs)
        self.wait(10)
        return mine, theirs

    def seconds(self, agent: str, action: str) -> tuple[int, float]:
        tally = self.books.tally("Agent", agent, action)
        return tally.number, tally.total_us / US_PER_SECOND


@pytest.fixture
def floor() -> Floor:
    return Floor()


def test_a_two_step_transfer_is_booked_as_flow_17_says(floor: Floor) -> None:
    mine, theirs = floor.answered_consult()
    floor.board.phones.release(mine, "Transferred")
    floor.board.phones.release(floor.party, "Transferred", "7002")
    floor.board.phones.change(theirs, floor.call, CUSTOMER, by=floor.party.line, call_state="Transferred")
    floor.wait(60)
    floor.board.phones.release(theirs)
    assert floor.seconds("1001", "CallInbound") == (1, 43)
    assert floor.seconds("1001", "CallOnHold") == (1, 13)
    assert floor.seconds("1001", "CallTransferMade") == (1, 43)
    assert floor.seconds("1002", "CallConsult") == (1, 10)
    assert floor.seconds("1002", "CallInbound") == (1, 60)
    assert floor.seconds("1002", "CallTransferTaken") == (1, 0)
    assert floor.seconds("1002", "CallAnswered") == (1, 3)


def test_a_mute_transfer_is_booked_as_flow_18_says(floor: Floor) -> None:
    _, mine, theirs = floor.consult()
    floor.wait(4)
    floor.board.phones.release(mine, "Transferred")
    floor.board.phones.release(floor.party, "Transferred", "7002")
    floor.board.phones.change(theirs, floor.call, CUSTOMER, by=floor.party.line, call_state="Transferred")
    floor.wait(4)
    floor.board.phones.answer(theirs)
    assert floor.seconds("1001", "CallDialTransferred") == (1, 4)
    assert floor.seconds("1002", "CallRinging") == (2, 8)
    assert floor.seconds("1002", "CallRingingPartyChanged") == (1, 4)
    assert floor.seconds("1002", "CallAnswered") == (1, 4)


def test_a_conference_is_told_and_booked_as_flow_20_says(floor: Floor) -> None:
    mine, theirs = floor.answered_consult()
    phones, wire = floor.board.phones, floor.board.wire
    wire.take()
    phones.release(mine, "Conferenced")
    phones.retrieve(floor.party)
    phones.add(floor.party, theirs, by=floor.party.line)
    phones.change(theirs, floor.call, CUSTOMER, by=floor.party.line, call_state="Conferenced")
    told = [(event.event, event.this_dn, event.conn_id == floor.call.conn_id) for event in wire.take()]
    assert told == [
        ("EventReleased", "7001", False),
        ("EventRetrieved", "7001", True),
        ("EventPartyAdded", "7001", True),
        ("EventPartyChanged", "7002", True),
    ]
    assert floor.seconds("1001", "CallConferenceMade") == (1, 0)
    assert floor.seconds("1002", "CallConferenceJoined") == (1, 0)


def test_after_call_work_asked_for_during_a_call_counts_from_its_end(floor: Floor) -> None:
    staff = floor.party.staff
    assert staff is not None
    floor.board.desks.wrap_up(staff)
    floor.wait(12)
    floor.board.phones.release(floor.party)
    floor.wait(20)
    floor.board.desks.get_ready(staff, "AutoIn")
    assert floor.seconds("1001", "AfterCallWork") == (1, 20)


def test_a_call_stays_the_agents_who_logs_out_during_it(floor: Floor) -> None:
    staff = floor.party.staff
    assert staff is not None
    floor.board.desks.log_out(staff)
    floor.wait(30)
    floor.board.phones.release(floor.party)
    assert floor.seconds("1001", "LoggedIn") == (1, 32)
    assert floor.seconds("1001", "CallInbound") == (1, 60)
    assert floor.books.tally("RegDN", "7001", "CallInbound") == Tally(1, 60 * US_PER_SECOND)
