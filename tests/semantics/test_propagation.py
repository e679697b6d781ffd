"""`semantics.md` 3, with its fine print: to whom above a DN its actions count."""

from tests.semantics.timeline import Day

AGENT, BOB = "Agent:1001", "Agent:1002"
DN = "RegDN:7001"
TWICE = (
    '[[place_group]]\nname = "Both"\nplaces = ["Desk 2", "Desk 2"]\n'
    '[[dn_group]]\nname = "Two ways"\ndns = ["8000@pbx1", "8000@pbx1"]\n'
)


def desk() -> Day:
    return Day(staffed=False)


def counted(day: Day, whose: str, action: str) -> tuple[int, float]:
    return day.ended(whose, action)


def test_from_the_dn_to_everything_above() -> None:
    day = Day().at(10).established("7001").at(30).released("7001").day
    for above in (AGENT, "Place:Desk 1", "GroupPlaces:Floor", "GroupAgents:Sales"):
        assert counted(day, above, "CallInbound") == (1, 20)
    assert counted(day, "GroupAgents:Support", "CallInbound") == (0, 0)
    assert counted(day, "Place:Desk 2", "CallInbound") == (0, 0)


def test_from_the_mediation_dn_to_its_groups_and_switch() -> None:
    day = Day().at(10).queued("8000").queued("8900", conn="c2").day
    assert day.number("GroupQueues:Queues", "CallEntered") == 1
    assert day.number("Switch:pbx1", "CallEntered") == 2


def test_what_is_not_of_a_call_is_the_agents_from_login_to_logout() -> None:
    day = desk().at(5).on_hook("7001").at(10).agent_login("7001", agent="1001").at(40).agent_logout("7001").day
    day.at(60).off_hook("7001")
    assert counted(day, AGENT, "OnHook") == (1, 30)
    assert counted(day, DN, "OnHook") == (1, 55)


def test_a_call_stays_the_agents_after_logout_also_when_another_logs_in() -> None:
    moment = Day().at(10).ringing("7001").at(13).established("7001").at(20).agent_logout("7001")
    day = moment.at(30).agent_login("7001", agent="1009").at(63).released("7001").day
    assert counted(day, AGENT, "CallInbound") == (1, 50)
    assert counted(day, "Agent:1009", "CallInbound") == (0, 0)


def test_a_call_is_of_the_agent_who_was_there_when_its_first_action_began() -> None:
    moment = Day().at(10).ringing("7001").at(13).agent_login("7001", agent="1009").at(15).established("7001")
    day = moment.at(40).released("7001").day
    assert counted(day, AGENT, "CallInbound") == (1, 25)
    assert counted(day, "Agent:1009", "CallInbound") == (0, 0)


def test_a_call_that_found_nobody_is_from_the_login_on_of_the_first_who_logs_in() -> None:
    moment = desk().at(10).established("7001").at(20).agent_login("7001", agent="1001")
    day = moment.at(30).agent_login("7001", agent="1009").at(50).released("7001").day
    assert counted(day, AGENT, "CallInbound") == (1, 30)
    assert counted(day, "Agent:1009", "CallInbound") == (0, 0)
    assert counted(day, DN, "CallInbound") == (1, 40)


def test_an_instant_of_a_call_is_of_the_calls_agent_any_other_of_who_is_there() -> None:
    moment = Day().at(10).established("7001").at(20).agent_login("7001", agent="1009")
    day = moment.at(30).held("7001").user_event("7001").day
    assert (day.number(AGENT, "CallHeld"), day.number("Agent:1009", "CallHeld")) == (1, 0)
    assert (day.number(AGENT, "UserEvent"), day.number("Agent:1009", "UserEvent")) == (0, 1)


def test_a_logout_is_of_the_one_who_leaves() -> None:
    day = Day().at(20).agent_logout("7001").at(30).agent_login("7002", agent="1009").day
    assert [day.number(f"Agent:{agent}", "AgentLogout") for agent in ("1001", "1002", "1009")] == [1, 1, 0]


def test_a_retrospective_action_has_its_whole_duration() -> None:
    day = desk().at(10).established("7001").at(40).agent_login("7001", agent="1001").at(50).released("7001").day
    assert counted(day, AGENT, "CallInboundCompleted") == (1, 40)
    assert counted(day, AGENT, "CallInbound") == (1, 10)


def test_an_object_reached_by_two_ways_counts_once() -> None:
    day = Day(environment=TWICE).at(10).established("7002").at(30).released("7002").queued("8000", conn="c2").day
    assert counted(day, "GroupPlaces:Both", "CallInbound") == (1, 20)
    assert day.number("GroupQueues:Two ways", "CallEntered") == 1


def test_two_members_at_one_dn_in_turn_are_two_occurrences() -> None:
    moment = desk().at(5).on_hook("7001").at(10).agent_login("7001", agent="1001")
    day = moment.at(30).agent_login("7001", agent="1002").at(55).agent_logout("7001").day
    assert counted(day, "GroupAgents:Sales", "OnHook") == (2, 20 + 25)
