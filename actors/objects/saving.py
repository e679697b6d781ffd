"""The states of objects as bytes, and made of those again: exactly, so that an actor built anew goes on alike.

JSON, because states hold what users attach to calls, which comes as JSON: only there are integers of any size. Left out
is what the configuration says, and what is there only while an event is handled. A field that a state gets is saved
without a word here; one that is shared by two parts of it needs one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, TypeVar

import msgspec
from msgspec.structs import replace

from actors.configuration.logins import Logins
from actors.objects.desk import Desk
from actors.objects.grouping import Group, Roll
from actors.objects.ledger import Ledger
from actors.objects.line import Line
from actors.objects.person import Person
from actors.objects.queue import Queue
from actors.objects.staging import Staging
from actors.objects.virtual_group import VirtualGroup
from actors.vocabulary.objects import ObjectType

VERSION: Final = b"1"
_HEAD: Final = VERSION + b"\n"
_NO_LEDGER: Final = Ledger("")
_NO_LOGINS: Final = Logins()

State = TypeVar("State")


class UnknownVersionError(ValueError):
    """A state was saved by a version that this one does not read."""


class _Form(NamedTuple):
    """How one kind of state is saved: what is encoded of it; the type of that; what makes it whole again."""

    bare: Callable[[Any], Any]
    decode: Callable[[bytes], Any]
    complete: Callable[[Any, Any], None]


def encode_state(kind: ObjectType, state: Any) -> bytes:
    """A state at rest: nothing in it waits to be told.

    Args:
        kind: of the object.
        state: what the object's node has.
    """
    return _HEAD + _encode(_form(kind, state).bare(state))


def decode_state(kind: ObjectType, data: bytes, like: State) -> State:
    """The state that was encoded.

    Args:
        kind: of the object.
        data: what `encode_state` gave.
        like: a state of the same object, for what the configuration says of it.

    Raises:
        UnknownVersionError: it is of another version.
        msgspec.MsgspecError: it is no state of such an object.
    """
    version, _, body = data.partition(b"\n")
    if version != VERSION:
        named = version[:20].decode(errors="replace")
        raise UnknownVersionError(f"a state was saved by version {named}; this one reads version {VERSION.decode()}")
    form = _form(kind, like)
    state: State = form.decode(body)
    form.complete(state, like)
    return state


def _form(kind: ObjectType, state: Any) -> _Form:
    return _VIRTUAL if isinstance(state, VirtualGroup) else FORMS[kind]


def _bare_line(line: Line) -> Line:
    seat = replace(line.seat, ledger=_NO_LEDGER, logins=_NO_LOGINS)
    return replace(line, seat=seat, calls=replace(line.calls, ledger=_NO_LEDGER))


def _complete_line(line: Line, like: Line) -> None:
    line.seat.ledger = line.calls.ledger = line.ledger
    line.seat.own = line.calls.own
    line.seat.logins = like.seat.logins


def _bare_queue(queue: Queue) -> Queue:
    return replace(queue, mediation=frozenset())


def _complete_queue(queue: Queue, like: Queue) -> None:
    queue.mediation = like.mediation


def _whole(state: State) -> State:
    return state


def _is_complete(_state: Any, _like: Any) -> None:
    """Nothing of such a state is left out."""


def _form_of(type_: Any) -> _Form:
    return _Form(_whole, msgspec.json.Decoder(type_).decode, _is_complete)


_encode = msgspec.json.Encoder().encode
_LINE: Final = _Form(_bare_line, msgspec.json.Decoder(Line).decode, _complete_line)
_QUEUE: Final = _Form(_bare_queue, msgspec.json.Decoder(Queue).decode, _complete_queue)
_GROUP: Final = _form_of(Group)
_VIRTUAL: Final = _form_of(VirtualGroup)
_decode_roll: Final = msgspec.json.Decoder(Roll | None).decode
_ROLL: Final = _Form(_whole, lambda data: _decode_roll(data) or Roll(), _is_complete)
"""Groups of queues had no state once."""

FORMS: Final[Mapping[ObjectType, _Form]] = {
    ObjectType.REG_DN: _LINE,
    ObjectType.STAGING_AREA: _form_of(Staging),
    ObjectType.AGENT: _form_of(Person),
    ObjectType.PLACE: _form_of(Desk),
    ObjectType.GROUP_AGENTS: _GROUP,
    ObjectType.GROUP_PLACES: _GROUP,
    ObjectType.TENANT: _GROUP,
    ObjectType.QUEUE: _QUEUE,
    ObjectType.ROUTE_POINT: _QUEUE,
    ObjectType.GROUP_QUEUES: _ROLL,
    ObjectType.SWITCH: _ROLL,
}
