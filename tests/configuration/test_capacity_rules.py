"""`multimedia.md` 5.1: how many of a medium a rule allows, and whose rule is whose."""

from __future__ import annotations

import pytest

from actors.configuration.capacity_rules import BUILT_IN, ONE_OF_ANY, CapacityRules, Rule, rule_of
from actors.configuration.environment import Agent, CapacityRule, Environment, Place, Tenant

STD = rule_of(
    CapacityRule(
        "std",
        media={
            "voice": "voice>1 or (chat>1 and voice>0)",
            "chat": "chat>2 or (voice>0 and chat>1)",
            "email": "email>2 or (voice>0 and email>1)",
        },
    )
)


@pytest.mark.parametrize(
    ("medium", "counts", "most"),
    [
        ("chat", {}, 2),
        ("chat", {"voice": 1}, 1),
        ("chat", {"chat": 2}, 2),
        ("voice", {"chat": 1}, 1),
        ("voice", {"chat": 2}, 0),
        ("email", {"voice": 1, "chat": 5}, 1),
        ("sms", {}, 0),
    ],
)
def test_the_most_that_a_rule_allows_goes_by_the_numbers_of_the_others(
    medium: str, counts: dict[str, int], most: int
) -> None:
    assert STD.most(medium, counts) == most


def test_a_rule_that_never_forbids_sets_no_limit() -> None:
    assert rule_of(CapacityRule("r", media={"email": "voice>5"})).most("email", {"email": 40}) is None


def test_a_rule_that_always_forbids_allows_none() -> None:
    assert rule_of(CapacityRule("r", media={"chat": "voice>0"})).most("chat", {"voice": 1}) == 0


def test_what_lies_beyond_the_first_that_is_forbidden_cannot_be_reached() -> None:
    assert rule_of(CapacityRule("r", media={"chat": "not chat != 3"})).most("chat", {}) == 2


@pytest.mark.parametrize(
    ("medium", "counts", "most"),
    [("voice", {}, 1), ("voice", {"voice": 1}, 1), ("voice", {"email": 1}, 0), ("chat", {}, 0), ("email", {}, 0)],
)
def test_without_any_rule_one_call_and_no_chat_ever(medium: str, counts: dict[str, int], most: int) -> None:
    assert BUILT_IN.most(medium, counts) == most


def test_one_of_any_type_is_one_in_all() -> None:
    assert [ONE_OF_ANY.most(medium, {}) for medium in ("voice", "chat", "email", "sms")] == [1, 1, 1, 0]
    assert ONE_OF_ANY.most("chat", {"email": 1}) == 0
    assert ONE_OF_ANY.most("chat", {"chat": 1}) == 1


def named(name: str) -> tuple[tuple[str, str], CapacityRule]:
    return ("T", name), CapacityRule(name, "T", {"chat": "chat>9"})


def whose(*, agent: str = "", place: str = "", tenant: str = "") -> Rule:
    one, desk = Agent("1001", "T", capacity_rule=agent), Place("P1", "T", capacity_rule=place)
    rules = CapacityRules(
        Environment(
            tenants={"T": Tenant("T", capacity_rule=tenant)},
            places={("T", "P1"): desk},
            agents={("T", "1001"): one},
            capacity_rules=dict(named(name) for name in ("own", "place", "tenant")),
        )
    )
    return rules.of(one.key, desk.key)


def test_an_agents_own_rule_goes_before_its_places_and_that_before_the_tenants() -> None:
    assert whose(agent="own", place="place", tenant="tenant").name == "own"
    assert whose(place="place", tenant="tenant").name == "place"
    assert whose(tenant="tenant").name == "tenant"
    assert whose() is BUILT_IN


def test_a_supplied_rule_need_not_be_written() -> None:
    assert whose(agent=ONE_OF_ANY.name) is ONE_OF_ANY
