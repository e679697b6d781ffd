from __future__ import annotations

from typing import Any

import msgspec
import pytest

from actors.vocabulary.times import US_PER_SECOND
from simulator.books import Books
from simulator.centre import CHAT, EMAIL, OUTGOING, centre_of
from simulator.floor import Staff
from simulator.interaction_server import InteractionServer
from simulator.interactions import Login
from simulator.schedule import Process, Schedule
from simulator.switchboard import Switchboard

CENTRE = centre_of(3, seed=1)
SALES = CENTRE.services[0]


class Floor:
    """Three agents, ready for one medium at their desks."""

    def __init__(self, medium: str) -> None:
        self.schedule = Schedule(0)
        self.books = Books(CENTRE)
        board = Switchboard(CENTRE, self.schedule, self.books)
        self.server = InteractionServer(medium, CENTRE, self.schedule, self.books)
        self.queue = SALES.queue_of(medium)
        self.logins = [self._seated(board, index) for index in range(3)]
        self.one = self.server.queues.submit(SALES, {"Subject": "invoice"})

    def _seated(self, board: Switchboard, index: int) -> Login:
        staff = Staff(CENTRE.agents[index], ())
        board.desks.log_in(staff, board.extensions[index])
        login = self.server.log_in(staff)
        self.server.desks.get_ready(login)
        return login

    def wait(self, seconds: float) -> None:
        def pause() -> Process:
            yield round(seconds * US_PER_SECOND)

        self.schedule.start(pause())
        self.schedule.run_next()

    def at_queue(self, action: str, queue: str = "") -> tuple[int, float]:
        return self._tally("StagingArea", queue or self.queue, action)

    def at_agent(self, action: str, agent: int = 0) -> tuple[int, float]:
        at_place = self._tally("Place", self.logins[agent].place, action)
        assert self._tally("Agent", self.logins[agent].agent_id, action) == at_place
        return at_place

    def _tally(self, kind: str, name: str, action: str) -> tuple[int, float]:
        tally = self.books.tally(kind, name, action)
        return tally.number, tally.total_us / US_PER_SECOND

    @property
    def told(self) -> list[dict[str, Any]]:
        return [msgspec.to_builtins(event) for event in self.server.take()]


@pytest.fixture
def chat() -> Floor:
    """A chat waits for 2 s and is with the strategy for 3."""
    floor = Floor(CHAT)
    floor.wait(2)
    floor.server.queues.take(floor.one)
    floor.wait(3)
    return floor


@pytest.fixture
def mail() -> Floor:
    """An e-mail is pulled by the first agent after 60 s, and handled for another 60."""
    floor = Floor(EMAIL)
    floor.wait(60)
    floor.server.queues.take(floor.one, floor.logins[0])
    floor.pulled = floor.server.offers.pull(floor.one, floor.logins[0])
    floor.wait(60)
    return floor


def test_a_chat_that_is_routed_answered_and_stopped_is_booked_as_8_1_says(chat: Floor) -> None:
    party = chat.server.offers.invite(chat.one, chat.logins[0])
    chat.wait(4)
    chat.server.offers.accept(party)
    chat.wait(221)
    chat.server.offers.leave(party, "Stop")
    chat.server.queues.stop(chat.one, chat.logins[0])
    assert chat.at_queue("InteractionCleared") == (1, 2)
    assert chat.at_queue("InteractionDeleted") == (1, 230)
    assert chat.at_queue("InteractionDistributed") == (0, 0)
    assert chat.at_agent("Accepted") == chat.at_agent("Delivering") == (1, 4)
    assert chat.at_agent("HandlingInbound") == chat.at_agent("ProcessedInbound") == (1, 221)
    assert chat.at_agent("Stopped") == (1, 221)


def test_a_chat_that_is_rejected_missed_and_answered_is_booked_as_8_3_says(chat: Floor) -> None:
    offers = chat.server.offers
    for agent, (event, seconds) in enumerate((("EventRejected", 8), ("EventRevoked", 30))):
        party = offers.invite(chat.one, chat.logins[agent])
        chat.wait(seconds)
        offers.decline(party, event, {})
    offers.accept(offers.invite(chat.one, chat.logins[2]))
    assert chat.at_agent("Rejected") == (1, 8)
    assert chat.at_agent("Revoked", 1) == (1, 30)
    assert chat.at_agent("Accepted", 2) == (1, 0)
    assert chat.at_agent("Handling") == (0, 0)


def test_an_e_mail_that_is_put_aside_pulled_again_and_answered_is_booked_as_8_2_says(mail: Floor) -> None:
    queues, offers, login = mail.server.queues, mail.server.offers, mail.logins[0]
    offers.leave(mail.pulled, "PlaceInWorkbin")
    queues.put_aside(mail.one, login)
    mail.wait(3600)
    queues.take(mail.one, login)
    again = offers.pull(mail.one, login)
    mail.wait(80)
    reply = queues.submit_own(login, SALES, reply_to=mail.one)
    writing = offers.create(reply, login)
    mail.wait(200)
    offers.leave(writing, "PlaceInQueue")
    queues.place(reply, OUTGOING, login)
    mail.wait(1)
    offers.leave(again, "Stop")
    queues.stop(mail.one, login)
    assert mail.at_queue("InteractionDistributed") == (1, 60)
    assert mail.at_queue("InteractionDistributedToQueue") == (1, 120)
    assert mail.at_queue("InteractionDistributed", "Drafts") == (1, 3600)
    assert mail.at_queue("InteractionDeleted", "Drafts") == (1, 3881)
    assert mail.at_agent("HandlingInbound") == (2, 341)
    assert mail.at_agent("HandlingOutbound") == (1, 200)
    assert mail.at_agent("Stopped") == (1, 281)
    assert mail.at_agent("StartedOutbound") == mail.at_agent("InteractionResponded") == (1, 0)


def test_an_interaction_goes_back_to_its_queue_when_its_agent_logs_out(mail: Floor) -> None:
    assert mail.server.log_out(mail.logins[0]) == [mail.one]
    assert [event["event"] for event in mail.told][-2:] == ["EventAgentLogout", "EventPlacedInQueue"]
    assert mail.at_agent("ProcessedInbound") == (1, 60)
    assert mail.at_queue("InteractionEntered")[0] == 2


def test_a_coach_listens_and_handles_nothing(chat: Floor) -> None:
    offers, (agent, coach, _) = chat.server.offers, chat.logins
    offers.accept(offers.invite(chat.one, agent))
    offers.accept(offers.invite(chat.one, coach, "Coach", agent))
    assert chat.at_agent("CoachingByRequestInitiated", 1) == chat.at_agent("BeingCoached") == (1, 0)
    assert chat.at_agent("HandlingStarted", 1) == (0, 0)


def test_do_not_disturb_blocks_a_channel_that_is_ready() -> None:
    floor = Floor(CHAT)
    desks, login = floor.server.desks, floor.logins[0]
    floor.wait(10)
    desks.set_dnd(login, is_on=True)
    floor.wait(5)
    desks.set_dnd(login, is_on=False)
    assert floor.at_agent("Available") == (1, 10)
    assert floor.at_agent("Blocked") == (2, 5)
    assert floor.at_agent("DoNotDisturb") == (1, 5)
