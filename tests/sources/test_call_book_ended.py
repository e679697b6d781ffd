"""Calls that are over: how much of them is kept, for how long, and that they come back as they were."""

from __future__ import annotations

import tracemalloc
from typing import Any, Final

import msgspec
import pytest

from actors.objects.messages import DnEvent, EarlierData
from actors.sources.call import Call
from actors.sources.call_book import CallBook
from actors.sources.ended_calls import SHELF_MAX, EndedCalls
from actors.vocabulary.events import PartyState, TServerEvent
from runtime.mail import order_of

SECOND_US: Final = 1_000_000
HOUR: Final = 3600
NOON: Final = 1_795_518_000
"""Seconds since the epoch, and what a link carried before, are large numbers, and cost what such cost."""
BEFORE: Final = 10_000_000
ENDED: Final = 10_000
CALLS: Final = 1500
"""Of one a second there are two shelves of ten minutes, and another half."""
BYTES_MAX: Final = 250
REGULAR: Final = frozenset({"7001", "7002"})
MEDIATION: Final = frozenset({"8000", "8900"})


def at_us(time: float) -> int:
    return round((NOON + time) * SECOND_US)


class Link:
    """A link's book of calls, told events by the second after noon."""

    def __init__(self) -> None:
        self.book = CallBook("pbx1", REGULAR, MEDIATION, frozenset({"8900"}))
        self.inputs = BEFORE

    def play(self, time: float, name: str, this_dn: str, conn_id: str = "c1", **told: Any) -> list[Any]:
        """What DNs are told of an event."""
        self.inputs += 1
        event = TServerEvent(f"Event{name}", this_dn=this_dn, conn_id=conn_id, **told)
        return [message for _, message in self.book.fan_out(event, order_of(self.inputs), at_us(time))]

    def data_seen(self, time: float, conn_id: str = "c1") -> dict[str, Any] | None:
        """The user data with which a call comes to a DN."""
        told = self.play(time, "Ringing", "7002", conn_id)[0]
        assert isinstance(told, DnEvent)
        return told.call_data

    def whole_call(self, time: float, conn_id: str, **told: Any) -> None:
        """A call through a queue and a virtual one, answered and over."""
        self.play(time, "Queued", "8900", conn_id, **told)
        self.play(time, "Queued", "8000", conn_id)
        for queue in ("8000", "8900"):
            self.play(time, "Diverted", queue, conn_id, third_party_dn="7001")
        for name in ("Ringing", "Established", "Released"):
            self.play(time, name, "7001", conn_id, this_queue="8000")

    def ended_calls(self) -> int:
        """How many calls are kept that are over."""
        return sum(len(shelf.calls) for shelf in self.book.ended.shelves)


def bytes_of_ended(calls: int, **told: Any) -> float:
    """Memory of the book for a call that is over."""
    link = Link()
    link.whole_call(0, "before")
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for number in range(calls):
        link.whole_call(number * HOUR / calls / 2, f"{number:016x}", **told)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert link.ended_calls() == calls + 1
    return (after - before) / calls


def test_a_call_that_is_over_costs_little_memory() -> None:
    assert bytes_of_ended(ENDED) <= BYTES_MAX


