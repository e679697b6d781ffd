"""One call at a DN, and what of it filters can look at (`semantics.md` 2)."""

from __future__ import annotations

from operator import attrgetter
from typing import Any, Final

import msgspec

from actors.objects.ledger import Running
from actors.statistics.changes import Attributes
from actors.vocabulary.actions import CALL_TYPES
from actors.vocabulary.events import PartyState, TServerEvent

ATTRIBUTES: Final = ("this_queue", "other_dn", "ani", "dnis", "media_type", "treatment_type", "call_type")
DATA_ATTRIBUTES: Final = ("reasons", "extensions", "user_data")
_told: Final = attrgetter(*ATTRIBUTES)


class Party(msgspec.Struct):
    """One call at this DN: what of it runs, whose it is, and which queues sent it.

    `call_type` is that of the call action that runs. `answered_us` is the answer (or the begin of talk), which
    `was_answered_unseen` if a registration told of it; `credits` maps each queue to the call's entry there.
    `asm` is what the extensions of its events said last of a dialler's part in it.
    """

    conn_id: str
    attributes: Attributes
    agent: str
    first_us: int
    role: str = ""
    is_observer: bool = False
    call_type: str = ""
    answered_us: int | None = None
    answered_order: int = 0
    was_answered_unseen: bool = False
    ended_us: int = 0
    credits: dict[str, int] = {}
    running: dict[str, Running] = {}
    asm: str = ""

    @property
    def is_established(self) -> bool:
        """Whether it talks, or is on hold."""
        return self.answered_us is not None and not self.is_observer


class EndedCall(msgspec.Struct, frozen=True):
    """The last established call that ended here, for the after-call work that follows it."""

    order: int
    answered_order: int
    credits: dict[str, int]


def call_type_of(party: Party) -> str:
    """The party's call type, `Unknown` where none was told or the word is not known."""
    return party.attributes.call_type if party.attributes.call_type in CALL_TYPES else "Unknown"


def told_by(event: TServerEvent, attributes: Attributes) -> Attributes:
    """A party's attributes after one of its own events: what the event does not tell stays as it was."""
    now, before = _told(event), _told(attributes)
    told: dict[str, Any] = {}
    if now != before:
        told = {name: new for name, new, old in zip(ATTRIBUTES, now, before, strict=True) if new and new != old}
    for name in DATA_ATTRIBUTES:
        value = getattr(event, name)
        if value is not None and value != getattr(attributes, name):
            told[name] = value
    return msgspec.structs.replace(attributes, **told) if told else attributes


def told_by_state(call: PartyState, attributes: Attributes) -> Attributes:
    """The same of a call that a registration finds."""
    event = TServerEvent(
        "EventRegistered",
        conn_id=call.conn_id,
        call_type=attributes.call_type if call.call_type == "Unknown" and attributes.call_type else call.call_type,
        other_dn=call.other_dn,
        this_queue=call.this_queue,
        ani=call.ani,
        dnis=call.dnis,
        user_data=call.user_data,
    )
    return told_by(event, attributes)
