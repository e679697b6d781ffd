"""Passes over the levels, and that nobody starves."""

from __future__ import annotations

from random import Random
from typing import Any

import gevent
import pytest
from actors_of_tests import Diary, diary, happens, started
from gevent.server import StreamServer
from gevent.socket import create_connection

from runtime.actor import Actor, ActorRef
from runtime.dispatcher import LEVELS, Dispatcher, current
from runtime.mail import Message, order_of


class Word(Message, frozen=True, gc=False):
    text: str


class Relay(Actor):
    """Writes down who it is, and passes on what it is told."""

    def __init__(self, name: str, book: list[str], *above: ActorRef) -> None:
        super().__init__()
        self.name = name
        self.book = book
        self.above = above

    def on_word(self, word: Word) -> None:
        self.book.append(self.name)
        for ref in self.above:
            ref.tell(word)

    handles = {Word: on_word}


RELAYS = [type(f"Relay{level}", (Relay,), {"level": level}) for level in range(LEVELS)]
WORD = Word(order_of(1), "go")


class Restless(Actor):
    """Tells itself without end, and is busy for a while each time."""

    def on_receive(self, message: float) -> None:
        gevent.get_hub().loop.update_now()
        end = gevent.get_hub().loop.now() + message
        while gevent.get_hub().loop.now() < end:
            gevent.get_hub().loop.update_now()
        self.actor_ref.tell(message)


@pytest.fixture
def restless() -> Any:
    ref = Restless.start()
    ref.tell(0.002)
    yield ref
    ref.stop()


def test_a_pass_goes_from_the_lowest_level_to_the_highest() -> None:
    dispatcher, book = Dispatcher(), []
    refs = [started(dispatcher, RELAYS[level], str(level), book) for level in reversed(range(LEVELS))]
    for ref in refs:
        ref.tell(WORD)
    dispatcher.run_pass()
    assert book == list("01234567")


def test_what_goes_up_is_handled_in_the_same_pass() -> None:
    dispatcher, book = Dispatcher(), []
    ref = started(dispatcher, RELAYS[7], "7", book)
    for level in reversed(range(LEVELS - 1)):
        ref = started(dispatcher, RELAYS[level], str(level), book, ref)
    ref.tell(WORD)
    dispatcher.run_pass()
    assert book == list("01234567")
    assert not dispatcher.has_mail


@pytest.mark.parametrize("level", [3, 2])
def test_what_does_not_go_up_waits_for_the_next_pass(level: int) -> None:
    dispatcher, book = Dispatcher(), []
    other = started(dispatcher, RELAYS[level], "other", book)
    ref = started(dispatcher, RELAYS[3], "first", book, other)
    ref.tell(WORD)
    dispatcher.run_pass()
    assert book == ["first"]
    dispatcher.run_pass()
    assert book == ["first", "other"]


