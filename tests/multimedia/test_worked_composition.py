"""`multimedia.md` 6.4, and the vectors of 8.4: what each source's part comes to, step by step."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.multimedia.played import Event, ask, lines, merged, readings

A1, P1 = "Agent:1001", "Place:P1"
MEDIA: Final = ("voice", "chat", "email")
NONE: Final = "-"

STEPS_6_4: Final = {
    0: ("WaitForNextCall", "R 0 2 2", "R 0 2 2"),
    10: ("WaitForNextCall", "R 1 2 1", "R 1 2 1"),
    20: ("WaitForNextCall", "R 2 2 0", "R 1 2 1"),
    30: ("CallInbound", "R 2 1 0", "R 1 1 0"),
    40: ("CallInbound", "R 1 1 0", NONE),
    50: ("WaitForNextCall", "R 1 2 1", NONE),
    60: ("WaitForNextCall", "R 1 2 1", NONE),
    70: ("WaitForNextCall", "R 1 2 1", "NR 1 2 0"),
    80: ("NotReadyForNextCall", "NR 1 2 0", "NR 1 2 0"),
}
"""Place, and the agent's vectors of chat and e-mail, after the events of that second."""

STEPS_8_4: Final = {
    5: (NONE, NONE, NONE),
    10: ("NR 0 1 0", NONE, NONE),
    21: ("NR 0 1 0", "NR 0 2 0", NONE),
    22: ("NR 0 1 0", "NR 0 2 0", "NR 0 2 0"),
    30: ("R 0 1 1", "NR 0 2 0", "NR 0 2 0"),
    40: ("R 0 1 1", "R 0 2 2", "NR 0 2 0"),
    50: ("R 0 1 1", "R 1 2 1", "NR 0 2 0"),
    60: ("NR 1 1 0", "R 1 1 0", "NR 0 1 0"),
    65: ("NR 1 1 0", "R 1 1 0", "NR 0 1 0"),
    70: ("NR 1 1 0", "NR 1 1 0", "NR 0 1 0"),
    90: ("R 0 1 1", "NR 1 2 0", "NR 0 2 0"),
    100: ("R 0 1 1", "NR 1 2 0", "NR 0 2 0"),
    110: ("R 0 1 1", NONE, NONE),
    120: ("R 0 1 1", "NR 1 2 0", "NR 0 2 0"),
    130: (NONE, "NR 1 2 0", "NR 0 2 0"),
    140: (NONE, NONE, NONE),
}


def flow_6_4() -> list[Event]:
    return merged(tserver_1=lines("flow_6_4_pbx1"), ixn_1=lines("flow_6_4_ixn-1"), ixn_2=lines("flow_6_4_ixn-2"))


def flow_8_4() -> list[Event]:
    return merged(tserver_1=lines("flow_8_4_voice"), ixn_1=lines("flow_8_4"))


def vector(reading: dict[str, Any], medium: str) -> str:
    """A medium of the only target, as the page writes it."""
    (target,) = reading["target"]["targets"]
    told = target["media"].get(medium, {})
    return f"{told['s']} {told['n']} {told['max']} {told['routable']}" if "s" in told else NONE


def test_6_4() -> None:
    asked = [ask(P1, "CurrentState", subject="PlaceStatus"), ask(A1, "CurrentTargetState")]
    told = readings(flow_6_4(), asked, list(STEPS_6_4))
    found = {
        at: (place["value"], vector(agent, "chat"), vector(agent, "email"))
        for at, (place, agent) in zip(STEPS_6_4, told, strict=True)
    }
    assert found == STEPS_6_4


@pytest.mark.parametrize("at", [at for at, step in STEPS_6_4.items() if step[2] == NONE])
def test_6_4_no_email_channel_neither_routable_nor_not(at: int) -> None:
    asked = [ask(A1, "CurrentNumber", action, MediaType="email") for action in ("Routable", "NotRoutable")]
    assert [one["value"] for one in readings(flow_6_4(), asked, [at])[0]] == [0, 0]


def test_6_4_the_place_has_the_agents_vectors_here() -> None:
    told = readings(flow_6_4(), [ask(P1, "CurrentTargetState"), ask(A1, "CurrentTargetState")], list(STEPS_6_4))
    for place, agent in told:
        assert [vector(place, medium) for medium in MEDIA] == [vector(agent, medium) for medium in MEDIA]


def test_6_4_a_lost_source_says_nothing_of_its_media() -> None:
    ((reading,),) = readings(flow_6_4(), [ask(A1, "CurrentTargetState")], [45])
    (target,) = reading["target"]["targets"]
    assert target["media"]["chat"]["sources"] == {"ixn-1": "R", "ixn-2": "Unknown"}
    assert target["media"]["email"] == {"sources": {"ixn-2": "Unknown"}}


def test_8_4() -> None:
    told = readings(flow_8_4(), [ask(A1, "CurrentTargetState")], list(STEPS_8_4))
    found = {at: tuple(vector(one, medium) for medium in MEDIA) for at, (one,) in zip(STEPS_8_4, told, strict=True)}
    assert found == STEPS_8_4
