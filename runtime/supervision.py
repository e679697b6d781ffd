"""What a supervisor is to the runtime, and how it keeps each kind of actor alive, in OTP's words."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from runtime.restart import log_max_of

if TYPE_CHECKING:
    from runtime.actor import Actor
    from runtime.mail import Mailbox


class Supervision(Protocol):
    """Who hears that a supervised actor failed, and has another made."""

    def failed(self, actor: Actor, message: Any, error: BaseException) -> bool:
        """Told of every failure, before the actor's next message is handled.

        Args:
            actor: who failed.
            message: what it was handling: an `Envelope` if it was asked, None if it was being started. The failure of
                `settle` is that of the last message before it.
            error: what was raised.

        Returns:
            Whether the mailbox goes on; if not, it is stopped.
        """

    def rebuild(self, inbox: Mailbox) -> None:
        """Has another actor take over a mailbox: one made of `inbox.saved`, if the mailbox has a log."""

    def save(self, actor: Actor) -> Any:
        """All that the actor is, with all its mail settled; None if it cannot be saved, so that no log is kept.

        It is not changed any more, whatever the actor does.
        """

    def log_max(self, actor: Actor, saved: Any) -> int:
        """How many messages a log may have on top of what was saved."""

    def set_aside(self, actor: Actor, message: Any, error: BaseException) -> None:
        """Told of a message that is handled no more."""


class Restart(StrEnum):
    """When an actor is started again; none is that was told to stop."""

    PERMANENT = "permanent"
    """Whenever it ends: the server is not whole without it."""
    TRANSIENT = "transient"
    """When it fails."""
    TEMPORARY = "temporary"
    """Never."""


class Kind(NamedTuple):
    """How actors of one kind are kept alive.

    One whose kind has `save` is built anew as it was: `restore` puts what was saved where its kind keeps its state, and
    its log has `log_max` messages, which may depend on what was saved. Without them it is `rebuilt` around the state
    that the failed one had.
    """

    restart: Restart
    rebuilt: Callable[[Any], Actor]
    save: Callable[[Any], Any] | None = None
    restore: Callable[[Any, Any], None] | None = None
    log_max: Callable[[Any], int] = lambda saved: log_max_of(len(saved))
