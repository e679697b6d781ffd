from __future__ import annotations

from simulator.schedule import Process, Schedule


def test_processes_act_in_the_order_of_their_times() -> None:
    schedule, acts = Schedule(1000), []

    def process(name: str, *waits_us: int) -> Process:
        for wait_us in waits_us:
            yield wait_us
            acts.append((name, schedule.now_us))

    schedule.start(process("slow", 30, 30))
    schedule.start(process("quick", 20, 20))
    for _ in range(4):
        schedule.run_next()
    assert acts == [("quick", 1020), ("slow", 1030), ("quick", 1040), ("slow", 1060)]


def test_of_one_time_the_first_to_have_asked_acts_first() -> None:
    schedule, acts = Schedule(0), []

    def process(name: str) -> Process:
        yield 5
        acts.append(name)

    for name in "abc":
        schedule.start(process(name))
    for _ in "abc":
        schedule.run_next()
    assert acts == ["a", "b", "c"]
