from __future__ import annotations

import json
from pathlib import Path

import pytest
from event_tracker import Tracker
from recorded_day import RecordedDay

from simulator.centre import centre_of
from simulator.play import record_day

AGENTS, CALLS_PER_SECOND, SEED, DURATION_S = 45, 1.0, 7, 3600


@pytest.fixture(scope="session")
def hour(tmp_path_factory: pytest.TempPathFactory) -> RecordedDay:
    path: Path = tmp_path_factory.mktemp("hour") / "hour.jsonl"
    books = record_day(AGENTS, CALLS_PER_SECOND, seed=SEED, duration_s=DURATION_S, path=path)
    events = [json.loads(line) for line in path.read_bytes().splitlines()]
    recount = Tracker()
    for event in events:
        recount.feed(event)
    return RecordedDay(centre_of(AGENTS, SEED), events, books, recount)
