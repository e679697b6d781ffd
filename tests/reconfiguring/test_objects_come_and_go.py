"""Objects that are new begin now; those that are gone end what they do and close their statistics."""

from __future__ import annotations

import pytest
from pykka import ActorDeadError

from actors.configuration.environment import Agent, AgentGroup, Dn, DnGroup, Place, PlaceGroup, Source, Switch, Tenant
from actors.vocabulary.objects import DnType, ObjectKey, ObjectType
from tests.reconfiguring.changing_house import House, changed, of_tenant, with_records, without
from tests.semantics.served import ZERO

NEW_DN = with_records("dns", Dn("7005", "pbx1", DnType.EXTENSION))
NO_1001 = (
    without("agents", of_tenant("1001")),
    changed("agent_groups", of_tenant("Sales"), agents=("1002",)),
)
NO_7001 = (without("dns", "7001@pbx1"), changed("places", of_tenant("Desk 1"), dns=("7101@pbx1",)))


def test_a_new_dn_is_heard_from_then_on() -> None:
    house = House()
    house.talk(5, "7005")
    house.become(10, NEW_DN)
    number = house.open("RegDN:7005", "TotalNumber", "CallInbound")
    house.talk(20, "7005")
    house.say(30, "Released", "7005")
    assert house.value(number, 40) == 1


def test_a_new_agent_logs_in_and_is_in_its_new_group_and_place() -> None:
    house = House()
    house.become(
        10,
        NEW_DN,
        with_records("agents", Agent("1005", logins=("5@pbx1",))),
        with_records("agent_groups", AgentGroup("New", agents=("1005",))),
        with_records("places", Place("Desk 5", dns=("7005@pbx1",))),
        with_records("place_groups", PlaceGroup("New desks", places=("Desk 5",))),
    )
    whose = ("Agent:1005", "GroupAgents:New", "Place:Desk 5", "GroupPlaces:New desks")
    ids = [house.open(one, "TotalTime", "CallInbound") for one in whose]
    house.say(15, "AgentLogin", "7005", agent_id="5")
    house.talk(20, "7005")
    house.say(30, "Released", "7005")
    assert house.values(ids, 40) == [10] * 4


def test_a_new_agent_whose_login_is_in_use_sits_there_from_then_on() -> None:
    house = House()
    house.say(1, "AgentLogin", "7004", agent_id="1005")
    house.say(2, "AgentReady", "7004")
    house.talk(5, "7004")
    house.become(10, with_records("agents", Agent("1005")))
    ids = [house.open("Agent:1005", "CurrentTime", mask) for mask in ("LoggedIn", "WaitForNextCall", "CallInbound")]
    logins = house.open("Agent:1005", "TotalNumber", "AgentLogin")
    assert house.values(ids, 40) == [30] * 3
    assert house.value(logins, 40) == 0


def test_statistics_of_an_object_that_is_gone_are_closed_and_say_why() -> None:
    house = House()
    of_agent = house.open("Agent:1001", "CurrentState", subject="DNAction", mode="Immediate")
    of_group = house.open("GroupAgents:Sales", "TotalTime", "CallInbound", mode="Immediate")
    house.talk(10)
    house.become(20, *NO_1001)
    assert house.client.closed == {of_agent: "ObjectDeleted"}
    assert house.value(of_group, 30) == 10
    house.open("Agent:1001", "TotalNumber", "CallInbound")
    assert list(house.client.refused.values()) == ["UnknownObject"]


def test_the_actor_of_an_object_that_is_gone_has_stopped_and_nothing_of_it_is_left() -> None:
    house = House()
    house.open("Agent:1001", "TotalNumber", "CallInbound")
    node = house.supervisor.board.nodes[ObjectKey(ObjectType.AGENT, "1001", "Environment")]
    house.become(20, *NO_1001)
    with pytest.raises(ActorDeadError):
        node.ref.tell("anything")
    assert node.key not in house.supervisor.board.nodes
    assert not house.supervisor.pool.at_rest().state.entries


