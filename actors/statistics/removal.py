"""What the pool hears when the configuration has objects no more: their statistics are closed."""

from __future__ import annotations

from actors.vocabulary.objects import ObjectKey
from runtime.mail import Message

REASON = "ObjectDeleted"


class ObjectsGone(Message, frozen=True, gc=False):
    """These objects are no more."""

    time_us: int
    keys: frozenset[ObjectKey]
