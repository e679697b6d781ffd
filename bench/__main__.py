"""Runs every benchmark, one after the other."""

from __future__ import annotations

from bench import actors, growth, journal, reconfigure, restart, server


def main() -> None:
    actors.main()
    growth.main()
    journal.main()
    reconfigure.main()
    restart.main()
    server.main()


if __name__ == "__main__":
    main()
