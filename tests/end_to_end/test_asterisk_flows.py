"""What befalls the calls of a busy Asterisk queue, by hand: what its own queue_log would count of it."""

from __future__ import annotations

import pytest

from actors.configuration.load import load
from actors.readings import read_requests
from actors.replay import Line, Replay
from actors.sources.asterisk_lines import AsteriskLines
from actors.sources.lines import BadLines
from end_to_end.asterisk_hands import Hands, channel, member
from end_to_end.stage import ROOT

CENTRE = ROOT / "tests" / "recordings" / "asterisk-transfers"
SALES, SUPPORT = "sales@pbx1", "support@pbx1"


def counted(hands: Hands, *objects: str) -> list[dict[str, float]]:
    """What each object counted, whatever is not 0; minutes after the last message."""
    hands.say("Hangup", Uniqueid="0.0")
    lines = AsteriskLines("asterisk-1", BadLines("asterisk-1", lambda: 0))
    dated = [*lines.feed(hands.said), *lines.end()]
    replay = Replay(load(CENTRE), read_requests(CENTRE / "open.jsonl"), dated[0].stamp_us)
    (results,) = replay.feed(Line(stamp_us, "asterisk-1", payload) for stamp_us, payload, _ in dated)
    return [
        {
            str(one.statistic): pytest.approx(one.value, abs=0.01)
            for one in results
            if one.object.id == id_ and one.value
        }
        for id_ in objects
    ]


def waited(wait: float, end: str = "", **more: float) -> dict[str, float]:
    """One caller entered, and this became of him."""
    return {"Entered": 1, "TotalWait": wait, "MaxWait": wait} | ({end: 1} if end else {}) | more


def answered(wait: float, talk: float) -> dict[str, float]:
    return waited(wait, "Answered", AnsweredWait=wait, Released=1, HandleTime=talk)


def talked(talk: float, **more: float) -> dict[str, float]:
    return {"CallsStarted": 1, "CallsInbound": 1, "TalkInbound": talk} | more


def test_overflow_after_a_no_answer_clears_the_first_queue() -> None:
    hands = Hands("7001", "7002")
    hands.at(1).join("1", "sales")
    hands.at(3).ring("1", "7001", "sales")
    hands.at(13).no_answer("1", "7001", "sales")
    hands.time_out("1", "sales")
    hands.join("1", "support")
    hands.at(15).ring("1", "7002", "support")
    hands.at(18).answer("1", "7002", "support")
    hands.at(48).hang_up("1", "7002", "support")
    wanted = [waited(12, "Cleared"), answered(5, 30), {"NoAnswer": 1}, talked(30)]
    assert counted(hands, SALES, SUPPORT, "1001", "1002") == wanted


@pytest.mark.parametrize("status", ["TIMEOUT", "LEAVEEMPTY", "WITHDRAW", "CONTINUE"])
def test_whom_the_queue_lets_go_is_cleared(status: str) -> None:
    hands = Hands("7001")
    hands.at(1).join("1", "sales")
    hands.at(6).time_out("1", "sales", status)
    hands.say("Hangup", channel("1"), Cause="16")
    assert counted(hands, SALES) == [waited(5, "Cleared")]


def test_who_gives_up_while_a_phone_rings_has_abandoned_and_nobody_missed_him() -> None:
    hands = Hands("7001")
    hands.at(1).join("1", "sales")
    hands.at(3).ring("1", "7001", "sales")
    hands.at(9).give_up("1", "sales", ringing="7001")
    assert counted(hands, SALES, "1001") == [waited(8, "Abandoned"), {}]


def test_a_call_that_nobody_answers_goes_round_until_somebody_does() -> None:
    hands = Hands("7001", "7002")
    hands.at(1).join("1", "sales")
    for second, phone in ((3, "7001"), (8, "7002")):
        hands.at(second).ring("1", phone, "sales")
        hands.at(second + 5).no_answer("1", phone, "sales")
    hands.ring("1", "7001", "sales")
    hands.at(15).answer("1", "7001", "sales")
    hands.at(25).hang_up("1", "7001", "sales")
    assert counted(hands, SALES, "1001", "1002") == [answered(14, 10), talked(10, NoAnswer=1), {"NoAnswer": 1}]


