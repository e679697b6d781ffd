"""One question about a few events worked out by hand, in the contact centre of the random days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tests.oracle.agreement import ENVIRONMENT, Plan, is_same, value_wanted
from tests.oracle.oracle import Oracle
from tests.oracle.questions import Question
from tests.oracle.served import Event, Served

START: Final = 1_795_503_600.0
"""Times of these days are seconds from then: 7:00 UTC."""
ASKED: Final = {"time_profile": "Growing:never", "filter": "", "time_range": "", "time_range2": ""}


def said(time: float, name: str, this_dn: str = "", **told: Any) -> Event:
    """One event, at a second of the day."""
    return {"event": f"Event{name}", "time": START + time, "this_dn": this_dn, **told}


def registered(*dns: str, time: float = 0.0) -> list[Event]:
    """DNs that are heard of, and where nothing is."""
    return [said(time, "Registered", dn, agent_state="LoggedOut", calls=[]) for dn in dns]


def answer(
    events: Sequence[Event],
    object_type: str,
    object_id: str,
    category: str,
    main_mask: str = "",
    *,
    at: float,
    opened_at: float = 0.0,
    stuck_call_time: float | None = None,
    **rest: str,
) -> Any:
    """What the server says; the oracle must say the same.

    Args:
        events: the day.
        object_type, object_id: whose statistic.
        category, main_mask: which.
        at, opened_at: seconds of the day.
        stuck_call_time: seconds, if stuck calls are removed.
        rest: time profile, filter and ranges; all else belongs to the definition.
    """
    how = {name: rest.pop(name, usual) for name, usual in ASKED.items()}
    definition = {"category": category, "main_mask": main_mask, **rest}
    question = Question(object_type, object_id, definition, **how)
    plan = Plan(START + opened_at, (START + at,), stuck_call_time)
    served = Served(events, plan.stuck_call_time)
    served.open([question], plan.opened_at)
    [value] = served.read(plan.moments[0])
    oracle = Oracle(ENVIRONMENT, events, stuck_call_time=plan.stuck_call_time)
    wanted = value_wanted(oracle, question, plan.opened_at, plan.moments[0])
    assert is_same(wanted, value), f"the oracle says {wanted!r}, the server {value!r}"
    return value
