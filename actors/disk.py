"""What one server keeps on disk, in one folder: its journal, its snapshots, its backups."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from actors.configuration.definitions import ServerOptions
from runtime.backups import BackupError, Backups, read_into
from runtime.clock import RealClock
from runtime.journal import Journal
from runtime.journal_files import FOLDER as JOURNAL
from runtime.journal_sync import Sync
from runtime.snapshots import FOLDER as SNAPSHOTS
from runtime.snapshots import SnapshotError, Snapshots
from statclient._version import VERSION

PROGRAM: Final = f"statserver {VERSION}"
MINUTE_US: Final = 60_000_000


class Disk:
    """The folder of one server.

    Args:
        folder: made when it is opened.
        options: of the server.
    """

    def __init__(self, folder: Path, options: ServerOptions) -> None:
        self.folder = folder
        self.journal = Journal(folder / JOURNAL, Sync.of(options.journal_sync), RealClock(), program=PROGRAM)
        self.snapshots = Snapshots(folder / SNAPSHOTS, program=PROGRAM)
        self.backups: Backups | None = None
        if options.auto_backup_interval:
            path = folder / options.backup_file_name
            interval_us = round(options.auto_backup_interval * MINUTE_US)
            self.backups = Backups(path, interval_us, self.snapshots, RealClock(), program=PROGRAM)

    def open(self) -> ExitStack:
        """Opens all; closing what is answered closes it.

        Raises:
            JournalError: the journal cannot be used.
            SnapshotError: the snapshots cannot be used.
        """
        with ExitStack() as opened:
            self.journal.open()
            opened.callback(self.journal.close)
            self.snapshots.open()
            opened.callback(self.snapshots.close)
            return opened.pop_all()

    @contextmanager
    def begun_with(self, backup: Path) -> Iterator[None]:
        """Makes a backup what the server was when it ended; if it cannot be that again, nothing of it stays.

        Args:
            backup: its file.

        Raises:
            BackupError: it cannot be used, or there are values already.
        """
        if self.journal.last is not None or self.snapshots.newest is not None:
            raise BackupError(backup, f"is not restored: {self.folder} has values of its own; name another --data")
        read_into(self.snapshots, backup)
        try:
            yield
        except SnapshotError as error:
            self.snapshots.close()
            self.snapshots.path.unlink()
            raise BackupError(backup, error.reason) from error
