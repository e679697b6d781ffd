"""A virtual group: who is in it follows skills and logins (`semantics.md` 9.7).

It hears of every *candidate*, whoever could be in it by their skills whatever their logins are, and keeps what runs and
stands at each. Who is in it is looked at when an input is over: who has come by then has brought what happens in that
input; what runs counts from then. Who has gone has ended it, and what happened in that input counts still.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from actors.configuration.expression_tree import Expression
from actors.objects.grouping import Group, group_status
from actors.objects.membership import clipped, leaving_view
from actors.objects.messages import CandidateCame, Sighted
from actors.objects.scripts import Seats, holds_for
from actors.objects.standing import Standing
from actors.statistics.changes import (
    ActionBegan,
    ActionChanged,
    ActionEnded,
    ActionHappened,
    Noted,
    StatesView,
    StatusChanged,
    TargetTold,
)


class Candidate(msgspec.Struct):
    """Somebody who could be in the group: what is known of them, and what of theirs somebody wants of the group.

    `statuses` are by subject and holder. `told` is what it tells with the input that is being handled: what that comes
    to for the group is known when the input is over.
    """

    skills: dict[str, int]
    seats: dict[str, frozenset[str]]
    actions: dict[str, ActionBegan] = {}
    statuses: dict[str, StatusChanged] = {}
    notes: dict[str, Noted] = {}
    target: TargetTold | None = None
    told: list[Any] = []
    is_member: bool = False

    @property
    def view(self) -> StatesView:
        """What runs and stands at it."""
        targets = [self.target] if self.target is not None else []
        return StatesView(list(self.actions.values()), list(self.statuses.values()), list(self.notes.values()), targets)

    def take(self, change: Any) -> None:
        """Keeps what a change makes of it."""
        kind = type(change)
        if kind is StatusChanged:
            name = f"{change.subject} {change.holder}"
            if change.status:
                self.statuses[name] = change
            else:
                self.statuses.pop(name, None)
        elif kind is ActionBegan:
            self.actions[change.occurrence] = change
        elif kind is ActionEnded:
            self.actions.pop(change.occurrence, None)
        elif kind is ActionChanged:
            began = self.actions.get(change.occurrence)
            if began is not None:
                self.actions[change.occurrence] = replace(began, attributes=change.attributes)
        elif kind is Noted:
            self.notes[change.holder] = change
        elif kind is TargetTold:
            self.target = change

    def take_told(self) -> list[Any]:
        """Keeps what the input that is over makes of it; answers what that was."""
        told, self.told = self.told, []
        for change in told:
            self.take(change)
        return told

    def ends_told(self) -> list[Any]:
        """Of what the input tells: instants, and the ends of what ran before it."""
        return [
            change
            for change in self.told
            if type(change) is ActionHappened or (type(change) is ActionEnded and change.occurrence in self.actions)
        ]

    def sight(self, message: Sighted) -> None:
        """Somebody wants more of it: what of that runs and stands now."""
        for occurrence in [one for one, began in self.actions.items() if began.action in message.actions]:
            del self.actions[occurrence]
        for change in message.view.everything:
            self.take(change)


class VirtualGroup(Group, kw_only=True):
    """A group whose members are those candidates for whom the script holds; `touched` are to be looked at."""

    script: Expression
    candidates: dict[str, Candidate] = {}
    touched: dict[str, None] = {}

    def holds(self, candidate: Candidate) -> bool:
        """Whether the script holds for a candidate as it is now."""
        return bool(holds_for(self.script, candidate.skills, candidate.seats))

    def come(self, message: CandidateCame) -> None:
        """Somebody is a candidate from now on."""
        candidate = self.candidates[message.agent] = Candidate(message.skills, message.seats)
        for change in message.view.everything:
            candidate.take(change)
        self.touched[message.agent] = None

    def hear_of(self, agent: str, change: Any) -> None:
        """A candidate tells something."""
        self.candidates[agent].told.append(change)
        self.touched[agent] = None

    def look(self, order: int, time_us: int) -> Iterator[Any]:
        """The input is over: tells what it comes to for the group."""
        self.time_us = time_us
        for agent in self.touched:
            candidate = self.candidates[agent]
            holds = self.holds(candidate)
            if candidate.is_member and not holds:
                yield from self.leave(agent, order, time_us)
            elif candidate.is_member:
                yield from self._go_on(candidate)
            elif holds:
                yield from self._join(agent, candidate, order, time_us)
            else:
                candidate.take_told()
        self.touched.clear()

    def _go_on(self, candidate: Candidate) -> Iterator[Any]:
        for change in candidate.take_told():
            if type(change) is StatusChanged and change.subject == "AgentStatus":
                self.hear(change)
            yield change

    def _join(self, agent: str, candidate: Candidate, order: int, time_us: int) -> Iterator[Any]:
        candidate.is_member = True
        self.joined_us[agent] = time_us
        yield from (change for change in candidate.take_told() if type(change) is ActionHappened)
        now = clipped(candidate.view, time_us)
        for change in (*now.actions, *now.notes, *now.targets):
            yield replace(change, order=order, time_us=time_us)
        for status in now.statuses:
            yield replace(status, order=order, time_us=time_us, old="")
        self.hear(replace(candidate.statuses[f"AgentStatus {agent}"], time_us=time_us))

    def leave(self, agent: str, order: int, time_us: int) -> Iterator[Any]:
        """A member leaves: what ran at it before the input has ended here, what began with it never was here."""
        candidate = self.candidates[agent]
        candidate.is_member = False
        self.joined_us.pop(agent, None)
        ends = candidate.ends_told()
        ended = {change.occurrence for change in ends if type(change) is ActionEnded}
        yield from ends
        yield from (
            change
            for change in leaving_view(candidate.view, order, time_us)
            if not (type(change) is ActionEnded and change.occurrence in ended)
        )
        self.hear(replace(candidate.statuses[f"AgentStatus {agent}"], status="", time_us=time_us))
        candidate.take_told()


def new_virtual_group(name: str, script: Expression, candidates: dict[str, Candidate], now_us: int) -> VirtualGroup:
    """A virtual group of these candidates: who is in it has been so ever since."""
    group = VirtualGroup(Standing("GroupStatus", name, group_status({}), now_us, now_us), {}, {}, script=script)
    group.candidates = candidates
    for agent, candidate in candidates.items():
        candidate.is_member = group.holds(candidate)
        if candidate.is_member:
            group.hear(candidate.statuses[f"AgentStatus {agent}"])
    group.time_us = now_us
    group.is_same = True
    group.standing.status = group_status(group.counts)
    return group


def could_be_in(script: Expression, skills: Mapping[str, int]) -> bool:
    """Whether somebody with these skills is a candidate."""
    return holds_for(script, skills, None) is not False


def is_in(script: Expression, skills: Mapping[str, int], seats: Seats) -> bool:
    """Whether somebody with these skills is a member, logged in so."""
    return bool(holds_for(script, skills, seats))
