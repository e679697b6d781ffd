"""What lives long is looked at once by the collector, and again when much more has gathered."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from runtime.garbage import COUNT_EVERY, ColdStorage


@pytest.fixture
def storage() -> Iterator[ColdStorage]:
    storage = ColdStorage()
    storage.open()
    yield storage
    storage.close()


@pytest.mark.usefixtures("storage")
def test_what_survives_a_full_collection_is_not_looked_at_again() -> None:
    before = gc.get_freeze_count()
    kept = [[] for _ in range(10_000)]
    gc.collect()
    assert gc.get_freeze_count() >= before + len(kept)


@pytest.mark.usefixtures("storage")
def test_a_young_collection_freezes_nothing() -> None:
    before = gc.get_freeze_count()
    kept = [[] for _ in range(10_000)]
    gc.collect(1)
    assert gc.get_freeze_count() <= before
    assert kept


@pytest.mark.usefixtures("storage")
def test_cycles_that_gather_out_of_sight_are_found_when_what_is_frozen_has_doubled() -> None:
    once = gc.get_freeze_count()
    for _ in range(COUNT_EVERY):
        cycles = [cycle() for _ in range(once // 25)]
        gc.collect()
        del cycles
    assert gc.get_freeze_count() < 1.1 * once
    gc.collect()
    assert gc.get_freeze_count() < 1.1 * once


def test_what_is_said_to_live_on_does_not_count_as_gathered(storage: ColdStorage) -> None:
    kept = [[] for _ in range(2 * gc.get_freeze_count())]
    storage.freeze()
    for _ in range(COUNT_EVERY):
        gc.collect()
    assert gc.get_freeze_count() > len(kept)


def cycle() -> list[object]:
    itself: list[object] = []
    itself.append(itself)
    return itself
