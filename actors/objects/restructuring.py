"""Makes the board of a contact centre that of another one, at a quiet point (`design.md`, "Order is a promise").

What a difference says is done in one order: members leave, objects go, objects come, members join; groups lose members
before places lose DNs, and get them before places do, so that nothing is told twice. Everybody whom it touches hears of
it by messages of the input that brought it: it counts from then on, and what comes after is in order behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from actors.configuration.capacity_rules import CapacityRules
from actors.configuration.difference import Changes, Difference
from actors.configuration.environment import Agent, AgentGroup, Environment, PlaceGroup
from actors.configuration.expressions import parse_script
from actors.configuration.memberships import members_of
from actors.objects import centre
from actors.objects.membership import joining, leaving, tell
from actors.objects.messages import AgentTakenOut, CandidateCame, CandidateGone, Replaced, ScriptChanged, Skilled
from actors.objects.roster import Roster, is_place
from actors.objects.views import view_of
from actors.objects.virtual_node import VirtualNode
from actors.statistics.board import Board
from actors.statistics.changes import ActionEnded, StatesView
from actors.statistics.node import Node
from actors.vocabulary.objects import ObjectKey, ObjectType
from runtime.mail import Message


class Restructuring:
    """One difference, carried out while all is at rest.

    Args:
        board: of the contact centre as it is.
        change: makes another one of it.
        environment: that other one.
        order: of the input.
        time_us: since when it counts.
        start: starts the actor of a new object.
    """

    def __init__(
        self,
        board: Board,
        change: Difference,
        environment: Environment,
        *,
        order: int,
        time_us: int,
        start: Callable[[Node], None],
    ) -> None:
        self._board = board
        self._change = change
        self._environment = environment
        self._order = order
        self._time_us = time_us
        self._start = start
        self._roster = Roster(board, change, environment)
        self._regrouped: dict[Node, None] = {}
        """Agents and places that may belong to other queues by their groups."""
        self._replaced: dict[Node, None] = {}
        """Agents and DNs that hear that their login, place or queues may be others."""

    def carry_out(self) -> list[Node]:
        """Does all that the difference says.

        Returns:
            The objects that are gone. Their actors are there yet: they may have something to hear.
        """
        gone = list(self._gone())
        touched = self._roster.touched(gone)
        for group, member in self._roster.leaving(gone, touched):
            self._leave(group, member)
        for node in gone:
            self._take_off(node)
        self._change_rules()
        self._move_logins(gone)
        self._add_objects()
        self._change_candidates()
        for group, member in self._roster.joining(touched):
            self._join(group, member)
        self._place_anew()
        return gone

    def _gone(self) -> Iterator[Node]:
        change, nodes = self._change, self._board.nodes
        for table in (change.dns, change.agents, change.places, change.interaction_queues):
            yield from (nodes[record.key] for record in table.gone)
        for groups in (change.agent_groups, change.place_groups, change.dn_groups):
            yield from (nodes[record.key] for record in groups.gone)
        yield from (nodes[centre.switch_key(switch)] for switch in change.switches.gone)
        yield from (nodes[centre.tenant_key(tenant.name)] for tenant in change.tenants.gone)

    # -- who leaves whom, who joins whom ---------------------------------------------------------------------------

    def _leave(self, group: Node, member: Node) -> None:
        if group.hears_seats:
            group.ref.tell(CandidateGone(self._order, self._time_us, member.key.id))
        else:
            self._tell(leaving, group, member)
        if is_place(group):
            self._board.take_from_place(member, group)
            self._note_replaced(member)
        else:
            group.remove_member(member)
            self._regrouped[member] = None

    def _join(self, group: Node, member: Node) -> None:
        if is_place(group):
            self._board.put_at_place(member, group)
            self._note_replaced(member)
        else:
            group.add_member(member)
            self._regrouped[member] = None
        dn = self._environment.dns.get(member.key.id) if is_place(group) else None
        self._tell(partial(joining, dn=dn), group, member)

    def _tell(self, told: Callable[[Node, StatesView, int, int], Iterable[Message]], group: Node, member: Node) -> None:
        for message in told(member, view_of(member, self._board), self._order, self._time_us):
            tell(group, member, message)

    # -- objects go ------------------------------------------------------------------------------------------------

    def _take_off(self, node: Node) -> None:
        for member in self._roster.members(node) if is_place(node) else tuple(node.members):
            if is_place(node):
                self._board.take_from_place(member, node)
                self._note_replaced(member)
            else:
                node.remove_member(member)
                self._regrouped[member] = None
        key = node.key
        if key.type is ObjectType.AGENT:
            self._end_pseudo_actions(node)
        elif key.type in (ObjectType.QUEUE, ObjectType.ROUTE_POINT):
            number, _, switch = key.id.partition("@")
            self._board.mediation[switch].discard(number)
        elif key.type is ObjectType.SWITCH:
            del self._board.logins[key.id], self._board.mediation[key.id]
        self._board.remove(node)

    def _change_rules(self) -> None:
        """Whose capacity rule is whose; whom another one may concern hears of it (`multimedia.md` 5.1)."""
        change, nodes = self._change, self._board.nodes
        owners = [(old, new) for table in (change.agents, change.places) for old, new in table.changed]
        ruled = [new.key for old, new in owners if old.capacity_rule != new.capacity_rule]
        ruled += [new.key for table in (change.agents, change.places) for new in table.new if new.capacity_rule]
        if change.capacity_rules != Changes() or change.tenants != Changes():
            ruled = [key for key in nodes if key.type in (ObjectType.AGENT, ObjectType.PLACE)]
        if not ruled:
            return
        self._board.rules = CapacityRules(self._environment)
        for node in [nodes[key] for key in ruled if key in nodes]:
            self._replaced[node] = None
            self._note_replaced(node)

    def _end_pseudo_actions(self, agent: Node) -> None:
        """Its queues have an agent who is gone logged in no more."""
        belonging = agent.state.belonging
        for queue, action in sorted(belonging.runs):
            ended = ActionEnded(self._order, self._time_us, action, belonging.occurrence(action))
            self._board.tell_queue(queue, ended)

    def _move_logins(self, gone: list[Node]) -> None:
        """Tells the DNs where somebody sits, or has calls, who is gone or another now by the configuration."""
        lines, agents = self._board.lines, self._change.agents
        for node in gone:
            if node.key.type is ObjectType.AGENT:
                taken_out = AgentTakenOut(self._order, self._time_us, node.key.id)
                for dn in sorted(node.state.visited & lines.keys()):
                    lines[dn].ref.tell(taken_out)
        renamed = [pair for pair in agents.changed if pair[0].logins != pair[1].logins]
        before, after = [*agents.gone, *(old for old, _ in renamed)], [*agents.new, *(new for _, new in renamed)]
        moved = {
            switch: names
            for switch, logins in self._board.logins.items()
            if (names := logins.change(self._order, before, after))
        }
        if moved:
            taken = ((line, login) for line in lines.values() if (login := line.state.seat.login_id))
            self._replaced |= {line: None for line, login in taken if login in moved.get(line.state.switch, ())}

    # -- objects come ----------------------------------------------------------------------------------------------

    def _add_objects(self) -> None:
        board, change, now_us = self._board, self._change, self._time_us
        for switch in change.switches.new:
            self._start(centre.add_switch(board, switch, self._environment.agents.values()))
        for dn in change.dns.new:
            self._start(centre.add_dn(board, dn, now_us))
            if dn.is_mediation:
                self._tell(
                    joining, board.nodes[ObjectKey(ObjectType.SWITCH, dn.switch, dn.tenant)], board.queues[dn.id]
                )
        for tenant in change.tenants.new:
            self._start(centre.add_group(board, centre.tenant_key(tenant.name), (), now_us))
        for agent in change.agents.new:
            self._start(centre.add_agent(board, agent, now_us))
            self._join(board.nodes[centre.tenant_key(agent.tenant)], board.nodes[agent.key])
        for place in change.places.new:
            node = centre.add_place(board, place, self._environment.dns, now_us)
            self._start(node)
            for line in self._roster.members(node):
                self._note_replaced(line)
        self._add_groups()

    def _add_groups(self) -> None:
        board, change, now_us = self._board, self._change, self._time_us
        for queue in change.interaction_queues.new:
            self._start(centre.add_interaction_queue(board, queue, now_us))
        for group in change.agent_groups.new:
            skilled = centre.skilled_in(self._environment, group.tenant) if group.script else []
            self._start(centre.add_agent_group(board, group, skilled, now_us))
        for places in change.place_groups.new:
            members = members_of(places, self._environment.dns)
            self._start(centre.add_group(board, places.key, members, now_us))
        records: list[AgentGroup | PlaceGroup] = [*change.agent_groups.after, *change.place_groups.after]
        for record in records:
            centre.set_originations(board, record)
            self._regrouped |= board.nodes[record.key].members
        for dn_group in change.dn_groups.new:
            self._start(centre.add_queue_group(board, dn_group.key, centre.queues_named(board, dn_group.dns)))

    # -- virtual groups --------------------------------------------------------------------------------------------

    def _change_candidates(self) -> None:
        """Who could be in which virtual group: by other skills, and by other scripts."""
        agents, groups = self._change.agents, self._change.agent_groups
        after = [*agents.new, *(new for old, new in agents.changed if new.skills != old.skills)]
        new = {record.key for record in groups.new}
        rewritten = {new.key: new.script for old, new in groups.changed if new.script != old.script}
        for group in self._board.virtual_groups.values():
            assert isinstance(group, VirtualNode)
            key = group.key
            if key in rewritten:
                group.script = parse_script(rewritten[key])
                everybody = [one for one in self._environment.agents.values() if one.tenant == key.tenant]
                self._choose(group, everybody)
                group.ref.tell(ScriptChanged(self._order, self._time_us, group.script))
            elif key not in new:
                self._choose(group, [agent for agent in after if agent.tenant == key.tenant])

    def _choose(self, group: VirtualNode, agents: list[Agent]) -> None:
        for agent in agents:
            member, name = self._board.nodes[agent.key], agent.employee_id
            skills = dict(agent.skills)
            is_candidate = member in group.members
            if not group.could_have(skills):
                if is_candidate:
                    self._leave(group, member)
                continue
            group.skills[name] = skills
            self._regrouped[member] = None
            if is_candidate:
                group.ref.tell(Skilled(self._order, self._time_us, name, skills))
            else:
                group.add_member(member)
                view, seats = group.wanted_view(member), member.state.seats
                group.ref.tell(CandidateCame(self._order, self._time_us, name, skills, seats, view))

    # -- whom it concerns ------------------------------------------------------------------------------------------

    def _note_replaced(self, member: Node) -> None:
        """Notes whom it concerns that an agent, a DN or a place belongs to something else."""
        lines: list[Node] = []
        if member.key.type is ObjectType.AGENT:
            self._replaced[member] = None
            lines = [self._board.lines[dn] for dn in member.state.logins if dn in self._board.lines]
        elif member.key.type is ObjectType.REG_DN:
            lines = [member]
        elif is_place(member):
            lines = list(self._roster.members(member))
        for line in lines:
            self._replaced[line] = None
            if line.state.seat.agent:
                self._replaced[self._board.agents_of(line.key.tenant)[line.state.seat.agent]] = None

    def _place_anew(self) -> None:
        for member in self._regrouped:
            if self._is_there(member) and self._board.find_queues(member):
                self._note_replaced(member)
        replaced = Replaced(self._order, self._time_us)
        for node in self._replaced:
            if self._is_there(node):
                node.ref.tell(replaced)

    def _is_there(self, node: Node) -> bool:
        return self._board.nodes.get(node.key) is node
