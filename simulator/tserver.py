"""The T-Server: says what is at the DNs it is asked for (`protocols.md` 2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from actors.vocabulary.events import TServerEvent
from actors.vocabulary.times import seconds
from simulator.lines import HEARTBEAT, Event
from simulator.source import Registration
from simulator.switchboard import Switchboard

TSERVER: Final = "tserver-1"


class RegisterAddresses(msgspec.Struct, frozen=True, tag_field="request", tag="RegisterAddresses"):
    """What a client sends: the DNs it wants to watch, `*` for all."""

    dns: tuple[str, ...]
    application: str = ""


class TServer:
    """Speaks for a switch.

    Args:
        switchboard: the switch.
    """

    name = TSERVER

    def __init__(self, switchboard: Switchboard) -> None:
        self._switchboard = switchboard

    def register(self, request: bytes) -> Registration:
        """Answers a client's line.

        Raises:
            msgspec.DecodeError: it is no request of this link.
        """
        asked = msgspec.json.decode(request, type=RegisterAddresses).dns
        numbers = tuple(self._switchboard.lines) if "*" in asked else asked
        return Registration(frozenset(numbers), self.registrations(numbers))

    def present(self) -> list[Event]:
        """Every DN as it is now."""
        return self.registrations(self._switchboard.lines)

    def registrations(self, numbers: Iterable[str]) -> list[Event]:
        """One event a DN, then EventLinkConnected; a DN that is not there is refused with EventError."""
        lines, now = self._switchboard.lines, seconds(self._switchboard.wire.now_us)
        answers: list[Event] = [
            self._switchboard.registration(lines[number])
            if number in lines
            else TServerEvent("EventError", now, this_dn=number, cause="no such DN")
            for number in numbers
        ]
        return [*answers, TServerEvent("EventLinkConnected", now)]

    def take(self) -> list[Event]:
        """What happened since the last taking."""
        return list(self._switchboard.wire.take())

    def beat(self) -> None:
        """Says that the link is alive."""
        self._switchboard.wire.of_link(HEARTBEAT)