def test_what_comes_from_below_is_all_there_when_an_actor_runs() -> None:
    class Sorted(Relay):
        level = 2

        def on_word(self, word: Word) -> None:
            self.book.append(word.text)

        handles = {Word: on_word}

    dispatcher, book = Dispatcher(), []
    top = started(dispatcher, Sorted, "top", book)
    one, other = (started(dispatcher, RELAYS[1], name, [], top) for name in ("one", "other"))
    for number in range(6):
        (one if number < 3 else other).tell(Word(order_of(number % 3 * 2 + number // 3), str(number)))
    dispatcher.run_until_quiet()
    assert book == ["0", "3", "1", "4", "2", "5"]


def test_running_until_quiet_leaves_no_mail() -> None:
    class Countdown(Actor):
        def on_receive(self, left: int) -> None:
            if left:
                self.actor_ref.tell(left - 1)

    dispatcher = Dispatcher()
    started(dispatcher, Countdown).tell(20)
    dispatcher.run_until_quiet()
    assert not dispatcher.has_mail


def test_a_shuffle_draws_the_order_within_a_level_only_and_from_its_seed() -> None:
    def run(seed: int) -> list[str]:
        dispatcher, book = Dispatcher(shuffle=Random(seed)), []
        for level in (1, 0):
            for name in "abcdef":
                started(dispatcher, RELAYS[level], f"{level}{name}", book)
        for ref in [inbox.actor.actor_ref for ready in dispatcher._ready for inbox in ready]:
            ref.tell(WORD)
        dispatcher.run_until_quiet()
        return book

    assert run(1) == run(1)
    assert run(1) != run(2)
    assert [entry[0] for entry in run(1)] == ["0"] * 6 + ["1"] * 6


def test_nobody_handles_outside_a_pass() -> None:
    seen = []
    ref, _ = diary()
    assert not Dispatcher.is_handling()
    ref.ask(lambda _: seen.append(Dispatcher.is_handling()))
    assert seen == [True]
    assert not Dispatcher.is_handling()


def test_a_handler_that_raises_leaves_nobody_handling() -> None:
    dispatcher = Dispatcher()
    started(dispatcher, Diary).tell(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        dispatcher.run_pass()
    assert not Dispatcher.is_handling()


def test_actors_start_in_the_dispatcher_named_and_else_in_one_that_serves() -> None:
    dispatcher = Dispatcher()
    assert started(dispatcher, Diary).actor_inbox.dispatcher is dispatcher
    assert diary()[0].actor_inbox.dispatcher is current() is not dispatcher


def test_an_actor_that_tells_itself_without_end_starves_no_other(restless: ActorRef) -> None:
    other, _ = diary()
    assert other.ask("a", timeout=1) == "got a"


def test_an_actor_that_tells_itself_without_end_starves_no_timer(restless: ActorRef) -> None:
    timely = gevent.event.Event()
    timer = gevent.spawn_later(0.01, timely.set)
    with gevent.Timeout(0.1):
        timely.wait()
    timer.join()


def test_an_actor_that_tells_itself_without_end_starves_no_socket(restless: ActorRef) -> None:
    server = StreamServer(("127.0.0.1", 0), lambda connection, _: connection.sendall(connection.recv(1).upper()))
    server.start()
    with gevent.Timeout(1), create_connection(("127.0.0.1", server.server_port)) as connection:
        connection.sendall(b"a")
        assert connection.recv(1) == b"A"
    server.stop()


def test_an_idle_dispatcher_is_woken_by_mail_and_by_whoever_wakes_it() -> None:
    dispatcher, woken = Dispatcher(), []
    ref = started(dispatcher, Diary)
    dispatcher.run_until_quiet()

    def wait() -> None:
        dispatcher.wait()
        woken.append(dispatcher.has_mail)

    for wake in (dispatcher.wake, lambda: ref.tell("a")):
        waiting = gevent.spawn(wait)
        gevent.idle()
        assert not waiting.ready()
        wake()
        waiting.join(1)
    assert woken == [False, True]


def test_an_idle_dispatcher_waits_no_longer_than_asked() -> None:
    dispatcher = Dispatcher()
    with gevent.Timeout(1):
        dispatcher.wait(0.001)
    assert not dispatcher.has_mail


def test_a_dispatcher_with_mail_does_not_wait() -> None:
    dispatcher = Dispatcher()
    started(dispatcher, Diary)
    with gevent.Timeout(1):
        dispatcher.wait()


def test_serving_takes_a_step_before_each_pass() -> None:
    dispatcher, steps = Dispatcher(), []
    ref = started(dispatcher, Diary)

    def step() -> bool:
        steps.append(len(steps))
        if len(steps) < 3:
            ref.tell(len(steps))
        return len(steps) < 3

    serving = gevent.spawn(dispatcher.serve, step)
    assert happens(lambda: steps == [0, 1, 2])
    serving.kill()
    assert ref.at_rest().lines == ["start", 1, 2]
