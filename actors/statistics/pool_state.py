"""What the pool keeps and works with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from actors.configuration.definitions import Definitions
from actors.configuration.environment import Environment
from actors.sessions.messages import Ref
from actors.statistics.agenda import Agenda
from actors.statistics.board import Board
from actors.statistics.changes import StatesView
from actors.statistics.node import Node
from actors.statistics.opening import Core, Opening
from runtime.actor import ActorRef
from runtime.intake import Intake


class StartStatistic(Protocol):
    """Starts a statistic's actor when the turn is over; given by the supervisor."""

    def __call__(self, core: Core, look_at: Callable[[int], None]) -> ActorRef:
        """The ref of the actor that has `core`; it may be told things at once."""


class Entry(msgspec.Struct):
    """A statistic in the pool: how it was asked for, its actor, when it was asked for last; how many have it open, and
    whether a timer is set that looks whether it is to go.
    """

    opening: Opening
    ref: ActorRef
    asked_us: int
    listeners: int = 0
    is_going: bool = False

    @property
    def statistic(self) -> Any:
        """The actor itself, for who looks while all is at rest."""
        return self.ref.at_rest()


class Wiring(msgspec.Struct):
    """What the pool works with.

    `see` tells what runs and stands at an object; `start_statistic` starts an actor; `agenda` is where statistics say
    when they are to be looked at; `audience` are all sessions, and one that is gone is taken out.
    """

    board: Board
    definitions: Definitions
    environment: Environment
    intake: Intake
    see: Callable[[Node], StatesView]
    start_statistic: StartStatistic
    agenda: Agenda
    audience: dict[Any, None]

    def empty_core(self, asked: Opening, now_us: int) -> Core:
        """What calculates a statistic, and knows nothing yet."""
        tenant = self.environment.tenants.get(asked.node.key.tenant)
        zone = (tenant.time_zone if tenant else "") or self.definitions.options.time_zone or "UTC"
        return asked.core(zone, now_us, self.definitions.options.load_balance_aht)

    def core(self, asked: Opening, now_us: int) -> Core:
        """What calculates a statistic that begins now, with what runs and stands at its object; all is at rest."""
        core, view = self.empty_core(asked, now_us), self.see(asked.node)
        core.take_over(view if asked.is_state else _of_interest(view, asked))
        return core


class PoolState(msgspec.Struct):
    """The pool's books: what is in it, and which session has what open under which id."""

    entries: dict[bytes, Entry] = {}
    open: dict[Ref, dict[int, Entry]] = {}


def _of_interest(view: StatesView, asked: Opening) -> StatesView:
    """What a number is calculated from."""
    actions = [began for began in view.actions if began.action in asked.actions]
    subjects = {subject for subject, _ in asked.statuses}
    statuses = [change for change in view.statuses if change.subject in subjects]
    return StatesView(actions, statuses, has_logged_in=view.has_logged_in)
