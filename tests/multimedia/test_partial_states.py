"""`multimedia.md` 6.2 and 9: what several Interaction Servers say of one agent, or of one place."""

from __future__ import annotations

from actors.objects.channels import Channels
from actors.objects.interaction_messages import ChannelTold, DeskNews
from actors.statistics.changes import Attributes
from tests.multimedia.day import Day, Moment

A1, A2, P1, P2 = "Agent:1001", "Agent:1002", "Place:P1", "Place:P2"
SECOND = "ixn-2"


def both_ready() -> Moment:
    """Chat is ready at both since 10 and 20."""
    return Day().at(10).ready_for_media().at(20).ready_for_media(source=SECOND)


def test_a_channel_begins_with_the_first_source_and_ends_with_the_last() -> None:
    day = both_ready().at(30).agent_logout().at(50).agent_logout(source=SECOND).day
    assert day.ended(A1, "Active") == (1, 40)


def test_a_medium_is_ready_if_any_source_has_it_ready() -> None:
    day = both_ready().at(30).not_ready_for_media().at(50).not_ready_for_media(source=SECOND).day
    assert day.ended(A1, "Available") == (1, 40)
    assert [day.status(A1, at=at) for at in (40, 55)] == ["WaitForNextCall", "NotReadyForNextCall"]


def test_do_not_disturb_blocks_only_the_part_of_its_source() -> None:
    day = both_ready().at(30).do_not_disturb_on().at(50).do_not_disturb_on(source=SECOND).day
    assert day.ended(A1, "Available") == (1, 40)
    assert day.since(A1, "DoNotDisturb", at=60) == 30


def test_logged_out_only_when_no_source_has_a_login() -> None:
    day = both_ready().at(30).agent_logout().at(50).agent_logout(source=SECOND).day
    assert [day.status(A1, at=at) for at in (40, 55)] == ["WaitForNextCall", "LoggedOut"]


def test_of_two_equal_ones_the_newest_gives_the_reasons() -> None:
    moment = Day().at(10).not_ready_for_media(reasons={"Reason": "Old"})
    day = moment.at(20).not_ready_for_media(source=SECOND, reasons={"Reason": "New"}).day
    state = day.read(A1, "CurrentStateReasons", subject="AgentStatus", at=30)["state"]
    assert state["reasons"] == {"Reason": "New"}


def test_one_interaction_at_two_sources_is_the_later_ones() -> None:
    moment = both_ready().at(30).party_added().at(40).party_added(source=SECOND)
    day = moment.at(45).party_removed().at(60).party_removed(source=SECOND).day
    assert day.ended(A1, "Handling") == (2, 30)
    assert day.number(A1, "Processed") == 2


def test_at_different_places_both_show_it() -> None:
    day = Day().at(10).ready_for_media().at(20).ready_for_media(source=SECOND, place="P2").day
    assert [day.status(whose, at=30) for whose in (A1, P1, P2)] == ["WaitForNextCall"] * 3
    assert day.read(A1, "CurrentState", at=30)["state"]["place"] == "P2"


def test_the_newest_login_of_a_source_takes_the_place() -> None:
    moment = Day().at(10).ready_for_media().party_added()
    day = moment.at(30).agent_login(agent="1002", place="P1").day
    assert day.status(A1, at=35) == "LoggedOut"
    assert (day.ended(A1, "Processed"), day.ended(P1, "Processed")) == ((1, 20), (1, 20))


def test_agents_of_different_sources_both_stay_at_a_place() -> None:
    moment = Day().at(10).ready_for_media().party_added()
    moment = moment.at(20).agent_login(source=SECOND, agent="1002", place="P1", media={"chat": "Ready"})
    day = moment.party_added(source=SECOND, agent="1002", place="P1", id="c2").day
    assert day.running(P1, "Handling", at=30) == 2
    ((target),) = day.read(P1, "CurrentTargetState", at=30)["target"]["targets"]
    assert target["media"]["chat"]["n"] == 2


