"""What an agent or a place may still be given of each medium: the vectors of `multimedia.md` 5.2, a pure function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from actors.configuration.capacity_rules import Most

SEATS_MAX: Final = 4_096
"""Cases of devices that are kept: an agent has one or two, each open or not, with no call or with one or two."""


class Station(NamedTuple):
    """A device as capacity sees it: what its calls are, whether one may be sent there, how many it has."""

    medium: str
    is_ready: bool
    calls: int


class Vector(msgspec.Struct, frozen=True, gc=False):
    """[S N1 N2 N3] of one medium; `most` is None where there is no limit."""

    is_ready: bool
    number: int
    most: int | None

    @property
    def free(self) -> int | None:
        """N3: how many more may come; None for no limit."""
        if not self.is_ready:
            return 0
        return None if self.most is None else max(0, self.most - self.number)

    @property
    def is_routable(self) -> bool:
        """Whether one more may be sent here."""
        return self.free != 0


@lru_cache(SEATS_MAX)
def vectors_of_devices(stations: tuple[Station, ...], most: Most) -> Mapping[str, Vector]:
    """As `vectors`, without any channel; most agents and places are alike, so that each case is worked out once."""
    return vectors(stations, {}, {}, most)


def vectors(
    stations: Iterable[Station], channels: Mapping[str, bool], engaged: Mapping[str, int], most: Most
) -> dict[str, Vector]:
    """A vector for each medium that there is a device or a channel for.

    Args:
        stations: the devices.
        channels: whether each medium is ready at a source that is up.
        engaged: interactions in progress by medium, those of all sources that are up together.
        most: the capacity rule.
    """
    ready, counts = dict(channels), dict(engaged)
    for medium, is_ready, calls in stations:
        ready[medium] = ready.get(medium, False) or is_ready
        counts[medium] = counts.get(medium, 0) + calls
    return {medium: Vector(is_ready, counts.get(medium, 0), most(medium, counts)) for medium, is_ready in ready.items()}
