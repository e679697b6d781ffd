"""What a link or a player of recordings puts before its connector, as payload of an input."""

from __future__ import annotations

import msgspec

from actors.configuration.environment import Dn


class LinkDown(msgspec.Struct, frozen=True):
    """The link is lost: its socket closed, it was silent too long, or a `seq` is missing."""

    reason: str


class DnsTakenOut(msgspec.Struct, frozen=True):
    """The configuration has these DNs of the switch no more, by number, or nobody tells of them any more."""

    numbers: tuple[str, ...]


class DnsBrought(msgspec.Struct, frozen=True):
    """The configuration has these DNs of the switch, new or in the place of others."""

    dns: tuple[Dn, ...]


class TimerDue(msgspec.Struct, frozen=True):
    """A timer that the connector set is due; `key` says which."""

    key: str
