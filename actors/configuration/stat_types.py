"""A stat type from its options: a section of `statserver.cfg` or a definition in a request (`semantics.md` 5 to 10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import structs

from actors.configuration.definitions import StatType
from actors.configuration.dialects import FILTER_ATTRIBUTES
from actors.configuration.expression_tokens import ExpressionError
from actors.configuration.expressions import parse_formula
from actors.configuration.masks import of_calls, of_kinds, parse_mask, without_pseudo_actions
from actors.configuration.suggestions import did_you_mean
from actors.vocabulary.categories import (
    CATEGORIES,
    CATEGORY_ALIASES,
    REFUSED_CATEGORIES,
    SUBJECT_OBJECTS,
    Category,
    MaskUse,
    Subject,
)
from actors.vocabulary.errors import RequestError
from actors.vocabulary.objects import (
    COMPATIBILITY_GROUPS,
    MEDIATION_OBJECTS,
    STAGING_OBJECTS,
    WITHOUT_SOURCE,
    ObjectType,
)

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

_WITH_PSEUDO_ACTIONS: Final = frozenset({"CurrentNumber", "CurrentRelativeNumberPercentage"})
_SUBJECTS: Final[Mapping[str, Subject]] = {"action": Subject.DN_ACTION, **{one.lower(): one for one in Subject}}
_CATEGORIES: Final[Mapping[str, str]] = {
    **{name.lower(): name for name in (*CATEGORIES, *REFUSED_CATEGORIES)},
    **{alias.lower(): name for alias, name in CATEGORY_ALIASES.items()},
}
_OBJECTS: Final[Mapping[str, ObjectType]] = {one.lower(): one for one in ObjectType}
_PUT_RIGHT: Final[Mapping[tuple[Subject, ObjectType], Subject]] = {
    (Subject.AGENT_STATUS, ObjectType.PLACE): Subject.PLACE_STATUS,
    (Subject.AGENT_STATUS, ObjectType.GROUP_PLACES): Subject.PLACE_STATUS,
    (Subject.PLACE_STATUS, ObjectType.AGENT): Subject.AGENT_STATUS,
    (Subject.PLACE_STATUS, ObjectType.GROUP_AGENTS): Subject.AGENT_STATUS,
}


class OptionError(RequestError):
    """A stat type that cannot be.

    Attributes:
        option: the option that is to blame, as in `OPTIONS`; empty where none is.
    """

    def __init__(self, code: str, message: str, option: str = "") -> None:
        super().__init__(code, message)
        self.option = option


def build_stat_type(
    options: Mapping[str, object], *, name: str = "", object_type: ObjectType | None = None
) -> StatType:
    """A stat type, every word of it checked.

    Args:
        options: by their names, `MainMask` as in the file or `main_mask` as in a request.
        name: of the section; empty for a definition in a request.
        object_type: of the object asked for, which stands for `Objects` where that is not said.

    Raises:
        OptionError: `BadDefinition`, a word is unknown or an option is missing; `NotApplicable`, the words are known,
            but the category, the subject or the objects have no meaning here, or not together.
    """
    known, business = _sorted_out(options)
    category = _category(known.get("category", ""))
    objects = _objects(known.get("objects", ""), object_type)
    subject = _subject(known.get("subject", ""))
    _check_together(category, subject, objects)
    _check_formula(category, known.get("formula", ""))
    is_yes = _truth(known, "ReasonStartOverridesStatusStart")
    _truth(known, "UseSourceTimeStamps")
    return StatType(
        category=category.name,
        subject=subject,
        objects=objects,
        main_mask=_mask("MainMask", category.main, known.get("mainmask", ""), category, subject, objects),
        rel_mask=_mask("RelMask", category.rel, known.get("relmask", ""), category, subject, objects),
        has_rel_mask=category.rel is not MaskUse.UNUSED and bool(known.get("relmask")),
        formula=known.get("formula", ""),
        business=business,
        reason_start_overrides_status_start=is_yes,
        description=known.get("description", ""),
        name=name,
    )


def stat_type_for(stat_type: StatType, object_type: ObjectType) -> StatType:
    """The stat type as it stands for an object of this type: the subject put right (`semantics.md` 5).

    A tenant has no actions but those of its external services, which nothing here feeds: by `DNAction` its masks have
    none.

    Raises:
        RequestError: `NotApplicable`, it is not meant for such objects, or nothing here feeds them.
    """
    if object_type in WITHOUT_SOURCE or object_type in STAGING_OBJECTS:
        raise _not_applicable(f"no source here tells of objects of type {object_type}")
    if object_type not in stat_type.objects:
        meant = ", ".join(sorted(stat_type.objects))
        raise _not_applicable(f"{stat_type.name or 'the definition'} is for {meant}, not for {object_type}")
    subject = _fitting(CATEGORIES[stat_type.category], Subject(stat_type.subject), object_type)
    if subject is None:
        raise _not_applicable(f"{stat_type.category} by {stat_type.subject} has no meaning for {object_type}")
    if object_type is ObjectType.TENANT and subject is Subject.DN_ACTION:
        return structs.replace(stat_type, main_mask=frozenset(), rel_mask=frozenset())
    return stat_type if stat_type.subject == subject else structs.replace(stat_type, subject=subject)


def _sorted_out(options: Mapping[str, object]) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Options by their names in lower case without `_`, and business attributes by name."""
    plain = {name.lower() for name in OPTIONS}
    attributes = {name.lower(): name for name in KNOWN_ATTRIBUTES}
    known: dict[str, str] = {}
    business: dict[str, tuple[str, ...]] = {}
    for name, value in options.items():
        text = _text(name, value)
        bare = name.replace("_", "").lower()
        if bare in plain:
            if bare in known:
                raise _bad(f"option {name} stands twice", name)
            known[bare] = text
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
    raise _bad(f"option {name} is no text", name)


