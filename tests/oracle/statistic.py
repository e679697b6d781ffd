"""One statistic of one object: its definition understood, its samples taken (`semantics.md` 5 to 8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.oracle.categories import COUNTS, CURRENT, HISTORICAL, IGNORES_DISTINCT, OF_DURATIONS, Number, Query
from tests.oracle.day import Day
from tests.oracle.expressions import ATTRIBUTES, Scene, number_of, parse, text_of, value_in
from tests.oracle.masks import (
    MEDIATION_ACTIONS,
    MOMENTARY,
    OF_NO_CALL,
    PSEUDO,
    REGULAR_ACTIONS,
    ROUTES,
    STATUSES,
    mask_of,
)
from tests.oracle.occurrences import Attributes, Instant, Point
from tests.oracle.profiles import Interval, interval, opening, time_range
from tests.oracle.samples import Sample, Stretch, stretches
from tests.oracle.views import Segment, Trail, View, status_trail

MEDIATION_OBJECTS: Final = frozenset({"Queue", "RoutePoint", "GroupQueues", "Switch"})
SUBJECTS: Final[Mapping[str, frozenset[str]]] = {
    "DNStatus": frozenset({"RegDN", "Agent", "Place", "GroupAgents", "GroupPlaces"}),
    "AgentStatus": frozenset({"Agent", "GroupAgents", "Tenant"}),
    "PlaceStatus": frozenset({"Place", "GroupPlaces"}),
    "GroupStatus": frozenset({"GroupAgents", "GroupPlaces"}),
}
OPTIONS: Final = frozenset(
    {
        "objects",
        "category",
        "subject",
        "mainmask",
        "relmask",
        "formula",
        "usesourcetimestamps",
        "reasonstartoverridesstatusstart",
        "description",
        "aggregationtype",
    }
)
STATES: Final = frozenset({"CurrentState", "CurrentStateReasons"})
QUEUE_CATEGORIES: Final = frozenset(
    {"ServiceFactor1", "EstimWaitingTime", "EstimWaitTime", "LoadBalance", "LoadBalance1"}
)
CONTINUOUS: Final = frozenset({"TotalContinuousNumber", "CurrentContinuousTime"})
UNSELECTABLE: Final = ("AverageOf", "MaxNumber", "MinNumber", "Elapsed", "PerSecond", "Adjusted", "PerRelativeHour")
PSEUDO_CATEGORIES: Final = frozenset({"CurrentNumber", "CurrentRelativeNumberPercentage"})


class Statistic:
    """One definition on one object."""

    def __init__(
        self,
        day: Day,
        object_type: str,
        object_id: str,
        definition: dict[str, Any],
        time_profile: str,
        ranges: tuple[str, str],
        expression: str,
    ) -> None:
        self.day, self.object_type, self.object_id = day, object_type, object_id
        self.options = {key.replace("_", "").lower(): value for key, value in definition.items()}
        self.category = str(self.options["category"])
        self.subject = _subject(str(self.options.get("subject") or "DNAction"), object_type)
        self.profile, self.ranges = time_profile, ranges
        self.filter = parse(expression) if expression.strip() else None
        self.attributes = {
            key: value for key, value in definition.items() if key.replace("_", "").lower() not in OPTIONS
        }
        once, _, formula = str(self.options.get("formula") or "").partition(",")
        self.once = once.strip().lower() in {"distbyconnid", "dcid"}
        formula = formula if self.once else str(self.options.get("formula") or "")
        self.formula = parse(formula) if formula.strip() else None
        self.is_status = self.subject != "DNAction"
        self.tenant = day.tenant_of(object_type, object_id)

    def value(self, opened_us: int, at_us: int) -> Any:
        if not self._fits() or not self._profile_fits():
            return None
        if self.category in STATES:
            return self._state(at_us)
        logins = self.day.views.logins.get(self.object_id, []) if self.object_type == "Agent" else []
        zone = self.day.zone_of(self.object_type, self.object_id)
        times = self.day.floor.times
        profile = "Growing:never" if self.category in CURRENT else self.profile
        opened = opening(times, self.day.floor.timers, opened_us)
        reading = interval(profile, times, opened, at_us, zone, logins)
        if reading is None:
            return 0
        self._opened_n = opened.n
        query = self._query(reading, opened_us)
        found = (CURRENT.get(self.category) or HISTORICAL[self.category])(query)
        return int(found) if self.category in COUNTS else float(found)

    def _fits(self) -> bool:
        """Whether category and subject go with the object (5, 7)."""
        if self.is_status and self.object_type not in SUBJECTS[self.subject]:
            return False
        if self.category in QUEUE_CATEGORIES and (self.object_type not in MEDIATION_OBJECTS or self.is_status):
            return False
        if "Custom" in self.category or self.category == "CurrentDistinctNumber":
            return not self.is_status
        if self.category in CONTINUOUS:
            return self.object_type in {"Agent", "Place"} and self.subject in {"AgentStatus", "PlaceStatus"}
        if self.category in STATES:
            return self.object_type in SUBJECTS["DNStatus"]
        return True

    def _profile_fits(self) -> bool:
        """A current category takes any."""
        kind = self.profile.partition(":")[0].strip().lower()
        if self.category not in HISTORICAL:
            return True
        if kind == "sincelogin":
            return self.object_type == "Agent"
        is_unselectable = self.is_status or any(word in self.category for word in UNSELECTABLE)
        return kind != "selection" or not is_unselectable

    def _state(self, at_us: int) -> dict[str, Any]:
        """The object's status and since when; of a DN also do-not-disturb."""
        reading = interval("Growing:never", self.day.floor.times, Point(0, at_us), at_us, "UTC", [])
        assert reading is not None
        trail = status_trail(self.day.views.object_track(self.object_type, self.object_id))
        view = View([trail], [])
        found = stretches(view, STATUSES, lambda attributes, n: True, 0, is_status=True, breaks_at_names=True)
        now = next(stretch for stretch in found if stretch.runs_at(reading.last))
        state = {"status": now.segments[0].name, "since": self._began(now, reading) / 1_000_000}
        if self.object_type == "RegDN":
            told = self.day.floor.dns[self.object_id].dnd
            state["dnd"] = [on for n, on in told if n <= reading.last][-1]
        return state

    def _view(self, opened_us: int) -> View:
        """What the object sees; what ran before the first input ran at the opening too."""
        view = self.day.views.of(self.object_type, self.object_id, self.subject)
        if opened_us >= self.day.floor.times[0]:
            return view
        return View([_from(trail, opened_us) for trail in view.trails], view.instants)

    def _query(self, reading: Interval, opened_us: int) -> Query:
        view = self._view(opened_us)
        main, rel = self._mask("mainmask"), self._mask("relmask")
        main_sample = self._sample(view, main, reading, self._holds)
        rel_holds = self._holds_attributes
        ranges = (time_range(self.ranges[0]), time_range(self.ranges[1]))
        return Query(
            main=main_sample,
            rel=self._sample(view, rel, reading, rel_holds),
            has_rel=bool(self.options.get("relmask")),
            ranges=ranges,
            named_range=ranges[0] if self.ranges[0] else None,
            formula=lambda counted: self._formula_of(counted, reading),
            sample=lambda *names: self._sample(view, frozenset(names), reading, self._holds),
            pseudo=lambda name: self._pseudo(frozenset({name}), reading),
            main_pseudo=self._mask_pseudo(main, reading),
            rel_pseudo=self._mask_pseudo(rel, reading),
            merged=lambda: stretches(view, main, self._holds, self._opened_n, is_status=True, breaks_at_names=False),
            times=self.day.floor.times,
            once=self.once,
            began=lambda stretch: self._began(stretch, reading),
        )

    def _mask(self, option: str) -> frozenset[str]:
        text = str(self.options.get(option) or "")
        if not text:
            return frozenset()
        actions = MEDIATION_ACTIONS if self.object_type in MEDIATION_OBJECTS else REGULAR_ACTIONS | ROUTES
        names = mask_of(text, STATUSES if self.is_status else actions, self.is_status)
        if "Custom" in self.category:
            names -= OF_NO_CALL
        return names - MOMENTARY if self.category in OF_DURATIONS else names

    def _sample(
        self, view: View, names: frozenset[str], reading: Interval, holds: Callable[[Attributes, int], bool]
    ) -> Sample:
        once = self.once and self.category not in IGNORES_DISTINCT
        turns = self.day.floor.turns
        return Sample(view, names, holds, reading, self._opened_n, turns, is_status=self.is_status, once=once)

    def _mask_pseudo(self, names: frozenset[str], reading: Interval) -> int:
        if self.filter or self.category not in PSEUDO_CATEGORIES or self.object_type not in MEDIATION_OBJECTS:
            return 0
        return self._pseudo(names & set(PSEUDO), reading)

    def _pseudo(self, names: frozenset[str], reading: Interval) -> int:
        queues = self.day.views.dns_under(self.object_type, self.object_id)
        return sum(self.day.pseudo(queues, name, reading.last) for name in names)

    def _scene(self, attributes: Attributes, n: int) -> Scene:
        earlier: dict[str, Any] = {}
        previous, since_n = attributes.get("previous_conn_id"), attributes.get("consults_from", 0)
        for told, conn_id, data in self.day.floor.call_history:
            if conn_id == previous and told <= n and (data is not None or told < since_n):
                earlier = data or {}
        return Scene(attributes, self.tenant, earlier)

    def _holds(self, attributes: Attributes, n: int) -> bool:
        if not self._holds_attributes(attributes, n):
            return False
        return self.filter is None or bool(self.filter(Scene(attributes, self.tenant)))

    def _holds_attributes(self, attributes: Attributes, n: int) -> bool:
        """Business attributes narrow both masks."""
        return all(_attribute(attributes, name) in _words(values) for name, values in self.attributes.items())

    def _formula_of(self, counted: Stretch | Instant, reading: Interval) -> Number:
        if self.formula is None:
            return 0
        if isinstance(counted, Instant):
            return number_of(self.formula(self._scene(counted.attributes, counted.at.n)))
        n = reading.last if counted.runs_at(reading.last) else counted.end.n - 1
        return number_of(self.formula(self._scene(counted.at(n).attributes, n)))

    def _began(self, stretch: Stretch, reading: Interval) -> int:
        """When a running stretch began; by `ReasonStartOverridesStatusStart` when its reasons did."""
        wish = str(self.options.get("reasonstartoverridesstatusstart", "no")).lower()
        now = stretch.at(reading.last)
        reasons = now.attributes.get("reasons")
        if wish not in {"yes", "true", "on", "1"} or not reasons or not (self.is_status or self.category in STATES):
            return stretch.begin.us
        since_us = _reasons_us(now)
        for segment in reversed(stretch.segments):
            if segment.begin.n < now.begin.n:
                if segment.attributes.get("reasons") != reasons:
                    break
                since_us = _reasons_us(segment)
        return since_us


def _reasons_us(segment: Segment) -> int:
    return segment.begin.us if segment.reasons_us is None else segment.reasons_us


def _subject(name: str, object_type: str) -> str:
    """`Action` is DNAction; AgentStatus of a place and PlaceStatus of an agent are put right."""
    if name == "Action":
        return "DNAction"
    if name == "AgentStatus" and object_type in {"Place", "GroupPlaces"}:
        return "PlaceStatus"
    if name == "PlaceStatus" and object_type in {"Agent", "GroupAgents"}:
        return "AgentStatus"
    return name


def _from(trail: Trail, opened_us: int) -> Trail:
    """A trail that began before the first input, seen from an earlier opening."""
    first = trail[0]
    return [first._replace(begin=Point(0, opened_us)), *trail[1:]] if first.begin.n == 0 else trail


def _attribute(attributes: Attributes, name: str) -> str:
    """A business attribute: one of the known, or user data under that name."""
    known = ATTRIBUTES.get(name.replace("_", "").lower())
    value = attributes.get(known) if known else value_in(attributes.get("user_data"), name)
    return "" if value is None else text_of(value)


def _words(values: str) -> list[str]:
    return [value.strip() for value in values.split(",")]
