"""What the tests of the journal share: entries, a journal open for a while, a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gevent

from runtime.clock import SteppedClock
from runtime.journal import Journal
from runtime.journal_entries import Entry, Kind
from runtime.journal_files import MAP_BYTES
from runtime.journal_sync import Sync

NOON_US = 1_795_500_000_000_000
SELDOM = Sync.of("3600")
AT_ONCE = Sync.of("0.000001")
ROOT = Path(__file__).parents[2]


def entry(number: int, payload: bytes = b'{"event":"EventRinging"}\n', kind: Kind = Kind.JSON_LINES) -> Entry:
    return Entry(number, NOON_US + number, "tserver-1", kind, payload)


def batches(count: int, *, of: int = 3, payload_bytes: int = 300) -> list[list[Entry]]:
    """Batches of entries, numbered with gaps."""
    return [[entry(2 * (at * of + i) + 1, bytes([at % 256]) * payload_bytes) for i in range(of)] for at in range(count)]


@contextmanager
def opened(folder: Path, sync: Sync = SELDOM, *, map_bytes: int = MAP_BYTES) -> Iterator[Journal]:
    journal = Journal(folder, sync, SteppedClock(NOON_US), program="statserver of tests", map_bytes=map_bytes)
    journal.open()
    try:
        yield journal
    finally:
        journal.close()


def wait_for_sync(journal: Journal) -> None:
    while journal.last is not None and journal.synced_number < journal.last.number:
        gevent.sleep(0)


def process(script: str, *arguments: object) -> subprocess.Popen[str]:
    """A process that runs the script, of this Python and this project."""
    begin = (
        "import sys; sys.path[:0] = [sys.argv[1], sys.argv[1] + '/tests/runtime']\nfrom journals_of_tests import *\n"
    )
    command = [sys.executable, "-c", begin + script, str(ROOT), *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
