"""Bugs that were planted: the simulation finds each of them, and tells how."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.planting import MUTANTS, plant, run, seed_of

SEEDS_MAX = 100
"""A seed is another run when the server writes more often, say: then one of the next ones finds the bug."""
PLANTED = sorted(MUTANTS.glob("*.patch"))


@pytest.mark.parametrize("patch", PLANTED, ids=lambda patch: patch.stem)
def test_a_planted_bug_is_found(patch: Path, tmp_path: Path) -> None:
    plant(patch, tmp_path)
    found = run(tmp_path, [str(seed_of(patch)), f"--count={SEEDS_MAX}"])
    assert found.returncode == 1, found.stdout + found.stderr
    assert " fails: " in found.stdout


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("patch", PLANTED, ids=lambda patch: patch.stem)
def test_a_planted_bug_is_found_within_a_thousand_seeds(patch: Path, tmp_path: Path) -> None:
    plant(patch, tmp_path)
    assert run(tmp_path, ["0", "--count=1000"]).returncode == 1


def test_there_are_ten_of_them() -> None:
    assert len(PLANTED) >= 10
