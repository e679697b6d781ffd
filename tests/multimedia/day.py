"""Timelines of Interaction Servers written by hand: what happened at which second, and what a statistic then says.

    day = Day().at(10).agent_invited().at(14).party_added().day
    assert day.ended("Agent:1001", "Accepted") == (1, 4)

An event is of `ixn-1`, of chat `c1`, Inbound, and of agent 1001 at P1, unless something else is said.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from actors.vocabulary.interaction_events import AGENT_EVENTS, ALL_INTERACTION_EVENTS, INTERACTION_EVENTS
from tests.multimedia.played import END, Event, ask, loaded, readings

SHORT: Final = {
    "id": "interaction_id",
    "medium": "media_type",
    "type": "interaction_type",
    "parent": "parent_interaction_id",
    "agent": "agent_id",
    "party": "party_type",
    "data": "user_data",
    "old": "old_queue",
    "state": "interaction_state",
    "online": "is_online",
    "owner": "workbin_owner",
}
PLACES: Final = {"1001": "P1", "1002": "P2", "1003": "P3"}
OF_PARTY: Final = frozenset(
    {"EventAgentInvited", "EventRejected", "EventRevoked", "EventPartyAdded", "EventPartyRemoved"}
)
MEDIA_OF_AGENT: Final = frozenset(
    {
        "EventMediaAdded",
        "EventMediaRemoved",
        "EventReadyForMedia",
        "EventNotReadyForMedia",
        "EventMediaStateReasonChanged",
    }
)


class Moment:
    """A second of a day; each of its methods is an event in snake case."""

    def __init__(self, day: Day, time: float) -> None:
        self.day = day
        self.at = day.at
        self._time = time

    def __getattr__(self, name: str) -> Callable[..., Moment]:
        event = f"Event{name.title().replace('_', '')}"
        if event not in ALL_INTERACTION_EVENTS:
            raise AttributeError(name)
        return partial(self._tell, event)

    def _tell(self, event: str, source: str = "ixn-1", by: str = "", **told: Any) -> Moment:
        fields = {SHORT.get(name, name): value for name, value in told.items()}
        if event in INTERACTION_EVENTS:
            fields = {"interaction_id": "c1", "media_type": "chat", "interaction_type": "Inbound", **fields}
        if event in MEDIA_OF_AGENT:
            fields = {"media_type": "chat", **fields}
        if event in OF_PARTY:
            fields = {"party_type": "Agent", **fields}
        if event in AGENT_EVENTS or (event in OF_PARTY and fields["party_type"] == "Agent"):
            fields = {"agent_id": "1001", **fields}
            fields = {"place": PLACES[fields["agent_id"]], **fields}
        if by:
            fields |= {"actor_type": "Agent", "actor_id": by}
        self.day.events.append((source, {"event": event, "time": self._time, **fields}))
        return self


class Day:
    """A day that begins with nobody logged in."""

    def __init__(self, options: str = "", environment: str = "") -> None:
        self.events: list[Event] = []
        self._configuration = loaded(options, environment)

    def at(self, time: float) -> Moment:
        """What happens at a second."""
        return Moment(self, time)

    def tserver(self, time: float, event: str, **told: Any) -> Day:
        """What the switch tells of 7001 meanwhile."""
        fields = {"event": f"Event{event}", "time": time, "this_dn": "7001", **told}
        self.events.append(("tserver-1", fields))
        return self

    def read(self, whose: str, category: str, mask: str = "", *, at: float = END, **options: Any) -> dict[str, Any]:
        """The reading of a statistic that was opened before all events."""
        events = sorted(self.events, key=lambda pair: pair[1]["time"])
        ((reading,),) = readings(events, [ask(whose, category, mask, **options)], [at], self._configuration)
        return reading

    def value(self, whose: str, category: str, mask: str = "", **options: Any) -> Any:
        return self.read(whose, category, mask, **options)["value"]

    def ended(self, whose: str, mask: str, **options: Any) -> tuple[int, float]:
        """How often it ended, and how long that had lasted."""
        return (
            self.value(whose, "TotalNumber", mask, **options),
            self.value(whose, "TotalTime", mask, **options),
        )

    def number(self, whose: str, mask: str, **options: Any) -> Any:
        """How often it ended or happened."""
        return self.value(whose, "TotalNumber", mask, **options)

    def running(self, whose: str, mask: str, *, at: float, **options: Any) -> Any:
        """How many run at a second."""
        return self.value(whose, "CurrentNumber", mask, at=at, **options)

    def since(self, whose: str, mask: str, *, at: float, **options: Any) -> Any:
        """How long what runs at a second has run."""
        return self.value(whose, "CurrentTime", mask, at=at, **options)

    def status(self, whose: str, *, at: float) -> Any:
        """The name of the status."""
        subject = "AgentStatus" if whose.startswith("Agent") else "PlaceStatus"
        return self.value(whose, "CurrentState", subject=subject, at=at)
