"""What a benchmark found: shown, and left for whoever compares."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from rich.console import Console

Figures = TypeVar("Figures")


def report(figures: Figures, show: Callable[[Figures, Console], None], path: Path, console: Console) -> None:
    """Shows figures, and writes them down.

    Args:
        figures: anything that JSON has.
        show: draws their table.
        path: of the file that gets them.
        console: where they are shown.
    """
    show(figures, console)
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
