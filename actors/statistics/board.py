"""Who wants what of whom: the tables that actors read, and that change only while all is at rest (`design.md`).

Each object is a *node*: its ref, its state, and for every action and status who is to be told of it. A wish for a
group is passed on to its members, so that they tell it of an action only if somebody wants it there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from actors.configuration.capacity_rules import CapacityRules
from actors.configuration.logins import Logins
from actors.statistics.node import IsIn, Node, Ref
from actors.vocabulary.objects import ObjectKey, ObjectType


class Board:
    """All objects by key, and which mediation DNs agents and places belong to (`semantics.md` 9.4).

    `queues_of_agent` and `queues_of_place` hold what groups list as `origination_dns`, which `originations` has by
    group; `by_logins` those of groups that an agent is in as it is logged in. `logins` says by switch whose a login is,
    `mediation` which numbers are mediation DNs. `router_group` gives, or makes, a group in the router's form;
    `let_go` is told of an object of which nobody asks for anything any more.
    `routers` are statistics that are told which source is down or up, with the tenant they are of.

    Args:
        rules: whose capacity rule is whose.
    """

    def __init__(self, rules: CapacityRules) -> None:
        self.rules = rules
        self.nodes: dict[ObjectKey, Node] = {}
        self.tenants: list[str] = []
        self.queues: dict[str, Node] = {}
        self.lines: dict[str, Node] = {}
        self.virtual_groups: dict[ObjectKey, Node] = {}
        self.originations: dict[ObjectKey, frozenset[str]] = {}
        self.by_logins: dict[ObjectKey, list[tuple[IsIn, frozenset[str]]]] = {}
        self.logins: dict[str, Logins] = {}
        self.mediation: dict[str, set[str]] = {}
        self._agents: dict[str, _Agents] = {}
        self.router_group: Callable[[str, str], Node]
        self.let_go: Callable[[Node], None]
        self._place_names: dict[str, str] = {}
        self.refs = Refs(self.nodes)
        self.routers: dict[Ref, str] = {}
        self.queues_of_agent: dict[ObjectKey, frozenset[str]] = {}
        self.queues_of_place: dict[ObjectKey, frozenset[str]] = {}

    def add(self, node: Node) -> None:
        """Puts an object on the board."""
        self.nodes[node.key] = node
        if node.key.tenant not in self.tenants:
            self.tenants.append(node.key.tenant)
        self._of_type(node.key)[node.key.id] = node
        if node.hears_seats:
            self.virtual_groups[node.key] = node

    def remove(self, node: Node) -> None:
        """Takes an object off the board."""
        del self.nodes[node.key]
        self._of_type(node.key).pop(node.key.id, None)
        for table in (
            self.virtual_groups,
            self.originations,
            self.queues_of_agent,
            self.queues_of_place,
            self.by_logins,
        ):
            table.pop(node.key, None)
        if node.key.type is ObjectType.TENANT:
            self.tenants.remove(node.key.tenant)

    def _of_type(self, key: ObjectKey) -> dict[str, Node]:
        """Where objects of its type, and tenant, are by id beside; a dict that nobody reads for types without."""
        if key.type is ObjectType.REG_DN:
            return self.lines
        if key.type in (ObjectType.QUEUE, ObjectType.ROUTE_POINT):
            return self.queues
        return self.agents_of(key.tenant) if key.type is ObjectType.AGENT else {}

    def agents_of(self, tenant: str) -> dict[str, Node]:
        """A tenant's agents by employee id; one that the configuration does not have any more is nobody."""
        return self._agents.setdefault(tenant, _Agents())

    def put_at_place(self, line: Node, place: Node) -> None:
        """Makes a DN one of a place."""
        line.above.append(place)
        self._place_names[line.key.id] = place.key.id

    def take_from_place(self, line: Node, place: Node) -> None:
        """Makes a DN none of a place any more."""
        line.above.remove(place)
        del self._place_names[line.key.id]

    def find_queues(self, member: Node) -> bool:
        """Works out anew to which mediation DNs an agent or a place belongs by its groups; whether they are others."""
        by_logins = []
        queues: frozenset[str] = frozenset()
        for group in member.above:
            taken = self.originations.get(group.key)
            if taken:
                membership = group.membership_of(member)
                if callable(membership):
                    by_logins.append((membership, taken))
                elif membership:
                    queues |= taken
        if by_logins:
            self.by_logins[member.key] = by_logins
        else:
            self.by_logins.pop(member.key, None)
        by_key = self.queues_of_agent if member.key.type is ObjectType.AGENT else self.queues_of_place
        if queues == by_key.get(member.key, frozenset()):
            return False
        by_key[member.key] = queues
        return True

    def place_of(self, dn: str) -> str:
        """The name of the place a DN stands at, empty if at none."""
        return self._place_names.get(dn, "")

    def tell_queue(self, queue: str, message: Any) -> None:
        """Tells a mediation DN (`number@switch`) of an action raised for it elsewhere, if somebody wants it."""
        node = self.queues.get(queue)
        if node is not None and message.action in node.actions:
            node.ref.tell(message)

    def queues_of(self, agent: ObjectKey, dn: str) -> frozenset[str]:
        """The mediation DNs that an agent at a DN belongs to by its groups, and by those of the DN's place."""
        queues = self.queues_of_agent.get(agent, frozenset())
        if dn in self.lines:
            for place in self.lines[dn].above:
                if place.key in self.queues_of_place:
                    queues |= self.queues_of_place[place.key]
        return queues

    def queues_by_logins(self, agent: ObjectKey, seats: Mapping[str, Collection[str]]) -> frozenset[str]:
        """Those that it belongs to by virtual groups, which it is in as it is logged in."""
        return frozenset().union(*(taken for is_in, taken in self.by_logins[agent] if is_in(seats)))


class _Agents(dict[str, Node]):
    """Agents by employee id. Old events, handled again, may be of one who has been taken out since."""

    def __missing__(self, employee_id: str) -> Node:
        gone = Node(ObjectKey(ObjectType.AGENT, employee_id, ""), None, "")
        gone.ref = Gone()
        return gone


class Gone:
    """Stands for the ref of an object that the configuration does not have any more."""

    def tell(self, message: Any) -> None:
        """It does not hear it."""


class Refs:
    """The actors of all objects, by key.

    Args:
        nodes: of the board; looked at anew each time.
    """

    def __init__(self, nodes: Mapping[ObjectKey, Node]) -> None:
        self._nodes = nodes

    def get(self, key: ObjectKey) -> Ref | None:
        """The actor of an object, if there is one."""
        node = self._nodes.get(key)
        return None if node is None else node.ref
