"""The last value of each interval that a reset closes (`semantics.md` 9.5). Times are seconds after 6:00 UTC."""

import pytest
from house import Client, House

from actors.sessions.messages import SessionGone
from actors.vocabulary import protocol

SIX: float = 1_795_500_000.0
SPRING: float = 1_774_738_800.0
"""Midnight in Paris before the night of 29 March 2026, which has no 2:30."""
AUTUMN: float = 1_792_879_200.0
"""Midnight in Paris before the night of 25 October 2026, which has 2:30 twice."""
QUARTER = 900
HOUR = 3600
NUMBER = {"category": "TotalNumber", "main_mask": "CallInbound"}
TIME = {"category": "TotalTime", "main_mask": "CallInbound", "subject": "AgentStatus"}
NONE = protocol.Notification("None")


@pytest.fixture
def house() -> House:
    return House(SIX)


@pytest.fixture
def client(house: House) -> Client:
    return house.client()


def test_each_interval_is_told_once_with_its_last_value(house: House, client: Client) -> None:
    client.open(1, NUMBER)
    house.call(10, 20)
    house.call(30, 40)
    house.call(1000, 1010)
    house.reach(1900)
    assert client.closed(1, SIX) == [(0, QUARTER, 2), (QUARTER, 2 * QUARTER, 1)]


def test_the_value_at_the_opening_has_no_interval(house: House, client: Client) -> None:
    client.open(1, NUMBER)
    assert [(info.value, info.interval) for info in client.infos[1]] == [(0, None)]


def test_nothing_is_told_between_two_resets(house: House, client: Client) -> None:
    client.open(1, NUMBER)
    house.call(10, 20)
    house.reach(QUARTER - 1)
    assert client.values(1) == [0]


def test_an_interval_in_which_nothing_happened_is_told_all_the_same(house: House, client: Client) -> None:
    client.open(1, NUMBER)
    house.reach(3 * QUARTER)
    assert client.closed(1, SIX) == [(0, 900, 0), (900, 1800, 0), (1800, 2700, 0)]


def test_the_first_interval_begins_with_the_opening(house: House, client: Client) -> None:
    house.reach(100)
    client.open(1, NUMBER)
    house.reach(2 * QUARTER)
    assert client.closed(1, SIX) == [(100, 900, 0), (900, 1800, 0)]


def test_a_statistic_that_counted_before_has_its_whole_interval(house: House, client: Client) -> None:
    house.client().open(7, NUMBER, notification=NONE)
    house.call(10, 20)
    house.reach(100)
    client.open(1, NUMBER)
    house.reach(QUARTER)
    assert client.closed(1, SIX) == [(0, 900, 1)]


def test_what_ends_at_a_reset_is_of_the_interval_that_begins(house: House, client: Client) -> None:
    client.open(1, NUMBER)
    house.call(10, QUARTER)
    house.reach(2 * QUARTER)
    assert client.closed(1, SIX) == [(0, 900, 0), (900, 1800, 1)]


def test_what_runs_over_a_reset_is_split_by_status_and_whole_by_action(house: House, client: Client) -> None:
    client.open(1, TIME)
    client.open(2, {**TIME, "subject": "DNAction"})
    house.call(600, 1200)
    house.reach(2 * QUARTER)
    assert [value for _, _, value in client.closed(1, SIX)] == [300, 300]
    assert [value for _, _, value in client.closed(2, SIX)] == [0, 600]


def test_events_on_both_sides_of_a_reset_in_one_batch_are_told_apart(house: House, client: Client) -> None:
    client.open(1, NUMBER)
    client.open(2, TIME)
    call = {"this_dn": "7001", "conn_id": "c1", "call_type": "Inbound"}
    other = {**call, "conn_id": "c2"}
    house.say({"time": 880, "event": "EventRinging", **call}, {"time": 880, "event": "EventEstablished", **call})
    house.put(
        {"time": 899.99, "event": "EventReleased", **call},
        {"time": 899.99, "event": "EventRinging", **other},
        {"time": 899.99, "event": "EventEstablished", **other},
        {"time": 900.01, "event": "EventReleased", **other},
    )
    house.intake.drain()
    house.reach(2 * QUARTER)
    assert client.closed(1, SIX) == [(0, 900, 1), (900, 1800, 1)]
    assert client.closed(2, SIX) == [(0, 900, 20), (900, 1800, pytest.approx(0.01))]


