"""pykka's promises of futures, kept by ours."""

from __future__ import annotations

import asyncio
import queue
import traceback
from typing import Any

import gevent
import pykka
import pytest

from runtime.future import Future


def answered(value: Any) -> Future:
    future = Future()
    future.set(value)
    return future


def test_the_answer_may_be_read_twice() -> None:
    future = answered("a")
    assert (future.get(), future.get()) == ("a", "a")


def test_an_answer_may_be_nothing() -> None:
    future = Future()
    future.set()
    assert future.get() is None


def test_the_answer_is_the_very_object() -> None:
    value = object()
    assert answered(value).get() is value


@pytest.mark.parametrize("timeout", [0, 0.001, -1])
def test_waiting_ends_after_the_timeout(timeout: float) -> None:
    with pytest.raises(pykka.Timeout, match=f"^{timeout} seconds$"):
        Future().get(timeout=timeout)


def test_an_answer_may_come_after_a_timeout() -> None:
    future = Future()
    with pytest.raises(pykka.Timeout):
        future.get(timeout=0)
    future.set("late")
    assert future.get(timeout=0) == "late"


def test_several_greenlets_may_wait() -> None:
    future = Future()
    waiting = [gevent.spawn(future.get) for _ in range(3)]
    gevent.idle()
    future.set("a")
    gevent.joinall(waiting, timeout=2)
    assert [greenlet.value for greenlet in waiting] == ["a"] * 3


def test_a_second_answer_is_refused() -> None:
    future = answered("a")
    with pytest.raises(queue.Full):
        future.set("b")
    with pytest.raises(queue.Full):
        future.set_exception((LookupError, LookupError(), None))
    assert future.get() == "a"


def test_an_answer_after_a_hook_is_refused() -> None:
    future = Future()
    future.set_get_hook(lambda _: "hook")
    with pytest.raises(queue.Full):
        future.set("a")
    with pytest.raises(queue.Full):
        future.set_exception((LookupError, LookupError(), None))
    assert future.get() == "hook"


def test_a_hook_after_the_answer_is_refused() -> None:
    future = answered("a")
    with pytest.raises(queue.Full):
        future.set_get_hook(lambda _: "hook")
    assert future.get() == "a"


def test_a_hook_is_given_the_timeout_and_called_once() -> None:
    calls: list[float | None] = []
    future = Future()
    future.set_get_hook(lambda timeout: calls.append(timeout) or len(calls))
    assert (future.get(timeout=3), future.get(timeout=4)) == (1, 1)
    assert calls == [3]


def test_an_error_is_raised_each_time_with_its_traceback() -> None:
    future = Future()
    try:
        raise LookupError("here")
    except LookupError:
        future.set_exception()
    depths = []
    for _time in range(3):
        with pytest.raises(LookupError, match="here") as caught:
            future.get()
        frames = traceback.extract_tb(caught.value.__traceback__)
        depths.append(sum(frame.name == "test_an_error_is_raised_each_time_with_its_traceback" for frame in frames))
    assert depths == [2, 2, 2]


def test_an_error_may_be_given_as_a_triple() -> None:
    error = LookupError("given")
    future = Future()
    future.set_exception((LookupError, error, None))
    with pytest.raises(LookupError) as caught:
        future.get()
    assert caught.value is error


def test_a_map_passes_the_whole_answer_on() -> None:
    assert answered({"a": 1}).map(lambda value: value["a"]).get() == 1
    assert answered([1, 2]).map(len).get() == 2


def test_a_map_may_be_made_before_the_answer() -> None:
    future = Future()
    mapped = future.map(lambda value: value + 10)
    future.set(30)
    assert mapped.get() == 40


def test_a_filter_keeps_what_passes() -> None:
    assert answered(range(5, 15)).filter(lambda number: number > 10).get() == [11, 12, 13, 14]


def test_a_filter_of_what_cannot_be_iterated_raises_at_get() -> None:
    filtered = answered(1).filter(bool)
    with pytest.raises(TypeError):
        filtered.get()


def test_a_join_lists_all_answers() -> None:
    assert answered("a").join(answered(1), answered(None)).get() == ["a", 1, None]


def test_a_reduce_folds_from_the_left() -> None:
    assert answered(["a", "b", "c"]).reduce(lambda left, right: left + right).get() == "abc"


def test_a_reduce_may_have_an_initial_value() -> None:
    assert answered([1, 2]).reduce(lambda left, right: left + right, 5).get() == 8
    assert answered([]).reduce(lambda left, right: left + right, 5).get() == 5


def test_a_reduce_of_nothing_without_an_initial_value_raises() -> None:
    with pytest.raises(TypeError):
        answered([]).reduce(lambda left, right: left + right).get()


def test_combinations_pass_the_timeout_on() -> None:
    future = Future()
    for combined in (future.map(str), future.filter(bool), future.reduce(max), answered(1).join(future)):
        with pytest.raises(pykka.Timeout):
            combined.get(timeout=0)


def test_combinations_of_combinations_work() -> None:
    total = answered([1, 2, 3]).map(reversed).filter(lambda number: number != 2).reduce(lambda a, b: 10 * a + b)
    assert total.get() == 31


def test_all_answers_are_collected() -> None:
    assert pykka.get_all([answered(1), answered(2)]) == [1, 2]
    with pytest.raises(pykka.Timeout):
        pykka.get_all([answered(1), Future()], timeout=0)


def test_a_future_may_be_awaited() -> None:
    async def wait() -> Any:
        return await answered("a")

    assert asyncio.run(wait()) == "a"


def test_a_future_tells_what_it_is() -> None:
    assert repr(Future()) == "<pykka.Future>"
