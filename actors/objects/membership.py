"""What a group hears when a member comes or goes while the server runs (`semantics.md` 3, 11 to 3).

What runs at the member counts from joining, and has ended, so is counted, by leaving. For the group's statistics that
is as if it all began and ended then.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from actors.configuration.capacity_rules import VOICE
from actors.configuration.environment import Dn
from actors.objects.messages import Joined, Left
from actors.statistics.changes import ActionEnded, Attributes, StatesView, StatusChanged
from actors.statistics.node import Node
from actors.vocabulary.objects import DnType, ObjectType
from runtime.mail import Message


def clipped(view: StatesView, from_us: int) -> StatesView:
    """What a member's group sees of it that joined then."""
    actions = [replace(began, began_us=max(began.began_us, from_us)) for began in view.actions]
    statuses = [clipped_status(change, from_us) for change in view.statuses]
    return StatesView(actions, statuses, view.notes, view.targets)


def clipped_status(change: StatusChanged, from_us: int) -> StatusChanged:
    """A member's status as its group sees it that the member joined then."""
    since_us, reasons_us = max(change.since_us, from_us), max(change.reasons_since_us, from_us)
    return replace(change, since_us=since_us, reasons_since_us=reasons_us)


def joining(member: Node, view: StatesView, order: int, time_us: int, dn: Dn | None = None) -> Iterator[Message]:
    """What a group hears of a member that joins.

    Args:
        member: who.
        view: what runs and stands at it.
        order: of the change.
        time_us: when.
        dn: what the configuration says of it, of a DN that joins a place.
    """
    now = clipped(view, time_us)
    is_port = dn is not None and dn.type is DnType.VOICE_TREATMENT_PORT
    yield Joined(order, time_us, member.key.id, dn.media_type if dn is not None else VOICE, is_port)
    for began in now.actions:
        yield replace(began, order=order, time_us=time_us)
    for change in now.statuses:
        yield replace(change, order=order, time_us=time_us, old="")
    for note in (*now.notes, *now.targets):
        yield replace(note, order=order, time_us=time_us)


def leaving(member: Node, view: StatesView, order: int, time_us: int) -> Iterator[Message]:
    """What a group hears of a member that leaves; arguments as for `joining`."""
    yield from leaving_view(view, order, time_us)
    yield Left(order, time_us, member.key.id)


def leaving_view(view: StatesView, order: int, time_us: int) -> Iterator[Message]:
    """The ends, for a group, of all that runs and stands at a member that leaves."""
    for began in view.actions:
        yield ActionEnded(order, time_us, began.action, began.occurrence)
    for change in view.statuses:
        yield replace(change, order=order, time_us=time_us, old=change.status, status="", attributes=Attributes())
    for told in view.targets:
        yield replace(told, order=order, time_us=time_us, target=None)


def tell(group: Node, member: Node, message: Any) -> None:
    """Tells a group what it, or somebody who watches it, wants to know of a member."""
    if isinstance(message, StatusChanged):
        if message.subject == member.subject or message.subject in group.statuses:
            group.ref.tell(message)
    elif isinstance(message, Joined | Left):
        group.ref.tell(message)
    elif message.action not in group.actions:
        return
    elif group.key.type is ObjectType.PLACE:
        group.tell(message)
    else:
        group.ref.tell(message)
