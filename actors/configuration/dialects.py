"""What the four kinds of expression may contain (`semantics.md` 8.3, 8.4, 9.7, `multimedia.md` 5.1)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

FILTER_ATTRIBUTES: Final = (
    "ANI",
    "DNIS",
    "MediaType",
    "CallType",
    "ThisQueue",
    "ThisDN",
    "OtherDN",
    "TreatmentType",
    "CustomerID",
    "ConnID",
    "ExtensionReasonCode",
)
"""What a filter may compare (`semantics.md` 8.3)."""


class Dialect(NamedTuple):
    """What one kind of expression may contain.

    Attributes:
        name: for messages, e.g. `a filter`.
        functions: known functions of one key, and whether they may have a default.
        attributes: known bare words; `None` takes any word.
        has_pairs: `PairExists` is known.
        has_texts: texts may be compared with, and a bare word on the right of a comparison is one.
        has_arithmetic: `+ - * /` are known, and anything may stand for true or false.
        keyless: functions that may stand without parentheses.
    """

    name: str
    functions: Mapping[str, bool]
    attributes: Collection[str] | None = ()
    has_pairs: bool = False
    has_texts: bool = False
    has_arithmetic: bool = False
    keyless: frozenset[str] = frozenset()


FILTER: Final = Dialect(
    "a filter",
    {"Reasons": False, "UserData": False, "GetNumber": True, "GetString": True},
    attributes=FILTER_ATTRIBUTES,
    has_pairs=True,
    has_texts=True,
)
FORMULA: Final = Dialect(
    "a formula",
    {"GetNumber": True, "GetString": True, "GetGlobalNumber": True, "GetGlobalString": True},
    has_pairs=True,
    has_texts=True,
    has_arithmetic=True,
)
SCRIPT: Final = Dialect(
    "a virtual group's script",
    {"Skill": False, "SkillExists": False, "LoggedIn": False},
    keyless=frozenset({"LoggedIn"}),
)
ROUTER_SCRIPT: Final = SCRIPT._replace(attributes=None)
CAPACITY: Final = Dialect("a capacity rule", {}, attributes=None)
