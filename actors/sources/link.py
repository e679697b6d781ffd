"""One live link: a greenlet that connects, reads what comes, says what has to be said, and connects anew.

What is said on a connection is the `Talk`'s affair (`json_link`, `asterisk_link`), where it goes the `Outlet`'s.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from random import Random
from typing import TYPE_CHECKING, Final, NoReturn, Protocol

import gevent
from gevent.socket import create_connection, socket

from actors.configuration.environment import Source
from actors.sources.ami_conversation import LoginRefusedError
from actors.sources.lines import LOG_INTERVAL_US, Dated, UnusableLinkError
from actors.sources.messages import LinkDown
from actors.vocabulary.errors import SourceError
from runtime.clock import Clock
from runtime.intake import Intake, Kept
from runtime.journal_entries import Kind

if TYPE_CHECKING:
    from runtime.actor import ActorRef

log = logging.getLogger(__name__)

SILENCE_S: Final = 30
"""A link silent for so long is down (`protocols.md` 2)."""
SILENCE_PARTS: Final = 3
"""How often a link that is silent is reminded (where its talk can) until it is taken to be down."""
CONNECT_S: Final = 5
FIRST_RETRY_S: Final = 0.1
REFUSED_RETRY_S: Final = 60
"""Until the administrator has put a refused login right nothing is gained by asking more often."""
RECEIVE_MAX: Final = 1 << 17
"""Bytes taken at a time: some 500 events, so that others have their turn."""


class Talk(Protocol):
    """Our side of one connection."""

    @property
    def opening(self) -> bytes:
        """What to say first."""

    @property
    def keep_alive(self) -> bytes:
        """What to say when it is quiet."""

    def receive(self, data: bytes) -> Iterator[Dated]:
        """What the bytes that came tell.

        Raises:
            SourceError: the connection is of no use any more.
        """

    def take_answer(self) -> bytes:
        """What is to be said to what came."""


class Outlet(Protocol):
    """Where what a link carries goes."""

    def connected(self) -> None:
        """A connection begins."""

    def carried(self, data: bytes) -> None:
        """Bytes came; told before what they tell."""

    def put(self, dated: Dated) -> None:
        """The source said this."""

    def lost(self, reason: str) -> None:
        """The link, on which something had been said, is lost."""

    def wait_for_room(self) -> None:
        """Blocks while there is no room for more."""


class IntakeOutlet:
    """Puts what a link carries before its connector, and has it kept as a recording would have it.

    Args:
        source: its name.
        intake: numbers and dates it.
        ref: the connector.
        kind: what its bytes are to the journal.
        note: what a recording has where the link was lost, at this time.
    """

    def __init__(self, source: str, intake: Intake, ref: ActorRef, *, kind: Kind, note: Callable[[int], bytes]) -> None:
        self._source = source
        self._intake = intake
        self._ref = ref
        self._kind = kind
        self._note = note
        self._stamp_us = 0
        self._warned_us: int | None = None
        self.wait_for_room = intake.wait_for_room

    def connected(self) -> None:
        """A connection alone is nothing to a connector."""

    def carried(self, data: bytes) -> None:
        """Bytes alone are nothing to a connector."""

    def put(self, dated: Dated) -> None:
        """Puts one thing said, with its stamp."""
        self._stamp_us = dated.stamp_us
        kept = Kept(self._source, self._kind, dated.said)
        is_off = self._intake.put(self._ref, dated.payload, stamp_us=dated.stamp_us, kept=kept)
        if is_off:
            self._warn(dated.stamp_us - self._intake.clock.now_us())

    def lost(self, reason: str) -> None:
        """Puts a `LinkDown`, dated now: where stamps are the clock by the last one, which may still wait."""
        clock = self._intake.clock
        now_us = max(clock.now_us(), self._stamp_us) if clock.is_stepped else clock.now_us()
        kept = Kept(self._source, self._kind, self._note(now_us))
        self._intake.put(self._ref, LinkDown(reason), stamp_us=now_us, kept=kept)

    def _warn(self, off_us: int) -> None:
        """Says how far off a stamp is, once a minute (`semantics.md` 9.1)."""
        now_us = self._intake.clock.now_us()
        if self._warned_us is None or now_us >= self._warned_us + LOG_INTERVAL_US:
            self._warned_us = now_us
            way = "ahead of" if off_us > 0 else "behind"
            log.warning("%s: its clock is %.1f s %s ours: set the clocks", self._source, abs(off_us) / 1e6, way)


class BackOff:
    """How long to wait before the next try: doubled each time, with a jitter so that not all try at once.

    Args:
        random: draws the jitter.
        max_s: seconds at most.
    """

    def __init__(self, random: Random, max_s: float) -> None:
        self._random = random
        self._max_s = max(max_s, FIRST_RETRY_S)
        self._next_s = FIRST_RETRY_S

    def reset(self) -> None:
        """Begins anew: a try has succeeded."""
        self._next_s = FIRST_RETRY_S

    def next_s(self) -> float:
        """Seconds to wait this time: between half and all of what is due."""
        due_s = self._next_s
        self._next_s = min(2 * due_s, self._max_s)
        return self._random.uniform(due_s / 2, due_s)


class Link:
    """Follows one source, for as long as it is not stopped.

    With a stepped clock silence is not judged: the stamps alone are the clock then (`semantics.md` 9.1), and a link
    on which no stamp comes stands still with it.

    Args:
        source: where to connect; its `backup` is tried when `host:port` does not answer.
        talk: begins the talk of a new connection.
        outlet: gets what comes.
        clock: only says whether it is stepped.
        random: draws the jitter of the back-off.
        reconnect_timeout_s: longest wait between two tries (option `reconnect-timeout`).
        silence_s: silent for so long is down.

    Attributes:
        is_connected: whether there is a connection on which something was said.
        losses: how often such a connection was lost.
    """

    def __init__(
        self,
        source: Source,
        talk: Callable[[], Talk],
        outlet: Outlet,
        *,
        clock: Clock,
        random: Random,
        reconnect_timeout_s: float = 10,
        silence_s: float = SILENCE_S,
    ) -> None:
        self.is_connected = False
        self.losses = 0
        self._name = source.name
        self._talk = talk
        self._outlet = outlet
        self._silence_s = silence_s
        self._quiet_s = None if clock.is_stepped else silence_s / SILENCE_PARTS
        self._back_off = BackOff(random, reconnect_timeout_s)
        self._is_refused = False
        self._complaint = ""
        self._greenlet: gevent.Greenlet | None = None
        self._connection: socket | None = None
        backup_host, _, backup_port = source.backup.rpartition(":")
        self._addresses = [(source.host, source.port)]
        if source.backup:
            self._addresses.append((backup_host, int(backup_port)))

    def start(self) -> gevent.Greenlet:
        """Begins to follow; the greenlet ends by `stop`, or by a failure of ours."""
        self._greenlet = gevent.spawn(self.follow)
        return self._greenlet

    def stop(self) -> None:
        """Closes the connection. Nobody is told that the link is lost: we left."""
        if self._greenlet is not None:
            self._greenlet.kill()
            self._greenlet = None

    def say(self, data: bytes) -> None:
        """Says something more on the connection, if there is one; a connection that breaks is `follow`'s affair."""
        if self._connection is not None:
            with suppress(OSError):
                self._connection.sendall(data)

    def follow(self) -> None:
        """Follows the source for ever, in the calling greenlet."""
        while True:
            for address in self._addresses:
                if self._has_carried(address):
                    self._back_off.reset()
                    break
            gevent.sleep(REFUSED_RETRY_S if self._is_refused else self._back_off.next_s())

    def _has_carried(self, address: tuple[str, int]) -> bool:
        """Whether a connection to `address`, tried and now at its end, brought anything."""
        self._is_refused = False
        try:
            with closing(create_connection(address, timeout=CONNECT_S)) as connection:
                self._connection = connection
                self._carry(connection)
        except LoginRefusedError as error:
            self._is_refused = True
            reason = f"login refused: {error}"
        except (OSError, UnicodeError, SourceError) as error:
            reason = str(error) or type(error).__name__
        finally:
            had_carried, self.is_connected, self._connection = self.is_connected, False, None
        self._complain(had_carried, address, reason)
        if had_carried:
            self.losses += 1
            self._outlet.lost(reason)
        return had_carried

    def _carry(self, connection: socket) -> NoReturn:
        talk = self._talk()
        self._outlet.connected()
        connection.settimeout(self._quiet_s)
        connection.sendall(talk.opening)
        quiet_times = 0
        while True:
            try:
                data = connection.recv(RECEIVE_MAX)
            except TimeoutError:
                quiet_times += 1
                if quiet_times == SILENCE_PARTS:
                    raise UnusableLinkError(f"silent for {self._silence_s:g} s") from None
                connection.sendall(talk.keep_alive)
                continue
            if not data:
                raise UnusableLinkError("closed by the other end")
            quiet_times = 0
            self._hand_on(data, talk)
            connection.sendall(talk.take_answer())
            self._outlet.wait_for_room()

    def _hand_on(self, data: bytes, talk: Talk) -> None:
        self._outlet.carried(data)
        for dated in talk.receive(data):
            if not self.is_connected:
                self.is_connected = True
                self._complaint = ""
                log.info("%s: link is up", self._name)
            self._outlet.put(dated)

    def _complain(self, had_carried: bool, address: tuple[str, int], reason: str) -> None:
        # The same thing again and again is logged once.
        what = "link lost" if had_carried else "no link"
        complaint = f"{what} to {address[0]}:{address[1]}: {reason}"
        if complaint != self._complaint:
            self._complaint = complaint
            level = logging.ERROR if self._is_refused else logging.WARNING
            log.log(level, "%s: %s", self._name, complaint)
