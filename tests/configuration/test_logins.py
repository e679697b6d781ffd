"""Whose a login is, and was."""

from __future__ import annotations

from actors.configuration.environment import Agent
from actors.configuration.logins import Logins

ANN, BOB = Agent("ann", logins=("1@pbx1", "9@pbx2")), Agent("bob")
NOW, LATER, LAST = 1, 2, 3


def logins(*agents: Agent) -> Logins:
    made = Logins("pbx1", "Environment")
    made.change(0, (), agents)
    return made


def test_a_login_at_the_switch_goes_before_an_employee_id_and_another_switch_plays_no_part() -> None:
    of_switch = logins(ANN, BOB, Agent("1"))
    assert [of_switch.owner_of(name, NOW) for name in ("1", "bob", "ann", "9", "nobody")] == [
        "ann",
        "bob",
        "ann",
        "",
        "",
    ]


def test_a_login_that_moves_from_one_agent_to_another_is_the_others() -> None:
    of_switch = logins(ANN, BOB)
    moved = of_switch.change(LATER, (ANN, BOB), (Agent("ann"), Agent("bob", logins=("1@pbx1",))))
    assert moved == {"1"}
    assert of_switch.owner_of("1", LATER) == "bob"


def test_an_employee_id_shows_again_when_the_login_of_that_name_is_gone() -> None:
    of_switch = logins(ANN, Agent("1"))
    assert of_switch.change(LATER, (ANN,), ()) == {"1", "ann"}
    assert of_switch.owner_of("1", LATER) == "1"


def test_an_event_from_before_a_change_finds_who_it_was_then() -> None:
    of_switch = logins(ANN)
    of_switch.change(LATER, (ANN,), ())
    of_switch.change(LAST, (), (Agent("bob", logins=("1@pbx1",)),))
    assert [of_switch.owner_of("1", order) for order in (NOW, LATER, LAST)] == ["ann", "", "bob"]


def test_what_does_not_move_a_login_moves_nobody() -> None:
    of_switch = logins(ANN)
    assert of_switch.change(LATER, (ANN,), (Agent("ann", name="Ann", logins=ANN.logins),)) == set()
    assert of_switch.former == []
