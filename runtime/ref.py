"""What one holds of an actor, and pykka's list of all of them.

Two reaches into pykka beyond its extension points; tests pin what of pykka's version they rely on. A ref is lean: it
has the mailbox only, not five things besides. And the registry, a list that stops an actor in O(n), is replaced by one
that forgets in O(1).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Literal, cast, overload

import pykka
from pykka import ActorDeadError, ActorRegistry

from runtime.effects import EFFECTS
from runtime.future import Future, refuse_in_handler
from runtime.mail import Envelope, Mailbox

if TYPE_CHECKING:
    from runtime.actor import Actor


_note_told: Final = EFFECTS.told.append


class _Refs(dict["pykka.ActorRef[Any]", None]):
    """pykka's list of refs, with the list's methods that pykka uses, each O(1) but for the copy."""

    def append(self, ref: pykka.ActorRef[Any]) -> None:
        self[ref] = None

    def remove(self, ref: pykka.ActorRef[Any]) -> None:
        del self[ref]

    def __getitem__(self, key: Any) -> Any:
        return list(self)[key]


ActorRegistry._actor_refs = cast("list[pykka.ActorRef[Any]]", _Refs.fromkeys(ActorRegistry.get_all()))


class ActorRef(pykka.ActorRef[Any]):
    """What one holds of an actor. It stays alive over a restart, because the mailbox does."""

    __slots__ = ("actor_inbox",)
    actor_inbox: Mailbox

    def __init__(self, inbox: Mailbox) -> None:
        self.actor_inbox = inbox

    @property
    def actor_class(self) -> type[Actor]:  # type: ignore[override]
        """The class of the actor."""
        return self.actor_inbox.actor_class

    @property
    def actor_urn(self) -> str:  # type: ignore[override]
        """The actor's unique name."""
        return self.actor_inbox.actor_urn

    @property
    def actor_stopped(self) -> Mailbox:  # type: ignore[override]
        """The mailbox plays the part of pykka's flag."""
        return self.actor_inbox

    @property
    def _actor_weakref(self) -> Callable[[], Actor | None]:  # type: ignore[override]
        return lambda: self.actor_inbox.actor

    def is_alive(self) -> bool:
        """Whether the actor takes mail."""
        return not self.actor_inbox.is_stopped

    def tell(self, message: Any) -> None:
        """Puts a message in the actor's mailbox, and does not wait.

        Raises:
            ActorDeadError: the actor has stopped.
        """
        inbox = self.actor_inbox
        if inbox.is_stopped:
            inbox.dispatcher.undelivered += 1
            raise ActorDeadError(f"{self} not found")
        inbox.append(message)
        _note_told(inbox)
        if not inbox.is_ready:
            inbox.is_ready = True
            inbox.dispatcher.enqueue(inbox)

    def at_rest(self) -> Any:
        """The actor itself, for whoever runs alone at a quiet point and may look at anything (`design.md`)."""
        return self.actor_inbox.actor

    @overload
    def ask(self, message: Any, *, block: Literal[False], timeout: float | None = None) -> pykka.Future[Any]: ...
    @overload
    def ask(self, message: Any, *, block: Literal[True], timeout: float | None = None) -> Any: ...
    @overload
    def ask(self, message: Any, *, block: bool = True, timeout: float | None = None) -> Any | pykka.Future[Any]: ...
    def ask(self, message: Any, *, block: bool = True, timeout: float | None = None) -> Any | pykka.Future[Any]:
        """Puts a message in the actor's mailbox and waits for what its handler returns.

        Args:
            message: anything.
            block: whether to wait here; if not, the future is returned.
            timeout: seconds to wait.

        Raises:
            BlockingInHandlerError: called in a handler.
            pykka.Timeout: no answer within `timeout`.
            Exception: whatever the handler raised.
        """
        if block:
            refuse_in_handler()
        future = Future()
        if self.actor_inbox.is_stopped:
            future.set_exception((ActorDeadError, ActorDeadError(f"{self} not found"), None))
        else:
            self.actor_inbox.put(Envelope(message, reply_to=future))
        return future.get(timeout=timeout) if block else future
