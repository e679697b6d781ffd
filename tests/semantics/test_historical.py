"""`semantics.md` 7.2, with its fine print: over the interval of the time profile."""

import pytest

from tests.semantics.timeline import Day

DN, AGENT, FLOOR, SALES = "RegDN:7001", "Agent:1001", "GroupPlaces:Floor", "GroupAgents:Sales"
IN, WORK = "CallInbound", "CallInbound, NotReadyForNextCall"
ACTION, STATUS = "DNAction", "DNStatus"
PRICE = 'GetNumber("Price")'
EITHER = pytest.mark.parametrize("subject", [ACTION, STATUS])


def calls() -> Day:
    """Calls of 30 s and of 10 s, then not ready for 10 s, then a call since 80: at 100 it has run for 20 s."""
    day = Day()
    day.at(10).established("7001", data={"Price": 20}).at(40).released("7001")
    day.at(50).established("7001", conn="c2", data={"Price": 5}).at(60).released("7001", conn="c2")
    day.at(62).agent_not_ready("7001").at(72).agent_ready("7001")
    day.at(80).established("7001", conn="c3", data={"Price": 100})
    return day


def value(category: str, subject: str, mask: str = IN, rel: str = "", *, at: float = 100, **how: str) -> float:
    return calls().value(DN, category, mask, rel, subject=subject, at=at, **how)


def by_both(category: str, mask: str = IN, rel: str = "", **how: float | str) -> tuple[float, float]:
    """By DNAction, by DNStatus."""
    return value(category, ACTION, mask, rel, **how), value(category, STATUS, mask, rel, **how)


def test_total_number() -> None:
    assert by_both("TotalNumber") == (2, 2)
    assert value("TotalNumber", ACTION, "CallInboundStarted, CallInboundCompleted") == 3 + 2


def test_total_time() -> None:
    assert by_both("TotalTime") == (40, 40 + 20)
    assert value("TotalTime", ACTION, "CallInboundCompleted") == 40


def test_total_adjusted_time() -> None:
    assert by_both("TotalAdjustedTime") == (40 + 20, 40)


def test_total_adjusted_number() -> None:
    assert by_both("TotalAdjustedNumber") == (3, 2)


def test_adjusted_of_an_instant_is_as_total() -> None:
    mask = "CallInboundCompleted, CallInboundStarted"
    assert value("TotalAdjustedNumber", ACTION, mask) == 5
    assert value("TotalAdjustedTime", ACTION, mask) == 40


def test_max_time() -> None:
    assert by_both("MaxTime") == (30, 30)
    assert by_both("MaxTime", at=120) == (30, 40)


def test_min_time() -> None:
    assert by_both("MinTime") == (10, 10)
    assert by_both("MinTime", at=82) == (10, 10)
    assert by_both("MinTime", at=30) == (0, 20)


def test_total_continuous_number() -> None:
    day = Day().at(10).established("7001").at(20).held("7001").at(30).retrieved("7001").at(40).released("7001").day
    day.at(50).established("7001", conn="c2")
    how = {"subject": "AgentStatus"}
    assert day.value(AGENT, "TotalContinuousNumber", "CallInbound, CallOnHold", **how) == 2
    assert day.value(AGENT, "TotalContinuousNumber", "CallInbound", **how) == 3


def test_average_time() -> None:
    assert by_both("AverageTime") == (40 / 2, 60 / 2)
    assert by_both("AverageTime", IN, WORK) == (pytest.approx(40 / 3), 60 / 3)


def two_at_once() -> Day:
    """One call from 10 to 40, another from 20 to 30, both at other DNs of the floor."""
    day = Day()
    day.at(10).established("7001").at(40).released("7001")
    day.at(20).established("7002", conn="c2").at(30).released("7002", conn="c2")
    return day


@EITHER
def test_max_number(subject: str) -> None:
    day = two_at_once()
    assert day.value(FLOOR, "MaxNumber", IN, subject=subject, at=(5, 15, 25, 90)) == [0, 1, 2, 2]
    assert day.value(FLOOR, "MaxNumber", IN, subject=subject, opened=35) == 1


@EITHER
def test_min_number(subject: str) -> None:
    day = two_at_once()
    assert day.value(FLOOR, "MinNumber", IN, subject=subject, opened=25, at=(27, 35, 45)) == [2, 1, 0]


@EITHER
def test_average_of_current_number(subject: str) -> None:
    assert two_at_once().value(FLOOR, "AverageOfCurrentNumber", IN, subject=subject, at=80) == (30 + 10) / 80
    assert value("AverageOfCurrentNumber", subject) == 0.6


