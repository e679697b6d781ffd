"""Every category by name: what it counts, for whom, and which names are refused and why (`semantics.md` 5, 7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from actors.vocabulary.actions import ActionKind
from actors.vocabulary.objects import MEDIATION_OBJECTS, REGULAR_OBJECTS, STAGING_OBJECTS, ObjectType


class Subject(StrEnum):
    """Whose occurrences a statistic counts (`semantics.md` 5)."""

    DN_ACTION = "DNAction"
    DN_STATUS = "DNStatus"
    AGENT_STATUS = "AgentStatus"
    PLACE_STATUS = "PlaceStatus"
    GROUP_STATUS = "GroupStatus"
    CAMPAIGN_ACTION = "CampaignAction"


class CategoryKind(StrEnum):
    """Whether a category looks at what runs now, at an interval, or at a queue and its agents."""

    CURRENT = "current"
    HISTORICAL = "historical"
    QUEUE = "queue"


class MaskUse(StrEnum):
    """Whether a category needs a mask, may have it, or ignores it."""

    NEEDED = "needed"
    OPTIONAL = "optional"
    UNUSED = "unused"


ANY_OBJECT: Final = REGULAR_OBJECTS | MEDIATION_OBJECTS | STAGING_OBJECTS
_GROUPS: Final = frozenset({ObjectType.GROUP_AGENTS, ObjectType.GROUP_PLACES})
_PEOPLE: Final = frozenset({ObjectType.AGENT, ObjectType.PLACE})
_STATEFUL: Final = _PEOPLE | _GROUPS | {ObjectType.REG_DN}

SUBJECT_OBJECTS: Final[Mapping[Subject, frozenset[ObjectType]]] = {
    Subject.DN_ACTION: ANY_OBJECT,
    Subject.DN_STATUS: _STATEFUL,
    Subject.AGENT_STATUS: frozenset({ObjectType.AGENT, ObjectType.GROUP_AGENTS, ObjectType.TENANT}),
    Subject.PLACE_STATUS: frozenset({ObjectType.PLACE, ObjectType.GROUP_PLACES}),
    Subject.GROUP_STATUS: _GROUPS,
}
"""For which objects a subject stands; `CampaignAction` has none here."""

_ACTION: Final = frozenset({Subject.DN_ACTION})
_OWN_STATUS: Final = frozenset({Subject.AGENT_STATUS, Subject.PLACE_STATUS})
_ANY_SUBJECT: Final = frozenset(SUBJECT_OBJECTS)

_RUNNING: Final = frozenset({ActionKind.DURABLE})
_LASTING: Final = frozenset({ActionKind.DURABLE, ActionKind.RETROSPECTIVE})
_ANY_KIND: Final = frozenset(ActionKind)


class Category(NamedTuple):
    """One category.

    Attributes:
        name: as the tables of `semantics.md` 7 write it.
        kind: current values need no time profile.
        main: use of the MainMask.
        rel: use of the RelMask.
        objects: object types it is defined for.
        subjects: subjects it is defined for.
        counts: kinds of action it can use; others are left out of its masks silently (`semantics.md` 6).
        has_formula: it is the value of a formula, over calls and user events alone.
        is_selectable: a profile Selection fits it (`semantics.md` 11, 8.1).
    """

    name: str
    kind: CategoryKind
    main: MaskUse = MaskUse.NEEDED
    rel: MaskUse = MaskUse.UNUSED
    objects: frozenset[ObjectType] = ANY_OBJECT
    subjects: frozenset[Subject] = _ANY_SUBJECT
    counts: frozenset[ActionKind] = _ANY_KIND
    has_formula: bool = False
    is_selectable: bool = True


def _current(name: str, *, rel: MaskUse = MaskUse.UNUSED, subjects: frozenset[Subject] = _ANY_SUBJECT) -> Category:
    return Category(name, CategoryKind.CURRENT, rel=rel, subjects=subjects, counts=_RUNNING)


def _formula(name: str, kind: CategoryKind, counts: frozenset[ActionKind]) -> Category:
    return Category(name, kind, subjects=_ACTION, counts=counts, has_formula=True)


def _state(name: str, objects: frozenset[ObjectType]) -> Category:
    return Category(name, CategoryKind.CURRENT, main=MaskUse.UNUSED, objects=objects)


def _total(name: str, counts: frozenset[ActionKind] = _ANY_KIND, *, rel: MaskUse = MaskUse.UNUSED) -> Category:
    return Category(name, CategoryKind.HISTORICAL, rel=rel, counts=counts)


def _unselectable(name: str, counts: frozenset[ActionKind] = _ANY_KIND, *, rel: MaskUse = MaskUse.UNUSED) -> Category:
    return Category(name, CategoryKind.HISTORICAL, rel=rel, counts=counts, is_selectable=False)


def _of_queue(name: str) -> Category:
    return Category(name, CategoryKind.QUEUE, main=MaskUse.UNUSED, objects=MEDIATION_OBJECTS, subjects=_ACTION)


def _by_name(categories: Iterable[Category]) -> Mapping[str, Category]:
    return {category.name: category for category in categories}


CATEGORIES: Final[Mapping[str, Category]] = _by_name(
    (
        _current("CurrentNumber"),
        _current("CurrentTime"),
        _current("CurrentMaxTime"),
        _current("CurrentMinTime"),
        _current("CurrentAverageTime", rel=MaskUse.OPTIONAL),
        _current("CurrentRelativeNumberPercentage", rel=MaskUse.NEEDED),
        _current("CurrentRelativeTimePercentage", rel=MaskUse.NEEDED),
        _current("CurrentNumberInTimeRange"),
        _current("CurrentNumberInTimeRangePercentage"),
        _current("CurrentDistinctNumber", subjects=_ACTION),
        _current("CurrentContinuousTime", subjects=_OWN_STATUS)._replace(objects=_PEOPLE),
        _formula("CurrentCustomValue", CategoryKind.CURRENT, _RUNNING),
        _formula("CurrentAverageCustomValue", CategoryKind.CURRENT, _RUNNING),
        _formula("CurrentMaxCustomValue", CategoryKind.CURRENT, _RUNNING),
        _formula("CurrentMinCustomValue", CategoryKind.CURRENT, _RUNNING),
        _state("CurrentState", _STATEFUL),
        _state("CurrentStateReasons", _STATEFUL),
        _state("CurrentTargetState", _PEOPLE | _GROUPS),
        _total("TotalNumber"),
        _total("TotalTime", _LASTING),
        _unselectable("TotalAdjustedTime", _LASTING),
        _unselectable("TotalAdjustedNumber"),
        _total("MaxTime", _LASTING),
        _total("MinTime", _LASTING),
        _total("TotalContinuousNumber")._replace(objects=_PEOPLE, subjects=_OWN_STATUS),
        _total("AverageTime", rel=MaskUse.OPTIONAL),
        _unselectable("MaxNumber", _RUNNING),
        _unselectable("MinNumber", _RUNNING),
        _unselectable("AverageOfCurrentNumber", _RUNNING),
        _unselectable("AverageOfCurrentTime", _RUNNING),
        _unselectable("ElapsedTimePercentage", _LASTING),
        _total("RelativeTimePercentage", _LASTING, rel=MaskUse.NEEDED),
        _total("RelativeNumberPercentage", rel=MaskUse.NEEDED),
        _total("RelativeNumber", rel=MaskUse.NEEDED),
        _unselectable("TotalNumberPerSecond"),
        _unselectable("AverageNumberPerRelativeHour", rel=MaskUse.NEEDED),
        _total("TotalNumberInTimeRange"),
        _total("TotalTimeInTimeRange", _LASTING),
        _total("TotalNumberInTimeRangePercentage"),
        _formula("TotalCustomValue", CategoryKind.HISTORICAL, _ANY_KIND),
        _formula("AverageCustomValue", CategoryKind.HISTORICAL, _ANY_KIND),
        _formula("MaxCustomValue", CategoryKind.HISTORICAL, _ANY_KIND),
        _formula("MinCustomValue", CategoryKind.HISTORICAL, _ANY_KIND),
        _of_queue("ServiceFactor1"),
        _of_queue("EstimWaitingTime"),
        _of_queue("LoadBalance"),
        _of_queue("LoadBalance1"),
    )
)
"""All that can be calculated (`semantics.md` 7.1 to 7.3)."""

CATEGORY_ALIASES: Final[Mapping[str, str]] = {"EstimWaitTime": "EstimWaitingTime"}

_NEEDS_DIALLER: Final = "it is about calling lists, and no dialler is a source here"

REFUSED_CATEGORIES: Final[Mapping[str, str]] = {
    "ExpectedWaitTime2": "use EstimWaitingTime: a queue here is of one medium",
    "TotalDistinctTime": "the time of distinct calls is not kept; CurrentDistinctNumber counts them",
    "EstimTimeToEndCurrentNumber": _NEEDS_DIALLER,
    "EstimTimeToComplete": _NEEDS_DIALLER,
    "TotalNumberErrors": _NEEDS_DIALLER,
    "Formula": "it calculates from other statistics, which a client does for itself",
    "JavaCategory": "Java extensions are not loaded here",
}
"""Names the field knows, refused with this reason (`semantics.md` 7.3)."""
