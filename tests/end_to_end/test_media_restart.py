"""A server that starts again goes on with interactions too, with what it kept and what the source says is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import rtoml

from actors.configuration.load import load
from actors.server import Server
from end_to_end.stage import Client, InteractionServerOnCue, address_of
from statclient import Notification, Statistic

FOLDER = Path(__file__).parents[1] / "media_flows"
ZERO = 1_795_500_000.0
SILENT = Notification(mode="None")
CHAT = {"interaction_id": "c1", "media_type": "chat", "interaction_type": "Inbound"}
AGENT = {"agent_id": "1001", "place": "P1"}


def started(folder: Path) -> Server:
    server = Server(folder, load(folder), folder / "data")
    server.start()
    return server


def connected(server: Server) -> Client:
    client = Client(address_of(server))
    client.connect()
    return client


def opened(client: Client, category: str, mask: str) -> Statistic:
    definition = {"category": category, "main_mask": mask}
    return client.open("Agent:1001", statistic=definition, time_profile="Growing:never", notification=SILENT)


def test_what_was_handled_goes_on_over_a_restart(running: Callable[[Any], Any], tmp_path: Path) -> None:
    ixn = running(InteractionServerOnCue())
    environment = rtoml.loads((FOLDER / "environment.toml").read_text())
    source = {"name": "ixn-1", "type": "interaction-server", "host": "127.0.0.1", "port": ixn.port}
    (tmp_path / "environment.toml").write_text(rtoml.dumps(environment | {"source": [source]}))
    (tmp_path / "statserver.cfg").write_text("[statserver]\nlisten = 127.0.0.1:0\nclock = sources\n")
    server = started(tmp_path)
    client = connected(server)
    ixn.say_time(ZERO)
    client.wait_until(ZERO)
    opened(client, "CurrentTime", "Handling")
    opened(client, "TotalTime", "Handling, Delivering")
    ixn.say({"event": "EventAgentInvited", "time": ZERO + 10, **CHAT, **AGENT})
    ixn.say({"event": "EventPartyAdded", "time": ZERO + 14, **CHAT, **AGENT, "party_type": "Agent"})
    ixn.say_time(ZERO + 20)
    client.wait_until(ZERO + 20)
    client.disconnect()
    ixn.registered.clear()
    server.stop()
    server = running(started(tmp_path))
    client = running(connected(server))
    state = {"interactions": [{**CHAT, "since": ZERO + 14}], "media": {}}
    ixn.say({"event": "EventPlaceAgentState", "time": ZERO + 60, **AGENT, **state})
    ixn.say({"event": "EventLinkConnected", "time": ZERO + 60})
    ixn.say_time(ZERO + 100)
    client.wait_until(ZERO + 100)
    handled, ended = opened(client, "CurrentTime", "Handling"), opened(client, "TotalTime", "Handling, Delivering")
    assert (client.peek(handled).value, client.peek(ended).value) == (86, 4)
    assert server.supervisor.failures == 0
