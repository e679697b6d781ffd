"""One call of a link: who takes part, where it waits, what it has passed (`semantics.md` 2.4)."""

from __future__ import annotations

from typing import Any, Final

import msgspec


class CallParty(msgspec.Struct, array_like=True):
    """A regular DN in a call; `has_queue` once it is known which queue sent it there.

    An observer listens to `other_dn` once `is_listening`.
    """

    began_order: int
    rings: bool
    has_queue: bool = False
    is_answered: bool = False
    is_held: bool = False
    is_observer: bool = False
    is_listening: bool = False
    other_dn: str = ""


class Call(msgspec.Struct, array_like=True):
    """One conn_id: DNs are numbers of the link's switch.

    `last_us` is when it was heard of last or, of one that is over, when it ended if that was later. `entered` is order
    and time of its last entry to each mediation DN, `waits` where it waits now; `answered` is the order in which the
    last party began at each DN that talked and is over. `sent` and `sent_virtually` are the queues whose
    `EventDiverted` named a DN where it has not arrived yet; `routed` are routes used and not diverted. `observed` are
    the DNs that were told that somebody listens to their party. `consults_for` says of each DN whose party is, or was,
    in a consultation for which call.
    """

    last_us: int
    parties: dict[str, CallParty] = {}
    waits: set[str] = set()
    entered: dict[str, tuple[int, int]] = {}
    answered: dict[str, int] = {}
    sent: dict[str, str] = {}
    sent_virtually: dict[str, list[str]] = {}
    routed: dict[str, tuple[int, str]] = {}
    observed: frozenset[str] = frozenset()
    consults_for: dict[str, str] = {}
    user_data: dict[str, Any] | None = None

    @property
    def is_over(self) -> bool:
        """Whether nobody takes part in it that we watch."""
        return not self.parties and not self.waits

    def is_at(self, number: str) -> bool:
        """Whether it has a party at a DN, or waits there."""
        return number in self.parties or number in self.waits

    def end_party(self, number: str) -> None:
        """The party of a regular DN is over."""
        party = self.parties.pop(number, None)
        if party is not None and party.is_answered:
            self.answered[number] = party.began_order

    def end_wait(self, number: str) -> None:
        """It waits at a mediation DN no longer."""
        self.waits.discard(number)
        self.routed.pop(number, None)

    def leave(self, number: str) -> None:
        """It is at a DN no longer, of whichever kind that is."""
        self.end_party(number)
        self.end_wait(number)

    def listened_to(self) -> frozenset[str]:
        """The DNs whose party somebody listens to now."""
        heard = {party.other_dn for party in self.parties.values() if party.is_listening}
        return frozenset(dn for dn in heard if dn in self.parties and not self.parties[dn].is_observer)


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(Call)
_AS_TEXT: Final = b"["
"""How a call begins that MessagePack cannot hold: user data may have a whole number of more than 64 bits."""


def packed(call: Call) -> bytes:
    """A call in as little memory as will hold it."""
    try:
        return _ENCODER.encode(call)
    except OverflowError:
        return msgspec.json.encode(call)


def unpacked(data: bytes) -> Call:
    """The call that `packed` was given."""
    return msgspec.json.decode(data, type=Call) if data.startswith(_AS_TEXT) else _DECODER.decode(data)
