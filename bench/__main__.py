"""Runs every benchmark, one after the other."""

from __future__ import annotations

from bench import actors, journal, server


def main() -> None:
    actors.main()
    journal.main()
    server.main()


if __name__ == "__main__":
    main()
