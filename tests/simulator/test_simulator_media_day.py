from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from media_tracker import MediaTracker, found

from actors.vocabulary.interaction_events import ALL_INTERACTION_EVENTS
from simulator.day import Day
from simulator.lines import Event, line_of
from simulator.play import MORNING_US

SECONDS = 1800
NEVER_TOLD = {
    *("EventInteractionSubmited", "EventSubmitted", "EventPlaceAgentState", "EventQueueState", "EventLinkConnected"),
    *("EventLinkDisconnected", "EventServerDisconnected", "EventMediaRemoved", "EventAgentStateReasonChanged"),
    *("EventAgentAvailable", "EventAgentNotAvailable", "EventAgentConnectionClosed", "EventHeld", "EventResumed"),
    "EventCustomReporting",
}


def as_dicts(events: list[Event]) -> list[dict[str, Any]]:
    return [json.loads(line_of(event).body) for event in events]


@pytest.fixture(scope="module")
def told() -> dict[str, list[dict[str, Any]]]:
    """What half an hour of a small centre brings, by source."""
    day = Day(30, 0.8, seed=7, start_us=MORNING_US)
    events = day.play(MORNING_US + SECONDS * 1_000_000, 1_000_000)
    return {source: as_dicts(of_source) for source, of_source in events.items()}


def test_half_an_hour_has_an_event_of_every_kind_the_interaction_servers_tell(
    told: dict[str, list[dict[str, Any]]],
) -> None:
    names = {event["event"] for source in ("ixn-1", "ixn-2") for event in told[source]}
    assert names == ALL_INTERACTION_EVENTS - NEVER_TOLD


def test_each_server_has_a_medium_of_its_own(told: dict[str, list[dict[str, Any]]]) -> None:
    for source, medium in (("ixn-1", "chat"), ("ixn-2", "email")):
        assert {event["media_type"] for event in told[source] if "media_type" in event} == {medium}


@pytest.mark.parametrize(
    ("source", "operations"),
    [
        ("ixn-1", {"Route", "Transfer", "Conference", "Coach"}),
        ("ixn-2", {"Route", "Pull", "Create"}),
    ],
)
def test_agents_come_to_interactions_in_every_way(
    told: dict[str, list[dict[str, Any]]], source: str, operations: set[str]
) -> None:
    added = [event for event in told[source] if event["event"] == "EventPartyAdded"]
    assert {event["operation"] for event in added if event["party_type"] == "Agent"} == operations


def test_nobody_is_offered_more_than_the_rule_allows(told: dict[str, list[dict[str, Any]]]) -> None:
    for source in ("ixn-1", "ixn-2"):
        tracker = MediaTracker()
        for event in told[source]:
            tracker.feed(event)
        numbers = Counter(has for _, _, has in tracker.offers)
        assert set(numbers) == {1, 2}
        on_calls = [has for agent, time, has in tracker.offers if is_on_call(told["tserver-1"], agent, time)]
        assert set(on_calls) <= {1}


def is_on_call(events: list[dict[str, Any]], agent: str, time: float) -> bool:
    desk, calls = "", set()
    for event in (event for event in events if event["time"] < time):
        match event["event"]:
            case "EventAgentLogin" if event["agent_id"] == f"6{agent}":
                desk = event["this_dn"]
            case "EventRinging" | "EventDialing":
                calls.add((event["this_dn"], event["conn_id"]))
            case "EventReleased" | "EventAbandoned":
                calls.discard((event["this_dn"], event["conn_id"]))
            case "EventPartyChanged":
                calls.discard((event["this_dn"], event["previous_conn_id"]))
                calls.add((event["this_dn"], event["conn_id"]))
    return any(dn == desk for dn, _ in calls)


@pytest.mark.parametrize("source", [1, 2])
@pytest.mark.parametrize("after_s", [0, 30, 300, 1500])
def test_who_registers_in_the_middle_is_told_what_the_events_before_have_left(source: int, after_s: int) -> None:
    day, tracker = Day(30, 0.8, seed=7, start_us=MORNING_US), MediaTracker()
    server = day.sources[source]
    for event in as_dicts(day.play(MORNING_US + after_s * 1_000_000, 1_000_000)[server.name]):
        tracker.feed(event)
    registration = server.register(b'{"request":"RegisterTenant","tenant":"Environment"}')
    events = as_dicts(list(registration.present))
    assert found(events) == tracker.present
    assert events[-1]["event"] == "EventLinkConnected"
