"""A `statserver run` of its own with its T-Server and its client, as a benchmark wants them."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec

from bench.load import Load
from bench.peers.drive import cpu_s, rss_mib
from bench.tserver import TServer

POLL_S: Final = 0.05
PATIENCE_S: Final = 300.0
RECEIVE_MAX: Final = 1 << 20
INFO: Final = b'{"event":"Info"'
OPENED: Final = b'{"event":"StatisticOpened"'
PONG: Final = b'{"event":"Pong"'


class Dated(msgspec.Struct):
    """What is looked at of an answer."""

    time: float


time_of: Final = msgspec.json.Decoder(Dated).decode


class Server:
    """A server of its own, and what it has used."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "runtime.launcher", "run", "--conf", str(folder), "--data", str(folder)]
        began = time.perf_counter()
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        self.start_s = time.perf_counter() - began
        """From the command to the line that says where it listens."""
        if not said:
            raise RuntimeError("the server did not start; try `statserver run` with the same configuration")
        host, _, port = said.rpartition(" ")[2].strip().rpartition(":")
        self.address = (host, int(port))

    @property
    def cpu_s(self) -> float:
        """Seconds of processor time so far."""
        return cpu_s(self._process.pid)

    @property
    def rss_mib(self) -> float:
        """MiB of memory resident now."""
        return rss_mib(self._process.pid)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Ends it, as its users do or otherwise."""
        self._process.send_signal(how)
        self._process.wait(PATIENCE_S)
        assert self._process.stdout is not None
        self._process.stdout.close()


class Client:
    """Opens all that is asked for, and takes whatever comes, with the time it came."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._socket = socket.create_connection(address)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.came: list[tuple[float, bytes]] = []
        self.infos = 0
        self.time_s = 0.0
        self.opened = 0
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def open(self, load: Load) -> None:
        """Registers, and opens every statistic."""
        requests = list(load.requests())
        self._socket.sendall(b"".join(requests))
        wait_until(lambda: self.opened == len(requests) - 1)

    def ping(self) -> None:
        """Asks for the server's time, which `time_s` will be."""
        self._socket.sendall(b'{"request":"Ping","ref":1}\n')

    def waits_ms(self) -> list[float]:
        """How long each reading took from its event, of those since `forget`, in milliseconds and ascending."""
        return sorted(waits_ms(self.came))

    def forget(self) -> None:
        """Begins anew to keep what comes."""
        self.came = []

    def close(self) -> None:
        """Hangs up."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._reading.join()
        self._socket.close()

    def _read(self) -> None:
        rest = b""
        while data := received(self._socket):
            self.came.append((time.time(), data))
            *whole, rest = (rest + data).split(b"\n")
            for line in whole:
                if line.startswith(INFO):
                    self.infos += 1
                elif line.startswith(OPENED):
                    self.opened += 1
                elif line.startswith(PONG):
                    self.time_s = time_of(line).time


def received(one: socket.socket) -> bytes:
    """What has come; nothing from a server that has hung up, even on what it was just being asked."""
    try:
        return one.recv(RECEIVE_MAX)
    except ConnectionResetError:
        return b""


def waits_ms(came: list[tuple[float, bytes]]) -> list[float]:
    """How long each reading that came at one socket took from its event, in milliseconds."""
    waits: list[float] = []
    rest = b""
    for at, data in came:
        *whole, rest = (rest + data).split(b"\n")
        waits += [1000 * (at - time_of(line).time) for line in whole if line.startswith(INFO)]
    return waits


def shares_ms(waits: list[float]) -> dict[str, float]:
    """The percentiles that are asked for."""
    shares = {"p50_ms": 0.5, "p99_ms": 0.99, "p99_9_ms": 0.999}
    return {name: waits[int(len(waits) * share)] for name, share in shares.items()} | {"max_ms": waits[-1]}


def wait_until(is_so: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    """Looks now and then.

    Raises:
        TimeoutError: it is not so in time.
    """
    deadline = time.monotonic() + patience_s
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError("the server has not come so far in time")
        time.sleep(POLL_S)


class Scene:
    """T-Server, server and client, started in that order, with everything open and the day about to begin."""

    def __init__(
        self,
        load: Load,
        a_second: float | None = None,
        seconds: float = 0.0,
        connect: Callable[[tuple[str, int]], Any] = Client,
    ) -> None:
        self._connect = connect
        self._cleanup = ExitStack()
        self.folder = Path(self._cleanup.enter_context(TemporaryDirectory()))
        self.tserver = TServer(load, a_second, seconds)
        self._cleanup.callback(self.tserver.stop)
        clock = "sources" if a_second is None else "live"
        self.server = Server(load.configuration(self.folder, port=self.tserver.port, clock=clock))
        self._cleanup.callback(self._end_server)
        self.client = connect(self.server.address)
        self.wait_for_time(1)
        self.rss_before_mib = self.server.rss_mib
        self.client.open(load)
        self.end_s = time_of(load.lines[-1]).time - 1e-6

    def wait_for_time(self, time_s: float) -> None:
        """Until the server's time, which is that of the last event, is so far."""

        def is_so_far() -> bool:
            self.client.ping()
            return bool(self.client.time_s >= time_s)

        wait_until(is_so_far)

    def restart(self, how: signal.Signals) -> float:
        """Ends the server and starts it again; answers seconds from the command until it has caught up."""
        self.client.close()
        self.server.stop(how)
        began = time.perf_counter()
        self.server = Server(self.folder)
        self.client = self._connect(self.server.address)
        self.wait_for_time(self.end_s)
        return time.perf_counter() - began

    def _end_server(self) -> None:
        self.client.close()
        self.server.stop()

    def end(self) -> None:
        """Ends everything."""
        self.tserver.stop()
        self._cleanup.close()
