"""`semantics.md` 1: what there is, and where each has its actions from."""

import pytest

from tests.semantics.timeline import Day


def calls_day() -> Day:
    """One call of 20 s by way of 8000 to 1001 at 7001, one of 30 s by way of 8500 to 1003 at 7003."""
    day = Day()
    day.at(0).queued("8000").at(10).diverted("8000", to="7001").ringing("7001", queue="8000")
    day.at(10).established("7001").at(30).released("7001")
    day.at(5).route_request("8500", conn="c2").at(12).diverted("8500", conn="c2", to="7003")
    day.at(12).ringing("7003", conn="c2", queue="8500").established("7003", conn="c2").at(42).released(
        "7003", conn="c2"
    )
    return day


HAS_CALLS = {
    "RegDN": ("RegDN:7001", (1, 20)),
    "Agent": ("Agent:1001", (1, 20)),
    "Place": ("Place:Desk 1", (1, 20)),
    "GroupAgents": ("GroupAgents:Sales", (1, 20)),
    "GroupPlaces": ("GroupPlaces:Floor", (2, 50)),
}
HAS_WAITS = {
    "Queue": ("Queue:8000", (1, 10)),
    "RoutePoint": ("RoutePoint:8500", (1, 7)),
    "GroupQueues": ("GroupQueues:Queues", (1, 10)),
    "Switch": ("Switch:pbx1", (2, 17)),
}


@pytest.mark.parametrize("object_type", HAS_CALLS)
def test_has_calls(object_type: str) -> None:
    whose, expected = HAS_CALLS[object_type]
    assert (calls_day().number(whose, "CallInbound"), calls_day().time(whose, "CallInbound")) == expected


@pytest.mark.parametrize("object_type", HAS_WAITS)
def test_has_waits(object_type: str) -> None:
    whose, expected = HAS_WAITS[object_type]
    assert (calls_day().number(whose, "CallWait"), calls_day().time(whose, "CallWait")) == expected


def test_tenant() -> None:
    assert Day().running("Tenant:Environment", "WaitForNextCall", subject="AgentStatus", at=10) == 3


@pytest.mark.parametrize(
    "object_type",
    ["Campaign", "CampaignGroup", "CallingList", "CampaignCallingList", "RoutingStrategy", "Workbin"],
)
def test_a_known_name_without_a_source_is_refused(object_type: str) -> None:
    code, reason = Day().refusal(f"{object_type}:Summer", "TotalNumber", "CallInbound")
    assert code == "NotApplicable"
    assert reason


def test_a_voice_treatment_port_is_a_regular_dn() -> None:
    day = Day().at(10).established("7900").at(50).released("7900").day
    assert day.time("RegDN:7900", "CallInbound") == 40


def test_a_virtual_queue_is_a_queue() -> None:
    assert Day().at(10).queued("8900").day.number("Queue:8900", "CallEntered") == 1


@pytest.mark.parametrize("dn", ["8500", "8501", "8502"])
def test_routing_points_and_service_numbers_are_route_points(dn: str) -> None:
    assert Day().at(10).route_request(dn).day.number(f"RoutePoint:{dn}", "CallEntered") == 1


GROUPED = ({"RegDN", "Agent", "Place", "GroupAgents", "GroupPlaces", "Tenant"}, {"RoutePoint", "Queue", "GroupQueues"})


@pytest.mark.parametrize("object_type", sorted(GROUPED[0]))
def test_a_queues_action_is_none_of_the_first_group(object_type: str) -> None:
    whose = {**HAS_CALLS, "Tenant": ("Tenant:Environment", 0)}[object_type][0]
    assert Day().refusal(whose, "TotalNumber", "CallDistributed")[0] == "BadDefinition"


@pytest.mark.parametrize("object_type", sorted(HAS_WAITS))
def test_a_regular_dns_action_is_none_of_the_second_group(object_type: str) -> None:
    assert Day().refusal(HAS_WAITS[object_type][0], "TotalNumber", "CallInbound")[0] == "BadDefinition"


@pytest.mark.parametrize(("agent_id", "whose"), [("1001", "1001"), ("2001", "1001"), ("1009", "1009")])
def test_an_agent_is_found_by_the_logins_else_by_the_employee_id(agent_id: str, whose: str) -> None:
    day = Day(staffed=False).at(10).agent_login("7001", agent=agent_id).day
    assert day.running(f"Agent:{whose}", "LoggedIn", at=20) == 1


def test_an_agent_is_where_it_logged_in_at_as_many_dns_as_it_likes() -> None:
    day = Day(staffed=False).at(10).agent_login("7001", agent="1001").at(20).agent_login("7002", agent="2001").day
    assert day.running("Agent:1001", "LoggedIn", at=20) == 2


def test_an_agents_place_is_that_of_the_dn_of_its_newest_login() -> None:
    day = Day(staffed=False).at(10).agent_login("7001", agent="1001").at(20).agent_login("7002", agent="1001").day
    places = [day.read("Agent:1001", "CurrentState", subject="AgentStatus", at=at).state["place"] for at in (15, 25)]
    assert places == ["Desk 1", "Desk 2"]
