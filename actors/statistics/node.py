"""One object on the board: whom it tells what (`design.md`: tables that change only while all is at rest)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

from actors.statistics.changes import ActionRenamed, StatusChanged
from actors.vocabulary.objects import ObjectKey


class Ref(Protocol):
    """What can be told something."""

    def tell(self, message: Any) -> None:
        """Puts a message in a mailbox."""


class Node:
    """One object on the board.

    `subject` counts its own status (`DNStatus` for a DN). `above` are the nodes that hear of that always: a DN's place,
    an agent's groups. `members` are those a group asks for what is wanted of it; a place asks nobody, its DNs look up
    what is wanted of it, and of their agent. Who wants a status may say of which of its masks it is: a change to
    another one of the same masks is nothing to it then.
    """

    __slots__ = ("above", "actions", "key", "members", "ref", "state", "statuses", "subject")
    hears_seats = False
    """Whether its members tell it where they are logged in."""

    def __init__(self, key: ObjectKey, state: Any, subject: str) -> None:
        self.key = key
        self.state = state
        self.subject = subject
        self.ref: Ref = Nobody()
        self.actions: dict[str, list[Ref]] = {}
        self.statuses: dict[str, dict[str, dict[Ref, int]]] = {}
        self.above: list[Node] = []
        self.members: dict[Node, None] = {}

    def add_member(self, member: Node) -> None:
        """Makes `member` one of this group: from now on it tells the group what is wanted of it."""
        self.members[member] = None
        member.above.append(self)
        if self.actions or self.statuses:
            member.want(self.ref_for(member), self.actions, self.asked_of(member))

    def remove_member(self, member: Node) -> None:
        """Makes `member` none of this group any more."""
        del self.members[member]
        member.above.remove(self)
        if self.actions or self.statuses:
            member.unwant(self.ref_for(member), tuple(self.actions), self.asked_of(member))

    def ref_for(self, _member: Node) -> Ref:
        """What a member tells that wants something of it for this group."""
        return self.ref

    def membership_of(self, _member: Node) -> bool | IsIn:
        """Whether a member is in the group; if that depends on how it is logged in, what tells it."""
        return True

    def asked_of(self, member: Node) -> list[tuple[str, str]]:
        """The statuses that a member must be asked for: its own ones it tells unasked."""
        return [
            (subject, status)
            for subject, statuses in self.statuses.items()
            if subject not in (self.subject, member.subject)
            for status in statuses
        ]

    def want(
        self,
        ref: Ref,
        actions: Iterable[str],
        statuses: Iterable[tuple[str, str]],
        masks: Sequence[Collection[str]] = (),
    ) -> None:
        """From now on `ref` is told of these actions and (subject, status) pairs.

        Args:
            ref: who.
            actions: their names.
            statuses: those it may have to hear of.
            masks: if given, it is not told of a change between statuses of the same masks.
        """
        for action in actions:
            wanting = self.actions.setdefault(action, [])
            wanting.append(ref)
            if len(wanting) == 1:
                for node in self.members:
                    node.want(self.ref_for(node), (action,), ())
        for subject, status in statuses:
            told = self.statuses.setdefault(subject, {}).setdefault(status, {})
            told[ref] = sum(1 << bit for bit, mask in enumerate(masks) if status in mask)
            if len(told) == 1:
                for node in self._asked(subject):
                    node.want(self.ref_for(node), (), ((subject, status),))

    def unwant(self, ref: Ref, actions: Iterable[str], statuses: Iterable[tuple[str, str]]) -> None:
        """`ref` is no longer told of these."""
        for action in actions:
            wanting = self.actions[action]
            wanting.remove(ref)
            if not wanting:
                del self.actions[action]
                for node in self.members:
                    node.unwant(self.ref_for(node), (action,), ())
        for subject, status in statuses:
            told = self.statuses[subject][status]
            del told[ref]
            if not told:
                del self.statuses[subject][status]
                for node in self._asked(subject):
                    node.unwant(self.ref_for(node), (), ((subject, status),))

    def _asked(self, subject: str) -> list[Node]:
        """The members that must be asked for such statuses."""
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
        """Tells a change of status to whoever wants the old or the new one.

        One that began before the old one ended, as a registration may find it, counts twice for a while: it is told to
        those as well to whom both are the same.
        """
        by_status = self.statuses.get(change.subject)
        if not by_status:
            return
        of_old, of_new = by_status.get(change.old, _NONE), by_status.get(change.status, _NONE)
        is_seamless = change.since_us == change.time_us or change.old == change.status
        for ref, masks in of_old.items():
            if not (masks and is_seamless and of_new.get(ref) == masks):
                ref.tell(change)
        for ref in of_new:
            if ref not in of_old:
                ref.tell(change)


_NONE: Final[Mapping[Ref, int]] = {}
IsIn = Callable[[Mapping[str, Collection[str]]], bool]
"""Whether somebody is in a group that is logged in at these DNs, with these queues."""


class Nobody:
    """Stands for the ref of an object whose actor has not been started."""

    def tell(self, message: Any) -> None:
        """Nobody can be told."""
        raise LookupError(f"nobody to tell {message!r}")