@EITHER
def test_average_of_current_time(subject: str) -> None:
    assert value("AverageOfCurrentTime", subject) == (30**2 / 2 + 10**2 / 2 + 20**2 / 2) / 100


def test_elapsed_time_percentage() -> None:
    assert by_both("ElapsedTimePercentage") == (40, 60)
    assert calls().value(FLOOR, "ElapsedTimePercentage", IN, subject="PlaceStatus", at=100) == 60


def test_relative_time_percentage() -> None:
    assert by_both("RelativeTimePercentage", IN, WORK) == (80, pytest.approx(6000 / 70))


def test_relative_number_percentage() -> None:
    assert by_both("RelativeNumberPercentage", IN, WORK) == (pytest.approx(200 / 3), pytest.approx(200 / 3))
    assert by_both("RelativeNumberPercentage", IN, WORK, time_range="0-20") == (pytest.approx(100 / 3),) * 2


def test_relative_number() -> None:
    assert by_both("RelativeNumber", IN, WORK) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert by_both("RelativeNumber", IN, WORK, time_range="20-") == (pytest.approx(1 / 3), pytest.approx(1 / 3))


def test_total_number_per_second() -> None:
    assert by_both("TotalNumberPerSecond") == (0.02, 0.02)


def test_average_number_per_relative_hour() -> None:
    assert by_both("AverageNumberPerRelativeHour", IN, WORK) == (3600 * 2 / 50, pytest.approx(3600 * 2 / 70))
    how = {"filter": 'GetNumber("Price") = 5'}
    assert value("AverageNumberPerRelativeHour", ACTION, IN, WORK, **how) == 3600 * 1 / 50


def test_total_number_in_time_range() -> None:
    assert by_both("TotalNumberInTimeRange", time_range="0-25") == (1, 1)
    assert by_both("TotalNumberInTimeRange", time_range="10-30") == (1, 1)
    assert by_both("TotalNumberInTimeRange", time_range="10-") == (2, 2)


def test_total_time_in_time_range() -> None:
    assert by_both("TotalTimeInTimeRange", time_range="0-25") == (10, 10 + 20)


def test_total_number_in_time_range_percentage() -> None:
    assert by_both("TotalNumberInTimeRangePercentage", time_range="0-25") == (50, 50)


def test_total_custom_value() -> None:
    assert value("TotalCustomValue", ACTION, formula=PRICE) == 25
    assert value("TotalCustomValue", ACTION, "CallInboundStarted", formula=PRICE) == 125


def test_average_custom_value() -> None:
    assert value("AverageCustomValue", ACTION, formula=PRICE) == 12.5


def test_max_custom_value() -> None:
    assert value("MaxCustomValue", ACTION, formula=PRICE) == 20


def test_min_custom_value() -> None:
    assert value("MinCustomValue", ACTION, formula=PRICE) == 5


def test_a_custom_value_by_status_is_refused() -> None:
    assert Day().refusal(DN, "TotalCustomValue", IN, subject=STATUS, formula=PRICE)[0] == "NotApplicable"


OBSERVED = {
    (ACTION, "TotalTime"): (0, 200),
    (STATUS, "TotalTime"): (100, 100),
    (ACTION, "TotalAdjustedTime"): (100, 100),
    (STATUS, "TotalAdjustedTime"): (0, 200),
    (ACTION, "TotalNumber"): (0, 1),
    (STATUS, "TotalNumber"): (0, 1),
    (ACTION, "TotalAdjustedNumber"): (1, 1),
    (STATUS, "TotalAdjustedNumber"): (0, 1),
}


@pytest.mark.parametrize(("subject", "category"), OBSERVED)
def test_something_that_lies_in_two_intervals_as_observed(subject: str, category: str) -> None:
    #        0            200    300    400          600
    #        |             [======|======)            |
    day = Day().at(200).established("7001").at(301).heartbeat().at(400).released("7001").at(601).heartbeat().day
    how = {"subject": subject, "profile": "Growing:6:05, 6:10", "notification": {"mode": "Reset"}, "at": 601}
    closed = [told for told in day.told(DN, category, IN, **how) if told.interval]
    assert [told.interval for told in closed] == [(0, 300), (300, 600)]
    assert tuple(told.value for told in closed) == OBSERVED[subject, category]


def test_what_ends_at_a_reset_ends_in_the_new_interval() -> None:
    day = Day().at(200).established("7001").at(300).released("7001").day
    assert day.number(DN, IN, profile="Growing:6:05", at=300) == 1
    assert day.time(DN, IN, profile="Growing:6:05", at=300, subject=STATUS) == 0


