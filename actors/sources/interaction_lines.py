"""The events of an Interaction Server link, line by line (`protocols.md` 3)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from actors.sources.json_lines import JsonLines, Language, decoded
from actors.sources.lines import BadLines
from actors.vocabulary.interaction_events import (
    ALL_INTERACTION_EVENTS,
    SYNCHRONISATIONS,
    InteractionEvent,
    MediaState,
)


def decode(line: bytes) -> InteractionEvent:
    """The event on one line.

    Raises:
        SourceError: there is none, with the reason.
    """
    return decoded(line, _LANGUAGE)


def interaction_lines(bad: BadLines, *, is_live: bool) -> JsonLines:
    """The reader of one Interaction Server connection, or of a recording of one; arguments as for `JsonLines`."""
    return JsonLines(decode, bad, is_live=is_live)


def _data_of(event: InteractionEvent) -> Iterable[dict[str, Any] | None]:
    data = event.user_data, event.reasons
    if event.event not in SYNCHRONISATIONS:
        return data
    states = [state.reasons for state in event.media.values() if isinstance(state, MediaState)]
    return (*data, *states, *(found.user_data for found in event.interactions))


def _times_of(event: InteractionEvent) -> Iterable[float | None]:
    if event.event not in SYNCHRONISATIONS:
        return ()
    states = [state.since for state in event.media.values() if isinstance(state, MediaState)]
    found = [time for one in event.interactions for time in (one.since, one.placed_in_queue_at)]
    return (event.dnd_since, *states, *found)


_LANGUAGE: Final = Language(msgspec.json.Decoder(InteractionEvent), ALL_INTERACTION_EVENTS, _data_of, _times_of)
