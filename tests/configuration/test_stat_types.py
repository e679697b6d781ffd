import pytest

from actors.configuration.definitions import StatType
from actors.configuration.stat_type_options import OptionError
from actors.configuration.stat_types import build_stat_type, read_stat_type, stat_type_for
from actors.vocabulary.actions import WAITS
from actors.vocabulary.categories import REFUSED_CATEGORIES
from actors.vocabulary.objects import REGULAR_OBJECTS, ObjectType

CALLS = {"Objects": "Agent, GroupAgents", "Category": "TotalNumber", "MainMask": "CallInbound", "Subject": "DNAction"}
QUEUE = {"Objects": "Queue", "Category": "TotalNumber", "MainMask": "CallEntered"}


def test_a_section_becomes_a_stat_type() -> None:
    assert build_stat_type({**CALLS, "Description": "in"}, name="Inbound") == StatType(
        category="TotalNumber",
        subject="DNAction",
        objects=frozenset({ObjectType.AGENT, ObjectType.GROUP_AGENTS}),
        main_mask=frozenset({"CallInbound"}),
        description="in",
        name="Inbound",
    )


def test_a_definition_of_a_request_is_the_same_in_snake_case() -> None:
    wire = {"category": "TotalNumber", "main_mask": "CallInbound", "rel_mask": "", "objects": "Agent,GroupAgents"}
    assert build_stat_type(wire) == build_stat_type(CALLS)


def test_without_objects_a_definition_is_for_the_object_asked_for() -> None:
    wire = {"category": "TotalNumber", "main_mask": "CallInbound"}
    assert build_stat_type(wire, object_type=ObjectType.PLACE).objects == {ObjectType.PLACE}


def test_words_are_known_in_any_letter_case() -> None:
    options = {"objects": "agent", "CATEGORY": "totalnumber", "mainMask": "CALLINBOUND", "subject": "action"}
    assert build_stat_type(options) == build_stat_type({**CALLS, "Objects": "Agent"})


def test_what_is_no_option_is_a_business_attribute() -> None:
    options = {**CALLS, "media_type": "Chat", "InteractionType": "Inbound, Outbound", "ServiceType": "Sales", "x": ""}
    assert build_stat_type(options).business == {
        "MediaType": ("chat",),
        "InteractionType": ("inbound", "outbound"),
        "ServiceType": ("sales",),
    }


@pytest.mark.parametrize(
    ("written", "is_yes"),
    [
        ("yes", True),
        ("TRUE", True),
        ("on", True),
        ("1", True),
        (True, True),
        ("no", False),
        ("off", False),
        ("", False),
    ],
)
def test_a_truth_may_be_written_in_many_ways(written: object, is_yes: bool) -> None:
    options = {**CALLS, "ReasonStartOverridesStatusStart": written}
    assert build_stat_type(options).reason_start_overrides_status_start is is_yes


def test_a_mask_that_is_not_used_is_ignored() -> None:
    assert build_stat_type({**CALLS, "RelMask": "Nonsense"}).rel_mask == frozenset()


def test_actions_that_a_category_cannot_use_are_left_out_silently() -> None:
    options = {**CALLS, "Category": "CurrentNumber", "MainMask": "CallInbound, CallAnswered, CallHeld"}
    assert build_stat_type(options).main_mask == {"CallInbound"}


def test_pseudo_actions_are_counted_in_current_numbers_alone() -> None:
    mask = {"MainMask": "CallWait, AgentReady"}
    assert build_stat_type({**QUEUE, **mask, "Category": "CurrentNumber"}).main_mask == {*WAITS, "AgentReady"}
    assert build_stat_type({**QUEUE, **mask, "Category": "CurrentTime"}).main_mask == set(WAITS)


def test_a_formula_is_over_calls_alone() -> None:
    options = {
        **CALLS,
        "Category": "TotalCustomValue",
        "Formula": 'GetNumber("Price")',
        "MainMask": "CallInbound,LoggedIn",
    }
    assert build_stat_type(options).main_mask == {"CallInbound"}


def test_a_stat_type_of_interaction_queues_has_their_actions() -> None:
    options = {"Objects": "StagingArea", "Category": "TotalNumber", "MainMask": "InteractionEntered, InteractionWait"}
    assert build_stat_type(options).main_mask == {"InteractionEntered", "InteractionWait"}


