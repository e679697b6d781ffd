"""Answers to come: pykka's futures, for which a greenlet waits, never a handler."""

from __future__ import annotations

import queue
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pykka
from gevent.event import Event

from runtime.dispatcher import Dispatcher

if TYPE_CHECKING:
    from types import TracebackType

    from pykka._types import OptExcInfo


class BlockingInHandlerError(RuntimeError):
    """A handler asked and would have waited for the answer: it would wait for itself."""


def refuse_in_handler() -> None:
    """Raises `BlockingInHandlerError` if the caller is the handler of an actor."""
    if Dispatcher.is_handling():
        raise BlockingInHandlerError("a handler may not wait for an answer; tell, or ask with block=False")


class Future(pykka.Future[Any]):
    """An answer to come. Waiting for it blocks the waiting greenlet only."""

    def __init__(self) -> None:
        super().__init__()
        self._is_answered = Event()
        self._value: Any = None
        self._error: BaseException | None = None
        self._traceback: TracebackType | None = None

    def get(self, *, timeout: float | None = None) -> Any:
        """The answer, once it is there.

        Raises:
            pykka.Timeout: none came within `timeout` seconds.
            BlockingInHandlerError: called in a handler, of an answer not yet there.
            BaseException: the answer is an error.
        """
        if self._get_hook is not None:
            return super().get(timeout=timeout)
        if not self._is_answered.is_set():
            refuse_in_handler()
            if not self._is_answered.wait(timeout):
                raise pykka.Timeout(f"{timeout} seconds")
        if self._error is not None:
            raise self._error.with_traceback(self._traceback)
        return self._value

    def set(self, value: Any | None = None) -> None:
        """Gives the answer.

        Raises:
            queue.Full: it was given before, or a hook gives it.
        """
        self._refuse_second_answer()
        self._value = value
        self._is_answered.set()

    def set_exception(self, exc_info: OptExcInfo | None = None) -> None:
        """Gives an error as the answer: `exc_info`, or the exception being handled.

        Raises:
            queue.Full: the answer was given before, or a hook gives it.
        """
        self._refuse_second_answer()
        kind, error, self._traceback = exc_info or sys.exc_info()
        assert kind is not None
        self._error = kind() if error is None else error
        self._is_answered.set()

    def set_get_hook(self, func: Callable[[float | None], Any]) -> None:
        """Has `func` give the answer when it is asked for.

        Raises:
            queue.Full: it was given before.
        """
        if self._is_answered.is_set():
            raise queue.Full("the future has its answer already")
        super().set_get_hook(func)

    def _refuse_second_answer(self) -> None:
        if self._is_answered.is_set() or self._get_hook is not None:
            raise queue.Full("the future has its answer already")
