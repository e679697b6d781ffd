"""Takes snapshots of all actors while they work: a line is drawn, and each is saved as it was at the line.

At a quiet point it is noted who is there, and that is all that waits for it: copies of tables that are kept anyway, 10
to 20 ms with 50,000 statistics; a look at each of them took up to 135. Then every actor is saved before it
handles its first message beyond the line, or in between when others give way, whichever comes first. The snapshot
counts when the last has been saved; what the journal has before the line is then needed no more.

Only what has changed since the last snapshot is written. An actor whose log is empty is saved already, and one that was
written so needs nothing at all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, Final

from gevent.event import Event

from actors.configuration.difference import encoded, parts_of
from actors.configuration.environment import Environment
from actors.remembering import (
    TIME,
    digest_of,
    name_of_link,
    name_of_object,
    name_of_opening,
    name_of_part,
    name_of_session,
    name_of_shelf,
    name_of_value,
    record_of_link,
    record_of_opening,
    record_of_session,
    record_of_shelf,
    record_of_times,
)
from actors.sources.ended_calls import EndedCalls, Shelf
from actors.sources.saving import saved_book
from actors.statistics import saving
from actors.statistics.pool_state import Entry
from actors.supervisor import Supervisor
from runtime.backups import Backups
from runtime.clock import Clock
from runtime.journal import Journal
from runtime.journal_entries import JournalError
from runtime.mail import Mailbox
from runtime.snapshots import Record, SnapshotError, Snapshots

log = logging.getLogger(__name__)

SLICE_US: Final = 5_000
"""For so long at a time actors are saved while others wait."""
WRITE_MIN: Final = 1_000
"""Records that are handed to the disk at once, but for the last: each time costs a sync, and a turn of a thread."""


class Snapshotting:
    """Takes the snapshots of one server.

    Args:
        supervisor: whose actors.
        snapshots: open.
        journal: open; what a snapshot has is removed from it.
        clock: real time, for slices.
        backups: written between two snapshots, when it is time.
    """

    def __init__(
        self,
        supervisor: Supervisor,
        snapshots: Snapshots,
        journal: Journal,
        clock: Clock,
        backups: Backups | None = None,
    ) -> None:
        self._supervisor = supervisor
        self._intake = supervisor.intake
        self._snapshots = snapshots
        self._journal = journal
        self._elapsed_us = clock.now_us
        self._backups = backups
        self._soon = Event()
        self._forget()

    def _forget(self) -> None:
        """What was written is not known: everything is to be written."""
        self._is_known = False
        self._last: dict[bytes, bytes] = {}
        """What was written last, by name; an object's is that of its mailbox."""
        self._saved: dict[bytes, bytes] = {}
        """As what a mailbox had its actor saved then, by name, if the actor had handled nothing since."""
        self._asked: dict[bytes, int] = {}
        """When the statistics that were in the last snapshot had been asked for, by identity."""
        self._digests: dict[bytes, bytes] = {}
        self._sessions: set[int] = set()
        self._statistics: dict[Mailbox, bytes] = {}
        """Identities of the statistics that are, or were a moment ago."""
        self._note_statistics()
        self._environment: Environment | None = None
        """The contact centre that was written last."""
        self._sources: set[str] = set()
        self._ended: dict[str, EndedCalls] = {}
        """Calls that are over, as links had them at the line, by source."""
        self._shelves: dict[str, dict[int, Shelf]] = {}
        """Those of them that were written last: one that is the same has not changed."""
        self._waiting: dict[Callable[[Mailbox, Any], None], dict[Mailbox, Any]] = {}
        """How to save, and who is still to be saved so; with what is to be known of him."""
        self._done: list[Record] = []

    def run(self, interval_s: float) -> None:
        """Takes a snapshot now, at intervals, and whenever one is wanted; one that fails is tried again at the next."""
        while True:
            self._soon.clear()
            self.try_to_take()
            if self._backups is not None:
                self._backups.write_if_due()
            self._soon.wait(interval_s)

    def try_to_take(self, *, prunes: bool = True) -> None:
        """Takes one, or says why not: without it a server that starts plays more of the journal, and that is all.

        Args:
            prunes: as in `take`.
        """
        try:
            self.take(prunes=prunes)
        except (SnapshotError, JournalError) as error:
            log.error("no snapshot: %s", error)

    def want(self) -> None:
        """Has a snapshot taken soon."""
        self._soon.set()

    def take(self, *, prunes: bool = True) -> None:
        """Takes one, and returns when it is complete and the journal is pruned; others have their turn meanwhile.

        Args:
            prunes: whether what it has is removed from the journal, which takes a while if it is much; else the next
                one does.

        Raises:
            SnapshotError: it cannot be written; the one before it stays.
            JournalError: the journal cannot be written.
        """
        if not self._intake.now_us:
            return
        self._snapshots.give_up()
        while not self._intake.is_quiet:
            self._supervisor.dispatcher.give_way()
        number = self._intake.inputs
        work = self._draw_line()
        is_complete = False
        try:
            self._save_all(work)
            self._snapshots.complete()
            is_complete = True
        finally:
            self._supervisor.dispatcher.before_turn = None
            if not is_complete:
                self._forget()
        if prunes:
            self._journal.prune(number)

    # -- the line ----------------------------------------------------------------------------------------------------

    def _draw_line(self) -> Iterator[None]:
        """Notes, at a quiet point, who is there and what may be other when its turn comes; answers the work to do."""
        intake, supervisor = self._intake, self._supervisor
        pool = supervisor.pool.at_rest().state
        self._snapshots.begin(intake.inputs, intake.clock.now_us())
        self._save(TIME, record_of_times(intake.last_us, supervisor.down))
        configuration = self._save_configuration(supervisor.environment, self._names_gone())
        links = {ref.actor_inbox: (source, intake.timers_of(ref)) for source, ref in supervisor.connectors.items()}
        objects = {node.ref.actor_inbox: key for key, node in supervisor.board.nodes.items()}  # type: ignore[attr-defined]
        self._note_statistics()
        statistics = self._statistics.copy()
        self._waiting = {self._save_link: links, self._save_object: objects, self._save_statistic: statistics}
        sessions = {session.at_rest().number: opened.copy() for session, opened in pool.open.items()}
        supervisor.dispatcher.before_turn = self._save_first
        return chain(configuration, self._work(pool.entries.copy(), sessions))

    def _note_statistics(self) -> None:
        """Those that are not known yet are the newest of the pool, so the last."""
        for identity, entry in reversed(self._supervisor.pool.at_rest().state.entries.items()):
            if entry.ref.actor_inbox in self._statistics:
                break
            self._statistics[entry.ref.actor_inbox] = identity

    def _names_gone(self) -> list[bytes]:
        """What had a record, and is no more by the configuration."""
        supervisor, gone = self._supervisor, self._supervisor.reconfiguring.gone
        names = [name_of_object(key) for key in gone if key not in supervisor.board.nodes]
        gone.clear()
        for source in self._sources - supervisor.connectors.keys():
            names += [
                name_of_link(source),
                *(name_of_shelf(source, number) for number in self._shelves.pop(source, ())),
            ]
        return names

    def _save_configuration(self, environment: Environment, gone: list[bytes]) -> Iterator[None]:
        for name in gone:
            self._drop(name)
            yield
        self._sources = set(environment.sources)
        if environment is self._environment:
            return
        number = 0
        for number, part in enumerate(parts_of(environment), 1):
            self._save(name_of_part(number), encoded(part))
            yield
        while name_of_part(number := number + 1) in self._last:
            self._drop(name_of_part(number))
        self._environment = environment

    # -- saving ------------------------------------------------------------------------------------------------------

    def _save_first(self, inbox: Mailbox) -> None:
        """An actor is about to handle something beyond the line."""
        for save, waiting in self._waiting.items():
            what = waiting.pop(inbox, None)
            if what is not None:
                save(inbox, what)

    def _work(self, entries: dict[bytes, Entry], sessions: dict[int, dict[int, Entry]]) -> Iterator[None]:
        """Saves whoever has not been, and what of the pool was noted, piece by piece."""
        for save, waiting in self._waiting.items():
            while waiting:
                save(*waiting.popitem())
                yield
        yield from self._save_ended()
        digests: dict[int, str] = {}
        for identity, entry in entries.items():
            digest = self._digest(identity)
            digests[id(entry)] = digest.decode()
            # Asked for since the line? The journal has that, and comes to the same time.
            asked_us = entry.asked_us
            if self._asked.get(identity) != asked_us:
                self._asked[identity] = asked_us
                self._save(name_of_opening(digest), record_of_opening(entry.opening, asked_us))
            yield
        yield from self._drop_forgotten(entries)
        yield from self._save_sessions(sessions, digests)

    def _save_ended(self) -> Iterator[None]:
        for source, ended in self._ended.items():
            before, now = self._shelves.get(source, {}), dict(enumerate(ended.shelves, ended.dropped))
            for number, shelf in now.items():
                if before.get(number) is not shelf:
                    self._save(name_of_shelf(source, number), record_of_shelf(shelf))
                    yield
            for number in before.keys() - now.keys():
                self._drop(name_of_shelf(source, number))
            self._shelves[source] = now
        self._ended.clear()

    def _drop_forgotten(self, entries: dict[bytes, Entry]) -> Iterator[None]:
        for identity in list(self._asked):
            if identity not in entries:
                digest = self._digests.pop(identity)
                del self._asked[identity]
                self._drop(name_of_opening(digest))
                self._drop(name_of_value(digest))
            yield

    def _save_sessions(self, sessions: dict[int, dict[int, Entry]], digests: dict[int, str]) -> Iterator[None]:
        for number, opened in sessions.items():
            statistics = {}
            for id_, entry in opened.items():
                statistics[id_] = digests[id(entry)]
                yield
            self._save(name_of_session(number), record_of_session(statistics))
            yield
        for number in self._sessions - sessions.keys():
            self._drop(name_of_session(number))
        self._sessions = set(sessions)

    def _save_all(self, work: Iterator[None]) -> None:
        """Does the work, slice by slice; what it comes to is written meanwhile."""
        while self._has_more_after_slice(work):
            if len(self._done) >= WRITE_MIN:
                self._write()
            self._supervisor.dispatcher.give_way()
        self._write()
        if not self._is_known:
            self._snapshots.put([Record(name, None) for name in self._snapshots.names if name not in self._last])
            self._is_known = True

    def _has_more_after_slice(self, work: Iterator[None]) -> bool:
        end_us = self._elapsed_us() + SLICE_US
        return any(self._elapsed_us() >= end_us for _ in work)

    def _write(self) -> None:
        done, self._done = self._done, []
        self._snapshots.put(done)

    def _save_link(self, inbox: Mailbox, what: Any) -> None:
        source, timers = what
        book = saved_book(inbox.actor.wiring.book)  # type: ignore[attr-defined]
        self._save(name_of_link(source), record_of_link(inbox.actor, book, timers))
        self._ended[source] = book.ended

    def _save_object(self, inbox: Mailbox, key: Any) -> None:
        name = name_of_object(key)
        if self._has_changed(inbox, name):
            data = self._supervisor.save(inbox.actor)
            assert data is not None
            self._save(name, data)

    def _save_statistic(self, inbox: Mailbox, identity: Any) -> None:
        if inbox.is_stopped:
            del self._statistics[inbox]
            return
        name = name_of_value(self._digest(identity))
        if self._has_changed(inbox, name):
            self._save(name, saving.encode(inbox.actor.core))  # type: ignore[attr-defined]

    def _has_changed(self, inbox: Mailbox, name: bytes) -> bool:
        """Whether an actor may have handled anything since it was written."""
        saved = None if inbox.log is None or inbox.log else inbox.saved
        before = self._saved.pop(name, None)
        if saved is None:
            return True
        self._saved[name] = saved
        return before is not saved

    def _digest(self, identity: bytes) -> bytes:
        digest = self._digests.get(identity)
        if digest is None:
            digest = self._digests[identity] = digest_of(identity)
        return digest

    def _save(self, name: bytes, data: bytes) -> None:
        if self._last.get(name) != data:
            self._done.append(Record(name, data))
            self._last[name] = data

    def _drop(self, name: bytes) -> None:
        self._last.pop(name, None)
        self._saved.pop(name, None)
        self._done.append(Record(name, None))
