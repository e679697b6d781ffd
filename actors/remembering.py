"""What a server has to remember of its actors, as records with names, and put back into actors that know nothing yet.

An object has one record; so has a link, with the timers it has set, and each shelf of its calls that are over. A
statistic has two: what it was opened as and when it was asked for last, with its own definition, so that it survives
another `statserver.cfg`; and what it has counted.
Names are made of what the configuration calls things: what it no longer has is not put back.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any, Final

import msgspec

from actors.configuration.definitions import StatType, TimeProfile, TimeRange
from actors.configuration.difference import decoded, whole_of
from actors.configuration.expression_tree import Expression
from actors.kinds import KINDS
from actors.objects.saving import decode_state
from actors.sources.asterisk_state import SwitchState
from actors.sources.call_book import CallBook
from actors.sources.ended_calls import Shelf
from actors.sources.messages import TimerDue
from actors.sources.saving import SavedBook, take_configuration
from actors.statistics.node import Node
from actors.statistics.opening import ROUTERS, Opening
from actors.supervisor import Supervisor
from actors.vocabulary.objects import ObjectKey, ObjectType
from runtime.actor import ActorRef
from runtime.restart import begin_log
from runtime.timers import Timer

log = logging.getLogger(__name__)

VERSION: Final = 1
"""Another one for each way of writing what is written here; objects and statistics have versions of their own."""
TIME: Final = b"time"
_CONFIGURATION: Final = b"configuration"
_OBJECT: Final = b"object"
_LINK: Final = b"link"
_SHELF: Final = b"ended"
_OPENING: Final = b"opening"
_VALUE: Final = b"value"
_SESSION: Final = b"session"
_DIGEST_BYTES: Final = 16


class UnknownVersionError(ValueError):
    """What is remembered was written by a version that this one does not read."""


class Times(msgspec.Struct, frozen=True):
    """How far the server had come: the time of the last event, which sources were down since when."""

    version: int
    last_us: int
    down: dict[str, int]


class LinkRecord(msgspec.Struct, frozen=True):
    """What a connector knows: of its link, of what is there, of an Asterisk; and its timers (due, set by, key)."""

    link: msgspec.Raw
    book: msgspec.Raw
    switch: SwitchState | None
    timers: list[tuple[int, int, str]]


class OpeningRecord(msgspec.Struct, frozen=True):
    """A statistic as asked for, and when it was asked for last."""

    key: ObjectKey
    stat_type: StatType
    profile: TimeProfile
    ranges: tuple[TimeRange, TimeRange]
    has_range: bool
    filter: Expression | None
    asked_us: int


class PastSession:
    """Stands for the session of a client that the server had before: nobody hears it any more.

    Args:
        number: of its session.
    """

    def __init__(self, number: int) -> None:
        self.number = number

    def tell(self, message: Any) -> None:
        """Nobody hears it."""


# -- names -------------------------------------------------------------------------------------------------------------


def name_of_part(number: int) -> bytes:
    """The record of a part of the contact centre."""
    return b"\0".join((_CONFIGURATION, b"%06d" % number))


def name_of_object(key: ObjectKey) -> bytes:
    """The record of an object."""
    return b"\0".join((_OBJECT, key.type.encode(), key.id.encode(), key.tenant.encode()))


def name_of_link(source: str) -> bytes:
    """The record of a source's connector."""
    return b"\0".join((_LINK, source.encode()))


def name_of_shelf(source: str, number: int) -> bytes:
    """The record of a shelf of a link's calls that are over."""
    return b"\0".join((_SHELF, source.encode(), b"%09d" % number))


def name_of_session(number: int) -> bytes:
    """The record of what a session has open."""
    return b"\0".join((_SESSION, b"%d" % number))


def digest_of(identity: bytes) -> bytes:
    """What a statistic's records are told by."""
    return blake2b(identity, digest_size=_DIGEST_BYTES).hexdigest().encode()


def name_of_opening(digest: bytes) -> bytes:
    """The record of how a statistic was asked for."""
    return b"\0".join((_OPENING, digest))


def name_of_value(digest: bytes) -> bytes:
    """The record of what a statistic has counted."""
    return b"\0".join((_VALUE, digest))


# -- writing -----------------------------------------------------------------------------------------------------------


def record_of_times(last_us: int, down: Mapping[str, int]) -> bytes:
    """How far the server has come."""
    return _encode(Times(VERSION, last_us, dict(down)))


def record_of_link(actor: Any, book: SavedBook, timers: Iterable[Timer]) -> bytes:
    """What a connector knows but the calls that are over, and the timers it has set."""
    own = [(timer.due_us, timer.set_by, timer.payload.key) for timer in timers]
    switch = actor.wiring.translator.state
    return _encode(LinkRecord(msgspec.Raw(_encode(actor.state)), msgspec.Raw(book.live), switch, own))


def record_of_shelf(shelf: Shelf) -> bytes:
    """Some calls that are over."""
    return _encode(shelf)


def record_of_opening(asked: Opening, asked_us: int) -> bytes:
    """How a statistic was asked for, and when last."""
    record = OpeningRecord(
        asked.node.key, asked.stat_type, asked.profile, asked.ranges, asked.has_range, asked.filter, asked_us
    )
    return _encode(record)


