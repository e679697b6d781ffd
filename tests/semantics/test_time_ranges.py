"""`semantics.md` 8.2: in which bounds a duration lies."""

import pytest

from tests.semantics.timeline import Day

DN = "RegDN:7001"
FILE = "[TimeRanges]\nShort = 0-10\nLong = 20-\n"


def lasting(*durations: float, options: str = "") -> Day:
    day = Day(options=options)
    for number, duration in enumerate(durations):
        begin = 100 * number + 1
        day.at(begin).established("7001", conn=f"c{number}").at(begin + duration).released("7001", conn=f"c{number}")
    return day


def within(time_range: str, *durations: float, options: str = "") -> int:
    return lasting(*durations, options=options).value(
        DN, "TotalNumberInTimeRange", "CallInbound", time_range=time_range
    )


def test_low_to_high() -> None:
    assert within("5-10", 4.999999, 5, 9.999999, 10) == 2


def test_low_without_an_end() -> None:
    assert within("20-", 19.999999, 20, 99) == 2


@pytest.mark.parametrize(("name", "number"), [("Short", 1), ("Long", 2)])
def test_named(name: str, number: int) -> None:
    assert within(name, 5, 20, 30, options=FILE) == number


def test_default() -> None:
    assert within("", 19.999999, 20) == 1
    assert within("", 19.999999, 20, 30, options="[TimeRanges]\nDefault = 20-40\n") == 2


def test_one_that_is_not_known_is_refused() -> None:
    assert Day().refusal(DN, "TotalNumberInTimeRange", "CallInbound", time_range="Shrt")[0] == "UnknownTimeRange"
    assert Day().refusal(DN, "TotalNumberInTimeRange", "CallInbound", time_range="20-10")[0] == "BadDefinition"
