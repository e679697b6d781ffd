"""Members come to groups and places, and go: what they do counts from joining to leaving (`semantics.md` 3, 11)."""

from __future__ import annotations

import pytest

from actors.vocabulary.objects import ObjectType
from tests.reconfiguring.changing_house import House, changed, of_tenant

SALES, FLOOR, QUEUES = of_tenant("Sales"), of_tenant("Floor"), of_tenant("Queues")
JOINS = changed("agent_groups", SALES, agents=("1001", "1002", "1003"))
LEAVES = changed("agent_groups", SALES, agents=("1001",))


def test_a_call_that_runs_when_its_agent_joins_counts_from_then() -> None:
    house = House()
    number, time, now = (
        house.open("GroupAgents:Sales", category, "CallInbound")
        for category in ("TotalNumber", "TotalTime", "CurrentTime")
    )
    house.talk(10, "7003")
    house.become(20, JOINS)
    assert house.value(now, 25) == 5
    house.say(50, "Released", "7003")
    assert house.values((number, time), 60) == [1, 30]
    assert house.members("Sales") == {"1001", "1002", "1003"}


def test_a_call_that_runs_when_its_agent_leaves_has_ended_for_the_group() -> None:
    house = House()
    number, time = (house.open("GroupAgents:Sales", one, "CallInbound") for one in ("TotalNumber", "TotalTime"))
    own = house.open("Agent:1002", "TotalTime", "CallInbound")
    house.talk(10, "7002")
    house.become(20, LEAVES)
    house.say(50, "Released", "7002")
    assert house.values((number, time, own), 60) == [1, 10, 40]


def test_instants_count_while_a_member_is_in() -> None:
    house = House()
    answered = house.open("GroupAgents:Sales", "TotalNumber", "CallAnswered")
    house.talk(10, "7003", "a")
    house.become(20, JOINS)
    house.talk(30, "7003", "b")
    house.become(40, LEAVES)
    house.talk(50, "7003", "c")
    assert house.value(answered, 60) == 1


def test_the_status_of_a_member_counts_from_joining_to_leaving() -> None:
    house = House()
    ready = house.open("GroupAgents:Sales", "TotalTime", "WaitForNextCall", subject="AgentStatus")
    number = house.open("GroupAgents:Sales", "CurrentNumber", "WaitForNextCall", subject="AgentStatus")
    house.become(20, JOINS)
    assert house.values((ready, number), 30) == [2 * 30 + 10, 3]
    house.become(40, LEAVES)
    assert house.values((ready, number), 50) == [50 + 40 + 20, 1]


def test_a_group_has_the_status_its_new_members_give_it() -> None:
    house = House()
    house.say(5, "AgentNotReady", "7001")
    house.say(5, "AgentNotReady", "7002")
    status = house.open("GroupAgents:Sales", "CurrentState", subject="AgentStatus", mode="Immediate")
    assert house.client.values[status] == ["NotReadyForNextCall"]
    house.become(20, JOINS)
    assert house.client.values[status][-1] == "WaitForNextCall"
    house.become(30, LEAVES)
    assert house.value(status, 31) == "NotReadyForNextCall"


def test_the_state_of_a_group_shows_who_is_in_it() -> None:
    house = House()
    state = house.open("GroupAgents:Sales", "CurrentState", subject="DNAction")
    house.talk(10, "7003")
    house.become(20, JOINS)
    members = {one["agent_id"]: one for one in house.state(state, 21)["members"]}
    assert [members["1003"]["status"], len(members["1003"]["dns"][0]["actions"])] == ["CallInbound", 2]
    house.become(30, LEAVES)
    assert [one["agent_id"] for one in house.state(state, 31)["members"]] == ["1001"]


def test_a_statistic_opened_after_a_member_joined_counts_what_runs_from_joining() -> None:
    house = House()
    house.talk(10, "7003")
    house.become(20, JOINS)
    now, ready = (
        house.open("GroupAgents:Sales", "CurrentMaxTime", mask, subject=subject)
        for mask, subject in (("CallInbound", "DNAction"), ("CallInbound", "AgentStatus"))
    )
    assert house.values((now, ready), 50) == [30, 30]


