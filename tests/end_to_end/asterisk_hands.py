"""A queue of an Asterisk worked by hand: each deed says what app_queue says of it, in the order of the recordings."""

from __future__ import annotations

from actors.vocabulary.times import US_PER_SECOND
from end_to_end.asterisk_floor import written

ZERO_US = 1_795_500_000 * US_PER_SECOND
QUEUES = ("sales", "support")


class Hands:
    """What is done, second by second; `said` is the recording of it. A caller may be rung for more than once."""

    def __init__(self, *phones: str) -> None:
        self.said = b""
        self._now_us = ZERO_US
        self._rings: dict[str, int] = {}
        for phone in phones:
            self.login(phone)

    def at(self, second: float) -> Hands:
        """It is so many seconds after the beginning."""
        self._now_us = max(self._now_us, ZERO_US + round(second * US_PER_SECOND))
        return self

    def say(self, event: str, *parts: dict[str, str], **fields: str) -> None:
        """One message, 10 µs after the one before."""
        self._now_us += 10
        stamp = f"{self._now_us // US_PER_SECOND}.{self._now_us % US_PER_SECOND:06}"
        message = {"Event": event, "Timestamp": stamp}
        for part in (*parts, fields):
            message |= part
        self.said += written(message)

    # Agents

    def login(self, phone: str, *queues: str) -> None:
        self._members("QueueMemberAdded", phone, queues)

    def logout(self, phone: str, *queues: str) -> None:
        self._members("QueueMemberRemoved", phone, queues)

    def pause(self, phone: str, reason: str = "Lunch") -> None:
        self._members("QueueMemberPause", phone, (), Paused="1", PausedReason=reason)

    def unpause(self, phone: str) -> None:
        self._members("QueueMemberPause", phone, ())

    # Callers

    def join(self, caller: str, queue: str) -> None:
        self.say("QueueCallerJoin", channel(caller), Queue=queue, Exten="8000")

    def give_up(self, caller: str, queue: str, ringing: str = "") -> None:
        self.say("HangupRequest", channel(caller), Cause="16")
        self.say("QueueCallerAbandon", channel(caller), Queue=queue)
        self.say("QueueCallerLeave", channel(caller), Queue=queue)
        if ringing:
            self.say("DialEnd", *self.both_channels(caller, ringing), DialStatus="CANCEL")
            self.say("Hangup", self.phone_channel(caller, ringing), Cause="0")
        self.say("Hangup", channel(caller), Cause="16")

    def time_out(self, caller: str, queue: str, status: str = "TIMEOUT") -> None:
        self.say("QueueCallerAbandon", channel(caller), Queue=queue)
        self.say("QueueCallerLeave", channel(caller), Queue=queue)
        self.say("VarSet", channel(caller), Variable="QUEUESTATUS", Value=status)

    # Calls

    def ring(self, caller: str, phone: str, queue: str) -> None:
        self._rings[caller] = self._rings.get(caller, 0) + 1
        self.say("DialBegin", *self.both_channels(caller, phone))
        self.say("AgentCalled", *self.both_channels(caller, phone), member(phone, queue))

    def no_answer(self, caller: str, phone: str, queue: str) -> None:
        self.say("AgentRingNoAnswer", *self.both_channels(caller, phone), member(phone, queue), RingTime="5000")
        for status in ("NOANSWER", "CANCEL"):
            self.say("DialEnd", *self.both_channels(caller, phone), DialStatus=status)
        self.say("Hangup", self.phone_channel(caller, phone), Cause="0")

    def answer(self, caller: str, phone: str, queue: str) -> None:
        self.say("DialEnd", *self.both_channels(caller, phone), DialStatus="ANSWER")
        self.say("QueueCallerLeave", channel(caller), Queue=queue)
        self.say("AgentConnect", *self.both_channels(caller, phone), member(phone, queue))

    def talk(self, caller: str, phone: str, queue: str) -> None:
        """Joins, rings, and answers 3 s later."""
        self.join(caller, queue)
        self.ring(caller, phone, queue)
        self._now_us += 3 * US_PER_SECOND
        self.answer(caller, phone, queue)

    def hang_up(self, caller: str, phone: str, queue: str) -> None:
        self.say("HangupRequest", self.phone_channel(caller, phone), Cause="16")
        self._complete(caller, phone, queue, "agent")
        for one in (self.phone_channel(caller, phone), channel(caller)):
            self.say("Hangup", one, Cause="16")

    def transfer(self, caller: str, phone: str, queue: str, extension: str) -> None:
        """Blind, as it is told where nothing is missing."""
        self.give_away(caller, phone, extension)
        self._complete(caller, phone, queue, "transfer")
        self.say("Hangup", self.phone_channel(caller, phone), Cause="16")

    def give_away(self, caller: str, phone: str, extension: str) -> None:
        """The transfer alone."""
        self.say("Unhold", self.phone_channel(caller, phone))
        both = {**self.phone_channel(caller, phone, "Transferer"), **channel(caller, "Transferee")}
        self.say("BlindTransfer", both, Result="Success", Extension=extension)

    def dump(self, caller: str, phone: str, queue: str) -> None:
        """The agent hangs up on the announcement, before he was put through."""
        self.say("DialEnd", *self.both_channels(caller, phone), DialStatus="ANSWER")
        self.say("AgentDump", *self.both_channels(caller, phone), member(phone, queue))
        self.say("Hangup", self.phone_channel(caller, phone), Cause="16")

    def _complete(self, caller: str, phone: str, queue: str, reason: str) -> None:
        self.say("AgentComplete", *self.both_channels(caller, phone), member(phone, queue), Reason=reason)

    def _members(self, event: str, phone: str, queues: tuple[str, ...], **fields: str) -> None:
        for queue in queues or QUEUES:
            self.say(event, member(phone, queue), **({"Paused": "0", "PausedReason": "", "Wrapuptime": "0"} | fields))

    def phone_channel(self, caller: str, phone: str, prefix: str = "") -> dict[str, str]:
        number = self._rings[caller]
        return channel(caller, prefix, f"Local/{phone}@agents-{caller}{number};1", f"{caller}.{phone}{number}")

    def both_channels(self, caller: str, phone: str) -> tuple[dict[str, str], dict[str, str]]:
        return channel(caller), self.phone_channel(caller, phone, "Dest")


def channel(caller: str, prefix: str = "", name: str = "", uniqueid: str = "") -> dict[str, str]:
    """The channel of a caller, or another one of his call."""
    fields = {
        "Channel": name or f"Local/557000{caller}@callers-{caller};1",
        "Uniqueid": uniqueid or f"{caller}.0",
        "Linkedid": f"{caller}.0",
        "CallerIDNum": f"557000{caller}",
    }
    return {prefix + field: value for field, value in fields.items()}


def member(phone: str, queue: str) -> dict[str, str]:
    """Who is at a phone, in a queue."""
    return {"Queue": queue, "MemberName": f"1{phone[1:]}", "Interface": f"Local/{phone}@agents/n"}
