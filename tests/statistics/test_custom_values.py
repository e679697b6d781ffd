"""Formulas over calls (`semantics.md` 7, 8.4). Times are seconds after 6:00 UTC."""

from typing import Any

import pytest
from house import Client, House

from actors.vocabulary import protocol

SIX = 1_795_500_000.0
NONE = protocol.Notification("None")
PRICE = 'GetNumber("Price")'
EVER = "Growing:never"


@pytest.fixture
def house() -> House:
    return House(SIX)


@pytest.fixture
def client(house: House) -> Client:
    return house.client()


def asked(client: Client, category: str, formula: str = PRICE, mask: str = "CallInbound", **fields: Any) -> Any:
    """The value of a formula's category, asked for now; the first time it is asked for it is opened."""
    definition = {"category": category, "main_mask": mask, "formula": formula, **fields.pop("options", {})}
    name = repr((definition, sorted(map(repr, fields.items()))))
    id_ = ids.setdefault(name, len(ids) + 1)
    chosen = {"time_profile": EVER, "notification": NONE, **fields}
    client.open(id_, definition, **chosen)
    assert client.refusals == []
    return client.infos[id_][-1].value


ids: dict[str, int] = {}


def event(time: float, name: str, conn_id: str = "c1", dn: str = "7001", **fields: Any) -> dict[str, Any]:
    return {"time": time, "event": name, "this_dn": dn, "conn_id": conn_id, "call_type": "Inbound", **fields}


def answered(time: float, conn_id: str = "c1", dn: str = "7001", **fields: Any) -> list[dict[str, Any]]:
    return [event(time, name, conn_id, dn, **fields) for name in ("EventRinging", "EventEstablished")]


def priced(price: Any) -> dict[str, Any]:
    return {"user_data": {"Price": price}}


TOTALS = ("TotalCustomValue", "AverageCustomValue", "MaxCustomValue", "MinCustomValue")
CURRENTS = ("CurrentCustomValue", "CurrentAverageCustomValue", "CurrentMaxCustomValue", "CurrentMinCustomValue")


# -- historical


def test_sum_mean_greatest_and_smallest_are_of_the_calls_that_ended(house: House, client: Client) -> None:
    assert [asked(client, category) for category in TOTALS] == [0, 0, 0, 0]
    for number, price in enumerate((20, 5, 11)):
        house.call(10 * number, 10 * number + 5, **priced(price))
    house.say(*answered(50, "c9", **priced(100)))
    assert [asked(client, category) for category in TOTALS] == [36, 12, 20, 5]


def test_a_value_may_be_below_nothing(house: House, client: Client) -> None:
    asked(client, "MaxCustomValue"), asked(client, "MinCustomValue")
    house.call(1, 2, **priced(-7))
    house.call(3, 4, **priced(-2))
    assert (asked(client, "MaxCustomValue"), asked(client, "MinCustomValue")) == (-2, -7)


def test_a_call_that_ends_counts_with_the_data_from_before_its_last_event(house: House, client: Client) -> None:
    asked(client, "TotalCustomValue")
    asked(client, "TotalCustomValue", mask="CallInboundCompleted")
    house.say(*answered(1, **priced(3)), event(5, "EventAttachedDataChanged", **priced(4)))
    house.say(event(9, "EventReleased", **priced(50)))
    assert asked(client, "TotalCustomValue") == 4
    assert asked(client, "TotalCustomValue", mask="CallInboundCompleted") == 50


def test_an_instant_counts_with_the_data_of_its_event(house: House, client: Client) -> None:
    asked(client, "TotalCustomValue", mask="CallHeld, CallRetrievedFromHold")
    house.say(*answered(1, **priced(1)), event(5, "EventHeld", **priced(10)), event(6, "EventRetrieved", **priced(200)))
    assert asked(client, "TotalCustomValue", mask="CallHeld, CallRetrievedFromHold") == 210


