"""What an object sees of all that happened: the propagation of `semantics.md` 3, the subjects of 5.

A `Segment` is a piece of an occurrence during which neither its name nor its attributes changed; a trail is the
segments of one occurrence, or of one object's status, one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from tests.oracle.centre import Centre
from tests.oracle.floor import Floor
from tests.oracle.groups import group_named, is_member, script_in
from tests.oracle.occurrences import BEGINNING, NEVER, Attributes, Instant, Login, Occurrence, Point, Timeline
from tests.oracle.routes import agent_routes, place_routes
from tests.oracle.statuses import Track, agent_track, dn_track, group_track, place_track

T = TypeVar("T")


class Segment(NamedTuple):
    """`source` is the action it is of, or that gives the status.

    `reasons_us` is since when the reasons were so, if that was before its begin.
    """

    begin: Point
    end: Point
    name: str
    attributes: Attributes
    source: Occurrence | None = None
    reasons_us: int | None = None


Trail = list[Segment]


class View(NamedTuple):
    """What a statistic of one object and subject can count."""

    trails: list[Trail]
    instants: list[Instant]


Member = tuple[str, Point, Point]
"""An agent, from joining to leaving."""


def segments(begin: Point, end: Point, names: list[tuple[Point, str]], data: Timeline | None) -> Trail:
    """`[begin, end)` cut where the name or the attributes change."""
    entries = data.entries if data else [(BEGINNING, {})]
    edges = {point.n: point for point, _ in (*names, *entries) if begin.n < point.n < end.n}
    edges |= {begin.n: begin}
    starts = [edges[n] for n in sorted(edges)]
    return [
        Segment(start, stop, _at(names, start.n), _at(entries, start.n))
        for start, stop in zip(starts, [*starts[1:], end], strict=True)
    ]


def _at(entries: list[tuple[Point, T]], n: int) -> T:
    return next((value for point, value in reversed(entries) if point.n <= n), entries[0][1])


def clip(trail: Trail, begin: Point, end: Point) -> Trail:
    """The part of a trail between two points."""
    clipped = []
    for segment in trail:
        first = Point(max(segment.begin.n, begin.n), max(segment.begin.us, begin.us))
        last = Point(min(segment.end.n, end.n), min(segment.end.us, end.us))
        if first.n < last.n:
            clipped.append(segment._replace(begin=first, end=last))
    if clipped and clipped[0].begin.n == begin.n:
        clipped[0] = clipped[0]._replace(begin=Point(begin.n, max(trail[0].begin.us, begin.us)))
    return clipped


def trail_of(occurrence: Occurrence) -> Trail:
    found = segments(occurrence.begin, occurrence.end, occurrence.names, occurrence.data)
    return [segment._replace(source=occurrence) for segment in found]


def status_trail(track: Track) -> Trail:
    """A status with the attributes of the action that gives it."""
    found: Trail = []
    for begin, end, status in track.spans():
        data = status.source.data if status.source else None
        pieces = segments(begin, end, [(begin, status.name)], data)
        found += [piece._replace(source=status.source) for piece in pieces]
    return found


class Views:
    """Every object's view of one day."""

    def __init__(self, centre: Centre, floor: Floor) -> None:
        self.centre = centre
        self.floor = floor
        regular = [name for name in centre.dns if not centre.is_mediation(name)]
        self.dn_tracks = {name: dn_track(floor, name) for name in regular}
        self.logins: dict[str, list[Login]] = {agent: [] for agent in centre.agents}
        for login in floor.logins:
            if login.agent:
                self.logins[login.agent].append(login)
        self.agent_tracks = {agent: agent_track(floor, logins, self.dn_tracks) for agent, logins in self.logins.items()}
        self.place_tracks = {name: place_track(floor, self._dns_of(name), self.dn_tracks) for name in centre.places}
        self._trails = {occurrence: trail_of(occurrence) for occurrence in floor.occurrences}
        self._views: dict[tuple[str, str, str], View] = {}

    def of(self, object_type: str, object_id: str, subject: str) -> View:
        """What an object sees by a subject."""
        key = (object_type, object_id, subject)
        if key not in self._views:
            if subject == "DNAction":
                self._views[key] = self.actions(object_type, object_id)
            else:
                self._views[key] = View([trail for trail in self.statuses(*key) if trail], [])
        return self._views[key]

    def _dns_of(self, place: str) -> list[str]:
        listed = dict.fromkeys(self.centre.places[place].get("dns", []))
        return [dn for dn in listed if not self.centre.is_mediation(dn)]

    def dns_under(self, object_type: str, object_id: str) -> list[str]:
        """The DNs an object is made of, each once; an agent is made of none for good."""
        centre = self.centre
        if object_type == "Place":
            return self._dns_of(object_id)
        if object_type == "GroupPlaces":
            places = centre.place_groups[object_id].get("places", [])
            return list(dict.fromkeys(dn for place in places for dn in self._dns_of(place)))
        if object_type == "GroupQueues":
            return list(dict.fromkeys(dn for dn in centre.dn_groups[object_id]["dns"] if centre.is_mediation(dn)))
        if object_type == "Switch":
            return [dn for dn in centre.dns if centre.is_mediation(dn) and dn.endswith(f"@{object_id}")]
        return [object_id]

    def members(self, object_type: str, object_id: str) -> list[Member]:
        """The agents of an object, each from joining to leaving."""
        if object_type == "Agent":
            return [(object_id, BEGINNING, NEVER)]
        if object_type == "Tenant":
            mine = [agent for agent in self.centre.agents if self._is_of_tenant(agent, object_id)]
            return [(agent, BEGINNING, NEVER) for agent in mine]
        group = group_named(self.centre, object_id)
        if not script_in(group):
            return [(agent, BEGINNING, NEVER) for agent in dict.fromkeys(group.get("agents", []))]
        return [member for agent in self.centre.agents for member in self._spells(group, agent)]

    def _is_of_tenant(self, agent: str, tenant: str) -> bool:
        return self.centre.tenant_of(self.centre.agents, agent) == tenant

    def _spells(self, group: dict[str, object], agent: str) -> list[Member]:
        """The times an agent is in a virtual group."""
        logins = self.logins[agent]
        numbers = {0}
        for login in logins:
            numbers |= {login.shown.n, login.end.n, *(n for n, _ in login.queues)}
        spells: list[Member] = []
        was_in = False
        for n in sorted(numbers - {NEVER.n}):
            is_in = is_member(self.centre, group, agent, [login for login in logins if login.runs_at(n)], n)
            now = Point(n, self.floor.times[n])
            if is_in and not was_in:
                spells.append((agent, now if n else BEGINNING, NEVER))
            elif was_in and not is_in:
                spells[-1] = (agent, spells[-1][1], now)
            was_in = is_in
        return spells

    def actions(self, object_type: str, object_id: str) -> View:
        """Subject DNAction."""
        if object_type == "Tenant":
            return View([], [])
        if object_type in {"Agent", "GroupAgents"}:
            members = self.members(object_type, object_id)
            trails = [clip(trail, begin, end) for who, begin, end in members for trail in self._agents_trails(who)]
            instants = [
                instant
                for who, begin, end in members
                for instant in self.floor.instants
                if instant.agent == who and begin.n <= instant.at.n <= end.n
            ]
            return View([trail for trail in trails if trail], instants)
        dns = self.dns_under(object_type, object_id)
        mine = [self._trails[occurrence] for occurrence in self.floor.occurrences if occurrence.dn in dns]
        return View(
            [*mine, *self._routes_of_places(object_type, object_id)],
            [instant for instant in self.floor.instants if instant.dn in dns],
        )

    def _routes_of_places(self, object_type: str, object_id: str) -> Iterable[Trail]:
        if object_type in {"Place", "GroupPlaces"}:
            for place in self._places(object_type, object_id):
                yield from map(trail_of, place_routes(self.floor, self._dns_of(place), self.dn_tracks))

    def _agents_trails(self, agent: str) -> Iterable[Trail]:
        """An agent's calls whole; what is not of a call from login to logout at its DN."""
        for occurrence in self.floor.occurrences:
            party = occurrence.party
            if party is not None and party.agent == agent:
                yield clip(self._trails[occurrence], party.owned_from, NEVER)
            elif party is None:
                for login in self.logins[agent]:
                    if login.dn == occurrence.dn:
                        yield clip(self._trails[occurrence], login.begin, login.end)
        yield from map(trail_of, agent_routes(self.floor, self.logins[agent], self.dn_tracks))

    def statuses(self, object_type: str, object_id: str, subject: str) -> Iterable[Trail]:
        """The four status subjects."""
        if subject == "GroupStatus":
            yield status_trail(self.group_track(object_type, object_id))
        elif subject == "PlaceStatus":
            for place in self._places(object_type, object_id):
                yield status_trail(self.place_tracks[place])
        elif subject == "AgentStatus":
            for agent, begin, end in self.members(object_type, object_id):
                yield clip(status_trail(self.agent_tracks[agent]), begin, end)
        elif object_type in {"Agent", "GroupAgents"}:
            yield from self._dn_statuses_of_agents(object_type, object_id)
        else:
            for dn in self.dns_under(object_type, object_id):
                yield status_trail(self.dn_tracks[dn])

    def _dn_statuses_of_agents(self, object_type: str, object_id: str) -> Iterable[Trail]:
        for agent, begin, end in self.members(object_type, object_id):
            for login in self.logins[agent]:
                yield clip(clip(status_trail(self.dn_tracks[login.dn]), login.shown, login.end), begin, end)

    def _places(self, object_type: str, object_id: str) -> list[str]:
        if object_type == "Place":
            return [object_id]
        return list(dict.fromkeys(self.centre.place_groups[object_id].get("places", [])))

    def group_track(self, object_type: str, object_id: str) -> Track:
        """The one status of a group."""
        if object_type == "GroupPlaces":
            tracks = [self.place_tracks[place] for place in self._places(object_type, object_id)]
            return group_track(self.floor, [(track, lambda n: True) for track in tracks], set())
        members = self.members(object_type, object_id)
        numbers = {edge.n for _, begin, end in members for edge in (begin, end)} - {NEVER.n}
        return group_track(
            self.floor,
            [(self.agent_tracks[who], _within(begin.n, end.n)) for who, begin, end in members],
            numbers,
        )

    def object_track(self, object_type: str, object_id: str) -> Track:
        """The status an object itself has."""
        if object_type == "Agent":
            return self.agent_tracks[object_id]
        if object_type == "Place":
            return self.place_tracks[object_id]
        if object_type == "RegDN":
            return self.dn_tracks[object_id]
        return self.group_track(object_type, object_id)


def _within(begin: int, end: int) -> Callable[[int], bool]:
    return lambda n: begin <= n < end
