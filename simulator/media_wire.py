"""What an Interaction Server says about what happens: its reporting events with all attributes (`multimedia.md` 1)."""

from __future__ import annotations

from typing import Any

from actors.vocabulary.interaction_events import AGENT, InteractionEvent
from actors.vocabulary.times import seconds
from simulator import books as book
from simulator.centre import TENANT
from simulator.interactions import Interaction, Login
from simulator.told import Told


class MediaWire(Told[InteractionEvent]):
    """Where the acts of one Interaction Server become events, and where they are written into the books."""

    def tell(self, event: str, **attributes: Any) -> None:
        """Tells an event."""
        self._told.append(InteractionEvent(event, seconds(self.now_us), **attributes))

    def of_login(self, event: str, login: Login, **attributes: Any) -> None:
        """Tells an event of an agent who is logged in."""
        self.tell(event, tenant=TENANT, agent_id=login.agent_id, place=login.place, **attributes)

    def of_channel(self, event: str, login: Login, **attributes: Any) -> None:
        """Tells an event of an agent's one medium."""
        self.of_login(event, login, media_type=login.medium, **attributes)

    def of_interaction(self, event: str, interaction: Interaction, **attributes: Any) -> None:
        """Tells an event of an interaction: all that is known of it, then `attributes` (they win)."""
        known: dict[str, Any] = {
            "tenant": TENANT,
            "interaction_id": interaction.id,
            "parent_interaction_id": interaction.parent.id if interaction.parent else "",
            "media_type": interaction.media_type,
            "interaction_type": interaction.type,
            "interaction_subtype": interaction.subtype,
            "queue": interaction.queue,
        }
        self.tell(event, **(known | attributes))

    def of_party(self, event: str, interaction: Interaction, login: Login, **attributes: Any) -> None:
        """Tells an event of an interaction and an agent."""
        who = {"party_type": AGENT, "agent_id": login.agent_id, "place": login.place}
        self.of_interaction(event, interaction, **(who | attributes))

    def book_login(self, login: Login, action: str, duration_us: int = 0) -> None:
        """Writes down an action of an agent: for the agent, and for the place of the login."""
        self._books.count(book.AGENT, login.agent_id, action, duration_us)
        self._books.count(book.PLACE, login.place, action, duration_us)

    def book_queue(self, queue: str, action: str, duration_us: int = 0) -> None:
        """Writes down an action at an interaction queue."""
        self._books.count(book.STAGING_AREA, queue, action, duration_us)

    def book_tenant(self, action: str) -> None:
        """Writes down an action of the tenant."""
        self._books.count(book.TENANT, TENANT, action)


def doer(login: Login | None) -> dict[str, str]:
    """The attributes of the agent who caused an event; none of nobody."""
    return {"actor_type": AGENT, "actor_id": login.agent_id} if login is not None else {}
