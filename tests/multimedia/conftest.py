"""What these tests share: each of their many servers is forgotten with its test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pykka import ActorRegistry


@pytest.fixture(autouse=True)
def _no_actor_outlives_its_test() -> Iterator[None]:
    yield
    for ref in ActorRegistry.get_all():
        ActorRegistry.unregister(ref)
