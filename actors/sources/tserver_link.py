"""The live link to a T-Server (`protocols.md` 2): register every DN, then listen."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final

from actors.configuration.environment import Source
from actors.sources.lines import BadLines, Dated
from actors.sources.link import SILENCE_S, Link, Outlet
from actors.sources.tserver_lines import TServerLines
from runtime.clock import Clock

REGISTER: Final = b'{"request":"RegisterAddresses","application":"statserver","dns":["*"]}\n'


class TServerTalk:
    """Our side of one connection: a request at its beginning. The T-Server itself keeps a quiet link up.

    Args:
        bad: gets the lines that are set aside, of this connection and the next.
    """

    opening = REGISTER
    keep_alive: Final = b""

    def __init__(self, bad: BadLines) -> None:
        self._lines = TServerLines(bad, is_live=True)

    def receive(self, data: bytes) -> Iterator[Dated]:
        """The events that the bytes complete.

        Raises:
            UnusableLinkError: a gap in `seq`, or nothing but bad lines.
        """
        return self._lines.feed(data)

    def take_answer(self) -> bytes:
        """Nothing: events want no answer."""
        return b""


def tserver_link(
    source: Source,
    outlet: Outlet,
    *,
    clock: Clock,
    random: Random,
    reconnect_timeout_s: float = 10,
    silence_s: float = SILENCE_S,
) -> Link:
    """The link to a T-Server, not yet started; arguments as for `Link`."""
    bad = BadLines(source.name, clock.now_us)
    return Link(
        source,
        lambda: TServerTalk(bad),
        outlet,
        clock=clock,
        random=random,
        reconnect_timeout_s=reconnect_timeout_s,
        silence_s=silence_s,
    )