def test_a_transfer_to_the_other_queue_ends_his_talk_and_begins_a_wait() -> None:
    hands = Hands("7001", "7002")
    hands.at(1).talk("1", "7001", "sales")
    hands.at(24).transfer("1", "7001", "sales", "8001")
    hands.join("1", "support")
    hands.at(26).ring("1", "7002", "support")
    hands.at(30).answer("1", "7002", "support")
    hands.at(60).hang_up("1", "7002", "support")
    wanted = [answered(3, 20), answered(6, 30), talked(20, Transfers=1), talked(30)]
    assert counted(hands, SALES, SUPPORT, "1001", "1002") == wanted


def test_a_transfer_ends_his_talk_though_asterisk_never_says_that_he_is_through() -> None:
    hands = Hands("7001")
    hands.at(1).talk("1", "7001", "sales")
    hands.at(24).give_away("1", "7001", "97000")
    hands.at(30).say("Hangup", hands.phone_channel("1", "7001"), Cause="16")
    assert counted(hands, "1001") == [talked(20, Transfers=1)]


def test_a_transfer_back_to_his_own_queue_may_come_to_himself() -> None:
    hands = Hands("7001")
    hands.at(1).talk("1", "7001", "sales")
    hands.at(14).transfer("1", "7001", "sales", "8000")
    hands.talk("1", "7001", "sales")
    hands.at(27).hang_up("1", "7001", "sales")
    (agent,) = counted(hands, "1001")
    assert agent == {"CallsStarted": 2, "CallsInbound": 2, "TalkInbound": 20, "Transfers": 1}


def test_who_logs_out_during_a_call_has_all_of_it() -> None:
    hands = Hands("7001")
    hands.at(1).talk("1", "7001", "sales")
    hands.at(10).logout("7001")
    hands.at(34).hang_up("1", "7001", "sales")
    assert counted(hands, SALES, "1001") == [answered(3, 30), talked(30, Logins=1, LoggedInTime=10)]


def test_who_logs_in_again_during_that_call_has_it_once() -> None:
    hands = Hands("7001")
    hands.at(1).talk("1", "7001", "sales")
    hands.at(10).logout("7001")
    hands.at(20).login("7001")
    hands.at(34).hang_up("1", "7001", "sales")
    hands.at(44).logout("7001")
    assert counted(hands, "1001") == [talked(30, Logins=2, LoggedInTime=34)]


def test_who_logs_out_while_it_rings_may_still_answer() -> None:
    hands = Hands("7001")
    hands.at(1).join("1", "sales")
    hands.ring("1", "7001", "sales")
    hands.at(5).logout("7001")
    hands.at(9).answer("1", "7001", "sales")
    hands.at(19).hang_up("1", "7001", "sales")
    assert counted(hands, "1001") == [talked(10, Logins=1, LoggedInTime=5)]


def test_who_logs_out_during_a_call_may_still_transfer_it() -> None:
    hands = Hands("7001", "7002")
    hands.at(1).talk("1", "7001", "sales")
    hands.at(10).logout("7001")
    hands.at(20).transfer("1", "7001", "sales", "8001")
    hands.talk("1", "7002", "support")
    hands.at(30).hang_up("1", "7002", "support")
    wanted = [talked(16, Transfers=1, Logins=1, LoggedInTime=10), talked(7)]
    assert counted(hands, "1001", "1002") == wanted


def test_another_agent_at_the_phone_does_not_take_over_the_call() -> None:
    hands = Hands("7001")
    hands.at(1).talk("1", "7001", "sales")
    hands.at(10).logout("7001")
    hands.at(12).say("QueueMemberAdded", member("7001", "sales"), MemberName="1002", Paused="0")
    hands.at(24).hang_up("1", "7001", "sales")
    assert counted(hands, "1001", "1002") == [talked(20, Logins=1, LoggedInTime=10), {}]


