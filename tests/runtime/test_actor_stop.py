"""pykka's promises of starting, stopping and failing, kept by our actors under no supervisor."""

from __future__ import annotations

import gc
import weakref

import gevent
import pykka
import pytest
from actors_of_tests import diary, happens

from runtime.actor import Actor


def test_an_actor_is_alive_from_its_start_to_its_stop() -> None:
    ref, _ = diary()
    assert ref.is_alive()
    assert ref.stop() is True
    assert not ref.is_alive()


def test_what_came_before_the_stop_is_handled() -> None:
    ref, lines = diary()
    ref.tell("a")
    ref.stop()
    assert lines == ["start", "a", "stop"]


def test_what_is_asked_behind_the_stop_is_answered_that_the_actor_is_dead() -> None:
    ref, lines = diary()
    ref.stop(block=False)
    future = ref.ask("late", block=False)
    with pytest.raises(pykka.ActorDeadError, match="stopped before handling the message"):
        future.get(timeout=2)
    assert lines == ["start", "stop"]


def test_what_is_told_behind_the_stop_is_dropped_and_counted() -> None:
    ref, lines = diary()
    dispatcher = ref.actor_inbox.dispatcher
    before = dispatcher.undelivered
    ref.stop(block=False)
    ref.tell("late")
    assert happens(lambda: not ref.is_alive())
    assert lines == ["start", "stop"]
    assert dispatcher.undelivered == before + 1


def test_telling_a_dead_actor_raises_and_is_counted() -> None:
    ref, _ = diary()
    ref.stop()
    before = ref.actor_inbox.dispatcher.undelivered
    with pytest.raises(pykka.ActorDeadError, match=r"^Diary \(urn:uuid:.*\) not found$"):
        ref.tell("a")
    assert ref.actor_inbox.dispatcher.undelivered == before + 1


def test_asking_a_dead_actor_raises() -> None:
    ref, _ = diary()
    ref.stop()
    with pytest.raises(pykka.ActorDeadError, match="not found"):
        ref.ask("a")


def test_asking_a_dead_actor_without_blocking_raises_at_get_only() -> None:
    ref, _ = diary()
    ref.stop()
    future = ref.ask("a", block=False)
    with pytest.raises(pykka.ActorDeadError, match="not found"):
        future.get()


def test_stopping_a_dead_actor_says_it_was_dead() -> None:
    ref, _ = diary()
    ref.stop()
    assert ref.stop() is False
    assert ref.stop(block=False).get() is False


def test_stopping_without_blocking_gives_a_future() -> None:
    ref, _ = diary()
    future = ref.stop(block=False)
    assert ref.is_alive()
    assert future.get(timeout=2) is True
    assert not ref.is_alive()


def test_a_second_stop_of_one_being_stopped_says_that_it_stops() -> None:
    ref, lines = diary()
    futures = [ref.stop(block=False), ref.stop(block=False)]
    assert [future.get(timeout=2) for future in futures] == [True, True]
    assert lines.count("stop") == 1


def test_stopping_gives_up_after_the_timeout() -> None:
    ref, _ = diary()
    gone = gevent.event.Event()
    ref.tell(lambda _: gone.wait())
    with pytest.raises(pykka.Timeout):
        ref.stop(timeout=0.01)
    gone.set()
    assert happens(lambda: not ref.is_alive())


def test_an_actor_may_stop_itself_after_what_waits() -> None:
    ref, lines = diary()
    ref.tell(lambda actor: actor.stop())
    ref.tell("a")
    assert happens(lambda: not ref.is_alive())
    assert lines == ["start", "a", "stop"]


def test_an_actor_that_has_stopped_cannot_stop_itself() -> None:
    ref, _ = diary()
    actor = ref.at_rest()
    ref.stop()
    with pytest.raises(pykka.ActorDeadError):
        actor.stop()


def test_a_handler_that_stops_another_and_waits_is_refused() -> None:
    ref, _ = diary()
    other, _ = diary()
    with pytest.raises(RuntimeError, match="may not wait"):
        ref.ask(lambda _: other.stop())


def test_on_start_comes_before_the_first_message_and_on_stop_after_the_last() -> None:
    ref, lines = diary()
    ref.tell("a")
    ref.stop()
    assert (lines[0], lines[-1]) == ("start", "stop")