def test_a_user_event_has_its_own_data(house: House, client: Client) -> None:
    asked(client, "TotalCustomValue", mask="UserEvent, LoggedIn")
    house.say({"time": 3, "event": "EventUserEvent", "this_dn": "7001", "user_data": {"Price": 8}})
    assert asked(client, "TotalCustomValue", mask="UserEvent, LoggedIn") == 8


def test_with_a_filter_each_stretch_has_the_data_it_ran_with(house: House, client: Client) -> None:
    sales = {"filter": 'PairExists("Type","Sales")'}
    asked(client, "TotalCustomValue", **sales), asked(client, "MaxCustomValue", **sales)
    house.say(*answered(1, user_data={"Type": "Sales", "Price": 3}))
    house.say(event(4, "EventAttachedDataChanged", user_data={"Type": "Billing", "Price": 1000}))
    house.say(event(6, "EventAttachedDataChanged", user_data={"Type": "Sales", "Price": 7}))
    house.say(event(9, "EventReleased"))
    assert asked(client, "TotalCustomValue", **sales) == 10
    assert asked(client, "MaxCustomValue", **sales) == 7


def test_a_value_that_a_formula_does_not_give_is_not_in_the_mean(house: House, client: Client) -> None:
    formula = 'GetNumber("Price") * GetNumber("Price")'
    asked(client, "AverageCustomValue", formula), asked(client, "TotalCustomValue", formula)
    house.call(1, 2, **priced(4))
    house.call(3, 4, **priced("1e300"))
    assert (asked(client, "AverageCustomValue", formula), asked(client, "TotalCustomValue", formula)) == (16, 16)


def test_sums_are_exact_in_whatever_order_they_are_made(house: House, client: Client) -> None:
    asked(client, "TotalCustomValue")
    for number, price in enumerate((1e15, 0.1, -1e15, 0.2)):
        house.call(10 * number, 10 * number + 5, **priced(price))
    assert asked(client, "TotalCustomValue") == 0.1 + 0.2


def test_a_custom_value_is_taken_over_the_interval_of_the_profile(house: House, client: Client) -> None:
    quarters = {"time_profile": "Growing:0:00 +0:15"}
    asked(client, "TotalCustomValue", **quarters), asked(client, "MaxCustomValue", **quarters)
    house.call(10, 20, **priced(3))
    house.call(880, 910, **priced(4))
    house.call(920, 930, **priced(5))
    assert (asked(client, "TotalCustomValue", **quarters), asked(client, "MaxCustomValue", **quarters)) == (9, 5)


def test_a_custom_value_leaves_a_sliding_window_with_its_bucket(house: House, client: Client) -> None:
    #        0     10    20    30    40    50    60
    # ends        3  |     5 |     2 |     |     |         window 20, step 10
    window = {"time_profile": "Sliding:20:10"}
    read = lambda: [asked(client, category, **window) for category in TOTALS]  # noqa: E731
    assert read() == [0, 0, 0, 0]
    house.call(5, 12, **priced(3))
    house.call(13, 24, **priced(5))
    house.call(25, 34, **priced(2))
    assert read() == [10, 10 / 3, 5, 2]
    house.reach(40)
    assert read() == [7, 3.5, 5, 2]
    house.reach(50)
    assert read() == [2, 2, 2, 2]
    house.reach(60)
    assert read() == [0, 0, 0, 0]


def test_a_custom_value_of_the_last_ones_is_of_those_alone(house: House, client: Client) -> None:
    last = {"time_profile": "Selection:2"}
    read = lambda: [asked(client, category, **last) for category in TOTALS]  # noqa: E731
    assert read() == [0, 0, 0, 0]
    for number, price in enumerate((100, 4, 6)):
        house.call(10 * number, 10 * number + 5, **priced(price))
    assert read() == [10, 5, 6, 4]