def _truth(known: Mapping[str, str], option: str) -> bool:
    text = known.get(option.lower(), "")
    if text and text.lower() not in BOOLEANS:
        raise _bad(f"{option} is yes or no, not '{text}'", option)
    return BOOLEANS.get(text.lower(), False)


def _category(text: str) -> Category:
    if not text:
        raise _bad("there is no Category")
    name = _CATEGORIES.get(text.lower(), "")
    if name in REFUSED_CATEGORIES:
        raise _not_applicable(f"category {name} is not calculated here: {REFUSED_CATEGORIES[name]}", "Category")
    if not name:
        raise _bad(f"no category '{text}'{did_you_mean(text, CATEGORIES)}", "Category")
    return CATEGORIES[name]


def _objects(text: str, object_type: ObjectType | None) -> frozenset[ObjectType]:
    words = [word for word in "".join(text.split()).split(",") if word]
    for word in words:
        if word.lower() not in _OBJECTS:
            raise _bad(f"no object type '{word}'{did_you_mean(word, list(ObjectType))}", "Objects")
    objects = frozenset(_OBJECTS[word.lower()] for word in words)
    if not objects and object_type is not None:
        objects = frozenset({object_type})
    if not objects:
        raise _bad("there are no Objects")
    if objects & WITHOUT_SOURCE:
        raise _not_applicable(f"no source here tells of {_listed(objects & WITHOUT_SOURCE)}", "Objects")
    if not any(objects <= group for group in COMPATIBILITY_GROUPS):
        raise _bad(f"Objects are of different kinds: {_listed(objects)}", "Objects")
    return objects


def _subject(text: str) -> Subject:
    subject = _SUBJECTS.get(text.lower()) if text else Subject.DN_ACTION
    if subject is None:
        raise _bad(f"no subject '{text}'{did_you_mean(text, list(SUBJECT_OBJECTS))}", "Subject")
    if subject is Subject.CAMPAIGN_ACTION:
        raise _not_applicable("no source here tells of campaigns", "Subject")
    return subject


def _fitting(category: Category, subject: Subject, object_type: ObjectType) -> Subject | None:
    """The subject itself or the one it is put right to, if category and object go with it."""
    for one in (subject, _PUT_RIGHT.get((subject, object_type))):
        if one and object_type in SUBJECT_OBJECTS[one] & category.objects and one in category.subjects:
            return one
    return None


def _check_together(category: Category, subject: Subject, objects: frozenset[ObjectType]) -> None:
    if not any(_fitting(category, subject, one) for one in objects):
        raise _not_applicable(f"{category.name} by {subject} has no meaning for {_listed(objects)}", "Category")


def _check_formula(category: Category, text: str) -> None:
    try:
        formula = parse_formula(text) if text else None
    except ExpressionError as error:
        raise _bad(f"Formula: {error.in_one_line}", "Formula") from error
    if category.has_formula and (formula is None or formula.expression is None):
        raise _bad(f"{category.name} needs a Formula to calculate", "Category")


def _mask(
    option: str, use: MaskUse, text: str, category: Category, subject: Subject, objects: frozenset[ObjectType]
) -> frozenset[str]:
    if use is MaskUse.UNUSED or objects <= STAGING_OBJECTS:
        return frozenset()
    if use is MaskUse.NEEDED and option == "MainMask" and not text:
        raise _bad(f"{category.name} needs a {option}", "Category")
    is_mediation = objects <= MEDIATION_OBJECTS
    try:
        mask = parse_mask(text, subject, is_mediation=is_mediation)
    except RequestError as error:
        raise _bad(f"{option}: {error.message}", option) from error
    if subject is Subject.DN_ACTION:
        mask = of_kinds(mask, category.counts, is_mediation=is_mediation)
    if is_mediation and category.name not in _WITH_PSEUDO_ACTIONS:
        mask = without_pseudo_actions(mask)
    return of_calls(mask) if category.has_formula else mask


def _listed(objects: Iterable[ObjectType]) -> str:
    return ", ".join(sorted(objects))


def _bad(message: str, option: str = "") -> OptionError:
    return OptionError("BadDefinition", message, option)


def _not_applicable(message: str, option: str = "") -> OptionError:
    return OptionError("NotApplicable", message, option)
