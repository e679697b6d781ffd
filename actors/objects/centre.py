"""The board of a contact centre: a node for each object that the environment names, and who belongs to whom.

What makes a node serves a server that starts and one that runs: a group is made of what its members are now, and as it
starts nothing is known of any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from actors.configuration.capacity_rules import CapacityRules
from actors.configuration.environment import (
    Agent,
    AgentGroup,
    Dn,
    Environment,
    InteractionQueue,
    Place,
    PlaceGroup,
    Switch,
)
from actors.configuration.expressions import parse_script
from actors.configuration.logins import Logins
from actors.configuration.memberships import members_of
from actors.objects.composition import Below
from actors.objects.desk import new_desk
from actors.objects.grouping import Roll, new_group
from actors.objects.line import Line, new_line
from actors.objects.person import new_person
from actors.objects.queue import new_queue
from actors.objects.staging import new_staging
from actors.objects.virtual_node import Alike, add_virtual_group, alike
from actors.statistics.board import Board
from actors.statistics.node import Node
from actors.vocabulary.objects import DnType, ObjectKey, ObjectType


def build_board(environment: Environment, now_us: int) -> Board:
    """All objects of a contact centre and who belongs to whom; what they are they have been since `now_us`."""
    board = Board(CapacityRules(environment))
    for switch in environment.switches.values():
        add_switch(board, switch, environment.agents.values())
    for dn in environment.dns.values():
        add_dn(board, dn, now_us)
    for place in environment.places.values():
        add_place(board, place, environment.dns, now_us)
    for agent in environment.agents.values():
        add_agent(board, agent, now_us)
    for queue in environment.interaction_queues.values():
        add_interaction_queue(board, queue, now_us)
    for tenant in environment.tenants:
        agents = [agent.key for agent in environment.agents.values() if agent.tenant == tenant]
        add_group(board, tenant_key(tenant), agents, now_us)
    skilled = {tenant: skilled_in(environment, tenant) for tenant in environment.tenants}
    for agents_ in environment.agent_groups.values():
        add_agent_group(board, agents_, skilled[agents_.tenant], now_us)
    for places in environment.place_groups.values():
        set_originations(board, places)
        add_group(board, places.key, members_of(places, environment.dns), now_us)
    for member in [node for node in board.nodes.values() if node.above]:
        board.find_queues(member)
    for dn_group in environment.dn_groups.values():
        add_queue_group(board, dn_group.key, queues_named(board, dn_group.dns))
    return board


# -- DNs and switches --------------------------------------------------------------------------------------------------


def add_switch(board: Board, switch: Switch, agents: Iterable[Agent]) -> Node:
    """A switch without DNs, and whose the logins at it are."""
    board.mediation[switch.name] = set()
    board.logins[switch.name] = logins = Logins(switch.name, switch.tenant)
    logins.change(0, (), agents)
    return add_queue_group(board, switch_key(switch), ())


def add_dn(board: Board, dn: Dn, now_us: int) -> Node:
    """A DN nothing is known of; a mediation DN is one of its switch's."""
    if not dn.is_mediation:
        node = Node(dn.key, new_line(dn.id, board.logins[dn.switch], now_us, dn.media_type), "DNStatus")
        board.add(node)
        return node
    board.mediation[dn.switch].add(dn.number)
    node = Node(dn.key, new_queue(dn.id, board.mediation[dn.switch], now_us, dn.media_type), "")
    board.add(node)
    board.nodes[ObjectKey(ObjectType.SWITCH, dn.switch, dn.tenant)].add_member(node)
    return node


def switch_key(switch: Switch) -> ObjectKey:
    """What names a switch as an object."""
    return ObjectKey(ObjectType.SWITCH, switch.name, switch.tenant)


# -- places and people -------------------------------------------------------------------------------------------------


def add_place(board: Board, place: Place, dns: Mapping[str, Dn], now_us: int) -> Node:
    """A place, made of what its DNs are."""
    lines = [board.lines[dn] for dn in dict.fromkeys(place.dns)]
    below = {line.key.id: _below(line.state, dns[line.key.id]) for line in lines}
    node = Node(place.key, new_desk(place.name, below, now_us, board.rules.of(place.key)), "PlaceStatus")
    board.add(node)
    for line in lines:
        board.put_at_place(line, node)
    return node


def _below(line: Line, dn: Dn) -> Below:
    """A DN as its place sees it."""
    below = Below(medium=dn.media_type, is_port=dn.type is DnType.VOICE_TREATMENT_PORT)
    below.hear(line.standing.seen(line.ledger.time_us))
    return below


def add_agent(board: Board, agent: Agent, now_us: int) -> Node:
    """An agent who is logged in nowhere yet."""
    node = Node(agent.key, new_person(agent.employee_id, now_us), "AgentStatus")
    board.add(node)
    return node


def add_interaction_queue(board: Board, queue: InteractionQueue, now_us: int) -> Node:
    """An interaction queue of which nothing is known."""
    node = Node(queue.key, new_staging(queue.name, now_us), "")
    board.add(node)
    return node


# -- groups ------------------------------------------------------------------------------------------------------------


def set_originations(board: Board, group: AgentGroup | PlaceGroup) -> None:
    """Which mediation DNs' calls the members of a group take; `Board.find_queues` then says it of each."""
    if group.origination_dns:
        board.originations[group.key] = frozenset(group.origination_dns)
    else:
        board.originations.pop(group.key, None)


def add_agent_group(board: Board, group: AgentGroup, skilled: list[Alike], now_us: int) -> Node:
    """A group of agents, listed or virtual."""
    set_originations(board, group)
    if group.script:
        return add_virtual_group(board, group.key, parse_script(group.script), skilled, now_us)
    return add_group(board, group.key, members_of(group, {}), now_us)


def skilled_in(environment: Environment, tenant: str) -> list[Alike]:
    """What the agents of a tenant can."""
    return alike((agent.employee_id, agent.skills) for agent in environment.agents.values() if agent.tenant == tenant)


def add_group(board: Board, key: ObjectKey, members: Iterable[ObjectKey], now_us: int) -> Node:
    """A group of agents or of places, made of what its members are."""
    nodes = [board.nodes[member] for member in members]
    group = new_group(key.id, {node.key.id: node.state.standing.status for node in nodes}, now_us)
    node = Node(key, group, "GroupStatus")
    board.add(node)
    for member in nodes:
        node.add_member(member)
    return node


def add_queue_group(board: Board, key: ObjectKey, members: Iterable[Node]) -> Node:
    """A group of mediation DNs."""
    node = Node(key, Roll(), "")
    board.add(node)
    for member in members:
        node.add_member(member)
    return node


def tenant_key(tenant: str) -> ObjectKey:
    """What names a tenant as an object."""
    return ObjectKey(ObjectType.TENANT, tenant, tenant)


def queues_named(board: Board, dns: Iterable[str]) -> list[Node]:
    """Mediation DNs by id, each once."""
    return [board.queues[dn] for dn in dict.fromkeys(dns)]
