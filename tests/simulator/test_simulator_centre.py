from __future__ import annotations

import pytest

from simulator.centre import centre_of

SIXTY = centre_of(60, seed=1)


def test_the_same_seed_gives_the_same_centre() -> None:
    assert centre_of(60, seed=1) == SIXTY
    assert centre_of(60, seed=2) != SIXTY


def test_every_agent_has_a_desk_and_some_desks_are_spare() -> None:
    assert len({agent.extension for agent in SIXTY.agents}) == 60
    assert len(SIXTY.extensions) == 63


def test_everybody_is_in_a_group_and_groups_overlap() -> None:
    groups = SIXTY.agent_groups
    assert len(groups["Everybody"]) == 60
    assert set(groups["Team 1"]) & set(groups["Sales"])
    assert set(groups["Sales"]) & set(groups["Billing"])


@pytest.mark.parametrize("agents", [1, 2, 300, 30_000])
def test_no_number_is_given_twice(agents: int) -> None:
    centre = centre_of(agents, seed=1)
    numbers = [*centre.extensions, *(service.number for service in centre.services)]
    numbers += [service.virtual_queue for service in centre.services if service.is_routed]
    assert len(set(numbers)) == len(numbers)
    assert len({service.name for service in centre.services}) == len(centre.services)


def test_experts_have_the_skill_at_the_level_it_takes() -> None:
    skills = {agent.employee_id: agent.skills for agent in SIXTY.agents}
    assert SIXTY.experts("Sales experts")
    assert all(skills[agent]["Sales"] >= 7 for agent in SIXTY.experts("Sales experts"))
