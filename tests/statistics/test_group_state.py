"""A group's state goes out at most once in half a second a statistic (`protocols.md` 1)."""

from __future__ import annotations

import pytest
from house import Client, House

from actors.vocabulary import protocol

SIX: float = 1_795_500_000.0
STATE = {"category": "CurrentState", "subject": "AgentStatus"}
GROUP = protocol.ObjectName("GroupAgents", "Sales")


@pytest.fixture
def house() -> House:
    return House(SIX)


@pytest.fixture
def client(house: House) -> Client:
    client = house.client()
    client.open(1, STATE, object=GROUP, time_profile="", notification=protocol.Notification())
    return client


def not_ready(house: House, time: float, dn: str = "7001") -> None:
    house.say({"time": time, "event": "EventAgentNotReady", "this_dn": dn})


def times(client: Client) -> list[float]:
    return [round(info.time - SIX, 6) for info in client.infos[1]]


def test_a_change_soon_after_the_opening_waits_until_half_a_second_has_passed(house: House, client: Client) -> None:
    not_ready(house, 0.01)
    assert times(client) == [0]
    house.reach(1)
    assert times(client) == [0, 0.5]


def test_a_change_later_than_that_is_told_at_once(house: House, client: Client) -> None:
    not_ready(house, 0.6)
    assert times(client) == [0, 0.6]


def test_of_several_changes_the_newest_goes_out(house: House, client: Client) -> None:
    for time, dn in ((0.6, "7001"), (0.7, "7002"), (0.8, "7003")):
        not_ready(house, time, dn)
    house.reach(2)
    assert times(client) == [0, 0.6, 1.1]
