"""The present state: found at the beginning of a session, matched with what was known before a lost link."""

from __future__ import annotations

from asterisk_play import at, facts
from asterisk_scenes import AGENT, CALLER, DNS, agent, answered, gone, hang_up, join, member, player

from actors.sources.ami import AmiMessage
from actors.vocabulary.events import TServerEvent

QUEUES_DONE: AmiMessage = {"Event": "QueueStatusComplete", "ActionID": "sync-1"}
CHANNELS_DONE: AmiMessage = {"Event": "CoreShowChannelsComplete", "ActionID": "sync-2"}
REGISTERED = [("EventRegistered", dn.number) for dn in DNS]
CONNECTED = ("EventLinkConnected", "")


def booted(uptime: int = 1_000_000) -> AmiMessage:
    return {"Event": "FullyBooted", "Uptime": str(uptime)}


def clock(time: float) -> AmiMessage:
    """The answer to a Ping: no event, but it has a time."""
    return {"Response": "Success", "Ping": "Pong", "Timestamp": at(time, "")["Timestamp"]}


def queue_member(phone: str = "7001", **fields: str) -> AmiMessage:
    about = {"Queue": "sales", "Name": f"1{phone[1:]}", "Location": f"SIP/{phone}", "LoginTime": "999000"}
    return {"Event": "QueueMember", "ActionID": "sync-1", "Paused": "0", "LastPause": "0", **about, **fields}


def queue_entry(uniqueid: str = CALLER, wait: int = 20) -> AmiMessage:
    about = {"Queue": "sales", "Channel": f"SIP/trunk-{uniqueid}", "Uniqueid": uniqueid, "CallerIDNum": "5550001"}
    return {"Event": "QueueEntry", "ActionID": "sync-1", **about, "Wait": str(wait)}


def shown(uniqueid: str, name: str, state: str = "6", bridge: str = "", **fields: str) -> AmiMessage:
    about = {"Channel": name, "Uniqueid": uniqueid, "Linkedid": CALLER, "ChannelState": state, "BridgeId": bridge}
    return {"Event": "CoreShowChannel", "ActionID": "sync-2", **about, **fields}


def talking() -> list[AmiMessage]:
    """Caller and agent in a bridge."""
    caller = shown(
        CALLER, "SIP/trunk-1.0", bridge="b", Application="Queue", ApplicationData="sales,tT", CallerIDNum="5550001"
    )
    return [caller, shown(AGENT, "SIP/7001-1.2", bridge="b")]


def sync(items: list[AmiMessage], time: float = 0, uptime: int = 1_000_000) -> list[AmiMessage]:
    queues = [item for item in items if item["Event"] != "CoreShowChannel"]
    channels = [item for item in items if item["Event"] == "CoreShowChannel"]
    return [booted(uptime), *queues, QUEUES_DONE, *channels, CHANNELS_DONE, clock(time)]


def registered(events: list[TServerEvent], dn: str) -> TServerEvent:
    return next(event for event in events if event.event == "EventRegistered" and event.this_dn == dn)


def test_every_dn_is_registered_and_the_link_connected_at_the_next_time_seen() -> None:
    at_play = player()
    assert at_play.play(sync([])[:-1]) == []
    events = at_play.play([clock(7)])
    assert facts(events) == [*REGISTERED, CONNECTED]
    assert {event.time for event in events} == {1_000_007}
    assert (events[0].dn_type, events[2].dn_type, events[2].agent_state) == ("ACDQueue", "Extension", "LoggedOut")


def test_static_members_are_logged_in_by_the_queue_status() -> None:
    paused = queue_member("7002", Paused="1", PausedReason="Lunch", LastPause="999500")
    events = player().play(sync([queue_member(), paused]))
    ready, not_ready = registered(events, "7001"), registered(events, "7002")
    assert (ready.agent_id, ready.agent_state, ready.agent_state_since) == ("1001", "Ready", 999000)
    assert (not_ready.agent_state, not_ready.reasons) == ("NotReady", {"Reason": "Lunch"})
    assert (not_ready.login_since, not_ready.agent_state_since) == (999000, 999500)


