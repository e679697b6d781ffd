"""What lies in a mailbox: messages in the order of the inputs they come from, and mailboxes themselves.

Every input (a line, a request, a timer that is due, a change of configuration) has a *number*, its place in the
journal. A message carries it in `order`, together with an index for what one input becomes and the rank of the kind
of actor that sent it. Sorting by `order` is what makes values independent of which actor ran first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec
from pykka._envelope import Envelope as PykkaEnvelope

from runtime.effects import EFFECTS

if TYPE_CHECKING:
    from runtime.actor import Actor
    from runtime.dispatcher import Dispatcher
    from runtime.supervision import Supervision

INDEX_SHIFT: Final = 4
"""A rank is less than 16."""
INDEX_BITS: Final = 20
"""One input may become a million things: the loss of a link is told to each of its DNs in turn."""
NUMBER_SHIFT: Final = INDEX_SHIFT + INDEX_BITS + 1
SETTLED: Final = 1 << (NUMBER_SHIFT - 1)
"""Marks what an actor tells when it has handled all of one input: after everything else of that number."""
_RANK: Final = (1 << INDEX_SHIFT) - 1
LAST: Final = 1 << 80
"""The order of what comes from no input: after everything that does."""


def order_of(number: int, index: int = 0) -> int:
    """The order of the `index`-th thing that input `number` becomes, before a sender's rank is added."""
    return (number << NUMBER_SHIFT) | (index << INDEX_SHIFT)


def number_of(order: int) -> int:
    """The number of the input that an order belongs to."""
    return order >> NUMBER_SHIFT


def settled_order(order: int, rank: int) -> int:
    """The order of what a sender of `rank` tells that has handled all of an input: by index, then by rank."""
    return (order | SETTLED) & ~_RANK | rank


class Message(msgspec.Struct, frozen=True, gc=False):
    """Root of what actors tell each other: frozen, made of values, never of live objects."""

    order: int


class Input(Message, frozen=True, gc=False):
    """One thing from outside, numbered and dated.

    The times of events never go back; a request, which moves no time, may be dated later than the event after it.
    """

    time_us: int
    payload: Any


class Envelope(PykkaEnvelope[Any]):
    """A message somebody waits for an answer to, or one of no input that must have an `order` all the same."""

    __slots__ = ()
    order: Final = LAST


class Mailbox(list[Any]):
    """An actor's inbox, pykka's stopped flag, and its place in the run queue, in one object.

    It outlives the actor: one that is restarted goes on with the mail that waited. It also has what the actor is made
    of again (`runtime.restart`): the actor as it was `saved`, the `log` of what it has handled since, and the `results`
    of what it did outside meanwhile; no `log` is kept of one that cannot be saved.
    """

    __slots__ = (
        "actor",
        "actor_class",
        "actor_urn",
        "dispatcher",
        "is_ready",
        "is_started",
        "is_stopped",
        "log",
        "log_max",
        "results",
        "saved",
        "supervision",
    )
    actor: Actor
    """Whose it is; one that has stopped is let go."""
    actor_class: type[Actor]
    actor_urn: str
    dispatcher: Dispatcher

    def __init__(self) -> None:
        super().__init__()
        self.supervision: Supervision | None = None
        self.is_ready = True
        """Whether the run queue has it, or will have it when the actor is started."""
        self.is_started = False
        self.is_stopped = False
        self.saved: Any = None
        self.log: list[Any] | None = None
        self.log_max = 0
        self.results: Sequence[Any] = ()

    __hash__ = object.__hash__  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other

    def house(self, actor: Actor) -> None:
        """Makes it the mailbox of an actor."""
        self.actor = actor
        self.actor_class = type(actor)
        self.actor_urn = actor.actor_urn

    def put(self, message: Any, /) -> None:
        """Puts a message in, and the mailbox in the run queue once."""
        self.append(message)
        EFFECTS.told.append(self)
        if not self.is_ready:
            self.is_ready = True
            self.dispatcher.enqueue(self)

    def get(self) -> PykkaEnvelope[Any]:
        """The oldest message, in an envelope, as pykka expects it."""
        message = self.pop(0)
        return message if isinstance(message, PykkaEnvelope) else PykkaEnvelope(message)

    def empty(self) -> bool:
        """Whether there is no mail."""
        return not self

    def is_set(self) -> bool:
        """Whether the actor has stopped: pykka asks its `threading.Event` so."""
        return self.is_stopped

    def set(self) -> None:
        """Marks the actor as stopped."""
        self.is_stopped = True