def test_the_user_data_of_a_call_that_is_over_are_kept_as_small() -> None:
    assert bytes_of_ended(ENDED // 5, user_data={"ServiceType": "Sales", "Tier": "Gold"}) <= BYTES_MAX + 50


def test_a_long_call_keeps_no_other_from_being_forgotten() -> None:
    link = Link()
    link.play(0, "Established", "7002", "long")
    for number in range(ENDED):
        link.whole_call(number * 2 * HOUR / ENDED, f"{number:016x}")
    assert link.ended_calls() <= ENDED * 0.6
    assert list(link.book.calls) == ["long"]


def test_after_a_silence_all_are_forgotten() -> None:
    link = Link()
    for number in range(ENDED):
        link.whole_call(number * HOUR / ENDED, f"{number:016x}")
    link.whole_call(3 * HOUR, "c1")
    assert link.ended_calls() == 1


@pytest.mark.parametrize(("back", "data"), [(HOUR - 1, {"Tier": "Gold"}), (HOUR, None)])
def test_a_call_comes_back_within_the_hour_with_all_that_was_known_of_it(back: float, data: Any) -> None:
    link = Link()
    link.play(-1, "Established", "7001", "other")
    link.whole_call(0, "c1", user_data={"Tier": "Gold"})
    assert link.data_seen(back) == data


@pytest.mark.parametrize(("back", "data"), [(HOUR - 1, {"Tier": "Gold"}), (HOUR, None)])
def test_the_hour_of_a_call_that_a_lost_link_ended_begins_at_that_end(back: float, data: Any) -> None:
    link = Link()
    link.play(-2 * HOUR, "Established", "7001", user_data={"Tier": "Gold"})
    link.book.lose(0, at_us(-300))
    link.book.end_frozen(at_us(-300), order_of(link.inputs), at_us(0))
    assert link.data_seen(back) == data


def with_ended(calls: int) -> EndedCalls:
    """A call a second that is over."""
    ended = EndedCalls()
    for second in range(calls):
        ended.put(f"c{second}", Call(at_us(second)), at_us(second))
    return ended


def test_a_copy_shares_all_shelves_but_the_newest_and_is_another() -> None:
    ended = with_ended(CALLS)
    copy = ended.copied()
    shared = [one is other for one, other in zip(ended.shelves, copy.shelves, strict=True)]
    assert shared == [True] * 2 + [False]
    for second in (0, CALLS - 1):
        ended.take(f"c{second}", at_us(CALLS))
    ended.put("one more", Call(at_us(CALLS)), at_us(CALLS))
    assert copy == with_ended(CALLS)


def test_a_shelf_has_its_number_for_as_long_as_it_is_there() -> None:
    ended = with_ended(7200)
    before = dict(enumerate(ended.shelves, ended.dropped))
    ended.forget_old(at_us(7200))
    assert dict(enumerate(ended.shelves, ended.dropped)).items() <= before.items()
    assert ended.dropped > 0


def test_however_many_calls_end_at_once_a_shelf_has_no_more_than_can_be_saved_in_a_turn() -> None:
    link = Link()
    for number in range(ENDED):
        link.whole_call(0, f"{number:016x}")
    assert max(len(shelf.calls) for shelf in link.book.ended.shelves) == SHELF_MAX


def test_a_call_that_comes_back_is_sent_by_the_queue_that_named_its_dn() -> None:
    link = Link()
    link.play(0, "Queued", "8000")
    link.play(5, "Diverted", "8000", third_party_dn="7001")
    assert not link.book.calls
    (ringing,) = link.play(6, "Ringing", "7001")
    assert [(one.queue, one.entered_us) for one in ringing.deliveries] == [("8000@pbx1", at_us(0))]


def test_a_call_with_a_number_of_more_than_64_bits_comes_back_with_it() -> None:
    link = Link()
    link.whole_call(0, "c1", user_data={"Number": 1 << 70})
    assert link.data_seen(1) == {"Number": 1 << 70}


def test_a_consultation_that_comes_back_hears_what_becomes_of_the_call_it_is_for() -> None:
    link = Link()
    link.play(0, "Established", "7001")
    link.play(1, "Established", "7002", "c2", previous_conn_id="c1")
    link.play(2, "Released", "7002", "c2")
    assert len(link.play(3, "AttachedDataChanged", "7001", user_data={"Tier": "None"})) == 1
    link.play(4, "Registered", "7002", "", calls=(PartyState("c2", call_state="Established"),))
    told = link.play(5, "AttachedDataChanged", "7001", user_data={"Tier": "Gold"})
    assert [(one.conn_id, one.data) for one in told if isinstance(one, EarlierData)] == [("c2", {"Tier": "Gold"})]


def test_a_consultation_sees_the_data_of_a_call_that_is_over() -> None:
    link = Link()
    link.whole_call(0, "c1", user_data={"Tier": "Gold"})
    assert link.play(1, "Dialing", "7002", "c2", previous_conn_id="c1")[0].earlier_data == {"Tier": "Gold"}


def test_a_call_that_is_over_is_never_stuck() -> None:
    link = Link()
    link.play(0, "Established", "7001", "long")
    link.whole_call(10, "c1", user_data={"Tier": "Gold"})
    link.book.stuck(600 * SECOND_US, order_of(link.inputs), at_us(610))
    assert link.data_seen(620) == {"Tier": "Gold"}


def test_a_book_is_itself_again_from_its_bytes() -> None:
    link = Link()
    link.whole_call(0, "c0", user_data={"Tier": "Gold", "Nested": [1, {"Deep": 2.5}]})
    link.play(1, "Queued", "8000")
    link.play(2, "RouteUsed", "8000", third_party_dn="7001")
    link.play(3, "Established", "7001", "c2", user_data={"Tier": None})
    link.play(4, "Established", "7002", "c2", this_dn_role="Observer", other_dn="7001")
    link.play(5, "Queued", "8900", "c3", previous_conn_id="c2")
    link.play(5, "Diverted", "8900", "c3", third_party_dn="7002")
    link.play(6, "Registered", "8000", "", calls=(PartyState("c4", call_state="Queued"),))
    link.play(7, "Unregistered", "7002", "")
    link.book.lose(0, at_us(8))
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(link.book), type=CallBook)
    assert again == link.book
    assert type(again.calls["c2"].observed) is frozenset
