"""`semantics.md` 8.1, with its fine print: over which interval a historical value counts."""

import pytest

from tests.semantics.timeline import Day

DN, AGENT = "RegDN:7001", "Agent:1001"
IN, HOUR, DAY = "CallInbound", 3600, 86400
SPRING = 124 * DAY - 6 * HOUR
"""0:00 UTC of 28 March 2027: at 1:00 UTC Paris skips from 2:00 to 3:00."""
AUTUMN = 341 * DAY - 6 * HOUR
"""0:00 UTC of 31 October 2027: at 1:00 UTC Paris goes back from 3:00 to 2:00."""


def ending(*ends: float) -> Day:
    """Calls of one second that end so."""
    day = Day()
    for end in ends:
        day.at(end - 1).established("7001", conn=f"c{end}").at(end).released("7001", conn=f"c{end}")
    return day


def resets(profile: str, *times: float, day: Day | None = None) -> list[bool]:
    """Whether the value went to 0 at each of the times."""
    day = day or Day()
    for time in times:
        day.at(time - 4).established("7001", conn=f"c{time}").at(time - 3).released("7001", conn=f"c{time}")
    numbers = day.number(DN, IN, profile=profile, at=tuple(at for time in sorted(times) for at in (time - 1, time)))
    assert 0 not in numbers[::2]
    went = dict(zip(sorted(times), numbers[1::2], strict=True))
    return [went[time] == 0 for time in times]


GROWING = {
    "Growing:0:00": (18 * HOUR, {}),
    "Growing:6:05": (300, {120: False, 600: False}),
    "Growing:0:00 +0:15": (900, {300: False, 1800: True}),
    "Growing:6:02, 14:00, 22:00": (120, {8 * HOUR: True, 16 * HOUR: True, 18 * HOUR: False}),
    "Growing:6:00 +0:05, 6:07 +0:10": (
        300,
        {420: True, 600: False, 1020: True, 24 * HOUR: True, 24 * HOUR + 60: False},
    ),
    "Growing:7:05 tz=Europe/Paris": (300, {3900: False}),
}


@pytest.mark.parametrize("profile", GROWING)
def test_growing(profile: str) -> None:
    first, others = GROWING[profile]
    assert resets(profile, first, *others) == [True, *others.values()]


def test_growing_repeats_to_the_first_time_of_the_next_day() -> None:
    times = [22 * HOUR + 1200, 23 * HOUR, 23 * HOUR + 600, 23 * HOUR + 3000]
    assert resets("Growing:5:00 +0:50", *times) == [True, True, False, True]


def test_never() -> None:
    assert resets("Growing:never", 300, 18 * HOUR) == [False, False]


def test_growing_is_in_the_tenants_zone_else_in_the_servers_else_utc() -> None:
    tenant = Day(environment='[[tenant]]\nname = "Environment"\ntime_zone = "Europe/Paris"\n')
    assert resets("Growing:7:05", 300, day=tenant) == [True]
    assert resets("Growing:7:05", 300, day=Day(options="time-zone = Europe/Paris\n")) == [True]
    assert resets("Growing:7:05", 300, 3900) == [False, True]


def test_an_hour_that_the_clock_skips_has_no_reset() -> None:
    assert resets("Growing:2:30 tz=Europe/Paris", SPRING + 30 * 60, SPRING + 90 * 60) == [False, False]
    assert resets("Growing:2:30 tz=Europe/Paris", SPRING + DAY + 30 * 60) == [True]


def test_an_hour_that_comes_twice_has_two_resets() -> None:
    assert resets("Growing:2:30 tz=Europe/Paris", AUTUMN + 30 * 60, AUTUMN + 90 * 60) == [True, True]


def test_a_repetition_counts_on_the_wall_clock() -> None:
    assert resets("Growing:0:00 +4:00 tz=Europe/Paris", SPRING + 2 * HOUR, SPRING + 3 * HOUR) == [True, False]


