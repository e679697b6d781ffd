"""What `make run` shows: the bundled contact centre at work."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from actors.configuration.load import load
from actors.readings import as_table, read_requests
from actors.replay import Line, Replay
from actors.sources.recordings import Recording, merged

BOARD = "board.jsonl"
"""The statistics of the table that is printed where there is no terminal."""


def show(conf: Path) -> int:
    """On a terminal the live board of a server on this contact centre; else the table of its recording's end.

    Returns:
        The exit code.
    """
    return _live(conf) if sys.stdout.isatty() and sys.stdin.isatty() else _table(conf)


def _live(conf: Path) -> int:
    from statclient._board import board

    command = [sys.executable, "-m", "runtime.launcher", "run", "--conf", str(conf)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as server:
        assert server.stdout is not None
        said = server.stdout.readline().split()
        try:
            if said:
                board(said[-1])
        finally:
            server.terminate()
    return server.returncode


def _table(conf: Path) -> int:
    logging.getLogger().setLevel(logging.WARNING)
    loaded = load(conf)
    recordings = [
        Recording(source, conf / source.recording) for source in loaded.environment.sources.values() if source.recording
    ]
    replay = Replay(loaded, read_requests(conf / BOARD), min(recording.first_us for recording in recordings))
    lines = (Line(played.stamp_us, played.source.name, played.payload) for played in merged(recordings))
    (results,) = replay.feed(lines)
    console = Console(width=100)
    console.print(as_table(results, title=f"What {', '.join(str(one.path) for one in recordings)} came to"))
    console.print(
        "In a terminal this is a live board. To ask a running server: statserver peek Agent:1001 CallsInbound"
    )
    return 0
