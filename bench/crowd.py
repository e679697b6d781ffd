"""A thousand clients, each with a hundred Immediate statistics of its own choice, in one thread."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from functools import partial
from itertools import product
from typing import Final

import msgspec

from actors.vocabulary.protocol import ObjectName, OpenStatistic, Register
from bench.load import IMMEDIATE, OF_AGENTS, OF_GROUPS, Load
from bench.scene import INFO, OPENED, PONG, received, time_of, wait_until, waits_ms

CLIENTS: Final = 1_000
EACH: Final = 100
AHEAD: Final = 100
"""Clients that may have asked while the answers to them are not there yet."""


class Crowd:
    """Clients that open, and take whatever comes. Their statistics overlap: what one wants, others want too.

    Args:
        address: of the server.
        clients: how many.
        each: how many statistics each opens.
    """

    def __init__(self, address: tuple[str, int], clients: int = CLIENTS, each: int = EACH) -> None:
        self._each = each
        self._sockets = [socket.create_connection(address) for _ in range(clients)]
        self._rests = dict.fromkeys(self._sockets, b"")
        self._came: dict[socket.socket, list[tuple[float, bytes]]] = {one: [] for one in self._sockets}
        self._gone: set[socket.socket] = set()
        self.infos = self.opened = 0
        self.time_s = 0.0
        self._is_over = False
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def open(self, load: Load) -> None:
        """Each registers, and opens its statistics."""
        agents = [("Agent", agent.employee_id) for agent in load.centre.agents]
        groups = [("GroupAgents", name) for name in load.centre.agent_groups]
        all_wanted = [*product(agents, OF_AGENTS), *product(groups, OF_GROUPS)]
        immediate = [(name, statistic) for name, (statistic, mode) in all_wanted if mode == IMMEDIATE]
        encode = msgspec.json.encode
        for at, one in enumerate(self._sockets):
            requests = [encode(Register(ref=0, client=f"bench {at}"))]
            for ref in range(1, self._each + 1):
                (kind, number), statistic = immediate[(at * self._each + ref) % len(immediate)]
                asked = OpenStatistic(
                    ref=ref, object=ObjectName(kind, number), statistic=statistic, notification=IMMEDIATE
                )
                requests.append(encode(asked))
            if one in self._gone:
                continue
            one.sendall(b"\n".join(requests) + b"\n")
            if at % AHEAD == 0:
                wait_until(lambda wanted=at * self._each: self.opened + AHEAD * self._each >= wanted)
        wait_until(lambda: self.opened == self._each * (len(self._sockets) - self.lost))

    @property
    def lost(self) -> int:
        """How many the server has hung up on."""
        return len(self._gone)

    def ping(self) -> None:
        """Asks for the server's time, which `time_s` will be."""
        self._sockets[0].sendall(b'{"request":"Ping","ref":1}\n')

    def forget(self) -> None:
        """Begins anew to keep what comes."""
        for came in self._came.values():
            came.clear()

    def waits_ms(self) -> list[float]:
        """How long each reading took from its event, of those since `forget`, in milliseconds and ascending."""
        return sorted(wait for came in self._came.values() for wait in waits_ms(came))

    def close(self) -> None:
        """All hang up."""
        self._is_over = True
        self._reading.join()
        for one in self._sockets:
            one.close()

    def _read(self) -> None:
        with selectors.DefaultSelector() as selector:
            for one in self._sockets:
                selector.register(one, selectors.EVENT_READ)
            while not self._is_over:
                for key, _ in selector.select(0.1):
                    one = key.fileobj
                    assert isinstance(one, socket.socket)
                    data = received(one)
                    if data:
                        self._take(one, data)
                    else:
                        self._gone.add(one)
                        selector.unregister(one)

    def _take(self, one: socket.socket, data: bytes) -> None:
        self._came[one].append((time.time(), data))
        whole, _, self._rests[one] = (self._rests[one] + data).rpartition(b"\n")
        self.infos += whole.count(INFO)
        self.opened += whole.count(OPENED)
        if one is self._sockets[0] and PONG in whole:
            pong = next(line for line in reversed(whole.split(b"\n")) if line.startswith(PONG))
            self.time_s = time_of(pong).time


def crowd_of(clients: int, each: int = EACH) -> partial[Crowd]:
    """Connects so many."""
    return partial(Crowd, clients=clients, each=each)
