"""What a connector tells its book of calls when the link is lost: a later call is another party's."""

from __future__ import annotations

from tests.oracle.asking import answer, registered, said
from tests.oracle.served import Event

CALL = {"conn_id": "c1", "call_type": "Inbound"}
BACK = 400
"""A minute and a half after the limit of the link that was lost at 10."""


def sent_again() -> list[Event]:
    """A call of 8000 talks at 7001 as the link is lost; afterwards 8001 sends the same call there anew."""
    return [
        *registered("7001", "8000", "8001"),
        said(1, "Queued", "8000", **CALL),
        said(2, "Diverted", "8000", third_party_dn="7001", **CALL),
        said(2, "Ringing", "7001", this_queue="8000", **CALL),
        said(3, "Established", "7001", this_queue="8000", **CALL),
        said(10, "ServerDisconnected"),
        *(said(BACK, "Registered", dn, calls=[]) for dn in ("8000", "8001")),
        said(BACK + 1, "Queued", "8001", **CALL),
        said(BACK + 2, "Diverted", "8001", third_party_dn="7001", **CALL),
        said(BACK + 2, "Ringing", "7001", **CALL),
        said(BACK + 5, "Established", "7001", **CALL),
    ]


def test_what_comes_after_the_limit_of_a_lost_link_is_another_party_for_another_queue() -> None:
    assert answer(sent_again(), "Queue", "8001@pbx1", "TotalNumber", "CallAnswered", at=BACK + 20) == 1
    assert answer(sent_again(), "Queue", "8001@pbx1", "TotalTime", "CallAnswered", at=BACK + 20) == 4