def test_an_agent_that_is_gone_leaves_a_login_that_matches_nobody() -> None:
    house = House()
    state = house.open("RegDN:7001", "CurrentState", subject="DNAction")
    house.talk(10)
    house.become(20, *NO_1001)
    assert house.state(state, 21)["agent_id"] == "1001"
    house.say(30, "Released", "7001")
    assert house.state(state, 31)["status"] == "WaitForNextCall"


def test_a_login_that_moves_to_another_agent_takes_the_seat_along() -> None:
    house = House()
    old, new = (house.open(f"Agent:{one}", "TotalTime", "LoggedIn") for one in ("1001", "1009"))
    house.become(
        20,
        changed("agents", of_tenant("1001"), logins=("2001@pbx1",)),
        changed("agents", of_tenant("1009"), logins=("1001@pbx1",)),
    )
    house.say(50, "AgentLogout", "7001")
    assert house.values((old, new), 60) == [20 + 10, 30]


def test_a_call_stays_the_agents_whose_login_is_anothers_now() -> None:
    house = House()
    old, new = (house.open(f"Agent:{one}", "TotalTime", "CallInbound") for one in ("1001", "1009"))
    house.talk(10)
    house.become(
        20,
        changed("agents", of_tenant("1001"), logins=("2001@pbx1",)),
        changed("agents", of_tenant("1009"), logins=("1001@pbx1",)),
    )
    house.say(50, "Released", "7001")
    assert house.values((old, new), 60) == [40, 0]


def test_a_dn_that_is_gone_ends_what_it_does_as_out_of_service() -> None:
    house = House()
    dn = house.open("RegDN:7001", "TotalNumber", "CallInbound")
    place, agent, cleaned = (
        house.open(whose, "TotalTime", mask)
        for whose, mask in (
            ("Place:Desk 1", "CallInbound"),
            ("Agent:1001", "LoggedIn"),
            ("Agent:1001", "StuckCallCleaned"),
        )
    )
    house.talk(10)
    house.become(20, *NO_7001)
    house.say(30, "Released", "7001")
    assert house.client.closed == {dn: "ObjectDeleted"}
    assert house.values((place, agent, cleaned), 40) == [10, 20 + 10, 10]
    assert house.state(house.open("Agent:1001", "CurrentState", subject="AgentStatus"), 41)["status"] == "LoggedOut"


def test_a_dn_that_comes_again_knows_nothing_of_before() -> None:
    house = House()
    house.talk(10)
    house.become(20, *NO_7001)
    house.become(30, with_records("dns", Dn("7001", "pbx1", DnType.EXTENSION)))
    state = house.open("RegDN:7001", "CurrentState", subject="DNAction")
    status = {"status": "NotMonitored", "since": ZERO + 30}
    assert house.state(state, 31) == {**status, "dnd": False, "agent_id": "", "actions": []}
    house.talk(40)
    assert house.state(state, 41)["status"] == "CallInbound"


def test_a_queue_that_is_gone_cleans_its_calls_and_closes() -> None:
    house = House()
    queue = house.open("Queue:8000", "TotalNumber", "CallEntered")
    group, switch = (
        house.open(whose, "TotalTime", "StuckCallCleaned") for whose in ("GroupQueues:Queues", "Switch:pbx1")
    )
    house.say(10, "Queued", "8000")
    house.become(30, without("dns", "8000@pbx1"), changed("dn_groups", of_tenant("Queues"), dns=("8001@pbx1",)))
    assert house.client.closed == {queue: "ObjectDeleted"}
    assert house.values((group, switch), 40) == [20, 20]


def test_a_queue_that_becomes_a_routing_point_is_another_object_in_the_same_group() -> None:
    house = House()
    queue = house.open("Queue:8000", "TotalNumber", "CallEntered")
    entered = house.open("GroupQueues:Queues", "TotalNumber", "CallEntered")
    house.become(10, with_records("dns", Dn("8000", "pbx1", DnType.ROUTING_POINT)))
    house.say(20, "RouteRequest", "8000")
    assert house.client.closed == {queue: "ObjectDeleted"}
    assert house.value(entered, 30) == 1


