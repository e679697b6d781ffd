"""Whether a router may send something to an agent or a place: its vectors, and the actions that say so over time.

Looked at when an input is over, if it may have changed what they are made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from actors.configuration.capacity_rules import Rule
from actors.objects.capacity import Station, Vector, vectors, vectors_of_devices
from actors.objects.channels import Channels
from actors.objects.partials import composed, in_progress, up
from actors.statistics.changes import ActionBegan, ActionEnded, Attributes
from runtime.mail import Message

ROUTABLE: Final = "Routable"
NOT_ROUTABLE: Final = "NotRoutable"


class Spell(msgspec.Struct):
    """One of the two actions, as it runs for a medium."""

    action: str
    occurrence: str
    began_us: int
    order: int


class Routability(msgspec.Struct):
    """The vectors of `holder`, and for each of their media whether it is routable."""

    holder: str = ""
    vectors: Mapping[str, Vector] = {}
    spells: dict[str, Spell] = {}
    occurrences: int = 0

    def update(
        self, order: int, time_us: int, stations: tuple[Station, ...], channels: Channels | None, rule: Rule
    ) -> list[Message]:
        """Takes how it is after an input; what to tell."""
        now = _vectors(stations, channels, rule)
        if now == self.vectors:
            return []
        self.vectors = now
        told: list[Message] = []
        for medium in [medium for medium in self.spells if medium not in now]:
            told.append(self._end(medium, order, time_us))
        for medium, vector in now.items():
            action = ROUTABLE if vector.is_routable else NOT_ROUTABLE
            spell = self.spells.get(medium)
            if spell is None or spell.action != action:
                told += [self._end(medium, order, time_us)] if spell is not None else []
                told.append(self._begin(medium, action, order, time_us))
        return told

    def _begin(self, medium: str, action: str, order: int, time_us: int) -> ActionBegan:
        self.occurrences += 1
        spell = self.spells[medium] = Spell(action, f"{self.holder}~route#{self.occurrences}", time_us, order)
        return _as_began(medium, spell, time_us)

    def _end(self, medium: str, order: int, time_us: int) -> ActionEnded:
        spell = self.spells.pop(medium)
        return ActionEnded(order, time_us, spell.action, spell.occurrence)

    def seen(self, time_us: int) -> list[ActionBegan]:
        """What runs, for a statistic that is opened."""
        return [_as_began(medium, spell, time_us) for medium, spell in self.spells.items()]


def _vectors(stations: tuple[Station, ...], channels: Channels | None, rule: Rule) -> Mapping[str, Vector]:
    if channels is None:
        return vectors_of_devices(stations, rule.most)
    partials = list(up(channels.partials.values()))
    media = {name: medium.is_ready for name, medium in composed(partials).items()}
    return vectors(stations, media, in_progress(partials), rule.most)


def _as_began(medium: str, spell: Spell, time_us: int) -> ActionBegan:
    own = Attributes(media_type=medium)
    return ActionBegan(spell.order, time_us, spell.action, spell.occurrence, spell.began_us, "", own)
