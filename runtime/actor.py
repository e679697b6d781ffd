"""The base of every actor: pykka's promises, without a thread or a greenlet for each.

pykka's three extension points (inbox, future, loop) are used, and two more reaches: a lean ref and a plain stopped
flag are set after `super().__init__()`, and pykka's registry, a list, is replaced by one that forgets in O(1).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from operator import attrgetter, length_hint
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, Self, cast, overload

import gevent
import pykka
from gevent.event import AsyncResult
from pykka import ActorDeadError, ActorRegistry, messages

from runtime.dispatcher import Dispatcher, current
from runtime.mail import LAST, NUMBER_SHIFT, Envelope, Mailbox

if TYPE_CHECKING:
    from pykka._types import OptExcInfo

_ORDER = attrgetter("order")


class BlockingInHandlerError(RuntimeError):
    """A handler asked and would have waited for the answer: it would wait for itself."""


class Supervision(Protocol):
    """Who hears that a supervised actor failed."""

    def failed(self, actor: Actor, message: Any, error: BaseException) -> bool:
        """Told before the actor's next message is handled.

        Returns:
            Whether the mailbox goes on (with this actor or with the one that took its place); if not, it is stopped.
        """


class _Refs(dict["pykka.ActorRef[Any]", None]):
    """pykka's list of refs, with the list's methods that pykka uses, each O(1) but for the copy."""

    def append(self, ref: pykka.ActorRef[Any]) -> None:
        self[ref] = None

    def remove(self, ref: pykka.ActorRef[Any]) -> None:
        del self[ref]

    def __getitem__(self, key: Any) -> Any:
        return list(self)[key]


ActorRegistry._actor_refs = cast("list[pykka.ActorRef[Any]]", _Refs())


class Future(pykka.Future[Any]):
    """An answer to come. Waiting for it blocks the waiting greenlet only."""

    def __init__(self) -> None:
        super().__init__()
        self._result: AsyncResult[Any] = AsyncResult()

    def get(self, *, timeout: float | None = None) -> Any:
        """The answer, once it is there.

        Raises:
            pykka.Timeout: none came within `timeout` seconds.
            BlockingInHandlerError: called in a handler, of an answer not yet there.
        """
        try:
            return super().get(timeout=timeout)
        except NotImplementedError:
            pass
        if not self._result.ready():
            _refuse_in_handler()
        if not self._result.wait(timeout=timeout) and not self._result.ready():
            raise pykka.Timeout(f"{timeout} seconds")
        return self._result.get(block=False)

    def set(self, value: Any | None = None) -> None:
        """Gives the answer.

        Raises:
            RuntimeError: it was given before.
        """
        if self._result.ready():
            raise RuntimeError("the future has its answer already")
        self._result.set(value)

    def set_exception(self, exc_info: OptExcInfo | None = None) -> None:
        """Gives an error as the answer: `exc_info`, or the exception being handled."""
        error = (exc_info or sys.exc_info())[1]
        assert error is not None
        if self._result.ready():
            raise RuntimeError("the future has its answer already")
        self._result.set_exception(error, exc_info)


def _refuse_in_handler() -> None:
    if Dispatcher.is_handling():
        raise BlockingInHandlerError("a handler may not wait for an answer; tell, or ask with block=False")


class ActorRef(pykka.ActorRef[Any]):
    """What one holds of an actor. It stays alive over a restart, because the mailbox does."""

    __slots__ = ("actor_inbox",)
    actor_inbox: Mailbox

    def __init__(self, inbox: Mailbox) -> None:
        self.actor_inbox = inbox

    @property
    def _actor(self) -> Actor:
        actor = self.actor_inbox.actor
        assert actor is not None
        return actor

    @property
    def actor_class(self) -> type[Actor]:  # type: ignore[override]
        """The class of the actor."""
        return type(self._actor)

    @property
    def actor_urn(self) -> str:  # type: ignore[override]
        """The actor's unique name."""
        return self._actor.actor_urn

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
            raise ActorDeadError(f"{self} not found")
        inbox.append(message)
        if not inbox.is_ready:
            inbox.is_ready = True
            inbox.dispatcher.enqueue(inbox)  # type: ignore[union-attr]

    def at_rest(self) -> Any:
        """The actor itself, for whoever runs alone at a quiet point and may look at anything (`design.md`)."""
        return self._actor

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
            _refuse_in_handler()
        future = Future()
        if self.actor_inbox.is_stopped:
            future.set_exception((ActorDeadError, ActorDeadError(f"{self} not found"), None))
        else:
            self.actor_inbox.put(Envelope(message, reply_to=future))
        return future.get(timeout=timeout) if block else future


