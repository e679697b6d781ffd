"""Thousands of statistics due at one moment do not hold up the events (`semantics.md` 9.5)."""

from __future__ import annotations

from house import Client, ClockByHand, House

from actors.statistics.agenda import LOOKS_MAX
from actors.vocabulary import protocol

SIX: float = 1_795_500_000.0
EACH_SECOND = protocol.Notification("Periodic", interval=1)
TIME = {"category": "TotalTime", "subject": "AgentStatus", "main_mask": "*"}
CALLS = {"category": "TotalNumber", "subject": "DNAction", "main_mask": "CallInbound"}
MANY = 3 * LOOKS_MAX
CALL = {"time": 1.5, "this_dn": "7001", "call_type": "Inbound", "conn_id": "c"}


def wallboard_of(house: House) -> Client:
    wallboard = house.client()
    for id_ in range(1, MANY + 1):
        profile = f"Growing:0:00 +{id_ // 60}:{id_ % 60:02}"
        wallboard.open(id_, TIME, time_profile=profile, notification=EACH_SECOND)
    return wallboard


def told(client: Client) -> int:
    """How often it heard of a statistic since that was opened."""
    return sum(len(infos) - 1 for infos in client.infos.values())


def test_events_come_between_while_thousands_are_told() -> None:
    house = House(SIX, is_live=True)
    wallboard, router = wallboard_of(house), house.client()
    router.open(1, CALLS, time_profile="", notification=protocol.Notification())
    assert isinstance(house.clock, ClockByHand)
    house.clock.time_us = round((SIX + 1.5) * 1_000_000)
    house.put(*({**CALL, "event": event} for event in ("EventRinging", "EventEstablished", "EventReleased")))
    house.intake.step()
    assert (told(wallboard), router.values(1)) == (LOOKS_MAX, [0])
    house.intake.step()
    assert (told(wallboard), router.values(1)) == (LOOKS_MAX, [0, 1])
    for milliseconds in range(1, 20):
        house.reach(1.5 + milliseconds / 1000)
    assert told(wallboard) == MANY


def test_by_stamps_all_are_told_at_their_moment() -> None:
    house = House(SIX)
    wallboard = wallboard_of(house)
    house.reach(1)
    assert {infos[-1].time - SIX for infos in wallboard.infos.values()} == {1}
    assert told(wallboard) == MANY
