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
