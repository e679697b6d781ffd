"""What the simulated T-Server and Interaction Servers are to whoever connects to them, or writes down what they say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from simulator.lines import Event


class Registration(NamedTuple):
    """What a client gets for its request: what is there now, and from then on what happens at these DNs.

    An Interaction Server tells of everything, whatever the `topics`.
    """

    topics: frozenset[str]
    present: Sequence[Event]


class Source(Protocol):
    """One of them; `name` is that of its `[[source]]`."""

    @property
    def name(self) -> str:
        """In the configuration."""

    def register(self, request: bytes) -> Registration:
        """Answers a client's line.

        Raises:
            msgspec.DecodeError: it is no request of this link.
        """

    def present(self) -> Sequence[Event]:
        """All that is there at this moment, as one is told who asks for everything."""

    def take(self) -> list[Event]:
        """What happened since the last taking, in order, without `seq`: that is a link's."""
