"""Every word of the vocabulary has a test named after it."""

from collections.abc import Collection, Iterator
from types import ModuleType
from typing import Final

import pytest

from actors.vocabulary.actions import MEDIATION_ACTIONS, REGULAR_ACTIONS
from actors.vocabulary.categories import CATEGORIES, REFUSED_CATEGORIES, Subject
from actors.vocabulary.objects import STAGING_OBJECTS, ObjectType
from actors.vocabulary.statuses import AGENT_STATUSES, GROUP_STATUSES
from tests.semantics import (
    test_current,
    test_historical,
    test_mediation_dns,
    test_mediation_dns_and_their_agents,
    test_not_of_a_call,
    test_objects,
    test_of_a_call_durable,
    test_of_a_call_momentary_and_retrospective,
    test_of_queues,
    test_statuses,
    test_subject,
)

MULTIMEDIA: Final = frozenset({"CurrentTargetState"})

ROWS: Final[dict[str, tuple[Collection[str], tuple[ModuleType, ...]]]] = {
    "action of a regular DN": (
        REGULAR_ACTIONS,
        (test_not_of_a_call, test_of_a_call_durable, test_of_a_call_momentary_and_retrospective),
    ),
    "action of a mediation DN": (MEDIATION_ACTIONS, (test_mediation_dns, test_mediation_dns_and_their_agents)),
    "status": (AGENT_STATUSES | GROUP_STATUSES, (test_statuses,)),
    "category": (
        {*CATEGORIES, *REFUSED_CATEGORIES} - MULTIMEDIA,
        (test_current, test_historical, test_of_queues),
    ),
    "subject": (Subject, (test_subject,)),
    "object type": (set(ObjectType) - STAGING_OBJECTS, (test_objects,)),
}
"""The words of each kind, and the modules whose tests are named after them."""


def bare(name: str) -> str:
    return name.replace("_", "").lower()


def names_in(module: ModuleType) -> Iterator[str]:
    """What the tests of a module are named after: each its name, and the words it is run with."""
    for name, test in vars(module).items():
        if name.startswith("test_"):
            yield bare(name.removeprefix("test_"))
            for mark in getattr(test, "pytestmark", ()):
                if mark.name == "parametrize" and "," not in mark.args[0]:
                    yield from (bare(value) for value in mark.args[1] if isinstance(value, str))


@pytest.mark.parametrize("kind", ROWS)
def test_each_has_a_test_named_after_it(kind: str) -> None:
    words, modules = ROWS[kind]
    named = {name for module in modules for name in names_in(module)}
    assert {str(word) for word in words if bare(word) not in named} == set()
