"""One interaction as its Interaction Server tells of it: whose it is, where it waits, its data (`multimedia.md` 1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from actors.statistics.changes import Attributes
from actors.vocabulary.interaction_events import HANDLING, INVITED, InteractionEvent, InteractionState
from actors.vocabulary.media_actions import INTERACTION_TYPES


class Invitation(msgspec.Struct):
    """An agent was offered the interaction: when, how, and by which agent, if by one."""

    began_us: int
    operation: str = ""
    actor: str = ""
    visibility: str = ""


class Spell(msgspec.Struct):
    """An agent handles the interaction, or did since it was last placed in a queue."""

    began_us: int
    ended_us: int | None = None


class Interaction(msgspec.Struct):
    """What is known of one interaction.

    It belongs to `queue` (empty: to none that we know) also after it was taken, and `is_waiting` until then. `taken_by`
    and `submitted_by` are agents whose next step says what it was for.
    """

    id: str
    media_type: str = ""
    type: str = ""
    subtype: str = ""
    queue: str = ""
    is_waiting: bool = False
    is_online: bool | None = None
    is_abandoned: bool = False
    taken_by: str = ""
    submitted_by: str = ""
    invited: dict[str, Invitation] = {}
    spells: dict[str, Spell] = {}
    user_data: dict[str, Any] | None = None

    @property
    def handled_by(self) -> list[str]:
        """The agents that handle it now."""
        return [agent for agent, spell in self.spells.items() if spell.ended_us is None]

    def is_handled_by(self, agent: str) -> bool:
        """Whether an agent handles it now."""
        return agent in self.spells and self.spells[agent].ended_us is None

    def role_of(self, agent: str) -> str:
        """What an agent that has it does."""
        return HANDLING if self.is_handled_by(agent) else INVITED

    def since_us(self, agent: str) -> int:
        """Since when an agent has had it so."""
        return self.spells[agent].began_us if self.is_handled_by(agent) else self.invited[agent].began_us

    @property
    def agents(self) -> Iterable[str]:
        """Those that have it: invited, or handling it."""
        return [*self.invited, *self.handled_by]

    @property
    def attributes(self) -> Attributes:
        """What its actions carry for filters."""
        return Attributes(
            conn_id=self.id,
            media_type=self.media_type,
            this_queue=self.queue,
            user_data=self.user_data,
            interaction_type=self.type,
            interaction_subtype=self.subtype,
        )

    @property
    def counted_type(self) -> str:
        """Its type, if there are actions of it; else empty."""
        return self.type if self.type in INTERACTION_TYPES else ""

    def hear(self, told: InteractionEvent | InteractionState) -> None:
        """Takes what an event tells of the interaction itself; its medium and types are those first told."""
        self.media_type = self.media_type or told.media_type.lower()
        self.type = self.type or told.interaction_type
        self.subtype = self.subtype or told.interaction_subtype

    def forget_ended(self) -> None:
        """It was placed in a queue: what agents did with it before is over (`multimedia.md` 2.3, Stopped)."""
        self.spells = {agent: spell for agent, spell in self.spells.items() if spell.ended_us is None}
