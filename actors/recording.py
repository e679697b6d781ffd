"""What `statserver record` does: follows one source and writes what its link carries."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from random import Random

import gevent

from actors.configuration.load import load
from actors.configuration.suggestions import did_you_mean
from actors.sources.recorder import Recorder
from actors.sources.recordings import RecordingError
from runtime.clock import RealClock


def record_source(name: str, path: Path, conf: Path, *, report: Callable[[str], None]) -> None:
    """Records until Ctrl-C or SIGTERM, then says how much.

    Raises:
        ConfigurationError: the configuration cannot be used.
        RecordingError: there is no such source, or the file cannot be written.
    """
    sources = load(conf).environment.sources
    if name not in sources:
        raise RecordingError(path, 0, f"no source '{name}' is configured{did_you_mean(name, sources)}")
    recorder = Recorder(sources[name], path, clock=RealClock(), random=Random(1))
    greenlet = gevent.spawn(recorder.record)
    handlers = [gevent.signal_handler(number, greenlet.kill, block=False) for number in (signal.SIGTERM, signal.SIGINT)]
    report(f"recording {name} to {path}; Ctrl-C ends it")
    greenlet.join()
    for handler in handlers:
        handler.cancel()
    if greenlet.exception is not None:
        raise greenlet.exception
    report(f"{recorder.events} events, {recorder.carried_bytes} bytes, {recorder.losses} losses of the link")
