"""Whatever goes wrong, every value is right and nothing is left over: many seeds, each with a day and faults."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.simulation.failing import report
from tests.simulation.plan import plan_of
from tests.simulation.simulation import Simulation

IN_TEST: Final = 200
IN_ALL: Final = 10_000
PART: Final = 20


def all_are_well(first: int, count: int) -> None:
    for seed in range(first, first + count):
        found = report(seed)
        if found is not None:
            pytest.fail(found, pytrace=False)


@pytest.mark.parametrize("first", range(0, IN_TEST, PART))
def test_every_value_is_right_and_nothing_left_over_whatever_goes_wrong(first: int) -> None:
    all_are_well(first, PART)


@pytest.mark.soak
@pytest.mark.parametrize("first", range(IN_TEST, IN_ALL, 100))
def test_every_value_is_right_for_ten_thousand_seeds(first: int) -> None:
    all_are_well(first, 100)


def test_a_seed_is_the_same_run_each_time(tmp_path: Path) -> None:
    def traced(name: str) -> object:
        (tmp_path / name).mkdir()
        simulation = Simulation(plan_of(5), tmp_path / name)
        simulation.run()
        return simulation.trace

    assert traced("once") == traced("again")
