"""The floor while the events are read: what runs at each DN now, and the book of all that ever ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tests.oracle.centre import Centre
from tests.oracle.occurrences import Attributes, Instant, Login, Occurrence, Party, Point, Timeline, Wait

TOLD: Final = (
    "conn_id",
    "call_type",
    "this_queue",
    "other_dn",
    "ani",
    "dnis",
    "treatment_type",
    "media_type",
    "reasons",
    "extensions",
    "user_data",
    "this_dn_role",
    "previous_conn_id",
)
"""What an event may tell of a party (`semantics.md` 2)."""


@dataclass(eq=False)
class Dn:
    """One DN now.

    `cut_off` says when a lost link's limit ended what; `ended_call` are the mediation DNs of the established call that
    ended last; `work_came_from` are those the running after-call work is of.
    """

    name: str
    number: str
    monitoring: Occurrence
    login: Login | None = None
    actions: dict[str, Occurrence] = field(default_factory=dict)
    waiting_work: Attributes | None = None
    parties: dict[str, Party] = field(default_factory=dict)
    past_parties: list[Party] = field(default_factory=list)
    waits: dict[str, Wait] = field(default_factory=dict)
    is_dark: bool = False
    lost_us: int | None = None
    cut_off: dict[tuple[str, ...], int] = field(default_factory=dict)
    ended_call: tuple[int, Point, dict[str, int]] | None = None
    work_came_from: dict[str, int] = field(default_factory=dict)
    dnd: list[tuple[int, bool]] = field(default_factory=lambda: [(0, False)])

    def established(self) -> list[Party]:
        return [party for party in self.parties.values() if party.is_established]


class Floor:
    """All DNs of one link, its clock, and the book."""

    def __init__(self, centre: Centre, began_us: int) -> None:
        self.centre = centre
        self.now = Point(0, began_us)
        self.times = [began_us]
        self.timers: set[int] = set()
        """Numbers of the inputs that are limits which were due."""
        self.occurrences: list[Occurrence] = []
        self.instants: list[Instant] = []
        self.logins: list[Login] = []
        self.hooks_are_told = False
        self.call_data: dict[str, Any] = {}
        self.call_history: list[tuple[int, str, Any]] = []
        """Input, call and its data from then on; None: forgotten by whoever comes after."""
        self.entered: dict[tuple[str, str], int] = {}
        self.wait_began: dict[tuple[str, str], int] = {}
        self.diversions: dict[tuple[str, str], list[str]] = {}
        self.serial = 0
        self.turns: dict[tuple[int, str], int] = {}
        self.dns: dict[str, Dn] = {}
        for name, dn in centre.dns.items():
            monitoring = self.begin(name, "NotMonitored", self.plain_data(name))
            self.dns[name] = Dn(name, dn["number"], monitoring)
        self.loads: dict[str, list[tuple[int, int]]] = {name: [(0, 0)] for name in self.dns}

    def note_loads(self) -> None:
        """How many calls are at each DN after this input."""
        for name, dn in self.dns.items():
            if self.loads[name][-1][1] != len(dn.parties):
                self.loads[name].append((self.now.n, len(dn.parties)))

    def load_at(self, dn: str, n: int) -> int:
        """How many calls were at a DN after input `n`."""
        return next(count for told, count in reversed(self.loads[dn]) if told <= n)

    def plain_data(self, dn: str, **told: Any) -> Timeline:
        """Attributes of what is not of a call."""
        described = self.centre.dns[dn]
        plain = {"this_dn": described["number"], "media_type": described.get("media_type", "voice")}
        return Timeline(self.now, plain | told)

    def named(self, number: str) -> str:
        """The full name of a DN an event names by its number."""
        return f"{number}@{self.centre.link_switch}"

    def begin(
        self, dn: str, name: str, data: Timeline, *, party: Party | None = None, since_us: int | None = None
    ) -> Occurrence:
        """A durable action begins, at the input or, found at a registration, at its `since`."""
        self.serial += 1
        begin = self.now if since_us is None else Point(self.now.n, since_us)
        occurrence = Occurrence(dn, [(begin, name)], begin, data, self.serial, party)
        self.occurrences.append(occurrence)
        return occurrence

    def end(self, occurrence: Occurrence, at_us: int | None = None) -> int:
        """It ends, at the input's time or at an earlier one known only now; answers its duration."""
        occurrence.end = self.now if at_us is None else Point(self.now.n, at_us)
        self._take_turn(occurrence.dn)
        return occurrence.end.us - occurrence.begin.us

    def happen(
        self, dn: str, name: str, attributes: Attributes, *, agent: str = "", duration_us: int | None = None
    ) -> None:
        """An instant, with a duration if it is retrospective."""
        self.serial += 1
        self._take_turn(dn)
        self.instants.append(Instant(name, dn, self.now, attributes, agent, self.serial, duration_us))

    def _take_turn(self, dn: str) -> None:
        """What one input ends is ordered by DN: the one it comes to first, or, of a whole link, as configured."""
        self.turns.setdefault((self.now.n, dn), len(self.turns))

    def forget(self, conn_id: str) -> None:
        """A call that comes again under this conn_id is another."""
        self.call_data.pop(conn_id, None)
        self.call_history.append((self.now.n, conn_id, None))
        for table in (self.entered, self.wait_began):
            for key in [key for key in table if key[1] == conn_id]:
                del table[key]
        for key in [key for key in self.diversions if key[0] == conn_id]:
            del self.diversions[key]

    def logins_of(self, agent: str) -> list[Login]:
        """Where the agent is logged in now, in the order of login."""
        return [login for login in self.logins if login.agent == agent and login.end.n > self.now.n]


def told_by(event: Mapping[str, Any]) -> Attributes:
    """The attributes an event tells."""
    return {key: event[key] for key in TOLD if event.get(key) not in (None, "")}
