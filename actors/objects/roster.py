"""Who is a member of which group, or a DN of which place, before and after a change of the configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from actors.configuration.difference import Difference
from actors.configuration.environment import Environment
from actors.configuration.memberships import members_of
from actors.statistics.board import Board
from actors.statistics.node import Node
from actors.vocabulary.objects import ObjectKey, ObjectType

Pair = tuple[Node, Node]
"""A group or place, and one of its members."""


class Roster:
    """Who is where by the board, and who is to be by the configuration that comes.

    Args:
        board: of the contact centre as it is.
        change: makes another one of it.
        environment: that other one.
    """

    def __init__(self, board: Board, change: Difference, environment: Environment) -> None:
        self._board = board
        self._change = change
        self._environment = environment

    def touched(self, gone: list[Node]) -> list[Node]:
        """The groups and places that list their members and may have others now; places last."""
        change, nodes = self._change, self._board.nodes
        touched: dict[Node, None] = {}
        for table in (change.agent_groups, change.place_groups, change.dn_groups, change.places):
            touched |= dict.fromkeys(nodes[record.key] for record in table.before)
        touched |= dict.fromkeys(group for node in gone for group in node.above)
        left = touched.keys() - set(gone)
        listing = [node for node in touched if node in left and node.key.type in LISTED and not node.hears_seats]
        return sorted(listing, key=is_place)

    def _listed(self, group: Node) -> dict[ObjectKey, None]:
        """Who the new configuration says is a member of a group, or a DN of a place."""
        key = group.key
        return members_of(LISTED[key.type](self._environment)[key.tenant, key.id], self._environment.dns)

    def members(self, group: Node) -> Iterable[Node]:
        """Who is a member of a group, or a DN of a place, by the board."""
        if group.key.type is not ObjectType.PLACE:
            return group.members
        lines = (self._board.lines.get(dn) for dn in group.state.dns)
        return [line for line in lines if line is not None and group in line.above]

    def leaving(self, gone: list[Node], touched: list[Node]) -> list[Pair]:
        """Who leaves whom: all that are gone, and whom a list has no more; places last."""
        of_gone = {(group, node): None for node in gone for group in node.above}
        listed = {group: self._listed(group) for group in touched}
        others = {
            (group, member): None
            for group, keys in listed.items()
            for member in self.members(group)
            if member.key not in keys
        }
        return sorted(of_gone | others, key=lambda pair: is_place(pair[0]))

    def joining(self, touched: list[Node]) -> Iterator[Pair]:
        """Who joins whom."""
        for group in touched:
            there = set(self.members(group))
            yield from ((group, node) for key in self._listed(group) if (node := self._board.nodes[key]) not in there)


LISTED: Final[Mapping[ObjectType, Callable[[Environment], Mapping[tuple[str, str], Any]]]] = {
    ObjectType.GROUP_AGENTS: lambda environment: environment.agent_groups,
    ObjectType.GROUP_PLACES: lambda environment: environment.place_groups,
    ObjectType.GROUP_QUEUES: lambda environment: environment.dn_groups,
    ObjectType.PLACE: lambda environment: environment.places,
}
"""Objects whose members a record of the configuration lists."""


def is_place(node: Node) -> bool:
    """Whether it is a place."""
    return node.key.type is ObjectType.PLACE