def test_the_smallest_overlap_is_also_of_a_stretch_that_ended_as_the_interval_began() -> None:
    day = Day().at(200).established("7001").at(300).released("7001").at(310).established("7001", conn="c2").day
    day.at(350).released("7001", conn="c2")
    assert day.value(DN, "MinTime", IN, profile="Growing:6:05", at=400, subject=STATUS) == 0
    assert day.value(DN, "MaxTime", IN, profile="Growing:6:05", at=400, subject=STATUS) == 40


def test_a_range_by_status_looks_at_the_whole_stretch_and_sums_the_overlap() -> None:
    day = Day().at(200).established("7001").at(400).released("7001").day
    how = {"profile": "Growing:6:05", "subject": STATUS}
    assert day.value(DN, "TotalTimeInTimeRange", IN, time_range="150-250", **how) == 100
    assert day.value(DN, "TotalTimeInTimeRange", IN, time_range="50-150", **how) == 0


def test_a_statistic_counts_from_its_opening() -> None:
    assert (value("TotalNumber", ACTION, opened=45), value("TotalTime", STATUS, opened=90)) == (1, 10)
    assert value("TotalTime", ACTION, opened=20) == 40


def test_a_formula_takes_the_old_data_for_what_ends_and_the_new_for_instants() -> None:
    day = Day().at(10).established("7001", data={"Price": 1}).at(30).released("7001", data={"Price": 10}).day
    assert day.value(DN, "TotalCustomValue", IN, formula=PRICE) == 1
    assert day.value(DN, "TotalCustomValue", "CallInboundCompleted", formula=PRICE) == 10


def test_with_a_filter_each_stretch_during_which_it_held_counts() -> None:
    #  Sales 10..20, Billing 20..50, Sales 50..90
    day = (
        Day()
        .at(10)
        .established("7001", data={"Of": "Sales"})
        .at(20)
        .attached_data_changed("7001", data={"Of": "Billing"})
        .day
    )
    day.at(50).attached_data_changed("7001", data={"Of": "Sales"}).at(90).released("7001")
    sales = 'PairExists("Of","Sales")'
    assert day.ended(DN, IN, filter=sales) == (2, 10 + 40)


def test_numbers_of_what_ran_as_the_interval_began() -> None:
    #        0            200    300  320          600
    #        |             [======|====)            |
    day = Day().at(200).established("7001").at(320).released("7001").day
    how = {"profile": "Growing:6:05, 6:10"}
    assert day.value(DN, "MaxNumber", IN, at=(310, 400, 599, 600), **how) == [1, 1, 1, 0]
    assert day.value(DN, "AverageOfCurrentNumber", IN, at=400, **how) == 20 / 100
    assert day.value(DN, "AverageOfCurrentTime", IN, at=400, **how) == (120**2 - 100**2) / 2 / 100


def test_a_greatest_number_in_a_sliding_window() -> None:
    #  buckets of 10 s, window 60; a call from 5 to 20
    day = Day().at(5).established("7001").at(20).released("7001").day
    read = day.value(DN, "MaxNumber", IN, profile="Sliding:60:10", at=(10, 75, 85, 95))
    assert read == [1, 1, 1, 0]


def test_what_was_inside_before_the_interval_did_not_come_into_it() -> None:
    day = Day().at(10).established("7001").at(320).released("7001").at(400).established("7001", conn="c2").day
    how = {"subject": "AgentStatus", "profile": "Growing:6:05"}
    assert day.value(AGENT, "TotalContinuousNumber", IN, at=(299, 300, 400), **how) == [1, 0, 1]
    assert day.value(AGENT, "TotalContinuousNumber", IN, subject="AgentStatus", opened=20, at=390) == 0


def test_a_percentage_of_time_is_not_divided_by_a_groups_size() -> None:
    day = Day().at(0).established("7001").established("7002", conn="c2").day
    assert day.value(FLOOR, "ElapsedTimePercentage", IN, subject="PlaceStatus", at=50) == 200


def test_the_greatest_and_smallest_time_are_of_retrospective_actions_too() -> None:
    assert value("MaxTime", ACTION, "CallInboundCompleted") == 30
    assert value("MinTime", ACTION, "CallInboundCompleted") == 10


def test_an_average_with_a_filter_divides_by_the_unfiltered_number_of_r() -> None:
    how = {"filter": 'GetNumber("Price") = 20'}
    assert value("AverageTime", ACTION, IN, **how) == 30
    assert value("AverageTime", ACTION, IN, IN, **how) == 15


@pytest.mark.parametrize("category", ["ElapsedTimePercentage", "TotalNumberPerSecond", "AverageOfCurrentNumber"])
def test_as_the_interval_begins_what_is_divided_by_its_length_is_0(category: str) -> None:
    assert calls().value(DN, category, IN, opened=20, at=20) == 0
