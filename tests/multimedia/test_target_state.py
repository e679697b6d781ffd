"""`multimedia.md` 5.4: what a router is told, and that it can see when it has missed something."""

from __future__ import annotations

from typing import Any

from actors.vocabulary.protocol import Notification
from tests.multimedia.played import Client, Played, ask, lines, loaded, merged
from tests.multimedia.test_worked_composition import flow_6_4, flow_8_4

A1, THREE, P1 = "Agent:1001", "GroupAgents:Three", "Place:P1"


def routed(whose: str, flow: list[Any], until: float) -> tuple[Played, Client]:
    """A router that is told each change from the beginning on."""
    played = Played(loaded())
    client = played.open(ask(whose, "CurrentTargetState"), notification=Notification())
    for at in sorted({event["time"] for _, event in flow if event["time"] <= until}):
        played.hear([pair for pair in flow if pair[1]["time"] == at], at)
    return played, client


def targets(client: Client) -> list[dict[str, Any]]:
    return [told["target"] for told in client.told]


def test_all_targets_are_told_at_the_opening_logged_out_ones_too() -> None:
    _, client = routed(THREE, [], 0)
    (snapshot,) = targets(client)
    assert snapshot["kind"] == "Snapshot"
    assert [target["agent_id"] for target in snapshot["targets"]] == ["1001", "1002", "1003"]
    assert {target["status"] for target in snapshot["targets"]} == {"LoggedOut"}


def test_each_change_is_of_one_target_and_of_the_next_version() -> None:
    _, client = routed(THREE, flow_8_4(), 100)
    versions = [target["version"] for target in targets(client)]
    assert versions == list(range(versions[0], versions[0] + len(versions)))
    assert {(target["kind"], len(target["targets"])) for target in targets(client)[1:]} == {("Updated", 1)}


def test_a_target_is_what_a_router_needs() -> None:
    _, client = routed(A1, flow_8_4(), 65)
    (target,) = targets(client)[-1]["targets"]
    assert target == {
        "agent_id": "1001",
        "place": "P1",
        "status": "CallInbound",
        "since": 65.0,
        "login_ids": ["1001"],
        "capacity_rule": "std",
        "dns": [{"dn": "7001", "switch": "pbx1", "status": "CallInbound", "since": 65.0}],
        "media": {
            "chat": {"s": "R", "n": 1, "max": 1, "routable": 0, "sources": {"ixn-1": "R"}},
            "email": {"s": "NR", "n": 0, "max": 1, "routable": 0, "sources": {"ixn-1": "NR"}},
            "voice": {"s": "NR", "n": 1, "max": 1, "routable": 0},
        },
    }


def test_what_changes_nothing_for_a_router_is_not_told() -> None:
    played, client = routed(A1, flow_8_4(), 65)
    before = len(client.told)
    event = {"event": "EventAttachedDataChanged", "time": 66.0, "this_dn": "7001", "conn_id": "v1", "user_data": {}}
    played.hear([("tserver-1", event)], 67)
    assert len(client.told) == before


def test_a_lost_source_is_told_and_when_it_is_back_all_targets() -> None:
    _, client = routed(A1, flow_6_4(), 60)
    told = [(target["kind"], target.get("source")) for target in targets(client)]
    assert told[told.index(("SourceDown", "ixn-2")) + 1] == ("Updated", None)
    assert told[-2:] == [("SourceUp", "ixn-2"), ("Snapshot", None)]


def test_a_place_names_the_agent_who_came_last() -> None:
    _, client = routed(P1, flow_8_4(), 65)
    (target,) = targets(client)[-1]["targets"]
    assert (target["place"], target["agent_id"], target["status"]) == ("P1", "1001", "CallInbound")


def test_a_reading_has_all_targets_and_the_status() -> None:
    played, client = routed(A1, merged(tserver_1=lines("flow_8_4_voice")), 65)
    reading = played.read(client)
    assert reading["value"] == "CallInbound"
    assert reading["target"]["kind"] == "Snapshot"
