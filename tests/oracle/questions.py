"""Questions about a day: every kind of object, category, subject, profile, filter, range, at random."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any, Final, NamedTuple

from actors.vocabulary.actions import MEDIATION_ACTIONS, REGULAR_ACTIONS
from actors.vocabulary.categories import CATEGORIES, SUBJECT_OBJECTS, Category, Subject
from actors.vocabulary.objects import MEDIATION_OBJECTS, ObjectType
from actors.vocabulary.statuses import AGENT_STATUSES, GROUP_STATUSES
from tests.oracle.masks import ROUTES

OBJECTS: Final = {
    ObjectType.REG_DN: ("7001@pbx1", "7002@pbx1", "7003@pbx1", "7004@pbx1"),
    ObjectType.AGENT: ("ann", "bob", "1003"),
    ObjectType.PLACE: ("Desk 1", "Desk 2", "Desk 4"),
    ObjectType.GROUP_AGENTS: ("Sales", "Everyone"),
    ObjectType.GROUP_PLACES: ("Floor", "Window"),
    ObjectType.TENANT: ("Environment",),
    ObjectType.QUEUE: ("8000@pbx1", "8001@pbx1", "8900@pbx1"),
    ObjectType.ROUTE_POINT: ("8500@pbx1",),
    ObjectType.GROUP_QUEUES: ("Queues", "Everything"),
    ObjectType.SWITCH: ("pbx1",),
}
"""Every object of the days' contact centre that can be asked for, by type."""

PROFILES: Final = (
    "Growing:never",
    "Growing:never",
    "Growing:0:00",
    "Growing:0:00 +0:05",
    "Growing:2:30, 9:00 +0:30 tz=Europe/Paris",
    "Sliding:300/60",
    "Sliding:600/60",
    "Sliding:30/10",
    "Sliding:86400/3600",
    "Selection:1",
    "Selection:5",
    "SinceLogin",
)
FILTERS: Final = (
    'CallType = "Inbound"',
    'CallType != "Inbound"',
    'ThisQueue = "8000"',
    'ThisDN = "70*"',
    'OtherDN = "*1"',
    'ConnID = "c?"',
    'ExtensionReasonCode = "1"',
    'TreatmentType = "Music"',
    'PairExists("ServiceType","Sales")',
    'PairExists("ServiceType","S*") | GetNumber("Value",0) > 3',
    '~PairExists("ServiceType","*")',
    'PairExists("Deep")',
    'PairExists(Reasons,"Reason","Lunch")',
    'Reasons("Reason") = "Break" | ANI = 5550001',
    'UserData("Value") >= 3 & CallType = "Inbound"',
    'MediaType = "voice" & ~(CustomerID = "Other")',
)
FORMULAS: Final = (
    'GetNumber("Value",2)',
    'GetNumber("Value") * 2 + 1',
    'PairExists("ServiceType","Sales") * 10',
    'GetGlobalNumber("Value",1)',
    'DistByConnID, GetNumber("Value",5)',
    'GetNumber("Value") / GetNumber("Nothing")',
)
RANGES: Final = ("", "", "0-20", "5-", "10-300", "0-1")
NARROWINGS: Final[tuple[dict[str, str], ...]] = (
    {"ServiceType": "Sales, Billing"},
    {"CallType": "Inbound, Internal"},
    {"MediaType": "voice"},
    {"MediaType": "chat"},
    {"ThisQueue": "8000"},
)


class Question(NamedTuple):
    """One statistic of one object."""

    object_type: str
    object_id: str
    definition: dict[str, Any]
    time_profile: str
    filter: str = ""
    time_range: str = ""
    time_range2: str = ""

    def how(self) -> dict[str, str]:
        """All but what is asked of what."""
        return {
            "time_profile": self.time_profile,
            "filter": self.filter,
            "time_range": self.time_range,
            "time_range2": self.time_range2,
        }

    def __str__(self) -> str:
        """As one would write it into a test."""
        return "\n".join(f"    {name} = {value!r}" for name, value in self._asdict().items() if value)


def questions(random: Random, count: int) -> list[Question]:
    """As many questions, each of an object type and a category chosen first, so that no one is rare."""
    return [question(random) for _ in range(count)]


def question(random: Random) -> Question:
    """Nine in ten fit their object; the others are to be refused."""
    object_type = random.choice(list(OBJECTS))
    is_fitting = random.random() < 0.9
    category = random.choice(categories_for(object_type) if is_fitting else asked())
    subject = random.choice([one for one in SUBJECT_OBJECTS if fits(category, one, object_type) or not is_fitting])
    definition = {"category": category.name, "subject": str(subject), **_masks(random, object_type, subject)}
    definition |= _options(random, category)
    return Question(
        str(object_type),
        random.choice(OBJECTS[object_type]),
        definition,
        random.choice(PROFILES),
        random.choice(FILTERS) if random.random() < 0.4 else "",
        random.choice(RANGES),
        random.choice(RANGES),
    )


@cache
def asked() -> list[Category]:
    """All categories but `CurrentTargetState`, which is of the page on other media."""
    return [category for category in CATEGORIES.values() if category.name != "CurrentTargetState"]


@cache
def categories_for(object_type: ObjectType) -> list[Category]:
    """Those that are for such objects by some subject."""
    return [one for one in asked() if any(fits(one, subject, object_type) for subject in SUBJECT_OBJECTS)]


def fits(category: Category, subject: Subject, object_type: ObjectType) -> bool:
    """Whether category, subject and object type go together (`semantics.md` 5, 7)."""
    return object_type in category.objects and subject in category.subjects and object_type in SUBJECT_OBJECTS[subject]


def _masks(random: Random, object_type: ObjectType, subject: Subject) -> dict[str, str]:
    if subject is Subject.GROUP_STATUS:
        names = sorted(GROUP_STATUSES)
    elif subject is not Subject.DN_ACTION:
        names = sorted(AGENT_STATUSES)
    else:
        names = sorted(MEDIATION_ACTIONS if object_type in MEDIATION_OBJECTS else {*REGULAR_ACTIONS, *ROUTES})
    rel = mask(random, names) if random.random() < 0.7 else ""
    return {"main_mask": mask(random, names), **({"rel_mask": rel} if rel else {})}


def mask(random: Random, names: list[str]) -> str:
    """A few names, everything, or everything but a few."""
    words = random.sample(names, random.choice((1, 1, 2, min(4, len(names)))))
    how = random.random()
    if how < 0.1:
        return "*"
    if how < 0.2:
        return "*, " + ", ".join(f"~{word}" for word in words)
    if how < 0.3 and "CallWaitInbound" in names:
        return "callwait, " + ", ".join(words)
    return ", ".join(words)


def _options(random: Random, category: Category) -> dict[str, str]:
    found: dict[str, str] = {}
    if category.has_formula:
        found["formula"] = random.choice(FORMULAS)
    elif random.random() < 0.1:
        found["formula"] = "DistByConnID"
    if random.random() < 0.1:
        found["reason_start_overrides_status_start"] = "yes"
    if random.random() < 0.15:
        found |= random.choice(NARROWINGS)
    return found
