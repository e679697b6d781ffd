"""From a request to a statistic: the object found, every word checked, the core made (`protocols.md` 1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from actors.configuration.definitions import Definitions, ProfileKind, StatType, TimeProfile, TimeRange
from actors.configuration.expression_tree import Expression
from actors.configuration.masks import without_pseudo_actions
from actors.configuration.requests import (
    check_profile,
    requested_filter,
    requested_profile,
    requested_range,
    requested_stat_type,
)
from actors.configuration.suggestions import did_you_mean
from actors.statistics.board import Board
from actors.statistics.categories import CATEGORIES, STATES, is_current
from actors.statistics.changes import MediaNoted, Noted, TargetTold
from actors.statistics.filters import Predicate, business_predicate, predicate
from actors.statistics.formulas import is_distinct
from actors.statistics.measure import Measure, SinceLogin, Terms
from actors.statistics.node import Node
from actors.statistics.resets import resets_of
from actors.statistics.state import GROUPS, MEMBER_SUBJECTS, OWN_SUBJECTS, SHOWN_TO_NOBODY, StateBook
from actors.statistics.target import CATEGORY, TargetBook
from actors.vocabulary.actions import REGULAR_ACTIONS, ActionKind
from actors.vocabulary.errors import RequestError
from actors.vocabulary.objects import MEDIATION_OBJECTS, WITHOUT_SOURCE, ObjectKey, ObjectType
from actors.vocabulary.protocol import GetStatistic, ObjectName, OpenStatistic
from actors.vocabulary.statuses import AGENT_STATUSES, GROUP_STATUSES, LOGGED_OUT

ROUTERS: Final = "?:"
"""How the id of an agent group in the router's form begins: what follows is its script (`semantics.md` 9.7)."""
SHOWN_ACTIONS: Final = frozenset(
    name for name, kind in REGULAR_ACTIONS.items() if kind is ActionKind.DURABLE and name not in SHOWN_TO_NOBODY
) | {Noted.action, MediaNoted.action}
Core = Measure | SinceLogin | StateBook | TargetBook
_identity = msgspec.json.Encoder(order="deterministic").encode


class Opening(msgspec.Struct, frozen=True):
    """A statistic as asked for: two that are equal in `identity` are the same one."""

    node: Node
    stat_type: StatType
    profile: TimeProfile
    ranges: tuple[TimeRange, TimeRange]
    has_range: bool
    filter: Expression | None

    @property
    def identity(self) -> bytes:
        """What tells it from others: object, definition, profile, ranges, filter (`semantics.md` 9.6)."""
        definition = msgspec.structs.replace(self.stat_type, name="", description="", objects=frozenset())
        return _identity((self.node.key, definition, self.profile, self.ranges, self.has_range, self.filter))

    @property
    def is_state(self) -> bool:
        """Whether its value is a structure."""
        return self.stat_type.category in STATES

    @property
    def is_target(self) -> bool:
        """Whether it is for a router, which is told of sources too."""
        return self.stat_type.category == CATEGORY

    @property
    def actions(self) -> frozenset[str]:
        """The actions it wants to hear of."""
        if self.is_target:
            return frozenset({TargetTold.action})
        if self.is_state:
            return SHOWN_ACTIONS
        if self.stat_type.subject != "DNAction":
            return frozenset()
        return frozenset().union(*CATEGORIES[self.stat_type.category].masks(self.stat_type))

    @property
    def statuses(self) -> list[tuple[str, str]]:
        """The (subject, status) pairs it wants to hear of."""
        if self.is_target:
            return _state_statuses(self.node.key.type, OWN_SUBJECTS[self.node.key.type])
        if self.is_state:
            return _state_statuses(self.node.key.type, self.stat_type.subject)
        names: set[tuple[str, str]] = set()
        if self.stat_type.subject != "DNAction":
            mask = self.stat_type.main_mask | self.stat_type.rel_mask
            names |= {(self.stat_type.subject, name) for name in mask}
        if self._is_since_login:
            names.add(("AgentStatus", LOGGED_OUT))
        return sorted(names)

    @property
    def masks_alone(self) -> tuple[frozenset[str], ...]:
        """Its masks, where it only matters whether a status is in them: not which one it is, nor with what reasons."""
        stat_type, category = self.stat_type, CATEGORIES.get(self.stat_type.category)
        is_narrowed = self.filter is not None or stat_type.business or is_distinct(stat_type.formula)
        if category is None or not category.is_time_alone or is_narrowed or self._is_since_login:
            return ()
        return category.masks(stat_type)

    def core(self, zone: str, opened_us: int, aht_s: float) -> Core:
        """What calculates it, counting from `opened_us`.

        Args:
            zone: of its tenant, for resets.
            opened_us: now.
            aht_s: option `load-balance-aht`.
        """
        if self.is_target:
            return TargetBook(self.node.key.type)
        if self.is_state:
            return StateBook(self.stat_type, self.node.key.type)
        business = business_predicate(self.stat_type.business, self.node.key.tenant)
        own = predicate(self.filter, self.node.key.tenant) if self.filter is not None else None
        resets = resets_of(self.profile.resets, self.profile.time_zone or zone)
        terms = Terms(self.profile, self.ranges, self.has_range, resets, aht_s)
        measure = Measure(self.stat_type, terms, holds=_both(own, business), rel_holds=business, opened_us=opened_us)
        return SinceLogin(measure) if self._is_since_login else measure

    @property
    def _is_since_login(self) -> bool:
        return self.profile.kind is ProfileKind.SINCE_LOGIN and not is_current(self.stat_type)


