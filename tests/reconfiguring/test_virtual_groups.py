"""Virtual groups follow skills and logins as they change (`semantics.md` 9.7, 11 to 3)."""

from __future__ import annotations

from itertools import groupby

import pytest

from actors.configuration.environment import Agent, AgentGroup
from actors.vocabulary import protocol
from tests.reconfiguring.changing_house import Edit, House, changed, of_tenant, with_records, without


def virtual(script: str, **fields: tuple[str, ...]) -> Edit:
    return with_records("agent_groups", AgentGroup("Virtual", script=script, **fields))  # type: ignore[arg-type]


SPANISH = virtual('Skill("Spanish") > 1')
HERE = virtual('LoggedIn("pbx1")')
AT_QUEUE = virtual('LoggedIn("8000@pbx1")')
NUMBER_AND_TIME = ("TotalNumber", "TotalTime")


def members(house: House) -> set[str]:
    (node,) = (node for key, node in house.supervisor.board.nodes.items() if key.id == "Virtual")
    return set(node.state.members)


@pytest.mark.parametrize(
    ("script", "who"),
    [
        ('Skill("Spanish") > 1', {"1001"}),
        ('SkillExists("Spanish")', {"1001", "1002"}),
        ("LoggedIn", {"1001", "1002", "1003"}),
        ('~LoggedIn("pbx1")', {"1009"}),
        ('LoggedIn & ~SkillExists("Spanish")', {"1003"}),
    ],
)
def test_who_is_in_it_at_the_start(script: str, who: set[str]) -> None:
    assert members(House(virtual(script))) == who


def test_calls_of_its_members_count_and_of_others_do_not() -> None:
    house = House(SPANISH)
    ids = [house.open("GroupAgents:Virtual", one, "CallInbound") for one in NUMBER_AND_TIME]
    for dn, conn in (("7001", "a"), ("7002", "b")):
        house.talk(10, dn, conn)
        house.say(20, "Released", dn, conn_id=conn)
    assert house.values(ids, 30) == [1, 10]


def test_an_agent_that_learns_comes_and_one_that_forgets_goes() -> None:
    house = House(SPANISH)
    ids = [house.open("GroupAgents:Virtual", one, "CallInbound") for one in NUMBER_AND_TIME]
    house.talk(10, "7002")
    house.become(20, changed("agents", of_tenant("1002"), skills={"Spanish": 2}))
    assert members(house) == {"1001", "1002"}
    house.become(50, changed("agents", of_tenant("1002"), skills={}))
    house.say(60, "Released", "7002")
    assert house.values(ids, 70) == [1, 30]


def test_a_new_agent_with_the_skill_is_in_and_one_that_is_gone_is_not() -> None:
    house = House(SPANISH)
    house.become(10, with_records("agents", Agent("1005", skills={"Spanish": 9})))
    assert members(house) == {"1001", "1005"}
    house.become(
        20, without("agents", of_tenant("1001")), changed("agent_groups", of_tenant("Sales"), agents=("1002",))
    )
    assert members(house) == {"1005"}


def test_instants_of_the_login_that_brings_an_agent_count_and_of_the_logout_that_takes_it() -> None:
    house = House(HERE)
    logins, logouts = (house.open("GroupAgents:Virtual", "TotalNumber", mask) for mask in ("AgentLogin", "AgentLogout"))
    house.say(10, "AgentLogin", "7004", agent_id="1009")
    assert members(house) == {"1001", "1002", "1003", "1009"}
    house.say(20, "AgentLogout", "7004", agent_id="1009")
    assert house.values((logins, logouts), 30) == [1, 1]
    assert members(house) == {"1001", "1002", "1003"}


def test_a_call_that_goes_on_after_the_logout_has_ended_for_the_group() -> None:
    house = House(HERE)
    ids = [house.open("GroupAgents:Virtual", one, "CallInbound") for one in NUMBER_AND_TIME]
    agent = house.open("Agent:1001", "TotalTime", "CallInbound")
    house.talk(10)
    house.say(30, "AgentLogout", "7001", agent_id="1001")
    assert house.values(ids, 31) == [1, 20]
    house.say(60, "AgentLogin", "7001", agent_id="1001")
    house.say(100, "Released", "7001")
    assert house.values((*ids, agent), 110) == [2, 60, 90]


def test_statuses_of_its_members_count_while_they_are_in() -> None:
    house = House(HERE)
    ready = house.open("GroupAgents:Virtual", "TotalTime", "WaitForNextCall", subject="AgentStatus")
    out = house.open("GroupAgents:Virtual", "CurrentNumber", "LoggedOut", subject="AgentStatus")
    house.say(30, "AgentLogout", "7001", agent_id="1001")
    assert house.values((ready, out), 40) == [3 * 40 - 10, 0]


