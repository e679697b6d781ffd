"""`semantics.md` 8.3, with its fine print: which occurrences a filter lets through."""

from typing import Any

import pytest

from tests.semantics.timeline import Day

DN, QUEUE = "RegDN:7001", "Queue:8000"
CALL = {
    "queue": "8000",
    "other": "5550001",
    "ani": "5550001",
    "dnis": "8000",
    "data": {
        "Of": "Sales",
        "Score": "12",
        "Deep": {"Inner": {"Key": "found"}, "Of": "nested"},
        "Empty": "",
        "Flag": True,
    },
    "reasons": {"Why": "told"},
    "extensions": {"ReasonCode": "7", "Line": "2"},
}


def lets_through(filter_: str, **other: Any) -> bool:
    day = Day().at(10).established("7001", **{**CALL, **other}).at(30).released("7001", **{**CALL, **other}).day
    number = day.number(DN, "CallInbound", filter=filter_)
    assert number in (0, 1)
    return number == 1


PAIRS = {
    'PairExists("Of","Sales")': True,
    'PairExists("Of","sales")': False,
    'PairExists("Of","S*")': True,
    'PairExists("Of","?ales")': True,
    'PairExists("Of","?")': False,
    'PairExists("Of","Billing")': False,
    'PairExists("Of")': True,
    'PairExists("Of","*")': True,
    'PairExists("Deep")': True,
    'PairExists("Inner","*")': True,
    'PairExists("Absent")': False,
    'PairExists("Absent","*")': False,
    'PairExist("Of","Sales")': True,
    'PairExists("Key","found")': True,
    'PairExists("Of","nested")': True,
    'PairExists("Of","nothing")': False,
    'PairExists(Reasons,"Why","told")': True,
    'PairExists(Reasons,"Of","Sales")': False,
    'PairExists(Extensions,"Line","2")': True,
    'PairExists(Extensions,"Why","told")': False,
}


@pytest.mark.parametrize("filter_", PAIRS)
def test_pair(filter_: str) -> None:
    assert lets_through(filter_) is PAIRS[filter_]


COMPARISONS = {
    "ANI = 5550001": True,
    'DNIS = "8*"': True,
    'MediaType = "voice"': True,
    'CallType = "Inbound"': True,
    'CallType = "inbound"': False,
    'ThisQueue = "8000"': True,
    'ThisDN = "7001"': True,
    'OtherDN = "5550001"': True,
    'CustomerID = "Environment"': True,
    'ConnID = "c1"': True,
    "ExtensionReasonCode = 7": True,
    'Reasons("Why") = "told"': True,
    'UserData("Of") = "Sales"': True,
    'UserData("Of") = "nested"': False,
    'UserData("Key") = "found"': True,
    'UserData("Of") != "Sales"': False,
    'UserData("Of") != "B*"': True,
    'UserData("Score") > 9': True,
    'UserData("Score") > "9"': False,
    'UserData("Score") < 12.5': True,
    'UserData("Score") <= 12': True,
    'UserData("Score") >= 12.0': True,
    'UserData("Deep") != "x"': False,
    'UserData("Flag") = "true"': True,
    "UserData('Flag') = TRUE": False,
    'UserData("Score") = 12.0': True,
    'UserData("Score") = "12.0"': False,
    'GetNumber("Score",0) = 12': True,
    'GetNumber("Absent",5) = 5': True,
    'GetString("Absent","none") = "none"': True,
    'GetString("Of","none") = "Sales"': True,
    'UserData("Absent") = "x"': False,
    'UserData("Absent") != "x"': False,
    'TreatmentType != "Music"': False,
}


@pytest.mark.parametrize("filter_", COMPARISONS)
def test_comparison(filter_: str) -> None:
    assert lets_through(filter_) is COMPARISONS[filter_]


TRUE, FALSE = 'ThisDN = "7001"', 'ThisDN = "none"'
LOGIC = {
    f"{TRUE} & {TRUE}": True,
    f"{TRUE} & {FALSE}": False,
    f"{FALSE} | {TRUE}": True,
    f"{FALSE} | {FALSE}": False,
    f"~({TRUE})": False,
    f"~({FALSE})": True,
    f"{TRUE} | {TRUE} & {FALSE}": True,
    f"({TRUE} | {TRUE}) & {FALSE}": False,
    'PairExists("Of") & ~PairExists("Absent")': True,
    '~PairExists("Of") & PairExists("Absent") | PairExists("Score")': True,
    '~PairExists("Absent") | PairExists("Of") & PairExists("Absent")': True,
}


@pytest.mark.parametrize("filter_", LOGIC)
def test_logic(filter_: str) -> None:
    assert lets_through(filter_) is LOGIC[filter_]


