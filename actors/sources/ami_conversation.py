"""What we say to Asterisk, and when: log in, ask for the present state, stay quiet (`sources.md` 3.1, 3.2).

One conversation lasts as long as one connection. It answers each message received with the bytes to send next; whoever
owns the socket sends them. Nothing else is ever sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from actors.sources.ami import BANNER, AmiMessage, challenge_key, encode_action
from actors.vocabulary.errors import SourceError

CHALLENGE_ID: Final = "login-1"
LOGIN_ID: Final = "login-2"
QUEUES_ID: Final = "sync-1"
CHANNELS_ID: Final = "sync-2"
PING_ID: Final = "ping"


class LoginRefusedError(SourceError):
    """Asterisk does not let us in; carries its own words. Another try with the same secret is useless."""


class AmiConversation:
    """Our side of one AMI connection.

    Args:
        username: section of Asterisk's `manager.conf`.
        secret: its secret; sent in clear only where Asterisk offers no challenge.
    """

    def __init__(self, username: str, secret: str) -> None:
        self._username = username
        self._secret = secret

    def answer(self, message: AmiMessage) -> bytes:
        """What to send now that `message` has come; often nothing.

        Raises:
            LoginRefusedError: Asterisk refused the login; the connection is of no use.
        """
        if BANNER in message:
            return encode_action("Challenge", AuthType="MD5", ActionID=CHALLENGE_ID)
        if "Response" in message:
            step = _AFTER_RESPONSE.get(message.get("ActionID", ""))
            return step(self, message) if step else b""
        return _AFTER_EVENT.get(message.get("Event", ""), b"")

    def ping(self) -> bytes:
        """What keeps a quiet link up, and brings Asterisk's clock in its answer."""
        return _PING

    def _after_challenge(self, message: AmiMessage) -> bytes:
        proof = {"Secret": self._secret}
        if challenge := message.get("Challenge"):
            proof = {"AuthType": "MD5", "Key": challenge_key(challenge, self._secret)}
        return encode_action("Login", Username=self._username, **proof, Events="on", ActionID=LOGIN_ID)

    def _after_login(self, message: AmiMessage) -> bytes:
        if message["Response"] == "Error":
            raise LoginRefusedError(message.get("Message", "login refused"))
        return b""

    def _after_queues(self, message: AmiMessage) -> bytes:
        return _ASK_CHANNELS if message["Response"] == "Error" else b""

    def _after_channels(self, message: AmiMessage) -> bytes:
        return _PING if message["Response"] == "Error" else b""


_ASK_QUEUES: Final = encode_action("QueueStatus", ActionID=QUEUES_ID)
_ASK_CHANNELS: Final = encode_action("CoreShowChannels", ActionID=CHANNELS_ID)
_PING: Final = encode_action("Ping", ActionID=PING_ID)

_AFTER_RESPONSE: Final[Mapping[str, Callable[[AmiConversation, AmiMessage], bytes]]] = {
    CHALLENGE_ID: AmiConversation._after_challenge,
    LOGIN_ID: AmiConversation._after_login,
    QUEUES_ID: AmiConversation._after_queues,
    CHANNELS_ID: AmiConversation._after_channels,
}
_AFTER_EVENT: Final[Mapping[str, bytes]] = {
    "FullyBooted": _ASK_QUEUES,
    "QueueStatusComplete": _ASK_CHANNELS,
    # The present state carries no Timestamp, the answer to a Ping does: it dates it when nothing else happens.
    "CoreShowChannelsComplete": _PING,
}
