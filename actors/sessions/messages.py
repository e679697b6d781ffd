"""What sessions are told: answers, readings and news of sources, and what they ask of the pool."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec

from actors.vocabulary import protocol
from runtime.mail import Message


class Ref(Protocol):
    """What can be told something."""

    def tell(self, message: Any) -> None:
        """Puts a message in a mailbox."""


class Answer(Message, frozen=True, gc=False):
    """An event of the protocol that nothing newer can stand for: it is sent, or the session ends."""

    event: msgspec.Struct


class Reading(Message, frozen=True, gc=False):
    """A value of the statistic that this client knows as `id`.

    `body` is the rest of the `Info` after its id, from `"time"` on, encoded once for all who get it. A reading that
    `is_replaceable` may give way to a newer one of the same id if the client reads slowly; one in answer to a request
    carries the request's `ref`.
    """

    id: int | None
    body: bytes
    is_replaceable: bool = True
    ref: int | None = None


class SourceNews(Message, frozen=True, gc=False):
    """A source went down or came up: every client hears of it."""

    time_us: int
    source: str
    is_up: bool


class SessionRequest(msgspec.Struct, frozen=True):
    """A client's request that the pool answers, handed on by its session as an input of its own.

    `id` is the one the session gives to a statistic that `request` opens, or the one the request names.
    """

    session: Ref
    request: protocol.AnyRequest
    id: int = 0


class SessionGone(msgspec.Struct, frozen=True):
    """A session has ended: what it had open stays in the pool without it."""

    session: Ref


class NotOpened(msgspec.Struct, frozen=True):
    """A session has not `id` open: the statistic failed on that request."""

    session: Ref
    id: int