def test_on_failure_comes_instead_of_on_stop() -> None:
    ref, lines = diary()
    ref.tell(LookupError("no"))
    assert happens(lambda: not ref.is_alive())
    assert "stop" not in lines


@pytest.mark.parametrize("error", [LookupError("hook"), gevent.Timeout(1), BaseException("hook")])
def test_an_actor_whose_start_fails_is_dead_and_answers_so(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    ref, lines = diary(start=error)
    future = ref.ask("a", block=False)
    with pytest.raises(pykka.ActorDeadError):
        future.get(timeout=2)
    assert lines == ["start"]
    assert not ref.is_alive()
    assert pykka.ActorRegistry.get_by_urn(ref.actor_urn) is None
    assert f"Unhandled exception in {ref}:" in caplog.text


@pytest.mark.parametrize("error", [LookupError("hook"), gevent.Timeout(1), BaseException("hook")])
def test_an_actor_whose_stop_fails_is_stopped_all_the_same(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    ref, _ = diary(stop=error)
    other, _ = diary()
    assert ref.stop(timeout=2) is True
    assert not ref.is_alive()
    assert f"Unhandled exception in {ref}:" in caplog.text
    assert other.ask("a", timeout=2) == "got a"


@pytest.mark.parametrize("error", [LookupError("hook"), gevent.Timeout(1), BaseException("hook")])
def test_an_actor_whose_failure_hook_fails_is_stopped_all_the_same(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    ref, _ = diary(failure=error)
    other, _ = diary()
    ref.tell(LookupError("first"))
    assert happens(lambda: not ref.is_alive())
    assert caplog.text.count(f"Unhandled exception in {ref}:") == 2
    assert other.ask("a", timeout=2) == "got a"


def test_a_failure_is_logged_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    ref, _ = diary()
    ref.tell(LookupError("look here"))
    assert happens(lambda: not ref.is_alive())
    assert f"Unhandled exception in {ref}:" in caplog.text
    assert "LookupError: look here" in caplog.text


def test_an_operators_interrupt_reaches_who_runs_the_actors_and_loses_no_mail() -> None:
    from actors_of_tests import Diary, started

    from runtime.dispatcher import Dispatcher

    dispatcher = Dispatcher()
    one, other = started(dispatcher, Diary), started(dispatcher, Diary)
    for message in (KeyboardInterrupt(), "a"):
        one.tell(message)
    other.tell("b")
    with pytest.raises(KeyboardInterrupt):
        dispatcher.run_pass()
    dispatcher.run_until_quiet()
    assert [ref.at_rest().lines for ref in (one, other)] == [["start", "a"], ["start", "b"]]


def test_start_needs_the_base_class_to_have_been_made() -> None:
    class Careless(Actor):
        def __init__(self) -> None:
            pass

    with pytest.raises(AttributeError):
        Careless.start()


def test_arguments_of_start_reach_the_constructor() -> None:
    class Armed(Actor):
        def __init__(self, *args: int, **kwargs: int) -> None:
            super().__init__(*args, **kwargs)
            self.given = (args, kwargs)

    assert Armed.start(1, two=2).proxy().given.get() == ((1,), {"two": 2})


def test_a_ref_knows_class_urn_and_inbox() -> None:
    ref, _ = diary()
    actor = ref.at_rest()
    assert (ref.actor_class, ref.actor_urn, ref.actor_inbox) == (type(actor), actor.actor_urn, actor.actor_inbox)
    assert str(ref) == str(actor) == f"Diary ({actor.actor_urn})"
    assert repr(ref) == f"<ActorRef for {ref}>"
    assert actor.actor_ref is ref


def test_the_flag_says_whether_the_actor_has_stopped() -> None:
    ref, _ = diary()
    flag = ref.at_rest().actor_stopped
    assert not flag.is_set()
    ref.stop()
    assert flag.is_set()
    assert ref.actor_stopped.is_set()


def test_an_actor_that_has_stopped_goes_without_the_collector() -> None:
    ref, _ = diary()
    actor = weakref.ref(ref.at_rest())
    gc.disable()
    try:
        ref.stop()
        assert actor() is None
    finally:
        gc.enable()
    assert "Diary" in str(ref)
