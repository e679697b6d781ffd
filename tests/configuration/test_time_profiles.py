import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.configuration.definitions import ProfileKind, ResetTime, TimeProfile, TimeRange
from actors.configuration.time_profiles import (
    is_time_zone,
    parse_profile_expression,
    parse_time_profile,
    parse_time_range,
)
from actors.vocabulary.errors import RequestError

S = 1_000_000
HOUR = 3600 * S
MINUTE = 60 * S


def growing(*resets: ResetTime, tz: str = "") -> TimeProfile:
    return TimeProfile(kind=ProfileKind.GROWING, resets=resets, time_zone=tz)


@pytest.mark.parametrize(
    ("value", "profile"),
    [
        ("0:00", growing(ResetTime(0))),
        ("00:00", growing(ResetTime(0))),
        ("0:00 +0:15", growing(ResetTime(0, 15 * MINUTE))),
        ("0:00+0:15", growing(ResetTime(0, 15 * MINUTE))),
        ("22:00, 6:00,14:00", growing(ResetTime(6 * HOUR), ResetTime(14 * HOUR), ResetTime(22 * HOUR))),
        ("8:00 +0:30, 18:00 +1:00", growing(ResetTime(8 * HOUR, 30 * MINUTE), ResetTime(18 * HOUR, HOUR))),
        ("8:00 tz=Europe/Paris", growing(ResetTime(8 * HOUR), tz="Europe/Paris")),
        ("8:00 +1:00, tz = Europe/Paris", growing(ResetTime(8 * HOUR, HOUR), tz="Europe/Paris")),
        ("never", growing()),
    ],
)
def test_a_growing_profile_goes_to_0_at_times_of_day(value: str, profile: TimeProfile) -> None:
    assert parse_time_profile("Growing", value) == profile


@pytest.mark.parametrize("text", ["Sliding:3600:60", "Sliding:3600/60", "sliding: 3600 / 60"])
def test_a_sliding_profile_is_a_window_and_a_step(text: str) -> None:
    assert parse_profile_expression(text) == TimeProfile(kind=ProfileKind.SLIDING, window_us=HOUR, step_us=MINUTE)


def test_a_selection_is_a_number_of_occurrences() -> None:
    assert parse_time_profile("Selection", "20") == TimeProfile(kind=ProfileKind.SELECTION, count=20)


@pytest.mark.parametrize("text", ["SinceLogin", "SinceLogin:"])
def test_since_login_needs_no_value(text: str) -> None:
    assert parse_profile_expression(text) == TimeProfile(kind=ProfileKind.SINCE_LOGIN)


def test_a_profile_in_a_request_is_split_at_its_first_colon() -> None:
    assert parse_profile_expression("Growing:0:00 +0:15") == growing(ResetTime(0, 15 * MINUTE))


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("Growin", "0:00", "'Growin' is no type of time profile; did you mean 'Growing'?"),
        ("Growing", "24:00", "'24:00' is no time of day"),
        ("Growing", "8:60", "'8:60' is no time of day"),
        ("Growing", "", "'' is no reset of a Growing profile: write H:MM, H:MM +H:MM, or never"),
        ("Growing", "8:00, 8", "'8' is no reset of a Growing profile"),
        ("Growing", "8:00 +0:00", "'8:00 +0:00' repeats after no time at all"),
        ("Growing", "8:00, 08:00", "'8:00, 08:00' names a time of day twice"),
        ("Growing", "8:00 tz=Mars/Base", "'Mars/Base' is no time zone"),
        ("Sliding", "3600", "'3600' is no window of a Sliding profile: write WINDOW:STEP in seconds, like 3600:60"),
        ("Sliding", "3600:7", "the window of 3600 s is no multiple of its step of 7 s"),
        ("Sliding", "3600:0", "the window of 3600 s is no multiple of its step of 0 s"),
        ("Sliding", "1000000:1", "'1000000:1' has more than 100,000 steps in its window"),
        ("Selection", "0", "'0' is no size of a Selection: write a number from 1 to 100,000"),
        ("Selection", "x", "'x' is no size of a Selection"),
        ("SinceLogin", "0:00", "a SinceLogin profile has no value, but here stands '0:00'"),
    ],
)
def test_a_profile_that_cannot_be_says_which_word(kind: str, value: str, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse_time_profile(kind, value)
    assert caught.value.code == "BadDefinition"
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize(
    ("text", "time_range"),
    [
        ("0-20", TimeRange(0, 20 * S)),
        (" 20 - ", TimeRange(20 * S, None)),
        ("0.5-1.25", TimeRange(500_000, 1_250_000)),
    ],
)
def test_a_range_goes_from_low_to_high(text: str, time_range: TimeRange) -> None:
    assert parse_time_range(text) == time_range


@pytest.mark.parametrize("text", ["", "20", "-20", "20-10", "5-5", "a-b"])
def test_a_range_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match="time range"):
        parse_time_range(text)


@given(low=st.integers(0, 10**6), length=st.integers(1, 10**6))
def test_a_range_that_is_written_is_read(low: int, length: int) -> None:
    assert parse_time_range(f"{low}-{low + length}") == TimeRange(low * S, (low + length) * S)


@given(
    resets=st.dictionaries(st.integers(0, 1439), st.integers(0, 1439), min_size=1, max_size=6),
    tz=st.sampled_from(["", "Europe/Paris", "UTC"]),
)
def test_a_growing_profile_that_is_written_is_read(resets: dict[int, int], tz: str) -> None:
    repeats = {at: f" +{every // 60}:{every % 60:02}" if every else "" for at, every in resets.items()}
    text = ", ".join(f"{at // 60}:{at % 60:02}{repeat}" for at, repeat in repeats.items()) + (f" tz={tz}" if tz else "")
    expected = tuple(ResetTime(at * MINUTE, every * MINUTE) for at, every in sorted(resets.items()))
    assert parse_time_profile("Growing", text) == growing(*expected, tz=tz)


@pytest.mark.parametrize(
    ("name", "is_one"), [("Europe/Paris", True), ("UTC", True), ("", False), ("../etc", False), ("Europe", False)]
)
def test_a_time_zone_is_one_of_the_database(name: str, is_one: bool) -> None:
    assert is_time_zone(name) is is_one