def test_sliding() -> None:
    #  buckets of 10 s    0     10    ...    60    70
    #  a call ended at    5, and one at 12            window 60
    day = ending(5, 12)
    read = day.number(DN, IN, profile="Sliding:60:10", at=(4, 6, 12, 69.999999, 70, 79, 80))
    assert read == [0, 1, 2, 2, 1, 1, 0]


def test_what_ends_at_the_edge_of_a_bucket_ends_in_the_new_one() -> None:
    assert ending(10).number(DN, IN, profile="Sliding:60:10", at=(10, 79, 80)) == [1, 1, 0]


def test_sliding_takes_an_action_whole_where_it_ended_and_a_status_by_overlap() -> None:
    day = Day().at(2).established("7001").at(32).released("7001").day
    actions = day.time(DN, IN, profile="Sliding:60:10", at=(20, 60, 85, 95, 100))
    statuses = day.time(DN, IN, profile="Sliding:60:10", subject="DNStatus", at=(20, 60, 85, 95, 100))
    assert actions == [0, 30, 30, 30, 0]
    assert statuses == [18, 30, 32 - 20, 32 - 30, 0]


def test_the_length_of_a_sliding_interval_is_from_the_last_full_step() -> None:
    day = ending(5, 62, 65)
    per_second = day.value(DN, "TotalNumberPerSecond", IN, profile="Sliding:60:10", at=(8, 66, 75))
    assert per_second == [1 / 8, 3 / 66, 2 / (75 - 10)]


def test_a_window_that_is_no_multiple_of_its_step_is_refused() -> None:
    assert Day().refusal(DN, "TotalNumber", IN, profile="Sliding:60:25")[0] == "BadDefinition"


def test_selection() -> None:
    day = (
        Day().at(10).established("7001").at(40).released("7001").at(50).established("7001").at(55).released("7001").day
    )
    day.at(60).established("7001").at(67).released("7001").at(70).established("7001")
    assert day.time(DN, IN, profile="Selection:2", at=(45, 56, 90)) == [30, 35, 12]
    assert day.number(DN, IN, profile="Selection:2", at=90) == 2
    assert day.value(DN, "MaxTime", IN, profile="Selection:3", at=90) == 30


def test_each_mask_of_a_selection_has_its_own_last() -> None:
    moment = Day().at(0)
    for begin, type_, lasts in ((10, "Inbound", 20), (40, "Outbound", 5), (50, "Outbound", 5), (60, "Outbound", 10)):
        moment = moment.at(begin).established("7001", conn=f"c{begin}", type=type_)
        moment = moment.at(begin + lasts).released("7001", conn=f"c{begin}")
    value = moment.day.value(DN, "RelativeTimePercentage", IN, "CallOutbound", profile="Selection:2")
    assert value == pytest.approx(100 * 20 / 15)


UNSELECTABLE = (
    "AverageOfCurrentNumber",
    "AverageOfCurrentTime",
    "MaxNumber",
    "MinNumber",
    "ElapsedTimePercentage",
    "TotalNumberPerSecond",
    "TotalAdjustedTime",
    "TotalAdjustedNumber",
    "AverageNumberPerRelativeHour",
)


@pytest.mark.parametrize("category", UNSELECTABLE)
def test_a_category_that_needs_an_interval_is_refused_with_a_selection(category: str) -> None:
    assert Day().refusal(DN, category, IN, IN, profile="Selection:2")[0] == "NotApplicable"


def test_a_selection_is_of_actions_alone() -> None:
    assert Day().refusal(DN, "TotalTime", IN, subject="DNStatus", profile="Selection:2")[0] == "NotApplicable"


