"""Order is a promise: no value depends on where batches end, nor on which actor of a level runs first."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from functools import cache
from operator import attrgetter
from pathlib import Path
from random import Random
from typing import Any, Final

import msgspec
import pytest
from everything import Values, every_statistic, values_of
from flows import loader
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from actors.configuration.load import Loaded, load
from actors.replay import Line
from actors.sources.recordings import Recording
from actors.vocabulary.events import TServerEvent
from actors.vocabulary.times import US_PER_SECOND, microseconds

TESTS: Final = Path(__file__).parent
ZERO: Final = 1_000_000.0
RECORDINGS: Final = ("asterisk-small", "asterisk-transfers")
BATCHES: Final = (7, 500)
SHARE: Final = 0.02
SEEDS: Final = st.integers(0, 2**32 - 1)


@cache
def loaded_from(folder: str) -> Loaded:
    return load(TESTS / folder)


def flow_line(flow: int, event: dict[str, Any]) -> Line:
    """An event of one flow, its calls told from those of another."""
    named = event | {
        key: f"{event[key]}-{flow}" for key in ("conn_id", "transfer_conn_id", "previous_conn_id") if key in event
    }
    typed = msgspec.convert(named, TServerEvent)
    return Line(microseconds(typed.time), "tserver-1", typed)


def interleaved(seed: int, flows: int) -> list[Line]:
    """Some flows at the same lines and agents, moved onto each other by whole seconds: many stamps are equal."""
    random = Random(seed)
    chosen = random.sample(sorted(loader.FLOWS), flows)
    preamble = [flow_line(0, loader.moved(event, ZERO)) for event in loader.lines("preamble")]
    moved = [
        [flow_line(flow, loader.moved(event, ZERO + offset)) for event in loader.lines(f"flow_{flow:02}")]
        for flow, offset in ((flow, random.randrange(60)) for flow in chosen)
    ]
    return preamble + list(heapq.merge(*moved, key=attrgetter("stamp_us")))


@cache
def recorded(folder: str) -> Sequence[Line]:
    (source,) = loaded_from(f"recordings/{folder}").environment.sources.values()
    played = Recording(source, TESTS / "recordings" / folder / "recording.ami.gz")
    return [Line(dated.stamp_us, source.name, dated.payload) for dated in played]


def readings_of(lines: Sequence[Line], seed: int) -> list[int]:
    """Two moments in the middle, and one after all timers."""
    random = Random(seed)
    middle = sorted(random.randrange(lines[0].stamp_us, lines[-1].stamp_us) for _ in range(2))
    return [*middle, lines[-1].stamp_us + 600 * US_PER_SECOND]


def differing(one: Values, other: Values) -> Iterable[Any]:
    for reading, pairs in enumerate(zip(one, other, strict=True)):
        yield from ((reading, *pair) for pair in zip(*pairs, strict=True) if pair[0] != pair[1])


def differences(folder: str, lines: Sequence[Line], seed: int, share: float) -> list[Any]:
    """Values that differ from those of one input at a time, in the first of the other ways to run it where any does."""
    loaded = loaded_from(folder)
    requests, readings_us = every_statistic(loaded, share, seed), readings_of(lines, seed)
    right = values_of(loaded, lines, requests, readings_us)
    assert any(row[3] for row in right[-1])
    for batch_max in BATCHES:
        for shuffle in (None, seed):
            values = values_of(loaded, lines, requests, readings_us, batch_max=batch_max, shuffle=shuffle)
            found = list(differing(right, values))[:3]
            if found:
                return [f"batch_max={batch_max} shuffle={shuffle}", *found]
    return []


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(seed=SEEDS)
@example(seed=42389911)
def test_no_value_of_flows_upon_each_other_depends_on_batches_or_turns(seed: int) -> None:
    assert differences("flows", interleaved(seed, 6), seed, SHARE) == []


@pytest.mark.parametrize("folder", RECORDINGS)
@pytest.mark.parametrize("seed", range(2))
def test_no_value_of_a_recording_depends_on_batches_or_turns(folder: str, seed: int) -> None:
    assert differences(f"recordings/{folder}", recorded(folder), seed, SHARE) == []


@pytest.mark.soak
@pytest.mark.timeout(1800)
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=SEEDS)
def test_no_value_of_many_flows_upon_each_other_depends_on_batches_or_turns(seed: int) -> None:
    assert differences("flows", interleaved(seed, 20), seed, 0.3) == []


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("folder", RECORDINGS)
@pytest.mark.parametrize("seed", range(10))
def test_no_value_at_all_of_a_recording_depends_on_batches_or_turns(folder: str, seed: int) -> None:
    assert differences(f"recordings/{folder}", recorded(folder), seed, 0.5) == []
