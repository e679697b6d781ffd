import logging
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.configuration.expression_tokens import ExpressionError
from actors.statistics.changes import Attributes
from actors.statistics.formulas import Amount, is_distinct, weight_of

DATA = {"Price": 20, "Parts": "3", "Segment": "Gold", "Odd": "12_000", "Nothing": "nan", "Deep": {"Inner": "7"}}
CALL = Attributes(
    user_data=DATA, earlier_data={"Price": 5, "Campaign": "Spring", "Cost": "2.5"}, reasons={"Code": "Lunch"}
)


def value(text: str, attributes: Attributes = CALL) -> Amount | None:
    weight = weight_of(text)
    assert weight is not None
    return weight(attributes)


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("1", 1),
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("7 - 2 - 1", 4),
        ("12 / 3 / 2", 2),
        ('-GetNumber("Price") + 1', -19),
        ("2 > 1", 1),
        ("2 < 1", 0),
        ("10 * (2 >= 2) + 5 * (2 != 2)", 10),
        ("~0", 1),
        ("~5", 0),
        ("2 & 3", 1),
        ("2 & 0", 0),
        ("0 | 3", 1),
        ("0 | 0", 0),
        ("1 | 0 & 0", 1),
    ],
)
def test_a_formula_is_arithmetic_in_which_truths_are_one_and_zero(text: str, worth: Amount) -> None:
    assert value(text) == worth


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ('GetNumber("Price")', 20),
        ('GetNumber("Parts") * 2', 6),
        ('GetNumber("Inner")', 7),
        ('GetString("Parts") + 1', 4),
        ('GetString("Segment") = "Gold"', 1),
        ('GetString("Segment") = "G*"', 1),
        ('GetString("Segment") != Silver', 1),
        ('PairExists("Segment","Gold") * GetNumber("Price")', 20),
        ('PairExists(Reasons,"Code","L*") + PairExists("Absent")', 1),
        ('GetNumber("Price") > 10 & PairExists("Segment")', 1),
    ],
)
def test_a_formula_looks_at_the_data_of_the_call(text: str, worth: Amount) -> None:
    assert value(text) == worth


@pytest.mark.parametrize("text", ['GetNumber("Absent")', 'GetNumber("Segment")', 'GetString("Segment")'])
def test_a_key_that_is_missing_or_no_number_is_nothing(text: str) -> None:
    assert value(text) == 0


@pytest.mark.parametrize("text", ['GetNumber("Odd")', 'GetNumber("Nothing")'])
def test_what_only_python_takes_for_a_number_is_none(text: str) -> None:
    assert value(text) == 0


def test_a_default_stands_for_what_is_missing_or_no_number() -> None:
    assert value('GetNumber("Absent",4) + GetNumber("Segment",2) + GetNumber("Price",1)') == 26
    assert value('GetString("Absent","Gold") = Gold') == 1


def test_a_comparison_with_a_missing_text_is_false_either_way() -> None:
    assert value('(GetString("Absent") = Gold) + (GetString("Absent") != Gold)') == 0


def test_a_missing_number_is_compared_as_nothing() -> None:
    assert value('GetNumber("Absent") < 1') == 1


@pytest.mark.parametrize("text", ["5 / 0", '5 / GetNumber("Absent")', '1 / (GetNumber("Price") - 20)'])
def test_division_by_nothing_is_nothing(text: str) -> None:
    assert value(text) == 0


def test_global_data_are_the_partys_own_then_those_of_the_call_it_was_a_consultation_for() -> None:
    assert value('GetGlobalNumber("Price")') == 20
    assert value('GetGlobalNumber("Cost") * 2') == 5
    assert value('GetGlobalString("Campaign") = "Spring"') == 1
    assert value('GetGlobalNumber("Absent",9)') == 9


def test_data_that_are_not_global_are_the_partys_own_alone() -> None:
    assert value('GetNumber("Cost")') == 0
    assert value('GetString("Campaign") = "Spring"') == 0


def test_without_any_data_every_key_is_missing() -> None:
    assert value('GetNumber("Price") + GetGlobalNumber("Price",3)', Attributes()) == 3


def test_a_value_is_exact_so_that_sums_are() -> None:
    tenth = value("0.1")
    assert tenth == Fraction(0.1)
    assert tenth + tenth + tenth - tenth - tenth - tenth == 0  # type: ignore[operator]


def test_a_formula_beyond_all_numbers_gives_no_value_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    text = 'GetNumber("Huge") * GetNumber("Huge")'
    huge = Attributes(user_data={"Huge": "1e300"})
    with caplog.at_level(logging.WARNING):
        assert [value(text, huge), value(text, huge)] == [None, None]
    assert len(caplog.records) == 1
    assert text in caplog.text
    assert value(text, Attributes(user_data={"Huge": 3})) == 9


def test_dist_by_conn_id_may_stand_alone_or_before_an_expression() -> None:
    assert weight_of("DistByConnID") is None
    assert weight_of("") is None
    assert value('DCID, GetNumber("Price")') == 20
    assert [is_distinct(text) for text in ("DistByConnID", "dcid, 1", "1", "")] == [True, True, False, False]


@pytest.mark.parametrize("text", ["__import__('os')", "GetNumber.__class__", 'Eval("1")', "GetNumber(Price)", "1 ** 2"])
def test_only_what_is_listed_is_understood(text: str) -> None:
    with pytest.raises(ExpressionError):
        weight_of(text)


VALUES = st.sampled_from([None, "", "x1", "-1", "1e400", "inf", 10**400, 1e308, -0.0, float("inf"), True, {"a": 1}, []])
FORMULAS = [
    'GetNumber("a") * GetNumber("b") - GetNumber("c",2)',
    'GetString("a") / (GetString("b") + 1)',
    '(GetString("a") > GetString("b")) & ~GetGlobalNumber("c")',
    'PairExists("a","*1?") | GetGlobalString("b") = "x*"',
]


@given(text=st.sampled_from(FORMULAS), data=st.dictionaries(st.sampled_from("abc"), VALUES))
def test_whatever_the_data_a_formula_gives_a_number_or_none(text: str, data: dict[str, Any]) -> None:
    worth = value(text, Attributes(user_data=data))
    assert worth is None or float(worth) == worth
