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
from runtime.dispatcher import Dispatcher
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


ASKED: Final[list[Asked]] = [
    *(
        ask(whose, category, "*")
        for whose in (*(f"Agent:{agent}" for agent in AGENTS), "Place:P1", "Place:P2", "GroupAgents:Three")
        for category in ("TotalNumber", "TotalTime", "CurrentNumber", "MaxNumber", "TotalAdjustedTime")
    ),
    *(ask("GroupAgents:Three", "TotalTime", name, subject="AgentStatus") for name in ("WaitForNextCall", "LoggedOut")),
    *(ask(f"StagingArea:{queue}", category, "*") for queue in QUEUES for category in ("TotalNumber", "TotalTime")),
    ask("GroupAgents:Three", "CurrentTargetState"),
]


def played(seed: int, asked: list[Asked], *, batch_max: int = 1, shuffle: int | None = None) -> list[Any]:
    lines = lines_of(random_day(seed))
    dispatcher = Dispatcher(shuffle=None if shuffle is None else Random(shuffle))
    requests = [one.request(ref) for ref, one in enumerate(asked)]
    replay = Replay(loaded(), requests, lines[0].stamp_us, batch_max=batch_max, dispatcher=dispatcher)
    (results,) = replay.feed(lines, [lines[-1].stamp_us + 1_000_000_000])
    assert replay.supervisor.failures == 0
    assert not [result.error for result in results if result.error]
    return [(result.value, result.target) for result in results]


@pytest.mark.parametrize("seed", range(6))
def test_no_value_depends_on_batches_or_turns(seed: int) -> None:
    right = played(seed, ASKED)
    assert sum(bool(value) for value, _ in right) > len(right) / 2
    assert played(seed, ASKED, batch_max=500, shuffle=seed) == right
    assert played(seed, ASKED, batch_max=7) == right


@pytest.mark.parametrize("seed", range(6))
def test_what_runs_now_and_what_ended_is_all_that_began(seed: int) -> None:
    """Whatever a link lost: nothing is delivered, handled or waited for twice, or for ever."""
    for agent in AGENTS:
        masks = ("DeliveringStarted", "HandlingStarted")
        started = played(seed, [ask(f"Agent:{agent}", "TotalNumber", mask) for mask in masks])
        kept = played(seed, [ask(f"Agent:{agent}", "TotalAdjustedNumber", mask) for mask in ("Delivering", "Handling")])
        assert all(began <= all_[0] for (began, _), all_ in zip(started, kept, strict=True))
        outcomes = ("Accepted, Rejected, Revoked", "Processed")
        over = played(seed, [ask(f"Agent:{agent}", "TotalNumber", mask) for mask in outcomes])
        assert all(ended <= all_[0] for (ended, _), all_ in zip(over, kept, strict=True))
    for queue in QUEUES:
        masks = ("InteractionEntered", "InteractionDistributed, InteractionCleared")
        entered, left = played(seed, [ask(f"StagingArea:{queue}", "TotalNumber", mask) for mask in masks])
        (waits,) = played(seed, [ask(f"StagingArea:{queue}", "TotalAdjustedNumber", "InteractionWait")])
        assert left[0] <= waits[0]
        assert entered[0] <= waits[0]