def test_a_custom_value_since_login_begins_anew_with_the_login(house: House, client: Client) -> None:
    since = {"time_profile": "SinceLogin:"}
    asked(client, "TotalCustomValue", **since)
    house.call(10, 20, **priced(3))
    house.say({"time": 30, "event": "EventAgentLogout", "this_dn": "7001"})
    house.say({"time": 40, "event": "EventAgentLogin", "this_dn": "7001", "agent_id": "1001"})
    house.call(50, 60, **priced(4))
    assert asked(client, "TotalCustomValue", **since) == 4


# -- current


def test_current_values_are_of_the_calls_that_run_with_the_data_they_have_now(house: House, client: Client) -> None:
    group = {"object": protocol.ObjectName("GroupAgents", "Sales")}
    read = lambda: [asked(client, category, **group) for category in CURRENTS]  # noqa: E731
    assert read() == [0, 0, 0, 0]
    house.say(*answered(1, "c1", **priced(3)), *answered(2, "c2", "7002", **priced(9)))
    assert read() == [12, 6, 9, 3]
    house.say(event(3, "EventAttachedDataChanged", **priced(5)))
    assert read() == [14, 7, 9, 5]
    house.say(event(4, "EventReleased", "c2", "7002"))
    assert read() == [5, 5, 5, 5]


def test_what_runs_when_it_is_asked_for_is_in_a_current_value(house: House, client: Client) -> None:
    house.say(*answered(1, **priced(3)))
    assert asked(client, "CurrentCustomValue") == 3


def test_a_client_is_told_when_data_change_a_current_value(house: House, client: Client) -> None:
    client.open(
        1,
        {"category": "CurrentCustomValue", "main_mask": "CallInbound", "formula": PRICE},
        notification=protocol.Notification("Immediate"),
    )
    house.say(*answered(1, **priced(3)), event(2, "EventAttachedDataChanged", **priced(5)), event(3, "EventReleased"))
    assert client.values(1) == [0, 3, 5, 0]


def test_a_queue_knows_what_its_waiting_calls_are_worth(house: House, client: Client) -> None:
    queue = {"object": protocol.ObjectName("Queue", "8000@pbx1"), "mask": "CallWait"}
    done = {**queue, "mask": "CallAbandoned, CallEntered"}
    assert [asked(client, "CurrentCustomValue", **queue), asked(client, "TotalCustomValue", **done)] == [0, 0]
    house.say(event(1, "EventQueued", "c1", "8000", **priced(3)), event(2, "EventQueued", "c2", "8000", **priced(4)))
    assert [asked(client, "CurrentCustomValue", **queue), asked(client, "TotalCustomValue", **done)] == [7, 7]
    house.say(event(5, "EventAbandoned", "c1", "8000"))
    assert [asked(client, "CurrentCustomValue", **queue), asked(client, "TotalCustomValue", **done)] == [4, 10]


# -- DistByConnID


def test_a_call_counts_once_in_an_interval_however_often_it_ends(house: House, client: Client) -> None:
    quarters = {"time_profile": "Growing:0:00 +0:15", "mask": "CallInboundCompleted"}
    each, once = {**quarters, "formula": ""}, {**quarters, "formula": "DistByConnID"}
    read = lambda: (asked(client, "TotalNumber", **each), asked(client, "TotalNumber", **once))  # noqa: E731
    assert read() == (0, 0)
    for begin in (10, 30, 50):
        house.call(begin, begin + 5, conn_id="c1" if begin < 50 else "c2")
    assert read() == (3, 2)
    house.call(1000, 1010, conn_id="c1")
    assert read() == (1, 1)


def test_the_first_of_a_call_gives_the_value(house: House, client: Client) -> None:
    once = "DCID, " + PRICE
    read = lambda: [asked(client, category, once, "CallInboundCompleted") for category in TOTALS]  # noqa: E731
    assert read() == [0, 0, 0, 0]
    house.call(10, 15, conn_id="c1", **priced(3))
    house.call(20, 25, conn_id="c1", **priced(100))
    house.call(30, 35, conn_id="c2", **priced(5))
    assert read() == [8, 4, 5, 3]


