"""How many calls the book looks at: those that an event is about, however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from actors.sources.call import Call
from actors.sources.call_book import CallBook
from actors.vocabulary.events import PartyState, TServerEvent
from runtime.mail import Message, order_of

CALLS: Final = 1_000
DNS: Final = [f"{7000 + number}" for number in range(CALLS)]
SPARE: Final = "6999"


class Seen(dict[str, Call]):
    """Calls that count how often one was looked at."""

    looked = 0

    def __getitem__(self, conn_id: str) -> Call:
        self.looked += 1
        return super().__getitem__(conn_id)

    def get(self, conn_id: str, default: Any = None) -> Any:
        self.looked += 1
        return super().get(conn_id, default)

    def values(self) -> Iterator[Call]:  # type: ignore[override]
        return (call for _, call in self.items())

    def items(self) -> Iterator[tuple[str, Call]]:  # type: ignore[override]
        for item in super().items():
            self.looked += 1
            yield item


def busy_book() -> CallBook:
    """A call at each of a thousand DNs, heard of one after the other."""
    book = CallBook("pbx1", frozenset([*DNS, SPARE]), frozenset(), frozenset())
    for number, dn in enumerate(DNS):
        play(book, number, "Established", dn, conn_id=f"c{number}")
    book.calls = Seen(book.calls)
    return book


def play(book: CallBook, time_us: int, name: str, this_dn: str, **told: Any) -> list[tuple[str, Message]]:
    return book.fan_out(TServerEvent(f"Event{name}", this_dn=this_dn, **told), order_of(time_us + 1), time_us)


def looked(book: CallBook) -> int:
    assert isinstance(book.calls, Seen)
    return book.calls.looked


@pytest.mark.parametrize("found", [(), (PartyState("c500"),), (PartyState("c500"), PartyState("new"))])
def test_a_registration_looks_at_the_calls_of_its_dn_alone(found: tuple[PartyState, ...]) -> None:
    book = busy_book()
    play(book, 2_000, "Registered", DNS[500], calls=found)
    assert looked(book) <= 10


def test_a_dn_without_calls_is_registered_without_looking_at_any() -> None:
    book = busy_book()
    play(book, 2_000, "Registered", SPARE, calls=())
    assert looked(book) == 0


@pytest.mark.parametrize("name", ["Unregistered", "AgentLogin", "Held", "Released"])
def test_an_event_looks_at_its_own_call_alone(name: str) -> None:
    book = busy_book()
    play(book, 2_000, name, DNS[500], conn_id="c500")
    assert looked(book) <= 10


def test_what_a_lost_link_froze_ends_with_one_look_at_each_call() -> None:
    book = busy_book()
    book.lose(0, 2_000)
    book.end_frozen(2_000, order_of(3_000), 3_000)
    assert not book.calls
    assert looked(book) <= 4 * CALLS


def test_when_the_next_call_is_stuck_is_known_from_the_oldest() -> None:
    book = busy_book()
    assert (book.next_stuck_us(600), looked(book)) == (600, 1)


def test_of_stuck_calls_and_the_next_one_no_more_is_looked_at() -> None:
    book = busy_book()
    told = book.stuck(600, order_of(5_000), 602)
    assert [number for number, _ in told] == DNS[:3]
    assert looked(book) <= 10


def test_a_call_is_at_no_dn_any_more_once_it_is_over_or_stuck() -> None:
    book = busy_book()
    play(book, 2_000, "Released", DNS[999], conn_id="c999")
    book.stuck(600, order_of(5_000), 3_000)
    assert (book.calls, book.at, book.consultations.parties) == ({}, {}, {})
