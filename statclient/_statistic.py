"""What a program holds of a statistic: its handle, the readings of it, and what it is told."""

from __future__ import annotations

from typing import Any

import msgspec

from actors.vocabulary.protocol import ObjectName, OpenStatistic, SourceDown, SourceUp
from statclient._protocol import Info, Interval, Value


class Reading(msgspec.Struct, frozen=True):
    """One value. `time` is the server's, in seconds since the epoch, UTC; durations are seconds.

    `state` is there where the value is a status (`protocols.md` 1 shows its fields), `interval` in Reset mode,
    `target` with CurrentTargetState: there a change has no value.
    """

    time: float
    value: Value
    state: dict[str, Any] | None = None
    interval: Interval | None = None
    target: dict[str, Any] | None = None


class Statistic:
    """A statistic that a client has open: what it is, and the last value told.

    It stays valid over a lost connection: the client opens it anew, under another `id`. `id` is None while it is not
    open. The fields are the client's to change, yours to read.
    """

    __slots__ = ("id", "is_suspended", "last", "opening")

    def __init__(self, opening: OpenStatistic) -> None:
        self.opening = opening
        self.id: int | None = None
        self.last: Reading | None = None
        self.is_suspended = False

    @property
    def object(self) -> ObjectName:
        """What it is of."""
        return self.opening.object

    @property
    def name(self) -> str:
        """The stat type's name; of a definition its category."""
        return statistic_name(self.opening.statistic)

    def opened_as(self, ref: int) -> OpenStatistic:
        """The request that opens it."""
        return msgspec.structs.replace(self.opening, ref=ref)

    def __repr__(self) -> str:
        return f"<Statistic {self.object.type}:{self.object.id} {self.name} id={self.id} last={self.last}>"


class Update(Reading, frozen=True, kw_only=True):
    """A reading the server sent of an open statistic."""

    statistic: Statistic


class StatisticGone(msgspec.Struct, frozen=True):
    """A statistic that the server closed (`ObjectDeleted`), or would not open anew (its error code)."""

    statistic: Statistic
    reason: str


Notice = Update | StatisticGone | SourceDown | SourceUp
"""What iterating over a client yields."""


def statistic_name(statistic: str | dict[str, Any]) -> str:
    """The stat type's name; of a definition its category."""
    return statistic if isinstance(statistic, str) else str(statistic.get("category", "?"))


def reading_of(info: Info) -> Reading:
    """What an `Info` says, without its address."""
    return Reading(info.time, info.value, info.state, info.interval, info.target)
