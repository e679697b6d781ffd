"""`ReasonStartOverridesStatusStart` (`semantics.md` 4.1, 11), on days worked by hand: seconds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.asking import START, answer, registered, said
from tests.oracle.served import Event

LUNCH, BREAK = {"Reason": "Lunch"}, {"Reason": "Break"}


def not_ready(time: float, reasons: dict[str, str] | None, mode: str = "") -> Event:
    told: dict[str, Any] = {"reasons": reasons} if reasons else {}
    return said(time, "AgentNotReady", "7004", agent_id="1001", agent_work_mode=mode, **told)


def at_lunch(*more: Event) -> list[Event]:
    """Not ready from 10 without reasons, from 30 on with some."""
    login = said(1, "AgentLogin", "7004", agent_id="1001")
    return [*registered("7004"), login, not_ready(10, None), not_ready(30, LUNCH), *more]


def asked(day: list[Event], category: str, at: float, mask: str = "NotReadyForNextCall", **how: Any) -> Any:
    chosen = {"subject": "AgentStatus", "reason_start_overrides_status_start": "yes", **how}
    return answer(day, "Agent", "ann", category, mask, at=at, **chosen)


@pytest.mark.parametrize("category", ["CurrentTime", "CurrentMaxTime", "CurrentMinTime", "CurrentAverageTime"])
@pytest.mark.parametrize(("wish", "value"), [("yes", 70), ("no", 90)])
def test_a_status_counts_from_the_last_change_to_its_reasons_if_that_is_wished(
    category: str, wish: str, value: int
) -> None:
    assert asked(at_lunch(), category, 100, reason_start_overrides_status_start=wish) == value


def test_a_status_that_has_no_reasons_counts_from_its_begin() -> None:
    assert asked(at_lunch(), "CurrentTime", 20) == 10


def test_a_status_that_has_lost_its_reasons_counts_from_its_begin_again() -> None:
    assert asked(at_lunch(not_ready(50, None)), "CurrentTime", 100) == 90


def test_reasons_that_are_told_again_have_not_changed() -> None:
    assert asked(at_lunch(not_ready(50, LUNCH)), "CurrentTime", 100) == 70


def test_other_reasons_count_from_when_they_came() -> None:
    assert asked(at_lunch(not_ready(50, BREAK)), "CurrentTime", 100) == 50


def test_another_status_begins_anew() -> None:
    day = at_lunch(not_ready(50, None, "AfterCallWork"))
    assert asked(day, "CurrentTime", 100, "NotReadyForNextCall, AfterCallWork") == 50


def test_a_statistic_that_is_opened_later_knows_since_when_the_reasons_are_there() -> None:
    assert asked(at_lunch(), "CurrentTime", 100, opened_at=60) == 70


def test_a_filter_counts_from_when_it_held() -> None:
    assert asked(at_lunch(), "CurrentTime", 100, filter='PairExists(Reasons,"Reason","Lunch")') == 70
    assert asked(at_lunch(not_ready(50, BREAK)), "CurrentTime", 100, filter='ThisDN = "7004"') == 50


@pytest.mark.parametrize(("reasons", "value"), [(LUNCH, 70), (BREAK, 20), (None, 90)])
def test_a_status_inside_a_continuous_mask_goes_on_with_the_same_reasons(
    reasons: dict[str, str] | None, value: int
) -> None:
    day = at_lunch(not_ready(80, reasons, "AfterCallWork"))
    assert asked(day, "CurrentContinuousTime", 100, "NotReadyForNextCall, AfterCallWork") == value


def test_totals_count_from_the_begin_of_the_status() -> None:
    assert asked(at_lunch(), "TotalTime", 100) == 90


@pytest.mark.parametrize("category", ["CurrentState", "CurrentStateReasons"])
@pytest.mark.parametrize(("wish", "since"), [("yes", 30), ("no", 10)])
def test_a_state_is_dated_alike(category: str, wish: str, since: float) -> None:
    state = asked(at_lunch(), category, 100, "", reason_start_overrides_status_start=wish)
    assert (state["status"], state["since"]) == ("NotReadyForNextCall", START + since)