class Actor(pykka.Actor):
    """Something that handles one message at a time and is reached only through its ref.

    A subclass names its handlers by message type in `handles`. Actors stand on levels and tell only upwards within a
    batch; on a level above 0 mail is handled in the order of its inputs.
    """

    level: ClassVar[int] = 0
    handles: ClassVar[Mapping[type, Callable[[Any, Any], Any]]] = {}
    settles: ClassVar[bool] = False
    """Whether `settle` wants to hear of the end of each input."""

    actor_inbox: Mailbox  # type: ignore[assignment]

    _actor_ref: ActorRef

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        super().__init__()
        self.actor_inbox.actor = self
        self.actor_stopped = self.actor_inbox  # type: ignore[assignment]
        self._actor_ref = ActorRef(self.actor_inbox)

    @property
    def actor_ref(self) -> ActorRef:  # type: ignore[override]
        """What others hold of the actor."""
        return self._actor_ref

    @staticmethod
    def _create_actor_inbox() -> Mailbox:  # type: ignore[override]
        return Mailbox()

    @staticmethod
    def _create_future() -> Future:
        return Future()

    def _start_actor_loop(self) -> None:
        inbox = self.actor_inbox
        inbox.dispatcher = current()
        inbox.is_ready = True
        inbox.dispatcher.enqueue(inbox)

    def take_over(self, inbox: Mailbox) -> Self:
        """Stands in for the actor that had `inbox`: its ref now leads here, its waiting mail comes here."""
        inbox.actor = self
        inbox.is_started = False
        self.actor_inbox = inbox
        self.actor_stopped = inbox  # type: ignore[assignment]
        self._actor_ref = ActorRef(inbox)
        return self

    def settle(self) -> None:
        """Runs after the last message of each input; what it raises counts as that message's failure."""

    def run_turn(self) -> None:
        """Handles the mail that waits now; what comes meanwhile waits for the next turn."""
        inbox = self.actor_inbox
        inbox.is_ready = False
        if not inbox.is_started:
            inbox.is_started = True
            self._actor_loop_setup()
        if inbox.is_stopped:
            self._actor_loop_teardown()
            return
        mail = inbox[:]
        inbox.clear()
        if self.level and len(mail) > 1:
            _sort(mail)
        waiting = iter(mail)
        message = None
        try:
            if self.settles:
                number = -1
                for message in waiting:
                    if message.order >> NUMBER_SHIFT != number:
                        if number >= 0:
                            self.settle()
                        number = message.order >> NUMBER_SHIFT
                    self._handle(message)
                self.settle()
            else:
                for message in waiting:
                    self._handle(message)
                    if inbox.is_stopped:
                        break
        except BaseException as error:  # noqa: BLE001 - a failure is the supervisor's, whatever it is
            self._fail(message, error)
        if inbox.is_stopped or length_hint(waiting):
            inbox[:0] = waiting
            self._go_on()

    def _handle(self, message: Any) -> None:
        handler = self.handles.get(type(message))
        if handler is not None:
            handler(self, message)
        elif type(message) is Envelope:
            self._answer_ask(message)
        else:
            self._handle_receive(message)

    def _answer_ask(self, envelope: Envelope) -> None:
        """Answers what was asked. An actor under no supervisor survives its error, as pykka promises."""
        message, reply_to = envelope.message, envelope.reply_to
        assert reply_to is not None
        try:
            handler = self.handles.get(type(message))
            reply_to.set(handler(self, message) if handler is not None else self._handle_receive(message))
        except Exception as error:
            reply_to.set_exception()
            if self.actor_inbox.supervision is not None:
                raise error from None

    def _fail(self, message: Any, error: BaseException) -> None:
        if isinstance(error, KeyboardInterrupt | SystemExit | gevent.GreenletExit):
            raise error
        inbox = self.actor_inbox
        if inbox.supervision is not None:
            if not inbox.supervision.failed(self, message, error):
                self._handle_failure(type(error), error, error.__traceback__)
            return
        self._handle_failure(type(error), error, error.__traceback__)
        try:
            self.on_failure(type(error), error, error.__traceback__)
        except Exception as second:  # noqa: BLE001 - a hook's failure ends the actor like any other
            self._handle_failure(type(second), second, second.__traceback__)

    def _go_on(self) -> None:
        """What follows a turn that did not come to its end: the rest waits for the next one, or is answered."""
        inbox = self.actor_inbox
        if inbox.is_stopped:
            self._actor_loop_teardown()
        elif not inbox.is_ready:
            inbox.is_ready = True
            assert inbox.dispatcher is not None
            inbox.dispatcher.enqueue(inbox)


def _sort(mail: list[Any]) -> None:
    try:
        mail.sort(key=_ORDER)
    except AttributeError:
        mail.sort(key=lambda message: getattr(message, "order", LAST))
