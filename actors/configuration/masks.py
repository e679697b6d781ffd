"""What a MainMask or RelMask lets through: names of actions or statuses, written out (`semantics.md` 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from actors.configuration.suggestions import did_you_mean
from actors.vocabulary.actions import PSEUDO_ACTIONS, ActionKind
from actors.vocabulary.categories import Subject
from actors.vocabulary.errors import RequestError
from actors.vocabulary.kinds import ACTIONS, SHORT_FORMS, ObjectKind
from actors.vocabulary.statuses import AGENT_STATUSES, GROUP_STATUSES

_CALL_PREFIXES: Final = ("Call", "ASM_", "StuckCall")


class _Words(NamedTuple):
    """What may stand in a mask: each known name in lower case with what it stands for, and all of `*`."""

    meaning: Mapping[str, frozenset[str]]
    everything: frozenset[str]


def _words(kind: ObjectKind, everything: Iterable[str]) -> _Words:
    all_ = frozenset(everything)
    written_out = {**{name: (name,) for name in ACTIONS[kind]}, **SHORT_FORMS[kind]}
    return _Words({name.lower(): all_.intersection(names) for name, names in written_out.items()}, all_)


_ACTIONS: Final = {kind: _words(kind, actions) for kind, actions in ACTIONS.items()}
_STATUSES: Final[Mapping[Subject, _Words]] = {
    subject: _words(ObjectKind.REGULAR, GROUP_STATUSES if subject is Subject.GROUP_STATUS else AGENT_STATUSES)
    for subject in Subject
    if subject is not Subject.DN_ACTION
}


def words_of(text: str) -> list[str]:
    """The words of a list with commas; blanks play no part."""
    return [word for word in "".join(text.split()).split(",") if word]


def parse_mask(text: str, subject: Subject, kind: ObjectKind) -> frozenset[str]:
    """The names a mask lets through: all that are named, minus all with `~` (`semantics.md` 6).

    Args:
        text: e.g. `*, ~CallWait`; blanks and letter case play no part.
        subject: for a status subject the names are statuses, and valid actions that are none are left out.
        kind: of the objects that the mask is for.

    Returns:
        Names as `actors.vocabulary` writes them, short names written out; empty for an empty mask.

    Raises:
        RequestError: `BadDefinition`, a name is unknown; the message says which and what is near.
    """
    words = _ACTIONS[kind] if subject is Subject.DN_ACTION else _STATUSES[subject]
    taken: set[str] = set()
    left_out: set[str] = set()
    names = words_of(text)
    for name in names:
        if name.startswith("~"):
            left_out |= _meaning(name[1:], words, kind)
        else:
            taken |= _meaning(name, words, kind)
    if names and all(name.startswith("~") for name in names):
        taken = set(words.everything)
    return frozenset(taken - left_out)


def _meaning(name: str, words: _Words, kind: ObjectKind) -> frozenset[str]:
    if name == "*":
        return words.everything
    try:
        return words.meaning[name.lower()]
    except KeyError:
        raise RequestError("BadDefinition", f"'{name}' is no action {kind}{_hint(name, kind)}") from None


def _hint(name: str, kind: ObjectKind) -> str:
    """Of which other objects it is an action, or what of these may be meant."""
    others = [str(other) for other in ObjectKind if name.lower() in _ACTIONS[other].meaning]
    return f": it is one {others[0]}" if others else did_you_mean(name, [*ACTIONS[kind], *SHORT_FORMS[kind]])


def of_kinds(mask: frozenset[str], kinds: frozenset[ActionKind], kind: ObjectKind) -> frozenset[str]:
    """The actions of a mask that a category can use; others are left out silently (`semantics.md` 6)."""
    return frozenset(name for name in mask if ACTIONS[kind][name] in kinds)


def of_calls(mask: frozenset[str]) -> frozenset[str]:
    """The actions of a mask that have a call's data, or a user event's: all a formula can use (`semantics.md` 7.2)."""
    return frozenset(name for name in mask if name == "UserEvent" or name.startswith(_CALL_PREFIXES))


def without_pseudo_actions(mask: frozenset[str]) -> frozenset[str]:
    """A mediation DN's mask without the actions of its agents, which few statistics count (`semantics.md` 2.4, 11)."""
    return mask.difference(PSEUDO_ACTIONS)
