"""How long the pool keeps what nobody has open (`semantics.md` 9.6)."""

from __future__ import annotations

from house import House

from actors.sessions.messages import SessionGone, SessionRequest
from actors.vocabulary import protocol

SIX: float = 1_795_500_000.0
DAY: float = 86_400
AGENT = protocol.ObjectName("Agent", "1001")
CALLS = {"category": "TotalNumber", "subject": "DNAction", "main_mask": "CallInbound"}


class Reader:
    """A client that asks once and does not look at the answer."""

    def tell(self, _message: object) -> None:
        """Takes no notice."""


def kept(house: House) -> int:
    return len(house.supervisor.pool.at_rest().state.entries)


def read(house: House, client: Reader) -> None:
    house.ask(SessionRequest(client, protocol.GetStatistic(ref=1, object=AGENT, statistic=CALLS), 0))


def test_a_statistic_that_was_only_read_goes_when_nobody_has_asked_for_three_days() -> None:
    house, client = House(SIX), Reader()
    read(house, client)
    house.reach(3 * DAY - 1)
    assert kept(house) == 1
    house.reach(3 * DAY + 1)
    assert kept(house) == 0


def test_reading_it_again_keeps_it_three_days_more() -> None:
    house, client = House(SIX), Reader()
    read(house, client)
    house.reach(2 * DAY)
    read(house, client)
    house.reach(5 * DAY - 1)
    assert kept(house) == 1
    house.reach(5 * DAY + 1)
    assert kept(house) == 0


def test_who_reads_each_second_sets_one_timer() -> None:
    house, client = House(SIX), Reader()
    before = len(house.intake._timers)
    for second in range(100):
        house.reach(second)
        read(house, client)
    assert len(house.intake._timers) <= before + 1


def test_what_a_client_has_open_stays_and_goes_three_days_after_it_left() -> None:
    house = House(SIX)
    client = house.client()
    client.open(1, CALLS, time_profile="", notification=protocol.Notification("None"))
    house.reach(4 * DAY)
    assert kept(house) == 1
    house.ask(SessionGone(client))
    house.reach(7 * DAY - 1)
    assert kept(house) == 1
    house.reach(7 * DAY + 1)
    assert kept(house) == 0