def shifts() -> Day:
    """Logged in 10 to 60, at two DNs from 30 to 60, a call in 20 to 25; again from 80 on, a call in 90 to 97."""
    day = Day(staffed=False)
    day.at(10).agent_login("7001", agent="1001").at(20).established("7001").at(25).released("7001")
    day.at(30).agent_login("7101", agent="1001").at(50).agent_logout("7001").at(60).agent_logout("7101")
    day.at(80).agent_login("7001", agent="1001").at(90).established("7001").at(97).released("7001")
    return day


def test_since_login() -> None:
    read = shifts().number(AGENT, "CallInbound", profile="SinceLogin", at=(5, 24, 26, 70, 80, 98))
    assert read == [0, 0, 1, 1, 0, 1]
    assert shifts().time(AGENT, "CallInbound", profile="SinceLogin", at=98) == 7


def test_since_login_has_what_the_login_raises() -> None:
    assert shifts().number(AGENT, "AgentLogin", profile="SinceLogin", at=70) == 2
    assert shifts().number(AGENT, "AgentLogin", profile="SinceLogin", at=80) == 1


def test_since_login_sees_the_state_before_the_login() -> None:
    how = {"profile": "SinceLogin", "at": 70}
    assert (
        shifts().value(AGENT, "MinNumber", "LoggedIn", **how),
        shifts().value(AGENT, "MaxNumber", "LoggedIn", **how),
    ) == (0, 2)


def test_since_login_has_the_end_of_what_was_before_but_none_of_its_time() -> None:
    how = {"subject": "AgentStatus", "profile": "SinceLogin"}
    assert shifts().time(AGENT, "LoggedOut", at=5, **how) == 0
    assert shifts().number(AGENT, "LoggedOut", at=(70, 98), **how) == [1, 1]
    assert shifts().time(AGENT, "LoggedOut", at=(70, 98), **how) == [10, 0]


def test_since_a_login_known_by_registration_is_from_then() -> None:
    day = Day(staffed=False).at(30).registered("7001", agent="1001", agent_state="Ready", calls=[]).day
    how = {"subject": "AgentStatus", "profile": "SinceLogin"}
    assert day.value(AGENT, "ElapsedTimePercentage", "WaitForNextCall", at=50, **how) == 100


def test_since_login_counts_after_a_logout_also_if_it_is_opened_only_then() -> None:
    how = {"subject": "AgentStatus", "profile": "SinceLogin", "opened": 65}
    assert shifts().value(AGENT, "TotalTime", "LoggedOut", at=(75, 98), **how) == [10, 0]


@pytest.mark.parametrize("whose", [DN, "Place:Desk 1", "GroupAgents:Sales", "Queue:8000"])
def test_since_login_is_for_an_agent_alone(whose: str) -> None:
    mask = "CallWait" if whose == "Queue:8000" else IN
    assert Day().refusal(whose, "TotalNumber", mask, profile="SinceLogin")[0] == "NotApplicable"


def test_default() -> None:
    assert resets("", 300, 18 * HOUR) == [False, True]
    named = Day(options="[TimeProfiles]\nDefault,Growing = 6:05\nQuarters,Growing = 0:00 +0:15\n")
    assert resets("", 300, 900, day=named) == [True, False]
    assert resets("Quarters", 300, 900, day=named) == [False, True]


FILE = "[TimeProfiles]\nColon,Sliding = 60:10\nSlash,Sliding = 60/10\nMorning,Growing = 6:05\nLast,Selection = 1\n"


@pytest.mark.parametrize(
    ("profile", "at", "number"),
    [
        ("Colon", 70, 1),
        ("Slash", 70, 1),
        ("Sliding:60/10", 70, 1),
        ("Sliding:60:10", 70, 1),
        ("Morning", 299, 2),
        ("Morning", 300, 0),
        ("Last", 70, 1),
    ],
)
def test_profiles_are_read_both_in_the_file_and_on_the_wire(profile: str, at: float, number: int) -> None:
    day = Day(options=FILE)
    day.at(1).established("7001").at(5).released("7001").at(6).established("7001").at(12).released("7001")
    assert day.number(DN, IN, profile=profile, at=at) == number
