"""Mailboxes: in order, whoever comes to have them."""

from __future__ import annotations

from typing import Any

import pykka
import pytest
from actors_of_tests import Failing, Reader, Replacing, SettlingReader, Step, started

from runtime.actor import ActorRef
from runtime.dispatcher import Dispatcher
from runtime.mail import LAST, SETTLED, Mailbox, number_of, order_of, settled_order


def reader(kind: type[Reader], supervision: Any = None) -> tuple[Dispatcher, ActorRef, list[Any]]:
    dispatcher, read = Dispatcher(), []
    ref = started(dispatcher, kind, read, supervision=supervision)
    dispatcher.run_until_quiet()
    return dispatcher, ref, read


def told(ref: ActorRef, *messages: Any) -> None:
    for message in messages:
        ref.tell(Step(order_of(message)) if isinstance(message, int) else message)


def test_an_order_keeps_its_number() -> None:
    assert number_of(order_of(7, 3)) == number_of(settled_order(order_of(7, 3), 2)) == 7


def test_orders_rise_with_number_then_index_then_rank_and_settling_comes_last() -> None:
    orders = [order_of(1), order_of(1) | 1, order_of(1, 1), settled_order(order_of(1, 1), 0), order_of(2)]
    assert orders == sorted(orders)
    assert order_of(1, 60_000) < settled_order(order_of(1), 0) == order_of(1) | SETTLED < order_of(2) < LAST


def test_what_settles_is_in_the_order_of_indices_then_of_ranks_however_often_it_is_passed_on() -> None:
    first, second = settled_order(order_of(1, 1), 2), settled_order(order_of(1, 2), 1)
    orders = [first, settled_order(first, 3), second, settled_order(second, 3), order_of(2)]
    assert orders == sorted(orders)
    assert len(set(orders)) == len(orders)


def test_a_mailbox_equals_itself_only() -> None:
    one, other = Mailbox(), Mailbox()
    assert one == one
    assert one != other
    assert len({one, other}) == 2


def test_mail_is_read_in_the_order_of_its_inputs() -> None:
    dispatcher, ref, read = reader(Reader)
    told(ref, 3, 1, 2)
    dispatcher.run_pass()
    assert read == [1, 2, 3]


def test_mail_of_equal_order_is_read_as_it_came() -> None:
    dispatcher, ref, read = reader(Reader)
    told(ref, *(Step(order_of(1), word) for word in "badc"))
    dispatcher.run_pass()
    assert read == ["b", "a", "d", "c"]


@pytest.mark.parametrize("kind", [Reader, SettlingReader])
def test_mail_without_an_order_is_read_after_all_else(kind: type[Reader]) -> None:
    dispatcher, ref, read = reader(kind)
    told(ref, "x", 2, "y", 1)
    dispatcher.run_pass()
    assert [entry for entry in read if entry != "|"] == [1, 2, "x", "y"]


def test_each_input_is_settled_when_all_of_it_is_handled() -> None:
    dispatcher, ref, read = reader(SettlingReader)
    told(ref, 2, 1, 1, 2, 3)
    dispatcher.run_pass()
    assert read == [1, 1, "|", 2, 2, "|", 3, "|"]


@pytest.mark.parametrize("message", ["x", {"a": "dict"}])
def test_what_is_of_no_input_settles_nothing(message: Any) -> None:
    dispatcher, ref, read = reader(SettlingReader)
    told(ref, message)
    future = ref.ask(Step(order_of(1), "asked"), block=False)
    dispatcher.run_until_quiet()
    assert read == [message, "asked"]
    assert future.get() == "asked"


@pytest.mark.parametrize("kind", [Reader, SettlingReader])
def test_a_stopped_actor_reads_no_more_and_answers_who_asked(kind: type[Reader]) -> None:
    dispatcher, ref, read = reader(kind)
    stopping = ref.stop(block=False)
    late = ref.ask("late", block=False)
    dispatcher.run_until_quiet()
    assert stopping.get() is True
    with pytest.raises(pykka.ActorDeadError):
        late.get()
    assert read == []


@pytest.mark.parametrize("kind", [Reader, SettlingReader])
def test_an_actor_that_stops_itself_reads_what_is_of_an_input_first(kind: type[Reader]) -> None:
    dispatcher, ref, read = reader(kind)
    ref.at_rest().stop()
    told(ref, 1)
    dispatcher.run_until_quiet()
    assert read[0] == 1
    assert not ref.is_alive()


def test_who_takes_over_reads_the_rest_in_order_and_in_the_same_pass() -> None:
    supervision = Replacing()
    dispatcher, ref, read = reader(Reader, supervision)
    told(ref, 4, 1, Failing(order_of(2), "bad"), 3)
    dispatcher.run_pass()
    assert read == [1, "told meanwhile", 3, 4]
    assert supervision.failures == [(Failing(order_of(2), "bad"), "bad")]


def test_every_failure_of_a_turn_is_heard_of() -> None:
    supervision = Replacing()
    dispatcher, ref, read = reader(Reader, supervision)
    told(ref, *(Failing(order_of(number), str(number)) for number in range(50)), 50)
    dispatcher.run_pass()
    assert [error for _, error in supervision.failures] == [str(number) for number in range(50)]
    assert read[-1] == 50


