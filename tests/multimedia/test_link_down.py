"""`multimedia.md` 6.3 and 9: an Interaction Server is lost, and comes back."""

from __future__ import annotations

from typing import Any

from tests.multimedia.day import Day, Moment

A1, A2, P1, CHAT_IN = "Agent:1001", "Agent:1002", "Place:P1", "StagingArea:Chat In"
LIMIT = 300


def lost(moment: Moment, at: float = 100) -> Moment:
    return moment.at(at).server_disconnected()


def busy() -> Moment:
    """Chat ready since 10, handled since 20; the link is lost at 100."""
    return lost(Day().at(10).ready_for_media().at(20).party_added())


def state(since: float = 10, chat: str = "Ready", **told: Any) -> dict[str, Any]:
    return {"media": {"chat": {"state": chat, "since": since}}, **told}


HANDLED = [{"interaction_id": "c1", "media_type": "chat", "interaction_type": "Inbound", "since": 20.0}]


def test_at_the_loss_its_part_leaves_the_status_and_its_actions_are_frozen() -> None:
    day = busy().day
    assert [day.status(whose, at=110) for whose in (A1, P1)] == ["LoggedOut", "NotMonitored"]
    assert day.running(A1, "Active, Available, Handling", at=110) == 3
    assert day.running(A1, "Routable, NotRoutable", at=110) == 0


def test_what_is_still_there_goes_on_as_if_never_gone() -> None:
    day = busy().at(130).place_agent_state(**state(since=99, interactions=HANDLED)).at(150).link_connected().day
    assert day.since(A1, "Handling", at=160) == 140
    assert day.since(A1, "Active", at=160) == 150
    assert day.number(A1, "Active, Handling") == 0


def test_what_is_gone_ends_then_and_is_not_looked_back_on() -> None:
    day = busy().at(130).place_agent_state(**state()).at(150).link_connected().day
    assert day.ended(A1, "Handling") == (1, 110)
    assert day.number(A1, "Processed, Stopped") == 0


def test_what_is_new_begins_at_its_since_but_not_before_the_loss() -> None:
    found = [{"interaction_id": f"c{at}", "media_type": "chat", "since": float(at)} for at in (50, 120)]
    day = busy().at(130).place_agent_state(**state(interactions=found)).day
    assert day.since(A1, "Handling", at=140) == 40 + 20
    assert day.number(A1, "HandlingStarted") == 1


def test_an_agent_that_is_not_named_is_logged_out_when_the_round_closes() -> None:
    moment = busy().at(130).place_agent_state(agent="1002")
    assert moment.day.running(A1, "Active", at=140) == 1
    assert moment.at(150).link_connected().day.ended(A1, "Active") == (1, 140)


def test_the_first_other_event_closes_the_round_too() -> None:
    day = busy().at(150).ready_for_media(agent="1002").day
    assert day.ended(A1, "Active") == (1, 140)


def test_after_the_limit_what_is_frozen_ends() -> None:
    day = busy().day
    assert day.value(A1, "TotalTime", "Active", at=100 + LIMIT) == 390
    assert day.value(A1, "TotalTime", "Handling", at=100 + LIMIT) == 380
    assert day.number(A1, "Processed") == 0


def test_found_again_after_the_limit_it_enters_anew_not_before_it() -> None:
    day = busy().at(500).place_agent_state(**state(interactions=HANDLED)).day
    assert day.since(A1, "Handling", at=520) == 120
    assert day.since(A1, "Active", at=520) == 120


def test_another_state_in_the_dark_is_another_action() -> None:
    day = busy().at(130).place_agent_state(**state(chat="NotReady", since=110)).day
    assert day.since(A1, "Blocked", at=140) == 30
    assert day.ended(A1, "Available") == (1, 120)


def test_one_accepted_in_the_dark_is_handled_and_nothing_is_raised() -> None:
    moment = lost(Day().at(10).ready_for_media().at(20).agent_invited())
    day = moment.at(130).place_agent_state(**state(interactions=[{**HANDLED[0], "since": 115.0}])).day
    assert day.since(A1, "Handling", at=140) == 25
    assert day.number(A1, "Accepted, HandlingStarted") == 0


def test_do_not_disturb_without_a_date_begins_at_the_synchronisation() -> None:
    day = busy().at(130).place_agent_state(**state(dnd=True)).day
    assert (day.since(A1, "DoNotDisturb", at=140), day.since(A1, "Blocked", at=140)) == (10, 10)
    day = busy().at(130).place_agent_state(**state(dnd=True, dnd_since=120.0)).day
    assert (day.since(A1, "DoNotDisturb", at=140), day.since(A1, "Blocked", at=140)) == (20, 20)


def test_at_the_very_first_registration_all_counts_from_its_since() -> None:
    day = Day().at(130).place_agent_state(**state(since=40, interactions=HANDLED)).day
    assert (day.since(A1, "Active", at=140), day.since(A1, "Handling", at=140)) == (100, 120)


