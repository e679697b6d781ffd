"""What is there at an Interaction Server: who is logged in, which interactions there are, and who has them."""

from __future__ import annotations

from dataclasses import dataclass, field

from actors.vocabulary.events import UserData
from actors.vocabulary.interaction_events import HANDLING, READY, InteractionState, MediaState
from actors.vocabulary.times import seconds
from simulator.centre import Service
from simulator.floor import Staff

WAITS, IS_WITH_STRATEGY, IS_WITH_AGENT = 0, 2, 3
"""`interaction_state` (`multimedia.md` 1.1)."""


@dataclass(slots=True, eq=False)
class Interaction:
    """A chat or an e-mail; `user_data` is replaced, never changed in place, because events already told hold it.

    It belongs to `queue` since `entered_us` also when it `is_waiting` there no more. `spells_us` is how long each agent
    handled it last, since it was placed in a queue.
    """

    id: str
    media_type: str
    type: str
    subtype: str
    service: Service
    user_data: UserData | None = None
    parent: Interaction | None = None
    queue: str = ""
    entered_us: int = 0
    is_waiting: bool = False
    is_online: bool = False
    parties: list[Party] = field(default_factory=list)
    spells_us: dict[str, int] = field(default_factory=dict)

    @property
    def state(self) -> int:
        """As `interaction_state` on the wire."""
        if self.is_waiting:
            return WAITS
        return IS_WITH_AGENT if self.parties else IS_WITH_STRATEGY


@dataclass(slots=True, eq=False)
class Party:
    """An agent who is offered an interaction, or handles it; `asker` is the colleague who gave it or wanted company."""

    interaction: Interaction
    login: Login
    role: str
    since_us: int
    operation: str = ""
    asker: Login | None = None

    @property
    def is_over(self) -> bool:
        """Whether the agent has it no more."""
        return self not in self.login.parties

    @property
    def as_found(self) -> InteractionState:
        """As an item of `interactions` in EventPlaceAgentState."""
        one = self.interaction
        return InteractionState(
            one.id,
            one.media_type,
            one.type,
            one.subtype,
            role=self.role,
            since=seconds(self.since_us),
            user_data=one.user_data,
        )


@dataclass(slots=True, eq=False)
class Login:
    """An agent logged in at this Interaction Server, with one channel, since `began_us`.

    `since_us` is that of the channel's state, `available_us` that of being available or blocked.
    """

    staff: Staff
    place: str
    medium: str
    began_us: int
    since_us: int
    available_us: int
    state: str
    reasons: UserData | None = None
    is_dnd: bool = False
    dnd_us: int = 0
    is_there: bool = True
    parties: list[Party] = field(default_factory=list)

    @property
    def agent_id(self) -> str:
        """The employee id: that of agents here."""
        return self.staff.agent.employee_id

    @property
    def is_available(self) -> bool:
        """Whether the channel is ready and not to be left undisturbed."""
        return self.state == READY and not self.is_dnd

    @property
    def has_room(self) -> bool:
        """Whether one more may be offered: rule `std` of the configuration (`multimedia.md` 5)."""
        is_on_call = self.staff.line is not None and bool(self.staff.line.parties)
        return len(self.parties) < (1 if is_on_call else 2)

    @property
    def handled(self) -> list[Party]:
        """What is handled, not only offered."""
        return [party for party in self.parties if party.role == HANDLING]

    @property
    def as_found(self) -> MediaState:
        """As the medium in EventPlaceAgentState."""
        return MediaState(self.state, self.reasons, seconds(self.since_us))
