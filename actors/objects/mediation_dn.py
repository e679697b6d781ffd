"""The actor of a mediation DN (ACD queue, routing point, virtual queue), and that of a group of them or a switch."""

from __future__ import annotations

from typing import Any, ClassVar

from actors.objects.messages import DnEvent, EarlierData, Joined, Left, LinkLossLimit, StuckCalls, WaitUsedUp
from actors.objects.queue import Queue
from actors.statistics.changes import ActionBegan, ActionChanged, ActionEnded, ActionHappened, ActionRenamed
from actors.statistics.node import Node
from runtime.actor import Actor


class MediationDnActor(Actor):
    """Where calls wait: what happens to them here, and what became of them at the DNs they were sent to."""

    level = 4

    def __init__(self, node: Node) -> None:
        super().__init__()
        self.node = node
        self._queue: Queue = node.state

    def on_event(self, message: DnEvent) -> None:
        """An event of this DN."""
        self._queue.apply(message)
        self._deliver()

    def on_earlier_data(self, message: EarlierData) -> None:
        """The call that one here was a consultation for has other data."""
        self._queue.hear_earlier_data(message)
        self._deliver()

    def on_used_up(self, message: WaitUsedUp) -> None:
        """A call left when its route was used, and only now is it known."""
        self._queue.use_up(message)
        self._deliver()

    def on_limit(self, message: LinkLossLimit) -> None:
        """The link has been down for too long."""
        if self._queue.is_frozen_since(message.lost_us):
            self._queue.give_up(message.order, message.time_us)
        self._deliver()

    def on_stuck(self, message: StuckCalls) -> None:
        """Calls here have had no event for too long."""
        self._queue.clean(message.order, message.time_us, message.conn_ids)
        self._deliver()

    def on_action(self, message: Any) -> None:
        """What became of a call of this DN elsewhere, or how somebody who belongs to it is."""
        self.node.tell(message)

    handles: ClassVar = {
        DnEvent: on_event,
        EarlierData: on_earlier_data,
        WaitUsedUp: on_used_up,
        LinkLossLimit: on_limit,
        StuckCalls: on_stuck,
        ActionHappened: on_action,
        ActionBegan: on_action,
        ActionEnded: on_action,
    }

    def _deliver(self) -> None:
        for message in self._queue.told:
            if type(message) is ActionRenamed:
                self.node.tell_renamed(message)
            else:
                self.node.tell(message)
        self._queue.told.clear()


class QueueGroupActor(Actor):
    """Mediation DNs counted as one: a DN group, or all of a switch."""

    level = 5

    def __init__(self, node: Node) -> None:
        super().__init__()
        self.node = node

    def on_action(self, message: Any) -> None:
        """Something that somebody wants to know of the group happened at a member."""
        self.node.tell(message)

    def on_renamed(self, message: ActionRenamed) -> None:
        """A wait goes on under another name."""
        self.node.tell_renamed(message)

    def on_joined(self, message: Joined) -> None:
        """A mediation DN is a member from now on."""
        self.node.state.joined_us[message.member] = message.time_us

    def on_left(self, message: Left) -> None:
        """A mediation DN is a member no more."""
        self.node.state.joined_us.pop(message.member, None)

    handles: ClassVar = {
        Joined: on_joined,
        Left: on_left,
        ActionBegan: on_action,
        ActionEnded: on_action,
        ActionChanged: on_action,
        ActionHappened: on_action,
        ActionRenamed: on_renamed,
    }
