"""The live links that speak JSON Lines (`protocols.md` 2, 3): ask for everything, then listen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Final

import msgspec

from actors.configuration.environment import Source
from actors.sources.interaction_lines import interaction_lines
from actors.sources.json_lines import JsonLines
from actors.sources.lines import BadLines, Dated
from actors.sources.link import SILENCE_S, Link, Outlet
from actors.sources.tserver_lines import tserver_lines
from runtime.clock import Clock


class JsonTalk:
    """Our side of one connection: a request at its beginning. The source itself keeps a quiet link up.

    Args:
        opening: the request.
        lines: reads what comes.
    """

    keep_alive: Final = b""

    def __init__(self, opening: bytes, lines: JsonLines) -> None:
        self.opening = opening
        self._lines = lines

    def receive(self, data: bytes) -> Iterator[Dated]:
        """The events that the bytes complete.

        Raises:
            UnusableLinkError: a gap in `seq`, or nothing but bad lines.
        """
        return self._lines.feed(data)

    def take_answer(self) -> bytes:
        """Nothing: events want no answer."""
        return b""


def json_link(
    source: Source,
    outlet: Outlet,
    *,
    clock: Clock,
    random: Random,
    reconnect_timeout_s: float = 10,
    silence_s: float = SILENCE_S,
) -> Link:
    """The link to a T-Server or an Interaction Server, not yet started; arguments as for `Link`."""
    asks, lines = _SPEECH[source.type]
    bad = BadLines(source.name, clock.now_us)
    return Link(
        source,
        lambda: JsonTalk(asks(source), lines(bad, is_live=True)),
        outlet,
        clock=clock,
        random=random,
        reconnect_timeout_s=reconnect_timeout_s,
        silence_s=silence_s,
    )


def registration(numbers: Sequence[str]) -> bytes:
    """Asks a T-Server for DNs by number; `*` is all there are."""
    return msgspec.json.encode({"request": "RegisterAddresses", "application": "statserver", "dns": numbers}) + b"\n"


def _every_dn(_source: Source) -> bytes:
    return registration(("*",))


def _its_tenant(source: Source) -> bytes:
    return msgspec.json.encode({"request": "RegisterTenant", "tenant": source.tenant}) + b"\n"


_SPEECH: Final[Mapping[str, tuple[Callable[[Source], bytes], Callable[..., JsonLines]]]] = {
    "tserver": (_every_dn, tserver_lines),
    "interaction-server": (_its_tenant, interaction_lines),
}
"""What each type of source is asked for, and what reads its lines."""
