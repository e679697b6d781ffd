"""What a request names: something configured, or something written out in the request itself (`protocols.md` 1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actors.configuration.definitions import Definitions, ProfileKind, StatType, TimeProfile, TimeRange
from actors.configuration.expression_tokens import ExpressionError
from actors.configuration.expression_tree import Expression
from actors.configuration.expressions import parse_filter
from actors.configuration.stat_types import build_stat_type, stat_type_for
from actors.configuration.suggestions import did_you_mean
from actors.configuration.time_profiles import (
    DEFAULT_PROFILE,
    DEFAULT_RANGE,
    parse_profile_expression,
    parse_time_range,
)
from actors.vocabulary.categories import CATEGORIES, CategoryKind, Subject
from actors.vocabulary.errors import RequestError
from actors.vocabulary.objects import ObjectType

DEFAULT_NAME = "Default"


def requested_stat_type(
    statistic: str | Mapping[str, Any], object_type: ObjectType, definitions: Definitions
) -> StatType:
    """The stat type asked for, as it stands for an object of this type.

    Args:
        statistic: the name of a configured stat type, or a definition.
        object_type: of the object it is opened on.
        definitions: what is configured.

    Raises:
        RequestError: `UnknownStatType`, `BadDefinition` or `NotApplicable`.
    """
    if not isinstance(statistic, str):
        return stat_type_for(build_stat_type(statistic, object_type=object_type), object_type)
    if statistic in definitions.refused:
        refusal = definitions.refused[statistic]
        raise RequestError(refusal.code, f"stat type '{statistic}' did not load: {refusal.message}")
    if statistic not in definitions.stat_types:
        suggestion = did_you_mean(statistic, definitions.stat_types)
        raise RequestError("UnknownStatType", f"no stat type '{statistic}'{suggestion}")
    return stat_type_for(definitions.stat_types[statistic], object_type)


def requested_profile(text: str, definitions: Definitions) -> TimeProfile:
    """The time profile asked for by name or as `Type:value`; `Default` where none is.

    Raises:
        RequestError: `UnknownTimeProfile`; `BadDefinition` for an expression that cannot be.
    """
    profiles = definitions.time_profiles
    if not text:
        return profiles.get(DEFAULT_NAME, DEFAULT_PROFILE)
    if text in profiles:
        return profiles[text]
    if ":" in text or text.lower() == ProfileKind.SINCE_LOGIN.lower():
        return parse_profile_expression(text)
    raise RequestError("UnknownTimeProfile", f"no time profile '{text}'{did_you_mean(text, profiles)}")


def requested_range(text: str, definitions: Definitions) -> TimeRange:
    """The time range asked for by name or as `lo-hi`; `Default` where none is (`semantics.md` 8.2, 11).

    Raises:
        RequestError: `UnknownTimeRange`; `BadDefinition` for an expression that cannot be.
    """
    ranges = definitions.time_ranges
    if not text:
        return ranges.get(DEFAULT_NAME, DEFAULT_RANGE)
    if text in ranges:
        return ranges[text]
    if text[0].isdecimal():
        return parse_time_range(text)
    raise RequestError("UnknownTimeRange", f"no time range '{text}'{did_you_mean(text, ranges)}")


def requested_filter(text: str, definitions: Definitions) -> Expression | None:
    """The filter asked for by name or as an expression; `None` where none is.

    Raises:
        RequestError: `UnknownFilter` for a single word; `BadDefinition` for an expression that cannot be.
    """
    if not text:
        return None
    try:
        return parse_filter(definitions.filters.get(text, text))
    except ExpressionError as error:
        if all(character.isalnum() or character in "_-. " for character in text):
            suggestion = did_you_mean(text, definitions.filters)
            raise RequestError("UnknownFilter", f"no filter '{text}'{suggestion}") from None
        raise RequestError("BadDefinition", f"filter: {error}") from error


def check_profile(profile: TimeProfile, stat_type: StatType, object_type: ObjectType) -> None:
    """Whether a historical value can be taken over this profile (`semantics.md` 8.1, 11); current ones need none.

    Raises:
        RequestError: `NotApplicable`, Selection or SinceLogin do not fit the category, the subject or the object.
    """
    category = CATEGORIES[stat_type.category]
    if category.kind is CategoryKind.CURRENT:
        return
    if profile.kind is ProfileKind.SINCE_LOGIN and object_type is not ObjectType.AGENT:
        raise RequestError("NotApplicable", f"a SinceLogin profile is for agents alone, not for {object_type}")
    if profile.kind is not ProfileKind.SELECTION:
        return
    if stat_type.subject != Subject.DN_ACTION or not category.is_selectable:
        what = f"{stat_type.category} by {stat_type.subject}"
        raise RequestError("NotApplicable", f"a Selection profile has no meaning for {what}")


def check_resets(profile: TimeProfile, stat_type: StatType) -> None:
    """Whether a value can be told of each interval that a reset closes (`semantics.md` 9.5).

    Raises:
        RequestError: `NotApplicable`, the category has no interval, or the profile does not close it.
    """
    if CATEGORIES[stat_type.category].kind is CategoryKind.CURRENT:
        reason = f"{stat_type.category} looks at what runs now: no reset closes an interval of it"
    elif profile.kind is not ProfileKind.GROWING:
        reason = f"a {profile.kind} profile has no resets: mode Reset is for Growing ones"
    elif not profile.resets:
        reason = "a Growing profile that is never reset closes no interval"
    else:
        return
    raise RequestError("NotApplicable", reason)
