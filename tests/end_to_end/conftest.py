from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from end_to_end.stage import Program


@pytest.fixture
def running() -> Iterator[Callable[[Any], Any]]:
    """Keeps what a test starts, and stops it at the end, the last first."""
    started: list[Any] = []

    def keep(thing: Any) -> Any:
        started.append(thing)
        return thing

    yield keep
    for thing in reversed(started):
        thing.stop()


@pytest.fixture
def program(running: Callable[[Any], Any], tmp_path: Path) -> Callable[..., Program]:
    """Starts `statserver` as a process of its own, with these arguments, in the test's folder."""

    def start(*arguments: str | Path, **how: str) -> Program:
        started: Program = running(Program(*arguments, cwd=tmp_path, stderr=tmp_path / "stderr.txt", **how))
        return started

    return start
