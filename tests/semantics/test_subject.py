"""`semantics.md` 5, with its fine print: whose occurrences are counted, and for whom a subject stands."""

import pytest

from tests.semantics.timeline import Day

DN, AGENT, PLACE = "RegDN:7001", "Agent:1001", "Place:Desk 1"
SALES, SUPPORT, FLOOR = "GroupAgents:Sales", "GroupAgents:Support", "GroupPlaces:Floor"
TENANT, QUEUE, QUEUES, RP, SWITCH = (
    "Tenant:Environment",
    "Queue:8000",
    "GroupQueues:Queues",
    "RoutePoint:8500",
    "Switch:pbx1",
)
ALL = (DN, AGENT, PLACE, SALES, FLOOR, TENANT, QUEUE, QUEUES, RP, SWITCH)
TALKING = "CallInbound"


def two_calls() -> Day:
    """The page's first: two calls of one agent, from 0 to 300 at one DN and from 120 to 360 at another."""
    day = Day()
    day.at(-5).agent_login("7101", agent="1001").at(0).established("7001").at(300).released("7001")
    day.at(120).established("7101", conn="c2").at(360).released("7101", conn="c2")
    return day


def hold_and_consult() -> Day:
    """The page's second: inbound 0 to 600, held 240 to 420, a consultation 300 to 360, one DN."""
    moment = Day().at(0).established("7001").at(240).held("7001")
    moment = moment.at(300).established("7001", conn="c2", type="Consult").at(360).released("7001", conn="c2")
    return moment.at(420).retrieved("7001").at(600).released("7001").day


def now_and_then(subject: str, whose: str = AGENT) -> tuple[list[float], list[float]]:
    """Of the two calls: CurrentNumber and -Time after 3 minutes; TotalNumber, TotalTime, AverageTime after 10."""
    day = two_calls()
    current = [day.value(whose, f"Current{what}", TALKING, subject=subject, at=180) for what in ("Number", "Time")]
    return current, [
        day.value(whose, category, TALKING, subject=subject, at=600)
        for category in ("TotalNumber", "TotalTime", "AverageTime")
    ]


@pytest.mark.parametrize("subject", ["DNAction", "Action", "dnaction"])
def test_dn_action(subject: str) -> None:
    assert now_and_then(subject) == ([2, 60 + 180], [2, 540, 270])


def test_agent_status() -> None:
    assert now_and_then("AgentStatus") == ([1, 180], [1, 360, 360])


def test_place_status() -> None:
    assert now_and_then("PlaceStatus", PLACE) == ([1, 180], [1, 360, 360])


def test_dn_status() -> None:
    assert now_and_then("DNStatus") == ([2, 60 + 180], [2, 540, 270])


def test_group_status() -> None:
    day = Day().at(10).agent_not_ready("7003").at(30).agent_ready("7003").day
    assert (
        day.number(SUPPORT, "NotReadyForNextCall", subject="GroupStatus"),
        day.number(FLOOR, "*", subject="GroupStatus"),
    ) == (1, 0)
    assert day.time(SUPPORT, "NotReadyForNextCall", subject="GroupStatus") == 20
    assert day.running(FLOOR, "WaitForNextCall", subject="GroupStatus", at=20) == 1


def test_campaign_action() -> None:
    assert Day().refusal(AGENT, "TotalNumber", TALKING, subject="CampaignAction")[0] == "NotApplicable"


@pytest.mark.parametrize(
    ("mask", "subject", "expected"),
    [
        ("CallInbound", "DNAction", (1, 600)),
        ("CallInbound", "DNStatus", (2, 420)),
        ("CallOnHold", "DNAction", (1, 180)),
        ("CallOnHold", "DNStatus", (2, 120)),
        ("CallConsult", "DNAction", (1, 60)),
        ("CallConsult", "DNStatus", (1, 60)),
    ],
)
def test_hold_and_consultation_as_worked_on_the_page(mask: str, subject: str, expected: tuple[int, float]) -> None:
    day = hold_and_consult()
    assert day.ended(DN, mask, subject=subject) == expected


FITS = {
    "DNAction": ALL,
    "DNStatus": (DN, AGENT, PLACE, SALES, FLOOR),
    "AgentStatus": (AGENT, SALES, TENANT, PLACE, FLOOR),
    "PlaceStatus": (PLACE, FLOOR, AGENT, SALES),
    "GroupStatus": (SALES, FLOOR),
}
"""Those that are put right silently included."""


@pytest.mark.parametrize("whose", ALL)
@pytest.mark.parametrize("subject", FITS)
def test_a_subject_fits_or_is_not_applicable(subject: str, whose: str) -> None:
    mask = "WaitForNextCall" if whose not in (QUEUE, QUEUES, RP, SWITCH) else "CallWait"
    if whose in FITS[subject]:
        assert Day().running(whose, mask, subject=subject, at=10) >= 0
    else:
        assert Day().refusal(whose, "CurrentNumber", "*", subject=subject)[0] == "NotApplicable"


@pytest.mark.parametrize(
    ("whose", "subject"),
    [(PLACE, "AgentStatus"), (FLOOR, "AgentStatus"), (AGENT, "PlaceStatus"), (SALES, "PlaceStatus")],
)
def test_the_status_of_the_other_kind_is_put_right(whose: str, subject: str) -> None:
    day = two_calls()
    assert day.ended(whose, TALKING, subject=subject) == (1, 360)


def test_a_tenant_has_the_status_of_each_of_its_agents() -> None:
    day = two_calls()
    assert day.running(TENANT, "WaitForNextCall", subject="AgentStatus", at=180) == 2
    assert day.ended(TENANT, TALKING, subject="AgentStatus") == (
        1,
        360,
    )


def test_a_tenant_has_no_action_of_voice() -> None:
    assert two_calls().number(TENANT, "*") == 0


def test_the_dn_status_of_an_agent_is_clipped_to_its_logins() -> None:
    moment = Day(staffed=False).at(10).off_hook("7001").at(30).agent_login("7001", agent="1001")
    day = moment.at(70).agent_logout("7001").at(100).on_hook("7001").day
    how = {"subject": "DNStatus"}
    assert (day.number(AGENT, "OffHook", at=80, **how), day.time(AGENT, "OffHook", **how)) == (1, 40)
    assert (day.number(DN, "OffHook", at=80, **how), day.time(DN, "OffHook", **how)) == (0, 90)


def test_an_action_that_is_no_status_is_left_out_of_a_status_mask() -> None:
    day = two_calls()
    assert day.number(AGENT, "CallInbound, CallAnswered, CallInboundCompleted", subject="AgentStatus") == 1


@pytest.mark.parametrize("whose", [QUEUE, QUEUES, RP, SWITCH, TENANT])
def test_current_state_is_for_dns_agents_places_and_their_groups(whose: str) -> None:
    subject = "AgentStatus" if whose == TENANT else "DNAction"
    assert Day().refusal(whose, "CurrentState", subject=subject)[0] == "NotApplicable"


def test_each_agent_of_a_group_has_its_status() -> None:
    day = Day(staffed=False)
    assert day.time(SALES, "LoggedOut", subject="AgentStatus", at=100) == 200
    assert day.running(SALES, "LoggedOut", subject="AgentStatus", at=100) == 2
