from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from scripted_server import Answers, ScriptedServer


@pytest.fixture
def scripted() -> Iterator[Callable[[Answers], ScriptedServer]]:
    started: list[ScriptedServer] = []

    def start(script: Answers) -> ScriptedServer:
        server = ScriptedServer(script)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.shutdown()
        server.server_close()
