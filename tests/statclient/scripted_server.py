from __future__ import annotations

import json
import socketserver
from collections.abc import Callable
from typing import Any

HANG_UP: dict[str, Any] = {"event": "HangUp"}
Answers = Callable[[dict[str, Any], int], list[dict[str, Any]]]
REGISTERED = {"event": "Registered", "server": "statserver", "version": "0.1.0", "mode": "primary", "time": 1000.0}


def serve(lines: Any, send: Callable[[bytes], object], answers: Answers, session: int) -> None:
    """Answers each request as scripted, until told to hang up."""
    for line in lines:
        for answer in answers(json.loads(line), session):
            if answer is HANG_UP:
                return
            send(json.dumps(answer).encode() + b"\n")


class ScriptedServer(socketserver.ThreadingTCPServer):
    """A stat server that says what it is told to, on a port of its own; `requests` is what it was asked."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, script: Answers) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.script = script
        self.sessions = 0
        self.requests: list[dict[str, Any]] = []

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def answers(self, request: dict[str, Any], session: int) -> list[dict[str, Any]]:
        self.requests.append(request)
        if request["request"] == "Register":
            return [REGISTERED | {"ref": request["ref"]}]
        return self.script(request, session)


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server = self.server
        assert isinstance(server, ScriptedServer)
        server.sessions += 1
        serve(self.rfile, self.wfile.write, server.answers, server.sessions)
