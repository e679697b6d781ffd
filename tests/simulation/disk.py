"""The disk: LMDB's own files in a folder, but at any write the process may die, or there may be no room.

What a process leaves behind when it dies is what it had committed: LMDB writes to the kernel, and only the end of the
machine would take that away (`tests/runtime/test_journal_ends.py` has that). So nothing is synced here.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from enum import StrEnum
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

import lmdb

OPEN: Final = lmdb.open


class Moment(StrEnum):
    """Of a write: when the process dies."""

    BEFORE = "before it is begun"
    UNCOMMITTED = "before it is committed"
    COMMITTED = "when it is committed"


class Death(NamedTuple):
    """At a write: when in it, and for how many steps of the day nobody is there."""

    moment: Moment
    steps: int

    def __str__(self) -> str:
        return f"{self.moment}, and is back after {self.steps} steps"


class ProcessDied(BaseException):
    """The process is gone, as by SIGKILL: no handler of its own may do anything any more."""


class Disk:
    """Counts writes, and has some of them end the process or fail.

    Args:
        deaths: at which write, counted from 1 over all lives of the process, it dies.
        full: from which write on how many find no room.

    Attributes:
        is_dead: whether the process has died; nothing is written then.
        is_safe: whether nothing goes wrong any more.
        down_steps: for how long nobody is there after the newest death.
    """

    def __init__(self, deaths: Mapping[int, Death], full: Mapping[int, int]) -> None:
        self.writes = 0
        self.is_dead = False
        self.is_safe = False
        self.down_steps = 0
        self._deaths = deaths
        self._full = full
        self._refusals = 0

    def open(self, path: str, **options: Any) -> Environment:
        """Stands for `lmdb.open`."""
        return Environment(OPEN(path, **(options | {"sync": False, "metasync": False})), self)

    def begin(self) -> Moment | None:
        """A write begins; answers when in it the process dies."""
        if self.is_dead:
            raise ProcessDied
        if self.is_safe:
            return None
        self.writes += 1
        self._refusals = max(self._refusals, self._full.get(self.writes, 0))
        if self._refusals:
            self._refusals -= 1
            raise _NoRoomError
        death = self._deaths.get(self.writes)
        if death is None:
            return None
        self.down_steps = death.steps
        if death.moment is Moment.BEFORE:
            self.die()
        return death.moment

    def die(self) -> None:
        self.is_dead = True
        raise ProcessDied


class _NoRoomError(lmdb.DiskError):
    code = errno.ENOSPC


class Environment:
    """LMDB's, but that its writes are the disk's affair."""

    def __init__(self, env: Any, disk: Disk) -> None:
        self._env = env
        self._disk = disk

    def __getattr__(self, name: str) -> Any:
        return getattr(self._env, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._env.close()

    def begin(self, *, write: bool = False) -> Any:
        if not write:
            return self._env.begin()
        moment = self._disk.begin()
        return Write(self._env.begin(write=True), moment, self._disk.die)


class Write(AbstractContextManager[Any]):
    """A transaction that writes."""

    def __init__(self, transaction: Any, moment: Moment | None, die: Callable[[], None]) -> None:
        self._transaction = transaction
        self._moment = moment
        self._die = die

    def __enter__(self) -> Any:
        return self._transaction.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None and self._moment is Moment.UNCOMMITTED:
            self._transaction.abort()
            self._die()
        self._transaction.__exit__(kind, error, traceback)
        if kind is None and self._moment is Moment.COMMITTED:
            self._die()


class NoThreads:
    """Stands for gevent's thread pool: what a thread would do is done at once."""

    def apply(self, function: Callable[..., Any], args: tuple[Any, ...] = ()) -> Any:
        return function(*args)
