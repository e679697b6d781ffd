"""The categories of queues and routing points, which name their masks themselves (`semantics.md` 7.3)."""

from __future__ import annotations

from typing import Final

from actors.statistics.figures import Figures, Value, quotient
from actors.vocabulary.actions import WAITS
from actors.vocabulary.times import seconds

SERVICE_PARTS: Final = (frozenset({"CallAnswered"}), frozenset({"CallAbandoned"}))
HANDLED, RELEASED, MISSED, ACW_COMPLETED, ACW_MISSED, WAITING, READY, ACTIVE, LOGGED_IN = range(9)
LOAD_PARTS: Final = (
    frozenset({"CallReleased", "CallMissed"}),
    frozenset({"CallReleased"}),
    frozenset({"CallMissed"}),
    frozenset({"ACWCompleted"}),
    frozenset({"ACWMissed"}),
    frozenset(WAITS),
    frozenset({"AgentReady"}),
    frozenset({"AgentActive"}),
    frozenset({"AgentLogin"}),
)
"""In the order of the names above; those that are summed apart, for of each a Selection has its own last ones."""
NOBODY: Final = 0.0001
"""Stands for the number of agents where there is none."""


def service_factor(figures: Figures) -> Value:
    """100 x A1 / (A + B - B2): answered in the first range, of all but those abandoned in the second."""
    return quotient(100 * figures.ranged(0), figures.number(0) + figures.number(1) - figures.ranged(1))


def average_handling_s(figures: Figures) -> float:
    """Mean time of handling a call, with its after-call work; `load-balance-aht` while there was none."""
    handled = figures.number(HANDLED)
    if not handled:
        return figures.aht_s
    return seconds(sum(figures.time_us(part) for part in (RELEASED, MISSED, ACW_COMPLETED, ACW_MISSED))) / handled


def estimated_waiting_time(figures: Figures) -> Value:
    """AHT x W / D: calls that wait beyond the agents that are ready, shared by the active ones."""
    waiting = max(0, figures.running(WAITING) - figures.running(READY))
    return average_handling_s(figures) * waiting / (figures.running(ACTIVE) or NOBODY)


def load_balance(figures: Figures) -> Value:
    """As EstimWaitingTime, negative where more agents are ready than calls wait."""
    surplus = figures.running(WAITING) - figures.running(READY)
    return average_handling_s(figures) * surplus / (figures.running(ACTIVE) or NOBODY)


def load_balance_1(figures: Figures) -> Value:
    """LoadBalance over all agents logged in."""
    surplus = figures.running(WAITING) - figures.running(READY)
    return average_handling_s(figures) * surplus / (figures.running(LOGGED_IN) or NOBODY)