def test_one_while_up_reconciles_in_the_same_way() -> None:
    day = Day().at(10).ready_for_media().at(20).party_added().at(50).place_agent_state(**state()).day
    assert (day.number(A1, "Handling"), day.number(A1, "Processed")) == (1, 0)


def test_the_other_source_goes_on() -> None:
    moment = Day().at(10).ready_for_media().ready_for_media(source="ixn-2", medium="email")
    day = lost(moment).day
    assert day.status(A1, at=110) == "WaitForNextCall"
    ((target),) = day.read(A1, "CurrentTargetState", at=110)["target"]["targets"]
    assert target["media"]["chat"] == {"sources": {"ixn-1": "Unknown"}}


def test_a_newcomer_takes_the_place_of_one_that_is_frozen_silently() -> None:
    day = busy().at(130).place_agent_state(agent="1002", place="P1").day
    assert day.ended(A1, "Handling") == (1, 110)
    assert day.number(A1, "Processed") == 0


# -- queues ------------------------------------------------------------------------------------------------------------

LISTED = {"interaction_id": "c1", "media_type": "chat", "interaction_type": "Inbound"}


def waiting() -> Moment:
    """In its queue since 10; the link is lost at 100."""
    return lost(Day().at(10).interaction_submitted(queue="Chat In"))


def test_a_wait_that_is_still_there_goes_on_whatever_its_date() -> None:
    day = waiting().at(130).queue_state(queue="Chat In", interactions=[{**LISTED, "placed_in_queue_at": 60.0}]).day
    assert day.since(CHAT_IN, "InteractionWait", at=140) == 130
    assert day.number(CHAT_IN, "InteractionEntered") == 1


def test_a_wait_that_is_new_begins_at_its_date_but_not_before_the_loss() -> None:
    listed = [{**LISTED, "interaction_id": f"n{at}", "placed_in_queue_at": float(at)} for at in (50, 120)]
    day = waiting().at(130).queue_state(queue="Chat In", interactions=listed).day
    assert day.since(CHAT_IN, "InteractionWait", at=140) == 40 + 20
    assert day.number(CHAT_IN, "InteractionEntered") == 1


def test_an_interaction_that_is_not_listed_is_of_the_queue_no_more() -> None:
    day = waiting().at(130).queue_state(queue="Chat In").at(150).link_connected().day
    assert day.ended(CHAT_IN, "InteractionWait") == (1, 120)
    assert day.number(CHAT_IN, "InteractionDistributed, InteractionCleared, InteractionDeleted") == 0


def test_a_queue_that_is_not_named_is_empty_when_the_round_closes() -> None:
    assert waiting().at(150).link_connected().day.ended(CHAT_IN, "InteractionWait") == (1, 140)


def test_one_with_the_router_belongs_without_waiting() -> None:
    moment = (
        waiting()
        .at(130)
        .queue_state(queue="Chat In", interactions=[{**LISTED, "state": 2, "placed_in_queue_at": 110.0}])
    )
    day = moment.at(150).link_connected().at(160).processing_stopped().day
    assert day.ended(CHAT_IN, "InteractionWait") == (1, 120)
    assert day.number(CHAT_IN, "InteractionDeleted") == 1


def test_a_wait_whose_interaction_an_agent_has_ends_silently() -> None:
    moment = waiting().at(130).place_agent_state(interactions=[{**LISTED, "since": 105.0}])
    day = moment.queue_state(queue="Chat In", interactions=[LISTED]).day
    assert day.ended(CHAT_IN, "InteractionWait") == (1, 120)
    assert day.number(CHAT_IN, "InteractionDistributed") == 0


def test_after_the_limit_a_wait_ends_and_found_again_enters_anew() -> None:
    day = waiting().at(500).queue_state(queue="Chat In", interactions=[{**LISTED, "placed_in_queue_at": 10.0}]).day
    assert day.ended(CHAT_IN, "InteractionWait") == (1, 390)
    assert day.since(CHAT_IN, "InteractionWait", at=520) == 120


def test_a_wait_found_is_a_placement_for_stopped() -> None:
    moment = lost(Day().at(10).party_added().at(20).party_removed())
    moment = moment.at(130).queue_state(queue="Chat In", interactions=[LISTED]).at(150).link_connected()
    assert moment.at(160).processing_stopped(by="1001").day.number(A1, "Stopped") == 0


def test_user_data_stay_until_the_interaction_is_gone() -> None:
    moment = lost(Day().at(10).ready_for_media().party_added(data={"Of": "before"}))
    day = moment.at(500).place_agent_state(**state(interactions=HANDLED)).day
    assert day.running(A1, "Handling", filter='PairExists("Of","before")', at=520) == 1
