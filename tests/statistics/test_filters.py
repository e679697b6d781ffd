from typing import Any

import pytest

from actors.configuration.expressions import parse_filter
from actors.statistics.changes import Attributes
from actors.statistics.filters import predicate


def holds(text: str, **data: Any) -> bool:
    return predicate(parse_filter(text), "Environment")(Attributes(user_data=data))


def test_a_number_is_asked_for_and_always_given() -> None:
    assert holds('GetNumber("Priority") = 0')
    assert holds('GetNumber("Priority",7) > 5')
    assert holds('GetNumber("Priority",7) > 5', Priority="high")
    assert not holds('GetNumber("Priority",7) > 5', Priority="3")


@pytest.mark.parametrize("value", ["nan", "1_0", "ten", [10], None])
def test_what_does_not_look_like_a_number_is_none(value: Any) -> None:
    assert not holds('GetNumber("Priority") >= 10', Priority=value)


@pytest.mark.parametrize("value", [10, "10", " 1e1 ", "10.0", 10.0])
def test_what_looks_like_a_number_is_one(value: Any) -> None:
    assert holds('GetNumber("Priority") = 10', Priority=value)


def test_an_attribute_that_is_absent_makes_a_comparison_false_either_way() -> None:
    assert not holds('UserData("Priority") = 10')
    assert not holds('UserData("Priority") != 10')
