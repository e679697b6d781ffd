"""A server that starts is what the one before it was when it ended: snapshot, journal, and then all links are lost.

The journal's entries behind the snapshot are played through the same intake, on a clock that follows them. What had
been dated by the machine's own clock keeps its dates; so values are those of a server that never stopped, up to the
last event, at which every link is lost (`semantics.md` 9.2). Sessions are gone; their statistics stay (9.6).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from rich.console import Console
from rich.progress import Progress

from actors.configuration.difference import decoded, encoded, parts_of
from actors.configuration.environment import Environment
from actors.remembering import TIME, PastSession, Remembered, name_of_part, record_of_times
from actors.sessions.kept import KeptRequest, kept_end, kept_of
from actors.sessions.messages import SessionGone, SessionRequest
from actors.sources.messages import LinkDown
from actors.sources.recorder import FORMS, Form
from actors.supervisor import Supervisor
from actors.vocabulary import protocol
from actors.vocabulary.errors import SourceError
from runtime.clock import PastClock, SteppedClock
from runtime.intake import Intake, Kept
from runtime.journal import Journal
from runtime.journal_entries import ChecksumError, Entry, Kind
from runtime.snapshots import Record, SnapshotError, Snapshots

log = logging.getLogger(__name__)

SHOWN_EVERY: Final = 1_000
_SILENCE: Final = protocol.SuspendNotification
"""What a session that is gone wants."""


class Restoring:
    """Puts one server back to where its journal ends.

    Args:
        supervisor: has just started its actors.
        journal: open.
        snapshots: open.
        clock: the server's, if it follows stamps; None if it is the machine's own.
    """

    def __init__(
        self, supervisor: Supervisor, journal: Journal, snapshots: Snapshots, clock: SteppedClock | None
    ) -> None:
        self._supervisor = supervisor
        self._intake: Intake = supervisor.intake
        self._journal = journal
        self._snapshots = snapshots
        self._clock = clock
        self._sessions: dict[int, PastSession] = {}
        self._configured = supervisor.environment

    @property
    def is_new(self) -> bool:
        """Whether there is nothing to restore."""
        return self._snapshots.newest is None and self._journal.last is None

    def begin(self) -> None:
        """Begins a journal that is new, with a snapshot before it that has the contact centre alone.

        Raises:
            SnapshotError: it cannot be written.
        """
        self._snapshots.begin(self._intake.inputs, self._intake.now_us)
        parts = enumerate(parts_of(self._configured), 1)
        records = [Record(name_of_part(number), encoded(part)) for number, part in parts]
        self._snapshots.put([Record(TIME, record_of_times(self._intake.last_us, {})), *records])
        self._snapshots.complete()
        self._intake.keep_in(self._journal)

    def with_values(self) -> None:
        """Has all be as if the server had not stopped, but for what the configuration says otherwise now.

        Raises:
            JournalError: the journal is damaged, or cannot be written.
            SnapshotError: the snapshot is damaged, or cannot be understood.
        """
        with self._intake.played(self._played_clock()):
            self._begin()
            for entry in self._entries():
                self._play(entry)
            self._intake.drain()
            self._intake.keep_in(self._journal)
            self._lose_links()
            self._end_sessions()
            self._intake.drain()
        self._be_as_configured()

    def with_definitions(self) -> None:
        """Has the statistics be open that were; they begin now, and nothing else is known.

        Raises:
            JournalError: the journal is damaged, or cannot be written.
            SnapshotError: the snapshot is damaged, or cannot be understood.
        """
        with self._intake.played(PastClock(self._begin_us)):
            if self._snapshots.newest is not None:
                with self._understood():
                    remembered = self._remembered()
                    self._be_configured_as(remembered.environment)
                    remembered.put_pool_back(self._supervisor, with_values=False)
                self._know_sessions()
            for entry in self._entries():
                if entry.kind in (Kind.REQUEST, Kind.CONFIGURATION):
                    self._play(entry)
            self._intake.drain()
            self._intake.keep_in(self._journal)
            self._end_sessions()
            self._intake.drain()
        self._supervisor.begin()
        self._be_as_configured()

    # -- the contact centre ------------------------------------------------------------------------------------------

    def _be_configured_as(self, environment: Environment | None) -> None:
        """Has the contact centre be what it was; nothing is known of anybody yet."""
        if environment is not None:
            self._supervisor.reconfiguring.become(environment, None, is_kept=False)
            self._intake.drain()

    def _be_as_configured(self) -> None:
        """What has changed in the configuration meanwhile has changed now."""
        self._supervisor.reconfiguring.become(self._configured, self._intake.now_us or None)
        self._intake.drain()

    def _played_clock(self) -> SteppedClock:
        if self._clock is None:
            return PastClock(self._begin_us)
        if self._snapshots.newest is not None:
            self._clock.advance(self._begin_us)
        return self._clock

    @property
    def _begin_us(self) -> int:
        """Time as it was at the snapshot, or as the journal begins."""
        begin = self._snapshots.newest or next(self._journal.entries(), None)
        assert begin is not None
        return begin.time_us

    def _begin(self) -> None:
        """Goes to where the snapshot is; without one to where the journal begins."""
        newest = self._snapshots.newest
        if newest is None:
            if self._clock is None:
                self._supervisor.begin()
            return
        with self._understood():
            remembered = self._remembered()
            self._be_configured_as(remembered.environment)
            self._supervisor.begin()
            self._intake.inputs, self._intake.last_us = newest.number, remembered.times.last_us
            remembered.put_back(self._supervisor)
        self._know_sessions()

    @contextmanager
    def _understood(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, KeyError, ChecksumError) as error:
            raise SnapshotError(self._snapshots.path, f"cannot be understood: {error}") from error

    def _remembered(self) -> Remembered:
        records = ((name, data) for name, data in self._snapshots.records() if data is not None)
        return Remembered(records)

    def _know_sessions(self) -> None:
        for session in self._supervisor.pool.at_rest().state.open:
            self._sessions[session.number] = session

    # -- playing the journal -----------------------------------------------------------------------------------------

    def _entries(self) -> Iterator[Entry]:
        """What is to be played; shows how far it is, on a terminal."""
        newest, last = self._snapshots.newest, self._journal.last
        after = 0 if newest is None else newest.number
        console = Console(stderr=True)
        with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
            task = bar.add_task("playing the journal", total=0 if last is None else last.number - after)
            for count, entry in enumerate(self._journal.entries(after)):
                if count % SHOWN_EVERY == 0:
                    bar.update(task, completed=entry.number - after)
                yield entry

    def _play(self, entry: Entry) -> None:
        if entry.kind is Kind.REQUEST:
            self._intake.drain()
            self._intake.pass_time(entry.time_us)
            self._ask(kept_of(entry.payload))
            return
        if entry.kind is Kind.CONFIGURATION:
            self._intake.drain()
            self._supervisor.reconfiguring.take_in(decoded(entry.payload), entry.time_us or None, is_kept=False)
            self._intake.drain()
            return
        ref = self._supervisor.connectors.get(entry.source)
        if ref is None:
            return
        form = FORMS[self._supervisor.environment.sources[entry.source].type]
        for payload in _payloads(entry, form):
            self._intake.put(ref, payload, stamp_us=entry.time_us)
        self._intake.run_full_batches()

    def _ask(self, kept: KeptRequest) -> None:
        session = self._sessions.setdefault(kept.session, PastSession(kept.session))
        if kept.request is None:
            del self._sessions[kept.session]
            self._put(SessionGone(session))
            return
        self._put(SessionRequest(session, kept.request, kept.id))
        if isinstance(kept.request, protocol.OpenStatistic):
            self._put(SessionRequest(session, _SILENCE(ref=kept.request.ref, id=kept.id), kept.id))
        self._intake.drain()

    def _put(self, payload: SessionRequest | SessionGone, kept: Kept | None = None) -> None:
        self._intake.put(self._supervisor.pool, payload, is_alone=True, kept=kept)

    # -- what the end of the server before was -----------------------------------------------------------------------

    def _lose_links(self) -> None:
        """A stopped server counts as all links lost at the last event (`semantics.md` 9.2)."""
        last_us = self._intake.last_us
        for name, source in self._supervisor.environment.sources.items():
            ref = self._supervisor.connectors[name]
            actor = ref.at_rest()
            if source.type in FORMS and (actor.state.is_up or actor.wiring.book.is_watching):
                form = FORMS[source.type]
                kept = Kept(name, form.kind, form.note(last_us))
                self._intake.put(ref, LinkDown("the server was stopped"), stamp_us=last_us, kept=kept)

    def _end_sessions(self) -> None:
        for number, session in self._sessions.items():
            self._put(SessionGone(session), kept_end(number))
        self._sessions.clear()


def _payloads(entry: Entry, form: Form) -> Iterable[Any]:
    """What an entry of a link says; what this program does not understand any more it says so and leaves out."""
    try:
        return form.parse(entry.payload)
    except SourceError as error:
        log.warning("entry %d of the journal is left out: %s", entry.number, error)
        return ()
