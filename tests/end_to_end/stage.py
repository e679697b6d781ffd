"""The other ends of a server in these tests: a T-Server that speaks when told, a real client, a real process."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import gevent.socket
import pytest
import rtoml
from gevent.event import Event
from sources.standins import HOST, PATIENCE_S, AmiStandIn, StandIn, numbered

from actors.configuration.load import load
from actors.server import Server
from statclient import StatClient

ROOT = Path(__file__).parents[2]
ANY_PORT = f"{HOST}:0"


class TServerOnCue(StandIn):
    """A T-Server that says what it is told to, when it is told to, to whoever has registered.

    `said` is all it said, `asked` the DNs it was asked for, on each connection anew.
    """

    type = "tserver"
    registers = "RegisterAddresses"

    def __init__(self) -> None:
        self.said = b""
        self.asked: list[str] = []
        self.registered = Event()
        self._connection: gevent.socket.socket | None = None
        self._seq = 0
        super().__init__()

    def serve(self, connection: gevent.socket.socket) -> None:
        self._connection, self._seq, self.asked = connection, 0, []
        while said := connection.recv(65536):
            for line in said.splitlines():
                request = json.loads(line)
                assert request["request"] == self.registers
                self.asked += request.get("dns", ())
            self.registered.set()
        if self._connection is connection:
            self.registered.clear()

    def say(self, *events: Mapping[str, Any]) -> None:
        """Sends events once somebody has registered."""
        assert self.registered.wait(PATIENCE_S)
        assert self._connection is not None
        data = b"".join(numbered([self._with_seq(event) for event in events]))
        self._connection.sendall(data)
        self.said += data

    def say_time(self, time: float) -> None:
        """A heartbeat: what time it is at the switch."""
        self.say({"event": "Heartbeat", "time": time})

    def say_after_a_gap(self, event: Mapping[str, Any]) -> None:
        """Leaves a number out: whoever listens misses something, and registers again."""
        self._seq += 1
        self.say(event)
        self.registered.clear()

    def hang_up(self) -> None:
        """Closes the link; whoever was there may register again."""
        assert self._connection is not None
        self.registered.clear()
        self._connection.shutdown(gevent.socket.SHUT_RDWR)

    def _with_seq(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        if event["event"] == "Heartbeat":
            return event
        self._seq += 1
        return {**event, "seq": self._seq}


class InteractionServerOnCue(TServerOnCue):
    """An Interaction Server that says what it is told to."""

    type = "interaction-server"
    registers = "RegisterTenant"


class AmiOnCue(AmiStandIn):
    """An Asterisk that says nothing before `may_begin` is set."""

    def __init__(self, recording: Path, **fields: Any) -> None:
        self.may_begin = Event()
        super().__init__(recording, **fields)

    def serve(self, connection: gevent.socket.socket) -> None:
        self.may_begin.wait()
        super().serve(connection)


class Client(StatClient):
    """A client in this process, on gevent's sockets."""

    def __init__(self, address: str) -> None:
        super().__init__(address, connect=gevent.socket.create_connection, sleep=gevent.sleep, reconnects_max=0)

    def stop(self) -> None:
        self.disconnect()

    def wait_until(self, time: float) -> None:
        """Returns when it is `time` at the server: all that was said before it has been heard."""
        with gevent.Timeout(PATIENCE_S):
            while self.ping() < time:
                pass

    def told(self, kind: type) -> Any:
        """The next notice of a kind; others are passed over."""
        while not isinstance(notice := self.receive(PATIENCE_S), kind):
            assert notice is not None, f"no {kind.__name__}"
        return notice


def conf_folder(
    folder: Path, centre: Path, source: StandIn | None = None, *, clock: str = "sources", **fields: Any
) -> Path:
    """The contact centre of a folder, written to another, with a port of its own and its one source elsewhere.

    Args:
        folder: gets the configuration.
        centre: has one.
        source: stands where the source is; None leaves that as it is.
        clock: the server's.
        fields: of the source, that are other than there.
    """
    folder.mkdir(exist_ok=True)
    environment = rtoml.loads((centre / "environment.toml").read_text())
    environment["source"][0] |= fields | ({"host": HOST, "port": source.port} if source else {})
    (folder / "environment.toml").write_text(rtoml.dumps(environment))
    options = f"[statserver]\nlisten = {ANY_PORT}\nclock = {clock}\n"
    definitions = re.sub(r"(?m)^(listen|clock) *=.*\n", "", (centre / "statserver.cfg").read_text())
    (folder / "statserver.cfg").write_text(definitions.replace("[statserver]\n", options))
    return folder


def server_on(folder: Path) -> Server:
    """A server in this process, started."""
    server = Server(folder, load(folder))
    server.start()
    return server


def address_of(server: Server) -> str:
    """Where its clients connect."""
    host, port = server.address
    return f"{host}:{port}"


class Program:
    """`statserver` as a process of its own, that goes on until it is stopped."""

    def __init__(self, *arguments: str | Path, cwd: Path, stderr: Path, module: str = "runtime.launcher") -> None:
        self.stderr = stderr
        with stderr.open("ab") as errors:
            self._process = subprocess.Popen(
                command(arguments, module),
                cwd=cwd,
                env=surroundings(),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                # A shell lets what it runs in the background ignore Ctrl-C; a program on trial must hear it.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )

    @property
    def said(self) -> str:
        """The next line it prints."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip("\n")

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait_for(self, text: str, path: Path | None = None) -> None:
        """Returns when a file, else its log, has this in it; others in this process have their turn meanwhile."""
        with gevent.Timeout(PATIENCE_S):
            while text not in (path or self.stderr).read_text():
                assert self.is_running, self.stderr.read_text()
                gevent.sleep(0.01)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Tells it to end, and waits until it has: its exit code."""
        self.send(number)
        return self.exit_code()

    def exit_code(self) -> int:
        """Waits until it has ended."""
        return self._process.wait(PATIENCE_S)

    def stop(self) -> None:
        if self.is_running:
            self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


def statserver(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Runs `statserver` to its end."""
    return subprocess.run(
        command(arguments), cwd=cwd, env=surroundings(), capture_output=True, text=True, timeout=60, check=False
    )


def command(arguments: Iterable[str | Path], module: str = "runtime.launcher") -> Sequence[str]:
    """What starts `statserver` with these arguments."""
    return [sys.executable, "-m", module, *map(str, arguments)]


def surroundings() -> dict[str, str]:
    """The environment of a process: it finds the checkout from wherever it runs, and no terminal's width matters."""
    return os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"}


def printed(process: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """The lines of JSON that a process printed; it must have ended well."""
    assert process.returncode == 0, process.stderr
    return [json.loads(line) for line in process.stdout.splitlines()]


def lines(path: Path) -> list[dict[str, Any]]:
    """The rows of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def wrong(centre: Path, values: Mapping[int, Any]) -> list[str]:
    """Every value that the queue_log does not vouch for."""
    return [
        f"{row} reads {values.get(row['ref'])}"
        for row in lines(centre / "expected.jsonl")
        if values.get(row["ref"]) != pytest.approx(row["value"], abs=row["tolerance"])
    ]