def test_a_member_paused_in_one_of_two_queues_is_ready() -> None:
    items = [queue_member(Paused="1"), queue_member(Queue="support")]
    assert registered(player().play(sync(items)), "7001").agent_state == "Ready"


def test_a_waiting_caller_is_found_with_his_wait_and_his_conn_id() -> None:
    items = [queue_entry("1.8"), shown("1.8", "SIP/trunk-1.8")]
    (call,) = registered(player().play(sync(items)), "sales").calls or ()
    assert (call.conn_id, call.call_state, call.since, call.other_dn) == (CALLER, "Queued", 999980, "5550001")


def test_a_caller_found_waiting_is_answered() -> None:
    events = player().play([*sync([queue_entry(), shown(CALLER, "SIP/trunk-1.0")]), agent(8, "AgentConnect")])
    assert facts(events)[-2:] == [("EventDiverted", "sales"), ("EventEstablished", "7001")]


def test_a_call_found_in_a_bridge_is_established_and_of_its_queue() -> None:
    (call,) = registered(player().play(sync([queue_member(), *talking()])), "7001").calls or ()
    assert (call.conn_id, call.call_type, call.call_state, call.this_queue) == (
        CALLER,
        "Inbound",
        "Established",
        "sales",
    )


def test_a_call_found_in_a_bridge_ends_by_its_agent_complete() -> None:
    events = player().play([*sync([queue_member(), *talking()]), agent(20, "AgentComplete", Reason="agent")])
    assert facts(events)[-1] == ("EventReleased", "7001")


def test_a_phone_found_ringing_rings() -> None:
    (call,) = registered(player().play(sync([shown(AGENT, "SIP/7001-1.2", "5")])), "7001").calls or ()
    assert (call.call_state, call.this_dn_role) == ("Ringing", "Destination")


def test_real_events_in_between_are_held_back() -> None:
    messages = sync([queue_member()])
    assert player().play([*messages[:2], join(3), *messages[2:-2]]) == []


def test_what_was_held_back_happens_after_the_link_is_connected() -> None:
    messages = sync([queue_member()])
    events = player().play([*messages[:2], join(3), *messages[2:]])
    assert facts(events) == [*REGISTERED, CONNECTED, ("EventQueued", "sales")]
    assert {event.time for event in events} == {1_000_003}


def test_a_pause_held_back_that_the_list_shows_already_is_not_told_again() -> None:
    paused = member(3, "QueueMemberPause", Paused="1", PausedReason="Break")
    messages = sync([queue_member(Paused="1", PausedReason="Break")])
    assert facts(player().play([messages[0], paused, *messages[1:]])) == [*REGISTERED, CONNECTED]


def test_without_the_right_to_list_channels_the_rest_is_registered() -> None:
    refused = {"Response": "Error", "ActionID": "sync-2", "Message": "Permission denied"}
    events = player().play([booted(), queue_member(), QUEUES_DONE, refused, clock(1)])
    assert registered(events, "7001").agent_id == "1001"


def test_an_asterisk_that_does_not_answer_is_not_waited_for() -> None:
    events = player().play([booted(), member(0, "QueueMemberAdded"), join(31)])
    assert facts(events) == [
        *REGISTERED,
        CONNECTED,
        ("EventAgentLogin", "7001"),
        ("EventAgentReady", "7001"),
        ("EventQueued", "sales"),
    ]


def test_a_refused_list_of_queues_logs_nobody_out() -> None:
    refused = [{"Response": "Error", "ActionID": action_id} for action_id in ("sync-1", "sync-2")]
    messages = [member(0, "QueueMemberAdded"), at(10, "ServerDisconnected"), booted(), *refused, clock(20)]
    assert registered(player().play(messages), "7001").agent_id == "1001"


