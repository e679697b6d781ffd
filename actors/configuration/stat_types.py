"""A stat type from its options: a section of `statserver.cfg` or a definition in a request (`semantics.md` 5 to 10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from msgspec import structs

from actors.configuration.definitions import StatType
from actors.configuration.expression_tokens import ExpressionError
from actors.configuration.expressions import parse_formula
from actors.configuration.masks import of_calls, of_kinds, parse_mask, without_pseudo_actions, words_of
from actors.configuration.stat_type_options import (
    Faults,
    OptionError,
    bad_definition,
    category_of,
    listed,
    not_applicable,
    objects_of,
    sorted_out,
    subject_of,
    truth_of,
)
from actors.vocabulary.categories import CATEGORIES, SUBJECT_OBJECTS, Category, MaskUse, Subject
from actors.vocabulary.errors import RequestError
from actors.vocabulary.kinds import ObjectKind, kind_of
from actors.vocabulary.media_actions import TENANT_ACTIONS
from actors.vocabulary.objects import WITHOUT_SOURCE, ObjectType

_WITH_PSEUDO_ACTIONS: Final = frozenset({"CurrentNumber", "CurrentRelativeNumberPercentage"})
_PUT_RIGHT: Final[Mapping[tuple[Subject, ObjectType], Subject]] = {
    (Subject.AGENT_STATUS, ObjectType.PLACE): Subject.PLACE_STATUS,
    (Subject.AGENT_STATUS, ObjectType.GROUP_PLACES): Subject.PLACE_STATUS,
    (Subject.PLACE_STATUS, ObjectType.AGENT): Subject.AGENT_STATUS,
    (Subject.PLACE_STATUS, ObjectType.GROUP_AGENTS): Subject.AGENT_STATUS,
}


class ReadStatType(NamedTuple):
    """A stat type, and all that is wrong with it; None if anything is."""

    stat_type: StatType | None
    faults: tuple[OptionError, ...]


def build_stat_type(
    options: Mapping[str, object], *, name: str = "", object_type: ObjectType | None = None
) -> StatType:
    """A stat type, every word of it checked; arguments as for `read_stat_type`.

    Raises:
        OptionError: the first of its faults.
    """
    stat_type, faults = read_stat_type(options, name=name, object_type=object_type)
    if stat_type is None:
        raise faults[0]
    return stat_type


def read_stat_type(
    options: Mapping[str, object], *, name: str = "", object_type: ObjectType | None = None
) -> ReadStatType:
    """A stat type or everything that is wrong with it.

    A fault is `BadDefinition`, a word is unknown or an option is missing; or `NotApplicable`, the words are known, but
    the category, the subject or the objects have no meaning here, or not together.

    Args:
        options: by their names, `MainMask` as in the file or `main_mask` as in a request.
        name: of the section; empty for a definition in a request.
        object_type: of the object asked for, which stands for `Objects` where that is not said.
    """
    faults = Faults()
    known, business = sorted_out(options, faults)
    category = faults.of(category_of, known.get("category", ""))
    objects = objects_of(known.get("objects", ""), object_type, faults)
    subject = faults.of(subject_of, known.get("subject", ""))
    if category and objects and subject:
        faults.of(_check_together, category, subject, objects)
    faults.of(_check_formula, category, known.get("formula", ""))
    is_yes = faults.of(truth_of, known, "ReasonStartOverridesStatusStart")
    faults.of(truth_of, known, "UseSourceTimeStamps")
    faults.of(_check_main_mask, category, known.get("mainmask", ""), objects)
    main, rel = (category.main, category.rel) if category else (MaskUse.OPTIONAL, MaskUse.UNUSED)
    _check_words("MainMask", main, known.get("mainmask", ""), objects, faults)
    _check_words("RelMask", rel, known.get("relmask", ""), objects, faults)
    if faults.found or category is None or objects is None or subject is None:
        return ReadStatType(None, tuple(faults.found))
    stat_type = StatType(
        category=category.name,
        subject=subject,
        objects=objects,
        main_mask=_mask(category.main, known.get("mainmask", ""), category, subject, objects),
        rel_mask=_mask(category.rel, known.get("relmask", ""), category, subject, objects),
        has_rel_mask=category.rel is not MaskUse.UNUSED and bool(known.get("relmask")),
        formula=known.get("formula", ""),
        business=business,
        reason_start_overrides_status_start=bool(is_yes),
        description=known.get("description", ""),
        name=name,
    )
    return ReadStatType(stat_type, ())


def stat_type_for(stat_type: StatType, object_type: ObjectType) -> StatType:
    """The stat type as it stands for an object of this type: the subject put right (`semantics.md` 5).

    A tenant has no actions but those of its external services (`semantics.md` 11, to 5).

    Raises:
        RequestError: `NotApplicable`, it is not meant for such objects, or nothing here feeds them.
    """
    if object_type in WITHOUT_SOURCE:
        raise not_applicable(f"no source here tells of objects of type {object_type}")
    if object_type not in stat_type.objects:
        meant = ", ".join(sorted(stat_type.objects))
        raise not_applicable(f"{stat_type.name or 'the definition'} is for {meant}, not for {object_type}")
    subject = _fitting(CATEGORIES[stat_type.category], Subject(stat_type.subject), object_type)
    if subject is None:
        raise not_applicable(f"{stat_type.category} by {stat_type.subject} has no meaning for {object_type}")
    if object_type is ObjectType.TENANT and subject is Subject.DN_ACTION:
        own = TENANT_ACTIONS.keys()
        return structs.replace(stat_type, main_mask=stat_type.main_mask & own, rel_mask=stat_type.rel_mask & own)
    return stat_type if stat_type.subject == subject else structs.replace(stat_type, subject=subject)


def _fitting(category: Category, subject: Subject, object_type: ObjectType) -> Subject | None:
    """The subject itself or the one it is put right to, if category and object go with it."""
    for one in (subject, _PUT_RIGHT.get((subject, object_type))):
        if one and object_type in SUBJECT_OBJECTS[one] & category.objects and one in category.subjects:
            return one
    return None


def _check_together(category: Category, subject: Subject, objects: frozenset[ObjectType]) -> None:
    if not any(_fitting(category, subject, one) for one in objects):
        raise not_applicable(f"{category.name} by {subject} has no meaning for {listed(objects)}", "Category")


def _check_formula(category: Category | None, text: str) -> None:
    try:
        formula = parse_formula(text) if text else None
    except ExpressionError as error:
        raise bad_definition(f"Formula: {error}", "Formula") from error
    if category and category.has_formula and (formula is None or formula.expression is None):
        raise bad_definition(f"{category.name} needs a Formula to calculate", "Category")


def _check_main_mask(category: Category | None, text: str, objects: frozenset[ObjectType] | None) -> None:
    is_needed = category is not None and category.main is MaskUse.NEEDED and bool(objects)
    if category and is_needed and not text:
        raise bad_definition(f"{category.name} needs a MainMask", "Category")


def _check_words(option: str, use: MaskUse, text: str, objects: frozenset[ObjectType] | None, faults: Faults) -> None:
    if use is MaskUse.UNUSED:
        return
    for word in words_of(text):
        faults.of(_check_word, option, word, objects)


def _check_word(option: str, word: str, objects: frozenset[ObjectType] | None) -> None:
    # Where no object type is known, any kind of action may be meant.
    messages = []
    for kind in (kind_of(objects),) if objects else ObjectKind:
        try:
            parse_mask(word, Subject.DN_ACTION, kind)
        except RequestError as error:
            messages.append(error.message)
        else:
            return
    raise bad_definition(f"{option}: {', and '.join(messages)}", option)


def _mask(
    use: MaskUse, text: str, category: Category, subject: Subject, objects: frozenset[ObjectType]
) -> frozenset[str]:
    if use is MaskUse.UNUSED:
        return frozenset()
    kind = kind_of(objects)
    mask = parse_mask(text, subject, kind)
    if subject is Subject.DN_ACTION:
        mask = of_kinds(mask, category.counts, kind)
    if kind is ObjectKind.MEDIATION and category.name not in _WITH_PSEUDO_ACTIONS:
        mask = without_pseudo_actions(mask)
    return of_calls(mask) if category.has_formula else mask