def test_its_status_is_that_of_its_members() -> None:
    house = House(AT_QUEUE)
    status = house.open("GroupAgents:Virtual", "CurrentState", subject="GroupStatus", mode="Immediate")
    house.say(10, "AgentLogin", "7004", agent_id="1009", this_queue="8000")
    house.say(11, "AgentNotReady", "7004")
    house.say(20, "AgentReady", "7004")
    house.say(30, "AgentLogout", "7004", agent_id="1009")
    house.value(status, 31)
    heard = [value for value, _ in groupby(house.client.values[status])]
    assert heard == ["NotMonitored", "NotReadyForNextCall", "WaitForNextCall", "NotMonitored"]


def test_the_queue_of_a_login_decides_and_a_second_one_too() -> None:
    house = House(AT_QUEUE)
    house.say(10, "AgentLogin", "7004", agent_id="1009", this_queue="8001")
    assert members(house) == set()
    house.say(20, "AgentLogin", "7004", agent_id="1009", this_queue="8000")
    assert members(house) == {"1009"}
    house.say(30, "QueueLogout", "7004", agent_id="1009", this_queue="8000")
    assert members(house) == set()


def test_what_is_asked_for_later_knows_what_ran_before() -> None:
    house = House(HERE)
    house.talk(10)
    now = house.open("GroupAgents:Virtual", "CurrentNumber", "CallInbound")
    ended = house.open("GroupAgents:Virtual", "TotalNumber", "CallInbound")
    house.say(20, "AgentLogout", "7001", agent_id="1001")
    assert house.values((now, ended), 30) == [0, 1]


def test_another_script_is_another_membership_at_once() -> None:
    house = House(SPANISH)
    time = house.open("GroupAgents:Virtual", "TotalTime", "CallInbound")
    house.talk(10, "7001", "a")
    house.talk(10, "7002", "b")
    house.become(20, virtual('Skill("Billing") > 1 & LoggedIn'))
    assert members(house) == {"1002"}
    house.say(50, "Released", "7002", conn_id="b")
    assert house.value(time, 60) == 10 + 30


def test_a_listed_group_that_becomes_virtual_is_another_one() -> None:
    house = House()
    group = house.open("GroupAgents:Sales", "TotalNumber", "CallInbound")
    house.become(10, changed("agent_groups", of_tenant("Sales"), agents=(), script='Skill("Billing") > 1'))
    assert house.client.closed == {group: "ObjectDeleted"}
    number = house.open("GroupAgents:Sales", "TotalNumber", "CallInbound")
    house.talk(20, "7002")
    house.say(30, "Released", "7002")
    assert house.value(number, 40) == 1


@pytest.mark.parametrize(
    ("script", "number"), [('SkillExists("Spanish")', 4), ('LoggedIn("pbx1") & SkillExists("Spanish")', 4)]
)
def test_its_members_belong_to_the_queues_it_lists(script: str, number: int) -> None:
    house = House(virtual(script, origination_dns=("8000@pbx1",)))
    here = house.open("Queue:8000", "CurrentNumber", "AgentLogin, DNLogin")
    assert house.value(here, 1) == number
    house.say(10, "AgentLogout", "7001", agent_id="1001")
    assert house.value(here, 11) == number - 2


def test_the_routers_form_opens_as_an_object_and_follows_skills() -> None:
    house = House()
    number = house.open("GroupAgents:?:Spanish > 1 & Billing >= 3", "CurrentNumber", "LoggedIn")
    assert house.value(number, 1) == 0
    house.become(10, changed("agents", of_tenant("1001"), skills={"Spanish": 2, "Billing": 3}))
    assert house.value(number, 11) == 1


def test_two_questions_in_the_same_routers_form_are_of_one_group() -> None:
    house = House()
    for category in NUMBER_AND_TIME:
        house.open("GroupAgents:?:Spanish > 1", category, "CallInbound")
    assert len([key for key in house.supervisor.board.nodes if key.id.startswith("?:")]) == 1


def test_a_routers_form_that_cannot_be_read_is_refused() -> None:
    house = House()
    refused = house.open("GroupAgents:?:Spanish >", "CurrentNumber", "LoggedIn")
    assert house.client.refused == {refused: "BadDefinition"}


def test_a_routers_group_goes_with_the_last_that_is_asked_of_it() -> None:
    house = House()
    number = house.open("GroupAgents:?:Spanish > 1", "CurrentNumber", "LoggedIn")
    house._ask(protocol.CloseStatistic(ref=1, id=number), number)
    house.intake.advance(house.intake.now_us + 4 * 86_400_000_000)
    assert not [key for key in house.supervisor.board.nodes if key.id.startswith("?:")]
    assert not house.supervisor.board.virtual_groups
