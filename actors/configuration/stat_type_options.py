"""The options of a stat type, each read by itself: what its words mean, what is wrong with them (`semantics.md` 10).

A reader raises an `OptionError` for a fault; `Faults` gathers them and goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeVar

from actors.configuration.dialects import FILTER_ATTRIBUTES
from actors.configuration.masks import words_of
from actors.configuration.suggestions import did_you_mean
from actors.vocabulary.categories import (
    CATEGORIES,
    CATEGORY_ALIASES,
    REFUSED_CATEGORIES,
    SUBJECT_OBJECTS,
    Category,
    Subject,
)
from actors.vocabulary.errors import RequestError
from actors.vocabulary.objects import COMPATIBILITY_GROUPS, WITHOUT_SOURCE, ObjectType

T = TypeVar("T")

OPTIONS: Final = (
    "Objects",
    "Category",
    "Subject",
    "MainMask",
    "RelMask",
    "Formula",
    "UseSourceTimeStamps",
    "ReasonStartOverridesStatusStart",
    "Description",
    "AggregationType",
)
"""Options of a stat type; any other is a business attribute (`semantics.md` 8.3, 10)."""

KNOWN_ATTRIBUTES: Final = (*FILTER_ATTRIBUTES, "InteractionType", "InteractionSubtype")
"""Business attributes that are more than a key of the user data, as they are written here."""

BOOLEANS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("yes", "true", "on", "1"), True),
    **dict.fromkeys(("no", "false", "off", "0"), False),
}
"""How yes and no may be written, in lower case (`semantics.md` 10)."""

_SUBJECTS: Final[Mapping[str, Subject]] = {"action": Subject.DN_ACTION, **{one.lower(): one for one in Subject}}
_CATEGORIES: Final[Mapping[str, str]] = {
    **{name.lower(): name for name in (*CATEGORIES, *REFUSED_CATEGORIES)},
    **{alias.lower(): name for alias, name in CATEGORY_ALIASES.items()},
}
_OBJECTS: Final[Mapping[str, ObjectType]] = {one.lower(): one for one in ObjectType}


class OptionError(RequestError):
    """A stat type that cannot be.

    Attributes:
        option: the option that is to blame, as in `OPTIONS`; empty where none is.
    """

    def __init__(self, code: str, message: str, option: str = "") -> None:
        super().__init__(code, message)
        self.option = option


class Faults:
    """Gathers what is wrong and goes on, so that one reading finds all of it."""

    def __init__(self) -> None:
        self.found: list[OptionError] = []

    def of(self, read: Callable[..., T], *arguments: object) -> T | None:
        """What `read` makes of the arguments; None if it finds a fault in them."""
        try:
            return read(*arguments)
        except OptionError as fault:
            self.found.append(fault)
            return None


def sorted_out(options: Mapping[str, object], faults: Faults) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Options by their names in lower case without `_`, and business attributes by name."""
    plain = {name.lower() for name in OPTIONS}
    attributes = {name.lower(): name for name in KNOWN_ATTRIBUTES}
    known: dict[str, str] = {}
    business: dict[str, tuple[str, ...]] = {}
    for name, value in options.items():
        text = faults.of(_text, name, value)
        bare = name.replace("_", "").lower()
        if bare in known:
            faults.found.append(bad_definition(f"option {name} stands twice", name))
        elif bare in plain:
            known[bare] = text or ""
        elif text:
            values = (part.strip().lower() for part in text.split(","))
            business[attributes.get(bare, name)] = tuple(value for value in values if value)
    return known, business


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        return ",".join(value)
    if isinstance(value, str | int | float):
        return str(value).strip()
    raise bad_definition(f"option {name} is no text", name)


def truth_of(known: Mapping[str, str], option: str) -> bool:
    """Whether a sorted option says yes; one that is not there says no."""
    text = known.get(option.lower(), "")
    if text and text.lower() not in BOOLEANS:
        raise bad_definition(f"{option} is yes or no, not '{text}'", option)
    return BOOLEANS.get(text.lower(), False)


def category_of(text: str) -> Category:
    """The category of a name or an alias, one that is calculated here."""
    if not text:
        raise bad_definition("there is no Category")
    name = _CATEGORIES.get(text.lower(), "")
    if name in REFUSED_CATEGORIES:
        raise not_applicable(f"category {name} is not calculated here: {REFUSED_CATEGORIES[name]}", "Category")
    if not name:
        raise bad_definition(f"no category '{text}'{did_you_mean(text, CATEGORIES)}", "Category")
    return CATEGORIES[name]


def objects_of(text: str, object_type: ObjectType | None, faults: Faults) -> frozenset[ObjectType] | None:
    """The types named, or the one asked for; None if none of them can be. Each unknown word is a fault."""
    words = words_of(text)
    named = frozenset(one for word in words if (one := faults.of(_object, word)))
    if words and not named:
        return None
    return faults.of(_objects_together, named or frozenset([object_type] if object_type else []))


def _object(word: str) -> ObjectType:
    if word.lower() not in _OBJECTS:
        raise bad_definition(f"no object type '{word}'{did_you_mean(word, list(ObjectType))}", "Objects")
    return _OBJECTS[word.lower()]


def _objects_together(objects: frozenset[ObjectType]) -> frozenset[ObjectType]:
    if not objects:
        raise bad_definition("there are no Objects")
    if objects & WITHOUT_SOURCE:
        raise not_applicable(f"no source here tells of {listed(objects & WITHOUT_SOURCE)}", "Objects")
    if not any(objects <= group for group in COMPATIBILITY_GROUPS):
        raise bad_definition(f"Objects are of different kinds: {listed(objects)}", "Objects")
    return objects


def subject_of(text: str) -> Subject:
    """The subject of a name; `DNAction` where none is said."""
    subject = _SUBJECTS.get(text.lower()) if text else Subject.DN_ACTION
    if subject is None:
        raise bad_definition(f"no subject '{text}'{did_you_mean(text, list(SUBJECT_OBJECTS))}", "Subject")
    if subject is Subject.CAMPAIGN_ACTION:
        raise not_applicable("no source here tells of campaigns", "Subject")
    return subject


def listed(objects: Iterable[ObjectType]) -> str:
    """Object types for a message."""
    return ", ".join(sorted(objects))


def bad_definition(message: str, option: str = "") -> OptionError:
    """A word is unknown, or something is missing."""
    return OptionError("BadDefinition", message, option)


def not_applicable(message: str, option: str = "") -> OptionError:
    """The words are known, but have no meaning here."""
    return OptionError("NotApplicable", message, option)
