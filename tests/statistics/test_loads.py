"""What all that runs carries is added up as it changes: it comes to the same as looking through it."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from actors.configuration.definitions import TimeRange
from actors.statistics.loaded_tally import LoadedTally
from actors.statistics.loads import Load
from actors.statistics.tally import Keep

loads = st.builds(
    Load, st.sampled_from(["", "a", "b"]), st.one_of(st.none(), st.integers(-3, 3), st.just(Fraction(1, 3)))
)
steps = st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from(["carry", "end", "drop", "redate"]), loads))


@given(steps)
def test_what_runs_comes_to_what_looking_through_it_comes_to(drawn: list[tuple[str, str, Load]]) -> None:
    tally = LoadedTally(
        by_status=False, start_us=0, range_=TimeRange(0, None), keep=Keep.BEGINS | Keep.LOADS, is_distinct=False
    )
    for now_us, (occurrence, step, load) in enumerate(drawn):
        take(tally, step, occurrence, load, now_us)
        running = [carried.now for carried in tally.carried.values()]
        amounts = [load.amount for load in running if load.amount is not None]
        assert tally.begins == sorted(tally.running.values())
        assert tally.carrying.calls == Counter(load.conn_id for load in running if load.conn_id)
        assert tally.carrying.amounts == sorted(amounts)
        assert tally.carrying.sum == sum(amounts)


def take(tally: LoadedTally, step: str, occurrence: str, load: Load, now_us: int) -> None:
    if step == "end":
        tally.end_loaded(occurrence, now_us, now_us, now_us)
    elif step == "drop":
        tally.drop(occurrence, now_us)
    elif step == "redate":
        if occurrence in tally.running:
            tally.redate(occurrence, now_us // 2)
    else:
        if occurrence not in tally.running:
            tally.begin(occurrence, now_us, now_us)
        tally.carry(occurrence, load, now_us)
