"""How many interactions of a medium a capacity rule allows, and whose rule is whose (`multimedia.md` 5.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from actors.configuration.environment import SUPPLIED_RULE, Agent, CapacityRule, Environment, Place
from actors.configuration.expression_tree import And, Attribute, Comparison, Expression, Not, Number, Or
from actors.configuration.expressions import parse_capacity
from actors.vocabulary.objects import ObjectKey

VOICE: Final = "voice"
Counts = Mapping[str, int]
"""Interactions in progress, by medium; media not named have none."""
Most = Callable[[str, Counts], int | None]
"""The most of a medium that is allowed with the numbers of the others as they are; None where there is no limit."""

ORDERINGS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


class Rule(NamedTuple):
    """A rule by its name; the built-in one has none."""

    name: str
    most: Most


def _one_call(medium: str, counts: Counts) -> int:
    """One call if nothing else is in progress, and nothing of any other medium ever (`multimedia.md` 0)."""
    others = sum(count for name, count in counts.items() if name != VOICE)
    return 1 if medium == VOICE and not others else 0


def _one_of_any(medium: str, counts: Counts) -> int:
    """One in all, be it a call, a chat or an e-mail."""
    others = sum(count for name, count in counts.items() if name != medium)
    return 1 if medium in (VOICE, "chat", "email") and not others else 0


BUILT_IN: Final = Rule("", _one_call)
ONE_OF_ANY: Final = Rule(SUPPLIED_RULE, _one_of_any)


def rule_of(configured: CapacityRule) -> Rule:
    """A configured rule, ready to be asked."""
    forbidden = {medium.lower(): parse_capacity(text) for medium, text in configured.media.items()}
    highest = {medium: max(_numbers(tree), default=0) for medium, tree in forbidden.items()}

    def most(medium: str, counts: Counts) -> int | None:
        if medium not in forbidden:
            return 0
        tree, own = forbidden[medium], dict(counts)
        beyond = int(max(highest[medium], *counts.values(), 0)) + 1
        for number in range(beyond + 1):
            own[medium] = number
            if _holds(tree, own):
                return max(0, number - 1)
        return None

    return Rule(configured.name, most)


def _holds(tree: Expression, counts: Counts) -> bool:
    if isinstance(tree, And):
        return all(_holds(operand, counts) for operand in tree.operands)
    if isinstance(tree, Or):
        return any(_holds(operand, counts) for operand in tree.operands)
    if isinstance(tree, Not):
        return not _holds(tree.operand, counts)
    assert isinstance(tree, Comparison)
    return ORDERINGS[tree.operator](_number(tree.left, counts), _number(tree.right, counts))


def _number(tree: Expression, counts: Counts) -> float:
    if isinstance(tree, Attribute):
        return counts.get(tree.name.lower(), 0)
    assert isinstance(tree, Number)
    return tree.value


def _numbers(tree: Expression) -> Iterator[float]:
    """All numbers that are written in a rule: beyond the greatest of them nothing changes any more."""
    if isinstance(tree, Number):
        yield tree.value
    elif isinstance(tree, And | Or):
        for operand in tree.operands:
            yield from _numbers(operand)
    elif isinstance(tree, Not):
        yield from _numbers(tree.operand)
    elif isinstance(tree, Comparison):
        yield from _numbers(tree.left)
        yield from _numbers(tree.right)


class CapacityRules:
    """Whose rule is whose: an agent's own, else its place's, else the tenant's, else the built-in one.

    Args:
        environment: says it.
    """

    def __init__(self, environment: Environment) -> None:
        rules = {key: rule_of(configured) for key, configured in environment.capacity_rules.items()}
        owners: list[Agent | Place] = [*environment.agents.values(), *environment.places.values()]
        self._of_object: dict[ObjectKey, Rule] = {
            owner.key: rules.get((owner.tenant, owner.capacity_rule), ONE_OF_ANY)
            for owner in owners
            if owner.capacity_rule
        }
        self._of_tenant: dict[str, Rule] = {
            tenant.name: rules.get((tenant.name, tenant.capacity_rule), ONE_OF_ANY)
            for tenant in environment.tenants.values()
            if tenant.capacity_rule
        }

    def of(self, *chain: ObjectKey) -> Rule:
        """The rule of the first that has one, of an agent and its place; else their tenant's, else the built-in one."""
        for key in chain:
            rule = self._of_object.get(key)
            if rule is not None:
                return rule
        return self._of_tenant.get(chain[0].tenant, BUILT_IN)
