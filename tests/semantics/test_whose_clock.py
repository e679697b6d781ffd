"""`semantics.md` 9.1, and when things are looked at (11 to 4, 7 and to 7.2, 8.1)."""

from actors.vocabulary.protocol import Notification
from tests.semantics.served import ZERO
from tests.semantics.timeline import Day
from tests.statistics.house import House

DN, AGENT, IN = "RegDN:7001", "Agent:1001", "CallInbound"
NONE = Notification("None")
RUNNING = {"category": "CurrentTime", "main_mask": IN}


def test_the_times_of_events_never_go_back() -> None:
    day = Day().at(10).ringing("7002").at(11).established("7001", conn="c2", time=5).day
    assert day.value(DN, "CurrentTime", IN, at=30) == 20


def current_time(stamp: float, now: float) -> float:
    """What a live server says at 200 of a call that it was told of at `now` with a stamp."""
    house = House(ZERO, is_live=True)
    client = house.client()
    client.open(1, RUNNING, notification=NONE)
    house.reach(now)
    house.say({"time": stamp, "event": "EventEstablished", "this_dn": "7001", "conn_id": "c1", "call_type": "Inbound"})
    house.reach(200)
    client.open(2, RUNNING, notification=NONE)
    return float(client.infos[2][-1].value)


def test_a_stamp_is_taken_as_it_is_if_it_is_near_our_clock() -> None:
    assert current_time(100.5, 100) == 99.5
    assert current_time(71, 100) == 129


def test_a_stamp_is_not_more_than_1_s_ahead_of_our_clock() -> None:
    assert current_time(150, 100) == 99


def test_a_stamp_is_not_more_than_30_s_behind_our_clock() -> None:
    assert current_time(20, 100) == 130


def test_on_the_clock_of_the_sources_nothing_is_clamped_to_ours() -> None:
    day = Day().at(10).heartbeat().at(5000).established("7001").day
    assert day.value(DN, "CurrentTime", IN, at=5100) == 100


def test_a_statistic_that_a_file_asks_for_is_opened_before_the_first_event() -> None:
    assert Day().at(0).agent_logout("7001").day.number(AGENT, "AgentLogout", opened=0) == 1


def test_statuses_are_looked_at_after_each_input_also_of_one_time() -> None:
    day = Day().at(10).established("7001").released("7001").day
    assert day.number(AGENT, IN, subject="AgentStatus") == 1
    assert day.time(AGENT, IN, subject="AgentStatus") == 0


def test_every_agent_begins_logged_out_and_every_dn_not_monitored() -> None:
    day = Day(registered=False).at(0).registered("7001", agent="1001", agent_state="Ready", calls=[]).day
    for whose, status, subject in ((AGENT, "LoggedOut", "AgentStatus"), (DN, "NotMonitored", "DNStatus")):
        assert day.ended(whose, status, subject=subject) == (1, 0)


def test_a_reading_comes_after_all_inputs_of_its_time() -> None:
    day = Day().at(10).established("7001").at(30).released("7001").day
    assert (day.number(DN, IN, at=30), day.running(DN, IN, at=30)) == (1, 0)


def test_numbers_are_looked_at_after_each_input_never_inside_one() -> None:
    moment = Day().at(10).established("7001", conn="c2", type="Consult", was="c1").at(20)
    day = moment.party_changed("7001", conn="c1", type="Inbound", was="c2", state="Transferred").day
    numbers = [
        day.value(DN, category, "CallConsult, CallInbound", opened=15) for category in ("MinNumber", "MaxNumber")
    ]
    assert numbers == [1, 1]


def test_a_stretch_of_no_length_during_which_a_filter_held_counts() -> None:
    moment = (
        Day()
        .at(10)
        .established("7001", data={"Of": "Sales"})
        .at(20)
        .attached_data_changed("7001", data={"Of": "Billing"})
    )
    day = moment.attached_data_changed("7001", data={"Of": "Sales"}).at(30).released("7001").day
    for of, number, time in (("Sales", 2, 20), ("Billing", 1, 0)):
        how = {"filter": f'PairExists("Of","{of}")'}
        assert day.ended(DN, IN, **how) == (number, time)
