"""What the tests of the runtime share: no actor outlives its test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pykka import ActorRegistry


@pytest.fixture(autouse=True)
def _nobody_left() -> Iterator[None]:
    yield
    for ref in ActorRegistry.get_all():
        ref.stop(block=False)
