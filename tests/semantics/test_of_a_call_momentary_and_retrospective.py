"""`semantics.md` 2.3, with its fine print: how often each was raised, and with which duration."""

import pytest

from tests.semantics.timeline import Day, Moment

DN = "RegDN:7001"
TYPES = ("Inbound", "Outbound", "Internal", "Consult", "Unknown")
CONSULT = {"conn": "c2", "type": "Consult", "was": "c1"}
MERGED = {"conn": "c1", "type": "Inbound", "was": "c2", "third_party_dn": "7001"}


def raised(day: Day, action: str, whose: str = DN) -> tuple[int, float]:
    return day.ended(whose, action)


def talking(**how: str) -> Moment:
    """A call rings at 7001 at 10 and is answered at 13."""
    return Day().at(10).ringing("7001", **how).at(13).established("7001")


def consulting() -> Moment:
    """The call of 7001 is held at 20; its consultation rings at 7002 at 20 and is answered at 24."""
    moment = talking().at(20).held("7001").dialing("7001", role="Origination", other="7002", **CONSULT)
    moment.ringing("7002", role="Destination", other="7001", **CONSULT)
    return moment.at(24).established("7001", conn="c2").established("7002", conn="c2")


def transferred() -> Day:
    """It gives the call away at 40; 7002 talks to 100."""
    moment = consulting().at(40).released("7001", conn="c2", state="Transferred")
    moment.released("7001", state="Transferred", to="7002").party_changed("7002", state="Transferred", **MERGED)
    return moment.at(100).released("7002", conn="c1").day


def conference() -> Day:
    """It joins 7002 to the call at 40; that one leaves at 70, the call ends at 90."""
    moment = consulting().at(40).released("7001", conn="c2", state="Conferenced").retrieved("7001", conn="c1")
    moment.party_added("7001", conn="c1", other="7002", to="7001")
    moment.party_changed("7002", state="Conferenced", role="ConferenceMember", **MERGED)
    moment = moment.at(70).released("7002", conn="c1").party_deleted("7001", conn="c1", other="7002", to="7002")
    return moment.at(90).released("7001", conn="c1").day


def test_call_dialing_started() -> None:
    day = Day().at(10).dialing("7001").at(12).network_reached("7001").at(14).dialing("7001", conn="c2").day
    assert day.number(DN, "CallDialingStarted", at=(5, 10, 14)) == [0, 1, 2]


def test_call_ringing_started() -> None:
    day = talking().at(14).ringing("7001", conn="c2").day
    assert day.number(DN, "CallRingingStarted", at=(5, 10, 14)) == [0, 1, 2]


@pytest.mark.parametrize("action", [f"Call{call_type}Started" for call_type in TYPES])
def test_with_the_begin(action: str) -> None:
    day = (
        talking(type=action.removeprefix("Call").removesuffix("Started"))
        .at(20)
        .held("7001")
        .at(30)
        .released("7001")
        .day
    )
    assert day.number(DN, action, at=(12, 13, 60)) == [0, 1, 1]


@pytest.mark.parametrize("action", [f"Call{call_type}Completed" for call_type in TYPES])
def test_with_the_end(action: str) -> None:
    day = talking(type=action.removeprefix("Call").removesuffix("Completed")).at(63).released("7001").day
    assert day.number(DN, action, at=62) == 0
    assert raised(day, action) == (1, 50)


def test_no_completed_where_a_lost_link_ended_the_call() -> None:
    moment = talking().at(30).link_disconnected().at(50)
    day = moment.registered("7001", agent="1001", agent_state="Ready", calls=[]).link_connected().day
    assert (day.number(DN, "CallInbound"), day.number(DN, "CallInboundCompleted")) == (1, 0)


def test_call_held() -> None:
    day = talking().at(20).held("7001").at(25).retrieved("7001").at(30).held("7001").day
    assert day.number(DN, "CallHeld") == 2


def test_call_answered() -> None:
    day = talking().at(20).established("7001", conn="c2").day
    assert raised(day, "CallAnswered") == (1, 3)


def unanswered(event: str, state: str = "", conn: str = "c1") -> Day:
    """A call rings at 7001 from 10 to 17."""
    moment = Day().at(10).ringing("7001", conn=conn).at(17)
    return getattr(moment, event)("7001", conn=conn, state=state).day


def test_call_abandoned_from_ringing() -> None:
    assert raised(unanswered("abandoned"), "CallAbandonedFromRinging") == (1, 7)


@pytest.mark.parametrize("state", ["", "Ok", "Busy", "Dropped", "Transferred", "Conferenced", "Nonsense"])
def test_a_ring_that_is_released_with_another_state_is_abandoned(state: str) -> None:
    day = unanswered("released", state)
    assert raised(day, "CallAbandonedFromRinging") == (1, 7)
    assert day.number(DN, "CallForwarded") == 0


