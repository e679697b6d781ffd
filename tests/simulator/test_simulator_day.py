from __future__ import annotations

import gzip
import json
from itertools import pairwise
from pathlib import Path

import pytest
from event_tracker import Tracker
from recorded_day import RecordedDay

from actors.vocabulary.events import CALL_EVENTS, DN_EVENTS
from simulator.day import Day
from simulator.lines import line_of
from simulator.play import MORNING_US, record_day

NEEDED = {
    "EventRegistered": {"dn_type", "calls"},
    "EventAgentLogin": {"agent_id"},
    "EventQueueLogout": {"agent_id", "this_queue"},
    "EventAgentLogout": {"agent_id"},
    "EventAgentReady": {"agent_id", "agent_work_mode"},
    "EventAgentNotReady": {"agent_id", "agent_work_mode"},
    "EventPartyChanged": {"previous_conn_id", "other_dn", "third_party_dn", "call_state"},
    "EventPartyAdded": {"other_dn", "third_party_dn"},
    "EventPartyDeleted": {"other_dn", "third_party_dn"},
    "EventAttachedDataChanged": {"user_data"},
    "EventDestinationBusy": {"call_state"},
    "EventQueued": {"this_queue"},
    "EventDiverted": {"this_queue"},
    "EventRouteRequest": {"this_queue"},
    "EventTreatmentApplied": {"treatment_type"},
    "EventTreatmentEnd": {"treatment_type"},
}
OF_EVERY_CALL_EVENT = {"this_dn", "conn_id", "call_type", "this_dn_role", "other_dn", "ani", "dnis"}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first.jsonl.gz", tmp_path / "second.jsonl.gz"
    for path in (first, second):
        record_day(30, 1.0, seed=11, duration_s=120, path=path)
    assert first.read_bytes() == second.read_bytes()
    assert len(gzip.decompress(first.read_bytes()).splitlines()) > 500


def test_another_seed_gives_another_day(tmp_path: Path) -> None:
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    record_day(30, 1.0, seed=11, duration_s=60, path=first)
    record_day(30, 1.0, seed=12, duration_s=60, path=second)
    assert first.read_bytes() != second.read_bytes()


def test_time_never_goes_back(hour: RecordedDay) -> None:
    assert all(before["time"] <= after["time"] for before, after in pairwise(hour.events))


def test_the_lines_of_a_recording_are_numbered_without_a_gap(hour: RecordedDay) -> None:
    numbered = [event["seq"] for event in hour.events if event["event"] != "Heartbeat"]
    assert numbered == list(range(1, len(numbered) + 1))


def test_a_recording_begins_with_every_dn_and_the_link(hour: RecordedDay) -> None:
    head = hour.events[: len(hour.recount.kinds) + 1]
    assert [event["event"] for event in head] == ["EventRegistered"] * len(hour.recount.kinds) + ["EventLinkConnected"]


def test_the_link_is_never_silent_for_more_than_ten_seconds(hour: RecordedDay) -> None:
    beats = [event["time"] for event in hour.events if event["event"] == "Heartbeat"]
    assert beats == [MORNING_US / 1_000_000 + 10 * number for number in range(1, 361)]


def test_every_event_has_the_attributes_it_needs(hour: RecordedDay) -> None:
    for event in hour.events:
        name = event["event"]
        needed = NEEDED.get(name, set())
        if name in CALL_EVENTS:
            needed = needed | OF_EVERY_CALL_EVENT
        if event.get("call_type") == "Consult":
            needed = needed | {"previous_conn_id", "propagated_call_type"}
        assert needed <= event.keys(), event


def test_a_previous_call_is_named_by_consultations_and_party_changes_alone(hour: RecordedDay) -> None:
    for event in hour.events:
        if "previous_conn_id" in event:
            assert event["call_type"] == "Consult" or event["event"] == "EventPartyChanged"


@pytest.mark.parametrize(
    "name",
    sorted(
        (CALL_EVENTS | DN_EVENTS)
        - {"EventAddressInfo", "EventUnregistered", "EventError", "EventOffHook", "EventOnHook", "EventForwardSet"}
        - {"EventForwardCancel", "EventUserEvent", "EventMonitoringNextCall", "EventMonitoringCancelled"}
        - {"EventDtmfSent", "EventMuteOn", "EventMuteOff", "EventTreatmentNotApplied"}
    ),
)
def test_an_hour_has_an_event_of_every_kind_the_simulator_knows(hour: RecordedDay, name: str) -> None:
    assert any(event["event"] == name for event in hour.events)


def test_a_call_makes_ten_to_fourteen_events(hour: RecordedDay) -> None:
    of_calls = [event for event in hour.events if event["event"] in CALL_EVENTS]
    customers = {event["conn_id"] for event in of_calls if event["event"] in {"EventQueued", "EventRouteRequest"}}
    assert 10 <= (len(hour.events) - len(hour.recount.kinds)) / len(customers) <= 14


@pytest.mark.parametrize("after_s", [0, 3, 30, 300, 1500])
def test_who_registers_in_the_middle_is_told_what_the_events_before_have_left(after_s: int) -> None:
    day, tracker = Day(45, 1.0, seed=7, start_us=MORNING_US), Tracker()
    tserver = day.sources[0]
    as_dicts = [json.loads(line) for line in lines_of(tserver.present())]
    told = day.play(MORNING_US + after_s * 1_000_000, 1_000_000)["tserver-1"]
    as_dicts += [json.loads(line) for line in lines_of(told)]
    for event in as_dicts:
        tracker.feed(event)
    told = [json.loads(line) for line in lines_of(tserver.present())]
    assert [present(event) for event in told[:-1]] == [tracker.present(event["this_dn"]) for event in told[:-1]]
    assert told[-1]["event"] == "EventLinkConnected"


def test_a_dn_that_does_not_exist_is_refused() -> None:
    day = Day(5, 1.0, seed=7, start_us=MORNING_US)
    refused, _ = day.sources[0].register(b'{"request":"RegisterAddresses","dns":["4711"]}').present
    assert (refused.event, refused.this_dn) == ("EventError", "4711")


def test_in_a_centre_too_small_for_its_load_everything_is_quicker(tmp_path: Path) -> None:
    books = record_day(10, 5.0, seed=5, duration_s=300, path=tmp_path / "rush.jsonl")
    everybody = {
        row.statistic["category"]: row.value
        for row in books.as_expected()
        if row.id == "Everybody" and row.statistic["main_mask"] == "CallInbound"
    }
    assert everybody["TotalNumber"] > 500
    assert everybody["TotalTime"] / everybody["TotalNumber"] < 2


def lines_of(events: list) -> list[bytes]:
    return [line_of(event).body for event in events]


def present(event: dict) -> dict:
    return {
        "agent_id": event.get("agent_id", ""),
        "agent_state": event.get("agent_state", ""),
        "reasons": event.get("reasons"),
        "dnd": event.get("dnd", False),
        "calls": sorted(
            (
                call["conn_id"],
                call["call_type"],
                call.get("call_state", "Established"),
                call.get("user_data"),
                round(call["since"] * 1_000_000),
            )
            for call in event["calls"]
        ),
    }
