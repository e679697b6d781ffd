"""The actor of an interaction queue of one or more Interaction Servers."""

from __future__ import annotations

from typing import ClassVar

from actors.objects.interaction_messages import QueueNews
from actors.objects.staging import Staging
from actors.statistics.node import Node
from runtime.actor import Actor


class StagingAreaActor(Actor):
    """Where interactions wait: what happens to them here, told to whoever wants to know."""

    level = 2

    def __init__(self, node: Node) -> None:
        super().__init__()
        self.node = node
        self._staging: Staging = node.state

    def on_news(self, message: QueueNews) -> None:
        """Something happened to interactions of the queue."""
        self._staging.apply(message)
        for told in self._staging.told:
            self.node.tell(told)
        self._staging.told.clear()

    handles: ClassVar = {QueueNews: on_news}