def test_call_forwarded() -> None:
    assert raised(unanswered("released", "NoAnswer"), "CallForwarded") == (1, 7)


@pytest.mark.parametrize("event", ["released", "diverted"])
@pytest.mark.parametrize("state", ["Redirected", "Forwarded", "NoAnswer"])
def test_a_ring_that_is_taken_away_is_forwarded(event: str, state: str) -> None:
    day = unanswered(event, state)
    assert raised(day, "CallForwarded") == (1, 7)
    assert day.number(DN, "CallAbandonedFromRinging") == 0


@pytest.mark.parametrize(("event", "state"), [("released", "Pickedup"), ("diverted", ""), ("diverted", "Pickedup")])
def test_a_ring_that_another_device_answered_or_that_went_on_raises_nothing(event: str, state: str) -> None:
    day = unanswered(event, state)
    assert day.number(DN, "CallRinging") == 1
    assert day.number(DN, "CallForwarded, CallAbandonedFromRinging, CallAnswered, CallRingingPartyChanged") == 0


def test_call_ringing_party_changed() -> None:
    moment = Day().at(10).ringing("7001", **CONSULT).at(14).party_changed("7001", state="Transferred", **MERGED)
    day = moment.at(20).established("7001", conn="c1").day
    assert raised(day, "CallRingingPartyChanged") == (1, 4)
    assert raised(day, "CallAnswered") == (1, 6)
    assert day.number(DN, "CallRingingStarted") == 2


def test_call_dialed() -> None:
    day = Day().at(10).dialing("7001").at(18).established("7001").at(20).released("7001").day
    assert raised(day, "CallDialed") == (1, 8)
    assert day.number(DN, "CallAbandonedFromDialing") == 0


DIALING_ENDS = {
    "CallAbandonedFromDialing": "",
    "CallDialTransferred": "Transferred",
    "CallDialConferenced": "Conferenced",
}


@pytest.mark.parametrize("action", DIALING_ENDS)
def test_of_dialing_by_how_it_was_released(action: str) -> None:
    day = Day().at(10).dialing("7001", **CONSULT).at(19).released("7001", conn="c2", state=DIALING_ENDS[action]).day
    assert [raised(day, other) for other in DIALING_ENDS if other != action] == [(0, 0), (0, 0)]
    assert raised(day, action) == (1, 9)


@pytest.mark.parametrize("state", ["Busy", "NoAnswer", "Redirected", "Pickedup", "Dropped"])
def test_dialing_that_is_released_in_any_other_way_is_abandoned(state: str) -> None:
    day = Day().at(10).dialing("7001").at(19).released("7001", state=state).day
    assert raised(day, "CallAbandonedFromDialing") == (1, 9)


def test_call_retrieved_from_hold() -> None:
    day = talking().at(20).held("7001").at(32).retrieved("7001").at(40).held("7001").at(45).retrieved("7001").day
    assert raised(day, "CallRetrievedFromHold") == (2, 12 + 5)


@pytest.mark.parametrize("event", ["released", "abandoned"])
def test_call_abandoned_from_hold(event: str) -> None:
    day = getattr(talking().at(20).held("7001").at(32), event)("7001").day
    assert raised(day, "CallAbandonedFromHold") == (1, 12)


@pytest.mark.parametrize("state", ["Transferred", "Conferenced"])
def test_a_held_call_that_is_given_away_is_not_abandoned(state: str) -> None:
    day = talking().at(20).held("7001").at(32).released("7001", state=state).day
    assert raised(day, "CallAbandonedFromHold") == (0, 0)


def test_call_transfer_made() -> None:
    assert raised(transferred(), "CallTransferMade") == (1, 27)
    assert raised(transferred(), "CallTransferMade", "RegDN:7002") == (0, 0)


def test_a_single_step_transfer_is_made_with_the_time_since_the_answer() -> None:
    day = talking().at(33).released("7001", state="Transferred", to="7002").day
    assert raised(day, "CallTransferMade") == (1, 20)


def test_call_transfer_taken() -> None:
    assert transferred().number("RegDN:7002", "CallTransferTaken") == 1
    assert transferred().number(DN, "CallTransferTaken") == 0


def test_a_single_step_transfer_is_taken_as_it_rings() -> None:
    day = talking().at(33).released("7001", state="Transferred").ringing("7002", state="Transferred", to="7001").day
    assert day.number("RegDN:7002", "CallTransferTaken") == 1


