from __future__ import annotations

from itertools import pairwise

import pytest
from msgspec import structs

from simulator.centre import Agent, Centre, centre_of
from simulator.day import Day
from simulator.lines import Event
from simulator.play import MORNING_US
from simulator.rota import AWAY_US, with_agent

CENTRE = centre_of(60, seed=1)
ADA = CENTRE.agents[0]
SECOND_US = 1_000_000


def test_who_changes_teams_is_in_the_new_one_alone() -> None:
    after = with_agent(CENTRE, ADA, "Team 2")
    assert after.team_of(ADA) == "Team 2"
    assert ADA.employee_id not in after.agent_groups["Team 1"]
    assert after.agent_groups["Sales"][-1] == ADA.employee_id


def test_who_learns_belongs_to_the_group_of_the_skill() -> None:
    skilled = structs.replace(ADA, skills={"Sales": 9})
    after = with_agent(CENTRE, skilled, "Team 1")
    assert ADA.employee_id in after.experts("Sales experts")
    groups = {name for name, members in after.agent_groups.items() if ADA.employee_id in members}
    assert groups == {"Everybody", "Team 1", "Sales"}


def played(day: Day, seconds: int) -> tuple[list[tuple[int, Centre]], list[Event]]:
    """What the contact centre was since when, and what the switch said."""
    centres, events = [(day.now_us, day.centre)], []
    while day.next_us <= MORNING_US + seconds * SECOND_US:
        events += day.play(day.next_us, 1)["tserver-1"]
        if day.centre is not centres[-1][1]:
            centres.append((day.now_us, day.centre))
    return centres, events


@pytest.fixture(scope="module")
def changing() -> tuple[list[tuple[int, Centre]], list[Event]]:
    return played(Day(60, 1.0, seed=4, start_us=MORNING_US, is_changing=True), 600)


def test_people_change_teams_learn_and_are_new(changing: tuple[list[tuple[int, Centre]], list[Event]]) -> None:
    centres = [centre for _, centre in changing[0]]
    first, last = centres[0], centres[-1]
    assert len(centres) > 15
    assert len(last.agents) > len(first.agents)
    assert any(first.team_of(agent) != last.team_of(agent) for agent in first.agents)
    assert {agent.employee_id: agent.skills for agent in last.agents if agent in first.agents} != {
        agent.employee_id: agent.skills for agent in first.agents
    }


def test_who_is_changed_is_away_for_some_time(changing: tuple[list[tuple[int, Centre]], list[Event]]) -> None:
    centres, events = changing
    for (_, before), (at_us, after) in pairwise(centres):
        for agent in changed(before, after):
            mine = [event.time for event in events if event.agent_id == agent.login]
            assert not [time for time in mine if at_us <= time * SECOND_US < at_us + AWAY_US]


def changed(before: Centre, after: Centre) -> list[Agent]:
    """Who is another one, or in another team."""
    were = {agent.employee_id: (agent, before.team_of(agent)) for agent in before.agents}
    return [agent for agent in after.agents if were.get(agent.employee_id) != (agent, after.team_of(agent))]


def test_the_books_sum_up_for_the_groups_of_the_moment() -> None:
    day = Day(60, 1.0, seed=4, start_us=MORNING_US)
    day.books.count("Agent", ADA.employee_id, "CallInbound", 5)
    day.books.regroup(with_agent(day.centre, ADA, "Team 2"))
    day.books.count("Agent", ADA.employee_id, "CallInbound", 7)
    assert day.books.tally("GroupAgents", "Team 1", "CallInbound").total_us == 5
    assert day.books.tally("GroupAgents", "Team 2", "CallInbound").total_us == 7
