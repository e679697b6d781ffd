"""`semantics.md` 2.2, with its fine print."""

import pytest

from tests.semantics.timeline import Day, Moment

DN = "RegDN:7001"
TALKING = "CallInbound,CallOutbound,CallInternal,CallConsult,CallUnknown"
CONSULT = {"conn": "c2", "type": "Consult", "was": "c1"}
BECOMES_C1 = {"conn": "c1", "type": "Inbound", "was": "c2", "state": "Transferred"}


def lasted(day: Day, action: str, whose: str = DN) -> tuple[int, float]:
    """How often the action ended, and how long it had lasted."""
    return day.ended(whose, action)


def test_call_dialing() -> None:
    day = Day()
    day.at(10).dialing("7001", type="Outbound").at(18).established("7001").at(20).released("7001")
    day.at(30).dialing("7001", conn="c2").at(31).network_reached("7001", conn="c2")
    day.at(32).destination_busy("7001", conn="c2", state="Busy").at(35).released("7001", conn="c2")
    assert lasted(day, "CallDialing") == (2, 8 + 5)


def test_call_dialing_ends_and_begins_with_a_party_change() -> None:
    day = Day()
    day.at(10).dialing("7001", **CONSULT).at(14).party_changed("7001", **BECOMES_C1).at(20).established("7001")
    assert lasted(day, "CallDialing") == (2, 4 + 6)
    assert day.number(DN, "CallDialed, CallAbandonedFromDialing, CallDialTransferred") == 1


RINGING_ENDS = {
    "established": lambda moment: moment.established("7001"),
    "abandoned": lambda moment: moment.abandoned("7001"),
    "released": lambda moment: moment.released("7001"),
    "diverted": lambda moment: moment.diverted("7001", state="Redirected", to="7002"),
}


@pytest.mark.parametrize("how", RINGING_ENDS)
def test_call_ringing(how: str) -> None:
    day = Day()
    RINGING_ENDS[how](day.at(10).ringing("7001").at(16))
    assert day.value(DN, "CurrentTime", "CallRinging", at=14) == 4
    assert lasted(day, "CallRinging") == (1, 6)


def test_call_ringing_ends_and_begins_with_a_party_change() -> None:
    day = Day()
    day.at(10).ringing("7001", **CONSULT).at(14).party_changed("7001", **BECOMES_C1).at(20).established("7001")
    assert lasted(day, "CallRinging") == (2, 4 + 6)


@pytest.mark.parametrize("action", TALKING.split(","))
def test_a_call_talks_by_its_type_from_established_to_released(action: str) -> None:
    day = Day()
    call_type = action.removeprefix("Call")
    day.at(10).ringing("7001", type=call_type).at(12).established("7001").at(40).released("7001")
    assert [day.running(DN, other, at=20) for other in TALKING.split(",") if other != action] == [0, 0, 0, 0]
    assert lasted(day, action) == (1, 28)


def test_a_call_goes_on_while_held() -> None:
    day = Day()
    day.at(10).established("7001").at(20).held("7001").at(50).retrieved("7001").at(60).released("7001")
    assert lasted(day, "CallInbound") == (1, 50)


def test_a_party_change_to_another_call_ends_one_and_begins_the_next() -> None:
    day = Day()
    day.at(10).established("7001", **CONSULT).at(25).party_changed("7001", **BECOMES_C1).at(65).released("7001")
    assert lasted(day, "CallConsult") == (1, 15)
    assert lasted(day, "CallInbound") == (1, 40)
    assert day.number(DN, "CallConsultCompleted") == day.number(DN, "CallInboundStarted") == 1


def test_a_party_change_to_another_type_ends_one_and_begins_the_next() -> None:
    day = Day()
    day.at(10).established("7001", type="Internal").at(25).party_changed("7001", type="Outbound").at(65).released(
        "7001"
    )
    assert (lasted(day, "CallInternal"), lasted(day, "CallOutbound")) == ((1, 15), (1, 40))


def test_a_party_change_within_the_call_ends_nothing() -> None:
    day = Day()
    day.at(10).established("7001").at(25).party_changed("7001", state="Transferred", other="5550002")
    day.at(65).released("7001")
    assert lasted(day, "CallInbound") == (1, 55)


def test_a_type_that_changes_in_another_event_is_remembered_for_filters_alone() -> None:
    day = Day()
    day.at(10).established("7001", type="Unknown").at(25).attached_data_changed("7001", type="Inbound")
    day.at(65).released("7001")
    assert lasted(day, "CallUnknown") == (1, 55)
    assert day.number(DN, "CallInbound") == 0
    assert day.time(DN, "CallUnknown", filter='CallType = "Inbound"') == 40


HOLD_ENDS = {
    "retrieved": lambda moment: moment.retrieved("7001"),
    "released": lambda moment: moment.released("7001"),
    "abandoned": lambda moment: moment.abandoned("7001"),
    "party changed": lambda moment: moment.party_changed("7001", state="Conferenced", was="c3"),
}


