import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.configuration.masks import of_calls, of_kinds, parse_mask, without_pseudo_actions
from actors.vocabulary.actions import MEDIATION_ACTIONS, REGULAR_ACTIONS, WAITS, ActionKind
from actors.vocabulary.categories import Subject
from actors.vocabulary.errors import RequestError
from actors.vocabulary.kinds import ACTIONS, ObjectKind
from actors.vocabulary.statuses import AGENT_STATUSES, GROUP_STATUSES


def actions(text: str) -> frozenset[str]:
    return parse_mask(text, Subject.DN_ACTION, ObjectKind.REGULAR)


def waits(text: str) -> frozenset[str]:
    return parse_mask(text, Subject.DN_ACTION, ObjectKind.MEDIATION)


def test_letter_case_and_blanks_play_no_part() -> None:
    assert actions(" callinbound ,Call Outbound,") == {"CallInbound", "CallOutbound"}


def test_a_star_is_every_action_of_the_kind_of_object() -> None:
    assert actions("*") == set(ACTIONS[ObjectKind.REGULAR])
    assert waits("*") == set(MEDIATION_ACTIONS)


def test_a_tilde_takes_out_wherever_it_stands() -> None:
    assert actions("~CallInbound, CallInbound, CallOutbound") == {"CallOutbound"}


def test_a_mask_of_tildes_only_is_everything_else() -> None:
    assert actions("~CallInbound, ~CallOutbound") == set(ACTIONS[ObjectKind.REGULAR]) - {"CallInbound", "CallOutbound"}


def test_a_star_less_a_star_is_nothing() -> None:
    assert actions("*, ~*") == frozenset()


def test_an_empty_mask_lets_nothing_through() -> None:
    assert actions("  ") == frozenset()


def test_call_wait_stands_for_its_five() -> None:
    assert waits("CallWait") == set(WAITS)
    assert waits("CallWait, ~CallWaitInbound") == set(WAITS) - {"CallWaitInbound"}
    assert not waits("~CallWait") & set(WAITS)


@pytest.mark.parametrize("name", ["Handling", "InteractionHandling"])
def test_handling_stands_for_all_types_and_for_none(name: str) -> None:
    every = {"Handling", "HandlingInbound", "HandlingOutbound", "HandlingInternal"}
    assert actions(name) == every
    assert actions(f"{name}, ~HandlingInbound") == every - {"HandlingInbound"}
    assert not actions(f"~{name}") & every


def test_a_star_of_a_status_mask_is_every_status() -> None:
    assert parse_mask("*", Subject.AGENT_STATUS, ObjectKind.REGULAR) == AGENT_STATUSES
    assert parse_mask("*", Subject.GROUP_STATUS, ObjectKind.REGULAR) == GROUP_STATUSES


def test_an_action_that_is_no_status_is_left_out_of_a_status_mask_silently() -> None:
    assert parse_mask("CallInbound, CallAnswered", Subject.AGENT_STATUS, ObjectKind.REGULAR) == {"CallInbound"}
    assert parse_mask("CallInbound", Subject.GROUP_STATUS, ObjectKind.REGULAR) == frozenset()


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        (
            "CallInbond",
            ObjectKind.REGULAR,
            "'CallInbond' is no action of a DN, agent or place; did you mean 'CallInbound'?",
        ),
        (
            "CallReleased",
            ObjectKind.REGULAR,
            "'CallReleased' is no action of a DN, agent or place: it is one of a queue",
        ),
        ("*, ~CalWait", ObjectKind.MEDIATION, "'CalWait' is no action of a queue; did you mean 'CallWait'?"),
        (
            "Callinbound",
            ObjectKind.MEDIATION,
            "'Callinbound' is no action of a queue: it is one of a DN, agent or place",
        ),
        ("Entered", ObjectKind.STAGING, "'Entered' is no action of an interaction queue"),
    ],
)
def test_an_unknown_name_is_refused_with_what_is_near(text: str, kind: ObjectKind, message: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse_mask(text, Subject.DN_ACTION, kind)
    assert caught.value.code == "BadDefinition"
    assert caught.value.message.startswith(message)


def test_kinds_that_cannot_be_used_are_left_out() -> None:
    mask = actions("CallInbound, CallAnswered, CallHeld")
    assert of_kinds(mask, frozenset({ActionKind.DURABLE}), ObjectKind.REGULAR) == {"CallInbound"}


def test_a_formula_has_data_of_calls_and_user_events_alone() -> None:
    mask = actions("CallInbound, ASM_Engaged, StuckCallCleaned, UserEvent, UserEventReceived, LoggedIn")
    assert of_calls(mask) == {"CallInbound", "ASM_Engaged", "StuckCallCleaned", "UserEvent"}


def test_pseudo_actions_can_be_left_out() -> None:
    assert without_pseudo_actions(waits("CallWaitInbound, AgentReady, DNLogin")) == {"CallWaitInbound"}


@given(
    taken=st.sets(st.sampled_from(sorted(REGULAR_ACTIONS)), min_size=1),
    left_out=st.sets(st.sampled_from(sorted(REGULAR_ACTIONS))),
)
def test_a_mask_is_what_is_named_less_what_is_taken_out(taken: set[str], left_out: set[str]) -> None:
    text = ",".join([*(f"~{name}" for name in left_out), *taken])
    assert actions(text) == taken - left_out
