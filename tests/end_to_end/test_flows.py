"""Every flow of `sources.md` 2 over a real link, read over the client protocol."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from flows.expected import EXPECTED, STATES, Row, StateRow
from flows.loader import FOLDER, events

from end_to_end.stage import Client, TServerOnCue, address_of, conf_folder, server_on
from statclient import Notification, Statistic

ZERO = 1_795_500_000.0
SILENT = Notification(mode="None")
FLOWS = {
    1: "inbound_to_an_acd_queue_answered",
    2: "abandoned_in_the_queue",
    3: "abandoned_while_ringing",
    4: "no_answer_on_to_another_agent",
    5: "no_answer_back_to_the_queue",
    6: "queue_to_queue_overflow",
    7: "routing_point_with_treatment_then_an_agent",
    8: "routing_point_default_routed_to_a_queue",
    9: "ivr_port_then_a_queue",
    10: "internal_call",
    11: "outbound_answered",
    12: "outbound_busy",
    13: "outbound_no_answer",
    14: "hold_and_retrieve",
    15: "abandoned_on_hold",
    16: "single_step_transfer",
    17: "two_step_transfer_completed_after_the_answer",
    18: "two_step_transfer_completed_while_ringing",
    19: "consultation_cancelled",
    20: "conference_of_three_one_leaves",
    21: "single_step_transfer_to_a_queue",
    22: "two_step_transfer_to_a_queue_completed_while_waiting",
    23: "a_second_call_rings",
    24: "agents_day_login_ready_not_ready_change_of_reason_logout",
    25: "after_call_work_manual",
    26: "after_call_work_asked_for_during_the_call",
    27: "logout_during_a_call",
    28: "login_at_a_second_dn",
    29: "free_seating_to_another_place",
    30: "user_data_changed_during_a_call",
    31: "link_lost_call_gone_meanwhile",
    32: "link_lost_call_still_there",
    33: "link_lost_another_agent_there",
    34: "switch_restart_all_calls_gone",
    35: "do_not_disturb",
    36: "listening_in",
}

Running = Callable[[Any], Any]
Asked = tuple[Row | StateRow, Statistic]


@pytest.mark.parametrize("flow", FLOWS, ids=[f"flow_{number:02}_{name}" for number, name in FLOWS.items()])
def test(flow: int, running: Running, tmp_path: Path) -> None:
    assert wrong_in(flow, running, tmp_path) == []


def wrong_in(flow: int, running: Running, tmp_path: Path) -> list[str]:
    """What came out of a flow otherwise than it must."""
    tserver = running(TServerOnCue())
    server = running(server_on(conf_folder(tmp_path, FOLDER, tserver)))
    client = running(Client(address_of(server)))
    client.connect()
    waiting = events(flow, ZERO)
    tserver.say_time(waiting[0]["time"])
    client.wait_until(waiting[0]["time"])
    asked = opened(client, (*EXPECTED[flow], *STATES.get(flow, ())))
    wrong = []
    for at in sorted({row.at for row, _ in asked}):
        reached = [event for event in waiting if event["time"] <= ZERO + at]
        del waiting[: len(reached)]
        tserver.say(*reached)
        tserver.say_time(ZERO + at)
        client.wait_until(ZERO + at)
        wrong += read(client, [(row, statistic) for row, statistic in asked if row.at == at])
    assert server.supervisor.failures == 0
    return wrong


def opened(client: Client, rows: Sequence[Row | StateRow]) -> list[Asked]:
    return [(row, client.open(f"{row.object_type}:{row.object_id}", **definition_of(row))) for row in rows]


def definition_of(row: Row | StateRow) -> dict[str, Any]:
    if isinstance(row, StateRow):
        return {"statistic": {"category": "CurrentState", "subject": "DNStatus"}, "notification": SILENT}
    return {
        "statistic": row.definition,
        "filter": row.filter,
        "time_profile": row.time_profile,
        "notification": SILENT,
    }


def read(client: Client, asked: Sequence[Asked]) -> list[str]:
    wrong = []
    for row, statistic in asked:
        reading = client.peek(statistic)
        if isinstance(row, StateRow):
            is_right = row.contains.items() <= (reading.state or {}).items()
        else:
            is_right = reading.value == pytest.approx(row.value, abs=1e-6)
        if not is_right:
            wrong.append(f"{row} reads {reading}")
    return wrong
