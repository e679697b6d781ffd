"""Who wants what of whom: the tables that actors read, and that change only while all is at rest (`design.md`).

Each object is a *node*: its ref, its state, and for every action and status who is to be told of it. A wish for a
group is passed on to its members, so that they tell it of an action only if somebody wants it there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from actors.configuration.capacity_rules import CapacityRules
from actors.statistics.changes import ActionRenamed, StatusChanged
from actors.vocabulary.objects import ObjectKey, ObjectType


class Ref(Protocol):
    """What can be told something."""

    def tell(self, message: Any) -> None:
        """Puts a message in a mailbox."""


class Node:
    """One object on the board.

    `subject` counts its own status (`DNStatus` for a DN). `above` are the nodes that hear of that always: a DN's place,
    an agent's groups. `members` are those a group asks for what is wanted of it; a DN asks nobody, it looks up what is
    wanted of its place and its agent.
    """

    __slots__ = ("above", "actions", "key", "members", "ref", "state", "statuses", "subject")

    def __init__(self, key: ObjectKey, state: Any, subject: str) -> None:
        self.key = key
        self.state = state
        self.subject = subject
        self.ref: Ref = Nobody()
        self.actions: dict[str, list[Ref]] = {}
        self.statuses: dict[str, dict[str, list[Ref]]] = {}
        self.above: list[Node] = []
        self.members: list[Node] = []

    def add_member(self, member: Node) -> None:
        """Makes `member` one of this group."""
        self.members.append(member)
        member.above.append(self)

    def want(self, ref: Ref, actions: Iterable[str], statuses: Iterable[tuple[str, str]]) -> None:
        """From now on `ref` is told of these actions and (subject, status) pairs."""
        for action in actions:
            wanting = self.actions.setdefault(action, [])
            wanting.append(ref)
            if len(wanting) == 1:
                for node in self.members:
                    node.want(self.ref, (action,), ())
        for subject, status in statuses:
            wanting = self.statuses.setdefault(subject, {}).setdefault(status, [])
            wanting.append(ref)
            if len(wanting) == 1:
                for node in self._asked(subject):
                    node.want(self.ref, (), ((subject, status),))

    def unwant(self, ref: Ref, actions: Iterable[str], statuses: Iterable[tuple[str, str]]) -> None:
        """`ref` is no longer told of these."""
        for action in actions:
            wanting = self.actions[action]
            wanting.remove(ref)
            if not wanting:
                del self.actions[action]
                for node in self.members:
                    node.unwant(self.ref, (action,), ())
        for subject, status in statuses:
            wanting = self.statuses[subject][status]
            wanting.remove(ref)
            if not wanting:
                del self.statuses[subject][status]
                for node in self._asked(subject):
                    node.unwant(self.ref, (), ((subject, status),))

    def _asked(self, subject: str) -> list[Node]:
        """Those below that must be asked for such statuses: their own ones they tell unasked."""
        if subject == self.subject:
            return []
        return [node for node in self.members if node.subject != subject]

    def tell(self, message: Any) -> None:
        """Tells an action's change to whoever wants that action."""
        for ref in self.actions.get(message.action, ()):
            ref.tell(message)

    def tell_renamed(self, message: ActionRenamed) -> None:
        """Tells a wait's new name to whoever wants the old one or the new one."""
        wanting = self.actions.get(message.old_action, [])
        for ref in wanting:
            ref.tell(message)
        for ref in self.actions.get(message.action, ()):
            if ref not in wanting:
                ref.tell(message)

    def tell_status(self, change: StatusChanged) -> None:
        """Tells a change of status to whoever wants the old or the new one."""
        by_status = self.statuses.get(change.subject)
        if not by_status:
            return
        wanting = by_status.get(change.old, ())
        for ref in wanting:
            ref.tell(change)
        if change.status != change.old:
            for ref in by_status.get(change.status, ()):
                if ref not in wanting:
                    ref.tell(change)


class Board:
    """All objects by key, and which mediation DNs agents and places belong to (`semantics.md` 9.4).

    `queues_of_agent` and `queues_of_place` hold what groups list as `origination_dns`. `routers` are statistics that
    are told which source is down or up, with the tenant they are of.

    Args:
        rules: whose capacity rule is whose.
    """

    def __init__(self, rules: CapacityRules) -> None:
        self.rules = rules
        self.nodes: dict[ObjectKey, Node] = {}
        self.tenants: list[str] = []
        self.queues: dict[str, Node] = {}
        self.lines: dict[str, Node] = {}
        self._agents: dict[str, dict[str, Node]] = {}
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
        if node.key.type is ObjectType.REG_DN:
            self.lines[node.key.id] = node
        elif node.key.type in (ObjectType.QUEUE, ObjectType.ROUTE_POINT):
            self.queues[node.key.id] = node
        elif node.key.type is ObjectType.AGENT:
            self.agents_of(node.key.tenant)[node.key.id] = node

    def agents_of(self, tenant: str) -> dict[str, Node]:
        """A tenant's agents by employee id."""
        return self._agents.setdefault(tenant, {})

    def put_at_place(self, line: Node, place: Node) -> None:
        """Makes a DN one of a place."""
        line.above.append(place)
        self._place_names[line.key.id] = place.key.id

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


class Nobody:
    """Stands for the ref of an object whose actor has not been started."""

    def tell(self, message: Any) -> None:
        """Nobody can be told."""
        raise LookupError(f"nobody to tell {message!r}")
