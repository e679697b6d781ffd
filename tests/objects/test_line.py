from __future__ import annotations

from stage import Stage


def test_a_stuck_call_that_is_removed_puts_the_handset_down() -> None:
    stage = Stage()
    stage.play(1, "Established", "7001", conn_id="c1", call_type="Inbound")
    assert "OffHook" in stage.running("7001")
    stage.clean_stuck(700)
    assert stage.running("7001") == ["Monitored", "OnHook"]


def test_a_stuck_call_leaves_the_handset_to_a_link_that_tells_of_it() -> None:
    stage = Stage()
    stage.play(0, "OffHook", "7001")
    stage.play(1, "Established", "7001", conn_id="c1", call_type="Inbound")
    stage.clean_stuck(700)
    assert stage.running("7001") == ["Monitored", "OffHook"]


def test_the_status_logged_in_has_no_attributes() -> None:
    stage = Stage()
    stage.play(1, "AgentLogin", "7001", agent_id="1001", reasons={"Reason": "Shift"})
    change = stage.lines["7001"].settle(1)
    assert change is not None
    assert (change.status, change.attributes.this_dn, change.attributes.reasons) == ("LoggedIn", "", None)


def test_in_one_event_everything_that_ends_comes_before_what_looks_back_and_what_begins() -> None:
    stage = Stage()
    stage.play(1, "Established", "7001", conn_id="c1", call_type="Inbound")
    stage.told.clear()
    stage.play(5, "Released", "7001", conn_id="c1", call_type="Inbound")
    assert stage.told == [
        ("ActionEnded", "CallInbound"),
        ("ActionEnded", "OffHook"),
        ("ActionHappened", "CallInboundCompleted"),
        ("ActionBegan", "OnHook"),
    ]


def test_what_one_event_gives_an_agent_and_takes_again_was_never_the_agents() -> None:
    stage = Stage()
    stage.play(1, "AgentLogin", "7001", agent_id="1001")
    stage.lose(5)
    stage.told_agents.clear()
    stage.play(9, "Registered", "7001", agent_state="LoggedOut", calls=())
    assert ("ActionBegan", "Monitored") not in stage.told_agents
