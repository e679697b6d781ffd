"""Runs one seed, with all its faults or some; or many, up to the first that fails."""

from __future__ import annotations

import argparse
import sys

from tests.simulation.failing import report


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("--only", metavar="N,N", help="numbers of the faults that happen; none: --only=")
    parser.add_argument("--count", type=int, default=1, help="so many seeds from this one on")
    asked = parser.parse_args()
    only = None if asked.only is None else [int(number) for number in asked.only.split(",") if number]
    for seed in range(asked.seed, asked.seed + asked.count):
        found = report(seed, only)
        if found is not None:
            print(found)
            return 1
    print("all is well")
    return 0


sys.exit(main())
