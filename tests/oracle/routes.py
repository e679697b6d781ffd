"""Whether a router may send a call to an agent or a place, over a day (`multimedia.md` 2.1, 5): by the built-in rule.

A medium is `Routable` while something of it may come: a DN there is ready for the next call, and no call is there yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from tests.oracle.floor import Floor
from tests.oracle.occurrences import NEVER, Login, Occurrence, Point, Timeline
from tests.oracle.statuses import Track

NOBODYS_DN: Final = ""
"""Where it happens: after all that an input ends at any DN."""
LAST_TURN: Final = 1 << 40


def agent_routes(floor: Floor, logins: list[Login], tracks: dict[str, Track]) -> list[Occurrence]:
    """For an agent: over the DNs where it is logged in, those of a lost link left out."""

    def dns_at(n: int) -> list[str]:
        return [login.dn for login in logins if login.runs_at(n) and tracks[login.dn].at(n).name != "NotMonitored"]

    edges = {edge for login in logins for edge in (login.shown.n, login.end.n)}
    return _routes(floor, {login.dn for login in logins}, edges, tracks, dns_at, dns_at)


def place_routes(floor: Floor, dns: list[str], tracks: dict[str, Track]) -> list[Occurrence]:
    """For a place: over all its DNs, but only those count where somebody is logged in."""
    logins = [login for login in floor.logins if login.dn in dns]

    def staffed_at(n: int) -> list[str]:
        staffed = [login.dn for login in logins if login.runs_at(n)]
        return [dn for dn in staffed if tracks[dn].at(n).name != "NotMonitored"]

    edges = {edge for login in logins for edge in (login.shown.n, login.end.n)}
    return _routes(floor, dns, edges, tracks, lambda _n: dns, staffed_at)


def _routes(
    floor: Floor,
    dns: Iterable[str],
    edges: set[int],
    tracks: dict[str, Track],
    devices_at: Callable[[int], list[str]],
    counted_at: Callable[[int], list[str]],
) -> list[Occurrence]:
    numbers = edges | {0}
    for dn in dns:
        numbers |= {point.n for point, _ in tracks[dn].entries} | {n for n, _ in floor.loads[dn]}
    found: list[Occurrence] = []
    for n in sorted(numbers - {NEVER.n}):
        counted = counted_at(n)
        is_ready = any(tracks[dn].at(n).name == "WaitForNextCall" for dn in counted)
        calls = sum(floor.load_at(dn, n) for dn in counted)
        name = "Routable" if is_ready and not calls else "NotRoutable"
        _go_on(floor, found, n, name if devices_at(n) else "")
    return found


def _go_on(floor: Floor, found: list[Occurrence], n: int, name: str) -> None:
    """After input `n` the action is of this name, or none runs."""
    now = Point(n, floor.times[n])
    running = found[-1] if found and found[-1].is_running else None
    if running is not None and running.name == name:
        return
    if running is not None:
        running.end = now
        floor.turns[n, NOBODYS_DN] = LAST_TURN
    if name:
        found.append(Occurrence(NOBODYS_DN, [(now, name)], now, Timeline(now, {"media_type": "voice"}), 0))
