"""Who is told of a change of status, by the board's tables."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from actors.statistics.changes import Attributes, StatusChanged
from actors.statistics.node import Node
from actors.vocabulary.objects import ObjectKey, ObjectType

READY_OR_NOT = [("AgentStatus", "WaitForNextCall"), ("AgentStatus", "NotReadyForNextCall")]


class Told:
    """Somebody who is told things, and keeps the new statuses."""

    def __init__(self) -> None:
        self.statuses: list[str] = []

    def tell(self, message: Any) -> None:
        self.statuses.append(message.status)


@pytest.fixture
def node() -> Node:
    return Node(ObjectKey(ObjectType.AGENT, "4711", ""), None, "AgentStatus")


def changed(old: str, status: str) -> StatusChanged:
    return StatusChanged(0, 0, "AgentStatus", "4711", old, status, 0, 0, Attributes())


def test_who_wants_either_status_is_told_once(node: Node) -> None:
    told = Told()
    node.want(told, (), READY_OR_NOT)
    node.tell_status(changed("WaitForNextCall", "NotReadyForNextCall"))
    assert told.statuses == ["NotReadyForNextCall"]


def test_who_wants_a_mask_hears_who_comes_and_who_leaves(node: Node) -> None:
    told = Told()
    node.want(told, (), READY_OR_NOT, [{"WaitForNextCall", "NotReadyForNextCall"}])
    node.tell_status(changed("LoggedOut", "NotReadyForNextCall"))
    node.tell_status(changed("NotReadyForNextCall", "LoggedOut"))
    assert told.statuses == ["NotReadyForNextCall", "LoggedOut"]


@pytest.mark.parametrize("status", ["WaitForNextCall", "NotReadyForNextCall"])
def test_who_wants_a_mask_hears_nothing_of_those_who_stay(node: Node, status: str) -> None:
    told = Told()
    node.want(told, (), READY_OR_NOT, [{"WaitForNextCall", "NotReadyForNextCall"}])
    node.tell_status(changed("WaitForNextCall", status))
    assert told.statuses == []


def test_who_wants_nothing_any_more_is_told_nothing(node: Node) -> None:
    told = Told()
    node.want(told, (), READY_OR_NOT, [{"WaitForNextCall", "NotReadyForNextCall"}])
    node.unwant(told, (), READY_OR_NOT)
    node.tell_status(changed("LoggedOut", "NotReadyForNextCall"))
    assert told.statuses == []


def test_who_wants_two_masks_hears_of_a_change_of_either(node: Node) -> None:
    told = Told()
    node.want(told, (), READY_OR_NOT, [{"WaitForNextCall"}, {"WaitForNextCall", "NotReadyForNextCall"}])
    node.tell_status(changed("WaitForNextCall", "NotReadyForNextCall"))
    assert told.statuses == ["NotReadyForNextCall"]


def test_a_status_that_began_before_the_old_one_ended_is_told(node: Node) -> None:
    told = Told()
    node.want(told, (), READY_OR_NOT, [{"WaitForNextCall", "NotReadyForNextCall"}])
    node.tell_status(replace(changed("WaitForNextCall", "NotReadyForNextCall"), time_us=1))
    assert told.statuses == ["NotReadyForNextCall"]
