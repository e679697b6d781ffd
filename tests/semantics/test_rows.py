"""Every row of the tables of `semantics.md`, and of those of actions in `multimedia.md`, has a test named after it."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

from actors.configuration.definitions import ProfileKind, ServerOptions
from actors.configuration.dialects import FILTER, FORMULA
from actors.configuration.stat_type_options import OPTIONS
from actors.vocabulary.actions import MEDIATION_ACTIONS, REGULAR_ACTIONS
from actors.vocabulary.categories import CATEGORIES, REFUSED_CATEGORIES, Subject
from actors.vocabulary.media_actions import MEDIA_ACTIONS, STAGING_ACTIONS, TENANT_ACTIONS
from actors.vocabulary.objects import STAGING_OBJECTS, ObjectType
from actors.vocabulary.statuses import AGENT_STATUSES, GROUP_STATUSES
from tests.multimedia import test_interaction_queues, test_media_actions
from tests.semantics import (
    test_current,
    test_filters,
    test_formula,
    test_historical,
    test_mediation_dns,
    test_mediation_dns_and_their_agents,
    test_not_of_a_call,
    test_notification,
    test_objects,
    test_of_a_call_durable,
    test_of_a_call_momentary_and_retrospective,
    test_of_queues,
    test_options,
    test_statuses,
    test_subject,
    test_time_profiles,
)

MULTIMEDIA: Final = frozenset({"CurrentTargetState"})
SERVER_OPTIONS: Final = set(ServerOptions.__struct_fields__) - {"others"}

ROWS: Final[dict[str, tuple[Collection[str], tuple[ModuleType, ...]]]] = {
    "action of a regular DN": (
        REGULAR_ACTIONS,
        (test_not_of_a_call, test_of_a_call_durable, test_of_a_call_momentary_and_retrospective),
    ),
    "action of a mediation DN": (MEDIATION_ACTIONS, (test_mediation_dns, test_mediation_dns_and_their_agents)),
    "action of a medium": (MEDIA_ACTIONS, (test_media_actions,)),
    "action of an interaction queue or a tenant": ({*STAGING_ACTIONS, *TENANT_ACTIONS}, (test_interaction_queues,)),
    "status": (AGENT_STATUSES | GROUP_STATUSES, (test_statuses,)),
    "category": (
        {*CATEGORIES, *REFUSED_CATEGORIES} - MULTIMEDIA,
        (test_current, test_historical, test_of_queues),
    ),
    "subject": (Subject, (test_subject,)),
    "object type": (set(ObjectType) - STAGING_OBJECTS, (test_objects,)),
    "time profile": ({*ProfileKind, "Never", "Default"}, (test_time_profiles,)),
    "notification": ({"Immediate", "Periodic", "Reset", "None"}, (test_notification,)),
    "option of a stat type": (OPTIONS, (test_options,)),
    "option of the server": (SERVER_OPTIONS, (test_options,)),
}
"""The words of each kind, and the modules whose tests are named after them."""

ELEMENTS: Final = {
    "filter": (
        {"PairExists", "PairExist", *FILTER.functions, *(FILTER.attributes or ()), *"=<>&|~()*?", "!=", "<=", ">="},
        (*test_filters.PAIRS, *test_filters.COMPARISONS, *test_filters.LOGIC),
    ),
    "formula": ({"PairExists", *FORMULA.functions, *"+-*/()>&|~"}, (*test_formula.VALUES, *test_formula.GLOBALS)),
}
"""What an expression may be made of, and the expressions that are tried."""

FINE_PRINT: Final = {
    "4, 7": """
        statuses_are_looked_at_after_each_input_also_of_one_time
        numbers_are_looked_at_after_each_input_never_inside_one
        a_stretch_of_no_length_during_which_a_filter_held_counts
        every_agent_begins_logged_out_and_every_dn_not_monitored""",
    "7.2, 8.1": """
        what_ends_at_a_reset_ends_in_the_new_interval
        what_ends_at_the_edge_of_a_bucket_ends_in_the_new_one
        what_a_limit_ends_does_not_count_for_a_statistic_opened_at_that_moment
        a_reading_comes_after_all_inputs_of_its_time""",
    "7.2": """
        a_range_by_status_looks_at_the_whole_stretch_and_sums_the_overlap
        adjusted_of_an_instant_is_as_total
        the_smallest_overlap_is_also_of_a_stretch_that_ended_as_the_interval_began""",
    "7.1": "reason_start_acts_on_no_historical_category reason_start_acts_on_the_state",
    "7.3": """
        service_factor_1
        a_filter_acts_on_the_calls_and_not_on_the_agents
        without_a_call_the_handling_time_is_90_s""",
    "2.4": """
        pseudo_actions_are_counted_in_current_numbers_alone
        after_call_work_is_of_the_established_call_that_ended_last
        a_treatment_that_another_replaced_without_an_end_is_not_completed""",
    "2.1": """
        a_second_login_of_the_same_agent_is_no_new_login
        a_login_at_the_dn_of_another_logs_that_one_out_without_logged_out
        hook_states_are_derived_until_the_link_has_sent_its_first_hook_event
        without_hook_events_a_dn_is_off_hook_from_the_first_call_to_the_end_of_the_last
        after_call_work_waits_for_a_held_call_too
        after_call_work_does_not_wait_for_a_call_that_rings_nor_for_a_listener
        a_request_for_after_call_work_is_cancelled_by_what_the_agent_says_next
        an_event_without_reasons_clears_them
        an_agent_id_that_matches_nobody_is_logged_in_at_the_dn_alone""",
    "2.3": """
        a_ring_that_is_released_with_another_state_is_abandoned
        a_ring_that_another_device_answered_or_that_went_on_raises_nothing
        a_type_that_changes_in_another_event_is_remembered_for_filters_alone""",
    "8.1": """
        each_mask_of_a_selection_has_its_own_last
        a_category_that_needs_an_interval_is_refused_with_a_selection
        the_length_of_a_sliding_interval_is_from_the_last_full_step
        growing_is_in_the_tenants_zone_else_in_the_servers_else_utc
        a_repetition_counts_on_the_wall_clock
        profiles_are_read_both_in_the_file_and_on_the_wire""",
    "8.3": """
        comparison
        a_status_that_no_action_gives_has_no_attributes
        what_an_event_ends_ran_with_the_data_from_before_it
        a_wait_that_an_event_ends_ran_with_the_data_from_before_it""",
    "8.4": "the_first_occurrence_of_a_call_in_the_interval_counts those_without_a_conn_id_count_each",
    "9.2": """
        a_party_that_changed_its_state_in_the_dark_ends_and_begins_and_raises_nothing
        since_of_a_held_call_dates_both
        stuck_call_cleaned_while_ringing
        greatest_number_sees_what_was_found_only_from_the_registration_on
        each_dn_is_frozen_to_its_own_registration
        no_logged_out_after_the_limit_until_it_is_registered
        a_call_found_together_with_a_new_agent_is_that_agents
        an_unregistered_dn_is_as_at_the_limit
        a_recording_that_falls_silent_has_lost_nothing
        a_dn_of_a_recording_without_a_registration_is_monitored_with_its_first_event""",
    "5": """
        the_dn_status_of_an_agent_is_clipped_to_its_logins
        an_action_that_is_no_status_is_left_out_of_a_status_mask
        current_state_is_for_dns_agents_places_and_their_groups""",
    "9.5, protocols": "a_statistic_that_a_file_asks_for_is_opened_before_the_first_event",
    "3, 9.7": """
        a_call_that_runs_when_its_agent_joins_counts_from_then
        a_call_that_runs_when_its_agent_leaves_has_ended_for_the_group
        instants_of_the_login_that_brings_an_agent_count_and_of_the_logout_that_takes_it
        two_members_at_one_dn_in_turn_are_two_occurrences""",
    "2, 2.3": """
        what_ends_by_a_party_change_carries_the_old_attributes_and_what_begins_the_new_calls_data
        after_call_work_at_a_queue_has_this_dn_and_the_medium_alone""",
    "7.2, 8.4": """
        a_formula_takes_the_old_data_for_what_ends_and_the_new_for_instants
        global_looks_at_the_call_it_was_a_consultation_for
        max_number_and_the_averages_of_current_values_ignore_it_and_r_obeys_it""",
    "9.2, of what a registration tells": """
        a_call_found_may_say_its_role
        a_call_found_by_its_state_has_that_direction
        a_derived_off_hook_counts_from_the_earliest_begin_of_what_runs
        what_a_registration_does_not_mention_goes_on""",
    "2.1, ready without a login": "ready_at_a_dn_without_a_login_runs_there_for_no_agent",
    "2.4, 9.4": """
        call_missed_is_of_the_queues_at_the_end_of_the_call
        call_missed_is_also_of_the_groups_of_the_agent_and_of_its_place
        acw_missed_when_a_logout_ends_it_is_of_the_queues_before
        a_virtual_queue_that_is_credited_late_keeps_what_it_missed""",
    "4.1": """
        reason_start_overrides_status_start
        with_no_reasons_present_it_counts_from_the_begin_of_the_status
        asm_engaged""",
    "2.4, of after-call work and late ends": """
        of_calls_that_one_input_ended_after_call_work_is_of_the_one_established_first
        what_a_dn_raises_at_a_queue_has_the_queues_numbers_and_the_partys_data
        a_wait_whose_end_is_known_late_counts_then_and_lasted_to_its_route
        by_this_queue_of_the_login
        by_an_agent_group_that_lists_it
        by_a_place_group_that_lists_it""",
    "2.1, 9.2": """
        after_call_work_found_begins_at_once_also_during_a_call
        a_registration_that_gives_a_state_drops_a_request_when_no_call_is_left""",
    "8.1, SinceLogin": """
        since_login_has_what_the_login_raises
        since_login_sees_the_state_before_the_login""",
    "5, of a tenant": "a_tenant_has_the_status_of_each_of_its_agents a_tenant_has_no_action_of_voice external_service",
}
"""Of each row of section 11 the tests of its sentences, without `test_`."""


def bare(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def names_in(module: ModuleType) -> Iterator[str]:
    """What the tests of a module are named after: each its name, and the words it is run with."""
    for name, test in vars(module).items():
        if name.startswith("test_"):
            yield bare(name.removeprefix("test_"))
            for mark in getattr(test, "pytestmark", ()):
                if mark.name == "parametrize":
                    for values in mark.args[1]:
                        words = values if isinstance(values, tuple) else (values,)
                        yield from (bare(word) for word in words if isinstance(word, str))


def all_names() -> set[str]:
    """The tests there are, without `test_`."""
    files = Path(__file__).parents[1].rglob("test_*.py")
    return {name for file in files for name in re.findall(r"^def test_(\w+)\(", file.read_text("utf-8"), re.MULTILINE)}


@pytest.mark.parametrize("kind", ROWS)
def test_each_has_a_test_named_after_it(kind: str) -> None:
    words, modules = ROWS[kind]
    named = {name for module in modules for name in names_in(module)}
    assert {str(word) for word in words if bare(word) not in named} == set()


@pytest.mark.parametrize("dialect", ELEMENTS)
def test_each_element_stands_in_an_expression_that_is_tried(dialect: str) -> None:
    elements, tried = ELEMENTS[dialect]
    assert {element for element in elements if not any(element in expression for expression in tried)} == set()


@pytest.mark.parametrize("row", FINE_PRINT)
def test_each_sentence_of_the_fine_print_has_a_test(row: str) -> None:
    assert set(FINE_PRINT[row].split()) - all_names() == set()
