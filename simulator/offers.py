"""What happens to interactions at agents: offered, accepted or not, pulled, shared, left (`multimedia.md` 2)."""

from __future__ import annotations

from typing import Final

from actors.vocabulary.events import UserData
from actors.vocabulary.interaction_events import HANDLING, INVITED
from simulator.interactions import Interaction, Login, Party
from simulator.media_wire import MediaWire, doer

COACH: Final = "Coach"
MOMENTS: Final = {
    "Transfer": (("TransferTaken",), ("TransferMade",)),
    "Conference": (("ConferenceJoined",), ("ConferenceMade",)),
    COACH: (("CoachingByRequestInitiated",), ("CoachingRequested", "BeingCoached")),
}
"""What the coming of an agent is for who comes, and for who asked."""
ENDINGS: Final = {"EventRejected": "Rejected", "EventRevoked": "Revoked"}


class Offers:
    """The acts of agents with interactions, told and booked.

    Args:
        wire: tells and books them.
    """

    def __init__(self, wire: MediaWire) -> None:
        self._wire = wire

    def invite(
        self, interaction: Interaction, login: Login, operation: str = "Route", asker: Login | None = None
    ) -> Party:
        """The interaction is offered: by a strategy, or by a colleague who gives it or wants company."""
        party = self._at(interaction, login, INVITED, operation, asker)
        self._wire.of_party(
            "EventAgentInvited",
            interaction,
            login,
            operation=operation,
            user_data=interaction.user_data,
            **doer(asker),
        )
        self._wire.book_login(login, "DeliveringStarted")
        return party

    def accept(self, party: Party) -> None:
        """The agent takes it: handles it from now, or listens as a coach."""
        one, login, asker = party.interaction, party.login, party.asker
        self._wire.of_party("EventPartyAdded", one, login, operation=party.operation, **doer(asker))
        self._end_delivering(party, "Accepted")
        if party.operation == COACH:
            self._remove(party)
        else:
            self._begin_handling(party)
        for whose, actions in zip((login, asker), MOMENTS.get(party.operation, ((), ())), strict=True):
            for action in actions:
                assert whose is not None
                self._wire.book_login(whose, action)

    def decline(self, party: Party, event: str, reasons: UserData) -> None:
        """The agent says no (`EventRejected`), or nothing (`EventRevoked`)."""
        self._remove(party)
        self._wire.of_party(event, party.interaction, party.login, reasons=reasons)
        self._end_delivering(party, ENDINGS[event])

    def pull(self, interaction: Interaction, login: Login) -> Party:
        """The agent has taken it from its queue."""
        party = self._at(interaction, login, HANDLING, "Pull")
        self._wire.of_party("EventPartyAdded", interaction, login, operation="Pull")
        self._wire.book_login(login, "Pulled")
        self._begin_handling(party)
        return party

    def create(self, interaction: Interaction, login: Login) -> Party:
        """The agent writes what it has submitted."""
        party = self._at(interaction, login, HANDLING, "Create")
        self._wire.of_party("EventPartyAdded", interaction, login, operation="Create")
        self._wire.book_login(login, f"Started{interaction.type}")
        self._begin_handling(party)
        return party

    def leave(self, party: Party, operation: str) -> None:
        """The agent has it no more; `operation` says why."""
        self._remove(party)
        self._wire.of_party("EventPartyRemoved", party.interaction, party.login, operation=operation)
        self._end_handling(party)

    def stop_coaching(self, interaction: Interaction, coach: Login) -> None:
        """The coach has heard enough."""
        self._wire.of_party("EventPartyRemoved", interaction, coach, operation="Leave")

    def withdraw(self, party: Party) -> None:
        """The agent has it no more, as the event that is told next implies."""
        self._remove(party)
        if party.role == INVITED:
            self._end_delivering(party, "Revoked")
        else:
            self._end_handling(party)

    def take_away(self, login: Login) -> list[Interaction]:
        """All that an agent had is taken away by the logout, which alone tells of it.

        Returns:
            The interactions that nobody has now.
        """
        parties = tuple(login.parties)
        for party in parties:
            self.withdraw(party)
        return [party.interaction for party in parties if not party.interaction.parties]

    def _at(
        self, interaction: Interaction, login: Login, role: str, operation: str, asker: Login | None = None
    ) -> Party:
        party = Party(interaction, login, role, self._wire.now_us, operation, asker)
        login.parties.append(party)
        interaction.parties.append(party)
        return party

    def _remove(self, party: Party) -> None:
        party.login.parties.remove(party)
        party.interaction.parties.remove(party)

    def _end_delivering(self, party: Party, how: str) -> None:
        for action in ("Delivering", how):
            self._wire.book_login(party.login, action, self._wire.now_us - party.since_us)

    def _begin_handling(self, party: Party) -> None:
        party.role, party.since_us = HANDLING, self._wire.now_us
        for action in ("HandlingStarted", f"Handling{party.interaction.type}Started"):
            self._wire.book_login(party.login, action)

    def _end_handling(self, party: Party) -> None:
        handled_us, type_ = self._wire.now_us - party.since_us, party.interaction.type
        for action in ("Handling", f"Handling{type_}", "Processed", f"Processed{type_}"):
            self._wire.book_login(party.login, action, handled_us)
        party.interaction.spells_us[party.login.agent_id] = handled_us
