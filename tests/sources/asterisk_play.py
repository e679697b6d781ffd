"""Plays AMI messages to a switch as a connector would: times never go back, timers come when they are due."""

from __future__ import annotations

import gzip
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from actors.configuration.environment import Dn
from actors.sources.ami import AmiMessage, Framer, timestamp_us
from actors.sources.asterisk import AsteriskSwitch
from actors.vocabulary.events import TServerEvent
from actors.vocabulary.objects import DnType
from actors.vocabulary.times import microseconds

RECORDINGS = Path(__file__).parent.parent / "recordings"


class Player:
    def __init__(self, switch: AsteriskSwitch) -> None:
        self.switch = switch
        self.now_us = 0

    def play(self, messages: Iterable[AmiMessage]) -> list[TServerEvent]:
        events = []
        for message in messages:
            time_us = timestamp_us(message)
            if time_us is not None:
                events += self.wait_until(time_us)
            events += self.switch.apply(message, None if time_us is None else self.now_us)
        return events

    def wait_until(self, time_us: int) -> list[TServerEvent]:
        events = []
        while (timers := self.switch.timers()) and timers[0].due_us <= time_us:
            self.now_us = max(self.now_us, timers[0].due_us)
            events += self.switch.due(timers[0].key, self.now_us)
        self.now_us = max(self.now_us, time_us)
        return events


def dns_of(folder: str) -> list[Dn]:
    environment = tomllib.loads((RECORDINGS / folder / "environment.toml").read_text())
    return [Dn(**{**row, "type": DnType(row["type"])}) for row in environment["dn"]]


def messages_of(folder: str) -> list[AmiMessage]:
    return Framer().feed(gzip.decompress((RECORDINGS / folder / "recording.ami.gz").read_bytes()))


def at(time: float, event: str, **fields: str) -> AmiMessage:
    """One AMI event at `time` seconds after the zero of a test."""
    stamp = microseconds(1_000_000 + time)
    return {"Event": event, "Timestamp": f"{stamp // 1_000_000}.{stamp % 1_000_000:06}", **fields}


def facts(events: Iterable[TServerEvent]) -> list[tuple[Any, ...]]:
    """Event, DN, call state: what most tests are about, without the attributes."""
    return [(e.event, e.this_dn, e.call_state) if e.call_state else (e.event, e.this_dn) for e in events]
