"""A seed that fails, told: what is wrong, which faults it takes, and the command that runs it again."""

from __future__ import annotations

import shutil
import traceback
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Final, NamedTuple

from tests.simulation.plan import Plan, plan_of
from tests.simulation.simulation import Simulation

MEMORY: Final = Path("/dev/shm")
"""Where a disk costs nothing, if there is one."""
OWN: Final = "tests/simulation/"


class Failure(NamedTuple):
    """What is wrong, and where in the simulation or the server that was seen."""

    reason: str
    where: str


def failure_of(plan: Plan) -> Failure | None:
    """Runs a plan; None if all is well."""
    folder = Path(mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
    try:
        Simulation(plan, folder).run()
    except Exception as error:  # noqa: BLE001 - whatever the server raises is what is looked for
        return Failure(f"{type(error).__name__}: {error}", "".join(traceback.format_exc()))
    finally:
        shutil.rmtree(folder)
    return None


def chosen(plan: Plan, numbers: Sequence[int]) -> Plan:
    """A plan with some of its faults alone."""
    return plan._replace(faults=[plan.faults[number] for number in numbers])


def shrunk(plan: Plan) -> list[int]:
    """Numbers of the faults without any of which a failing plan would not fail."""
    needed = list(range(len(plan.faults)))
    for number in range(len(plan.faults)):
        fewer = [other for other in needed if other != number]
        if failure_of(chosen(plan, fewer)) is not None:
            needed = fewer
    return needed


def report(seed: int, only: Sequence[int] | None = None) -> str | None:
    """What to read of a seed that fails; None if it does not.

    Args:
        seed: of the plan.
        only: numbers of its faults to run it with; None for all.
    """
    plan = plan_of(seed)
    if only is not None:
        plan = chosen(plan, only)
    if failure_of(plan) is None:
        return None
    numbers = shrunk(plan)
    failure = failure_of(chosen(plan, numbers))
    assert failure is not None, "it does not fail again: something is not drawn from the seed"
    names = [str(number) for number in (numbers if only is None else [only[number] for number in numbers])]
    faults = "\n".join(f"    {plan.faults[number]}" for number in numbers) or "    nothing goes wrong"
    return f"""seed {seed} fails: {failure.reason}
{faults}
{failure.where}
run it again: python -m tests.simulation {seed} --only={",".join(names)}"""
