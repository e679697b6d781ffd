"""What an event costs the whole server, as users run it: a process of its own, TCP on both sides, 5,000 statistics.

    python -m bench.server

prints a table and writes `bench/results/server.json`: the highest rate at which a day of 1,000 agents is taken in (the
stamps are the clock, each line is in the journal before it counts), and, at half of it and in real time, how long an
event takes from its sending to the client. The peer is `plain_loop`, on the same lines.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import msgspec
from rich.console import Console
from rich.table import Table

from bench import load, plain_loop

RESULTS: Final = Path(__file__).parent / "results" / "server.json"
WANTED_A_SECOND: Final = 5_000
LATENCY_S: Final = 15.0
POLL_S: Final = 0.05
TICKS_A_SECOND: Final = os.sysconf("SC_CLK_TCK")
RECEIVE_MAX: Final = 1 << 20
INFO: Final = b'{"event":"Info"'
OPENED: Final = b'{"event":"StatisticOpened"'
PONG: Final = b'{"event":"Pong"'


class Info(msgspec.Struct, tag_field="event", tag="Info"):
    """What is looked at of a reading."""

    time: float


class Server:
    """A `statserver run` of its own, and what it has used."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "runtime.launcher", "run", "--conf", str(folder), "--data", str(folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._process.stdout is not None
        said = self._process.stdout.readline()
        if not said:
            raise RuntimeError("the server did not start; try `statserver run` with the same configuration")
        host, _, port = said.rpartition(" ")[2].strip().rpartition(":")
        self.address = (host, int(port))

    @property
    def cpu_s(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND

    @property
    def rss_mib(self) -> float:
        """MiB of memory resident now."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024

    def stop(self) -> None:
        """Ends it as its users do."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(20)
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

    def open(self) -> None:
        """Registers, and opens every statistic."""
        for request in load.requests():
            self._socket.sendall(request)
        wait_until(lambda: self.opened == load.STATISTICS)

    def ping(self) -> None:
        """Asks for the server's time, which `time_s` will be."""
        self._socket.sendall(b'{"request":"Ping","ref":1}\n')

    def close(self) -> None:
        """Hangs up."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._reading.join()
        self._socket.close()

    def _read(self) -> None:
        rest = b""
        while data := self._socket.recv(RECEIVE_MAX):
            self.came.append((time.time(), data))
            *whole, rest = (rest + data).split(b"\n")
            for line in whole:
                if line.startswith(INFO):
                    self.infos += 1
                elif line.startswith(OPENED):
                    self.opened += 1
                elif line.startswith(PONG):
                    self.time_s = time_of(line)


def wait_until(is_so: Any, patience_s: float = 300) -> None:
    deadline = time.monotonic() + patience_s
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError("the server has not come so far in time")
        time.sleep(POLL_S)


class Scene:
    """T-Server, server and client, started in that order, with everything open and the day about to begin."""

    def __init__(self, lines: list[bytes], *, clock: str, a_second: float | None) -> None:
        self._cleanup = ExitStack()
        folder = Path(self._cleanup.enter_context(tempfile.TemporaryDirectory()))
        self.tserver = load.TServer(lines, a_second)
        self._cleanup.callback(self.tserver.stop)
        self.server = Server(load.configuration(folder, port=self.tserver.port, clock=clock))
        self._cleanup.callback(self.server.stop)
        self.client = Client(self.server.address)
        self._cleanup.callback(self.client.close)
        self.wait_for_time(1)
        self.client.open()

    def wait_for_time(self, time_s: float) -> None:
        """Until the server's time, which is that of the last event, is so far."""

        def is_so_far() -> bool:
            self.client.ping()
            return self.client.time_s >= time_s

        wait_until(is_so_far)

    def end(self) -> None:
        self.tserver.stop()
        self._cleanup.close()


def time_of(line: bytes) -> float:
    return float(msgspec.json.decode(line)["time"])


def highest_rate(lines: list[bytes]) -> dict[str, float]:
    """As fast as it goes."""
    scene = Scene(lines, clock="sources", a_second=None)
    events = len(lines) - 1 - next(at for at, line in enumerate(lines) if load.REGISTERED in line)
    infos, cpu_s, began = scene.client.infos, scene.server.cpu_s, time.perf_counter()
    scene.tserver.begin()
    scene.wait_for_time(time_of(lines[-1]) - 1e-6)
    took_s, cpu_s = time.perf_counter() - began, scene.server.cpu_s - cpu_s
    figures = {
        "events": events,
        "events_a_second": events / took_s,
        "cpu_us_an_event": cpu_s / events * 1e6,
        "readings_an_event": (scene.client.infos - infos) / events,
        "rss_mib": scene.server.rss_mib,
    }
    scene.end()
    return figures


def latency(lines: list[bytes], a_second: float) -> dict[str, float]:
    """From the sending of an event to the arrival of what it changed, in milliseconds."""
    registered = 1 + next(at for at, line in enumerate(lines) if load.REGISTERED in line)
    scene = Scene(lines[: registered + int(LATENCY_S * a_second)], clock="live", a_second=a_second)
    skipped, cpu_s = len(scene.client.came), scene.server.cpu_s
    scene.tserver.begin()
    time.sleep(LATENCY_S)
    cpu_share = (scene.server.cpu_s - cpu_s) / LATENCY_S
    came = scene.client.came[skipped:]
    scene.end()
    waits_ms = sorted(_waits_ms(came))
    return {
        "events_a_second": a_second,
        "readings": len(waits_ms),
        "cpu_percent": 100 * cpu_share,
        **{f"p{share}_ms": waits_ms[len(waits_ms) * share // 100] for share in (50, 99)},
        "max_ms": waits_ms[-1],
    }


def _waits_ms(came: list[tuple[float, bytes]]) -> list[float]:
    decode = msgspec.json.Decoder(Info).decode
    waits: list[float] = []
    rest = b""
    for at, data in came:
        *whole, rest = (rest + data).split(b"\n")
        waits += [1000 * (at - decode(line).time) for line in whole if line.startswith(INFO)]
    return waits


def measured() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        lines = load.day(Path(folder))
    rate = highest_rate(lines)
    plain = plain_loop.measured(lines, load.STATISTICS)
    return {
        "agents": load.AGENTS,
        "statistics": load.STATISTICS,
        "highest_rate": rate,
        "plain_loop": plain._asdict(),
        "ratio_to_plain_loop": rate["cpu_us_an_event"] / plain.us_an_event,
        "latency_at_half": latency(lines, rate["events_a_second"] / 2),
    }


def show(figures: dict[str, Any], console: Console) -> None:
    rate, plain, wait = figures["highest_rate"], figures["plain_loop"], figures["latency_at_half"]
    title = f"{figures['agents']:,} agents, {figures['statistics']:,} statistics, one process, with its journal"
    table = Table("what", "figure", "beside", title=title)
    table.add_row("events a second", f"{rate['events_a_second']:,.0f}", f"{WANTED_A_SECOND:,} wanted")
    table.add_row(
        "processor µs an event",
        f"{rate['cpu_us_an_event']:.1f}",
        f"{plain['us_an_event']:.2f} in a plain loop: {figures['ratio_to_plain_loop']:.0f} times",
    )
    table.add_row("readings an event", f"{rate['readings_an_event']:.2f}", f"{rate['events']:,.0f} events")
    table.add_row("MiB resident", f"{rate['rss_mib']:.0f}", "")
    table.add_row(
        f"ms to the client at {wait['events_a_second']:,.0f} a second",
        f"p50 {wait['p50_ms']:.1f}  p99 {wait['p99_ms']:.1f}  max {wait['max_ms']:.1f}",
        f"{wait['readings']:,} readings, processor at {wait['cpu_percent']:.0f} %",
    )
    console.print(table)


def main() -> None:
    figures = measured()
    show(figures, Console())
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
