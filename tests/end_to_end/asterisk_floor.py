"""An Asterisk that lives through a recording: what it has at any moment, as it would list it to whoever connects."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import gevent.socket
from sources.standins import END

from actors.sources.ami import AmiMessage, parse, timestamp_us
from actors.vocabulary.times import US_PER_SECOND
from end_to_end.stage import AmiOnCue

MEMBER_FIELDS = ("Paused", "PausedReason", "LoginTime", "LastPause", "Wrapuptime", "StateInterface")
CHANNEL_FIELDS = ("Linkedid", "Channel", "ChannelState", "CallerIDNum", "ConnectedLineNum", "Context", "Exten")


class AsteriskFloor:
    """Follows the messages of a recording, and lists what there is (`sources.md` 3.2)."""

    def __init__(self) -> None:
        self.now_us = 0
        self._began_us = 0
        self._members: dict[tuple[str, str], dict[str, str]] = {}
        self._callers: dict[tuple[str, str], tuple[int, AmiMessage]] = {}
        self._channels: dict[str, dict[str, str]] = {}

    def follow(self, block: bytes) -> None:
        """One message of the recording has been said."""
        message = parse(block)
        self.now_us = timestamp_us(message) or self.now_us
        self._began_us = self._began_us or self.now_us
        event = message.get("Event", "")
        if handler := getattr(self, f"on_{event}", None):
            handler(message)
        uniqueid = message.get("Uniqueid", "")
        if event != "Hangup" and uniqueid in self._channels:
            self._channels[uniqueid] |= {name: message[name] for name in CHANNEL_FIELDS if name in message}

    def booted(self) -> bytes:
        """What is said to whoever has logged in."""
        uptime = 35 + (self.now_us - self._began_us) // US_PER_SECOND
        return written({"Event": "FullyBooted", "Privilege": "system,all", "Uptime": str(uptime)})

    def queues(self, action_id: str) -> bytes:
        """The answer to QueueStatus."""
        callers = [
            {
                **_picked(message, ("Channel", "Uniqueid", "CallerIDNum", "Queue")),
                "Event": "QueueEntry",
                "Wait": str(wait),
            }
            for since_us, message in self._callers.values()
            for wait in [(self.now_us - since_us) // US_PER_SECOND]
        ]
        return _list([*self._members.values(), *callers], "QueueStatusComplete", action_id)

    def channels(self, action_id: str) -> bytes:
        """The answer to CoreShowChannels."""
        return _list(self._channels.values(), "CoreShowChannelsComplete", action_id)

    def on_QueueMemberAdded(self, message: AmiMessage) -> None:  # noqa: N802
        names = {"Name": message["MemberName"], "Location": message["Interface"], "Queue": message["Queue"]}
        member = {"Event": "QueueMember", **names, **_picked(message, MEMBER_FIELDS)}
        self._members[message["Queue"], message["Interface"]] = member

    on_QueueMemberPause = on_QueueMemberAdded  # noqa: N815

    def on_QueueMemberRemoved(self, message: AmiMessage) -> None:  # noqa: N802
        del self._members[message["Queue"], message["Interface"]]

    def on_QueueCallerJoin(self, message: AmiMessage) -> None:  # noqa: N802
        self._callers[message["Queue"], message["Uniqueid"]] = (self.now_us, message)

    def on_QueueCallerLeave(self, message: AmiMessage) -> None:  # noqa: N802
        self._callers.pop((message["Queue"], message["Uniqueid"]), None)

    on_QueueCallerAbandon = on_QueueCallerLeave  # noqa: N815

    def on_Newchannel(self, message: AmiMessage) -> None:  # noqa: N802
        self._channels[message["Uniqueid"]] = {"Event": "CoreShowChannel", "Uniqueid": message["Uniqueid"]}

    def on_Hangup(self, message: AmiMessage) -> None:  # noqa: N802
        self._channels.pop(message["Uniqueid"], None)

    def on_Newexten(self, message: AmiMessage) -> None:  # noqa: N802
        application = {"Application": message["Application"], "ApplicationData": message["AppData"]}
        self._channels[message["Uniqueid"]] |= application

    def on_BridgeEnter(self, message: AmiMessage) -> None:  # noqa: N802
        self._channels[message["Uniqueid"]]["BridgeId"] = message["BridgeUniqueid"]

    def on_BridgeLeave(self, message: AmiMessage) -> None:  # noqa: N802
        self._channels.get(message["Uniqueid"], {}).pop("BridgeId", None)


def blocks_of(recording: Path) -> list[bytes]:
    """The messages of a gzipped recording, each as it was said."""
    return [block + END for block in gzip.decompress(recording.read_bytes()).split(END)[:-1]]


def written(message: Mapping[str, Any]) -> bytes:
    """A message as it is sent."""
    return "".join(f"{name}: {value}\r\n" for name, value in message.items()).encode() + b"\r\n"


def _picked(message: AmiMessage, names: Iterable[str]) -> dict[str, str]:
    return {name: message[name] for name in names if name in message}


def _list(items: Iterable[Mapping[str, str]], end: str, action_id: str) -> bytes:
    answer = {"Response": "Success", "ActionID": action_id, "EventList": "start"}
    said = [answer, *({**item, "ActionID": action_id} for item in items), {"Event": end, "ActionID": action_id}]
    return b"".join(map(written, said))


class AsteriskThatLivesOn(AmiOnCue):
    """An Asterisk that lives through a recording once, from connection to connection, and lists what there is then.

    Attributes:
        blocks: its messages.
        first: the one that whoever connects hears first.
        last: the one before which it falls silent.
    """

    def __init__(self, recording: Path, *, secret: str) -> None:
        super().__init__(recording, secret=secret)
        self.blocks = self._happened
        self.first, self.last = 0, len(self.blocks)
        self._floor = AsteriskFloor()

    def serve(self, connection: gevent.socket.socket) -> None:
        self._booted = self._floor.booted()
        self._queues = self._floor.queues("sync-1")
        self._channels = self._floor.channels("sync-2")
        self._happened = self.blocks[self.first : self.last]
        super().serve(connection)

    def live_until(self, first: int) -> None:
        """So much has happened meanwhile."""
        for block in self.blocks[self.first : first]:
            self._floor.follow(block)
        self.first = max(self.first, first)
