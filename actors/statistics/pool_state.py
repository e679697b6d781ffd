"""What the pool keeps and works with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from actors.configuration.definitions import Definitions
from actors.configuration.environment import Environment
from actors.sessions.messages import Ref
from actors.statistics.board import Board, Node
from actors.statistics.changes import StatesView
from actors.statistics.notification import Listener
from actors.statistics.opening import Opening
from actors.statistics.schedule import Schedule
from runtime.actor import ActorRef
from runtime.intake import Intake, Timer


class StartStatistic(Protocol):
    """Starts a statistic's actor; given by the supervisor."""

    def __call__(self, core: Any, look_at: Callable[[int], None]) -> ActorRef:
        """The ref of the actor that has `core`."""


class Entry(msgspec.Struct):
    """A statistic in the pool: how it was asked for, its actor, when it was asked for last; whether a timer is set that
    looks whether it is to go.
    """

    opening: Opening
    ref: ActorRef
    asked_us: int
    is_going: bool = False

    @property
    def statistic(self) -> Any:
        """The actor itself: the pool runs alone."""
        return self.ref.at_rest()


class Wiring(msgspec.Struct):
    """What the pool works with.

    `see` tells what runs and stands at an object; `start_statistic` starts an actor; `audience` are all sessions, and
    one that is gone is taken out.
    """

    board: Board
    definitions: Definitions
    environment: Environment
    intake: Intake
    see: Callable[[Node], StatesView]
    start_statistic: StartStatistic
    audience: dict[Any, None]


class PoolState(msgspec.Struct):
    """What is in the pool, which session has what open, and when to look at which statistic next."""

    entries: dict[bytes, Entry] = {}
    open: dict[Ref, dict[int, tuple[Entry, Listener]]] = {}
    schedule: Schedule = msgspec.field(default_factory=Schedule)
    timer: Timer | None = None
