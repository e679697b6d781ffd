"""What runs and stands at an object while all is at rest, for a statistic that is opened on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from actors.objects.desk import Desk
from actors.objects.grouping import Group
from actors.objects.line import Line
from actors.objects.membership import clipped
from actors.objects.news import media_of
from actors.objects.person import Person
from actors.objects.queue import Queue
from actors.objects.staging import Staging
from actors.objects.target import rule_at, rule_of, target_of_agent, target_of_place
from actors.statistics.board import Board
from actors.statistics.changes import ActionBegan, Attributes, MediaNoted, Noted, StatesView, TargetTold
from actors.statistics.node import Node
from actors.vocabulary.objects import ObjectType


def view_of(node: Node, board: Board) -> StatesView:
    """Everything that a new statistic of this object takes over."""
    return VIEWS[node.key.type](node, board)


def _of_line(node: Node, board: Board) -> StatesView:
    line: Line = node.state
    standing = line.standing.seen(line.ledger.time_us)
    seat = line.seat
    noted = Noted(0, line.ledger.time_us, line.dn, seat.dnd, seat.agent or seat.login_id, board.place_of(line.dn))
    return StatesView(line.seen(), [standing], [noted])


def _of_agent(node: Node, board: Board) -> StatesView:
    person: Person = node.state
    visited = [board.lines[dn].state for dn in sorted(person.visited & board.lines.keys())]
    actions = [began for line in visited for began in line.seen(person.employee_id)]
    statuses = [person.standing.seen(person.time_us), *person.seen()]
    place = person.place(board.place_of)
    notes: list[Noted | MediaNoted] = [Noted(0, person.time_us, person.employee_id, False, "", place)]
    has_logged_in = bool(person.visited) or person.channels is not None
    target = target_of_agent(person, place, rule_at(node.key, place, board))
    targets = [TargetTold(0, person.time_us, person.employee_id, target)]
    view = StatesView(actions, statuses, notes, targets, has_logged_in)
    return _with_media(view, person)


def _with_media(view: StatesView, one: Person | Desk) -> StatesView:
    view.actions += one.routability.seen(one.time_us)
    if one.channels is not None:
        view.actions += one.channels.seen()
        view.notes.append(media_of(one.channels, 0))
    return view


def _of_place(node: Node, board: Board) -> StatesView:
    view = _joined(_of_member(board.lines[dn], node, board) for dn in node.state.dns)
    desk: Desk = node.state
    view.statuses.append(desk.standing.seen(desk.time_us))
    target = target_of_place(desk, rule_of(desk, node.key, board))
    view.targets.append(TargetTold(0, desk.time_us, desk.standing.holder, target))
    return _with_media(view, node.state)


def _of_group(node: Node, board: Board) -> StatesView:
    group: Group = node.state
    members = (member for member in node.members if member.key.id in group.members)
    view = _joined(_of_member(member, node, board) for member in members)
    view.statuses.append(group.standing.seen(group.time_us))
    return view


def _of_queue(node: Node, board: Board) -> StatesView:
    queue: Queue = node.state
    return StatesView(queue.seen() + _pseudo_actions(queue.dn, board))


def _of_staging(node: Node, _board: Board) -> StatesView:
    staging: Staging = node.state
    return StatesView(staging.seen())


def _of_queue_group(node: Node, board: Board) -> StatesView:
    return _joined(_of_member(member, node, board) for member in node.members)


def _of_member(member: Node, node: Node, board: Board) -> StatesView:
    """What a group, or a place, sees of one of its members: no more than since it has been one."""
    view = view_of(member, board)
    joined_us = node.state.joined_us.get(member.key.id)
    return view if joined_us is None else clipped(view, joined_us)


def _joined(views: Iterable[StatesView]) -> StatesView:
    joined = StatesView()
    for view in views:
        joined.actions += view.actions
        joined.statuses += view.statuses
        joined.notes += view.notes
        joined.targets += view.targets
    return joined


def _pseudo_actions(queue: str, board: Board) -> list[ActionBegan]:
    """Who belongs to a mediation DN and how they are (`semantics.md` 2.4)."""
    somebody: list[Any] = [node.state for node in board.lines.values()]
    somebody += [node.state for key, node in board.nodes.items() if key.type is ObjectType.AGENT]
    return [
        ActionBegan(0, 0, action, one.belonging.occurrence(action), 0, "", Attributes())
        for one in somebody
        for at, action in sorted(one.belonging.runs)
        if at == queue
    ]


VIEWS: Final[Mapping[ObjectType, Callable[[Node, Board], StatesView]]] = {
    ObjectType.REG_DN: _of_line,
    ObjectType.AGENT: _of_agent,
    ObjectType.PLACE: _of_place,
    ObjectType.GROUP_AGENTS: _of_group,
    ObjectType.GROUP_PLACES: _of_group,
    ObjectType.TENANT: _of_group,
    ObjectType.STAGING_AREA: _of_staging,
    ObjectType.QUEUE: _of_queue,
    ObjectType.ROUTE_POINT: _of_queue,
    ObjectType.GROUP_QUEUES: _of_queue_group,
    ObjectType.SWITCH: _of_queue_group,
}
