"""The order inside one event at one DN (`semantics.md` 2): ends, then retrospective, then begins, then momentary.

Only a Selection can tell: of what one input ended it takes the last ones. What ends goes in the order it began in, with
the attributes it ran with: those of the event that ends it are not told of it (`semantics.md` 11 to 8.3).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from actors.statistics.changes import ActionBegan, ActionChanged, ActionEnded, ActionHappened
from actors.vocabulary.kinds import MOMENTARY

CHANGES, ENDS, LOOKS_BACK, BEGINS, HAPPENS = range(5)


def put_in_order(told: list[Any]) -> None:
    """Sorts what one event made a DN tell; changes of attributes come before all."""
    if len(told) > 1:
        told.sort(key=_place)
        if type(told[0]) is ActionChanged:
            ended = {message.occurrence for message in told if type(message) is ActionEnded}
            told[:] = [message for message in told if not _comes_too_late(message, ended)]


def put_pairs_in_order(told: list[tuple[str, Any]]) -> None:
    """The same of what each agent is told; what one event gives an agent and takes again was never the agent's."""
    if len(told) > 1:
        began = {message.occurrence for _, message in told if type(message) is ActionBegan}
        ended = {message.occurrence for _, message in told if type(message) is ActionEnded}
        if passing := began & ended:
            told[:] = [pair for pair in told if getattr(pair[1], "occurrence", "") not in passing]
        if ended:
            told[:] = [pair for pair in told if not _comes_too_late(pair[1], ended)]
        told.sort(key=_place_of_pair)


def _place_of_pair(pair: tuple[str, Any]) -> tuple[int, int]:
    return _place(pair[1])


def _comes_too_late(message: Any, ended: Collection[str]) -> bool:
    """Whether it tells other attributes of what the event has ended."""
    return type(message) is ActionChanged and message.occurrence in ended


def _place(message: Any) -> tuple[int, int]:
    kind = type(message)
    if kind is ActionEnded:
        return (ENDS, int(message.occurrence.rpartition("#")[2]))
    if kind is ActionHappened:
        return (HAPPENS if message.action in MOMENTARY else LOOKS_BACK, 0)
    return (BEGINS if kind is ActionBegan else CHANGES, 0)
