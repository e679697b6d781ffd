from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from played_pool import News, PlayedPool, Pour

from actors.sessions.outbox import Outbox
from actors.sessions.session import SessionActor
from actors.sessions.session_state import SessionEnd
from actors.vocabulary import protocol
from runtime.actor import ActorRef
from runtime.clock import SteppedClock
from runtime.dispatcher import Dispatcher
from runtime.intake import Intake

NOW_US = 1_795_505_400_500_000
PING = b'{"request":"Ping","ref":9}'
REGISTER = b'{"request":"Register","ref":1,"client":"wallboard"}'
OPEN = b'{"request":"OpenStatistic","ref":2,"object":{"type":"Agent","id":"1001"},"statistic":"TotalCalls"}'
OPENED = [{"event": "StatisticOpened", "ref": 2, "id": 1}, {"event": "Info", "id": 1, "time": 1.5, "value": 0}]


class House:
    """One session on a clock that stands still, a played pool, and what the session has sent."""

    def __init__(self, token: str | None = None, limit: int = 1 << 20) -> None:
        self.dispatcher = Dispatcher()
        self.intake = Intake(self.dispatcher, SteppedClock(NOW_US))
        self.down: dict[str, int] = {}
        self.outbox = Outbox(limit, lambda: None, keeps_up_max=0)
        self.handled = 0
        with self.dispatcher.starting():
            self.pool: ActorRef = PlayedPool.start()
            self.session: ActorRef = SessionActor.start(
                self.outbox,
                self._count,
                pool=self.pool,
                intake=self.intake,
                server="statserver",
                version="1.2",
                token=token,
                down=self.down,
            )

    def _count(self) -> None:
        self.handled += 1

    @property
    def played(self) -> PlayedPool:
        return self.pool.actor_inbox.actor

    def say(self, *payloads: bytes | SessionEnd) -> list[dict[str, Any]]:
        """What the client is sent when it has said this."""
        for payload in payloads:
            self.intake.put(self.session, payload)
        return self.heard()

    def end(self) -> None:
        for ref in (self.session, self.pool):
            if ref.is_alive():
                ref.stop(block=False)
        self.intake.drain()

    def pour(self, what: Pour | News) -> None:
        self.intake.put(self.pool, what, is_alone=True)

    def heard(self) -> list[dict[str, Any]]:
        self.intake.drain()
        return [msgspec.json.decode(line) for line in self.outbox.take(1 << 30).splitlines()]


@pytest.fixture
def house() -> Iterator[Callable[..., House]]:
    houses: list[House] = []

    def build(**options: Any) -> House:
        houses.append(House(**options))
        return houses[-1]

    yield build
    for built in houses:
        built.end()


def test_who_registers_hears_who_we_are(house: Callable[..., House]) -> None:
    registered = {"server": "statserver", "version": "1.2", "mode": "primary", "time": 1795505400.5}
    assert house().say(REGISTER) == [{"event": "Registered", "ref": 1, **registered}]


def test_anyone_may_ask_whether_we_are_there(house: Callable[..., House]) -> None:
    assert house().say(PING) == [{"event": "Pong", "ref": 9, "time": 1795505400.5}]


def test_a_request_before_register_is_refused_with_its_ref(house: Callable[..., House]) -> None:
    (answer,) = house().say(OPEN)
    assert (answer["event"], answer["ref"], answer["code"]) == ("Error", 2, "NotRegistered")


def test_a_wrong_token_is_refused(house: Callable[..., House]) -> None:
    (answer,) = house(token="secret").say(REGISTER)
    assert (answer["ref"], answer["code"]) == (1, "Unauthorized")


def test_an_opened_statistic_is_followed_by_its_value_and_its_changes(house: Callable[..., House]) -> None:
    one = house()
    assert one.say(REGISTER, OPEN)[1:] == OPENED
    one.pour(Pour(5))
    assert one.heard() == [{"event": "Info", "id": 1, "time": 1.5, "value": 5}]


def test_a_reading_that_was_asked_for_has_the_ref(house: Callable[..., House]) -> None:
    one = house()
    one.say(REGISTER, OPEN)
    assert one.say(b'{"request":"PeekStatistic","ref":5,"id":1}') == [
        {"event": "Info", "id": 1, "ref": 5, "time": 1.5, "value": 7}
    ]


def test_a_reading_of_no_open_statistic_has_no_id(house: Callable[..., House]) -> None:
    get = OPEN.replace(b"OpenStatistic", b"GetStatistic")
    assert house().say(REGISTER, get)[1:] == [{"event": "Info", "ref": 2, "time": 1.5, "value": 9}]


def test_a_closed_statistic_is_unknown(house: Callable[..., House]) -> None:
    one = house()
    one.say(REGISTER, OPEN)
    answers = one.say(b'{"request":"CloseStatistic","ref":3,"id":1}', b'{"request":"PeekStatistic","ref":4,"id":1}')
    assert {answer["ref"]: answer["event"] for answer in answers} == {3: "StatisticClosed", 4: "Error"}


def test_what_the_pool_refuses_is_answered_with_the_ref(house: Callable[..., House]) -> None:
    (answer,) = house().say(REGISTER, OPEN.replace(b"1001", b"nobody"))[1:]
    assert (answer["ref"], answer["code"]) == (2, "UnknownObject")