def test_what_is_of_no_call_counts_each_time(house: House, client: Client) -> None:
    asked(client, "TotalNumber", "DCID", "UserEvent")
    for time in (1, 2):
        house.say({"time": time, "event": "EventUserEvent", "this_dn": "7001", "user_data": {"Price": 8}})
    assert asked(client, "TotalNumber", "DCID", "UserEvent") == 2


def test_a_call_that_runs_at_two_agents_counts_once_now(house: House, client: Client) -> None:
    group = {"object": protocol.ObjectName("GroupAgents", "Sales")}
    read = lambda: (  # noqa: E731
        asked(client, "CurrentNumber", "", **group),
        asked(client, "CurrentNumber", "DistByConnID", **group),
        asked(client, "CurrentCustomValue", "DistByConnID, " + PRICE, **group),
    )
    assert read() == (0, 0, 0)
    house.say(*answered(1, "c1", **priced(3)), *answered(2, "c1", "7002", **priced(9)), *answered(3, "c2", "7003"))
    assert read() == (3, 2, 3)
    house.say(event(4, "EventReleased", "c1"))
    assert read() == (2, 2, 9)


def test_when_the_first_of_a_call_leaves_a_sliding_window_its_next_counts(house: House, client: Client) -> None:
    #        0     10    20    30    40    50
    # ends         c1=3 |c1=5 |c2=1 |            window 20, step 10
    window = {"time_profile": "Sliding:20:10", "mask": "CallInboundCompleted"}
    read = lambda: (  # noqa: E731
        asked(client, "TotalNumber", "DCID", **window),
        asked(client, "TotalCustomValue", "DCID, " + PRICE, **window),
    )
    assert read() == (0, 0)
    house.call(5, 12, conn_id="c1", **priced(3))
    house.call(13, 24, conn_id="c1", **priced(5))
    house.call(25, 34, conn_id="c2", **priced(1))
    assert read() == (2, 4)
    house.reach(40)
    assert read() == (2, 6)
    house.reach(50)
    assert read() == (1, 1)
    house.reach(60)
    assert read() == (0, 0)


def test_the_time_of_a_call_that_counts_once_is_that_of_its_first(house: House, client: Client) -> None:
    mean = {"options": {"rel_mask": "CallInboundCompleted"}}
    read = lambda: (  # noqa: E731
        asked(client, "TotalTime", "DCID"),
        asked(client, "AverageTime", "DCID", **mean),
        asked(client, "MaxNumber", "DCID"),
    )
    assert read() == (0, 0, 0)
    house.call(10, 15, conn_id="c1")
    house.call(20, 100, conn_id="c1")
    assert read() == (5, 5, 1)


def test_overlaps_and_numbers_that_touch_have_each_call_once(house: House, client: Client) -> None:
    read = lambda: (  # noqa: E731
        asked(client, "TotalAdjustedTime", "DCID", "CallInbound, CallOnHold"),
        asked(client, "TotalAdjustedNumber", "DCID", "CallInbound, CallOnHold"),
    )
    assert read() == (0, 0)
    house.say(*answered(10), event(20, "EventHeld"))
    house.reach(30)
    assert read() == (20, 1)
    house.say(event(40, "EventRetrieved"))
    house.reach(50)
    assert read() == (20, 1)


# -- data of the call that one was a consultation for


def consulted(time: float, name: str, dn: str, **fields: Any) -> dict[str, Any]:
    told = {"call_type": "Consult", "previous_conn_id": "c1", **fields}
    return event(time, name, "c2", dn, **told)


def test_a_consultation_looks_at_the_data_of_the_call_it_is_for(house: House, client: Client) -> None:
    mine = {"object": protocol.ObjectName("Agent", "1002"), "mask": "CallConsult, CallConsultCompleted"}
    formula = 'GetGlobalNumber("Price")'
    read = lambda: (  # noqa: E731
        asked(client, "CurrentCustomValue", formula, **mine),
        asked(client, "TotalCustomValue", formula, **mine),
        asked(client, "TotalCustomValue", PRICE, **mine),
    )
    assert read() == (0, 0, 0)
    house.say(*answered(1, **priced(20)), event(30, "EventHeld"))
    house.say(consulted(31, "EventDialing", "7001"), consulted(31, "EventRinging", "7002"))
    house.say(consulted(33, "EventEstablished", "7001"), consulted(33, "EventEstablished", "7002"))
    assert read() == (20, 0, 0)
    house.say(event(35, "EventAttachedDataChanged", **priced(21)))
    assert read() == (21, 0, 0)
    house.say(consulted(40, "EventReleased", "7002"))
    assert read() == (0, 42, 0)


