"""`semantics.md` 8.4, with its fine print: what a formula makes of a call."""

from typing import Any

import pytest

from tests.semantics.timeline import Day

DN, IN = "RegDN:7001", "CallInbound"
DATA = {"Price": 20, "Text": "7.5", "Word": "many", "Of": "Sales"}
CONSULT = {"conn": "c2", "type": "Consult", "was": "c1"}

VALUES = {
    'GetNumber("Price")': 20,
    'GetNumber("Text")': 7.5,
    'GetNumber("Word")': 0,
    'GetNumber("Absent")': 0,
    'GetNumber("Absent",3)': 3,
    'GetNumber("Word",3)': 3,
    'GetString("Text")': 7.5,
    'GetString("Word")': 0,
    'GetString("Absent","4")': 4,
    'PairExists("Of","Sales")': 1,
    'PairExists("Of","Billing")': 0,
    'PairExists("Of","S*") * 10': 10,
    "5": 5,
    "2 + 3 * 4": 14,
    "(2 + 3) * 4": 20,
    "7 - 2 - 1": 4,
    "7 / 2": 3.5,
    'GetNumber("Price") / GetNumber("Absent")': 0,
    'GetNumber("Price") > 10': 1,
    'GetNumber("Price") != 20': 0,
    'GetNumber("Price") > 10 & GetNumber("Price") < 15': 0,
    'GetNumber("Price") > 10 | GetNumber("Price") < 5': 1,
    '~PairExists("Of","Sales")': 0,
}


@pytest.mark.parametrize("formula", VALUES)
def test_value_of(formula: str) -> None:
    day = Day().at(10).established("7001", data=DATA).day
    assert day.value(DN, "CurrentCustomValue", IN, formula=formula, at=20) == VALUES[formula]


def consultation(consult_data: dict[str, Any] | None) -> Day:
    moment = Day().at(5).established("7001", data={"Price": 20, "Word": "30"}).at(8).held("7001")
    moment = moment.at(10).dialing("7001", data=consult_data, **CONSULT)
    return moment.at(12).established("7001", data=consult_data, **CONSULT).day


GLOBALS: dict[str, tuple[dict[str, Any], float]] = {
    'GetGlobalNumber("Price")': ({"Other": 1}, 20),
    'GetGlobalNumber("Price") + 0': ({"Price": 5}, 5),
    'GetGlobalNumber("Absent",2)': ({"Other": 1}, 2),
    'GetGlobalString("Word")': ({"Other": 1}, 30),
    'GetNumber("Price")': ({"Other": 1}, 0),
}


@pytest.mark.parametrize("formula", GLOBALS)
def test_global_looks_at_the_call_it_was_a_consultation_for(formula: str) -> None:
    own, expected = GLOBALS[formula]
    assert consultation(own).value(DN, "CurrentCustomValue", "CallConsult", formula=formula, at=20) == expected


def twice() -> Day:
    """Call c1 is held twice, call c2 once."""
    moment = Day().at(5).established("7001", data={"Price": 3}).at(10).held("7001").at(12).retrieved("7001")
    moment = moment.at(20).held("7001", data={"Price": 100}).at(25).retrieved("7001")
    return moment.at(30).established("7001", conn="c2", data={"Price": 7}).at(40).held("7001", conn="c2").day


def test_dist_by_conn_id() -> None:
    assert twice().number(DN, "CallHeld") == 3
    assert twice().number(DN, "CallHeld", formula="DistByConnID") == 2
    assert twice().number(DN, "CallHeld", formula="DCID") == 2


def test_dist_by_conn_id_of_what_runs() -> None:
    day = Day().at(10).established("7001").established("7002").established("7002", conn="c2").day
    assert day.running("GroupPlaces:Floor", IN, formula="DistByConnID", at=20) == 2


def test_the_first_occurrence_of_a_call_in_the_interval_counts() -> None:
    formula = 'DistByConnID, GetNumber("Price")'
    assert twice().value(DN, "TotalCustomValue", "CallHeld", formula=formula) == 3 + 7
    how = {"formula": formula, "profile": "Growing:6:01", "at": 70}
    day = twice().at(62).retrieved("7001", conn="c2").held("7001", conn="c2", data={"Price": 50}).day
    assert day.value(DN, "TotalCustomValue", "CallHeld", **how) == 50


def test_those_without_a_conn_id_count_each() -> None:
    day = Day().at(10).user_event("7001").at(20).user_event("7001").day
    assert day.number(DN, "UserEvent", formula="DistByConnID") == 2


def test_max_number_and_the_averages_of_current_values_ignore_it_and_r_obeys_it() -> None:
    day = Day().at(10).established("7001").established("7002").day
    floor = "GroupPlaces:Floor"
    for category in ("MaxNumber", "AverageOfCurrentNumber"):
        plain = day.value(floor, category, IN, at=20)
        assert day.value(floor, category, IN, formula="DistByConnID", at=20) == plain > 0
    relative = twice().value(DN, "RelativeNumber", "CallHeld", "CallHeld, CallInboundStarted", formula="DistByConnID")
    assert relative == 1
