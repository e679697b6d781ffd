import re

import pytest

from actors.vocabulary.actions import ActionKind
from actors.vocabulary.categories import (
    CATEGORIES,
    CATEGORY_ALIASES,
    REFUSED_CATEGORIES,
    SUBJECT_OBJECTS,
    CategoryKind,
    MaskUse,
    Subject,
)
from actors.vocabulary.objects import MEDIATION_OBJECTS, ObjectType


def test_every_category_stands_under_its_own_name() -> None:
    assert all(category.name == name for name, category in CATEGORIES.items())


def test_a_category_is_either_calculated_or_refused() -> None:
    assert not CATEGORIES.keys() & REFUSED_CATEGORIES.keys()


def test_an_alias_stands_for_a_category() -> None:
    assert set(CATEGORY_ALIASES.values()) <= CATEGORIES.keys()


def test_what_is_called_current_is_current_and_nothing_else_is() -> None:
    current = {name for name, category in CATEGORIES.items() if category.kind is CategoryKind.CURRENT}
    assert current == {name for name in CATEGORIES if name.startswith("Current")}


def test_current_values_count_what_lasts() -> None:
    counted = [
        category
        for category in CATEGORIES.values()
        if category.kind is CategoryKind.CURRENT and category.main is MaskUse.NEEDED
    ]
    assert all(category.counts == {ActionKind.DURABLE} for category in counted)


def test_custom_values_and_they_alone_have_a_formula() -> None:
    assert all(category.has_formula is name.endswith("CustomValue") for name, category in CATEGORIES.items())


def test_categories_of_queues_are_for_queues_and_have_no_mask() -> None:
    of_queues = [category for category in CATEGORIES.values() if category.kind is CategoryKind.QUEUE]
    assert {category.name for category in of_queues} == {
        "ServiceFactor1",
        "EstimWaitingTime",
        "LoadBalance",
        "LoadBalance1",
    }
    assert all(category.objects == MEDIATION_OBJECTS for category in of_queues)
    assert all(category.main is MaskUse.UNUSED for category in of_queues)


def test_every_category_has_a_subject_that_stands_for_one_of_its_objects() -> None:
    for category in CATEGORIES.values():
        assert any(SUBJECT_OBJECTS[subject] & category.objects for subject in category.subjects), category.name


@pytest.mark.parametrize("name", CATEGORIES)
def test_the_categories_that_no_selection_fits_are_those_of_the_page(name: str) -> None:
    refused = re.search("AverageOf|MaxNumber|MinNumber|Elapsed|PerSecond|Adjusted|AverageNumberPerRelativeHour", name)
    assert CATEGORIES[name].is_selectable is (refused is None)


def test_only_actions_are_counted_at_queues() -> None:
    subjects = {subject for subject, objects in SUBJECT_OBJECTS.items() if ObjectType.QUEUE in objects}
    assert subjects == {Subject.DN_ACTION}
