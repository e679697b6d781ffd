"""Follows a configuration server: reads all it has, then hears what becomes other (`docs/protocol.md`).

What it says becomes a file, which is read like one that somebody has edited: checked whole, and taken over as one
difference. A link that is lost, or on which something was missed, is made anew and everything read again.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Final

import gevent
import msgspec
from gevent.event import Event
from gevent.subprocess import PIPE, Popen

from actors.configuration.definitions import ServerOptions
from actors.configuration.environment import Source
from actors.configuration.records import Records
from actors.configuration.server_options import addresses_of
from actors.sources.json_lines import JsonLines, Language, decoded
from actors.sources.json_link import JsonTalk
from actors.sources.lines import BadLines, Dated
from actors.sources.link import Link
from actors.vocabulary.configuration_events import (
    CHANGED,
    CONFIGURATION_EVENTS,
    OBJECT,
    READ,
    ConfigurationEvent,
    ConfigurationRecord,
)
from actors.vocabulary.errors import SourceError
from runtime.clock import Clock

log = logging.getLogger(__name__)

NAME: Final = "configuration-server"
OPENING: Final = b'{"request":"ReadConfiguration","application":"statserver"}\n'
LINES_AT_A_TIME: Final = 2_000
"""Rows handed to the process that writes them, before events have their turn."""

_LANGUAGE: Final = Language(msgspec.json.Decoder(ConfigurationEvent), CONFIGURATION_EVENTS, lambda _: (), lambda _: ())


class ConfigurationServer:
    """The link to one configuration server, and the file that it becomes.

    Args:
        options: say where it is, and how long to wait between two tries.
        path: the file, written at one stroke.
        on_written: called when the file is there anew.
        clock: dates the log of bad lines.
        random: draws the jitter of the back-off.
    """

    def __init__(
        self,
        options: ServerOptions,
        path: Path,
        on_written: Callable[[], None],
        *,
        clock: Clock,
        random: Random,
    ) -> None:
        self._path = path
        self._on_written = on_written
        self._records = Records()
        self._is_whole = False
        self._has_changed = Event()
        bad = BadLines(NAME, clock.now_us)
        (host, port), *backups = addresses_of(options.configuration_server)
        source = Source(NAME, NAME, host=host, port=port, backup="".join(f"{name}:{at}" for name, at in backups))
        self._link = Link(
            source,
            lambda: JsonTalk(OPENING, JsonLines(_decode, bad, is_live=True)),
            self,
            clock=clock,
            random=random,
            reconnect_timeout_s=options.reconnect_timeout,
        )

    def start(self) -> Sequence[gevent.Greenlet]:
        """Begins to follow; the greenlets end by `stop`, or by a failure of ours."""
        self._writing = gevent.spawn(self._write_for_ever)
        return (self._writing, self._link.start())

    def stop(self) -> None:
        """Closes the connection."""
        self._link.stop()
        self._writing.kill()

    # What the link calls.

    def connected(self) -> None:
        """Everything will be told anew."""
        self._records, self._is_whole = Records(), False

    def carried(self, data: bytes) -> None:
        """Bytes alone are nothing."""

    def put(self, dated: Dated) -> None:
        """Takes what was said."""
        event = dated.payload
        assert isinstance(event, ConfigurationEvent)
        _RULES.get(event.event, _nothing)(self, event)

    def lost(self, reason: str) -> None:
        """The contact centre stays what it is."""

    def wait_for_room(self) -> None:
        """There is room for all that can be said."""

    # What was said.

    def _object(self, event: ConfigurationEvent) -> None:
        self._records.put(ConfigurationRecord(event.table, event.record))

    def _read(self, _event: ConfigurationEvent) -> None:
        self._is_whole = True
        self._has_changed.set()

    def _changed(self, event: ConfigurationEvent) -> None:
        for record in event.deleted:
            self._records.delete(record)
        for record in event.changed:
            self._records.put(record)
        if self._is_whole:
            self._has_changed.set()

    # The file.

    def _write_for_ever(self) -> None:
        while True:
            self._has_changed.wait()
            self._has_changed.clear()
            if self._is_whole and self._has_written(self._records.lines):
                self._on_written()
            elif self._is_whole:
                log.error("%s: what it says could not be written to %s", NAME, self._path)

    def _has_written(self, lines: Sequence[bytes]) -> bool:
        """Whether another process has written the file."""
        command = [sys.executable, "-m", "actors.configuration.writer", str(self._path)]
        surroundings = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
        with Popen(command, stdin=PIPE, env=surroundings, start_new_session=True) as process:
            try:
                for begin in range(0, len(lines), LINES_AT_A_TIME):
                    process.stdin.write(b"".join(lines[begin : begin + LINES_AT_A_TIME]))
                process.communicate()
            except OSError:
                return False
            finally:
                process.kill()
        return bool(process.returncode == 0)


def _decode(line: bytes) -> ConfigurationEvent:
    event = decoded(line, _LANGUAGE)
    for record in (event.record, *(one.record for one in (*event.changed, *event.deleted))):
        if not bytes(record).lstrip().startswith(b"{"):
            raise SourceError("a record is an object {...}")
    return event


def _nothing(_self: ConfigurationServer, _event: ConfigurationEvent) -> None:
    """A heartbeat says only that the link is alive."""


_RULES: Final[Mapping[str, Callable[[ConfigurationServer, ConfigurationEvent], None]]] = {
    OBJECT: ConfigurationServer._object,
    READ: ConfigurationServer._read,
    CHANGED: ConfigurationServer._changed,
}
