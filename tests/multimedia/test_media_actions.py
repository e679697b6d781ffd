"""`multimedia.md` 2: the actions of media channels, row by row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.multimedia.day import Day, Moment

A1, A2, A3, P1 = "Agent:1001", "Agent:1002", "Agent:1003", "Place:P1"
BOTH = pytest.mark.parametrize("whose", [A1, P1])
TYPES = ("Inbound", "Outbound", "Internal")


def handled(operation: str = "", **told: Any) -> Moment:
    """Invited at 10, accepted at 14."""
    return Day().at(10).agent_invited(operation=operation, **told).at(14).party_added(operation=operation, **told)


# -- durable: channels -------------------------------------------------------------------------------------------------


@BOTH
def test_active(whose: str) -> None:
    day = Day().at(10).media_added().at(40).media_removed().at(50).media_added().at(70).agent_logout().day
    assert day.ended(whose, "Active") == (2, 50)


def test_media_listed_at_a_login_are_channels_at_once() -> None:
    day = Day().at(10).agent_login(media={"chat": "Ready", "email": "NotReady"}).at(30).agent_logout().day
    assert day.ended(A1, "Active") == (2, 40)
    assert day.ended(A1, "Available", MediaType="chat") == (1, 20)
    assert day.ended(A1, "Blocked", MediaType="email") == (1, 20)


def test_the_first_state_event_of_a_medium_adds_its_channel() -> None:
    assert Day().at(10).ready_for_media().day.since(A1, "Active", at=30) == 20


@BOTH
def test_available(whose: str) -> None:
    moment = Day().at(10).ready_for_media().at(30).not_ready_for_media().at(50).ready_for_media()
    day = moment.at(60).do_not_disturb_on().day
    assert day.ended(whose, "Available") == (2, 30)


@BOTH
def test_blocked(whose: str) -> None:
    moment = Day().at(10).media_added().at(30).ready_for_media().at(40).do_not_disturb_on()
    day = moment.at(45).do_not_disturb_off().day
    assert day.ended(whose, "Blocked") == (2, 25)


@BOTH
def test_do_not_disturb(whose: str) -> None:
    moment = Day().at(10).ready_for_media().media_added(medium="email").at(20).do_not_disturb_on()
    day = moment.at(50).do_not_disturb_off().day
    assert day.ended(whose, "DoNotDisturb") == (2, 60)


def test_do_not_disturb_ends_with_the_logout() -> None:
    day = Day().at(10).ready_for_media().at(20).do_not_disturb_on().at(25).agent_logout().day
    assert day.ended(A1, "DoNotDisturb") == (1, 5)


def test_a_change_of_reasons_is_the_same_occurrence_for_other_reasons() -> None:
    moment = Day().at(10).not_ready_for_media(reasons={"Reason": "Lunch"})
    day = moment.at(30).media_state_reason_changed(reasons={"Reason": "Break"}).at(40).agent_logout().day
    assert day.ended(A1, "Blocked") == (1, 30)
    assert day.ended(A1, "Blocked", filter='Reasons("Reason") = "Lunch"') == (1, 20)


@BOTH
def test_routable(whose: str) -> None:
    """Rule `std` allows two chats: ready at 20, the second comes at 35, and one is over at 40."""
    moment = Day().at(10).media_added().at(20).ready_for_media().at(30).party_added().at(35).party_added(id="c2")
    assert moment.at(40).party_removed().at(45).media_removed().day.ended(whose, "Routable") == (2, 20)


@BOTH
def test_not_routable(whose: str) -> None:
    moment = Day().at(10).media_added().at(20).ready_for_media().at(30).party_added().at(35).party_added(id="c2")
    assert moment.at(40).party_removed().at(45).media_removed().day.ended(whose, "NotRoutable") == (2, 15)


# -- durable: interactions ---------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("ends", ["party_added", "rejected", "revoked", "processing_stopped", "agent_logout"])
def test_delivering(whose: str, ends: str) -> None:
    day = getattr(Day().at(10).agent_invited().at(14), ends)().day
    assert day.ended(whose, "Delivering") == (1, 4)


@BOTH
@pytest.mark.parametrize("ends", ["party_removed", "processing_stopped", "agent_logout"])
def test_handling(whose: str, ends: str) -> None:
    day = getattr(Day().at(10).party_added().at(35), ends)().day
    assert day.ended(whose, "Handling") == (1, 25)


def ended_by_type(short: str, action: str) -> tuple[tuple[int, float], int]:
    """Of one who handles and stops each type: how often and how long it was, and how often the short name less it."""
    day = Day()
    for at, type_ in enumerate(TYPES):
        handling = day.at(10 + at).party_added(id=type_, type=type_)
        handling.at(35 + 2 * at).party_removed(id=type_, type=type_).processing_stopped(id=type_, type=type_, by="1001")
    return day.ended(A1, action), day.number(A1, f"{short}, ~{action}")


@pytest.mark.parametrize(("action", "type_"), [(f"Handling{type_}", type_) for type_ in TYPES])
def test_handling_of_a_type(action: str, type_: str) -> None:
    assert ended_by_type("Handling", action) == ((1, 25 + TYPES.index(type_)), 2)


def test_handling_without_a_type() -> None:
    day = Day().at(10).party_added(type="").at(35).party_removed(type="").day
    assert [day.number(A1, action) for action in ("Handling", "Processed", "HandlingInbound")] == [1, 1, 0]


def test_who_monitors_or_coaches_does_not_handle() -> None:
    for operation in ("Monitor", "Coach"):
        assert handled(operation).day.number(A1, "HandlingStarted") == 0
    assert handled("Monitor", visibility="Conference").day.number(A1, "HandlingStarted") == 1


def test_delivering_and_handling_make_no_status() -> None:
    day = Day().at(5).ready_for_media().at(10).agent_invited().at(14).party_added().day
    assert [day.status(A1, at=at) for at in (12, 20)] == ["WaitForNextCall"] * 2


# -- momentary ---------------------------------------------------------------------------------------------------------


@BOTH
def test_delivering_started(whose: str) -> None:
    assert Day().at(10).agent_invited().at(14).rejected().day.number(whose, "DeliveringStarted") == 1


@BOTH
def test_handling_started(whose: str) -> None:
    assert handled().day.number(whose, "HandlingStarted") == 1


@pytest.mark.parametrize("action", [f"Handling{type_}Started" for type_ in TYPES])
def test_handling_of_a_type_started(action: str) -> None:
    assert ended_by_type("HandlingStarted", action) == ((1, 0), 2)


def test_pulled() -> None:
    moment = Day().at(5).interaction_submitted(queue="Chat In")
    day = moment.at(10).taken_from_queue(queue="Chat In", party="Agent", agent="1001").party_added().day
    assert (day.number(A1, "Pulled"), day.number(A1, "Accepted")) == (1, 0)
    assert day.number("StagingArea:Chat In", "InteractionDistributed") == 1


def test_what_a_strategy_took_is_not_pulled() -> None:
    moment = Day().at(5).interaction_submitted(queue="Chat In")
    day = moment.at(10).taken_from_queue(queue="Chat In", party="Strategy").party_added().day
    assert day.number(A1, "Pulled") == 0


@pytest.mark.parametrize(("action", "type_"), [("StartedOutbound", "Outbound"), ("StartedInternal", "Internal")])
def test_started(action: str, type_: str) -> None:
    day = Day().at(5).interaction_submitted(type=type_, state=3, by="1001").party_added(type=type_).day
    assert day.number(A1, action) == 1


def test_interaction_responded() -> None:
    moment = Day().at(5).party_added(data={"Of": "parent"})
    day = moment.at(9).interaction_submitted(id="c2", type="Outbound", parent="c1", state=3, by="1001").day
    assert day.number(A1, "InteractionResponded", filter='PairExists("Of","parent")') == 1


@pytest.mark.parametrize(
    ("operation", "of_taker", "of_giver"),
    [
        ("Transfer", "TransferTaken", "TransferMade"),
        ("Conference", "ConferenceJoined", "ConferenceMade"),
    ],
)
@pytest.mark.parametrize("says", ["the event", "the invitation", "nobody"])
def test_given_and_taken(operation: str, of_taker: str, of_giver: str, says: str) -> None:
    moment = Day().at(5).party_added().at(10)
    moment = moment.agent_invited(agent="1002", operation=operation, by="1001" if says == "the invitation" else "")
    day = moment.at(14).party_added(agent="1002", by="1001" if says == "the event" else "").day
    assert (day.number(A2, of_taker), day.number(A1, of_giver)) == (1, 1)
    assert (day.number(A1, of_taker), day.number(A2, of_giver)) == (0, 0)


def test_who_gave_it_is_not_known_of_two_who_handle_it() -> None:
    moment = Day().at(5).party_added().party_added(agent="1003").at(14).party_added(agent="1002", operation="Transfer")
    assert [moment.day.number(who, "TransferMade") for who in (A1, A2, A3)] == [0, 0, 0]


def test_conference_joined_by_intrusion() -> None:
    day = Day().at(5).party_added().at(9).party_added(agent="1002", operation="Intrude").day
    assert day.number(A2, "ConferenceJoinedByIntrusion") == 1
    assert day.running(A2, "Handling", at=20) == 1


def monitored() -> Day:
    return Day().at(5).party_added().at(9).party_added(agent="1002", operation="Monitor").day


def coached_by_request() -> Day:
    moment = Day().at(5).party_added().at(9).agent_invited(agent="1002", operation="Coach", by="1001")
    return moment.at(12).party_added(agent="1002").day


def coached_by_intrusion() -> Day:
    return Day().at(5).party_added().at(9).party_added(agent="1002", operation="Coach", by="1002").day


WITHOUT_HANDLING = [
    ("MonitoringInitiated", monitored, A2),
    ("BeingMonitored", monitored, A1),
    ("CoachingRequested", coached_by_request, A1),
    ("CoachingByRequestInitiated", coached_by_request, A2),
    ("CoachingByIntrusionInitiated", coached_by_intrusion, A2),
    ("BeingCoached", coached_by_request, A1),
    ("BeingCoached", coached_by_intrusion, A1),
]


@pytest.mark.parametrize(("action", "day", "whose"), WITHOUT_HANDLING)
def test_of_who_takes_part_and_does_not_handle(action: str, day: Callable[[], Day], whose: str) -> None:
    assert [day().number(one, action) for one in (whose, "GroupAgents:Three")] == [1, 1]


# -- retrospective -----------------------------------------------------------------------------------------------------


@BOTH
def test_accepted(whose: str) -> None:
    assert handled().day.ended(whose, "Accepted") == (1, 4)


def test_rejected() -> None:
    day = Day().at(10).agent_invited().at(14).rejected(reasons={"Reason": "NotMine"}).day
    assert day.ended(A1, "InteractionRejected", filter='Reasons("Reason") = "NotMine"') == (1, 4)


def again(moment: Moment) -> Moment:
    return moment.agent_invited(agent="1002", operation="Route")


REVOKES = {
    "EventRevoked": lambda moment: moment.revoked(),
    "logout": lambda moment: moment.agent_logout(),
    "the stop": lambda moment: moment.processing_stopped(),
    "the next invite, routed": again,
    "the next invite of the same agent": lambda moment: moment.agent_invited(operation="Transfer"),
    "taken": lambda moment: moment.taken_from_queue(queue="Chat In", party="Strategy"),
    "placed": lambda moment: moment.placed_in_queue(queue="Chat In"),
}


@pytest.mark.parametrize("how", REVOKES)
def test_revoked(how: str) -> None:
    assert REVOKES[how](Day().at(10).agent_invited().at(14)).day.ended(A1, "Revoked") == (1, 4)


def test_an_invitation_to_a_conference_leaves_another_as_it_is() -> None:
    day = Day().at(10).agent_invited().at(14).agent_invited(agent="1002", operation="Conference").day
    assert day.running(A1, "Delivering", at=20) == 1


def test_a_customer_who_left_is_known_by_the_stop_only() -> None:
    day = Day().at(10).agent_invited().at(12).properties_changed(online=False).at(14).processing_stopped().day
    assert day.ended(A1, "Revoked") == (1, 4)


@BOTH
@pytest.mark.parametrize("ends", ["party_removed", "processing_stopped", "agent_logout"])
def test_processed(whose: str, ends: str) -> None:
    assert getattr(Day().at(10).party_added().at(35), ends)().day.ended(whose, "Processed") == (1, 25)


@pytest.mark.parametrize(("action", "type_"), [(f"Processed{type_}", type_) for type_ in TYPES])
def test_processed_of_a_type(action: str, type_: str) -> None:
    assert ended_by_type("Processed", action) == ((1, 25 + TYPES.index(type_)), 2)


@BOTH
def test_stopped(whose: str) -> None:
    assert Day().at(10).party_added().at(35).processing_stopped(by="1001").day.ended(whose, "Stopped") == (1, 25)


@pytest.mark.parametrize(("action", "type_"), [(f"Stopped{type_}", type_) for type_ in TYPES])
def test_stopped_of_a_type(action: str, type_: str) -> None:
    assert ended_by_type("Stopped", action) == ((1, 25 + TYPES.index(type_)), 2)


def test_stopped_is_the_agents_last_handling() -> None:
    moment = Day().at(10).party_added().at(20).party_removed().at(30).party_added().at(35).party_removed()
    assert moment.at(40).processing_stopped(by="1001").day.ended(A1, "Stopped") == (1, 5)


def test_stopped_looks_no_further_back_than_the_last_queue() -> None:
    moment = Day().at(10).party_added().at(20).party_removed().placed_in_queue(queue="Chat In")
    assert moment.at(40).processing_stopped(by="1001").day.number(A1, "Stopped") == 0


def test_who_did_not_stop_it_has_not_stopped_it() -> None:
    moment = Day().at(10).party_added().party_added(agent="1002").at(40).processing_stopped(by="1002")
    assert (moment.day.number(A1, "Stopped"), moment.day.number(A2, "Stopped")) == (0, 1)


def test_a_logout_while_handling_is_processed_and_not_stopped() -> None:
    day = Day().at(10).party_added().at(40).agent_logout().day
    assert (day.ended(A1, "Processed"), day.number(A1, "Stopped")) == ((1, 30), 0)


# -- what filters see --------------------------------------------------------------------------------------------------


def test_user_data_are_the_interactions_from_each_event_on() -> None:
    moment = Day().at(10).party_added(data={"Step": "one", "Kept": "yes"})
    moment = moment.at(30).properties_changed(data={"Step": "two"}).at(40).properties_changed(deleted=["Kept"])
    day = moment.at(45).party_removed().day
    for pair, time in ((("Step", "one"), 20), (("Step", "two"), 15), (("Kept", "yes"), 30)):
        assert day.value(A1, "TotalTime", "Handling", filter='PairExists("{}","{}")'.format(*pair)) == time


def test_business_attributes_narrow_by_type_and_subtype() -> None:
    day = Day().at(10).party_added(interaction_subtype="InboundNew").at(20).party_removed().day
    assert day.number(A1, "Handling", InteractionType="inbound") == 1
    assert day.number(A1, "Handling", InteractionType="Outbound") == 0
    assert day.number(A1, "Handling", InteractionSubtype="InboundNew") == 1


def test_an_interaction_of_one_agent_counts_in_its_groups_once() -> None:
    day = Day().at(10).party_added().at(20).party_removed().day
    assert day.ended("GroupAgents:Three", "Handling") == (1, 10)
    assert day.ended("GroupPlaces:Desks", "Handling") == (1, 10)
