"""What a group is, composed of its members (`semantics.md` 4.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec

from actors.objects.composition import NOBODY
from actors.objects.standing import Standing
from actors.statistics.changes import StatusChanged
from actors.vocabulary.statuses import LOGGED_OUT, NOT_MONITORED, NOT_READY, WAIT_FOR_NEXT_CALL


class Roll(msgspec.Struct):
    """Which members came while the server ran, and when: what they do counts from then on (`semantics.md` 3).

    Alone it is the state of a group of mediation DNs.
    """

    joined_us: dict[str, int] = {}


class Group(msgspec.Struct):
    """A group of agents or places: how many members have which status, and what the group has by that.

    `joined_us` is as of a `Roll`.
    """

    standing: Standing
    members: dict[str, str]
    counts: dict[str, int]
    time_us: int = 0
    is_same: bool = True
    """Whether the statuses that any member has are still those that the group's was made of."""
    joined_us: dict[str, int] = {}

    def hear(self, change: StatusChanged) -> None:
        """A member has another status: without an old one it joins, without a new one it leaves."""
        self.time_us = change.time_us
        counts, old, new = self.counts, self.members.pop(change.holder, None), change.status
        if old is not None:
            counts[old] -= 1
            self.is_same = self.is_same and counts[old] > 0
        if new:
            self.members[change.holder] = new
            counts[new] = counts.get(new, 0) + 1
            self.is_same = self.is_same and counts[new] > 1

    def settle(self, order: int) -> StatusChanged | None:
        """The change of the group's status that an input brought."""
        if self.is_same:
            return None
        self.is_same = True
        return self.standing.update(order, self.time_us, group_status(self.counts), NOBODY)


def group_status(counts: Mapping[str, int]) -> str:
    """A group's status, of the number of members that have each (`semantics.md` 4.3)."""
    if counts.get(WAIT_FOR_NEXT_CALL):
        return WAIT_FOR_NEXT_CALL
    present = {status for status, count in counts.items() if count}
    if present - {LOGGED_OUT, NOT_MONITORED}:
        return NOT_READY
    if NOT_MONITORED in present or not present:
        return NOT_MONITORED
    return LOGGED_OUT


def new_group(name: str, members: dict[str, str], now_us: int) -> Group:
    """A group whose members have these statuses."""
    counts = dict(Counter(members.values()))
    return Group(Standing("GroupStatus", name, group_status(counts), now_us, now_us), members, counts)
