from __future__ import annotations

import pytest

from actors.sessions.answers import event_line, info_line
from actors.sessions.messages import Reading
from actors.vocabulary import protocol

BODY = b'"time":1.5,"value":42}'


def test_an_event_is_a_line_without_what_it_does_not_say() -> None:
    assert event_line(protocol.StatisticOpened(ref=2, id=17)) == b'{"event":"StatisticOpened","id":17,"ref":2}\n'
    assert event_line(protocol.StatisticClosed(id=17)) == b'{"event":"StatisticClosed","id":17}\n'


@pytest.mark.parametrize(
    ("reading", "head"),
    [
        (Reading(1, 17, BODY), b'{"event":"Info","id":17,'),
        (Reading(1, 17, BODY, ref=2), b'{"event":"Info","id":17,"ref":2,'),
        (Reading(1, None, BODY, ref=-2), b'{"event":"Info","ref":-2,'),
        (Reading(1, 17, BODY, ref=0), b'{"event":"Info","id":17,"ref":0,'),
    ],
)
def test_a_reading_has_the_id_of_its_statistic_and_the_ref_of_its_request(reading: Reading, head: bytes) -> None:
    assert info_line(reading) == head + BODY + b"\n"
