"""The running server: configuration, actors, links or recordings, and the port that clients connect to."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

import gevent
from gevent.event import Event

from actors.configuration.definitions import ServerOptions
from actors.configuration.difference import Difference
from actors.configuration.environment import Source
from actors.configuration.kept import KeptEnvironment
from actors.configuration.load import Loaded, load
from actors.configuration.start_options import address_of, refusal, token_of
from actors.configuration_server import ConfigurationServer
from actors.configuring import Configuring
from actors.disk import Disk
from actors.restoring import Restoring
from actors.sessions.listener import Listener
from actors.snapshotting import Snapshotting
from actors.sources.link import IntakeOutlet, Link
from actors.sources.player import play
from actors.sources.recorder import FORMS
from actors.sources.recordings import Recording
from actors.supervisor import Supervisor, TooManyRestarts
from runtime.backups import BackupError
from runtime.clock import RealClock, SteppedClock
from runtime.dispatcher import Dispatcher
from runtime.garbage import ColdStorage
from runtime.huge_pages import gather_for_ever
from runtime.intake import Intake
from runtime.journal_entries import JournalError
from runtime.snapshots import SnapshotError

log = logging.getLogger(__name__)

SEED: Final = 1
"""Of the jitter of reconnecting: two servers do not come back at once, one server does so always alike."""

Report = Callable[[str], None]


class Server:
    """One stat server; `start` opens its port, `stop` closes everything.

    Args:
        folder: of the configuration.
        loaded: the configuration.
        data: where what live links and clients say is kept; None keeps nothing. Recordings are on disk already.
        restore_from: a backup to begin with; there must be nothing kept yet.

    Raises:
        ConfigurationError: live links and recordings are mixed, or an option cannot be.
        RecordingError: a recording cannot be used.
        BackupError: there is a backup to begin with, but nothing is kept.
    """

    def __init__(
        self, folder: Path, loaded: Loaded, data: Path | None = None, restore_from: Path | None = None
    ) -> None:
        self._folder = folder
        sources = list(loaded.environment.sources.values())
        self._players = [_recording(folder, source) for source in sources if source.recording]
        self._followed = [source for source in sources if not source.recording and source.type in FORMS]
        options = loaded.definitions.options
        follows_stamps = options.clock == "sources" or (bool(self._players) and not self._followed)
        if self._players and self._followed and not follows_stamps:
            raise refusal(folder, "clock", "recordings and live links together need [statserver] clock = sources")
        first_us = min((player.first_us for player in self._players), default=0)
        self.clock = SteppedClock(first_us) if follows_stamps else RealClock()
        self.intake = Intake(Dispatcher(), self.clock)
        self.supervisor = Supervisor(loaded, self.intake.dispatcher, self.intake)
        self.intake.on_first_stamp = self.supervisor.begin
        has_only_recordings = bool(self._players) and not self._followed
        self._disk = Disk(data, options) if data is not None and not has_only_recordings else None
        self._kept = self._kept_environment(options)
        self._configuration_server: ConfigurationServer | None = None
        self._restore_from = restore_from
        if restore_from is not None and self._disk is None:
            raise BackupError(restore_from, "is of no use where all sources are recordings: nothing is kept")
        self._snapshotting: Snapshotting | None = None
        self._opened = ExitStack()
        self._links: dict[str, tuple[Link, IntakeOutlet]] = {}
        self._random = Random(SEED)
        self._configuring: Configuring | None = None
        self._greenlets: list[gevent.Greenlet] = []
        self.finished = Event()
        self.error: BaseException | None = None
        self._listener = Listener(
            address_of(folder, options.listen),
            self.supervisor.session_starter(token_of(folder, options)),
            self.intake,
            output_max_bytes=options.max_client_output_queue_size * 1024,
        )

    @property
    def address(self) -> tuple[str, int]:
        """Where clients connect, once started."""
        return self._listener.address

    def start(self) -> None:
        """Opens the journal and the port, is what the server before was, then follows the sources.

        Raises:
            JournalError: the journal cannot be used.
            SnapshotError: the snapshots cannot be used.
            BackupError: the backup cannot be used, or there are values already.
            OSError: the address cannot be listened at.
        """
        with ExitStack() as opened:
            if self._disk is not None:
                opened.push(self._disk.open())
                self.supervisor.dead_letters.keep_in(self._disk.folder)
                with self._disk.begun_with(self._restore_from) if self._restore_from else nullcontext():
                    self._restore(self._disk)
            self.supervisor.reconfiguring.on_changed = self._changed
            self._listener.start()
            self._opened = opened.pop_all()
        self._spawn(self.intake.serve)
        if self._snapshotting is not None:
            self._spawn(partial(self._snapshotting.run, self.supervisor.options.snapshot_interval))
        for source in self._followed:
            self._follow(source)
        self._configuring = Configuring(self._folder, self.supervisor, self._want_snapshot, self._kept)
        self._spawn(self._configuring.run)
        if self._kept is not None:
            self._follow_configuration(self._kept)
        if self._players:
            self._spawn(self._play)

    def stop(self) -> None:
        """Says goodbye to the clients and closes everything, the newest first."""
        if self._configuration_server is not None:
            self._configuration_server.stop()
        for link, _ in self._links.values():
            link.stop()
        self._listener.stop()
        gevent.killall(self._greenlets)
        self.intake.dispatcher.run_until_quiet()
        if self._snapshotting is not None and self.intake.is_quiet:
            self._snapshotting.try_to_take(prunes=False)
        self.supervisor.stop()
        if self.intake.is_full:
            log.error("the disk had no room to the end: what waited to be taken in is not kept")
        try:
            self._opened.close()
        except JournalError as error:
            self.error = error

    def reload(self) -> None:
        """Has the configuration be read again soon: what is other by it counts from then on, a bad one is refused."""
        if self._configuring is not None:
            self._configuring.want()

    def _want_snapshot(self) -> None:
        if self._snapshotting is not None:
            self._snapshotting.want()

    def _restore(self, disk: Disk) -> None:
        """Is what the server before was, as far as `restore` says; what happens from now on is kept."""
        clock = self.clock if isinstance(self.clock, SteppedClock) else None
        restoring = Restoring(self.supervisor, disk.journal, disk.snapshots, clock)
        if restoring.is_new:
            restoring.begin()
        elif self.supervisor.options.restore == "values":
            restoring.with_values()
        else:
            restoring.with_definitions()
        self._snapshotting = Snapshotting(self.supervisor, disk.snapshots, disk.journal, RealClock(), disk.backups)

    def _spawn(self, function: Callable[[], None]) -> None:
        greenlet = gevent.spawn(function)
        greenlet.link_exception(self._failed)
        self._greenlets.append(greenlet)

    def _failed(self, greenlet: gevent.Greenlet) -> None:
        self.error = greenlet.exception
        self.finished.set()

    def _follow(self, source: Source) -> None:
        form, ref = FORMS[source.type], self.supervisor.connectors[source.name]
        outlet = IntakeOutlet(source.name, self.intake, ref, kind=form.kind, note=form.note)
        link = form.link(
            source,
            outlet,
            clock=self.clock,
            random=self._random,
            reconnect_timeout_s=self.supervisor.options.reconnect_timeout,
        )
        self._links[source.name] = link, outlet
        link.start().link_exception(self._failed)

    def _kept_environment(self, options: ServerOptions) -> KeptEnvironment | None:
        """Where a configuration server's contact centre is kept, if there is one to follow."""
        if not options.configuration_server:
            return None
        if self._disk is None:
            reason = "configuration-server is of no use where all sources are recordings: nothing is kept"
            raise refusal(self._folder, "configuration-server", reason)
        return KeptEnvironment(self._disk.folder)

    def _follow_configuration(self, kept: KeptEnvironment) -> None:
        self._configuration_server = ConfigurationServer(
            self.supervisor.options, kept.said, self.reload, clock=self.clock, random=self._random
        )
        for greenlet in self._configuration_server.start():
            greenlet.link_exception(self._failed)

    def _changed(self, change: Difference) -> None:
        """Links are changed by a greenlet of its own: here no actor may be kept waiting."""
        gevent.spawn(self._change_links, change).link_exception(self._failed)

    def _change_links(self, change: Difference) -> None:
        """Follows the sources there are now, where they are now; asks for what is at DNs that are new."""
        for source in change.sources.before:
            link, outlet = self._links.pop(source.name, (None, None))
            if link is not None and outlet is not None:
                was_connected = link.is_connected
                link.stop()
                if was_connected and source.name in self.supervisor.connectors:
                    outlet.lost("the configuration has it elsewhere")
        for source in change.sources.after:
            if source.recording or source.type not in FORMS or self._players:
                log.warning("source '%s' is followed from the next start on", source.name)
            else:
                self._follow(source)
        for name, (link, _) in self._links.items():
            source = self.supervisor.environment.sources[name]
            numbers = [dn.number for dn in change.dns.new if dn.switch == source.switch]
            if numbers:
                gevent.spawn(link.say, FORMS[source.type].registration(numbers))

    def _play(self) -> None:
        assert isinstance(self.clock, SteppedClock)
        speeds = {player.source.speed for player in self._players}
        play(
            self._players,
            speed=min(speeds),
            intake=self.intake,
            refs=self.supervisor.connectors,
            clock=self.clock,
            pace=RealClock(),
        )
        log.info("the recording is at its end")


