"""Whose fault it was.

    StatServerError
    ├── ConfigurationError   the administrator's: every fault at once, each with file and line
    ├── RequestError         a client's: answered with a code of the protocol, the session goes on
    └── SourceError          a source's: counted, logged, set aside

Any other exception is ours: it leaves the handler and reaches the supervisor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Fault(NamedTuple):
    """One thing wrong in a configuration file."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class StatServerError(Exception):
    """Root of what the server raises on purpose."""


class ConfigurationError(StatServerError):
    """A configuration that cannot be used; carries every fault found in it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = tuple(faults)


class RequestError(StatServerError):
    """A client's request that is refused, with the protocol's error code (`protocols.md` 1)."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class SourceError(StatServerError):
    """A line of a source that cannot be understood; the line is set aside."""
