"""What the link of an Interaction Server knows beyond one agent or queue: an event is news for all it touches."""

from __future__ import annotations

from typing import Final

from actors.objects.interaction_messages import Named
from actors.sources.agent_rules import AGENT_RULES, IMPLIES_LOGIN
from actors.sources.interaction_rules import BEGINNINGS, INTERACTION_RULES, hear_data
from actors.sources.interaction_server import InteractionServer
from actors.sources.synchronisation import SYNCHRONISATION_RULES, close_round, end_frozen, lose_link
from actors.sources.tidings import Tidings
from actors.sources.told import Told
from actors.vocabulary.interaction_events import SYNCHRONISATIONS, InteractionEvent

HEARTBEAT: Final = "Heartbeat"


class InteractionBook(InteractionServer):
    """All that one Interaction Server has told, and what each event of it comes to."""

    def fan_out(self, event: InteractionEvent, order: int, time_us: int) -> Told:
        """What to tell which object (its key) of an event, in the order in which it is to be told."""
        now = Tidings(self.source, self.tenant, order, time_us)
        if self.is_round_open and self.completes(event):
            close_round(self, now)
        self._name_queue(event, now)
        if event.event in SYNCHRONISATION_RULES:
            SYNCHRONISATION_RULES[event.event](self, event, now)
        elif event.event in AGENT_RULES:
            self._agent_event(event, now)
        elif event.interaction_id:
            self._interaction_event(event, now)
        return now.told()

    def completes(self, event: InteractionEvent) -> bool:
        """Whether all that is there has been told, after a registration: the first event that is no state says so."""
        return event.event not in SYNCHRONISATIONS and event.event != HEARTBEAT

    def _name_queue(self, event: InteractionEvent, now: Tidings) -> None:
        if event.queue and event.queue not in self.queues:
            self.queues.add(event.queue)
            now.tell_queue(event.queue, Named())

    def _agent_event(self, event: InteractionEvent, now: Tidings) -> None:
        if event.agent_id in self.people or event.event in IMPLIES_LOGIN:
            AGENT_RULES[event.event](self, event, now)
        else:
            self.unexpected += 1

    def _interaction_event(self, event: InteractionEvent, now: Tidings) -> None:
        rule = INTERACTION_RULES.get(event.event)
        if event.interaction_id not in self.interactions and event.event not in BEGINNINGS:
            self.unexpected += 1
            return
        interaction = self.interaction(event)
        hear_data(self, interaction, event, now)
        if rule is not None:
            rule(self, interaction, event, now)

    # -- the link ----------------------------------------------------------------------------------------------------

    @property
    def is_watching(self) -> bool:
        """Whether anything is there that a loss of the link would freeze."""
        return bool(self.queues) or self.people.keys() != self.dark

    def lose(self, order: int, time_us: int) -> Told:
        """The link is lost."""
        now = Tidings(self.source, self.tenant, order, time_us)
        lose_link(self, now)
        return now.told()

    def next_stuck_us(self, _limit_us: int) -> None:
        """Never: an e-mail may well rest for weeks."""

    def stuck(self, limit_us: int, _order: int, _time_us: int) -> Told:
        """It is never asked for any."""
        raise LookupError(f"no interaction is stuck after {limit_us} us")

    def end_frozen(self, lost_us: int, order: int, time_us: int) -> Told:
        """The link lost then has stayed down too long, unless it was lost again since."""
        now = Tidings(self.source, self.tenant, order, time_us)
        if lost_us == self.lost_us:
            end_frozen(self, now)
        return now.told()
