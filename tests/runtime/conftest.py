"""What the tests of the runtime share: no actor outlives its test."""

from __future__ import annotations

from collections.abc import Iterator

import gevent
import pytest
from pykka import ActorRegistry


@pytest.fixture(autouse=True)
def _only_actors_of_this_test() -> Iterator[None]:
    for ref in ActorRegistry.get_all():
        ActorRegistry.unregister(ref)
    yield
    for ref in ActorRegistry.get_all():
        ref.stop(block=False)
    gevent.idle()
