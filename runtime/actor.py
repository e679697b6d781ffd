"""The base of every actor: pykka's promises, without a thread or a greenlet for each.

pykka's three extension points (inbox, future, loop) are used. Beyond them a lean ref and a plain stopped flag are set
after `super().__init__()`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from typing import Any, ClassVar, Final, Self

import pykka

from runtime.dispatcher import current
from runtime.effects import EFFECTS
from runtime.future import BlockingInHandlerError as BlockingInHandlerError
from runtime.future import Future
from runtime.mail import LAST, NUMBER_SHIFT, Envelope, Mailbox, Message
from runtime.ref import ActorRef as ActorRef
from runtime.restart import Failure, SettlingError, end_log, fail_start, failure_of, finish_turn, give_up, recover

_ORDER = attrgetter("order")
_UNNUMBERED: Final = LAST >> NUMBER_SHIFT
_forget_told: Final = EFFECTS.told.clear

log = logging.getLogger("pykka")


class Actor(pykka.Actor):
    """Something that handles one message at a time and is reached only through its ref.

    A subclass names its handlers by message type in `handles`. Actors stand on levels and tell only upwards within a
    batch; on a level above 0 mail is handled in the order of its inputs.
    """

    __slots__ = ("_actor_ref", "actor_inbox", "actor_stopped")
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

    def begin_work(self) -> None:
        """Starts an actor that was only made; it may have been told things already."""
        pykka.ActorRegistry.register(self.actor_ref)
        self._start_actor_loop()

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
            Whether a failure broke the turn off: whoever has the mailbox now must go on at once, for the levels above
            are to miss nothing of a batch.
        """
        inbox = self.actor_inbox
        _forget_told()
        if not inbox.is_started and not self._has_begun():
            if inbox.is_stopped:
                self._actor_loop_teardown()
                return False
            return True
        mail = inbox.copy()
        inbox.clear()
        if self.settles or (self.level and len(mail) > 1):
            mail = _sorted(mail)
        waiting = iter(mail)
        is_whole = True
        failure: Failure | None = None
        try:
            self.handle_mail(waiting)
        except BaseException as error:  # noqa: BLE001 - a failure is the supervisor's, whatever it is
            failure = failure_of(error, mail, waiting)
        if failure is None:
            finish_turn(inbox, mail)
        else:
            is_whole = inbox.log is not None
            self._fail(mail, failure)
        if inbox.is_stopped:
            inbox[:0] = waiting
            self._actor_loop_teardown()
            return False
        return not is_whole

    def _has_begun(self) -> bool:
        inbox = self.actor_inbox
        inbox.is_started = True
        try:
            self.on_start()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - as above
            if not fail_start(inbox, error):
                self._handle_failure(type(error), error, error.__traceback__)
            return False
        finish_turn(inbox, (_BEGUN,))
        _forget_told()
        return True

    def handle_mail(self, waiting: Iterator[Any]) -> None:
        """Handles sorted mail, until the request to stop.

        Raises:
            SettlingError: settling raised its cause.
            BaseException: whatever a handler raised.
        """
        if self.settles:
            self._handle_and_settle(waiting)
        else:
            self._handle_all(waiting)

    def _handle_all(self, waiting: Iterator[Any]) -> None:
        handles = self.handles
        for message in waiting:
            handler = handles.get(type(message))
            if handler is not None:
                handler(self, message)
            elif self._has_stopped_at(message):
                break

    def _handle_and_settle(self, waiting: Iterator[Any]) -> None:
        handles = self.handles
        number: int = _UNNUMBERED
        for message in waiting:
            own = message.order >> NUMBER_SHIFT
            if own != number:
                if number != _UNNUMBERED:
                    self._settle_input(drawn=1)
                number = own
            handler = handles.get(type(message))
            if handler is not None:
                handler(self, message)
            elif self._has_stopped_at(message):
                return
        if number != _UNNUMBERED:
            self._settle_input(drawn=0)

    def _settle_input(self, *, drawn: int) -> None:
        try:
            self.settle()
        except BaseException as error:
            raise SettlingError(drawn) from error

    def _has_stopped_at(self, message: Any) -> bool:
        """Handles what no handler is named for; answers whether it was the request to stop."""
        kind = type(message)
        if kind is Envelope:
            self._open(message)
        elif kind is _Begun:
            self.on_start()
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

    def _fail(self, mail: list[Any], failure: Failure) -> None:
        inbox, error = self.actor_inbox, failure.error
        if inbox.log is not None and not isinstance(error, KeyboardInterrupt):
            if recover(inbox, mail, failure):
                return
        elif self._goes_on(mail, failure):
            return
        self._handle_failure(type(error), error, error.__traceback__)
        try:
            self.on_failure(type(error), error, error.__traceback__)
        except BaseException as second:  # noqa: BLE001 - a hook's failure ends the actor like any other
            self._handle_failure(type(second), second, second.__traceback__)

    def _goes_on(self, mail: list[Any], failure: Failure) -> bool:
        """Goes on without a log: as whoever the supervision puts there, without the message that failed."""
        inbox, message = self.actor_inbox, mail[failure.at]
        inbox[:0] = mail[failure.at + 1 :]
        if self.settles and not failure.is_settling and message.order < LAST:
            inbox.insert(0, _Unsettled(message.order))
        finish_turn(inbox, ())
        if isinstance(failure.error, KeyboardInterrupt):
            raise failure.error
        return inbox.supervision is not None and give_up(inbox, message, failure.error)

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
        end_log(inbox)
        inbox.actor = NOBODY  # so that the actor goes with its last reference: the collector does not look for it


class _Nobody:
    """Has the mailbox of an actor that has stopped, which may still wait for its turn."""

    def run_turn(self) -> bool:
        return False


NOBODY: Final[Any] = _Nobody()


class _Unsettled(Message, frozen=True, gc=False):
    """Stands where a message failed: what came before it of the same input is still to be settled."""


class _Begun(Message, frozen=True, gc=False):
    """Stands in a log where the actor started."""


_BEGUN: Final = _Begun(LAST)


def _sorted(mail: list[Any]) -> list[Any]:
    """Mail in the order of its inputs; what comes from none, and so has no order, in an envelope after it."""
    try:
        mail.sort(key=_ORDER)
    except (AttributeError, TypeError):
        mail = [message if isinstance(message, Message | Envelope) else Envelope(message) for message in mail]
        mail.sort(key=_ORDER)
    return mail
