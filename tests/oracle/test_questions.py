"""What the questions about random days are of: everything with everything that goes together."""

from __future__ import annotations

from random import Random

import pytest

from tests.oracle.questions import FILTERS, OBJECTS, PROFILES, Question, asked, fits, questions

EVERY_DAY = 26_000
"""As many are asked in every run."""


@pytest.fixture(scope="module")
def seen() -> list[Question]:
    return questions(Random(0), EVERY_DAY)


def test_every_category_is_asked_by_every_subject_and_with_every_profile_and_filter(seen: list[Question]) -> None:
    pairs = {(one.definition["category"], other) for one in seen for other in (one.time_profile, one.filter)}
    pairs |= {(one.definition["category"], one.definition["subject"]) for one in seen}
    for category in asked():
        subjects = [subject for subject in category.subjects if any(fits(category, subject, one) for one in OBJECTS)]
        assert {(category.name, other) for other in (*subjects, *PROFILES, *FILTERS, "")} <= pairs


def test_every_object_is_asked_for_by_every_subject_that_fits(seen: list[Question]) -> None:
    pairs = {(one.object_id, one.definition["subject"]) for one in seen}
    for object_type, names in OBJECTS.items():
        subjects = {one for category in asked() for one in category.subjects if fits(category, one, object_type)}
        assert {(name, subject) for name in names for subject in subjects} <= pairs
