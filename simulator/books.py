"""The simulator's own books: what happened, counted where it is made to happen, in the words of `semantics.md` 2.

They know nothing of events: a server that reads the events must come to the same figures. Counted are instants, and
what has ended, with its whole duration.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from actors.vocabulary.times import seconds
from simulator.centre import SWITCH, Centre

REGULAR_DN: Final = "RegDN"
QUEUE: Final = "Queue"
ROUTE_POINT: Final = "RoutePoint"
AGENT: Final = "Agent"

CALL_WAIT: Final = "CallWait"
CALL_ENTERED: Final = "CallEntered"

INSTANTS: Final = frozenset(
    {
        "AgentLogin",
        "AgentLogout",
        "CallDialingStarted",
        "CallRingingStarted",
        "CallInboundStarted",
        "CallOutboundStarted",
        "CallInternalStarted",
        "CallConsultStarted",
        "CallHeld",
        "CallTransferTaken",
        "CallConferenceOriginated",
        "CallConferenceMade",
        "CallConferenceJoined",
        "CallEntered",
        "CallTreatmentStarted",
    }
)
"""Actions without a duration: there is no TotalTime to expect of them."""


class Tally(NamedTuple):
    """How often, and how long in all."""

    number: int = 0
    total_us: int = 0


class Expected(NamedTuple):
    """One value a stat server must show, in the protocol's form: TotalNumber is a count, TotalTime is in seconds."""

    object_type: str
    id: str
    statistic: dict[str, Any]
    value: int | float


class Books:
    """Counts of one day, by object and action.

    Args:
        centre: whose groups and places the figures are summed up for.
    """

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._tallies: dict[tuple[str, str, str], tuple[int, int]] = {}

    def count(self, object_type: str, name: str, action: str, duration_us: int = 0) -> None:
        """Writes down one instant, or one thing that ended.

        Args:
            object_type: `RegDN`, `Queue`, `RoutePoint` or `Agent`.
            name: a DN's number, an agent's employee id.
            action: what it was, in the words of `semantics.md` 2.
            duration_us: how long it lasted.
        """
        key = (object_type, name, action)
        number, total_us = self._tallies.get(key, (0, 0))
        self._tallies[key] = (number + 1, total_us + duration_us)

    def tally(self, object_type: str, name: str, action: str) -> Tally:
        """What was written down of one action at one object."""
        return Tally(*self._tallies.get((object_type, name, action), (0, 0)))

    def waiting(self, object_type: str, number: str) -> int:
        """Calls that entered a queue or routing point and have not left it."""
        entered = self.tally(object_type, number, CALL_ENTERED).number
        return entered - self.tally(object_type, number, CALL_WAIT).number

    def as_expected(self) -> list[Expected]:
        """All that a stat server must show, opened before the first event with a profile that never resets.

        Objects are agents, DNs, places and groups; a group's figure is the sum of its members'. What never happened
        at an object has no row of its own: the groups' rows tell if a server counts it there all the same.
        """
        rows: list[Expected] = []
        for (object_type, name, action), (number, total_us) in sorted(self._all_tallies().items()):
            rows.append(_expected(object_type, name, "TotalNumber", action, number))
            if action not in INSTANTS:
                rows.append(_expected(object_type, name, "TotalTime", action, seconds(total_us)))
        for object_type, dn in sorted(key[:2] for key in self._tallies if key[2] == CALL_ENTERED):
            waiting = self.waiting(object_type, dn)
            rows.append(_expected(object_type, f"{dn}@{SWITCH}", "CurrentNumber", CALL_WAIT, waiting))
        return rows

    def _all_tallies(self) -> dict[tuple[str, str, str], tuple[int, int]]:
        groups = self._groups_by_member()
        sums: dict[tuple[str, str, str], tuple[int, int]] = {}
        for (object_type, name, action), (number, total_us) in self._tallies.items():
            shown = name if object_type == AGENT else f"{name}@{SWITCH}"
            for owner in ((object_type, shown), *groups.get((object_type, name), ())):
                so_far, so_far_us = sums.get((*owner, action), (0, 0))
                sums[*owner, action] = (so_far + number, so_far_us + total_us)
        return sums

    def _groups_by_member(self) -> dict[tuple[str, str], list[tuple[str, str]]]:
        groups: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for member, group in self._memberships():
            groups.setdefault(member, []).append(group)
        return groups

    def _memberships(self) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
        centre = self._centre
        for group, agents in centre.agent_groups.items():
            yield from (((AGENT, agent), ("GroupAgents", group)) for agent in agents)
        for group in centre.expert_groups:
            yield from (((AGENT, agent), ("GroupAgents", group)) for agent in centre.experts(group))
        for extension in centre.extensions:
            yield (REGULAR_DN, extension), ("Place", f"Desk {extension}")
        for group, dns in centre.dn_groups.items():
            for dn in dns:
                yield (QUEUE, dn), ("GroupQueues", group)
                yield (ROUTE_POINT, dn), ("GroupQueues", group)


def _expected(object_type: str, name: str, category: str, action: str, value: float) -> Expected:
    return Expected(object_type, name, {"category": category, "main_mask": action, "subject": "DNAction"}, value)
