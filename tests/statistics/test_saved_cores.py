"""A statistic made of its bytes is what was saved, and goes on as that would."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actors.statistics.measure import Measure
from actors.statistics.pool import PoolActor
from actors.statistics.pool_state import Entry
from actors.statistics.saving import VERSION, UnknownVersionError, decode, encode
from tests.oracle.agreement import Plan, plan_of
from tests.oracle.days import days
from tests.oracle.questions import Question, questions
from tests.oracle.served import Event, Served

QUESTIONS = 40


class Replacing(Served):
    """A server whose statistics are now and then replaced by what was saved of them."""

    @property
    def pool(self) -> Any:
        pool = self._replay.supervisor.pool.at_rest()
        assert isinstance(pool, PoolActor)
        return pool

    @property
    def entries(self) -> list[Entry]:
        return list(self.pool.state.entries.values())

    def decoded(self, entry: Entry, data: bytes) -> Any:
        core: Any = self.pool.wiring.empty_core(entry.opening, 0)
        if isinstance(core, Measure):
            core._figures.aht_s = entry.statistic.core._figures.aht_s
        decode(data, core)
        return core

    def replace_all(self) -> None:
        for entry in self.entries:
            saved = encode(entry.statistic.core)
            entry.statistic.core = self.decoded(entry, saved)
            assert encode(entry.statistic.core) == saved


def readings(served: Served, asked: Sequence[Question], plan: Plan, moments: Sequence[float]) -> Iterator[list[Any]]:
    served.open(asked, plan.opened_at)
    for moment in moments:
        if isinstance(served, Replacing):
            served.replace_all()
        yield served.read(moment)


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(days(), st.integers(0, 1 << 32))
def test_what_was_decoded_goes_on_alike(events: list[Event], seed: int) -> None:
    random = Random(seed)
    asked, plan = questions(random, QUESTIONS), plan_of(random, events)
    moments = sorted({*plan.moments, *(event["time"] for event in events if event["time"] >= plan.opened_at)})
    untouched, replaced = (kind(events, plan.stuck_call_time) for kind in (Served, Replacing))
    for one, other in zip(
        readings(untouched, asked, plan, moments), readings(replaced, asked, plan, moments), strict=True
    ):
        assert one == other


def plain() -> tuple[Replacing, Entry]:
    served = Replacing([{"event": "EventRinging", "time": 1_000_000.0, "this_dn": "7001"}])
    definition = {"category": "TotalNumber", "subject": "DNAction", "main_mask": "CallInbound"}
    served.open([Question("RegDN", "7001@pbx1", definition, "Growing:never")], 1_000_000.0)
    (entry,) = served.entries
    return served, entry


def test_a_statistic_of_another_version_is_refused_by_name() -> None:
    served, entry = plain()
    data = encode(entry.statistic.core).replace(VERSION, b"99", 1)
    with pytest.raises(UnknownVersionError, match="version 99; this one reads 1"):
        served.decoded(entry, data)


def test_what_is_no_such_statistic_is_refused() -> None:
    served, entry = plain()
    with pytest.raises(msgspec.MsgspecError):
        served.decoded(entry, VERSION + b"\n[[],true]")


def test_a_plain_total_is_small() -> None:
    _, entry = plain()
    assert len(encode(entry.statistic.core)) < 200


def test_a_sum_of_fractions_is_kept_exactly() -> None:
    load = {"conn_id": "c1", "call_type": "Inbound", "user_data": {"Value": 0.1}}
    events: list[Event] = [
        {"event": "EventRinging", "time": 1_000_001.0, "this_dn": "7001", **load},
        {"event": "EventEstablished", "time": 1_000_002.0, "this_dn": "7001", **load},
        {"event": "EventReleased", "time": 1_000_003.0, "this_dn": "7001", **load},
    ]
    definition = {"category": "TotalCustomValue", "subject": "DNAction", "main_mask": "CallInbound"}
    served = Replacing(events)
    served.open(
        [Question("RegDN", "7001@pbx1", definition | {"formula": 'GetNumber("Value")'}, "Growing:never")], 1_000_000.0
    )
    assert served.read(1_000_004.0) == [0.1]
    served.replace_all()
    (entry,) = served.entries
    assert entry.statistic.core._parts[0].interval.ended.values.sum == Fraction(0.1)
    assert served.read(1_000_005.0) == [0.1]