def test_one_interaction_that_two_sources_offer_counts_once() -> None:
    day = both_ready().at(30).agent_invited().agent_invited(source=SECOND).day
    ((target),) = day.read(A1, "CurrentTargetState", at=40)["target"]["targets"]
    assert target["media"]["chat"]["n"] == 1


def test_implied_logins() -> None:
    for name in (
        "agent_invited",
        "party_added",
        "media_added",
        "ready_for_media",
        "not_ready_for_media",
        "do_not_disturb_on",
    ):
        assert getattr(Day().at(10), name)().day.status(A1, at=20) != "LoggedOut", name


def test_other_events_imply_no_login() -> None:
    for name in ("media_removed", "do_not_disturb_off", "agent_logout", "media_state_reason_changed"):
        assert getattr(Day().at(10), name)().day.status(A1, at=20) == "LoggedOut", name


def test_a_login_without_channels_is_logged_in() -> None:
    day = Day().at(10).agent_login(agent="1002").day
    assert [day.status(whose, at=20) for whose in (A2, P2)] == ["LoggedIn"] * 2


def test_a_login_elsewhere_after_an_implied_one_moves_the_place_and_keeps_the_channels() -> None:
    day = Day().at(10).ready_for_media(place="P2").party_added(place="P2").at(30).agent_login(place="P3").day
    assert day.since(A1, "Active", at=50) == 40
    assert day.since(A1, "Handling", at=50) == 40
    assert (day.running(P2, "Handling", at=50), day.running("Place:P3", "Handling", at=50)) == (0, 1)
    assert day.number(P2, "Processed") == 0


def test_a_login_elsewhere_is_a_logout_first() -> None:
    day = Day().at(10).agent_login(media={"chat": "Ready"}).at(30).agent_login(place="P2").day
    assert day.ended(A1, "Active") == (1, 20)
    assert day.status(A1, at=40) == "LoggedIn"


def test_a_login_again_at_the_same_place_adds_media_only() -> None:
    moment = Day().at(10).agent_login(media={"chat": "Ready"}).at(30).agent_login(media={"email": "Ready"})
    assert moment.day.running(A1, "Active", at=40) == 2


def test_a_medium_removed_during_an_interaction_leaves_it_running() -> None:
    day = Day().at(10).ready_for_media().party_added().at(20).media_removed().day
    assert day.running(A1, "Handling", at=30) == 1
    assert day.running(A1, "Routable, NotRoutable", at=30) == 0


def test_a_phone_where_nobody_sits_does_not_count_beside_channels() -> None:
    day = Day().at(10).ready_for_media().day
    day.tserver(0, "Registered", agent_state="LoggedOut", calls=[])
    day.tserver(20, "Ringing", conn_id="v", call_type="Inbound")
    assert day.status(P1, at=30) == "WaitForNextCall"
    day.tserver(40, "Established", conn_id="v", call_type="Inbound")
    assert day.status(P1, at=50) == "CallInbound"


def test_a_phone_where_somebody_sits_counts() -> None:
    day = Day().at(10).ready_for_media().day
    day.tserver(0, "Registered", agent_id="1001", agent_state="Ready", calls=[])
    day.tserver(20, "Ringing", conn_id="v", call_type="Inbound")
    assert day.status(P1, at=30) == "CallRinging"


def test_a_second_call_takes_capacity_though_the_status_is_the_same() -> None:
    day = Day().at(5).ready_for_media().day
    day.tserver(0, "Registered", agent_id="1001", agent_state="Ready", calls=[])
    for number in (10, 20):
        day.tserver(number, "Established", conn_id=f"v{number}", call_type="Inbound")
    ((target),) = day.read(A1, "CurrentTargetState", at=30)["target"]["targets"]
    assert target["media"]["voice"]["n"] == 2


def test_an_agent_that_was_configured_late_is_there_from_the_next_event_on() -> None:
    told = DeskNews(1, 20, "ixn-1", "1001", "P1", (ChannelTold("chat", is_ready=True),))
    channels = Channels("1001")
    channels.apply(told, 1)
    assert channels.status() == ("WaitForNextCall", Attributes(media_type="chat"))
