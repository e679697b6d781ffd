"""`multimedia.md` 3: interaction queues, workbins, external services, row by row."""

from __future__ import annotations

import pytest

from tests.multimedia.day import Day, Moment

CHAT_IN, DRAFTS, TENANT = "StagingArea:Chat In", "StagingArea:Drafts Q", "Tenant:Environment"


def submitted() -> Moment:
    """In its queue since 10."""
    return Day().at(10).interaction_submitted(queue="Chat In", actor_type="Server", online=True)


def taken(party: str = "Strategy") -> Moment:
    """Taken at 14."""
    return submitted().at(14).taken_from_queue(queue="Chat In", party=party, agent="1001")


def test_interaction_entered() -> None:
    assert submitted().day.number(CHAT_IN, "InteractionEntered") == 1
    assert Day().at(10).placed_in_queue(queue="Chat In").day.number(CHAT_IN, "InteractionEntered") == 1


@pytest.mark.parametrize("name", ["EventSubmitted", "EventInteractionSubmited"])
def test_a_submission_has_other_names_too(name: str) -> None:
    day = submitted().day
    day.events[0][1]["event"] = name
    assert day.number(CHAT_IN, "InteractionEntered") == 1


def test_an_agents_submission_enters_no_queue() -> None:
    day = Day().at(10).interaction_submitted(queue="Chat In", state=3, by="1001").day
    assert day.number(CHAT_IN, "InteractionEntered") == 0


@pytest.mark.parametrize("ends", ["taken_from_queue", "placed_in_queue", "processing_stopped"])
def test_interaction_wait(ends: str) -> None:
    moment = getattr(submitted().at(14), ends)(queue="Chat In" if ends == "taken_from_queue" else "Drafts Q")
    assert moment.day.ended(CHAT_IN, "InteractionWait") == (1, 4)


def test_of_the_wait_the_current_number_waits_and_the_greatest_time_is_the_oldest() -> None:
    day = submitted().at(15).interaction_submitted(id="c2", queue="Chat In").day
    assert day.running(CHAT_IN, "InteractionWait", at=30) == 2
    assert day.value(CHAT_IN, "CurrentMaxTime", "InteractionWait", at=30) == 20


def test_interaction_distributed() -> None:
    day = taken("Agent").day
    assert (day.ended(CHAT_IN, "InteractionDistributed"), day.number(CHAT_IN, "InteractionCleared")) == ((1, 4), 0)


def test_interaction_cleared() -> None:
    day = taken().day
    assert (day.ended(CHAT_IN, "InteractionCleared"), day.number(CHAT_IN, "InteractionDistributed")) == ((1, 4), 0)


def test_interaction_distributed_to_queue() -> None:
    day = taken().at(25).placed_in_queue(queue="Drafts Q").day
    assert day.ended(CHAT_IN, "InteractionDistributedToQueue") == (1, 15)


def test_placed_elsewhere_while_it_waits_it_is_distributed_to_the_queue_alone() -> None:
    day = submitted().at(25).placed_in_queue(queue="Drafts Q").day
    assert day.ended(CHAT_IN, "InteractionDistributedToQueue") == (1, 15)
    assert day.number(CHAT_IN, "InteractionDistributed, InteractionCleared") == 0


def test_our_own_knowledge_goes_before_old_queue() -> None:
    day = taken().at(25).placed_in_queue(queue="Drafts Q", old="Email In").day
    assert day.number(CHAT_IN, "InteractionDistributedToQueue") == 1
    assert day.number("StagingArea:Email In", "InteractionDistributedToQueue") == 0


def test_old_queue_of_an_interaction_whose_queue_is_not_known_is_ignored() -> None:
    day = Day().at(25).placed_in_queue(queue="Drafts Q", old="Chat In").day
    assert day.number(CHAT_IN, "InteractionDistributedToQueue") == 0


def test_interaction_deleted() -> None:
    assert taken().at(25).processing_stopped().day.ended(CHAT_IN, "InteractionDeleted") == (1, 15)


def test_interaction_abandoned() -> None:
    """Once, and the wait goes on."""
    moment = submitted().at(13).properties_changed(online=False).at(14).properties_changed(online=True)
    day = moment.at(15).properties_changed(online=False).day
    assert day.ended(CHAT_IN, "InteractionAbandoned") == (1, 3)
    assert day.running(CHAT_IN, "InteractionWait", at=20) == 1


def test_who_leaves_after_it_was_taken_abandons_no_queue() -> None:
    assert taken().at(15).properties_changed(online=False).day.number(CHAT_IN, "InteractionAbandoned") == 0


def test_returned_to_the_same_queue_it_enters_anew() -> None:
    day = taken().at(20).placed_in_queue(queue="Chat In", old="Chat In").at(26).processing_stopped().day
    assert day.number(CHAT_IN, "InteractionEntered") == 2
    assert day.number(CHAT_IN, "InteractionDistributedToQueue") == 0
    assert day.ended(CHAT_IN, "InteractionDeleted") == (1, 6)


def test_taken_when_it_does_not_wait_is_ignored() -> None:
    day = taken().at(20).taken_from_queue(queue="Chat In", party="Agent", agent="1001").day
    assert day.number(CHAT_IN, "InteractionDistributed") == 0


def test_monitored() -> None:
    """While one link that is up has named it."""
    assert submitted().at(20).server_disconnected().day.ended(CHAT_IN, "Monitored") == (1, 10)


def test_not_monitored() -> None:
    day = submitted().at(20).server_disconnected().day
    assert day.running(CHAT_IN, "NotMonitored", at=5) == day.running(CHAT_IN, "NotMonitored", at=30) == 1
    assert day.running(CHAT_IN, "NotMonitored", at=15) == 0


def test_a_queue_of_two_interaction_servers_is_one() -> None:
    day = submitted().interaction_submitted(source="ixn-2", id="c2", queue="Chat In").day
    assert day.number(CHAT_IN, "InteractionEntered") == 2


def test_interactions_are_told_apart_by_medium_type_and_data() -> None:
    day = submitted().day
    assert day.number(CHAT_IN, "InteractionEntered", MediaType="email") == 0
    assert day.number(CHAT_IN, "InteractionEntered", filter='ConnID = "c1"') == 1
    assert day.number(CHAT_IN, "InteractionEntered", InteractionType="Inbound") == 1


def test_a_workbin_is_counted_by_its_queue_alone() -> None:
    moment = Day().at(10).placed_in_queue(queue="Drafts Q")
    moment = moment.placed_in_workbin(queue="Drafts Q", workbin="Drafts", owner={"type": "Agent", "id": "1001"})
    moment = moment.at(30).taken_from_queue(queue="Drafts Q", party="Agent", agent="1001")
    moment = moment.taken_from_workbin(queue="Drafts Q", workbin="Drafts", party="Agent", agent="1001")
    day = moment.party_added().day
    assert day.ended(DRAFTS, "InteractionDistributed") == (1, 20)
    assert (day.number(DRAFTS, "InteractionEntered"), day.number("Agent:1001", "Pulled")) == (1, 1)


@pytest.mark.parametrize("action", ["ExternalServiceRequested", "ExternalServiceResponded"])
def test_external_service(action: str) -> None:
    word = action.removeprefix("ExternalService").lower()
    day = getattr(submitted(), f"external_service_{word}")(service="Email", method="Send").day
    assert day.number(TENANT, action) == 1
    assert day.number(TENANT, "*") == 1
