"""What we rely on of pykka beyond its extension points, pinned at the installed version."""

from __future__ import annotations

import inspect
from importlib.metadata import version

import pykka
from actors_of_tests import diary
from pykka import ActorRegistry
from pykka._envelope import Envelope

from runtime.actor import Actor, ActorRef
from runtime.ref import _Refs


def attributes_set_by(function: object) -> set[str]:
    lines = inspect.getsource(function).splitlines()  # type: ignore[arg-type]
    words = [line.split()[0] for line in lines if line.strip().startswith("self.") and " = " in line]
    return {word.removeprefix("self.").rstrip(":") for word in words}


def test_the_pinned_version_is_installed() -> None:
    assert version("pykka").split(".")[0] == "4"


def test_pykka_makes_of_an_actor_what_we_replace_and_no_more() -> None:
    assert attributes_set_by(pykka.Actor.__init__) == {"actor_urn", "actor_inbox", "actor_stopped", "_actor_ref"}


def test_pykka_keeps_in_a_ref_what_ours_answers_and_no_more() -> None:
    kept = attributes_set_by(pykka.ActorRef.__init__)
    assert kept == {"_actor_weakref", "actor_class", "actor_urn", "actor_inbox", "actor_stopped"}
    assert all(hasattr(diary()[0], name) for name in kept)


def test_a_ref_holds_the_mailbox_only() -> None:
    ref, _ = diary()
    assert isinstance(ref, ActorRef)
    assert isinstance(ref, pykka.ActorRef)
    assert vars(ref) == {}


def test_the_mailbox_is_the_flag_that_pykka_sets_and_reads() -> None:
    ref, _ = diary()
    assert ref.actor_stopped is ref.actor_inbox is ref.at_rest().actor_stopped
    pykka.Actor._stop(ref.at_rest())
    assert not ref.is_alive()


def test_pykka_uses_of_its_registry_only_what_ours_has() -> None:
    source = inspect.getsource(ActorRegistry)
    uses = {line.strip() for line in source.splitlines() if "cls._actor_refs" in line and "_lock" not in line}
    assert uses == {
        "return cls._actor_refs[:]",
        "for ref in cls._actor_refs",
        "refs = [ref for ref in cls._actor_refs if ref.actor_urn == actor_urn]",
        "cls._actor_refs.append(actor_ref)",
        "if actor_ref in cls._actor_refs:",
        "cls._actor_refs.remove(actor_ref)",
    }
    assert isinstance(ActorRegistry._actor_refs, _Refs)


def test_pykkas_loop_is_made_of_the_parts_we_replace() -> None:
    source = inspect.getsource(pykka.Actor._actor_loop)
    parts = [line.strip() for line in source.splitlines() if line.strip().startswith("self.")]
    assert parts == ["self._actor_loop_setup()", "self._actor_loop_running()", "self._actor_loop_teardown()"]


def test_an_envelope_holds_a_message_and_a_future() -> None:
    assert Envelope.__slots__ == ["message", "reply_to"]


def test_pykkas_threads_still_work_beside_our_registry() -> None:
    class Threaded(pykka.ThreadingActor):
        def on_receive(self, message: str) -> str:
            return message.upper()

    ours, _ = diary()
    ref = Threaded.start()
    assert ActorRegistry.get_all() == [ours, ref]
    assert ref.ask("a", timeout=5) == "A"
    assert ref.stop(timeout=5)
    assert ActorRegistry.get_all() == [ours]


def test_every_extension_point_of_pykka_is_filled() -> None:
    assert not inspect.isabstract(Actor)
    assert pykka.Actor.__abstractmethods__ == {"_create_actor_inbox", "_create_future", "_start_actor_loop"}
