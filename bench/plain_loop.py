"""The peer without actors or meaning: a loop that decodes the same lines and counts."""

from __future__ import annotations

import time
from collections import Counter
from typing import NamedTuple

import msgspec

from actors.vocabulary.events import TServerEvent


class Plain(NamedTuple):
    """What the loop cost: microseconds an event, and how many counters it has kept."""

    us_an_event: float
    counters: int


def measured(lines: list[bytes], counters_max: int) -> Plain:
    """Decodes every line and counts its kind at its DN, for its agent and for its queue.

    Args:
        lines: of the day.
        counters_max: beyond so many counters no new ones are kept.
    """
    decode = msgspec.json.Decoder(TServerEvent).decode
    counters: Counter[tuple[str, str]] = Counter()
    began = time.process_time()
    for line in lines:
        event = decode(line)
        for name in (event.this_dn, event.agent_id, event.this_queue):
            key = (name, event.event)
            if key in counters or len(counters) < counters_max:
                counters[key] += 1
    return Plain((time.process_time() - began) / len(lines) * 1e6, len(counters))
