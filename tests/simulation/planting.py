"""Plants bugs in copies of the project, and runs seeds there; started as a program it finds the seeds for them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

ROOT: Final = Path(__file__).parents[2]
MUTANTS: Final = Path(__file__).parent / "mutants"
COPIED: Final = ("actors", "runtime", "statclient", "simulator", "tests/oracle", "tests/simulation", "tests/faults.py")
_FILE: Final = re.compile(r"^\+\+\+ b/(.+)$", re.MULTILINE)
_HUNK: Final = re.compile(r"^@@.*$\n", re.MULTILINE)
_SEED: Final = re.compile(r"^Seed: (\d+)$", re.MULTILINE)


def seed_of(patch: Path) -> int:
    """The seed that finds a planted bug."""
    found = _SEED.search(patch.read_text(encoding="utf-8"))
    assert found is not None
    return int(found[1])


def plant(patch: Path, folder: Path) -> None:
    """Copies the project, with the patch's bug in it, wherever its lines now stand.

    Args:
        patch: a unified diff of one file.
        folder: gets the copy.
    """
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / name, folder / name)
    text = patch.read_text(encoding="utf-8")
    found = _FILE.search(text)
    assert found is not None
    planted = folder / found[1]
    content = planted.read_text(encoding="utf-8")
    for hunk in _HUNK.split(text)[1:]:
        lines = hunk.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if line[0] != "+")
        assert content.count(before) == 1, f"{patch.name} does not fit {found[1]} any more"
        content = content.replace(before, "".join(line[1:] for line in lines if line[0] != "-"))
    planted.write_text(content, encoding="utf-8")


def run(folder: Path, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Runs `python -m tests.simulation` in a copy."""
    command = [sys.executable, "-m", "tests.simulation", *arguments]
    return subprocess.run(command, cwd=folder, env={"PYTHONPATH": str(folder)}, capture_output=True, text=True)


def main() -> None:
    """Finds, for each planted bug, the first seed that does, and writes it down."""
    for patch in sorted(MUTANTS.glob("*.patch")):
        with TemporaryDirectory() as folder:
            plant(patch, Path(folder))
            ran = run(Path(folder), ["0", "--count=1000"])
        assert ran.stdout, ran.stderr
        print(f"{patch.stem}: {ran.stdout.splitlines()[0]}", flush=True)
        found = re.match(r"seed (\d+) fails: ", ran.stdout)
        if found is not None:
            text = patch.read_text(encoding="utf-8")
            patch.write_text(_SEED.sub(f"Seed: {found[1]}", text), encoding="utf-8")


if __name__ == "__main__":
    main()
