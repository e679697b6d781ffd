"""What `make run` shows: the bundled contact centre at work."""

from __future__ import annotations

import logging
import shlex
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final, NoReturn

from rich.console import Console

from actors.configuration.load import load
from actors.readings import as_table, read_requests
from actors.replay import Line, Replay
from actors.sources.recordings import Recording, merged

BOARD = "board.jsonl"
"""The statistics of the table that is printed where there is no terminal."""
ENDS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""What ends the demo and its server with it: Ctrl-C, being told to, the terminal closed."""


def show(conf: Path) -> int:
    """On a terminal the live board of a server on this contact centre; else the table of its recording's end.

    Returns:
        The exit code.
    """
    return _live(conf) if sys.stdout.isatty() and sys.stdin.isatty() else _table(conf)


def _live(conf: Path) -> int:
    from statclient._board import board

    for number in ENDS:
        signal.signal(number, _end)
    command = [sys.executable, "-m", "runtime.launcher", "run", "--conf", str(conf)]
    # A log on the terminal would write over the board; it is shown where the server did not go well.
    with suppress(KeyboardInterrupt), TemporaryFile("w+") as log:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True) as server:
            try:
                assert server.stdout is not None
                said = server.stdout.readline().split()
                if said:
                    board(said[-1], command=own_command())
            finally:
                server.terminate()
        if server.returncode:
            log.seek(0)
            sys.stderr.write(log.read())
        return server.returncode
    return 0


def _end(_number: int, _frame: object) -> NoReturn:
    """Ends as by Ctrl-C, once: whoever closes a terminal may send more than one signal."""
    for number in ENDS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def own_command() -> str:
    """What to type for another `statserver` like this one, in whatever folder."""
    started = Path(sys.argv[0])
    if started.suffix == ".py":
        return f"{sys.executable} -m runtime.launcher"
    return started.name if shutil.which(started.name) == str(started) else shlex.quote(str(started.absolute()))


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
        f"In a terminal this is a live board. To ask a running server: {own_command()} peek Agent:1001 CallsInbound"
    )
    return 0
