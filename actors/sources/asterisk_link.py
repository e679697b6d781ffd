"""The live link to an Asterisk's manager interface (`sources.md` 3.1): log in, ask for the present state, listen."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from random import Random
from typing import Final

from actors.configuration.environment import Source
from actors.sources.ami import Framer
from actors.sources.ami_conversation import AmiConversation
from actors.sources.asterisk_lines import Dating
from actors.sources.lines import Dated
from actors.sources.link import SILENCE_S, Link, Outlet
from runtime.clock import Clock

log = logging.getLogger(__name__)


class AsteriskTalk:
    """Our side of one connection.

    Args:
        conversation: what is said in it.
        dating: gives every message a date.
        pings: whether to ask for the time by Ping. On a link that plays a recording the answer would be the player's
            own time, and no stamp of what is played.
    """

    opening: Final = b""

    def __init__(self, conversation: AmiConversation, dating: Dating, *, pings: bool) -> None:
        self._conversation = conversation
        self._dating = dating
        self._pings = pings
        self._framer = Framer()
        self._answer = b""
        self._is_let_in = False
        dating.break_off()

    @property
    def keep_alive(self) -> bytes:
        """A Ping, once we are logged in."""
        return self._conversation.ping() if self._is_let_in else b""

    def receive(self, data: bytes) -> Iterator[Dated]:
        """The messages that the bytes complete and those they date.

        Raises:
            LoginRefusedError: Asterisk does not let us in.
            UnusableLinkError: nothing carries a Timestamp.
        """
        for message, said in self._framer.cut(data):
            answer = self._conversation.answer(message)
            if self._pings or answer != self._conversation.ping():
                self._answer += answer
            self._is_let_in = self._is_let_in or "Event" in message
            yield from self._dating.take(message, said)

    def take_answer(self) -> bytes:
        """What the messages that came are answered with."""
        answer, self._answer = self._answer, b""
        return answer


def asterisk_link(
    source: Source,
    outlet: Outlet,
    *,
    clock: Clock,
    random: Random,
    reconnect_timeout_s: float = 10,
    silence_s: float = SILENCE_S,
) -> Link:
    """The link to an Asterisk, not yet started; arguments as for `Link`.

    The secret is read here, from the environment variable that the source names; without it an empty one is tried.
    """
    secret = os.environ.get(source.secret_env, "")
    if not secret:
        log.warning(
            "%s: the environment variable '%s' (secret_env) holds no secret; trying without",
            source.name,
            source.secret_env,
        )
    dating = Dating(source.name, None if clock.is_stepped else clock.now_us)
    return Link(
        source,
        lambda: AsteriskTalk(AmiConversation(source.username, secret), dating, pings=not clock.is_stepped),
        outlet,
        clock=clock,
        random=random,
        reconnect_timeout_s=reconnect_timeout_s,
        silence_s=silence_s,
    )