def test_a_pause_during_a_call_lasts_to_its_own_end_and_the_call_to_its() -> None:
    hands = Hands("7001")
    hands.at(1).talk("1", "7001", "sales")
    hands.at(10).pause("7001")
    hands.at(20).pause("7001", "Training")
    hands.at(34).hang_up("1", "7001", "sales")
    hands.at(44).unpause("7001")
    assert counted(hands, "1001") == [talked(30, NotReadies=1, NotReadyTime=34)]


def test_a_logout_ends_a_pause_and_no_call() -> None:
    hands = Hands("7001")
    hands.at(1).talk("1", "7001", "sales")
    hands.at(10).pause("7001")
    hands.at(20).logout("7001")
    hands.at(34).hang_up("1", "7001", "sales")
    wanted = talked(30, NotReadies=1, NotReadyTime=10, Logins=1, LoggedInTime=20)
    assert counted(hands, "1001") == [wanted]


def test_a_caller_whom_an_agent_dumps_waits_on_for_the_next() -> None:
    hands = Hands("7001", "7002")
    hands.at(1).join("1", "sales")
    hands.ring("1", "7001", "sales")
    hands.at(4).dump("1", "7001", "sales")
    hands.at(8).ring("1", "7002", "sales")
    hands.at(11).answer("1", "7002", "sales")
    hands.at(21).hang_up("1", "7002", "sales")
    assert counted(hands, SALES, "1001", "1002") == [answered(10, 10), {}, talked(10)]


def test_a_forwarded_call_is_the_members_whoever_answers_it() -> None:
    hands = Hands("7001")
    hands.at(1).join("1", "sales")
    hands.ring("1", "7001", "sales")
    forwarded = channel("1", "Dest", "Local/7002@inbound-9;1", "9.9")
    hands.at(2).say("DialEnd", *hands.both_channels("1", "7001"), DialStatus="CANCEL", Forward="7002@inbound")
    hands.say("DialBegin", channel("1"), forwarded)
    hands.at(6).say("QueueCallerLeave", channel("1"), Queue="sales")
    hands.say("AgentConnect", channel("1"), forwarded, member("7001", "sales"))
    hands.at(16).say("AgentComplete", channel("1"), forwarded, member("7001", "sales"), Reason="caller")
    hands.say("Hangup", channel("1"), Cause="16")
    assert counted(hands, SALES, "1001") == [answered(5, 10), talked(10)]


def test_a_dtmf_transfer_that_waits_in_a_queue_goes_on_as_the_callers() -> None:
    hands = Hands("7001", "7002")
    hands.at(1).talk("1", "7001", "sales")
    agent, consultation = hands.phone_channel("1", "7001"), channel("1", "", "Local/8001@inbound-7;2", "7.2")
    first_half = channel("1", "Dest", "Local/8001@inbound-7;1", "7.1")
    hands.at(20).say("DialBegin", agent, first_half)
    hands.say("LocalBridge", LocalOneUniqueid="7.1", LocalTwoUniqueid="7.2")
    hands.say("QueueCallerJoin", consultation, Queue="support")
    ids = {"OrigTransfererUniqueid": agent["Uniqueid"], "SecondTransfererUniqueid": agent["Uniqueid"]}
    whose = {"TransfereeUniqueid": "1.0", "TransferTargetUniqueid": "7.1"}
    hands.at(25).say("AttendedTransfer", ids, whose, Result="Success", DestType="Bridge")
    answer = channel("1", "Dest", "Local/7002@agents-8;1", "8.1") | member("7002", "support")
    hands.at(30).say("AgentConnect", consultation, answer)
    hands.at(50).say("AgentComplete", consultation, answer, Reason="caller")
    wanted = [answered(10, 20), talked(21, Transfers=1), talked(20)]
    assert counted(hands, SUPPORT, "1001", "1002") == wanted