def test_a_tenant_counts_its_external_services_alone() -> None:
    options = {"Objects": "Agent, Tenant", "Category": "TotalNumber", "MainMask": "*"}
    stat_type = stat_type_for(build_stat_type(options), ObjectType.TENANT)
    assert stat_type.main_mask == {"ExternalServiceRequested", "ExternalServiceResponded"}


@pytest.mark.parametrize(
    ("options", "option", "message"),
    [
        ({**CALLS, "Category": "TotlNumber"}, "Category", "no category 'TotlNumber'; did you mean 'TotalNumber'?"),
        ({**CALLS, "Category": ""}, "", "there is no Category"),
        ({**CALLS, "Objects": "Agnt"}, "Objects", "no object type 'Agnt'; did you mean 'Agent'?"),
        ({**CALLS, "Objects": ""}, "", "there are no Objects"),
        ({**CALLS, "Objects": "Agent, Queue"}, "Objects", "Objects are of different kinds: Agent, Queue"),
        ({**CALLS, "Subject": "AgentSatus"}, "Subject", "no subject 'AgentSatus'; did you mean 'AgentStatus'?"),
        ({**CALLS, "MainMask": ""}, "Category", "TotalNumber needs a MainMask"),
        (
            {**CALLS, "MainMask": "CallInbond"},
            "MainMask",
            "MainMask: 'CallInbond' is no action of a DN, agent or place",
        ),
        ({**CALLS, "Formula": "1 +"}, "Formula", "Formula: it ends where a value should"),
        ({**CALLS, "Category": "TotalCustomValue"}, "Category", "TotalCustomValue needs a Formula to calculate"),
        ({**CALLS, "UseSourceTimeStamps": "ja"}, "UseSourceTimeStamps", "UseSourceTimeStamps is yes or no, not 'ja'"),
        ({**CALLS, "Description": {}}, "Description", "option Description is no text"),
        ({**CALLS, "main_mask": "*"}, "main_mask", "option main_mask stands twice"),
    ],
)
def test_a_definition_that_cannot_be_says_which_word(options: dict[str, object], option: str, message: str) -> None:
    with pytest.raises(OptionError) as caught:
        build_stat_type(options)
    assert caught.value.code == "BadDefinition"
    assert caught.value.option == option
    assert caught.value.message.startswith(message)


def test_all_that_is_wrong_with_a_definition_is_found_in_one_reading() -> None:
    options = {
        "Objects": "Agnt, GroupAgents, Plce",
        "Category": "RelativeTimePercentage",
        "MainMask": "CallInbond, CallInbound, Callheld, Foo",
        "RelMask": "Bar",
        "Subject": "Agent",
        "UseSourceTimeStamps": "ja",
        "Formula": "1 +",
    }
    faults = read_stat_type(options).faults
    assert [(fault.option, fault.message.split("'")[1:2]) for fault in faults] == [
        ("Objects", ["Agnt"]),
        ("Objects", ["Plce"]),
        ("Subject", ["Agent"]),
        ("Formula", []),
        ("UseSourceTimeStamps", ["ja"]),
        ("MainMask", ["CallInbond"]),
        ("MainMask", ["Foo"]),
        ("RelMask", ["Bar"]),
    ]


def test_words_of_a_mask_are_looked_at_where_the_category_is_unknown() -> None:
    faults = read_stat_type({"Objects": "Agent", "Category": "Total", "MainMask": "Foo"}).faults
    assert [fault.option for fault in faults] == ["Category", "MainMask"]


