"""Two clocks: the machine's, and one that goes where it is told."""

from __future__ import annotations

import time

import pytest

from runtime.clock import Clock, RealClock, SteppedClock


def test_the_real_clock_tells_microseconds_since_the_epoch() -> None:
    before = time.time_ns() // 1000
    assert before <= RealClock().now_us() <= time.time_ns() // 1000


def test_a_stepped_clock_stands_still_until_it_is_advanced() -> None:
    clock = SteppedClock(5)
    assert (clock.now_us(), clock.now_us()) == (5, 5)
    clock.advance(9)
    assert clock.now_us() == 9


def test_a_stepped_clock_never_goes_back() -> None:
    clock = SteppedClock(5)
    clock.advance(3)
    assert clock.now_us() == 5


@pytest.mark.parametrize(("clock", "is_stepped"), [(RealClock(), False), (SteppedClock(), True)])
def test_a_clock_says_whether_it_is_stepped(clock: Clock, is_stepped: bool) -> None:
    assert clock.is_stepped is is_stepped
