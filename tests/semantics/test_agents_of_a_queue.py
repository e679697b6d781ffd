"""`semantics.md` 9.4: which agents belong to a mediation DN."""

import pytest

from tests.semantics.timeline import Day

HERE = 'name = "Of 8000"\norigination_dns = ["8000@pbx1"]\n'
Q = "Queue:8000"


def logins(day: Day, at: float = 20) -> tuple[int, int]:
    return day.running(Q, "AgentLogin", at=at), day.running(Q, "DNLogin", at=at)


def test_by_this_queue_of_the_login() -> None:
    day = Day(staffed=False).at(10).agent_login("7001", agent="1001", queue="8000").day
    assert (logins(day, 5), logins(day)) == ((0, 0), (1, 1))


@pytest.mark.parametrize("end", ["queue_logout", "agent_logout"])
def test_until_logged_out_of_it(end: str) -> None:
    day = Day(staffed=False).at(10).agent_login("7001", agent="1001", queue="8000").day
    day.at(12).agent_login("7001", agent="1001", queue="8001")
    getattr(day.at(15), end)("7001", agent="1001", queue="8000")
    assert logins(day) == (0, 0)
    assert day.running("Queue:8001", "AgentLogin", at=20) == (end == "queue_logout")


def test_by_an_agent_group_that_lists_it() -> None:
    assert logins(Day(environment=f'[[agent_group]]\nagents = ["1001", "1002"]\n{HERE}')) == (2, 2)


def test_by_a_place_group_that_lists_it() -> None:
    assert logins(Day(environment=f'[[place_group]]\nplaces = ["Desk 2"]\n{HERE}')) == (1, 1)


def test_a_login_that_matches_nobody_belongs_with_its_dn() -> None:
    day = Day(staffed=False).at(10).agent_login("7001", agent="4711", queue="8000").day
    assert logins(day) == (0, 1)


def test_two_ways_to_a_queue_are_one_agent() -> None:
    environment = f'[[agent_group]]\nagents = ["1001"]\n{HERE}'
    day = Day(staffed=False, environment=environment).at(10).agent_login("7001", agent="1001", queue="8000").day
    assert logins(day) == (1, 1)
