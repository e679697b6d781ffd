"""What a MainMask or RelMask lets through: names of actions or statuses, written out (`semantics.md` 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from actors.configuration.suggestions import did_you_mean
from actors.vocabulary.actions import MEDIATION_ACTIONS, PSEUDO_ACTIONS, REGULAR_ACTIONS, WAITS, ActionKind
from actors.vocabulary.categories import Subject
from actors.vocabulary.errors import RequestError
from actors.vocabulary.statuses import AGENT_STATUSES, GROUP_STATUSES

_SHORT_FORMS: Final[Mapping[str, tuple[str, ...]]] = {"CallWait": WAITS}
_CALL_PREFIXES: Final = ("Call", "ASM_", "StuckCall")


class _Words(NamedTuple):
    """What may stand in a mask: each known name in lower case with what it stands for, and all of `*`."""

    meaning: Mapping[str, frozenset[str]]
    everything: frozenset[str]


def _words(names: Iterable[str], everything: frozenset[str]) -> _Words:
    written_out = {name: _SHORT_FORMS.get(name, (name,)) for name in names}
    return _Words({name.lower(): everything.intersection(all_) for name, all_ in written_out.items()}, everything)


_MEDIATION: Final = _words([*MEDIATION_ACTIONS, *_SHORT_FORMS], frozenset(MEDIATION_ACTIONS))
_ACTIONS: Final = _words(REGULAR_ACTIONS, frozenset(REGULAR_ACTIONS))
_STATUSES: Final = _words(REGULAR_ACTIONS, AGENT_STATUSES)
_GROUP_STATUSES: Final = _words(REGULAR_ACTIONS, GROUP_STATUSES)

_REGULAR: Final[Mapping[Subject, _Words]] = {
    Subject.DN_ACTION: _ACTIONS,
    Subject.DN_STATUS: _STATUSES,
    Subject.AGENT_STATUS: _STATUSES,
    Subject.PLACE_STATUS: _STATUSES,
    Subject.GROUP_STATUS: _GROUP_STATUSES,
}


def words_of(text: str) -> list[str]:
    """The words of a list with commas; blanks play no part."""
    return [word for word in "".join(text.split()).split(",") if word]


def parse_mask(text: str, subject: Subject, *, is_mediation: bool) -> frozenset[str]:
    """The names a mask lets through: all that are named, minus all with `~` (`semantics.md` 6).

    Args:
        text: e.g. `*, ~CallWait`; blanks and letter case play no part.
        subject: for a status subject the names are statuses, and valid actions that are none are left out.
        is_mediation: whether the mask is for queues and routing points.

    Returns:
        Names as `actors.vocabulary` writes them, `CallWait` written out; empty for an empty mask.

    Raises:
        RequestError: `BadDefinition`, a name is unknown; the message says which and what is near.
    """
    words = _MEDIATION if is_mediation else _REGULAR[subject]
    taken: set[str] = set()
    left_out: set[str] = set()
    names = words_of(text)
    for name in names:
        if name.startswith("~"):
            left_out |= _meaning(name[1:], words)
        else:
            taken |= _meaning(name, words)
    if names and all(name.startswith("~") for name in names):
        taken = set(words.everything)
    return frozenset(taken - left_out)


def _meaning(name: str, words: _Words) -> frozenset[str]:
    if name == "*":
        return words.everything
    try:
        return words.meaning[name.lower()]
    except KeyError:
        known = [*MEDIATION_ACTIONS, *_SHORT_FORMS] if words is _MEDIATION else list(REGULAR_ACTIONS)
        what = "of a queue" if words is _MEDIATION else "of a DN, agent or place"
        message = f"'{name}' is no action {what}{did_you_mean(name, known)}"
        raise RequestError("BadDefinition", message) from None


def of_kinds(mask: frozenset[str], kinds: frozenset[ActionKind], *, is_mediation: bool) -> frozenset[str]:
    """The actions of a mask that a category can use; others are left out silently (`semantics.md` 6)."""
    actions = MEDIATION_ACTIONS if is_mediation else REGULAR_ACTIONS
    return frozenset(name for name in mask if actions[name] in kinds)


def of_calls(mask: frozenset[str]) -> frozenset[str]:
    """The actions of a mask that have a call's data, or a user event's: all a formula can use (`semantics.md` 7.2)."""
    return frozenset(name for name in mask if name == "UserEvent" or name.startswith(_CALL_PREFIXES))


def without_pseudo_actions(mask: frozenset[str]) -> frozenset[str]:
    """A mediation DN's mask without the actions of its agents, which few statistics count (`semantics.md` 2.4, 11)."""
    return mask.difference(PSEUDO_ACTIONS)
