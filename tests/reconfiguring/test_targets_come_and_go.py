"""A router is told who becomes a target and who is none any more (`multimedia.md` 5.4)."""

from __future__ import annotations

from typing import Any

import pytest

from actors.configuration.environment import AgentGroup, Place, PlaceGroup
from tests.reconfiguring.changing_house import Edit, House, changed, of_tenant, with_records, without

GROUP = AgentGroup("Routed", agents=("1001", "1002"))
OF_TWO = with_records("agent_groups", GROUP)
SPANISH = with_records("agent_groups", AgentGroup("Routed", script='Skill("Spanish") > 1'))
HERE = with_records("agent_groups", AgentGroup("Routed", script='LoggedIn("pbx1")'))


def grouped(*agents: str) -> Edit:
    return changed("agent_groups", of_tenant("Routed"), agents=agents)


def opened(*edits: Edit, whose: str = "GroupAgents:Routed") -> tuple[House, int]:
    house = House(*edits)
    return house, house.open(whose, "CurrentTargetState", mode="Immediate")


def news(house: House, id_: int) -> list[tuple[str, list[str]]]:
    """What was told after the snapshot: kinds, and whom of."""
    return [(told["kind"], whom(told)) for told in house.client.targets[id_][1:]]


def whom(told: dict[str, Any]) -> list[str]:
    return [target.get("agent_id") or target["place"] for target in told["targets"]]


def test_who_joins_is_told_whole() -> None:
    house, id_ = opened(OF_TWO)
    house.become(10, grouped("1001", "1002", "1003"))
    added = house.client.targets[id_][-1]
    assert news(house, id_) == [("Added", ["1003"])]
    assert added["targets"][0]["status"] == "WaitForNextCall"


def test_who_leaves_is_named() -> None:
    house, id_ = opened(OF_TWO)
    house.become(10, grouped("1001"))
    assert news(house, id_) == [("Removed", ["1002"])]


def test_versions_grow_by_one_over_both() -> None:
    house, id_ = opened(OF_TWO)
    house.become(10, grouped("1001", "1003"))
    versions = [told["version"] for told in house.client.targets[id_]]
    assert versions == list(range(versions[0], versions[0] + 3))
    assert sorted(news(house, id_)) == [("Added", ["1003"]), ("Removed", ["1002"])]


def test_who_has_joined_is_told_of_from_then_on_and_who_has_left_is_not() -> None:
    house, id_ = opened(OF_TWO)
    house.become(10, grouped("1001", "1003"))
    before = len(news(house, id_))
    house.say(20, "Ringing", "7002", conn_id="b")
    house.say(20, "Ringing", "7003", conn_id="c")
    assert news(house, id_)[before:] == [("Updated", ["1003"])]


def test_an_agent_who_is_gone_is_removed() -> None:
    house, id_ = opened(OF_TWO)
    house.become(10, without("agents", of_tenant("1002")), grouped("1001"), changed_sales("1001"))
    assert ("Removed", ["1002"]) in news(house, id_)


def changed_sales(*agents: str) -> Edit:
    return changed("agent_groups", of_tenant("Sales"), agents=agents)


def test_a_place_joins_and_leaves_a_group_of_places() -> None:
    places = with_records("place_groups", PlaceGroup("Floor", places=("Desk 1",)))
    house, id_ = opened(places, with_records("places", Place("Attic")), whose="GroupPlaces:Floor")
    house.become(10, changed("place_groups", of_tenant("Floor"), places=("Attic",)))
    assert sorted(news(house, id_)) == [("Added", ["Attic"]), ("Removed", ["Desk 1"])]


@pytest.mark.parametrize(("script", "who"), [(SPANISH, ["1001"]), (HERE, ["1001", "1002", "1003"])])
def test_a_virtual_group_begins_with_those_who_are_in_it(script: Edit, who: list[str]) -> None:
    house, id_ = opened(script)
    assert whom(house.client.targets[id_][0]) == who


def test_who_learns_comes_to_a_virtual_group_and_who_forgets_goes() -> None:
    house, id_ = opened(SPANISH)
    house.become(10, changed("agents", of_tenant("1002"), skills={"Spanish": 2}))
    house.say(20, "Ringing", "7002", conn_id="b")
    house.become(30, changed("agents", of_tenant("1002"), skills={}))
    house.say(40, "Abandoned", "7002", conn_id="b")
    assert news(house, id_) == [("Added", ["1002"]), ("Updated", ["1002"]), ("Removed", ["1002"])]


def test_who_logs_in_comes_to_a_virtual_group_as_he_is_then_and_goes_with_the_logout() -> None:
    house, id_ = opened(HERE)
    house.say(10, "AgentLogin", "7004", agent_id="1009")
    added = house.client.targets[id_][-1]
    house.say(20, "AgentLogout", "7004", agent_id="1009")
    assert added["targets"][0]["dns"][0]["dn"] == "7004"
    assert news(house, id_) == [("Added", ["1009"]), ("Removed", ["1009"])]
