"""The base of every actor: pykka's promises, without a thread or a greenlet for each.

pykka's three extension points (inbox, future, loop) are used. Beyond them a lean ref and a plain stopped flag are set
after `super().__init__()`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any, ClassVar, Final, Protocol, Self

import pykka

from runtime.dispatcher import current
from runtime.future import BlockingInHandlerError as BlockingInHandlerError
from runtime.future import Future
from runtime.mail import LAST, NUMBER_SHIFT, Envelope, Mailbox, Message
from runtime.ref import ActorRef as ActorRef

_ORDER = attrgetter("order")
_UNNUMBERED: Final = LAST >> NUMBER_SHIFT

log = logging.getLogger("pykka")


class Supervision(Protocol):
    """Who hears that a supervised actor failed."""

    def failed(self, actor: Actor, message: Any, error: BaseException) -> bool:
        """Told before the actor's next message is handled; what waits lies in the actor's mailbox.

        Args:
            actor: who failed.
            message: what it was handling: an `Envelope` if it was asked, None if it was being started. The failure of
                `settle` is that of the last message before it.
            error: what was raised.

        Returns:
            Whether the mailbox goes on (with this actor or with the one that took its place); if not, it is stopped.
        """


class Actor(pykka.Actor):
    """Something that handles one message at a time and is reached only through its ref.

    A subclass names its handlers by message type in `handles`. Actors stand on levels and tell only upwards within a
    batch; on a level above 0 mail is handled in the order of its inputs.
    """

    level: ClassVar[int] = 0
    handles: ClassVar[Mapping[type, Callable[[Any, Any], Any]]] = {}
    settles: bool = False
    """Whether `settle` wants to hear of the end of each input; it may change between turns."""

    actor_inbox: Mailbox

    _actor_ref: ActorRef

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        super().__init__()
        self.actor_inbox.house(self)
        self.actor_stopped = self.actor_inbox  # type: ignore[assignment]
        self._actor_ref = ActorRef(self.actor_inbox)

    @property
    def actor_ref(self) -> ActorRef:
        """What others hold of the actor."""
        return self._actor_ref

    @staticmethod
    def _create_actor_inbox() -> Mailbox:
        return Mailbox()

    @staticmethod
    def _create_future() -> Future:
        return Future()

    def _start_actor_loop(self) -> None:
        inbox = self.actor_inbox
        inbox.dispatcher = current()
        inbox.dispatcher.enqueue(inbox)

    def take_over(self, inbox: Mailbox) -> Self:
        """Stands in for the actor that had `inbox`: its ref now leads here, its waiting mail comes here.

        A ref that the newcomer handed out while it was made leads here too.
        """
        before, own = inbox.actor, self.actor_inbox
        self._actor_ref.actor_inbox = inbox
        self.actor_urn, self._actor_ref = before.actor_urn, before.actor_ref
        self.actor_inbox = inbox
        self.actor_stopped = inbox  # type: ignore[assignment]
        inbox.house(self)
        inbox.is_started = False
        inbox += own
        return self

    def settle(self) -> None:
        """Runs after the last message of each input; what it raises counts as that message's failure."""

    def run_turn(self) -> bool:
        """Handles the mail that waits now; what comes meanwhile waits for the next turn.

        Returns:
            Whether a failure broke the turn off. Whoever has the mailbox now must go on at once: the levels above are
            to miss nothing of a batch.
        """
        inbox = self.actor_inbox
        is_whole = False
        waiting: Iterator[Any] = iter(())
        if inbox.is_started or self._has_begun():
            mail = inbox[:]
            inbox.clear()
            if self.settles:
                waiting = iter(_sorted(mail))
                is_whole = self._handle_and_settle(waiting)
            else:
                waiting = iter(_sorted(mail) if self.level and len(mail) > 1 else mail)
                is_whole = self._handle_all(waiting)
        if inbox.is_stopped:
            inbox[:0] = waiting
            self._actor_loop_teardown()
            return False
        return not is_whole

    def _has_begun(self) -> bool:
        self.actor_inbox.is_started = True
        try:
            self.on_start()
        except BaseException as error:  # noqa: BLE001 - a failure is the supervisor's, whatever it is
            self._fail(None, error, (), tells_hook=False)
            return False
        return True

    def _handle_all(self, waiting: Iterator[Any]) -> bool:
        handles = self.handles
        message = None
        try:
            for message in waiting:
                handler = handles.get(type(message))
                if handler is not None:
                    handler(self, message)
                elif self._has_stopped_at(message):
                    break
        except BaseException as error:  # noqa: BLE001 - as above
            self._fail(message, error, waiting)
            return False
        return True

    def _handle_and_settle(self, waiting: Iterator[Any]) -> bool:
        handles = self.handles
        number: int = _UNNUMBERED
        last: Any = None
        unhandled: tuple[Any, ...] | None = None
        try:
            for message in waiting:
                if message.order >> NUMBER_SHIFT != number:
                    if number != _UNNUMBERED:
                        unhandled = (message,)
                        self.settle()
                        unhandled = None
                    number = message.order >> NUMBER_SHIFT
                last = message
                handler = handles.get(type(message))
                if handler is not None:
                    handler(self, message)
                elif self._has_stopped_at(message):
                    return True
            if number != _UNNUMBERED:
                unhandled = ()
                self.settle()
        except BaseException as error:  # noqa: BLE001 - as above
            if unhandled is None:
                unhandled = () if number == _UNNUMBERED else (_Unsettled(last.order),)
            self._fail(last, error, (*unhandled, *waiting))
            return False
        return True

    def _has_stopped_at(self, message: Any) -> bool:
        """Handles what no handler is named for; answers whether it was the request to stop."""
        kind = type(message)
        if kind is Envelope:
            self._open(message)
        elif kind is not _Unsettled:
            self._handle_receive(message)
        return self.actor_inbox.is_stopped

    def _open(self, envelope: Envelope) -> None:
        """Answers what was asked. An actor under no supervisor survives its error, as pykka promises."""
        message, reply_to = envelope.message, envelope.reply_to
        try:
            handler = self.handles.get(type(message))
            answer = handler(self, message) if handler is not None else self._handle_receive(message)
        except BaseException as error:
            if reply_to is None:
                raise
            log.info("Exception returned from %s to caller:", self, exc_info=True)
            reply_to.set_exception()
            if self.actor_inbox.supervision is not None or not isinstance(error, Exception):
                raise
        else:
            if reply_to is not None:
                reply_to.set(answer)

    def _fail(self, message: Any, error: BaseException, rest: Iterable[Any], *, tells_hook: bool = True) -> None:
        inbox = self.actor_inbox
        inbox[:0] = rest
        if isinstance(error, KeyboardInterrupt):
            raise error
        if inbox.supervision is not None and inbox.supervision.failed(self, message, error):
            return
        self._handle_failure(type(error), error, error.__traceback__)
        if tells_hook:
            try:
                self.on_failure(type(error), error, error.__traceback__)
            except BaseException as second:  # noqa: BLE001 - a hook's failure ends the actor like any other
                self._handle_failure(type(second), second, second.__traceback__)

    def _stop(self) -> None:
        try:
            super()._stop()
        except BaseException as error:  # noqa: BLE001 - pykka's own code lets these stop every actor
            self._handle_failure(type(error), error, error.__traceback__)

    def _actor_loop_teardown(self) -> None:
        """Answers who asked what is not handled any more, and counts what was only told."""
        inbox = self.actor_inbox
        asked = [message for message in inbox if type(message) is Envelope and message.reply_to is not None]
        inbox.dispatcher.undelivered += len(inbox) - len(asked)
        inbox[:] = asked
        super()._actor_loop_teardown()
        inbox.actor = NOBODY  # so that the actor goes with its last reference: the collector does not look for it


class _Nobody:
    """Has the mailbox of an actor that has stopped, which may still wait for its turn."""

    def run_turn(self) -> bool:
        return False


NOBODY: Final[Any] = _Nobody()


class _Unsettled(Message, frozen=True, gc=False):
    """Stands where a message failed: what came before it of the same input is still to be settled."""


def _sorted(mail: list[Any]) -> list[Any]:
    """Mail in the order of its inputs; what comes from none, and so has no order, in an envelope after it."""
    try:
        mail.sort(key=_ORDER)
    except (AttributeError, TypeError):
        mail = [message if isinstance(message, Message | Envelope) else Envelope(message) for message in mail]
        mail.sort(key=_ORDER)
    return mail
