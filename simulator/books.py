"""The simulator's own books: what happened, counted where it is made to happen, in the words of `semantics.md` 2.

Interactions are counted in those of `multimedia.md` 2 and 3.

They know nothing of events: a server that reads the events must come to the same figures. Counted are instants, and
what has ended, with its whole duration.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, Final, NamedTuple

from actors.vocabulary.actions import ActionKind
from actors.vocabulary.media_actions import MEDIA_ACTIONS, TENANT_ACTIONS
from actors.vocabulary.times import seconds
from simulator.centre import SWITCH, Centre

NEVER_RESETS: Final = "Growing:never"

REGULAR_DN: Final = "RegDN"
QUEUE: Final = "Queue"
ROUTE_POINT: Final = "RoutePoint"
AGENT: Final = "Agent"
PLACE: Final = "Place"
STAGING_AREA: Final = "StagingArea"
TENANT: Final = "Tenant"
AT_THE_SWITCH: Final = frozenset({REGULAR_DN, QUEUE, ROUTE_POINT})

CALL_WAIT: Final = "CallWait"
CALL_ENTERED: Final = "CallEntered"
WAITS: Final = {CALL_ENTERED: CALL_WAIT, "InteractionEntered": "InteractionWait"}
"""What runs from an entry on."""

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
        "InteractionEntered",
        *(
            action
            for action, kind in chain(MEDIA_ACTIONS.items(), TENANT_ACTIONS.items())
            if kind is ActionKind.MOMENTARY
        ),
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

    def as_request(self, ref: int) -> dict[str, Any]:
        """As a line that `replay --open` reads: what to open before the first event, with the value to come to."""
        return {
            "request": "OpenStatistic",
            "ref": ref,
            "object": {"type": self.object_type, "id": self.id},
            "statistic": self.statistic,
            "time_profile": NEVER_RESETS,
            "notification": {"mode": "None"},
            "value": self.value,
        }


class Books:
    """Counts of one day, by object and action; a group's are its members', while they are its members.

    Args:
        centre: whose groups and places the figures are summed up for.
    """

    def __init__(self, centre: Centre) -> None:
        self._tallies: dict[tuple[str, str, str], tuple[int, int]] = {}
        self._owners: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self.regroup(centre)

    def regroup(self, centre: Centre) -> None:
        """From now on figures are summed up for the groups of this contact centre."""
        self._owners = {}
        for member, group in _memberships(centre):
            self._owners.setdefault(member, [member]).append(group)

    def count(self, object_type: str, name: str, action: str, duration_us: int = 0) -> None:
        """Writes down one instant, or one thing that ended.

        Args:
            object_type: `RegDN`, `Queue`, `RoutePoint`, `Agent`, `Place`, `StagingArea` or `Tenant`.
            name: a DN's number, an agent's employee id, else the name.
            action: what it was, in the words of `semantics.md` 2 and `multimedia.md` 2, 3.
            duration_us: how long it lasted.
        """
        member = (object_type, name)
        for owner in self._owners.get(member, (member,)):
            key = (*owner, action)
            number, total_us = self._tallies.get(key, (0, 0))
            self._tallies[key] = (number + 1, total_us + duration_us)

    def tally(self, object_type: str, name: str, action: str) -> Tally:
        """What was written down of one action at one object."""
        return Tally(*self._tallies.get((object_type, name, action), (0, 0)))

    def waiting(self, object_type: str, name: str, entered: str = CALL_ENTERED) -> int:
        """Calls or interactions that entered there and have not left.

        Args:
            object_type: a kind of queue.
            name: which.
            entered: the action of entering.
        """
        left = self.tally(object_type, name, WAITS[entered]).number
        return self.tally(object_type, name, entered).number - left

    def as_expected(self) -> list[Expected]:
        """All that a stat server must show, opened before the first event with a profile that never resets.

        Objects are agents, DNs, places, interaction queues, groups and the tenant. What never happened at an object has
        no row of its own: the groups' rows tell if a server counts it there all the same.
        """
        rows: list[Expected] = []
        for (object_type, name, action), (number, total_us) in sorted(self._tallies.items()):
            shown = f"{name}@{SWITCH}" if object_type in AT_THE_SWITCH else name
            rows.append(_expected(object_type, shown, "TotalNumber", action, number))
            if action not in INSTANTS:
                rows.append(_expected(object_type, shown, "TotalTime", action, seconds(total_us)))
            if action in WAITS:
                waiting = self.waiting(object_type, name, action)
                rows.append(_expected(object_type, shown, "CurrentNumber", WAITS[action], waiting))
        return rows


def _memberships(centre: Centre) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    for group, agents in centre.agent_groups.items():
        yield from (((AGENT, agent), ("GroupAgents", group)) for agent in agents)
    for group in centre.expert_groups:
        yield from (((AGENT, agent), ("GroupAgents", group)) for agent in centre.experts(group))
    for extension in centre.extensions:
        yield (REGULAR_DN, extension), (PLACE, f"Desk {extension}")
    for group, dns in centre.dn_groups.items():
        for dn in dns:
            yield (QUEUE, dn), ("GroupQueues", group)
            yield (ROUTE_POINT, dn), ("GroupQueues", group)


def _expected(object_type: str, name: str, category: str, action: str, value: float) -> Expected:
    return Expected(object_type, name, {"category": category, "main_mask": action, "subject": "DNAction"}, value)
