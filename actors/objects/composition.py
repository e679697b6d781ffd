"""How agents and places are composed of what stands below them (`semantics.md` 4.1, `multimedia.md` 4.2)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import msgspec

from actors.objects.capacity import Station
from actors.objects.messages import LoadChanged
from actors.statistics.changes import Attributes, StatusChanged
from actors.vocabulary.statuses import LOGGED_IN, NOT_MONITORED, NOT_READY, RANK, WAIT_FOR_NEXT_CALL

NOBODY: Final = Attributes()
GATES: Final = frozenset({WAIT_FOR_NEXT_CALL, NOT_MONITORED})
"""Statuses of a DN that decide whether a call may be sent there, and whether it counts at all."""


class Below(msgspec.Struct):
    """One DN under an agent or place, as it last said it is.

    `agent_id` is who sits there, since the message of `seated_order`. `medium` is what its calls are; a voice treatment
    port (`is_port`) takes calls though nobody sits there.
    """

    status: str = NOT_MONITORED
    given_us: int = 0
    attributes: Attributes = NOBODY
    reasons_since_us: int = 0
    calls: int = 0
    agent_id: str = ""
    seated_order: int = 0
    since_us: int = 0
    medium: str = "voice"
    is_port: bool = False

    def hear(self, change: StatusChanged) -> bool:
        """Takes what the DN says; whether what may be sent there can be another by that."""
        is_moved = self._take_load(change)
        if change.status != self.status and (change.status in GATES or self.status in GATES):
            is_moved = True
        self.status, self.since_us, self.given_us = change.status, change.since_us, change.given_us
        self.attributes, self.reasons_since_us = change.attributes, change.reasons_since_us
        return is_moved

    def hear_load(self, load: LoadChanged) -> None:
        """Takes how many calls are there, and who sits there; the status is the same."""
        self._take_load(load)

    def _take_load(self, told: StatusChanged | LoadChanged) -> bool:
        if told.agent_id == self.agent_id and told.calls == self.calls:
            return False
        if told.agent_id != self.agent_id:
            self.agent_id, self.seated_order = told.agent_id, told.order
        self.calls = told.calls
        return True

    @property
    def station(self) -> Station:
        """The device as capacity sees it: for whoever sits there, or a port for itself."""
        counts = self.status != NOT_MONITORED and (self.is_port or bool(self.agent_id))
        return Station(self.medium, counts and self.status == WAIT_FOR_NEXT_CALL, self.calls if counts else 0)


def highest(below: Collection[Below]) -> Below:
    """The DN whose status outranks the others'; of several, the one whose action began first (`semantics.md` 4.1)."""
    if len(below) == 1:
        return next(iter(below))
    return max(below, key=lambda dn: (RANK[dn.status], -dn.given_us))


def combined(
    voice: Below | None, media: tuple[str, Attributes] | None, *, is_staffed: bool, is_logged_in: bool
) -> tuple[str, Attributes]:
    """What an agent or a place is, of what its devices and its channels are (`multimedia.md` 4.2, 4.3).

    Args:
        voice: the device whose status is the highest; None without devices.
        media: status and attributes of the channels; None without channels.
        is_staffed: whether somebody is logged in at a device: if not, one below `NotReadyForNextCall` does not count
            beside channels.
        is_logged_in: whether somebody is logged in at all.
    """
    if media is None:
        if voice is not None:
            return voice.status, voice.attributes
        return LOGGED_IN if is_logged_in else NOT_MONITORED, NOBODY
    if voice is None or RANK[media[0]] > RANK[voice.status]:
        return media
    counts = is_staffed or RANK[voice.status] >= RANK[NOT_READY]
    return (voice.status, voice.attributes) if counts else media
