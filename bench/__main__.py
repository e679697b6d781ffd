"""Runs every benchmark, one after the other."""

from __future__ import annotations

from bench import actors, growth, journal, server


def main() -> None:
    actors.main()
    growth.main()
    journal.main()
    server.main()


if __name__ == "__main__":
    main()