def run(folder: Path, data: Path, *, restore_from: Path | None = None, report: Report) -> int:
    """Runs a server until SIGTERM or SIGINT; SIGHUP reads the configuration again.

    Args:
        folder: of the configuration.
        data: for what is kept on disk.
        restore_from: a backup to begin with.
        report: told where clients connect.

    Returns:
        The exit code: 0 when told to stop, 1 when it could not go on.

    Raises:
        ConfigurationError: the configuration cannot be used, or the port is taken.
        BackupError: the backup cannot be used, or there are values already.
    """
    loaded = load(folder)
    if loaded.definitions.options.configuration_server:
        loaded = KeptEnvironment(data).loaded(folder)
    for fault in loaded.stat_type_faults + loaded.warnings:
        log.warning("%s", fault)
    server = Server(folder, loaded, data, restore_from)
    handlers = [gevent.signal_handler(number, server.finished.set) for number in (signal.SIGTERM, signal.SIGINT)]
    handlers.append(gevent.signal_handler(signal.SIGHUP, server.reload))
    storage = ColdStorage()
    storage.open()
    try:
        server.start()
    except (JournalError, SnapshotError) as error:
        log.critical("cannot start: %s", error)
        return 1
    except OSError as error:
        reason = f"listen = {loaded.definitions.options.listen}: {error.strerror}"
        raise refusal(folder, "listen", reason) from error
    host, port = server.address
    storage.freeze()
    gathering = gevent.spawn(gather_for_ever)
    report(f"listening on {host}:{port}")
    server.finished.wait()
    gathering.kill()
    storage.close()
    for handler in handlers:
        handler.cancel()
    server.stop()
    if server.error is not None:
        log.critical("cannot go on: %s", server.error)
    return 1 if isinstance(server.error, Exception | TooManyRestarts) else 0


def _recording(folder: Path, source: Source) -> Recording:
    path = Path(source.recording)
    return Recording(source, path if path.is_absolute() else folder / path)
