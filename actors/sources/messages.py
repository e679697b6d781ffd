"""What a link or a player of recordings puts before its connector, as payload of an input."""

from __future__ import annotations

import msgspec


class LinkDown(msgspec.Struct, frozen=True):
    """The link is lost: its socket closed, it was silent too long, or a `seq` is missing."""

    reason: str


class TimerDue(msgspec.Struct, frozen=True):
    """A timer that the connector set is due; `key` says which."""

    key: str
