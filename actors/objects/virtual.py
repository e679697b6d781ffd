"""The actor of a virtual group: hears of all candidates, and passes on what its members tell."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from actors.objects.messages import (
    CandidateCame,
    CandidateGone,
    OfCandidate,
    ScriptChanged,
    Seated,
    Sighted,
    Skilled,
)
from actors.objects.virtual_group import VirtualGroup
from actors.statistics.changes import StatusChanged
from actors.statistics.node import Node
from runtime.actor import Actor
from runtime.mail import settled_order

RANK: Final = 4


class VirtualGroupActor(Actor):
    """Agents counted as one for whom a script holds."""

    level = 3
    settles = True

    def __init__(self, node: Node) -> None:
        super().__init__()
        self.node = node
        self._group: VirtualGroup = node.state
        self._order = 0
        self._time_us = self._group.time_us

    def on_status(self, message: StatusChanged) -> None:
        """A candidate has another status."""
        self._take(message.holder, message, message)

    def on_candidate(self, message: OfCandidate) -> None:
        """Something that somebody wants to know of the group happened at a candidate."""
        self._take(message.agent, message.change, message)

    def on_seated(self, message: Seated) -> None:
        """A candidate is logged in elsewhere now, or nowhere."""
        self._at(message)
        self._group.candidates[message.agent].seats = message.seats
        self._group.touched[message.agent] = None

    def on_skilled(self, message: Skilled) -> None:
        """A candidate has other skills."""
        self._at(message)
        self._group.candidates[message.agent].skills = message.skills
        self._group.touched[message.agent] = None

    def on_sighted(self, message: Sighted) -> None:
        """Somebody wants more of the group."""
        self._group.candidates[message.agent].sight(message)

    def on_came(self, message: CandidateCame) -> None:
        """Somebody is a candidate from now on."""
        self._at(message)
        self._group.come(message)

    def on_gone(self, message: CandidateGone) -> None:
        """Somebody is no candidate any more."""
        self._at(message)
        group = self._group
        if group.candidates[message.agent].is_member:
            for change in group.leave(message.agent, message.order, message.time_us):
                self._tell(change)
        del group.candidates[message.agent]
        group.touched.pop(message.agent, None)

    def on_script(self, message: ScriptChanged) -> None:
        """Another script says who is in it."""
        self._at(message)
        self._group.script = message.script
        self._group.touched |= dict.fromkeys(self._group.candidates)

    handles: ClassVar = {
        StatusChanged: on_status,
        OfCandidate: on_candidate,
        Seated: on_seated,
        Skilled: on_skilled,
        Sighted: on_sighted,
        CandidateCame: on_came,
        CandidateGone: on_gone,
        ScriptChanged: on_script,
    }

    def settle(self) -> None:
        """Looks who is in the group after the input, and tells the status it has brought."""
        group = self._group
        order = settled_order(self._order, RANK)
        for change in group.look(order, self._time_us):
            self._tell(change)
        status = group.settle(order)
        if status is not None:
            self.node.tell_status(status)

    def _at(self, message: Any) -> None:
        self._order, self._time_us = message.order, message.time_us

    def _take(self, agent: str, change: Any, message: Any) -> None:
        self._order, self._time_us = message.order, change.time_us
        self._group.hear_of(agent, change)

    def _tell(self, change: Any) -> None:
        if type(change) is StatusChanged:
            self.node.tell_status(change)
        else:
            self.node.tell(change)