def test_a_member_that_leaves_and_comes_again_has_been_there_twice() -> None:
    house = House()
    number, time = (house.open("GroupAgents:Sales", one, "CallInbound") for one in ("TotalNumber", "TotalTime"))
    house.talk(10, "7002")
    house.become(20, LEAVES)
    house.become(30, JOINS)
    house.say(50, "Released", "7002")
    assert house.values((number, time), 60) == [2, 10 + 20]


def test_a_dn_that_moves_to_another_place_does_so_while_it_talks() -> None:
    house = House()
    old, new = (house.open(f"Place:Desk {desk}", "TotalTime", "CallInbound") for desk in (2, 4))
    floor = house.open("GroupPlaces:Floor", "TotalTime", "CallInbound")
    house.talk(10, "7002")
    house.become(
        30,
        changed("places", of_tenant("Desk 2"), dns=()),
        changed("places", of_tenant("Desk 4"), dns=("7004@pbx1", "7002@pbx1")),
    )
    house.say(60, "Released", "7002")
    assert house.values((old, new, floor), 70) == [20, 30, 20]


def test_a_place_without_dns_is_not_monitored_and_an_agent_is_at_its_new_place() -> None:
    house = House()
    status = house.open("Place:Desk 2", "CurrentState", subject="PlaceStatus")
    agent = house.open("Agent:1002", "CurrentState", subject="AgentStatus")
    house.become(
        30,
        changed("places", of_tenant("Desk 2"), dns=()),
        changed("places", of_tenant("Desk 4"), dns=("7004@pbx1", "7002@pbx1")),
    )
    assert house.value(status, 31) == "NotMonitored"
    assert house.state(agent, 31)["place"] == "Desk 4"


def test_places_and_queues_join_and_leave_their_groups() -> None:
    house = House()
    waits = house.open("GroupQueues:Queues", "TotalTime", "CallWait")
    calls = house.open("GroupPlaces:Floor", "TotalTime", "CallInbound")
    house.say(10, "RouteRequest", "8500")
    house.talk(10, "7002", "c2")
    house.become(
        20,
        changed("dn_groups", QUEUES, dns=("8000@pbx1", "8500@pbx1")),
        changed("place_groups", FLOOR, places=("Desk 1",)),
    )
    house.become(50, changed("dn_groups", QUEUES, dns=("8000@pbx1",)))
    assert house.values((waits, calls), 60) == [30, 10]
    assert house.members("Floor", ObjectType.GROUP_PLACES) == {"Desk 1"}


def test_an_agent_belongs_to_the_queues_of_its_groups_from_then_on() -> None:
    house = House()
    number = house.open("Queue:8001", "CurrentNumber", "AgentLogin, DNLogin")
    assert house.value(number, 1) == 2
    house.become(10, changed("agent_groups", of_tenant("Support"), agents=("1001", "1003")))
    assert house.value(number, 11) == 4
    house.become(20, changed("agent_groups", of_tenant("Support"), agents=("1001",)))
    assert house.value(number, 21) == 2
    house.become(30, changed("agent_groups", of_tenant("Support"), origination_dns=()))
    assert house.value(number, 31) == 0


def test_a_dn_belongs_to_the_queues_of_its_places_groups_from_then_on() -> None:
    house = House()
    number = house.open("RoutePoint:8500", "CurrentNumber", "AgentLogin, DNLogin")
    assert house.value(number, 1) == 2
    house.become(10, changed("place_groups", of_tenant("Window"), places=("Desk 1", "Desk 3")))
    assert house.value(number, 11) == 4
    house.become(20, changed("places", of_tenant("Desk 1"), dns=("7101@pbx1",)))
    assert house.value(number, 21) == 2


@pytest.mark.parametrize("profile", ["Sliding:60:5", "Selection:3"])
def test_what_leaving_ends_is_counted_by_every_profile(profile: str) -> None:
    house = House()
    time = house.open("GroupAgents:Sales", "TotalTime", "CallInbound", time_profile=profile)
    house.talk(10, "7002")
    house.become(20, LEAVES)
    assert house.value(time, 30) == 10
