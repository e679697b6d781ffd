"""pykka's promises of proxies, kept by our actors."""

from __future__ import annotations

from typing import Any

import pykka
import pytest
from actors_of_tests import Diary, diary, happens

from runtime.actor import Actor, BlockingInHandlerError


class Player:
    def __init__(self) -> None:
        self.volume = 3

    def play(self, tune: str) -> str:
        return f"la {tune}"


class Radio(Actor):
    player = pykka.traversable(Player())
    closed = Player()

    def __init__(self) -> None:
        super().__init__()
        self.station = "news"
        self._secret = "x"

    @property
    def frequency(self) -> int:
        return 98

    def tune(self, station: str) -> None:
        self.station = station

    def later(self, name: str) -> None:
        self.added = name


@pytest.fixture
def radio() -> Any:
    return Radio.start().proxy()


def test_an_attribute_is_read_as_a_future(radio: Any) -> None:
    assert isinstance(radio.station, pykka.Future)
    assert radio.station.get() == "news"


def test_a_property_is_read_as_a_future(radio: Any) -> None:
    assert radio.frequency.get() == 98


def test_an_attribute_is_set_when_the_assignment_returns(radio: Any) -> None:
    radio.station = "jazz"
    assert radio.actor_ref.at_rest().station == "jazz"


def test_an_attribute_that_cannot_be_set_raises_at_once(radio: Any) -> None:
    with pytest.raises(AttributeError):
        radio.frequency = 100


def test_setting_an_attribute_in_a_handler_is_refused(radio: Any) -> None:
    ref, _ = diary()
    with pytest.raises(BlockingInHandlerError):
        ref.ask(lambda _: setattr(radio, "station", "jazz"))


def test_a_method_is_called_with_its_arguments() -> None:
    assert diary()[0].proxy().repeat("la", times=3).get() == "lalala"


def test_a_method_is_called_even_if_nobody_reads_the_future(radio: Any) -> None:
    radio.tune("jazz")
    assert radio.station.get() == "jazz"


def test_an_attribute_added_later_is_found(radio: Any) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'added'"):
        _ = radio.added
    radio.later("aerial").get()
    assert radio.added.get() == "aerial"


def test_an_unknown_attribute_raises_at_once(radio: Any) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'colour'"):
        _ = radio.colour


def test_a_private_attribute_is_not_there(radio: Any) -> None:
    with pytest.raises(AttributeError):
        _ = radio._secret


def test_the_error_of_a_method_is_raised_by_get_and_the_actor_lives() -> None:
    proxy: Any = diary()[0].proxy()
    future = proxy.fail()
    with pytest.raises(LookupError, match="as asked"):
        future.get()
    assert proxy.repeat("a").get() == "a"


def test_a_deferred_call_has_no_answer() -> None:
    ref, lines = diary()
    assert ref.proxy().on_receive.defer("a") is None
    assert happens(lambda: lines == ["start", "a"])


def test_a_deferred_call_that_fails_stops_the_actor() -> None:
    ref, lines = diary()
    ref.proxy().fail.defer()
    assert happens(lambda: not ref.is_alive())
    assert lines[1] == "failure"


def test_a_method_that_is_not_called_is_a_callable_proxy() -> None:
    assert isinstance(diary()[0].proxy().repeat, pykka.CallableProxy)


def test_a_traversable_attribute_is_a_proxy_of_its_own(radio: Any) -> None:
    assert isinstance(radio.player, pykka.ActorProxy)
    assert radio.player.play("la").get() == "la la"
    assert radio.player.volume.get() == 3


def test_an_attribute_of_a_traversable_is_set(radio: Any) -> None:
    radio.player.volume = 9
    assert radio.player.volume.get() == 9
    radio.player.volume = 3


def test_an_attribute_that_is_not_traversable_is_a_future(radio: Any) -> None:
    assert isinstance(radio.closed.get(), Player)


def test_there_is_no_proxy_of_a_dead_actor() -> None:
    ref, _ = diary()
    ref.stop()
    with pytest.raises(pykka.ActorDeadError, match="not found"):
        ref.proxy()
    with pytest.raises(pykka.ActorDeadError, match="not found"):
        pykka.ActorProxy(actor_ref=ref)


def test_a_call_through_the_proxy_of_one_that_died_raises_at_get() -> None:
    ref, _ = diary()
    proxy: Any = ref.proxy()
    ref.stop()
    with pytest.raises(pykka.ActorDeadError):
        proxy.repeat("a").get()
    with pytest.raises(pykka.ActorDeadError):
        proxy.repeat.defer("a")


def test_proxies_of_one_actor_are_equal() -> None:
    ref, _ = diary()
    assert ref.proxy() == ref.proxy()
    assert len({ref.proxy(), ref.proxy()}) == 1
    assert ref.proxy() != diary()[0].proxy()


def test_a_proxy_shows_what_it_stands_for() -> None:
    ref, _ = diary()
    assert repr(ref.proxy()) == f"<ActorProxy for {ref}, attr_path=()>"
    assert {"repeat", "colour", "actor_ref"} <= set(dir(ref.proxy()))


def test_a_proxy_to_oneself_schedules_work_behind_what_waits() -> None:
    class Worker(Diary):
        def __init__(self) -> None:
            super().__init__()
            self._in_future = self.actor_ref.proxy()

        def work(self, left: int) -> None:
            self.lines.append(left)
            if left:
                self._in_future.work(left - 1)

    ref = Worker.start()
    ref.proxy().work(2)
    ref.tell("between")
    lines = ref.at_rest().lines
    assert happens(lambda: len(lines) == 5)
    assert lines == ["start", 2, "between", 1, 0]


def test_pykkas_own_messages_may_be_sent() -> None:
    ref, _ = diary()
    assert ref.ask(pykka.messages.ProxyCall(attr_path=("repeat",), args=("a",), kwargs={"times": 2})) == "aa"
    assert ref.ask(pykka.messages.ProxyGetAttr(attr_path=("colour",))) == "blue"
    ref.tell(pykka.messages.ProxySetAttr(attr_path=("colour",), value="red"))
    assert ref.proxy().colour.get() == "red"