def test_a_bad_line_is_an_error_and_the_session_goes_on(house: Callable[..., House]) -> None:
    answers = house().say(b"hello", PING)
    assert [answer["event"] for answer in answers] == ["Error", "Pong"]


def test_ten_bad_lines_in_a_row_close_the_session(house: Callable[..., House]) -> None:
    one = house()
    answers = one.say(*[b"hello"] * 12, PING)
    assert [answer["event"] for answer in answers] == ["Error"] * 10 + ["Closed"]
    assert answers[-1]["code"] == "BadMessage"
    assert not one.session.is_alive()


def test_a_refused_request_is_no_bad_line(house: Callable[..., House]) -> None:
    assert "Closed" not in {answer["event"] for answer in house().say(*[OPEN] * 20)}


def test_each_line_is_counted_as_handled(house: Callable[..., House]) -> None:
    one = house()
    one.say(PING, b"hello", OPEN)
    assert one.handled == 3


def test_only_who_is_registered_hears_of_sources(house: Callable[..., House]) -> None:
    one = house()
    one.played.sessions.append(one.session)
    one.pour(News("tserver-1", is_up=False))
    assert one.heard() == []
    one.say(REGISTER)
    one.pour(News("tserver-1", is_up=False))
    one.pour(News("tserver-1", is_up=True))
    time = NOW_US / 1_000_000
    assert one.heard() == [
        {"event": "SourceDown", "source": "tserver-1", "time": time},
        {"event": "SourceUp", "source": "tserver-1", "time": time},
    ]


def test_who_registers_hears_of_each_source_that_is_down_and_since_when(house: Callable[..., House]) -> None:
    one = house()
    one.down.update({"tserver-1": 5_000_000, "tserver-2": 7_500_000})
    assert one.say(REGISTER)[1:] == [
        {"event": "SourceDown", "source": "tserver-1", "time": 5.0},
        {"event": "SourceDown", "source": "tserver-2", "time": 7.5},
    ]


def test_a_loss_that_a_client_knows_of_it_is_not_told_again(house: Callable[..., House]) -> None:
    one = house()
    one.down["tserver-1"] = 5_000_000
    one.say(REGISTER, b'{"request":"ListFilters","ref":3}')
    for is_up in (False, True, False):
        one.pour(News("tserver-1", is_up=is_up))
    assert [event["event"] for event in one.heard()] == ["SourceUp", "SourceDown"]


def test_a_client_that_left_gets_what_it_had_asked_for(house: Callable[..., House]) -> None:
    one = house()
    assert one.say(REGISTER, OPEN, SessionEnd.GONE)[1:] == OPENED
    assert one.outbox.is_closed


def test_when_a_client_leaves_the_pool_hears_it_once_and_the_actor_stops(house: Callable[..., House]) -> None:
    one = house()
    one.say(REGISTER, OPEN, SessionEnd.GONE, SessionEnd.GONE)
    assert one.played.gone == [one.session]
    assert not one.session.is_alive()


def test_a_session_still_takes_mail_when_the_pool_hears_of_its_end(house: Callable[..., House]) -> None:
    one = house()
    one.say(REGISTER, OPEN)
    one.intake.put(one.session, SessionEnd.GONE)
    one.pour(Pour(5))
    assert one.heard()[-1]["value"] == 5


def test_a_shutdown_is_said_after_the_answers(house: Callable[..., House]) -> None:
    answers = house().say(PING, SessionEnd.SHUTDOWN)
    assert [answer["event"] for answer in answers] == ["Pong", "Closed"]
    assert answers[-1]["code"] == "Shutdown"


def test_a_client_that_does_not_read_its_answers_is_closed(house: Callable[..., House]) -> None:
    one = house(limit=4000)
    (closed,) = one.say(REGISTER, *[b'{"request":"ListFilters","ref":3}'] * 10)
    assert (closed["event"], closed["code"]) == ("Closed", "SlowClient")
    assert one.played.gone == [one.session]


def test_a_client_that_does_not_read_its_notifications_gets_the_newest(house: Callable[..., House]) -> None:
    one = house(limit=4000)
    one.say(REGISTER, OPEN)
    for value in range(1, 100):
        one.pour(Pour(value, state_bytes=1000))
    assert [answer["value"] for answer in one.heard()] == [99]


def test_a_session_that_is_stopped_says_so_to_its_client_and_the_pool(house: Callable[..., House]) -> None:
    one = house()
    one.session.stop(block=False)
    (closed,) = one.heard()
    assert (closed["code"], one.played.gone) == ("Shutdown", [one.session])


def test_a_session_that_fails_closes_its_connection_and_tells_the_pool(
    house: Callable[..., House], caplog: pytest.LogCaptureFixture
) -> None:
    one = house()
    one.session.tell(protocol.Ping(ref=1))
    one.session.actor_inbox.actor.handles = {protocol.Ping: lambda actor, message: 1 // 0}
    assert one.heard() == []
    assert one.outbox.is_closed
    assert one.played.gone == [one.session]
    assert "ZeroDivisionError" in caplog.text
