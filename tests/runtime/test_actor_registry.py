"""pykka's promises of its registry, kept for our actors."""

from __future__ import annotations

import pykka
from actors_of_tests import Diary, diary, happens
from pykka import ActorRegistry

from runtime.actor import Actor


class Loud(Diary):
    pass


def test_an_actor_is_registered_from_its_start_to_its_stop() -> None:
    ref, _ = diary()
    assert ref in ActorRegistry.get_all()
    ref.stop()
    assert ref not in ActorRegistry.get_all()


def test_an_actor_that_failed_is_no_longer_registered() -> None:
    ref, _ = diary()
    ref.tell(LookupError())
    assert happens(lambda: not ref.is_alive())
    assert ActorRegistry.get_all() == []


def test_all_are_listed_in_the_order_they_were_started() -> None:
    refs = [diary()[0] for _ in range(5)]
    assert ActorRegistry.get_all() == refs


def test_the_list_is_a_copy() -> None:
    ref, _ = diary()
    ActorRegistry.get_all().clear()
    assert ActorRegistry.get_all() == [ref]


def test_actors_are_found_by_class_and_by_superclass() -> None:
    quiet, loud = Diary.start(), Loud.start()
    assert ActorRegistry.get_by_class(Loud) == [loud]
    assert ActorRegistry.get_by_class(Diary) == [quiet, loud]
    assert ActorRegistry.get_by_class(pykka.Actor) == [quiet, loud]


def test_actors_are_found_by_the_name_of_their_very_class() -> None:
    quiet, loud = Diary.start(), Loud.start()
    assert ActorRegistry.get_by_class_name("Loud") == [loud]
    assert ActorRegistry.get_by_class_name("Diary") == [quiet]


def test_an_actor_is_found_by_its_urn() -> None:
    refs = [diary()[0] for _ in range(3)]
    assert ActorRegistry.get_by_urn(refs[1].actor_urn) is refs[1]
    assert ActorRegistry.get_by_urn("urn:uuid:nobody") is None


def test_a_broadcast_reaches_everybody_of_a_class_or_all() -> None:
    quiet, loud = Diary.start(), Loud.start()
    ActorRegistry.broadcast("all")
    ActorRegistry.broadcast("class", target_class=Loud)
    ActorRegistry.broadcast("name", target_class="Diary")
    assert quiet.ask(lambda actor: actor.lines) == ["start", "all", "name"]
    assert loud.ask(lambda actor: actor.lines) == ["start", "all", "class"]


def test_all_are_stopped_in_the_reverse_of_the_order_they_were_started() -> None:
    stopped: list[int] = []

    class Numbered(Actor):
        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

        def on_stop(self) -> None:
            stopped.append(self.number)

    for number in range(5):
        Numbered.start(number)
    assert ActorRegistry.stop_all() == [True] * 5
    assert stopped == [4, 3, 2, 1, 0]
    assert ActorRegistry.get_all() == []


def test_all_are_stopped_without_waiting() -> None:
    refs = [diary()[0] for _ in range(3)]
    futures = ActorRegistry.stop_all(block=False)
    assert [ref.is_alive() for ref in refs] == [True] * 3
    assert pykka.get_all(futures, timeout=2) == [True] * 3
    assert not any(ref.is_alive() for ref in refs)


def test_unregistering_one_that_is_not_there_does_nothing() -> None:
    ref, _ = diary()
    ref.stop()
    ActorRegistry.unregister(ref)
    assert ActorRegistry.get_all() == []