def test_a_new_queue_is_one_of_its_switch_and_the_next_stop_of_calls() -> None:
    house = House()
    switch = house.open("Switch:pbx1", "TotalNumber", "CallEntered")
    on_to_queue = house.open("Queue:8000", "TotalNumber", "CallDistributedToQueue")
    house.become(
        10,
        with_records("dns", Dn("8002", "pbx1", DnType.ACD_QUEUE)),
        with_records("dn_groups", DnGroup("More", dns=("8002@pbx1",))),
    )
    group = house.open("GroupQueues:More", "TotalNumber", "CallEntered")
    house.say(20, "Queued", "8000")
    house.say(21, "Diverted", "8000", third_party_dn="8002")
    house.say(21, "Queued", "8002")
    assert house.values((switch, on_to_queue, group), 30) == [2, 1, 1]


def test_groups_and_places_that_are_gone_close_and_their_members_go_on() -> None:
    house = House()
    gone = [house.open(whose, "TotalNumber", "CallInbound") for whose in ("GroupAgents:Sales", "Place:Desk 1")]
    agent = house.open("Agent:1001", "TotalTime", "CallInbound")
    floor = house.open("GroupPlaces:Floor", "TotalTime", "CallInbound")
    house.talk(10)
    house.become(
        20,
        without("agent_groups", of_tenant("Sales")),
        without("places", of_tenant("Desk 1")),
        changed("place_groups", of_tenant("Floor"), places=("Desk 2", "Desk 3")),
    )
    house.say(50, "Released", "7001")
    assert house.client.closed == dict.fromkeys(gone, "ObjectDeleted")
    assert house.values((agent, floor), 60) == [40, 10]


def test_the_state_of_a_group_that_goes_with_a_member_just_after_it_was_told_is_not_looked_at_again() -> None:
    house = House()
    state = house.open("GroupAgents:Sales", "CurrentState", mode="Immediate")
    house.talk(10)
    house.become(10.2, NO_1001[0], without("agent_groups", of_tenant("Sales")))
    told = len(house.client.values[state])
    house.talk(20, "7002", "c2")
    assert house.client.closed == {state: "ObjectDeleted"}
    assert len(house.client.values[state]) == told


def test_a_switch_a_source_and_a_tenant_come_and_go() -> None:
    house = House()
    house.become(
        10,
        with_records("tenants", Tenant("Environment"), Tenant("Other")),
        with_records("switches", Switch("pbx2", "Other")),
        with_records("dns", Dn("7001", "pbx2", DnType.EXTENSION, "Other")),
        with_records("agents", Agent("77", "Other")),
        with_records("sources", Source("tserver-2", "tserver", "pbx2", host="127.0.0.1", port=5002)),
    )
    house.say(15, "AgentLogin", "7001", source="tserver-2", agent_id="77")
    house.talk(20, "7001")
    agent = house.open("Agent:77", "CurrentState", subject="AgentStatus")
    tenant = house.open("Tenant:Other", "CurrentNumber", "LoggedIn", subject="AgentStatus")
    assert house.state(agent, 21)["status"] == "LoggedIn"
    assert house.value(tenant, 21) == 1
    house.become(
        30,
        without("tenants", "Other"),
        without("switches", "pbx2"),
        without("dns", "7001@pbx2"),
        without("agents", ("Other", "77")),
        without("sources", "tserver-2"),
    )
    assert set(house.client.closed) == {agent, tenant}
    assert set(house.supervisor.connectors) == {"tserver-1"}
    assert house.supervisor.board.tenants == ["Environment"]


def test_a_switch_nobody_tells_of_any_more_is_out_of_service() -> None:
    house = House()
    number = house.open("RegDN:7001", "CurrentNumber", "NotMonitored")
    time = house.open("Agent:1001", "TotalTime", "CallInbound")
    house.talk(10)
    house.become(20, without("sources", "tserver-1"))
    assert house.values((number, time), 30) == [1, 10]


def test_changes_that_are_nothing_are_no_input() -> None:
    house = House()
    before = house.intake.inputs
    house.become(10, changed("agents", of_tenant("1001"), name=""))
    assert house.intake.inputs == before