def test_the_supervision_finds_what_waits_in_the_mailbox() -> None:
    class Looking(Replacing):
        def failed(self, actor: Any, message: Any, error: BaseException) -> bool:
            waiting.extend(entry.word or number_of(entry.order) for entry in actor.actor_inbox)
            return super().failed(actor, message, error)

    waiting: list[Any] = []
    dispatcher, ref, _ = reader(Reader, Looking())
    told(ref, Failing(order_of(1)), 2, 3)
    dispatcher.run_pass()
    assert waiting == [2, 3, "told meanwhile"]


def test_what_came_before_a_failure_in_the_same_input_is_still_settled() -> None:
    dispatcher, ref, read = reader(SettlingReader, Replacing())
    told(ref, 1, Failing(order_of(1)))
    dispatcher.run_pass()
    assert read == [1, "told meanwhile", "|"]


def test_settling_that_fails_is_the_failure_of_the_message_before_it_and_loses_none_behind() -> None:
    class Unsettling(SettlingReader):
        unsettling = frozenset({1})

    supervision = Replacing()
    dispatcher, ref, read = reader(Unsettling, supervision)
    told(ref, 1, 2, 3)
    dispatcher.run_pass()
    assert supervision.failures == [(Step(order_of(1)), "1")]
    assert read == [1, "|", 2, "|", 3, "|"]


def test_settling_that_fails_at_the_end_of_the_mail_is_a_failure_like_any_other() -> None:
    class UnsettlingAtLast(SettlingReader):
        unsettling = frozenset({2})

    supervision = Replacing()
    dispatcher, ref, read = reader(UnsettlingAtLast, supervision)
    told(ref, 1, 2)
    dispatcher.run_pass()
    assert supervision.failures == [(Step(order_of(2)), "2")]
    assert read == [1, "|", 2, "|"]


def test_a_supervised_actor_that_fails_an_ask_answers_the_error_and_is_replaced() -> None:
    supervision = Replacing()
    dispatcher, ref, _ = reader(Reader, supervision)
    before = ref.at_rest()
    future = ref.ask(Failing(order_of(1), "bad"), block=False)
    dispatcher.run_until_quiet()
    with pytest.raises(ValueError, match="bad"):
        future.get()
    assert len(supervision.failures) == 1
    assert supervision.failures[0][0].reply_to is future
    assert ref.at_rest() is not before


def test_the_ref_its_name_and_the_registry_outlive_a_restart() -> None:
    dispatcher, ref, _ = reader(Reader, Replacing())
    urn, before = ref.actor_urn, ref.at_rest()
    told(ref, Failing(order_of(1)))
    dispatcher.run_pass()
    assert ref.at_rest() is not before
    assert (ref.actor_urn, ref.at_rest().actor_ref) == (urn, ref)
    assert pykka.ActorRegistry.get_all() == [ref]
    ref.stop(block=False)
    dispatcher.run_until_quiet()
    assert pykka.ActorRegistry.get_all() == []


def test_who_takes_over_begins_with_on_start_though_no_mail_waits() -> None:
    class Starting(Reader):
        def on_start(self) -> None:
            self.read.append("start")

    dispatcher, ref, read = reader(Starting, Replacing())
    told(ref, Failing(order_of(1)))
    dispatcher.run_pass()
    assert read == ["start", "start", "told meanwhile"]


def test_a_ref_handed_out_by_who_takes_over_leads_to_the_mailbox() -> None:
    class Handing(Reader):
        def __init__(self, read: list[Any]) -> None:
            super().__init__(read)
            self.actor_ref.tell(Step(order_of(9), "to myself"))
            handed.append(self.actor_ref)

    handed: list[ActorRef] = []
    dispatcher, ref, read = reader(Handing, Replacing())
    told(ref, Failing(order_of(1)))
    dispatcher.run_pass()
    handed[-1].tell(Step(order_of(10)))
    dispatcher.run_pass()
    assert read[-2:] == ["to myself", 10]


def test_an_actor_that_is_not_replaced_is_stopped_and_its_mail_counted() -> None:
    supervision = Replacing(is_final=True)
    dispatcher, ref, read = reader(Reader, supervision)
    told(ref, Failing(order_of(1)), 2, 3)
    late = ref.ask("late", block=False)
    dispatcher.run_until_quiet()
    assert not ref.is_alive()
    assert read == []
    assert dispatcher.undelivered == 3
    with pytest.raises(pykka.ActorDeadError):
        late.get()


def test_a_start_that_fails_is_heard_of_and_the_mail_waits_for_who_takes_over() -> None:
    class Stumbling(Reader):
        def on_start(self) -> None:
            if not self.read:
                self.read.append("stumbled")
                raise ValueError("stumbled")

    supervision, dispatcher, read = Replacing(), Dispatcher(), []
    ref = started(dispatcher, Stumbling, read, supervision=supervision)
    told(ref, 2, 1)
    dispatcher.run_pass()
    assert supervision.failures == [(None, "stumbled")]
    assert read == ["stumbled", 1, 2]


def test_who_is_supervised_and_interrupted_by_a_timeout_is_replaced_like_any_other() -> None:
    import gevent

    class Slow(Reader):
        def on_receive(self, message: Any) -> Any:
            raise gevent.Timeout(1)

    supervision = Replacing()
    dispatcher, ref, read = reader(Slow, supervision)
    told(ref, "slow", 1)
    dispatcher.run_until_quiet()
    assert len(supervision.failures) == 1
    assert read == [1]
    assert ref.is_alive()
