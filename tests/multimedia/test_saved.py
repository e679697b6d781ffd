"""What is saved of agents, places, queues and links is what they were, and goes on alike."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from actors.objects.saving import decode_state, encode_state
from actors.remembering import Remembered, name_of_link, name_of_object, record_of_link, record_of_times
from actors.replay import Replay
from actors.sources.saving import saved_book
from actors.supervisor import Supervisor
from tests.multimedia.played import END, Event, Played, ask, lines, loaded, merged
from tests.multimedia.test_link_down import busy, state, waiting
from tests.multimedia.test_worked_composition import flow_6_4, flow_8_4

DAYS: dict[str, list[Event]] = {
    "flow_8_1": merged(ixn_1=lines("flow_8_1")),
    "flow_8_2": merged(ixn_1=lines("flow_8_2")),
    "flow_8_3": merged(ixn_1=lines("flow_8_3")),
    "flow_8_4": flow_8_4(),
    "flow_6_4": flow_6_4(),
    "lost": busy().at(500).place_agent_state(**state()).day.events,
    "waits": waiting().at(500).queue_state(queue="Chat In").day.events,
}
ASKED = [
    *(
        ask(whose, category, mask)
        for whose in ("Agent:1001", "Place:P1", "GroupAgents:Three")
        for category in ("TotalNumber", "TotalTime", "CurrentNumber")
        for mask in ("*", "Handling", "Routable")
    ),
    *(ask("StagingArea:Chat In", category, "*") for category in ("TotalNumber", "TotalTime")),
    ask("Agent:1001", "CurrentState", subject="DNAction"),
    ask("GroupAgents:Three", "CurrentTargetState"),
]


def server_of(played: Played) -> Supervisor:
    replay: Replay = played._replay
    return replay.supervisor


def restart(played: Played) -> None:
    """Makes all objects and links of what would be on disk; statistics and the rest stay."""
    supervisor = server_of(played)
    records = [(b"time", record_of_times(0, supervisor.down))]
    records += [
        (name_of_object(key), encode_state(key.type, node.state)) for key, node in supervisor.board.nodes.items()
    ]
    for name, ref in supervisor.connectors.items():
        connector = ref.at_rest()
        records.append((name_of_link(name), record_of_link(connector, saved_book(connector.wiring.book), ())))
    remembered = Remembered(records)
    remembered.put_pool_back = lambda *_args, **_how: None  # type: ignore[method-assign]
    remembered.put_back(supervisor)


@pytest.mark.parametrize("day", DAYS)
def test_after_every_event_what_is_decoded_is_what_was_encoded(day: str) -> None:
    played = Played(loaded())
    for source, event in DAYS[day]:
        played.hear([(source, event)], event["time"])
        supervisor = server_of(played)
        for key, node in supervisor.board.nodes.items():
            assert decode_state(key.type, encode_state(key.type, node.state), node.state) == node.state
        for ref in supervisor.connectors.values():
            book = ref.at_rest().wiring.book
            assert msgspec.json.decode(msgspec.json.encode(book), type=type(book)) == book


@pytest.mark.parametrize("day", DAYS)
def test_a_restart_after_any_event_changes_no_value(day: str) -> None:
    assert told(DAYS[day], restarts=True) == told(DAYS[day], restarts=False)


def told(events: Sequence[Event], *, restarts: bool) -> list[object]:
    played = Played(loaded())
    clients = [played.open(one) for one in ASKED]
    for source, event in events:
        played.hear([(source, event)], event["time"])
        if restarts:
            restart(played)
    played.hear([], END)
    return [played.read(client) for client in clients]
