"""What a connector knows, kept apart from what it becomes: saved at rest, and made of that again exactly.

What the configuration says is not saved, and calls that are over are not written out: they are bytes already, which
the book and what was saved of it share.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec.structs import replace

from actors.sources.call_book import CallBook
from actors.sources.ended_calls import EndedCalls
from actors.sources.interaction_book import InteractionBook

LOG_MAX: Final = 20_000
"""Messages between two times that a connector is saved, at most: four seconds of the busiest link."""
BYTES_AN_ENDED_CALL: Final = 100
"""What it costs to share one of the newest shelf: a place in a dict."""
_NOTHING: Final[frozenset[str]] = frozenset()


Book = CallBook | InteractionBook
"""What a link knows of all its objects together."""


class SavedBook(msgspec.Struct, frozen=True):
    """A book: what goes on, written out, and calls that are over."""

    live: bytes
    ended: EndedCalls

    @property
    def weight(self) -> int:
        """Bytes that it takes."""
        return len(self.live) + BYTES_AN_ENDED_CALL * sum(len(shelf.calls) for shelf in self.ended.shelves[-1:])


def saved_book(book: Book) -> SavedBook:
    """What is in a book now."""
    if isinstance(book, InteractionBook):
        return SavedBook(_encode(book), EndedCalls())
    live = replace(book, regular=_NOTHING, mediation=_NOTHING, virtual=_NOTHING, numbers=(), ended=EndedCalls())
    return SavedBook(_encode(live), book.ended.copied())


def restored_book(saved: SavedBook, like: Book) -> Book:
    """The book that was saved.

    Args:
        saved: it.
        like: a book of the same link, for what the configuration says.
    """
    if isinstance(like, InteractionBook):
        return msgspec.json.decode(saved.live, type=InteractionBook)
    book = _decode(saved.live)
    take_configuration(book, like)
    book.ended = saved.ended.copied()
    return book


def take_configuration(book: CallBook, like: CallBook) -> None:
    """Has a book of calls know what the configuration says, as another one does."""
    book.regular, book.mediation, book.virtual = like.regular, like.mediation, like.virtual
    book.numbers = like.numbers


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(CallBook).decode