def test_call_transfer_party_changed() -> None:
    day = talking(type="Internal").at(40).party_changed("7001", state="Transferred", other="7003", to="7002").day
    assert day.number(DN, "CallTransferPartyChanged") == 1
    assert day.number(DN, "CallTransferTaken, CallPartyChanged") == 0


def test_a_party_changed_with_its_own_call_as_the_previous_one_stays_in_it() -> None:
    day = talking(type="Internal").at(40).party_changed("7001", state="Transferred", was="c1").day
    assert day.number(DN, "CallTransferPartyChanged") == 1
    assert day.number(DN, "CallTransferTaken") == 0


def test_call_conference_originated() -> None:
    day = talking().at(20).dialing("7001", conference_conn_id="c1", **CONSULT).at(30).dialing("7001", conn="c3").day
    assert day.number(DN, "CallConferenceOriginated") == 1


def test_call_conference_made() -> None:
    assert conference().number(DN, "CallConferenceMade") == 1
    assert conference().number("RegDN:7002", "CallConferenceMade") == 0
    assert conference().number(DN, "CallTransferMade") == 0


def test_call_conference_joined() -> None:
    assert conference().number("RegDN:7002", "CallConferenceJoined") == 1
    assert conference().number("RegDN:7002", "CallTransferTaken, CallPartyChanged") == 0
    assert conference().number(DN, "CallConferenceJoined") == 0


def test_call_conference_party_added() -> None:
    day = talking(type="Internal").at(20).established("7003").at(40).party_added("7003", other="7002", to="7001")
    day = day.party_added("7001", other="7002", to="7001").day
    assert day.number("RegDN:7003", "CallConferencePartyAdded") == 1
    assert day.number(DN, "CallConferencePartyAdded") == 0


def test_call_conference_party_deleted() -> None:
    assert conference().number(DN, "CallConferencePartyDeleted") == 1


def test_call_party_changed() -> None:
    day = talking().at(40).party_changed("7001", other="5550002").at(50).party_changed("7001", state="Ok").day
    assert day.number(DN, "CallPartyChanged") == 2


def stuck(moment: Moment) -> Day:
    """The link is lost at 30, and 7001 registered without its calls at 50."""
    moment = moment.at(30).link_disconnected().at(50).registered("7001", agent="1001", agent_state="Ready", calls=[])
    return moment.link_connected().day


def test_stuck_call_cleaned() -> None:
    day = stuck(talking())
    assert raised(day, "StuckCallCleaned") == (1, 37)
    assert raised(day, "StuckCallCleanedWhileRinging") == (0, 0)


def test_stuck_call_cleaned_while_ringing() -> None:
    day = stuck(Day().at(10).ringing("7001"))
    assert raised(day, "StuckCallCleanedWhileRinging") == (1, 40)
    assert raised(day, "StuckCallCleaned, CallAbandonedFromRinging") == (0, 0)


@pytest.mark.parametrize("name", ["CallReleased", "CallDiverted", "CallRouted", "DNDOn"])
def test_a_regular_dn_has_no_such_action(name: str) -> None:
    assert Day().refusal(DN, "TotalNumber", name)[0] == "BadDefinition"


def test_a_party_change_takes_the_agent_the_queue_and_the_answer_along() -> None:
    moment = Day().at(0).queued("8000", **CONSULT).at(10).diverted("8000", conn="c2", to="7002")
    moment = moment.ringing("7002", queue="8000", **CONSULT).at(12).established("7002", conn="c2")
    moment = moment.at(15).agent_logout("7002").at(40).party_changed("7002", state="Transferred", **MERGED)
    day = moment.at(100).released("7002", conn="c1").day
    assert day.time("Agent:1002", "CallInbound") == 60
    assert raised(day, "CallReleased", "Queue:8000") == (1, 88)


def test_what_ends_by_a_party_change_carries_the_old_attributes_and_what_begins_the_new_calls_data() -> None:
    moment = (
        Day()
        .at(5)
        .established("7003", data={"Of": "first"})
        .at(10)
        .established("7001", ani="555", data={"Of": "consult"}, **CONSULT)
    )
    day = moment.at(40).party_changed("7001", state="Transferred", **MERGED).day
    assert day.time(DN, "CallConsultCompleted", filter='PairExists("Of","consult")') == 30
    assert day.running(DN, "CallInbound", filter='PairExists("Of","first") & ANI = "555"', at=50) == 1


def test_a_partys_first_event_without_data_takes_the_calls_as_last_seen() -> None:
    moment = Day().at(0).queued("8000", data={"Of": "queue"}).at(10).diverted("8000", to="7001")
    day = moment.ringing("7001", queue="8000").at(15).established("7001").at(20).released("7001").day
    assert day.number(DN, "CallInbound", filter='PairExists("Of","queue")') == 1
