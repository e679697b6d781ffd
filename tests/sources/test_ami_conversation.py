from __future__ import annotations

import pytest

from actors.sources.ami import Framer
from actors.sources.ami_conversation import AmiConversation, LoginRefusedError


def sent(conversation: AmiConversation, **message: str) -> list[dict[str, str]]:
    return Framer().feed(conversation.answer(message))


def test_the_banner_is_answered_with_a_challenge() -> None:
    (action,) = sent(AmiConversation("stat", "secret"), Banner="Asterisk Call Manager/13.0.0")
    assert (action["Action"], action["AuthType"]) == ("Challenge", "MD5")


def test_a_challenge_is_answered_without_the_secret() -> None:
    (action,) = sent(AmiConversation("stat", "secret"), Response="Success", ActionID="login-1", Challenge="840415273")
    assert (action["Action"], action["Username"], action["Events"]) == ("Login", "stat", "on")
    assert len(action["Key"]) == 32
    assert "Secret" not in action


def test_where_no_challenge_is_offered_the_secret_is_sent() -> None:
    (action,) = sent(AmiConversation("stat", "secret"), Response="Error", ActionID="login-1", Message="unknown")
    assert (action["Action"], action["Secret"]) == ("Login", "secret")


def test_a_refused_login_says_why() -> None:
    with pytest.raises(LoginRefusedError, match="Authentication failed"):
        sent(AmiConversation("stat", "no"), Response="Error", ActionID="login-2", Message="Authentication failed")


def test_the_present_state_is_asked_for_in_two_steps_and_dated_by_a_ping() -> None:
    conversation = AmiConversation("stat", "secret")
    events = ["FullyBooted", "QueueStatusComplete", "CoreShowChannelsComplete"]
    actions = [sent(conversation, Event=event)[0]["Action"] for event in events]
    assert actions == ["QueueStatus", "CoreShowChannels", "Ping"]


def test_without_the_right_to_list_channels_the_present_state_goes_on() -> None:
    conversation = AmiConversation("stat", "secret")
    assert sent(conversation, Response="Error", ActionID="sync-2", Message="Permission denied")[0]["Action"] == "Ping"


def test_nothing_else_is_ever_sent() -> None:
    conversation = AmiConversation("stat", "secret")
    assert sent(conversation, Response="Success", ActionID="login-2") == []
    assert sent(conversation, Event="Newchannel") == []
    assert sent(conversation, Response="Success", Ping="Pong", ActionID="ping") == []


def test_a_ping_keeps_the_link_up() -> None:
    assert Framer().feed(AmiConversation("stat", "secret").ping())[0]["Action"] == "Ping"
