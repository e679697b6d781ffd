"""The book of what runs at one regular DN: it gives each occurrence its number and says who must be told.

Three readers hear of a change: whoever watches the DN or its place; the agent it counts for; and, of what became of a
queue's calls, that queue. `told`, `told_agents` and `told_queues` collect it; the actor delivers.
"""

from __future__ import annotations

from typing import Final

import msgspec

from actors.statistics.changes import ActionBegan, ActionChanged, ActionEnded, ActionHappened, Attributes
from runtime.mail import Message

RANK: Final = 1
"""Of a regular DN among senders (`design.md`, order)."""


class Running(msgspec.Struct):
    """A durable action that runs at the DN, and how its agent sees it.

    `agent` is the employee id it counts for, empty for nobody; the agent's view has its own number and begin where
    the agent came after the action began. Each view has the order of the message that it began with.
    """

    action: str
    occurrence: str
    began_us: int
    attributes: Attributes
    agent: str = ""
    agent_occurrence: str = ""
    agent_began_us: int = 0
    order: int = 0
    agent_order: int = 0


class Ledger(msgspec.Struct):
    """Begins, ends and raises actions at `dn`, as of the input that is being handled."""

    dn: str
    order: int = 0
    time_us: int = 0
    occurrences: int = 0
    told: list[Message] = []
    told_agents: list[tuple[str, Message]] = []
    told_queues: list[tuple[str, Message]] = []

    def at(self, order: int, time_us: int) -> None:
        """What follows is of this order, and happened then."""
        self.order = order | RANK
        self.time_us = time_us

    def next_occurrence(self) -> str:
        """A name no other occurrence has, whichever DN it is of."""
        self.occurrences += 1
        return f"{self.dn}#{self.occurrences}"

    def begin(self, action: str, attributes: Attributes, agent: str, began_us: int | None = None) -> Running:
        """Begins a durable action, for the DN and for `agent` alike."""
        began_us = self.time_us if began_us is None else min(began_us, self.time_us)
        occurrence = self.next_occurrence()
        began = ActionBegan(self.order, self.time_us, action, occurrence, began_us, self.dn, attributes)
        self.told.append(began)
        if agent:
            self.told_agents.append((agent, began))
        agent_occurrence, order = occurrence if agent else "", self.order
        return Running(action, occurrence, began_us, attributes, agent, agent_occurrence, began_us, order, order)

    def end(self, running: Running) -> None:
        """Ends a durable action for everybody."""
        ended = ActionEnded(self.order, self.time_us, running.action, running.occurrence)
        self.told.append(ended)
        if running.agent:
            if running.agent_occurrence != running.occurrence:
                ended = ActionEnded(self.order, self.time_us, running.action, running.agent_occurrence)
            self.told_agents.append((running.agent, ended))

    def change(self, running: Running, attributes: Attributes) -> None:
        """Lets a durable action go on with other attributes."""
        running.attributes = attributes
        changed = ActionChanged(self.order, self.time_us, running.action, running.occurrence, attributes)
        self.told.append(changed)
        if running.agent:
            if running.agent_occurrence != running.occurrence:
                changed = ActionChanged(self.order, self.time_us, running.action, running.agent_occurrence, attributes)
            self.told_agents.append((running.agent, changed))

    def give(self, running: Running, agent: str, login_us: int) -> None:
        """A running action counts for `agent` too, from its login on."""
        running.agent = agent
        running.agent_occurrence = self.next_occurrence()
        running.agent_began_us = max(running.began_us, login_us)
        running.agent_order = self.order
        self.told_agents.append((agent, self.as_began(running, for_agent=True)))

    def take(self, running: Running) -> None:
        """From now on a running action counts for no agent any more."""
        self.told_agents.append(
            (running.agent, ActionEnded(self.order, self.time_us, running.action, running.agent_occurrence))
        )
        running.agent = running.agent_occurrence = ""

    def happen(self, action: str, duration_us: int, attributes: Attributes, agent: str) -> None:
        """Raises a momentary action (`duration_us` 0) or a retrospective one."""
        happened = ActionHappened(self.order, self.time_us, action, duration_us, attributes)
        self.told.append(happened)
        if agent:
            self.told_agents.append((agent, happened))

    def credit(self, queue: str, action: str, duration_us: int, attributes: Attributes) -> None:
        """Raises an action at the mediation DN that delivered the call: `ThisDN` and `ThisQueue` are its own there."""
        number = queue.partition("@")[0]
        own = msgspec.structs.replace(attributes, this_dn=number, this_queue=number if attributes.conn_id else "")
        self.told_queues.append((queue, ActionHappened(self.order, self.time_us, action, duration_us, own)))

    def as_began(self, running: Running, *, for_agent: bool) -> ActionBegan:
        """A running action as its viewer would have heard of it."""
        occurrence = running.agent_occurrence if for_agent else running.occurrence
        began_us = running.agent_began_us if for_agent else running.began_us
        order = running.agent_order if for_agent else running.order
        return ActionBegan(order, self.time_us, running.action, occurrence, began_us, self.dn, running.attributes)