def record_of_session(open_: Mapping[int, str]) -> bytes:
    """What a session has open: the digest of each statistic, by its id."""
    return _encode(open_)


# -- putting back ------------------------------------------------------------------------------------------------------


class Remembered:
    """What a server remembers, sorted by what it is of.

    Args:
        records: by name, of one snapshot.

    Raises:
        UnknownVersionError: they are of another version.
        msgspec.MsgspecError: they are not what they should be.
    """

    def __init__(self, records: Iterable[tuple[bytes, bytes]]) -> None:
        self._records = dict(records)
        self.times = msgspec.json.decode(self._records.pop(TIME), type=Times)
        if self.times.version != VERSION:
            raise UnknownVersionError(f"it is of version {self.times.version}; this program reads {VERSION}")
        parts = sorted(name for name in self._records if name.startswith(_CONFIGURATION))
        self.environment = whole_of(decoded(self._records.pop(name)) for name in parts) if parts else None
        """The contact centre as it was."""

    def put_back(self, supervisor: Supervisor) -> None:
        """Has all actors be what they were.

        Raises:
            ValueError: something is of another version, or is not what it should be.
        """
        supervisor.down.update(self.times.down)
        for name in self._records:
            kind, *words = name.decode().split("\0")
            if kind == _OBJECT.decode():
                _node_of(ObjectKey(ObjectType(words[0]), *words[1:]), supervisor)
        for key, node in supervisor.board.nodes.items():
            data = self._records.pop(name_of_object(key), None)
            if data is not None:
                node.state = decode_state(key.type, data, node.state)
                _be_again(supervisor, node.ref)
        for source, ref in supervisor.connectors.items():
            data = self._records.pop(name_of_link(source), None)
            if data is not None:
                self._put_link_back(data, self._shelves(source), ref, supervisor)
        self.put_pool_back(supervisor, with_values=True)
        for name in self._records:
            what = name.replace(b"\0", b" ").decode()
            log.warning("the configuration has nothing any more that was remembered as %s: it is forgotten", what)

    def _shelves(self, source: str) -> list[Shelf]:
        begin = name_of_shelf(source, 0).rpartition(b"\0")[0] + b"\0"
        names = sorted(name for name in self._records if name.startswith(begin))
        return [msgspec.json.decode(self._records.pop(name), type=Shelf) for name in names]

    @staticmethod
    def _put_link_back(data: bytes, shelves: list[Shelf], ref: ActorRef, supervisor: Supervisor) -> None:
        record = msgspec.json.decode(data, type=LinkRecord)
        old = ref.at_rest()
        now = old.wiring.book
        book = msgspec.json.decode(record.book, type=type(now))
        if isinstance(now, CallBook):
            take_configuration(book, now)
            book.ended.shelves += shelves
        translator = old.wiring.translator.again(record.switch)
        old.wiring = msgspec.structs.replace(old.wiring, book=book, translator=translator)
        old.state = msgspec.json.decode(record.link, type=type(old.state))
        _be_again(supervisor, ref)
        for due_us, set_by, key in record.timers:
            supervisor.intake.call_at(due_us, ref, TimerDue(key), set_by=set_by)

    def put_pool_back(self, supervisor: Supervisor, *, with_values: bool) -> None:
        """Has the statistics of the pool be there again.

        Args:
            supervisor: with a pool that has nothing yet.
            with_values: whether with what they had counted; else they begin now.
        """
        pool = supervisor.pool.at_rest()
        entries = {}
        for name in [name for name in self._records if name.startswith(_OPENING)]:
            digest = name.rpartition(b"\0")[2]
            record = msgspec.json.decode(self._records[name], type=OpeningRecord)
            node = _node_of(record.key, supervisor)
            if node is None:
                continue
            del self._records[name]
            value = self._records.pop(name_of_value(digest), None)
            asked = Opening(node, record.stat_type, record.profile, record.ranges, record.has_range, record.filter)
            entries[digest.decode()] = pool.put_back(asked, record.asked_us, value if with_values else None)
        for name in [name for name in self._records if name.startswith(_SESSION)]:
            session = PastSession(int(name.rpartition(b"\0")[2]))
            opened = msgspec.json.decode(self._records.pop(name), type=dict[int, str])
            for id_, statistic in opened.items():
                if statistic in entries:
                    pool.reopen(session, id_, entries[statistic])
                    begin_log(entries[statistic].ref.actor_inbox)


def _node_of(key: ObjectKey, supervisor: Supervisor) -> Node | None:
    """An object that there is; a router's group there is when somebody asks for it."""
    board = supervisor.board
    is_routers = key.type is ObjectType.GROUP_AGENTS and key.id.startswith(ROUTERS)
    return board.router_group(key.id, key.tenant) if is_routers else board.nodes.get(key)


def _be_again(supervisor: Supervisor, ref: Any) -> None:
    """Puts an actor in place around what its kind keeps of the one that is there."""
    old = ref.at_rest()
    KINDS[type(old)].rebuilt(old).take_over(old.actor_inbox)
    begin_log(old.actor_inbox)


_encode = msgspec.json.Encoder().encode
