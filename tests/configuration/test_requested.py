import pytest

from actors.configuration.definitions import (
    Definitions,
    ProfileKind,
    Refusal,
    ResetTime,
    ServerOptions,
    TimeProfile,
    TimeRange,
)
from actors.configuration.expressions import parse_filter
from actors.configuration.requests import (
    check_profile,
    check_resets,
    requested_filter,
    requested_profile,
    requested_range,
    requested_stat_type,
)
from actors.configuration.stat_types import build_stat_type
from actors.vocabulary.errors import RequestError
from actors.vocabulary.objects import ObjectType

CALLS = build_stat_type({"Objects": "Agent", "Category": "TotalNumber", "MainMask": "CallInbound"}, name="TotalCalls")
NEVER = TimeProfile(kind=ProfileKind.GROWING)
DEFINITIONS = Definitions(
    options=ServerOptions(),
    stat_types={"TotalCalls": CALLS},
    time_profiles={"Default": NEVER, "Ever": NEVER},
    time_ranges={"Short": TimeRange(0, 5_000_000)},
    filters={"Mobile": 'ANI = "555*"'},
    refused={"Broken": Refusal("BadDefinition", "there is no Category")},
)
NOTHING = Definitions(options=ServerOptions(), stat_types={}, time_profiles={}, time_ranges={}, filters={})


def test_a_stat_type_is_asked_for_by_name_or_written_out() -> None:
    assert requested_stat_type("TotalCalls", ObjectType.AGENT, DEFINITIONS) == CALLS
    wire = {"category": "TotalNumber", "main_mask": "*"}
    assert requested_stat_type(wire, ObjectType.PLACE, DEFINITIONS).objects == {ObjectType.PLACE}


def test_a_profile_is_asked_for_by_name_or_written_out() -> None:
    assert requested_profile("Ever", DEFINITIONS) == NEVER
    assert requested_profile("Growing:0:00", DEFINITIONS).resets == (ResetTime(0),)
    assert requested_profile("SinceLogin", DEFINITIONS).kind is ProfileKind.SINCE_LOGIN


def test_a_range_is_asked_for_by_name_or_written_out() -> None:
    assert requested_range("Short", DEFINITIONS) == TimeRange(0, 5_000_000)
    assert requested_range("20-", DEFINITIONS) == TimeRange(20_000_000)


def test_a_filter_is_asked_for_by_name_or_written_out() -> None:
    assert requested_filter("Mobile", DEFINITIONS) == parse_filter('ANI = "555*"')
    assert requested_filter("DNIS = 8000", DEFINITIONS) == parse_filter("DNIS = 8000")


def test_without_a_name_the_defaults_stand() -> None:
    assert requested_profile("", DEFINITIONS) == NEVER
    assert requested_profile("", NOTHING).resets == (ResetTime(0),)
    assert requested_range("", NOTHING) == TimeRange(0, 20_000_000)
    assert requested_filter("", NOTHING) is None


@pytest.mark.parametrize(
    ("ask", "text", "code", "message"),
    [
        (requested_profile, "Evr", "UnknownTimeProfile", "no time profile 'Evr'; did you mean 'Ever'?"),
        (requested_profile, "Growing:9", "BadDefinition", "'9' is no reset of a Growing profile"),
        (requested_range, "Shrt", "UnknownTimeRange", "no time range 'Shrt'; did you mean 'Short'?"),
        (requested_range, "5-1", "BadDefinition", "time range '5-1' is empty"),
        (requested_filter, "Mobil", "UnknownFilter", "no filter 'Mobil'; did you mean 'Mobile'?"),
        (requested_filter, "AMI = 5", "BadDefinition", "filter: a filter knows no 'AMI'"),
    ],
)
def test_what_is_unknown_or_cannot_be_has_its_own_code(ask, text: str, code: str, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(RequestError) as caught:
        ask(text, DEFINITIONS)
    assert caught.value.code == code
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("TotlCalls", "UnknownStatType", "no stat type 'TotlCalls'; did you mean 'TotalCalls'?"),
        ("Broken", "BadDefinition", "stat type 'Broken' did not load: there is no Category"),
    ],
)
def test_a_stat_type_that_is_not_there_says_why(name: str, code: str, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        requested_stat_type(name, ObjectType.AGENT, DEFINITIONS)
    assert (caught.value.code, caught.value.message) == (code, message)


SELECTION = TimeProfile(kind=ProfileKind.SELECTION, count=20)
SINCE_LOGIN = TimeProfile(kind=ProfileKind.SINCE_LOGIN)


@pytest.mark.parametrize(
    ("profile", "category", "subject", "object_type"),
    [
        (SELECTION, "TotalNumber", "AgentStatus", ObjectType.AGENT),
        (SELECTION, "MaxNumber", "DNAction", ObjectType.AGENT),
        (SINCE_LOGIN, "TotalNumber", "DNAction", ObjectType.PLACE),
    ],
)
def test_a_profile_that_has_no_meaning_is_refused(
    profile: TimeProfile, category: str, subject: str, object_type: ObjectType
) -> None:
    options = {"Objects": "Agent, Place", "Category": category, "Subject": subject, "MainMask": "CallInbound"}
    with pytest.raises(RequestError) as caught:
        check_profile(profile, build_stat_type(options), object_type)
    assert caught.value.code == "NotApplicable"


@pytest.mark.parametrize("profile", [SELECTION, SINCE_LOGIN, NEVER])
def test_any_profile_fits_a_total_of_an_agent(profile: TimeProfile) -> None:
    check_profile(profile, CALLS, ObjectType.AGENT)


def test_a_current_value_needs_no_profile_and_minds_none() -> None:
    options = {"Objects": "Agent", "Category": "CurrentNumber", "Subject": "AgentStatus", "MainMask": "*"}
    check_profile(SELECTION, build_stat_type(options), ObjectType.AGENT)


QUARTERS = TimeProfile(kind=ProfileKind.GROWING, resets=(ResetTime(0, 900_000_000),))


@pytest.mark.parametrize(
    ("category", "profile", "reason"),
    [
        ("CurrentNumber", QUARTERS, "CurrentNumber looks at what runs now: no reset closes an interval of it"),
        ("TotalNumber", NEVER, "a Growing profile that is never reset closes no interval"),
        ("TotalNumber", TimeProfile(kind=ProfileKind.SELECTION, count=9), "a Selection profile has no resets"),
        ("TotalNumber", TimeProfile(kind=ProfileKind.SINCE_LOGIN), "a SinceLogin profile has no resets"),
        ("TotalNumber", TimeProfile(kind=ProfileKind.SLIDING), "a Sliding profile has no resets"),
    ],
)
def test_only_what_a_reset_closes_can_be_told_at_resets(category: str, profile: TimeProfile, reason: str) -> None:
    stat_type = build_stat_type({"Objects": "Agent", "Category": category, "MainMask": "CallInbound"})
    with pytest.raises(RequestError, match=reason) as caught:
        check_resets(profile, stat_type)
    assert caught.value.code == "NotApplicable"


def test_a_total_and_a_service_factor_can_be_told_at_resets() -> None:
    check_resets(QUARTERS, CALLS)
    check_resets(QUARTERS, build_stat_type({"Objects": "Queue", "Category": "ServiceFactor1"}))