def test_a_lost_link_is_told_once() -> None:
    lost = at(10, "ServerDisconnected")
    assert facts(player().play([at(9, "Shutdown"), lost])) == [("EventServerDisconnected", "")]


def test_a_call_that_outlives_a_lost_link_keeps_its_conn_id_and_its_beginning() -> None:
    messages = [*answered(), at(10, "ServerDisconnected"), *sync([queue_member(), *talking()], 20)]
    (call,) = registered(player().play(messages), "7001").calls or ()
    assert (call.conn_id, call.since, call.this_queue) == (CALLER, 1_000_008, "sales")


def test_a_call_gone_in_the_dark_is_not_registered() -> None:
    at_play = player()
    events = at_play.play([*answered(), at(10, "ServerDisconnected"), *sync([queue_member()], 20)])
    assert registered(events, "7001").calls == ()
    assert at_play.play([hang_up(21, AGENT), gone(21, AGENT)]) == []


def test_an_agent_gone_in_the_dark_is_logged_out() -> None:
    events = player().play([member(0, "QueueMemberAdded"), at(10, "ServerDisconnected"), *sync([], 20)])
    assert (registered(events, "7001").agent_id, registered(events, "7001").agent_state) == ("", "LoggedOut")


def test_a_ringing_call_answered_in_the_dark_is_established() -> None:
    messages = [join(0), agent(5, "AgentCalled"), at(10, "ServerDisconnected"), *sync([queue_member(), *talking()], 20)]
    (call,) = registered(player().play(messages), "7001").calls or ()
    assert (call.call_state, call.since) == ("Established", 1_000_020)


def test_after_a_restart_of_asterisk_all_calls_are_gone() -> None:
    messages = [*answered(), at(10, "ServerDisconnected"), *sync([queue_member(), *talking()], 60, uptime=30)]
    (call,) = registered(player().play(messages), "7001").calls or ()
    assert call.since == 1_000_060


def test_after_call_work_that_ends_in_the_dark_is_not_told_but_registered() -> None:
    at_play = player()
    work = [member(0, "QueueMemberAdded", Wrapuptime="30"), *answered(), hang_up(20, AGENT), gone(20, AGENT)]
    at_play.play([*work, at(25, "ServerDisconnected")])
    assert at_play.wait_until(1_000_051_000_000) == []
    assert registered(at_play.play(sync([queue_member()], 60)), "7001").agent_state == "Ready"


def test_after_call_work_goes_on_over_a_lost_link() -> None:
    at_play = player()
    work = [member(0, "QueueMemberAdded", Wrapuptime="30"), *answered(), hang_up(20, AGENT), gone(20, AGENT)]
    events = at_play.play([*work, at(25, "ServerDisconnected"), *sync([queue_member()], 40)])
    assert registered(events, "7001").agent_state == "AfterCallWork"
    assert facts(at_play.wait_until(1_000_051_000_000)) == [("EventAgentReady", "7001")]


def test_a_verdict_that_waits_is_given_before_the_link_is_lost() -> None:
    messages = [join(0), member(1, "QueueMemberAdded"), at(2, "QueueCallerLeave", Queue="sales", Uniqueid=CALLER)]
    assert facts(player().play([*messages, at(2, "ServerDisconnected")]))[-2:] == [
        ("EventDiverted", "sales", "Redirected"),
        ("EventServerDisconnected", ""),
    ]


def test_a_party_that_has_ended_is_not_found_again_while_its_channel_is_still_listed() -> None:
    ended = [*answered(), agent(20, "AgentComplete", Reason="agent"), at(20, "ServerDisconnected")]
    events = player().play([*ended, *sync([queue_member(), *talking()], 21)])
    assert registered(events, "7001").calls == ()


def test_a_caller_who_left_the_queue_for_a_phone_that_answered_was_answered() -> None:
    messages = [*answered()[:-1], at(8, "ServerDisconnected")]
    assert facts(player().play(messages))[-3:] == [
        ("EventDiverted", "sales"),
        ("EventEstablished", "7001"),
        ("EventServerDisconnected", ""),
    ]
