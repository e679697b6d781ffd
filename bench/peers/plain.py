"""The pipeline without actors: calls in a loop. It also counts the messages that actors would have sent."""

from __future__ import annotations

from bench.peers.plan import Plan
from bench.peers.rules import Agent, Given, Line, given_to_agent, given_to_group, time_us_of, value_after
from bench.peers.shell import Batches, Tell, run


class Loop:
    """All state of the pipeline, and who is told."""

    def __init__(self, plan: Plan, tell: Tell) -> None:
        self._tell = tell
        self._lines: dict[str, Line] = {}
        self._agents = {
            login: (Agent(), numbers, [of_groups[group] for group in groups])
            for of_groups in [list(plan.group_statistics())]
            for login, groups, numbers in plan.agents()
        }
        self._values: dict[int, int | str] = {}
        self.messages = 0

    def take(self, batches: Batches) -> None:
        """Takes in everything."""
        for batch in batches:
            for event in batch:
                line = self._lines.get(event.this_dn)
                if line is None:
                    line = self._lines[event.this_dn] = Line()
                told = line.after(event)
                self.messages += 2
                if told is not None:
                    self._move(*told, time_us_of(event))

    def _move(self, login: str, status: str, time_us: int) -> None:
        agent, numbers, of_groups = self._agents[login]
        move = agent.become(status, time_us)
        self.messages += 1
        if move is not None:
            self._give(numbers, given_to_agent(move))
            given = given_to_group(move)
            self.messages += len(of_groups)
            for of_group in of_groups:
                self._give(of_group, given)

    def _give(self, numbers: tuple[int, ...], given: list[Given]) -> None:
        for at, what in given:
            ref = numbers[at]
            value = self._values[ref] = value_after(self._values.get(ref, 0), what)
            self._tell(ref, value)
            self.messages += 2


def pipeline(plan: Plan, batches: Batches, tell: Tell) -> None:
    Loop(plan, tell).take(batches)


if __name__ == "__main__":
    run(pipeline)