def test_a_filter_may_be_named_in_the_file() -> None:
    day = Day(options='[Filters]\nSalesOnly = PairExists("Of","Sales")\n')
    day.at(10).established("7001", data={"Of": "Sales"}).at(12).established("7001", conn="c2", data={"Of": "Billing"})
    assert day.running(DN, "CallInbound", filter="SalesOnly", at=20) == 1
    assert day.refusal(DN, "CurrentNumber", "CallInbound", filter="SalesOny")[0] == "UnknownFilter"


def test_a_filter_applies_to_m_and_not_to_r() -> None:
    moment = Day().at(10).established("7001", data={"Of": "Sales"}).at(12).established("7001", conn="c2")
    how = {"filter": 'PairExists("Of","Sales")', "at": 20}
    assert moment.day.value(DN, "CurrentRelativeNumberPercentage", "CallInbound", "CallInbound", **how) == 50


@pytest.mark.parametrize(
    ("business", "number"),
    [
        ({"Of": "Sales"}, 1),
        ({"Of": "Billing, Sales"}, 1),
        ({"Of": "Billing"}, 0),
        ({"CallType": "Inbound, Outbound"}, 1),
        ({"CallType": "Outbound"}, 0),
        ({"MediaType": "voice"}, 1),
        ({"MediaType": "chat"}, 0),
        ({"ThisQueue": "8000", "Of": "Sales"}, 1),
        ({"CustomerID": "Environment"}, 1),
        ({"CustomerID": "Another"}, 0),
        ({"ExtensionReasonCode": "7"}, 1),
        ({"Rate": "2"}, 1),
        ({"Absent": "None"}, 0),
        ({"TreatmentType": "None"}, 0),
    ],
)
def test_a_business_attribute(business: dict[str, str], number: int) -> None:
    told = CALL | {"data": CALL["data"] | {"Rate": 2.0}}
    day = Day().at(10).established("7001", **told).at(30).released("7001", extensions=CALL["extensions"]).day
    assert day.number(DN, "CallInbound", **business) == number


def test_business_attributes_narrow_m_and_r_alike() -> None:
    moment = Day().at(10).established("7001", data={"Of": "Sales"}).at(12).established("7001", conn="c2")
    value = moment.day.value(DN, "CurrentRelativeNumberPercentage", "CallInbound", "CallInbound", at=20, Of="Sales")
    assert value == 100


def test_an_instant_counts_if_the_filter_holds_then() -> None:
    moment = Day().at(10).established("7001", data={"Of": "Billing"}).at(20).held("7001", data={"Of": "Sales"})
    sales = 'PairExists("Of","Sales")'
    day = moment.at(30).released("7001", data={"Of": "Billing"}).day
    assert (day.number(DN, "CallHeld", filter=sales), day.number(DN, "CallInboundCompleted", filter=sales)) == (1, 0)
    assert day.time(DN, "CallInbound", filter=sales) == 10


@pytest.mark.parametrize("holder", [DN, "Agent:1001"])
def test_what_an_event_ends_ran_with_the_data_from_before_it(holder: str) -> None:
    moment = Day().at(10).ringing("7001", data={"Of": "Billing"}).at(20).established("7001", data={"Of": "Sales"})
    day = moment.at(30).released("7001", data={"Of": "Billing"}).day
    sales = {"filter": 'PairExists("Of","Sales")'}
    assert (day.number(holder, "CallRinging", **sales), day.number(holder, "CallAnswered", **sales)) == (0, 1)
    assert (day.number(holder, "CallInbound", **sales), day.number(holder, "CallInboundCompleted", **sales)) == (1, 0)


def test_a_wait_that_an_event_ends_ran_with_the_data_from_before_it() -> None:
    moment = Day().at(10).queued("8000", data={"Of": "Billing"}).at(20).abandoned("8000", data={"Of": "Sales"})
    sales = {"filter": 'PairExists("Of","Sales")'}
    assert (moment.day.number(QUEUE, "CallWait", **sales), moment.day.number(QUEUE, "CallAbandoned", **sales)) == (0, 1)


def test_a_status_that_no_action_gives_has_no_attributes() -> None:
    day = Day(staffed=False)
    how = {"subject": "AgentStatus", "at": 10}
    assert day.running("GroupAgents:Sales", "LoggedOut", **how) == 2
    assert day.running("GroupAgents:Sales", "LoggedOut", filter='MediaType = "voice"', **how) == 0


def test_a_status_has_the_attributes_of_its_action() -> None:
    day = Day().at(10).established("7001", data={"Of": "Sales"}).day
    how = {"subject": "AgentStatus", "at": 20, "filter": 'PairExists("Of","Sales")'}
    assert day.running("Agent:1001", "CallInbound", **how) == 1


def test_treatment_type() -> None:
    day = Day().at(10).route_request("8500").at(12).treatment_applied("8500", treatment_type="Music").day
    how = {"filter": 'TreatmentType = "Music"'}
    assert day.number("RoutePoint:8500", "CallTreatmentStarted", **how) == 1
