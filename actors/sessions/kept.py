"""What the journal keeps of clients: the requests that change what is calculated, and which session is gone.

A session has the number of the input that registered it: another than any before it, also of a server before this one.
"""

from __future__ import annotations

from typing import Final

import msgspec

from actors.vocabulary import protocol
from runtime.intake import Kept
from runtime.journal_entries import Kind

SOURCE: Final = "clients"
CHANGES: Final = (protocol.OpenStatistic, protocol.GetStatistic, protocol.CloseStatistic)
"""Requests that put a statistic in the pool, or say that nobody asks for it any more (`semantics.md` 9.6)."""


class KeptRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """A request that the pool was asked, or the end of the session that asked.

    Attributes:
        session: its number.
        id: of the statistic that `request` opens or names.
        request: None when the session is gone.
    """

    session: int
    id: int = 0
    request: protocol.AnyRequest | None = None


def kept_request(session: int, request: protocol.AnyRequest, id_: int) -> Kept | None:
    """What the journal gets of a request; None for one that changes nothing."""
    return _kept(KeptRequest(session, id_, request)) if isinstance(request, CHANGES) else None


def kept_end(session: int) -> Kept:
    """What the journal gets of a session that is gone."""
    return _kept(KeptRequest(session))


def kept_of(payload: bytes) -> KeptRequest:
    """What an entry of the journal says.

    Raises:
        msgspec.DecodeError: it is none of a client.
    """
    return _decoder.decode(payload)


def _kept(request: KeptRequest) -> Kept:
    return Kept(SOURCE, Kind.REQUEST, msgspec.json.encode(request))


_decoder: Final = msgspec.json.Decoder(KeptRequest)
