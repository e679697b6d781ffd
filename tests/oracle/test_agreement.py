"""The server against the oracle, on random days: every statistic there is must come to the same value."""

from __future__ import annotations

from random import Random
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.oracle.agreement import differences, plan_of, reproduction
from tests.oracle.days import days
from tests.oracle.questions import questions
from tests.oracle.served import Event

QUESTIONS: Final = 40
"""To a day: enough that a day's own cost does not count, few enough for many days."""
PARTS: Final = range(10)


def agree(part: int, days_max: int) -> None:
    """Fails with a reproduction at the first of so many days on which the two differ."""

    @seed(part)
    @settings(
        max_examples=days_max,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(days())
    def holds(events: list[Event]) -> None:
        random = Random(f"{part} {events}")
        plan = plan_of(random, events)
        found = next(differences(events, questions(random, QUESTIONS), plan), None)
        if found is not None:
            pytest.fail(reproduction(events, found, plan), pytrace=False)

    holds()


@pytest.mark.parametrize("part", PARTS)
def test_server_and_oracle_agree_on_every_statistic_of_random_days(part: int) -> None:
    agree(part, 65)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(100, 110))
def test_server_and_oracle_agree_on_a_thousand_days(part: int) -> None:
    agree(part, 100)


@pytest.mark.soak
@pytest.mark.parametrize("part", range(1000, 1100))
def test_server_and_oracle_agree_on_ten_thousand_days(part: int) -> None:
    agree(part, 100)
