"""One difference says all that makes one contact centre of another."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from actors.configuration.difference import Difference, changed_by, decoded, difference, encoded, parts_of, whole_of
from actors.configuration.environment import Agent, AgentGroup, Dn, Environment, Place, Source, Switch
from actors.vocabulary.objects import DnType

NAMES = st.sampled_from("abcd")
DNS = st.builds(Dn, NAMES, st.just("pbx1"), st.sampled_from([DnType.EXTENSION, DnType.ACD_QUEUE]))
AGENTS = st.builds(Agent, NAMES, skills=st.dictionaries(NAMES, st.integers(0, 9), max_size=2))
GROUPS = st.builds(AgentGroup, NAMES, agents=st.lists(NAMES, unique=True).map(tuple))


def by(key: Any) -> Any:
    return lambda records: {key(record): record for record in records}


ENVIRONMENTS = st.builds(
    Environment,
    dns=st.lists(DNS).map(by(lambda dn: dn.id)),
    agents=st.lists(AGENTS).map(by(lambda agent: (agent.tenant, agent.employee_id))),
    agent_groups=st.lists(GROUPS).map(by(lambda group: (group.tenant, group.name))),
)


@given(old=ENVIRONMENTS, new=ENVIRONMENTS)
def test_the_difference_applied_to_the_old_gives_the_new(old: Environment, new: Environment) -> None:
    assert changed_by(old, difference(old, new)) == new


@given(old=ENVIRONMENTS, new=ENVIRONMENTS)
def test_a_difference_survives_being_written_down(old: Environment, new: Environment) -> None:
    change = difference(old, new)
    assert decoded(encoded(change)) == change


@given(one=ENVIRONMENTS)
def test_nothing_is_other_between_two_that_are_equal(one: Environment) -> None:
    assert difference(one, msgspec.structs.replace(one)).is_empty


@given(one=ENVIRONMENTS)
def test_a_contact_centre_is_the_sum_of_its_parts(one: Environment) -> None:
    assert whole_of(decoded(encoded(part)) for part in parts_of(one)) == one


def test_an_extension_that_becomes_a_queue_is_gone_and_another_is_new() -> None:
    extension, queue = (Dn("1", "pbx1", kind) for kind in (DnType.EXTENSION, DnType.ACD_QUEUE))
    change = difference(Environment(dns={"1@pbx1": extension}), Environment(dns={"1@pbx1": queue}))
    assert (change.dns.gone, change.dns.new, change.dns.changed) == ((extension,), (queue,), ())


def test_an_acd_position_that_becomes_an_extension_is_the_same_object() -> None:
    extension, position = (Dn("1", "pbx1", kind) for kind in (DnType.EXTENSION, DnType.ACD_POSITION))
    change = difference(Environment(dns={"1@pbx1": extension}), Environment(dns={"1@pbx1": position}))
    assert change.dns.changed == ((extension, position),)


def test_a_source_of_another_switch_is_another_source() -> None:
    old, new = (Source("link", "tserver", switch) for switch in ("pbx1", "pbx2"))
    change = difference(Environment(sources={"link": old}), Environment(sources={"link": new}))
    assert (change.sources.gone, change.sources.new) == ((old,), (new,))


def test_a_difference_says_in_words_how_much_is_other() -> None:
    old = Environment(places={("T", "a"): Place("a", "T")}, switches={"s": Switch("s", "T")})
    new = Environment(places={("T", "b"): Place("b", "T")}, switches={"s": Switch("s", "U")})
    assert str(difference(old, new)) == "switches: 1 new, 1 gone; places: 1 new, 1 gone"
    assert str(Difference()) == "nothing is other"
