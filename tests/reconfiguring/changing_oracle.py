"""The oracle of a contact centre whose memberships change: the same semantics, each membership from joining to leaving.

Objects and logins of the centre do not change here, but for agents that never log in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from tests.oracle.centre import Centre
from tests.oracle.day import Day
from tests.oracle.derivation import Derivation, Event
from tests.oracle.floor import Floor
from tests.oracle.groups import group_named, is_member
from tests.oracle.occurrences import BEGINNING, NEVER, Login, Occurrence, Point
from tests.oracle.oracle import Oracle
from tests.oracle.routes import _routes
from tests.oracle.statuses import NOT_MONITORED, Status, Track, group_track, highest, track_of
from tests.oracle.views import Member, View, Views, clip, status_trail, trail_of

CONFIGURED = "Configured"
"""The name of an event that is a change of the configuration; `environment` is what it is from then on."""


class ChangingCentre(Centre):
    """A contact centre as it is now, and as it was after each change."""

    def __init__(self, environment: dict[str, Any]) -> None:
        super().__init__(environment)
        self.versions: list[tuple[int, Centre]] = [(0, Centre(environment))]

    def become(self, n: int, environment: dict[str, Any]) -> None:
        Centre.__init__(self, environment)
        self.versions.append((n, Centre(environment)))

    def after(self, n: int) -> Centre:
        """As it was after an input."""
        return next(centre for since, centre in reversed(self.versions) if since <= n)

    @property
    def numbers(self) -> list[int]:
        """The inputs that changed it."""
        return [n for n, _ in self.versions]


class ChangingDerivation(Derivation):
    """Reads a day on which the configuration changes."""

    def _read(self, event: Event) -> None:
        if event["event"] == CONFIGURED:
            centre = self.floor.centre
            assert isinstance(centre, ChangingCentre)
            centre.become(self.floor.now.n, event["environment"])
        else:
            super()._read(event)


class ChangingViews(Views):
    """Every object's view, of members from joining to leaving."""

    centre: ChangingCentre

    def __init__(self, centre: ChangingCentre, floor: Floor) -> None:
        super().__init__(centre, floor)
        everybody = {agent for _, version in centre.versions for agent in version.agents}
        nobody = Track([(BEGINNING, Status("LoggedOut"))])
        for agent in everybody - self.logins.keys():
            self.logins[agent], self.agent_tracks[agent] = [], nobody
        self.place_tracks = {name: self._place_track(name) for name in centre.places}

    def _place_track(self, place: str) -> Track:
        spells = self._spells_of(lambda centre: centre.places[place]["dns"])
        numbers = {point.n for dn, _, _ in spells for point, _ in self.dn_tracks[dn].entries} | set(self.centre.numbers)

        def status_at(n: int) -> Status:
            here = [self.dn_tracks[dn].at(n) for dn, begin, end in spells if begin.n <= n < end.n]
            return highest(here) if here else NOT_MONITORED

        return track_of(self.floor, numbers, status_at)

    def _spells_of(self, listed: Callable[[Centre], Iterable[str]]) -> list[Member]:
        """Whoever a record lists, each time from joining to leaving."""
        names = dict.fromkeys(name for _, centre in self.centre.versions for name in listed(centre))
        numbers = set(self.centre.numbers)
        return [
            spell
            for name in names
            for spell in self._times(name, numbers, lambda n, name=name: name in listed(self.centre.after(n)))
        ]

    def _times(self, name: str, numbers: set[int], is_in: Callable[[int], bool]) -> Iterator[Member]:
        begin = None
        for n in sorted(numbers | {0}):
            if is_in(n) == (begin is not None):
                continue
            now = Point(n, self.floor.times[n]) if n else BEGINNING
            if begin is None:
                begin = now
            else:
                yield name, begin, now
                begin = None
        if begin is not None:
            yield name, begin, NEVER

    def members(self, object_type: str, object_id: str) -> list[Member]:
        if object_type == "Agent":
            return super().members(object_type, object_id)
        found: list[Member] = []
        for agent, logins in self.logins.items():
            numbers = set(self.centre.numbers)
            for login in logins:
                numbers |= {login.shown.n, login.end.n, *(n for n, _ in login.queues)} - {NEVER.n}
            found += self._times(agent, numbers, self._is_member(object_type, object_id, agent, logins))
        return found

    def _is_member(self, object_type: str, object_id: str, agent: str, logins: list[Login]) -> Callable[[int], bool]:
        def is_in(n: int) -> bool:
            centre = self.centre.after(n)
            if object_type == "Tenant":
                return agent in centre.agents
            group = group_named(centre, object_id)
            return is_member(centre, group, agent, [login for login in logins if login.runs_at(n)], n)

        return is_in

    def _places(self, object_type: str, object_id: str) -> list[str]:
        return list(dict.fromkeys(place for place, _, _ in self._place_spells(object_type, object_id)))

    def _place_spells(self, object_type: str, object_id: str) -> list[Member]:
        if object_type == "Place":
            return [(object_id, BEGINNING, NEVER)]
        return self._spells_of(lambda centre: centre.place_groups[object_id].get("places", []))

    def _dn_spells(self, object_type: str, object_id: str) -> list[Member]:
        """The DNs under an object, each time it is one; a place that joins brings its DNs along."""
        if object_type == "GroupQueues":
            return self._spells_of(lambda centre: centre.dn_groups[object_id]["dns"])
        if object_type not in {"Place", "GroupPlaces"}:
            return [(dn, BEGINNING, NEVER) for dn in self.dns_under(object_type, object_id)]
        found = []
        for place, joined, left in self._place_spells(object_type, object_id):
            for dn, begin, end in self._spells_of(lambda centre, place=place: centre.places[place]["dns"]):
                first, last = max(joined, begin, key=_number), min(left, end, key=_number)
                if first.n < last.n:
                    found.append((dn, first, last))
        return found

    def actions(self, object_type: str, object_id: str) -> View:
        if object_type in {"Agent", "GroupAgents", "Tenant"}:
            return super().actions(object_type, object_id)
        trails, instants = [], {}
        for dn, begin, end in self._dn_spells(object_type, object_id):
            mine = [occurrence for occurrence in self.floor.occurrences if occurrence.dn == dn]
            trails += [clip(self._trails[occurrence], begin, end) for occurrence in mine]
            here = [one for one in self.floor.instants if one.dn == dn and begin.n <= one.at.n <= end.n]
            instants |= {id(one): one for one in here}
        if object_type in {"Place", "GroupPlaces"}:
            for place, begin, end in self._place_spells(object_type, object_id):
                trails += [clip(trail_of(route), begin, end) for route in self._routes_of(place)]
        return View([trail for trail in trails if trail], sorted(instants.values(), key=lambda one: one.serial))

    def _routes_of(self, place: str) -> list[Occurrence]:
        """What a router may send to a place, over the DNs that stand there and somebody is logged in at."""
        spells = self._spells_of(lambda centre: centre.places[place]["dns"])
        dns = list(dict.fromkeys(dn for dn, _, _ in spells))
        logins = [login for login in self.floor.logins if login.dn in dns]

        def devices_at(n: int) -> list[str]:
            return [dn for dn, begin, end in spells if begin.n <= n < end.n]

        def staffed_at(n: int) -> list[str]:
            here = devices_at(n)
            staffed = [login.dn for login in logins if login.dn in here and login.runs_at(n)]
            return [dn for dn in staffed if self.dn_tracks[dn].at(n).name != "NotMonitored"]

        edges = {edge for login in logins for edge in (login.shown.n, login.end.n)} | self._edges(spells)
        return _routes(self.floor, dns, edges, self.dn_tracks, devices_at, staffed_at)

    def statuses(self, object_type: str, object_id: str, subject: str) -> Iterable[Any]:
        if subject == "PlaceStatus":
            for place, begin, end in self._place_spells(object_type, object_id):
                yield clip(status_trail(self.place_tracks[place]), begin, end)
        elif subject == "DNStatus" and object_type in {"Place", "GroupPlaces"}:
            for dn, begin, end in self._dn_spells(object_type, object_id):
                yield clip(status_trail(self.dn_tracks[dn]), begin, end)
        else:
            yield from super().statuses(object_type, object_id, subject)

    def group_track(self, object_type: str, object_id: str) -> Track:
        if object_type == "GroupPlaces":
            tracks, spells = self.place_tracks, self._place_spells(object_type, object_id)
        else:
            tracks, spells = self.agent_tracks, self.members(object_type, object_id)
        members = [(tracks[who], _within(begin.n, end.n)) for who, begin, end in spells]
        return group_track(self.floor, members, set(self.centre.numbers) | self._edges(spells))

    @staticmethod
    def _edges(spells: list[Member]) -> set[int]:
        return {edge.n for _, begin, end in spells for edge in (begin, end)} - {NEVER.n}


def _within(begin: int, end: int) -> Callable[[int], bool]:
    return lambda n: begin <= n < end


def _number(point: Point) -> int:
    return point.n


class ChangingOracle(Oracle):
    """One day, on which events named `CONFIGURED` change the contact centre; asked at its end."""

    def __init__(self, environment: dict[str, Any], events: Sequence[dict[str, Any]]) -> None:
        self.day = Day.__new__(Day)
        self.day.centre = centre = ChangingCentre(environment)
        self.day.floor = ChangingDerivation(centre, events, 300_000_000, None).floor
        self.day.views = ChangingViews(centre, self.day.floor)
        self.day._time_zone = "UTC"
