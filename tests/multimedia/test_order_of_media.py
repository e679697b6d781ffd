"""Order is a promise for interactions too: no value depends on where batches end, nor on whose turn is first.

Random days of two Interaction Servers and a switch; on each the laws of `multimedia.md` 9 hold.
"""

from __future__ import annotations

import json
from random import Random
from typing import Any, Final

import pytest

from actors.replay import Line, Replay
from actors.sources import interaction_lines, tserver_lines
from actors.vocabulary.times import microseconds
from tests.everything import every_statistic, values_of
from tests.multimedia.day import Day, Moment
from tests.multimedia.played import Asked, ask, loaded

AGENTS: Final = ("1001", "1002", "1003")
QUEUES: Final = ("Chat In", "Email In", "Drafts Q")
OPERATIONS: Final = ("", "Route", "Transfer", "Conference", "Monitor", "Coach", "Intrude")
NAMES: Final = ("interaction_submitted", "placed_in_queue", "taken_from_queue", "processing_stopped")
OF_AGENTS: Final = ("agent_invited", "party_added", "party_added", "party_removed", "rejected", "revoked")
OF_CHANNELS: Final = (
    "ready_for_media",
    "not_ready_for_media",
    "do_not_disturb_on",
    "do_not_disturb_off",
    "agent_logout",
)
COUNT: Final = 250
SHARE: Final = 0.05
LATER_US: Final = 1_000_000_000


def random_day(seed: int) -> Day:
    random = Random(seed)
    day, time = Day(), 10.0
    day.tserver(0, "Registered", agent_id="1001", agent_state="Ready", calls=[])
    for _ in range(COUNT):
        time += random.choice((0, 0, 1, 3, 20))
        happen(random, day.at(time), random.choice(("ixn-1", "ixn-1", "ixn-2")))
    return day


def happen(random: Random, moment: Moment, source: str) -> None:
    told: dict[str, Any] = {"source": source, "id": f"c{random.randrange(6)}"}
    kind, agent = random.random(), random.choice(AGENTS)
    if kind < 0.35:
        told |= {"queue": random.choice(QUEUES), "party": random.choice(("Agent", "Strategy")), "agent": agent}
        getattr(moment, random.choice(NAMES))(by=random.choice(("", agent)), **told)
    elif kind < 0.75:
        told |= {"agent": agent, "operation": random.choice(OPERATIONS), "by": random.choice(("", *AGENTS))}
        getattr(moment, random.choice(OF_AGENTS))(place=random.choice(("P1", "P2", "P3")), **told)
    elif kind < 0.93:
        name, place = random.choice(OF_CHANNELS), random.choice(("P1", "P2"))
        getattr(moment, name)(source=source, agent=agent, place=place, medium=random.choice(("chat", "email")))
    elif kind < 0.97:
        moment.day.tserver(moment._time, random.choice(("Ringing", "Established", "Released")), conn_id="v")
    else:
        moment.server_disconnected(source=source)
        state = {"interaction_id": told["id"], "media_type": "chat", "role": random.choice(("Invited", "Handling"))}
        later = moment.at(moment._time + 0.5)
        later.place_agent_state(source=source, agent=agent, interactions=[state])
        later.queue_state(source=source, queue="Chat In", interactions=[{"interaction_id": "c9"}])


def lines_of(day: Day) -> list[Line]:
    types = {name: source.type for name, source in loaded().environment.sources.items()}
    told = []
    for source, event in sorted(day.events, key=lambda pair: pair[1]["time"]):
        lines = tserver_lines if types[source] == "tserver" else interaction_lines
        told.append(Line(microseconds(event["time"]), source, lines.decode(json.dumps(event).encode())))
    return told


def totals(seed: int, asked: list[Asked]) -> list[int]:
    lines = lines_of(random_day(seed))
    requests = [one.request(ref) for ref, one in enumerate(asked)]
    replay = Replay(loaded(), requests, lines[0].stamp_us)
    (results,) = replay.feed(lines, [lines[-1].stamp_us + LATER_US])
    assert replay.supervisor.failures == 0
    return [result.value for result in results]


@pytest.mark.parametrize("seed", range(6))
def test_no_value_depends_on_batches_or_turns(seed: int) -> None:
    lines, requests = lines_of(random_day(seed)), every_statistic(loaded(), SHARE, seed)
    readings_us = [lines[len(lines) // 2].stamp_us, lines[-1].stamp_us + LATER_US]
    right = values_of(loaded(), lines, requests, readings_us)
    assert sum(bool(value) for *_, value, _, _ in right[0]) > len(right[0]) / 20
    assert values_of(loaded(), lines, requests, readings_us, batch_max=500, shuffle=seed) == right
    assert values_of(loaded(), lines, requests, readings_us, batch_max=7) == right


@pytest.mark.parametrize("seed", range(6))
def test_what_runs_now_and_what_ended_is_all_that_began(seed: int) -> None:
    """Whatever a link lost: nothing is delivered, handled or waited for twice, or for ever."""
    for agent in (f"Agent:{agent}" for agent in AGENTS):
        began = totals(seed, [ask(agent, "TotalNumber", mask) for mask in ("DeliveringStarted", "HandlingStarted")])
        outcomes = totals(
            seed, [ask(agent, "TotalNumber", mask) for mask in ("Accepted, Rejected, Revoked", "Processed")]
        )
        kept = totals(seed, [ask(agent, "TotalAdjustedNumber", mask) for mask in ("Delivering", "Handling")])
        assert all(one <= all_ for one, all_ in zip(began + outcomes, kept + kept, strict=True))
    for queue in (f"StagingArea:{queue}" for queue in QUEUES):
        (waits,) = totals(seed, [ask(queue, "TotalAdjustedNumber", "InteractionWait")])
        for mask in ("InteractionEntered", "InteractionDistributed, InteractionCleared"):
            assert totals(seed, [ask(queue, "TotalNumber", mask)])[0] <= waits