def test_a_consultation_s_own_data_come_first(house: House, client: Client) -> None:
    mine = {"object": protocol.ObjectName("Agent", "1002"), "mask": "CallConsultCompleted"}
    formula = 'GetGlobalNumber("Price") + GetGlobalNumber("Extra")'
    asked(client, "TotalCustomValue", formula, **mine)
    house.say(*answered(1, user_data={"Price": 20, "Extra": 7}))
    house.say(consulted(31, "EventRinging", "7002", **priced(1)), consulted(33, "EventEstablished", "7002"))
    house.say(consulted(40, "EventReleased", "7002"))
    assert asked(client, "TotalCustomValue", formula, **mine) == 8


def test_who_takes_over_a_call_still_has_the_data_others_attach_to_it(house: House, client: Client) -> None:
    mine = {"object": protocol.ObjectName("Agent", "1002"), "mask": "CallInbound"}
    formula = 'GetGlobalNumber("Late") + GetNumber("Late")'
    assert asked(client, "CurrentCustomValue", formula, **mine) == 0
    house.say(*answered(1, **priced(20)), *answered(2, "c1", "7003"))
    house.say(consulted(31, "EventRinging", "7002"), consulted(33, "EventEstablished", "7002"))
    changed = event(36, "EventPartyChanged", "c1", "7002", previous_conn_id="c2", call_state="Transferred")
    house.say(changed)
    house.say(event(40, "EventAttachedDataChanged", "c1", "7003", user_data={"Late": 6}))
    assert asked(client, "CurrentCustomValue", formula, **mine) == 6


def test_a_consultation_that_waits_in_a_queue_has_the_data_of_the_call_it_is_for(house: House, client: Client) -> None:
    queue = {"object": protocol.ObjectName("Queue", "8000@pbx1"), "mask": "CallWait"}
    formula = 'GetGlobalNumber("Price")'
    assert asked(client, "CurrentCustomValue", formula, **queue) == 0
    house.say(*answered(1, **priced(20)), consulted(31, "EventQueued", "8000"))
    assert asked(client, "CurrentCustomValue", formula, **queue) == 20
    house.say(event(35, "EventAttachedDataChanged", **priced(21)))
    assert asked(client, "CurrentCustomValue", formula, **queue) == 21


# -- what cannot be


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (
            {"category": "TotalCustomValue", "formula": 'GetNumber("Price"'},
            "BadDefinition",
            "Formula: it ends where ')' should\n  GetNumber(\"Price\"\n                   ^",
        ),
        (
            {"category": "TotalCustomValue", "formula": 'GetNumbr("Price")'},
            "BadDefinition",
            "Formula: a formula has no function 'GetNumbr'; did you mean 'GetNumber'?\n  GetNumbr(\"Price\")\n  ^",
        ),
        ({"category": "TotalCustomValue"}, "BadDefinition", "TotalCustomValue needs a Formula to calculate"),
        (
            {"category": "TotalCustomValue", "formula": "1", "subject": "AgentStatus"},
            "NotApplicable",
            "TotalCustomValue by AgentStatus has no meaning for Agent",
        ),
    ],
)
def test_a_formula_that_cannot_be_is_refused_with_the_place_or_the_reason(
    client: Client, options: dict[str, str], code: str, message: str
) -> None:
    client.open(1, {"main_mask": "CallInbound", **options}, notification=NONE)
    assert [(error.code, error.message) for error in client.refusals] == [(code, message)]
