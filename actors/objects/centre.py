"""The board of a contact centre: a node for each object that the environment names, nothing known of any yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from actors.configuration.capacity_rules import CapacityRules
from actors.configuration.environment import Dn, Environment
from actors.objects.composition import Below, Group, new_desk, new_group, new_person
from actors.objects.line import Line, new_line
from actors.objects.queue import new_queue
from actors.objects.staging import new_staging
from actors.statistics.board import Board, Node
from actors.vocabulary.objects import DnType, ObjectKey, ObjectType
from actors.vocabulary.statuses import LOGGED_OUT, NOT_MONITORED


def build_board(environment: Environment, now_us: int) -> Board:
    """All objects of a contact centre and who belongs to whom; what they are they have been since `now_us`."""
    board = Board(CapacityRules(environment))
    _add_dns(board, environment, now_us)
    _add_people(board, environment, now_us)
    _add_groups(board, environment, now_us)
    return board


def _add_dns(board: Board, environment: Environment, now_us: int) -> None:
    logins = {switch: logins_at(switch, environment) for switch in environment.switches}
    mediation: dict[str, set[str]] = defaultdict(set)
    for dn in environment.dns.values():
        if dn.is_mediation:
            mediation[dn.switch].add(dn.number)
    numbers = {switch: frozenset(mediation[switch]) for switch in environment.switches}
    for dn in environment.dns.values():
        if dn.is_mediation:
            board.add(Node(dn.key, new_queue(dn.id, numbers[dn.switch], now_us, dn.media_type), ""))
        else:
            board.add(Node(dn.key, new_line(dn.id, logins[dn.switch], now_us, dn.media_type), "DNStatus"))
    for switch in environment.switches.values():
        node = Node(ObjectKey(ObjectType.SWITCH, switch.name, switch.tenant), None, "")
        board.add(node)
        for number in sorted(mediation[switch.name]):
            node.add_member(board.queues[f"{number}@{switch.name}"])


def logins_at(switch: str, environment: Environment) -> dict[str, str]:
    """Employee ids by login at a switch: by configured login, else by employee id (`semantics.md` 1)."""
    tenant = environment.switches[switch].tenant
    agents = [agent for agent in environment.agents.values() if agent.tenant == tenant]
    by_employee_id = {agent.employee_id: agent.employee_id for agent in agents}
    by_login = {
        login.removesuffix(f"@{switch}"): agent.employee_id
        for agent in agents
        for login in agent.logins
        if login.endswith(f"@{switch}")
    }
    return by_employee_id | by_login


def _add_people(board: Board, environment: Environment, now_us: int) -> None:
    for place in environment.places.values():
        dns = {dn: _below(board.lines[dn].state, environment.dns[dn]) for dn in place.dns}
        desk = new_desk(place.name, dns, now_us, board.rules.of(place.key))
        node = Node(place.key, desk, "PlaceStatus")
        board.add(node)
        for dn in place.dns:
            board.put_at_place(board.lines[dn], node)
    for agent in environment.agents.values():
        board.add(Node(agent.key, new_person(agent.employee_id, now_us), "AgentStatus"))
    for queue in environment.interaction_queues.values():
        board.add(Node(queue.key, new_staging(queue.name, now_us), ""))


def _below(line: Line, dn: Dn) -> Below:
    """A DN as its place sees it, of which nothing is known yet."""
    one, is_port = line.standing, dn.type is DnType.VOICE_TREATMENT_PORT
    return Below(one.status, one.given_us, one.attributes, one.reasons_since_us, medium=dn.media_type, is_port=is_port)


def _add_groups(board: Board, environment: Environment, now_us: int) -> None:
    queues: dict[ObjectKey, set[str]] = defaultdict(set)
    for group in environment.agent_groups.values():
        if group.script:
            continue
        members = [ObjectKey(ObjectType.AGENT, agent, group.tenant) for agent in dict.fromkeys(group.agents)]
        _add_group(board, group.key, members, LOGGED_OUT, now_us)
        for member in members:
            queues[member].update(group.origination_dns)
    for tenant in environment.tenants.values():
        agents = [agent.key for agent in environment.agents.values() if agent.tenant == tenant.name]
        _add_group(board, ObjectKey(ObjectType.TENANT, tenant.name, tenant.name), agents, LOGGED_OUT, now_us)
    board.queues_of_agent = {key: frozenset(ids) for key, ids in queues.items() if ids}
    queues.clear()
    for places in environment.place_groups.values():
        members = [ObjectKey(ObjectType.PLACE, place, places.tenant) for place in dict.fromkeys(places.places)]
        _add_group(board, places.key, members, NOT_MONITORED, now_us)
        for member in members:
            queues[member].update(places.origination_dns)
    board.queues_of_place = {key: frozenset(ids) for key, ids in queues.items() if ids}
    for dn_group in environment.dn_groups.values():
        node = Node(dn_group.key, None, "")
        board.add(node)
        for dn in dict.fromkeys(dn_group.dns):
            node.add_member(board.queues[dn])


def _add_group(board: Board, key: ObjectKey, members: Iterable[ObjectKey], member_status: str, now_us: int) -> None:
    keys = list(members)
    group: Group = new_group(key.id, [member.id for member in keys], member_status, now_us)
    node = Node(key, group, "GroupStatus")
    board.add(node)
    for member in keys:
        node.add_member(board.nodes[member])
