"""How agents answer chats and e-mails beside the telephone: with the desk they take and leave their other media."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from simulator.crew import REASONS
from simulator.desks import Desks
from simulator.dice import Dice
from simulator.floor import Staff
from simulator.interaction_server import InteractionServer
from simulator.interactions import Interaction, Login
from simulator.schedule import Process, Schedule

STRETCH_S: Final = 300.0
PAUSE_S: Final = 60.0


class Stories(Protocol):
    """The stories of a medium's interactions, as far as agents come and go."""

    def seat(self, login: Login) -> None:
        """An agent is there."""

    def unseat(self, login: Login) -> None:
        """An agent is there no more."""

    def go_on(self, interaction: Interaction) -> None:
        """What an agent left behind waits again."""


class MediaCrew:
    """All agents, as far as they answer chats and e-mails.

    Args:
        stories: by the Interaction Server where they happen.
        desks: say who comes and goes.
        schedule: runs what they do.
        dice: how long they do what.
    """

    def __init__(
        self, stories: Mapping[InteractionServer, Stories], desks: Desks, schedule: Schedule, dice: Dice
    ) -> None:
        self._stories = stories
        self._schedule = schedule
        self._dice = dice
        desks.on_seated.append(self._come)
        desks.on_leaving.append(self._leave)

    def _come(self, staff: Staff) -> None:
        for server, stories in self._stories.items():
            if server.medium in staff.agent.media:
                login = server.log_in(staff)
                stories.seat(login)
                self._schedule.start(self._shift(server, login))

    def _leave(self, staff: Staff) -> None:
        for server, stories in self._stories.items():
            login = server.desks.logins.get(staff.agent.employee_id)
            if login is not None:
                stories.unseat(login)
                for interaction in server.log_out(login):
                    stories.go_on(interaction)

    def _shift(self, server: InteractionServer, login: Login) -> Process:
        yield self._dice.gap_us(3)
        pauses = (self._be_unready, self._be_undisturbed)
        while login.is_there:
            server.desks.get_ready(login)
            yield self._dice.gap_us(STRETCH_S)
            if login.is_there:
                yield from self._dice.weighted(pauses, (3, 1))(server, login)

    def _be_unready(self, server: InteractionServer, login: Login) -> Process:
        server.desks.get_unready(login, {"Reason": self._dice.one_of(REASONS)})
        yield self._dice.gap_us(PAUSE_S)
        if login.is_there and self._dice.chance(0.3):
            server.desks.give_reason(login, {"Reason": self._dice.one_of(REASONS)})
            yield self._dice.gap_us(PAUSE_S)

    def _be_undisturbed(self, server: InteractionServer, login: Login) -> Process:
        server.desks.set_dnd(login, is_on=True)
        yield self._dice.gap_us(PAUSE_S)
        if login.is_there:
            server.desks.set_dnd(login, is_on=False)
