"""Timelines written by hand: what happened at which second, and what a statistic then says.

    day = Day()
    day.at(10).ringing("7001", queue="8000").at(12).established("7001").at(40).released("7001")
    assert day.value("Agent:1001", "TotalTime", "CallInbound") == 28

Every value is read from a server of its own on simulated time, so the order of questions plays no part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from actors.vocabulary import protocol
from actors.vocabulary.events import CALL_EVENTS, EVENTS, LINK_EVENTS
from tests.semantics.served import ZERO, Client, Served, Told, loaded

BEFORE_ALL: Final = -60.0
END: Final = 600.0
At = float | tuple[float, ...]
STAFF: Final = {"7001": "1001", "7002": "1002", "7003": "1003"}
OTHER_DNS: Final = ("7101", "8000", "8001", "8500", "8900")
SHORT: Final = {
    "conn": "conn_id",
    "type": "call_type",
    "state": "call_state",
    "queue": "this_queue",
    "other": "other_dn",
    "to": "third_party_dn",
    "was": "previous_conn_id",
    "role": "this_dn_role",
    "agent": "agent_id",
    "mode": "agent_work_mode",
    "data": "user_data",
}
TIMES: Final = ("time", "since", "login_since", "agent_state_since")


class Asked(NamedTuple):
    """One statistic of one object."""

    whose: protocol.ObjectName
    definition: dict[str, Any] | str
    fields: dict[str, Any]


def found(conn: str = "c1", state: str = "Established", **told: Any) -> dict[str, Any]:
    """A call that a registration finds at a DN, Inbound unless something else is said."""
    return spelled_out({"conn": conn, "state": state, "type": "Inbound", **told})


def spelled_out(told: dict[str, Any]) -> dict[str, Any]:
    """Short names of attributes written out, seconds of the timeline made those since the epoch."""
    named = {SHORT.get(name, name): value for name, value in told.items()}
    return {name: value + ZERO if name in TIMES else value for name, value in named.items()}


class Moment:
    """A second of a day; each of its methods is an event in snake case: `party_changed("7001")`.

    A call is `c1`, and Inbound, unless something else was said of it; attributes have the short names of `SHORT`.
    """

    def __init__(self, day: Day, time: float) -> None:
        self.day = day
        self.at = day.at
        self._time = time

    def __getattr__(self, name: str) -> Callable[..., Moment]:
        event = f"Event{name.title().replace('_', '')}".replace("Dnd", "DND")
        if event not in EVENTS:
            raise AttributeError(name)
        return lambda *dn, **told: self._tell(event, *dn, **told)

    def heartbeat(self) -> Moment:
        return self._arrive({"event": "Heartbeat", "time": self._time + ZERO})

    def _tell(self, event: str, dn: str = "", **told: Any) -> Moment:
        assert bool(dn) == (event not in LINK_EVENTS)
        fields = {"event": event, "this_dn": dn, **spelled_out({"time": self._time, **told})}
        if event in CALL_EVENTS:
            conn_id = fields.setdefault("conn_id", "c1")
            fields["call_type"] = fields.get("call_type") or self.day.types.get(conn_id, "Inbound")
            self.day.types[conn_id] = fields["call_type"]
        return self._arrive(fields)

    def _arrive(self, event: dict[str, Any]) -> Moment:
        self.day.events.append((self._time, event))
        return self


class Day:
    """A day of one switch.

    Args:
        staffed: 1001, 1002, 1003 are logged in and ready at 7001, 7002, 7003 since 10 s before; else nobody is.
        registered: the DNs are watched since then, but for 7004 and others of which nothing is heard.
        options: of `[statserver]`, and further sections.
        environment: tables beside those of `environment.toml`.
    """

    def __init__(
        self, *, staffed: bool = True, registered: bool = True, options: str = "", environment: str = ""
    ) -> None:
        self.events: list[tuple[float, dict[str, Any]]] = []
        self.types: dict[str, str] = {}
        self._configuration = (options, environment)
        if registered:
            self._register(staffed)

    def _register(self, staffed: bool) -> None:
        before = self.at(-10)
        for dn, agent in STAFF.items():
            if staffed:
                before.registered(dn, agent=agent, agent_state="Ready", calls=[])
            else:
                before.registered(dn, agent_state="LoggedOut", calls=[])
        for dn in OTHER_DNS:
            before.registered(dn, calls=[])
        before.link_connected()

    def at(self, time: float) -> Moment:
        """What happens at a second."""
        return Moment(self, time)

    def value(self, whose: str, category: str, mask: str = "", rel: str = "", *, at: At = END, **how: Any) -> Any:
        """What a statistic that was opened at second 0, before its events, says at a second, or at each of several.

        Args:
            whose: type and id; `pbx1` is the switch of a DN.
            category: of the statistic.
            mask: its MainMask.
            rel: its RelMask.
            at: when it is read, after the events of that second.
            how: `opened`, `subject`, `profile`, `time_range`, `time_range2`, `filter`; others are options.
        """
        moments = at if isinstance(at, tuple) else (at,)
        (client,) = self._clients(asked(whose, category, mask, rel, **how), moments=moments, **how)
        values = [told.value for told in client.told[-len(moments) :]]
        return values if isinstance(at, tuple) else values[0]

    def ended(self, whose: str, mask: str, *, at: float = END, **how: Any) -> tuple[int, float]:
        """TotalNumber and TotalTime: how often it ended, and how long that had lasted."""
        both = [asked(whose, category, mask, **how) for category in ("TotalNumber", "TotalTime")]
        number, time = self._clients(*both, moments=(at,), **how)
        return number.told[-1].value, time.told[-1].value

    def number(self, whose: str, mask: str, **how: Any) -> Any:
        """TotalNumber, at the end of the day where `at` says nothing else."""
        return self.value(whose, "TotalNumber", mask, **how)

    def time(self, whose: str, mask: str, **how: Any) -> Any:
        """TotalTime, likewise."""
        return self.value(whose, "TotalTime", mask, **how)

    def running(self, whose: str, mask: str, *, at: At, **how: Any) -> Any:
        """CurrentNumber at a second."""
        return self.value(whose, "CurrentNumber", mask, at=at, **how)

    def status(self, whose: str, *, at: At) -> Any:
        """The name of the status."""
        return self.value(whose, "CurrentState", at=at, subject=OWN_SUBJECT[whose.partition(":")[0]])

    def read(self, *which: str, at: float = END, **how: Any) -> Told:
        """The last reading at a second, whole."""
        (client,) = self._clients(asked(*which, **how), moments=(at,), **how)
        return client.told[-1]

    def told(self, *which: str, at: float = END, notification: dict[str, Any], **how: Any) -> list[Told]:
        """What a client is told on its own up to a second, the value at the open first."""
        served, clients = self._opened(asked(*which, **how, notification=notification))
        served.hear([event for time, event in self._arrived() if 0 <= time <= at], at)
        return clients[0].told

    def refusal(self, *which: str, **how: Any) -> tuple[str, str]:
        """Code and message with which a statistic is refused."""
        _, (client,) = self._opened(asked(*which, **how), opened=BEFORE_ALL)
        assert client.refusal is not None
        return client.refusal.code, client.refusal.message

    def _arrived(self) -> list[tuple[float, dict[str, Any]]]:
        return sorted(self.events, key=itemgetter(0))

    def _opened(self, *statistics: Asked, opened: float = 0) -> tuple[Served, list[Client]]:
        """A server that has heard what came before, and a client for each of the statistics opened on it."""
        served, clients = Served(loaded(*self._configuration)), []
        served.hear([event for time, event in self._arrived() if time < opened], opened)
        for id_, one in enumerate(statistics):
            clients.append(Client())
            opening = protocol.OpenStatistic(ref=1, object=one.whose, statistic=one.definition, **one.fields)
            served.ask(opening, clients[-1], id_)
        return served, clients

    def _clients(self, *statistics: Asked, moments: tuple[float, ...], opened: float = 0, **_how: Any) -> list[Client]:
        """Each has read its statistic at each of the moments."""
        served, clients = self._opened(*statistics, opened=opened)
        waiting = [(time, event) for time, event in self._arrived() if time >= opened]
        for at in moments:
            served.hear([event for time, event in waiting if time <= at], at)
            waiting = [(time, event) for time, event in waiting if time > at]
            for id_, client in enumerate(clients):
                assert client.refusal is None, client.refusal
                served.ask(protocol.PeekStatistic(ref=2, id=id_), client, id_)
        return clients


OWN_SUBJECT: Final = {
    "RegDN": "DNStatus",
    "Agent": "AgentStatus",
    "Place": "PlaceStatus",
    "GroupAgents": "GroupStatus",
    "GroupPlaces": "GroupStatus",
}


def asked(
    whose: str,
    category: str,
    mask: str = "",
    rel: str = "",
    *,
    profile: str = "Growing:never",
    notification: Mapping[str, Any] = MappingProxyType({"mode": "None"}),
    **how: Any,
) -> Asked:
    """The request; a category that begins with a colon is the name of a stat type."""
    type_, _, id_ = whose.partition(":")
    if type_ in ("RegDN", "Queue", "RoutePoint"):
        id_ += "@pbx1"
    fields = {name: how[name] for name in how if name in ("time_range", "time_range2", "filter")}
    options = {name: value for name, value in how.items() if name not in (*fields, "opened")}
    definition = {"category": category, "main_mask": mask, "rel_mask": rel, **options}
    return Asked(
        protocol.ObjectName(type_, id_),
        category[1:] if category.startswith(":") else definition,
        {**fields, "time_profile": profile, "notification": protocol.Notification(**notification)},
    )
