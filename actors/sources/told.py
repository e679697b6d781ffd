"""What one event of a link becomes: messages for DNs, each with its own place in the order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from runtime.mail import INDEX_SHIFT, Message

Told = list[tuple[Any, Message]]
"""Whom to tell (the number of a DN of the link's switch, or the key of an object), and what, in turn."""


def in_turn(told: Iterable[tuple[Any, Message]]) -> Told:
    """Messages of one event, each with an index of its own: what ends at several DNs has an order."""
    return [
        (whom, msgspec.structs.replace(message, order=message.order + (index << INDEX_SHIFT)))
        for index, (whom, message) in enumerate(told)
    ]
