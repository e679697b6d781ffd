"""The link to an Interaction Server: registered, read, lost and made anew like a T-Server's (`protocols.md` 3)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from standins import House, Line, TServerStandIn

from actors.configuration.environment import Source
from actors.sources.interaction_lines import decode
from actors.sources.json_link import json_link
from actors.sources.link import Link
from actors.sources.messages import LinkDown
from actors.sources.recorder import FORMS
from actors.sources.recordings import Recording, RecordingError, resolve
from actors.vocabulary.errors import SourceError
from actors.vocabulary.interaction_events import InteractionEvent, InteractionState, MediaState
from runtime.clock import SteppedClock

Running = Callable[[Any], Any]
AGENT: Line = {"event": "EventPlaceAgentState", "time": 1, "agent_id": "1001", "place": "P1"}
CONNECTED: Line = {"event": "EventLinkConnected", "time": 2}
INVITED: Line = {"event": "EventAgentInvited", "time": 4, "interaction_id": "c1", "agent_id": "1001"}
IXN = Source("ixn-1", "interaction-server", tenant="Environment", host="h", port=1)
PBX = Source("tserver-1", "tserver", switch="pbx1", host="h", port=1)


class InteractionServerStandIn(TServerStandIn):
    type = "interaction-server"


def follow(running: Running, server: InteractionServerStandIn) -> House:
    house: House = running(House(SteppedClock()))
    outlet = house.outlet("ixn-1", "interaction-server")
    source = server.source(switch="", tenant="Environment")
    link: Link = running(json_link(source, outlet, clock=house.clock, random=Random(1)))
    link.start()
    return house


def test_the_link_registers_its_tenant_and_puts_what_it_hears(running: Running) -> None:
    server = running(InteractionServerStandIn([AGENT, CONNECTED, INVITED]))
    house = follow(running, server)
    told = [(message.payload.event, message.time_us) for message in house.take(3)]
    assert told == [
        ("EventPlaceAgentState", 1_000_000),
        ("EventLinkConnected", 2_000_000),
        ("EventAgentInvited", 4_000_000),
    ]
    assert server.requests == [{"request": "RegisterTenant", "tenant": "Environment"}]


def test_a_gap_is_a_loss_and_another_registration(running: Running) -> None:
    server = running(InteractionServerStandIn([CONNECTED, {**INVITED, "seq": 9}], [CONNECTED]))
    payloads = [message.payload for message in follow(running, server).take(3)]
    assert isinstance(payloads[1], LinkDown)
    assert "something is missing before seq 9" in payloads[1].reason
    assert len(server.requests) == 2


def test_a_link_that_is_closed_is_made_anew(running: Running) -> None:
    server = running(InteractionServerStandIn([CONNECTED], hangs_up=True))
    payloads = [message.payload for message in follow(running, server).take(3)]
    assert [type(payload) for payload in payloads] == [InteractionEvent, LinkDown, InteractionEvent]


def test_the_state_of_an_agent_brings_its_media_and_interactions() -> None:
    event = decode(
        b'{"event":"EventPlaceAgentState","agent_id":"1001","dnd":true,"media":{"chat":{"state":"Ready","since":3}},'
        b'"interactions":[{"interaction_id":"c1","role":"Invited","since":4.5,"later":1}]}'
    )
    assert event.media == {"chat": MediaState("Ready", since=3.0)}
    assert event.interactions == (InteractionState("c1", role="Invited", since=4.5),)


@pytest.mark.parametrize(
    "line",
    [
        b'{"event":"EventRinging","time":1}',
        b'{"event":"EventAgentInvited","time":"now"}',
        b'{"event":"EventAgentLogin","media":{"chat":7}}',
        b'{"event":"EventQueueState","interactions":[{"interaction_id":"c1","placed_in_queue_at":-4}]}',
        b"[]",
    ],
)
def test_a_line_that_cannot_be_read_is_set_aside(line: bytes) -> None:
    with pytest.raises(SourceError):
        decode(line)


def test_whole_numbers_of_any_size_may_be_attached() -> None:
    line = b'{"event":"EventAgentInvited","user_data":{"Account":123456789012345678901234567890}}'
    assert decode(line).user_data == {"Account": "123456789012345678901234567890"}


def test_a_recording_is_read_as_its_link_was(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    note = FORMS["interaction-server"].note(5_000_000)
    path.write_bytes(b'{"event":"EventLinkConnected","seq":1,"time":2.0}\n' + note)
    told = [(dated.payload.event, dated.stamp_us) for dated in Recording(IXN, path)]
    assert told == [("EventLinkConnected", 2_000_000), ("EventServerDisconnected", 5_000_000)]


def test_a_bare_recording_is_of_the_only_source_that_speaks_so(tmp_path: Path) -> None:
    assert resolve("day.jsonl", {"ixn-1": IXN}) == (IXN, Path("day.jsonl"))
    with pytest.raises(RecordingError, match="could stand for ixn-1, tserver-1"):
        resolve(str(tmp_path / "day.jsonl"), {"ixn-1": IXN, "tserver-1": PBX})