def test_several_resets_that_one_event_passes_are_told_in_order(house: House, client: Client) -> None:
    client.open(1, NUMBER)
    house.call(10, 20)
    house.call(2800, 2810)
    house.reach(4 * QUARTER)
    assert client.closed(1, SIX) == [(0, 900, 1), (900, 1800, 0), (1800, 2700, 0), (2700, 3600, 1)]


def test_every_client_is_told_each_interval_once(house: House, client: Client) -> None:
    second, third = house.client(), house.client()
    client.open(1, NUMBER)
    second.open(1, NUMBER)
    house.call(10, 20)
    house.reach(QUARTER + 100)
    third.open(1, NUMBER)
    house.ask(SessionGone(second))
    house.reach(3 * QUARTER)
    assert client.closed(1, SIX) == [(0, 900, 1), (900, 1800, 0), (1800, 2700, 0)]
    assert second.closed(1, SIX) == [(0, 900, 1)]
    assert third.closed(1, SIX) == [(900, 1800, 0), (1800, 2700, 0)]


def test_a_client_that_comes_at_the_reset_is_told_of_the_intervals_after_it(house: House, client: Client) -> None:
    house.client().open(7, NUMBER)
    house.reach(QUARTER)
    client.open(1, NUMBER)
    house.reach(2 * QUARTER)
    assert client.closed(1, SIX) == [(900, 1800, 0)]


def test_a_client_that_closes_is_told_nothing_more(house: House, client: Client) -> None:
    client.open(1, NUMBER)
    house.reach(QUARTER)
    client.ask(protocol.CloseStatistic(ref=2, id=1), 1)
    house.reach(3 * QUARTER)
    assert client.closed(1, SIX) == [(0, 900, 0)]


def test_what_closes_while_suspended_is_not_told_and_the_next_interval_is_whole(house: House, client: Client) -> None:
    client.open(1, NUMBER)
    house.reach(100)
    client.ask(protocol.SuspendNotification(ref=2, id=1), 1)
    house.call(1000, 1010)
    house.call(2000, 2010)
    client.ask(protocol.ResumeNotification(ref=3, id=1), 1)
    house.call(2100, 2110)
    house.reach(4 * QUARTER)
    assert client.closed(1, SIX) == [(1800, 2700, 2), (2700, 3600, 0)]
    assert client.values(1) == [0, 1, 2, 0]


def test_readings_and_other_clients_take_nothing_from_an_interval(house: House, client: Client) -> None:
    other = house.client()
    client.open(1, NUMBER)
    other.open(1, NUMBER, notification=protocol.Notification("Immediate"))
    other.open(2, NUMBER, notification=protocol.Notification("Periodic", interval=7))
    for begin in range(10, 2000, 200):
        house.call(begin, begin + 10)
        client.ask(protocol.PeekStatistic(ref=9, id=1), 1)
    house.reach(3 * QUARTER)
    assert client.closed(1, SIX) == [(0, 900, 5), (900, 1800, 4), (1800, 2700, 1)]


def test_a_mean_over_an_interval_is_over_all_of_it(house: House, client: Client) -> None:
    client.open(1, {"category": "AverageOfCurrentNumber", "main_mask": "CallInbound"})
    client.open(2, {"category": "MaxNumber", "main_mask": "CallInbound"})
    house.call(450, 1350)
    house.reach(3 * QUARTER)
    assert [value for _, _, value in client.closed(1, SIX)] == [0.5, 0.5, 0]
    assert [value for _, _, value in client.closed(2, SIX)] == [1, 1, 0]


# -- the days that have another length


@pytest.mark.parametrize(("midnight", "hours"), [(SPRING, [23, 24]), (AUTUMN, [25, 24])])
def test_the_day_in_which_the_clock_is_changed_is_an_interval_of_its_own_length(
    midnight: float, hours: list[int]
) -> None:
    house = House(midnight)
    client = house.client()
    client.open(1, NUMBER, time_profile="Growing:0:00 tz=Europe/Paris")
    house.reach(sum(hours) * HOUR)
    first, second = hours
    assert client.closed(1, midnight) == [(0, first * HOUR, 0), (first * HOUR, (first + second) * HOUR, 0)]


