"""The oracle against every number the specification itself gives."""

from __future__ import annotations

import pytest

from tests.flows.expected import EXPECTED, Row
from tests.flows.loader import environment, events
from tests.oracle.oracle import Oracle

ZERO = 1_795_500_000.0
ROWS = [
    pytest.param(flow, row, id=f"{flow}-{row.object_id}-{row.definition}")
    for flow in EXPECTED
    for row in EXPECTED[flow]
]
ORACLES = {flow: Oracle(environment(), events(flow, ZERO)) for flow in EXPECTED}


@pytest.mark.parametrize(("flow", "row"), ROWS)
def test_a_flow_gives_the_number_written_under_it(flow: int, row: Row) -> None:
    value = ORACLES[flow].value(
        row.object_type,
        row.object_id,
        row.definition,
        time_profile=row.time_profile,
        filter=row.filter,
        opened_at=events(flow, ZERO)[0]["time"],
        at=ZERO + row.at,
    )
    assert value == pytest.approx(row.value)
