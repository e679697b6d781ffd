"""Makes T-Server events of a source's own words, so that nothing behind a connector knows which switch there is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from actors.configuration.environment import Dn
from actors.sources.ami import AmiMessage
from actors.sources.asterisk import AsteriskSwitch
from actors.sources.asterisk_state import SwitchState
from actors.vocabulary.events import TServerEvent
from actors.vocabulary.interaction_events import InteractionEvent


class Timer(Protocol):
    """A timer that a translator wants set."""

    @property
    def due_us(self) -> int:
        """When it is due."""

    @property
    def key(self) -> str:
        """What it is told by."""


Event = TServerEvent | InteractionEvent


class Translator(Protocol):
    """What turns a source's own words into T-Server events, or leaves those of an Interaction Server as they are.

    One that `dates_events` may date them before the input that proved them, though not before the input before that;
    else they are of the input's time.
    """

    dates_events: bool

    def apply(self, payload: Any, time_us: int) -> Iterable[Event]:
        """The events that something the link carried becomes."""

    def due(self, key: str, time_us: int) -> Iterable[Event]:
        """The events that a timer brings."""

    def lost(self, time_us: int) -> Iterable[Event]:
        """The events that the loss of the link is."""

    def take_timers(self) -> Iterable[Timer]:
        """The timers to set since the last call."""

    @property
    def state(self) -> SwitchState | None:
        """All that it knows; None if it need know nothing."""

    def again(self, state: SwitchState | None) -> Translator:
        """Another one for the same switch, that knows this."""

    def bring(self, dns: Iterable[Dn]) -> None:
        """The configuration has these DNs of the switch, new or in the place of others."""

    def take_out(self, numbers: Iterable[str]) -> None:
        """The configuration has DNs of the switch no more."""


class NoTranslator:
    """The links of T-Servers and Interaction Servers need no translation."""

    dates_events = False

    def apply(self, payload: Any, _time_us: int) -> Iterable[Event]:
        """The event itself."""
        return (payload,)

    def due(self, key: str, time_us: int) -> Iterable[Event]:
        """It sets no timer, so none is ever due."""
        raise LookupError(f"no timer {key} was set for {time_us}")

    def lost(self, time_us: int) -> Iterable[Event]:
        """What T-Library's client side makes of a lost connection."""
        return (TServerEvent("EventServerDisconnected", time=time_us / 1_000_000),)

    def take_timers(self) -> Iterable[Timer]:
        """None."""
        return ()

    state: None = None

    def again(self, _state: SwitchState | None) -> NoTranslator:
        """It knows nothing, whatever happened."""
        return self

    def bring(self, _dns: Iterable[Dn]) -> None:
        """Numbers are all it has of DNs."""

    def take_out(self, _numbers: Iterable[str]) -> None:
        """Numbers are all it has of DNs."""


class AsteriskTranslator:
    """Asterisk's manager interface, in a T-Server's words."""

    dates_events = True

    def __init__(self, switch: AsteriskSwitch) -> None:
        self._switch = switch
        self.due = switch.due
        self.lost = switch.lost
        self.take_timers = switch.take_timers
        self.bring = switch.bring
        self.take_out = switch.take_out

    @property
    def state(self) -> SwitchState:
        """What the switch knows."""
        return self._switch.state

    def again(self, state: SwitchState | None) -> AsteriskTranslator:
        """One whose switch knows this."""
        return AsteriskTranslator(self._switch.again(state))

    def apply(self, payload: AmiMessage, time_us: int) -> Iterable[TServerEvent]:
        """The events of a message; one without a stamp is dated by the next that has one (`sources.md` 3.2)."""
        return self._switch.apply(payload, time_us if "Timestamp" in payload else None)
