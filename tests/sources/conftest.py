from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest


class Stopping:
    """Stops what a test started, the last first."""

    def __init__(self) -> None:
        self._started: list[Any] = []

    def __call__(self, started: Any) -> Any:
        self._started.append(started)
        return started

    def stop(self) -> None:
        for started in reversed(self._started):
            started.stop()


@pytest.fixture
def running() -> Iterator[Callable[[Any], Any]]:
    stopping = Stopping()
    yield stopping
    stopping.stop()
