"""What one mask comes to in an interval, on days worked by hand: seconds, seen by the server and the oracle."""

from __future__ import annotations

import pytest

from tests.oracle.asking import START, answer, registered, said
from tests.oracle.served import Event


def found_waiting() -> list[Event]:
    """A registration of 8001 at 3460 finds a call that has waited there since 3060."""
    call = {"conn_id": "c1", "call_type": "Inbound", "call_state": "Queued", "since": START + 3060}
    return [*registered("7001"), said(3460, "AddressInfo", "8001", calls=[call])]


@pytest.mark.parametrize("profile", ["Growing:never", "Sliding:3600/60", "Sliding:86400/3600"])
@pytest.mark.parametrize(("at", "waited"), [(3460, 400), (3500, 440)])
def test_means_over_time_count_what_a_registration_found_from_its_since(profile: str, at: float, waited: int) -> None:
    day, how = found_waiting(), {"time_profile": profile}
    number = answer(day, "Queue", "8001@pbx1", "AverageOfCurrentNumber", "CallWait", at=at, **how)
    time = answer(day, "Queue", "8001@pbx1", "AverageOfCurrentTime", "CallWait", at=at, **how)
    assert number == pytest.approx(waited / at)
    assert time == pytest.approx(waited**2 / 2 / at)


def test_of_the_interval_since_a_reset_only_what_was_after_it_counts() -> None:
    how = {"time_profile": "Growing:0:00 +0:05"}
    time = answer(found_waiting(), "Queue", "8001@pbx1", "AverageOfCurrentTime", "CallWait", at=3460, **how)
    assert time == pytest.approx((400**2 - 240**2) / 2 / 160)


def test_a_call_that_has_counted_as_an_instant_does_not_count_again_while_it_runs() -> None:
    call = {"conn_id": "c1", "call_type": "Inbound"}
    day = [*registered("7001"), said(1, "Ringing", "7001", **call), said(5, "Established", "7001", **call)]
    how = {"formula": "DistByConnID"}
    mask = "CallRingingStarted, CallAnswered, CallInbound"
    assert answer(day, "RegDN", "7001@pbx1", "TotalAdjustedNumber", mask, at=9, **how) == 1
    assert answer(day, "RegDN", "7001@pbx1", "TotalAdjustedTime", "CallAnswered, CallInbound", at=9, **how) == 4


CALLS = "CallRinging, CallInbound"


@pytest.mark.parametrize("profile", ["Growing:never", "Sliding:300/60"])
@pytest.mark.parametrize(("opened_at", "number"), [(0, 1), (10, 0)])
def test_where_calls_count_once_a_status_comes_into_a_mask_once_a_call(
    profile: str, opened_at: float, number: int
) -> None:
    """The handset rings, is talked at, and the call is held and retrieved."""
    call = {"conn_id": "c1", "call_type": "Inbound"}
    day = [
        *registered("7001"),
        said(1, "Ringing", "7001", **call),
        said(5, "Established", "7001", **call),
        said(20, "Held", "7001", **call),
    ]
    how = {"subject": "PlaceStatus", "formula": "DistByConnID", "time_profile": profile, "opened_at": opened_at}
    assert answer(day, "Place", "Desk 1", "TotalContinuousNumber", CALLS, at=30, **how) == number
    day.append(said(25, "Retrieved", "7001", **call))
    assert answer(day, "Place", "Desk 1", "TotalContinuousNumber", CALLS, at=30, **how) == 1


def test_of_statuses_that_one_input_ends_that_of_the_first_dn_counts_where_calls_count_once() -> None:
    """A call talks at 7004 since 1 and at 7001 since 5, until it is removed as stuck at 295."""
    call = {"conn_id": "c1", "call_type": "Internal"}
    talks = [said(1, "Established", "7004", **call), said(5, "Established", "7001", **call)]
    how = {"subject": "DNStatus", "formula": "DistByConnID", "stuck_call_time": 290}
    day = [*registered("7001", "7004"), *talks]
    assert answer(day, "GroupPlaces", "Floor", "TotalTime", "CallInternal", at=300, **how) == 295 - 5
