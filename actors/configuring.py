"""Keeps a running server what its configuration says: read anew when its files change, and when somebody asks."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from gevent.event import Event
from gevent.subprocess import PIPE, Popen

from actors.configuration.kept import KeptEnvironment
from actors.configuration.load import DEFINITIONS_FILE, ENVIRONMENT_FILE
from actors.configuration.reader import Report, answered, question
from actors.supervisor import Supervisor
from actors.vocabulary import protocol
from actors.vocabulary.errors import Fault

if TYPE_CHECKING:
    from runtime.actor import ActorRef

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 1.0
"""How often the files are looked at. One that has changed is read when it has not between two looks: who writes it may
not have finished."""

Signature = tuple[tuple[int, int, int] | None, ...]


class Configuring:
    """Reads the configuration of one server again and again.

    Args:
        folder: where it is.
        supervisor: whose contact centre it is.
        on_read: called when one that is in order has been taken in.
        kept: where a configuration server's contact centre is, which stands for `environment.toml` then.
    """

    def __init__(
        self,
        folder: Path,
        supervisor: Supervisor,
        on_read: Callable[[], None],
        kept: KeptEnvironment | None = None,
    ) -> None:
        self._folder = folder
        self._supervisor = supervisor
        self._intake = supervisor.intake
        self._on_read = on_read
        self._kept = kept
        self._wanted = Event()
        self._asked: list[tuple[ActorRef, int]] = []
        self._read_signature = self._signature()
        supervisor.read_configuration = self._ask

    def want(self) -> None:
        """Has the configuration be read soon."""
        self._wanted.set()

    def _ask(self, session: ActorRef, request: int) -> None:
        self._asked.append((session, request))
        self.want()

    def run(self) -> None:
        """Reads whenever it is wanted, and when the files are others, for ever."""
        before = self._read_signature
        while True:
            is_wanted = self._wanted.wait(LOOK_EVERY_S)
            now = self._signature()
            if is_wanted or (now == before and now != self._read_signature):
                self._wanted.clear()
                self._read_signature = now
                self._read()
            before = now

    def _signature(self) -> Signature:
        names = (DEFINITIONS_FILE,) if self._kept else (ENVIRONMENT_FILE, DEFINITIONS_FILE)
        return tuple(_signature_of(self._folder / name) for name in names)

    def _read(self) -> None:
        """Reads, and takes in what has become other; whoever asked is told when that has been done."""
        asked, self._asked = self._asked, []
        report = self._report()
        answer = self._taken_in(report) if report.definitions is not None else self._refused(report)
        for session, ref in asked:
            self._intake.put(session, msgspec.structs.replace(answer, ref=ref), is_alone=True)

    def _refused(self, report: Report) -> protocol.Event:
        faults = "\n".join(map(str, report.faults))
        log.error("the configuration stays as it was:\n%s", faults)
        return protocol.Error(code="BadConfiguration", message=faults)

    def _taken_in(self, report: Report) -> protocol.Event:
        for note in report.notes:
            log.warning("%s", note)
        assert report.definitions is not None
        if self._kept is not None:
            self._kept.was_in_order()
        self._supervisor.redefine(report.definitions)
        self._supervisor.reconfiguring.take_in(report.change, self._intake.now_us)
        self._on_read()
        log.info("read the configuration again: %s", report.change)
        return protocol.ConfigurationRead(changes=report.change.counts)

    def _report(self) -> Report:
        """What another process reads."""
        environment = self._kept.begin_reading() if self._kept is not None else None
        files = [str(self._folder), *([str(environment)] if environment else [])]
        command = [sys.executable, "-m", "actors.configuration.reader", *files]
        surroundings = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        with Popen(command, stdin=PIPE, stdout=PIPE, env=surroundings, start_new_session=True) as process:
            try:
                for piece in question(self._supervisor.reconfiguring.planned):
                    process.stdin.write(piece)
                    self._supervisor.dispatcher.give_way()
                said, _ = process.communicate()
                return answered(said)
            except (OSError, msgspec.MsgspecError) as error:
                return Report(faults=(Fault(str(self._folder), 1, f"the process that reads it has failed: {error}"),))
            finally:
                process.kill()


def _signature_of(path: Path) -> tuple[int, int, int] | None:
    """What tells one state of a file from another; None if it is not there."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