def _both(one: Predicate | None, other: Predicate | None) -> Predicate | None:
    if one is None or other is None:
        return one or other
    return lambda attributes: one(attributes) and other(attributes)


def _state_statuses(object_type: ObjectType, subject: str) -> list[tuple[str, str]]:
    own = OWN_SUBJECTS[object_type]
    subjects = {own}
    if subject != own and object_type in GROUPS:
        subjects.add(MEMBER_SUBJECTS[object_type])
    if subject.startswith("DN"):
        subjects.add("DNStatus")
    return [
        (one, status)
        for one in sorted(subjects)
        for status in sorted(GROUP_STATUSES if one == "GroupStatus" else AGENT_STATUSES)
    ]


def opening(request: OpenStatistic | GetStatistic, definitions: Definitions, board: Board) -> Opening:
    """Understands a request, or says what of it cannot be.

    Raises:
        RequestError: with the code and the word that is wrong.
    """
    node = find(request.object, board)
    stat_type = requested_stat_type(request.statistic, node.key.type, definitions)
    profile = requested_profile(request.time_profile, definitions)
    check_profile(profile, stat_type, node.key.type)
    ranges = (
        requested_range(request.time_range, definitions),
        requested_range(request.time_range2, definitions),
    )
    filter_ = requested_filter(request.filter, definitions)
    stat_type = _served(stat_type, node, has_filter=filter_ is not None)
    return Opening(node, stat_type, profile, ranges, bool(request.time_range), filter_)


def _served(stat_type: StatType, node: Node, *, has_filter: bool) -> StatType:
    """The stat type without what plays no part here: a filter never applies to pseudo-actions (`semantics.md` 8.3).

    Raises:
        RequestError: `NotApplicable`, this release does not calculate the category.
    """
    category = stat_type.category
    if category not in CATEGORIES and category not in STATES:
        raise RequestError("NotApplicable", f"this release does not calculate {category} yet")
    if has_filter and node.key.type in MEDIATION_OBJECTS:
        return msgspec.structs.replace(
            stat_type,
            main_mask=without_pseudo_actions(stat_type.main_mask),
            rel_mask=without_pseudo_actions(stat_type.rel_mask),
        )
    return stat_type


def find(name: ObjectName, board: Board) -> Node:
    """The object a request names.

    Raises:
        RequestError: `UnknownObject`; `NotApplicable` for a type that nothing here feeds.
    """
    object_type = object_type_of(name.type)
    if object_type in WITHOUT_SOURCE:
        raise RequestError("NotApplicable", f"no source here tells of objects of type {object_type}")
    tenants = [name.tenant] if name.tenant else board.tenants
    is_routers = object_type is ObjectType.GROUP_AGENTS and name.id.startswith(ROUTERS)
    if is_routers and len(tenants) == 1 and tenants[0] in board.tenants:
        return board.router_group(name.id, tenants[0])
    nodes = [node for tenant in tenants if (node := board.nodes.get(ObjectKey(object_type, name.id, tenant)))]
    if len(nodes) > 1 or (is_routers and not name.tenant):
        raise RequestError("UnknownObject", f"{object_type} '{name.id}' is in several tenants: name one")
    if not nodes:
        if name.tenant and name.tenant not in board.tenants:
            raise RequestError("UnknownObject", f"no tenant '{name.tenant}'{did_you_mean(name.tenant, board.tenants)}")
        known = [key.id for key in board.nodes if key.type is object_type and key.tenant in tenants]
        raise RequestError("UnknownObject", f"no {object_type} '{name.id}'{_suggestion(name.id, known)}")
    return nodes[0]


SUGGESTIONS_MAX: Final = 5_000
"""Looking for near names takes a millisecond a thousand: past this, nobody is told what they may have meant."""


def _suggestion(word: str, known: Iterable[str]) -> str:
    names = list(known)
    return did_you_mean(word, names) if len(names) <= SUGGESTIONS_MAX else ""


def object_type_of(word: str) -> ObjectType:
    """The object type of this name.

    Raises:
        RequestError: `UnknownObject`, there is none.
    """
    try:
        return ObjectType(word)
    except ValueError:
        suggestion = did_you_mean(word, list(ObjectType))
        raise RequestError("UnknownObject", f"no object type '{word}'{suggestion}") from None
