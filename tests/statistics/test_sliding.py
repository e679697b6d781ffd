"""A Sliding window by a server's own clock, of which events may be behind. Times are seconds after 6:00 UTC."""

from typing import Any

import pytest
from house import CALL, Client, House

from actors.vocabulary import protocol

SIX = 1_795_500_000.0
NONE = protocol.Notification("None")
BY_STATUS = {"subject": "AgentStatus"}
ONCE = {"formula": "DistByConnID"}


@pytest.fixture
def house() -> House:
    return House(SIX, is_live=True)


@pytest.fixture
def client(house: House) -> Client:
    return house.client()


def talks(house: House, since: float) -> None:
    house.reach(since)
    for event in ("EventRinging", "EventEstablished"):
        house.say({"time": since, "event": event, **CALL, "conn_id": "c"})


def released(house: House, at: float) -> None:
    house.say({"time": at, "event": "EventReleased", **CALL, "conn_id": "c"})


def read(house: House, client: Client, at: float, category: str, options: dict[str, str], profile: str) -> Any:
    """The value at a moment, of a statistic that is opened when it is asked for first."""
    house.reach(at)
    definition = {"category": category, "main_mask": "CallInbound", **options}
    client.open(1, definition, time_profile=profile, notification=NONE)
    assert client.refusals == []
    return client.values(1)[-1]


CASES = [
    # the call ended in the bucket from 0 to 60, which a window of 60 s by 60 s has until 120
    ("TotalNumber", {}, "Sliding:60/60", 119, 1),
    ("TotalNumber", {}, "Sliding:60/60", 121, 0),
    ("TotalNumber", ONCE, "Sliding:60/60", 119, 1),
    ("TotalNumber", ONCE, "Sliding:60/60", 121, 0),
    ("TotalNumber", ONCE, "Sliding:5/5", 62, 0),
    ("TotalTime", BY_STATUS, "Sliding:120/60", 62, 45),
    ("TotalTime", BY_STATUS, "Sliding:60/10", 110, 0),
    ("MaxTime", BY_STATUS, "Sliding:60/10", 100, 10),
    ("AverageOfCurrentNumber", {}, "Sliding:60/10", 90, 20 / 60),
    ("AverageOfCurrentTime", {}, "Sliding:60/10", 90, (45**2 - 25**2) / 2 / 60),
]


@pytest.mark.parametrize(("category", "options", "profile", "at", "value"), CASES)
def test_a_reading_changes_nothing_of_what_an_event_from_before_it_counts(
    house: House, client: Client, category: str, options: dict[str, str], profile: str, at: float, value: float
) -> None:
    """The call that began at 5 ended at 50, which is known when the window has been read at 61."""
    read(house, client, 0, category, options, profile)
    talks(house, 5)
    read(house, client, 61, category, options, profile)
    released(house, 50)
    assert read(house, client, at, category, options, profile) == pytest.approx(value)