@pytest.mark.parametrize("how", HOLD_ENDS)
def test_call_on_hold(how: str) -> None:
    day = Day()
    HOLD_ENDS[how](day.at(10).established("7001").at(20).held("7001").at(32))
    assert day.running(DN, "CallOnHold", at=25) == 1
    assert lasted(day, "CallOnHold") == (1, 12)


def test_a_held_party_that_is_changed_talks_without_a_retrospective_action() -> None:
    day = Day()
    day.at(10).established("7001").at(20).held("7001").at(32).party_changed("7001", other="5550002")
    assert (day.status(DN, at=25), day.status(DN, at=40)) == ("CallOnHold", "CallInbound")
    assert day.number(DN, "CallRetrievedFromHold, CallAbandonedFromHold") == 0


BESIDE = {
    "CallInternalOriginated": ("Internal", "Origination"),
    "CallInternalReceived": ("Internal", "Destination"),
    "CallConsultOriginated": ("Consult", "Origination"),
    "CallConsultReceived": ("Consult", "Destination"),
    "CallOutboundOriginated": ("Outbound", "Origination"),
    "CallOutboundReceived": ("Outbound", "Destination"),
}


@pytest.mark.parametrize("action", BESIDE)
def test_beside_its_parent_by_role(action: str) -> None:
    call_type, role = BESIDE[action]
    day = Day()
    begin = day.at(10).dialing if role == "Origination" else day.at(10).ringing
    begin("7001", type=call_type, role=role).at(14).established("7001", role=role).at(44).released("7001", role=role)
    assert lasted(day, action) == lasted(day, f"Call{call_type}") == (1, 30)
    assert [day.number(DN, other) for other in BESIDE if other != action] == [0] * 5


def listened_in() -> Moment:
    """7003 listens to the call of 7001 from 20."""
    day = Day()
    day.at(10).established("7001").at(18).ringing("7003", role="Observer", other="7001")
    return day.at(20).established("7003", role="Observer", other="7001")


def test_call_observing() -> None:
    day = listened_in().at(50).released("7003", role="Observer").at(70).released("7001").day
    assert lasted(day, "CallObserving", "RegDN:7003") == (1, 30)
    assert (
        day.number("RegDN:7003", "CallInbound, CallRinging, CallRingingStarted, CallInboundStarted, CallAnswered") == 0
    )
    assert lasted(day, "CallInbound") == (1, 60)


def test_call_observed() -> None:
    day = listened_in().at(50).released("7003", role="Observer").at(70).released("7001").day
    assert lasted(day, "CallObserved") == (1, 30)
    assert day.running(DN, "CallObserved", at=15) == 0


def test_call_observed_ends_with_the_call() -> None:
    day = listened_in().at(60).released("7001").day
    assert lasted(day, "CallObserved") == (1, 40)


def test_call_observed_runs_once_however_many_listen() -> None:
    moment = listened_in().at(30).established("7002", role="Observer", other="7001")
    day = moment.at(50).released("7003", role="Observer").at(60).released("7002", role="Observer").day
    assert day.running(DN, "CallObserved", at=40) == 1
    assert lasted(day, "CallObserved") == (1, 40)


def test_asm_engaged() -> None:
    day = Day()
    day.at(10).established("7001", type="Internal", extensions={"asm": "Engaged"}).at(40).released("7001")
    assert lasted(day, "ASM_Engaged") == lasted(day, "CallInternal") == (1, 30)
    assert day.number(DN, "ASM_Outbound") == 0


def test_what_asm_said_holds_to_the_release_whatever_other_extensions_say() -> None:
    moment = Day().at(10).dialing("7001", type="Outbound", extensions={"asm": "Engaged"})
    moment = moment.at(20).established("7001", type="Outbound", extensions={"ReasonCode": "1"})
    day = moment.at(30).held("7001", type="Outbound", extensions={"ReasonCode": "2"}).at(60).released("7001").day
    assert lasted(day, "ASM_Engaged") == (1, 40)


def test_asm_outbound() -> None:
    day = Day()
    day.at(10).established("7001", type="Outbound", extensions={"asm": "Outbound"}).at(40).released("7001")
    assert lasted(day, "ASM_Outbound") == lasted(day, "CallOutbound") == (1, 30)
    assert day.number(DN, "ASM_Engaged") == 0


def test_of_two_calls_at_a_dn_each_has_its_action() -> None:
    day = Day()
    day.at(10).established("7001").at(20).established("7001", conn="c2").at(50).released("7001")
    day.at(70).released("7001", conn="c2")
    assert day.running(DN, "CallInbound", at=30) == 2
    assert lasted(day, "CallInbound") == (2, 40 + 50)


def test_an_event_that_comes_twice_begins_nothing_again() -> None:
    day = Day().at(10).ringing("7001").at(11).ringing("7001").at(12).established("7001").at(20).established("7001").day
    assert day.value(DN, "CurrentTime", "CallInbound", at=30) == 18
    assert day.number(DN, "CallRingingStarted") == day.number(DN, "CallInboundStarted") == 1
