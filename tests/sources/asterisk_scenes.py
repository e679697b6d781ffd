"""AMI messages as Asterisk sends them, short of the fields that play no part."""

from __future__ import annotations

from asterisk_play import Player, at

from actors.configuration.environment import Dn
from actors.sources.ami import AmiMessage
from actors.sources.asterisk import AsteriskSwitch
from actors.vocabulary.objects import DnType

CALLER, AGENT = "1.0", "1.2"
PHONES = ("7001", "7002", "7003")
DNS = [
    *(Dn(number=queue, switch="pbx1", type=DnType.ACD_QUEUE) for queue in ("sales", "support")),
    *(Dn(number=phone, switch="pbx1", type=DnType.EXTENSION, interface=f"SIP/{phone}") for phone in PHONES),
]


def player() -> Player:
    return Player(AsteriskSwitch(DNS))


def member(time: float, event: str, phone: str = "7001", queue: str = "sales", **fields: str) -> AmiMessage:
    fields = {"Paused": "0", "PausedReason": "", "Wrapuptime": "0"} | fields
    agent = f"1{phone[1:]}"
    return at(time, event, Queue=queue, MemberName=agent, Interface=f"SIP/{phone}", **fields)


def caller(time: float, event: str, uniqueid: str = CALLER, linkedid: str = "", **fields: str) -> AmiMessage:
    about = {"Channel": f"SIP/trunk-{uniqueid}", "Uniqueid": uniqueid, "Linkedid": linkedid or uniqueid}
    return at(time, event, **about, CallerIDNum="5550001", Exten="8000", **fields)


def join(time: float, queue: str = "sales", uniqueid: str = CALLER) -> AmiMessage:
    return caller(time, "QueueCallerJoin", uniqueid, Queue=queue)


def leave(time: float, queue: str = "sales", uniqueid: str = CALLER) -> AmiMessage:
    return caller(time, "QueueCallerLeave", uniqueid, Queue=queue)


def give_up(time: float, queue: str = "sales", uniqueid: str = CALLER) -> AmiMessage:
    return caller(time, "QueueCallerAbandon", uniqueid, Queue=queue)


def queue_status(time: float, value: str = "TIMEOUT", uniqueid: str = CALLER) -> AmiMessage:
    return caller(time, "VarSet", uniqueid, Variable="QUEUESTATUS", Value=value)


def hang_up(time: float, uniqueid: str) -> AmiMessage:
    """The one who hangs up says so first."""
    return at(time, "HangupRequest", Uniqueid=uniqueid, Linkedid=CALLER, Cause="16")


def gone(time: float, uniqueid: str, cause: str = "16") -> AmiMessage:
    return at(time, "Hangup", Uniqueid=uniqueid, Linkedid=CALLER, Cause=cause)


def agent(
    time: float, event: str, phone: str = "7001", uniqueid: str = AGENT, queue: str = "sales", **fields: str
) -> AmiMessage:
    about = {"DestUniqueid": uniqueid, "DestLinkedid": CALLER, "Queue": queue, "Interface": f"SIP/{phone}"}
    return caller(time, event, **about, MemberName=f"1{phone[1:]}", **fields)


def dial_end(time: float, status: str, uniqueid: str = AGENT, caller_id: str = CALLER) -> AmiMessage:
    return caller(time, "DialEnd", caller_id, DestUniqueid=uniqueid, DialStatus=status)


def answered(time: float = 0, phone: str = "7001") -> list[AmiMessage]:
    """A call that waits 5 s, rings 3 s, and is answered, 8 s after `time`."""
    return [
        join(time),
        agent(time + 5, "AgentCalled", phone),
        dial_end(time + 8, "ANSWER"),
        leave(time + 8),
        agent(time + 8, "AgentConnect", phone, HoldTime="8", RingTime="3"),
    ]


def transfer(time: float, result: str = "Success", extension: str = "8001") -> AmiMessage:
    about = {"TransfererUniqueid": AGENT, "TransfererLinkedid": CALLER, "TransfererChannel": "SIP/7001-1"}
    about |= {"TransfereeUniqueid": CALLER, "TransfereeLinkedid": CALLER, "TransfereeChannel": "SIP/trunk-1.0"}
    return at(time, "BlindTransfer", Result=result, **about, Extension=extension)


def channel(time: float, event: str, uniqueid: str, phone: str, **fields: str) -> AmiMessage:
    """An event of a phone's own channel."""
    return at(time, event, Channel=f"SIP/{phone}-{uniqueid}", Uniqueid=uniqueid, Linkedid=uniqueid, **fields)


def dial(time: float, uniqueid: str, phone: str, dest_id: str, dest: str) -> AmiMessage:
    """A phone of ours dials: another one, or a number outside by way of the trunk."""
    to = {"DestChannel": f"SIP/{dest if dest in PHONES else 'trunk'}-{dest_id}", "DestUniqueid": dest_id}
    return channel(time, "DialBegin", uniqueid, phone, CallerIDNum=phone, Exten=dest, **to, DestLinkedid=uniqueid)
