"""The DNs of a link's switch, and which of them are monitored (`semantics.md` 9.2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from actors.configuration.environment import Dn
from actors.vocabulary.events import TServerEvent
from actors.vocabulary.objects import DnType

REGISTRATIONS: Final = frozenset({"EventRegistered", "EventAddressInfo"})


class SwitchDns(msgspec.Struct):
    """The DNs of a link's switch.

    `regular` and `mediation` are the numbers it has by the configuration, `virtual` the mediation DNs that are virtual
    queues.
    """

    switch: str
    regular: frozenset[str]
    mediation: frozenset[str]
    virtual: frozenset[str]

    def bring(self, dns: Iterable[Dn]) -> None:
        """The configuration has these DNs of the switch, new or in the place of others."""
        dns = tuple(dns)
        self.take_out(dn.number for dn in dns)
        self.regular |= {dn.number for dn in dns if not dn.is_mediation}
        self.mediation |= {dn.number for dn in dns if dn.is_mediation}
        self.virtual |= {dn.number for dn in dns if dn.type is DnType.VIRTUAL_QUEUE}

    def take_out(self, numbers: Iterable[str]) -> None:
        """The configuration has DNs of the switch no more."""
        gone = frozenset(numbers)
        self.regular -= gone
        self.mediation -= gone
        self.virtual -= gone


class MonitoredDns(SwitchDns):
    """DNs, and what is known of the link to each.

    `numbers` are all of them, as configured; `watched` those that are monitored, `dark` those that were when their link
    was lost, or that were taken out of service, and since when; `lost_us` is when that was last.
    """

    numbers: tuple[str, ...] = ()
    watched: set[str] = set()
    dark: dict[str, int] = {}
    lost_us: dict[str, int] = {}

    def bring(self, dns: Iterable[Dn]) -> None:
        """The configuration has these DNs of the switch, new or in the place of others."""
        dns = tuple(dns)
        super().bring(dns)
        self.numbers += tuple(dn.number for dn in dns)

    def take_out(self, numbers: Iterable[str]) -> None:
        """The configuration has DNs of the switch no more."""
        gone = frozenset(numbers)
        super().take_out(gone)
        self.numbers = tuple(number for number in self.numbers if number not in gone)

    def watch(self, event: TServerEvent, time_us: int) -> None:
        """Takes what an event says of whether its DN is monitored."""
        number = event.this_dn
        if event.event == "EventUnregistered":
            self.watched.discard(number)
            self.dark[number] = self.lost_us[number] = time_us
        elif event.event in REGISTRATIONS:
            self.dark.pop(number, None)
            self.watched.add(number)
        elif number not in self.dark and event.event != "EventError":
            self.watched.add(number)

    @property
    def is_watching(self) -> bool:
        """Whether a DN is monitored."""
        return bool(self.watched)