def test_a_reset_that_comes_twice_closes_two_intervals_and_one_that_is_skipped_none() -> None:
    house = House(AUTUMN)
    client = house.client()
    client.open(1, NUMBER, time_profile="Growing:2:30 tz=Europe/Paris")
    house.reach(4 * HOUR)
    assert client.closed(1, AUTUMN) == [(0, 2.5 * HOUR, 0), (2.5 * HOUR, 3.5 * HOUR, 0)]
    house = House(SPRING)
    client = house.client()
    client.open(1, NUMBER, time_profile="Growing:2:30 tz=Europe/Paris")
    house.reach(24 * HOUR)
    assert client.closed(1, SPRING) == []


def test_quarters_of_an_hour_stay_aligned_when_the_clock_is_changed() -> None:
    for midnight, quarters in ((SPRING, 23 * 4), (AUTUMN, 25 * 4)):
        house = House(midnight)
        client = house.client()
        client.open(1, NUMBER, time_profile="Growing:0:00 +0:15 tz=Europe/Paris")
        house.reach(quarters * QUARTER)
        assert client.closed(1, midnight) == [(n * QUARTER, (n + 1) * QUARTER, 0) for n in range(quarters)]


# -- live: an event may come later than its reset


@pytest.fixture
def live() -> House:
    return House(SIX, is_live=True)


def test_a_late_event_from_before_the_reset_is_in_the_interval_it_belongs_to(live: House) -> None:
    client = live.client()
    client.open(1, NUMBER)
    client.open(2, NUMBER, notification=protocol.Notification("Immediate"))
    live.reach(QUARTER + 2)
    client.ask(protocol.PeekStatistic(ref=9, id=1), 1)
    live.call(890, 899)
    live.call(901, 902)
    live.reach(2 * QUARTER + 40)
    assert client.closed(1, SIX) == [(0, 900, 1), (900, 1800, 1)]
    assert client.values(2) == [0, 1, 0]


def test_an_interval_is_told_as_soon_as_some_event_is_of_the_next(live: House) -> None:
    client = live.client()
    client.open(1, NUMBER)
    live.reach(QUARTER + 1)
    assert client.closed(1, SIX) == []
    live.say({"time": 901, "event": "EventDNDOn", "this_dn": "7002"})
    live.reach(QUARTER + 3)
    assert client.closed(1, SIX) == [(0, 900, 0)]


def test_an_interval_is_told_without_any_event_when_none_can_be_so_late(live: House) -> None:
    client = live.client()
    client.open(1, NUMBER)
    live.reach(QUARTER + 29)
    assert client.closed(1, SIX) == []
    live.reach(QUARTER + 30)
    assert client.closed(1, SIX) == [(0, 900, 0)]


def test_a_client_that_comes_after_a_reset_is_not_told_of_it_however_late_it_is_known(live: House) -> None:
    client, other = live.client(), live.client()
    client.open(1, NUMBER)
    live.reach(QUARTER + 2)
    other.open(1, NUMBER)
    live.reach(2 * QUARTER + 40)
    assert client.closed(1, SIX) == [(0, 900, 0), (900, 1800, 0)]
    assert other.closed(1, SIX) == [(900, 1800, 0)]


def test_an_asterisk_may_date_an_event_back_and_an_interval_waits_for_that() -> None:
    house = House(SIX, has_asterisk=True)
    client = house.client()
    client.open(1, NUMBER)
    house.reach(QUARTER + 0.05)
    assert client.closed(1, SIX) == []
    house.reach(QUARTER + 0.1)
    assert client.closed(1, SIX) == [(0, 900, 0)]


# -- what cannot be


@pytest.mark.parametrize(
    ("definition", "profile"),
    [
        ({"category": "CurrentNumber", "main_mask": "CallInbound"}, "Growing:0:00"),
        ({"category": "CurrentState"}, "Growing:0:00"),
        (NUMBER, "Sliding:3600/60"),
        (NUMBER, "Selection:20"),
        (NUMBER, "SinceLogin:"),
        (NUMBER, "Growing:never"),
    ],
)
def test_what_no_reset_closes_is_refused_and_leaves_nothing_in_the_pool(
    house: House, client: Client, definition: dict[str, str], profile: str
) -> None:
    client.open(1, definition, time_profile=profile)
    assert [error.code for error in client.refusals] == ["NotApplicable"]
    assert house.supervisor.pool.at_rest().state.entries == {}