def test_where_no_object_type_is_known_a_mask_may_have_actions_of_any() -> None:
    options = {"Objects": "Quee", "Category": "TotalNumber", "MainMask": "CallEntered, CallInbound, CallEnterd"}
    objects, mask = read_stat_type(options).faults
    assert objects.option == "Objects"
    assert mask.message.startswith("MainMask: 'CallEnterd' is no action of a DN, agent or place")
    assert ", and 'CallEnterd' is no action of a queue; did you mean 'CallEntered'?, and" in mask.message
    assert mask.message.endswith("is no action of an interaction queue")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({**CALLS, "Objects": "Campaign"}, "no source here tells of Campaign"),
        ({**CALLS, "Subject": "CampaignAction"}, "no source here tells of campaigns"),
        (
            {**CALLS, "Subject": "GroupStatus", "Objects": "Agent"},
            "TotalNumber by GroupStatus has no meaning for Agent",
        ),
        ({**QUEUE, "Subject": "AgentStatus"}, "TotalNumber by AgentStatus has no meaning for Queue"),
        ({**CALLS, "Category": "LoadBalance"}, "LoadBalance by DNAction has no meaning for Agent, GroupAgents"),
        ({**CALLS, "Category": "CurrentContinuousTime"}, "CurrentContinuousTime by DNAction has no meaning for Agent"),
        (
            {**CALLS, "Category": "CurrentDistinctNumber", "Subject": "AgentStatus"},
            "CurrentDistinctNumber by AgentStatus",
        ),
    ],
)
def test_what_has_no_meaning_here_is_not_applicable(options: dict[str, object], message: str) -> None:
    with pytest.raises(OptionError) as caught:
        build_stat_type(options)
    assert caught.value.code == "NotApplicable"
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize("name", REFUSED_CATEGORIES)
def test_a_known_name_that_is_not_calculated_is_refused_with_the_reason(name: str) -> None:
    with pytest.raises(OptionError, match=REFUSED_CATEGORIES[name]) as caught:
        build_stat_type({**CALLS, "Category": name})
    assert caught.value.code == "NotApplicable"


def test_the_other_spelling_of_the_estimate_is_the_same() -> None:
    assert build_stat_type({"Objects": "Queue", "Category": "EstimWaitTime"}).category == "EstimWaitingTime"


@pytest.mark.parametrize(
    ("written", "object_type", "subject"),
    [
        ("AgentStatus", ObjectType.PLACE, "PlaceStatus"),
        ("AgentStatus", ObjectType.GROUP_PLACES, "PlaceStatus"),
        ("PlaceStatus", ObjectType.AGENT, "AgentStatus"),
        ("PlaceStatus", ObjectType.GROUP_AGENTS, "AgentStatus"),
        ("AgentStatus", ObjectType.TENANT, "AgentStatus"),
        ("DNStatus", ObjectType.REG_DN, "DNStatus"),
        ("GroupStatus", ObjectType.GROUP_PLACES, "GroupStatus"),
    ],
)
def test_the_subject_of_the_wrong_person_or_desk_is_put_right(
    written: str, object_type: ObjectType, subject: str
) -> None:
    options = {**CALLS, "Objects": ",".join(REGULAR_OBJECTS), "Subject": written}
    assert stat_type_for(build_stat_type(options), object_type).subject == subject


@pytest.mark.parametrize(
    ("options", "object_type", "message"),
    [
        (CALLS, ObjectType.QUEUE, "the definition is for Agent, GroupAgents, not for Queue"),
        (CALLS, ObjectType.CAMPAIGN, "no source here tells of objects of type Campaign"),
        (
            {**CALLS, "Objects": "Agent, RegDN", "Subject": "AgentStatus"},
            ObjectType.REG_DN,
            "TotalNumber by AgentStatus has no meaning for RegDN",
        ),
        (
            {**CALLS, "Objects": "Place, Tenant", "Subject": "PlaceStatus"},
            ObjectType.TENANT,
            "TotalNumber by PlaceStatus has no meaning for Tenant",
        ),
    ],
)
def test_a_stat_type_is_opened_on_what_it_is_meant_for(
    options: dict[str, object], object_type: ObjectType, message: str
) -> None:
    with pytest.raises(OptionError) as caught:
        stat_type_for(build_stat_type(options), object_type)
    assert (caught.value.code, caught.value.message) == ("NotApplicable", message)


def test_by_action_a_tenant_has_none_that_counts() -> None:
    options = {**CALLS, "Objects": "Agent, Tenant", "RelMask": "CallInbound"}
    stat_type = stat_type_for(build_stat_type(options), ObjectType.TENANT)
    assert (stat_type.main_mask, stat_type.rel_mask) == (frozenset(), frozenset())
