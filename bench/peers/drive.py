"""Runs a peer in a process of its own over a day's lines, and looks at what it told."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from bench.peers.shell import Info, Took

PATIENCE_S: Final = 60.0
RECEIVE_MAX: Final = 1 << 20
TICKS_A_SECOND: Final = os.sysconf("SC_CLK_TCK")


class Ran(NamedTuple):
    """What a run took of the processor, as the peer says; and the last value of each statistic."""

    cpu_s: float
    rss_mib: float
    values: int
    last: dict[int, int | str]


def cpu_s(pid: int) -> float:
    """Seconds of processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def rss_mib(pid: int) -> float:
    """MiB of memory of a process that are resident."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


def run_peer(command: list[str], plan: Path, day: bytes, mode: str) -> Ran:
    """Lets a peer take in a day.

    Args:
        command: starts it; port, plan and mode are added.
        plan: file of `bench.peers.plan`.
        day: lines, with their ends.
        mode: `events` or `messages`.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(PATIENCE_S)
        arguments = [str(listening.getsockname()[1]), str(plan), mode]
        process = subprocess.Popen([*command, *arguments])
        connection, _ = listening.accept()
    with connection:
        connection.settimeout(PATIENCE_S)
        sending = threading.Thread(target=_send, args=(connection, day))
        sending.start()
        told = _received(connection)
        rss = rss_mib(process.pid)
        sending.join()
    process.wait(PATIENCE_S)
    *infos, end = told.splitlines()
    took = msgspec.json.decode(end, type=Took)
    decode = msgspec.json.Decoder(Info).decode
    return Ran(took.seconds, rss, took.values, {info.ref: info.value for info in map(decode, infos)})


def _send(connection: socket.socket, day: bytes) -> None:
    connection.sendall(day + b"\n")


def _received(connection: socket.socket) -> bytes:
    parts: list[bytes] = []
    while True:
        parts.append(connection.recv(RECEIVE_MAX))
        if not parts[-1]:
            raise ConnectionError("the peer hung up before the end")
        end = b"".join(parts[-2:])
        if end.endswith(b"}\n") and b'"Took"' in end[-100:]:
            return b"".join(parts)
