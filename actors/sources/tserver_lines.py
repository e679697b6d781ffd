"""The events of a T-Server link, line by line (`protocols.md` 2)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from actors.sources.json_lines import JsonLines, Language, decoded
from actors.sources.lines import BadLines
from actors.vocabulary.events import EVENTS, TServerEvent

REGISTRATIONS: Final = frozenset({"EventRegistered", "EventAddressInfo"})
"""Events that tell since when something is so."""


def decode(line: bytes) -> TServerEvent:
    """The event on one line.

    Raises:
        SourceError: there is none, with the reason.
    """
    return decoded(line, _LANGUAGE)


def tserver_lines(bad: BadLines, *, is_live: bool) -> JsonLines:
    """The reader of one T-Server connection, or of one recording of a T-Server link; arguments as for `JsonLines`."""
    return JsonLines(decode, bad, is_live=is_live)


def _data_of(event: TServerEvent) -> Iterable[dict[str, Any] | None]:
    data = event.user_data, event.reasons, event.extensions
    return data if event.calls is None else (*data, *(call.user_data for call in event.calls))


def _times_of(event: TServerEvent) -> Iterable[float | None]:
    if event.event not in REGISTRATIONS:
        return ()
    return (event.login_since, event.agent_state_since, *(call.since for call in event.calls or ()))


_LANGUAGE: Final = Language(msgspec.json.Decoder(TServerEvent), EVENTS, _data_of, _times_of)
