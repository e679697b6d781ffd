"""One process after the other: `actors.server.Server`, with time, turns and the network of the simulation."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import gevent
import lmdb

from actors import disk, server, snapshotting
from actors.server import Server
from actors.sources import link
from runtime import journal_keeper, restart
from runtime.journal import Journal
from runtime.journal_entries import Mark
from tests.simulation.client import Port
from tests.simulation.disk import Disk, NoThreads
from tests.simulation.scheduler import Fibres, World
from tests.simulation.tserver import TServer


class OpenedJournal(Journal):
    """Tells, when it has been opened, where it ends: what a process that died had kept."""

    def __init__(self, opened: Callable[[Mark | None], None], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tell_opened = opened

    def open(self) -> None:
        super().open()
        self._tell_opened(self.last)


class Process(Server):
    """A server that runs nothing by itself: who drives it calls `intake.step`, and takes the snapshots."""

    def _spawn(self, function: Callable[[], None]) -> None:
        """Nothing runs by itself."""

    @property
    def port(self) -> Port:
        assert isinstance(self._listener, Port)
        return self._listener

    def snapshot(self) -> None:
        assert self._snapshotting is not None
        self._snapshotting.try_to_take()

    def abandon(self) -> None:
        """It has died: nothing is written any more, and the system closes its files."""
        self._opened.close()


@contextmanager
def simulated(
    *,
    world: World,
    files: Disk,
    fibres: Fibres,
    tserver: TServer,
    dispatcher: Callable[[], Any],
    intake: Any,
    opened: Callable[[Mark | None], None],
    log_max: int,
) -> Iterator[None]:
    """Meanwhile processes have this clock, disk and network, their actors these turns, and their links these fibres."""
    gevent_of_links = SimpleNamespace(spawn=fibres.spawn, sleep=fibres.sleep)
    hub = gevent.get_hub()
    threads, hub.threadpool = hub.threadpool, NoThreads()
    patches = [
        patch.multiple(server, RealClock=lambda: world, Dispatcher=dispatcher, Intake=intake, Listener=Port),
        patch.multiple(disk, Journal=partial(OpenedJournal, opened), RealClock=lambda: world),
        patch.multiple(link, gevent=gevent_of_links, create_connection=tserver.connect),
        patch.object(lmdb, "open", files.open),
        patch.multiple(os, fsync=_not_synced, fdatasync=_not_synced),
        patch.object(snapshotting, "SLICE_US", 0),
        patch.object(journal_keeper, "RETRY_S", 0),
        patch.multiple(restart, LOG_MAX=log_max, BYTES_A_MESSAGE=restart.BYTES_A_MESSAGE if log_max > 2 else 1 << 40),
    ]
    try:
        with ExitStack() as stack:
            for one in patches:
                stack.enter_context(one)
            yield
    finally:
        hub.threadpool = threads


def _not_synced(_fd: int) -> None:
    """No machine ends here."""
