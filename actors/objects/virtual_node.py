"""A virtual group on the board: its candidates stand in for members, and what they tell says whose it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from actors.configuration.expression_tree import Expression
from actors.objects.messages import OfCandidate, Sighted
from actors.objects.scripts import Seats, holds_for
from actors.objects.views import view_of
from actors.objects.virtual_group import Candidate, could_be_in, is_in, new_virtual_group
from actors.statistics.board import Board
from actors.statistics.changes import Noted, StatesView, TargetTold
from actors.statistics.node import IsIn, Node, Ref
from actors.vocabulary.objects import ObjectKey

AT_REST: int = 0
"""The order of what is told of a quiet point: before all inputs that come after it."""


class Gate:
    """What a candidate tells for the group: the group hears whose it is."""

    def __init__(self, group: Node, agent: str) -> None:
        self._group = group
        self._agent = agent

    def tell(self, message: Any) -> None:
        """Puts it in the group's mailbox."""
        self._group.ref.tell(OfCandidate(message.order, self._agent, message))


class VirtualNode(Node):
    """A virtual group; `members` are its candidates, `skills` what each of them can.

    Args:
        key: of the group.
        script: says for whom it is.
        board: where the candidates are.
    """

    __slots__ = ("_board", "_gates", "script", "skills")
    hears_seats = True

    def __init__(self, key: ObjectKey, script: Expression, board: Board) -> None:
        super().__init__(key, None, "GroupStatus")
        self.script = script
        self.skills: dict[str, Mapping[str, int]] = {}
        self._board = board
        self._gates: dict[Node, Gate] = {}

    def ref_for(self, member: Node) -> Ref:
        """The gate of a candidate."""
        gate = self._gates.get(member)
        if gate is None:
            gate = self._gates[member] = Gate(self, member.key.id)
        return gate

    def remove_member(self, member: Node) -> None:
        """Makes somebody no candidate any more."""
        super().remove_member(member)
        del self.skills[member.key.id]
        self._gates.pop(member, None)

    def membership_of(self, member: Node) -> bool | IsIn:
        """Whether a candidate is in the group; if that depends on how it is logged in, what tells it."""
        script, skills = self.script, self.skills[member.key.id]
        known = holds_for(script, skills, None)

        def is_in_now(seats: Seats) -> bool:
            return is_in(script, skills, seats)

        return is_in_now if known is None else known

    def want(
        self,
        ref: Ref,
        actions: Iterable[str],
        statuses: Iterable[tuple[str, str]],
        masks: Sequence[Collection[str]] = (),
    ) -> None:
        """From now on `ref` is told; what is wanted of the group for the first time the group must know of already."""
        actions, statuses = tuple(actions), tuple(statuses)
        new = frozenset(action for action in actions if action not in self.actions)
        is_new = any(status not in self.statuses.get(subject, ()) for subject, status in statuses)
        super().want(ref, actions, statuses, masks)
        if new or is_new:
            for member in self.members:
                self.ref.tell(Sighted(AT_REST, member.key.id, new, self.wanted_view(member, new)))

    def wanted_view(self, member: Node, actions: Iterable[str] | None = None) -> StatesView:
        """What of a candidate somebody wants of the group: all of it, or of these actions."""
        view = view_of(member, self._board)
        wanted = self.actions if actions is None else actions
        began = [one for one in view.actions if one.action in wanted]
        statuses = [one for one in view.statuses if one.subject == member.subject or one.subject in self.statuses]
        notes = view.notes if Noted.action in wanted else []
        return StatesView(began, statuses, notes, view.targets if TargetTold.action in wanted else [])

    def could_have(self, skills: Mapping[str, int]) -> bool:
        """Whether somebody with these skills is a candidate."""
        return could_be_in(self.script, skills)


Alike = tuple[Mapping[str, int], list[str]]
"""Skills, and who has just those: a script is looked at once for all of them."""


def alike(skills: Iterable[tuple[str, Mapping[str, int]]]) -> list[Alike]:
    """Agents and their skills, those with the same ones together."""
    found: dict[frozenset[tuple[str, int]], Alike] = {}
    for agent, own in skills:
        found.setdefault(frozenset(own.items()), (own, []))[1].append(agent)
    return list(found.values())


def add_virtual_group(
    board: Board, key: ObjectKey, script: Expression, skilled: Iterable[Alike], now_us: int
) -> VirtualNode:
    """Puts a virtual group on the board, with whoever is in it now.

    Args:
        board: with all agents on it.
        key: of the group.
        script: says for whom it is.
        skilled: every agent of its tenant.
        now_us: what time it is.
    """
    node = VirtualNode(key, script, board)
    candidates: dict[str, Candidate] = {}
    agents = board.agents_of(key.tenant)
    for skills, names in skilled:
        if not node.could_have(skills):
            continue
        for agent in names:
            member = agents[agent]
            node.skills[agent] = skills
            node.add_member(member)
            candidate = candidates[agent] = Candidate(dict(skills), member.state.seats)
            candidate.take(member.state.standing.seen(now_us))
    node.state = new_virtual_group(key.id, script, candidates, now_us)
    board.add(node)
    return node


def made_again(node: Node, board: Board, now_us: int) -> VirtualNode:
    """A router's group on a board that is made anew."""
    assert isinstance(node, VirtualNode)
    return add_virtual_group(board, node.key, node.script, alike(node.skills.items()), now_us)
