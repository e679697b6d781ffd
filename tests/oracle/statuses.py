"""Statuses as stretches: of DNs, agents, places and groups (`semantics.md` 4)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from tests.oracle.floor import Floor
from tests.oracle.masks import STATUS_ORDER
from tests.oracle.occurrences import NEVER, Login, Occurrence, Point

RANK: Final = {name: rank for rank, name in enumerate(STATUS_ORDER)}
CALL_TALKS: Final = frozenset({"CallInbound", "CallOutbound", "CallInternal", "CallConsult", "CallUnknown"})


class Status(NamedTuple):
    """A status and the action that gives it, if one does."""

    name: str
    source: Occurrence | None = None


NOT_MONITORED: Final = Status("NotMonitored")
LOGGED_OUT: Final = Status("LoggedOut")


class Track:
    """One object's status after every input: entries where the name or its source changes."""

    def __init__(self, entries: list[tuple[Point, Status]]) -> None:
        self.entries = entries
        self._numbers = [point.n for point, _ in entries]

    def at(self, n: int) -> Status:
        return self.entries[bisect_right(self._numbers, n) - 1][1]

    def spans(self) -> Iterable[tuple[Point, Point, Status]]:
        """Each entry with its end."""
        ends = [point for point, _ in self.entries[1:]] + [NEVER]
        for (begin, status), end in zip(self.entries, ends, strict=True):
            yield begin, end, status


def track_of(floor: Floor, numbers: Iterable[int], status_at: Callable[[int], Status]) -> Track:
    """The status as it is after each of these inputs."""
    entries: list[tuple[Point, Status]] = []
    for n in sorted({0, *numbers}):
        status = status_at(n)
        if not entries or entries[-1][1] != status:
            entries.append((Point(n, floor.times[n]), status))
    return Track(entries)


def highest(statuses: Iterable[Status]) -> Status:
    """The highest of them; of several that are equal that of the oldest action, or of two as old the first."""
    return min(statuses, key=lambda status: (-RANK[status.name], _age(status)))


def _age(status: Status) -> int:
    return status.source.begin.us if status.source else 0


def dn_track(floor: Floor, dn: str) -> Track:
    """A regular DN has the highest of its running actions; a mediation DN is watched or not (4.1)."""
    mine = [occurrence for occurrence in floor.occurrences if occurrence.dn == dn]
    numbers = {edge for occurrence in mine for edge in (occurrence.begin.n, occurrence.end.n)} - {NEVER.n}

    def status_at(n: int) -> Status:
        running = [occurrence for occurrence in mine if occurrence.runs_at(n)]
        on_hold = {occurrence.party for occurrence in running if occurrence.name == "CallOnHold"}
        statuses = []
        for occurrence in running:
            if occurrence.name == "NotMonitored":
                return Status("NotMonitored", occurrence)
            is_hidden = occurrence.name in CALL_TALKS and occurrence.party in on_hold
            if occurrence.name in RANK and not is_hidden:
                statuses.append(Status(occurrence.name, None if occurrence.name == "LoggedIn" else occurrence))
        return highest(statuses)

    return track_of(floor, numbers, status_at)


def agent_track(floor: Floor, logins: list[Login], dn_tracks: dict[str, Track]) -> Track:
    """Highest over the DNs where the agent is logged in; nowhere: `LoggedOut` (4.2)."""
    numbers = {edge for login in logins for edge in (login.shown.n, login.end.n)} - {NEVER.n}
    numbers |= {point.n for login in logins for point, _ in dn_tracks[login.dn].entries}

    def status_at(n: int) -> Status:
        here = [login.dn for login in logins if login.runs_at(n)]
        return highest(dn_tracks[dn].at(n) for dn in here) if here else LOGGED_OUT

    return track_of(floor, numbers, status_at)


def place_track(floor: Floor, dns: list[str], dn_tracks: dict[str, Track]) -> Track:
    """Highest over the place's DNs (4.2)."""
    numbers = {point.n for dn in dns for point, _ in dn_tracks[dn].entries}

    def status_at(n: int) -> Status:
        return highest(dn_tracks[dn].at(n) for dn in dns) if dns else NOT_MONITORED

    return track_of(floor, numbers, status_at)


def group_track(floor: Floor, members: list[tuple[Track, Callable[[int], bool]]], numbers: set[int]) -> Track:
    """The one status of a group (4.3); each member with whether it is one after an input."""
    numbers = numbers | {point.n for track, _ in members for point, _ in track.entries}

    def status_at(n: int) -> Status:
        names = {track.at(n).name for track, is_in in members if is_in(n)}
        if "WaitForNextCall" in names:
            return Status("WaitForNextCall")
        if names - {"LoggedOut", "NotMonitored"}:
            return Status("NotReadyForNextCall")
        return NOT_MONITORED if "NotMonitored" in names or not names else LOGGED_OUT

    return track_of(floor, numbers, status_at)
