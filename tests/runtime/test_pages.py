"""Files of LMDB looked at without LMDB: what that wrote is whole, and what it would stumble over is not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import lmdb
import lmdb.verify
import pytest

from runtime.pages import PagesError, check

PAGE = 4096


def written(path: Path, *, rounds: int = 30, **options: bool) -> bytes:
    """A file with branches, long values and lists of free pages, some of them long."""
    random = Random(7)
    with lmdb.open(str(path), subdir=False, map_size=1 << 28, lib_version=0, **options) as env:
        for _ in range(rounds):
            with env.begin(write=True) as txn:
                for _ in range(100):
                    txn.put(random.randbytes(random.randint(1, 200)), random.randbytes(random.choice([9, 900, 9_000])))
        with env.begin(write=True) as txn, txn.cursor() as cursor:
            cursor.first()
            for _ in range(20 * rounds):
                cursor.delete()
    return path.read_bytes()


def is_whole(path: Path) -> bool:
    try:
        check(path)
    except PagesError:
        return False
    return True


def is_whole_by_lmdb(path: Path) -> bool:
    try:
        faults: list[str] = lmdb.verify.verify(str(path), subdir=False)  # type: ignore[no-untyped-call]
    except (lmdb.verify.VerifyError, ValueError, IndexError, OverflowError):
        return False
    return not faults


@pytest.mark.parametrize("rounds", [0, 1, 30])
def test_what_lmdb_wrote_is_whole(tmp_path: Path, rounds: int) -> None:
    written(tmp_path / "file", rounds=rounds)
    check(tmp_path / "file")


def turned(content: bytearray, random: Random) -> None:
    content[random.randrange(len(content))] ^= 1 << random.randrange(8)


def turned_in_a_head(content: bytearray, random: Random) -> None:
    content[random.randrange(len(content) // PAGE) * PAGE + random.randrange(64)] ^= 1 << random.randrange(8)


def overwritten(content: bytearray, random: Random) -> None:
    begin, other = (random.randrange(len(content) // PAGE) * PAGE for _ in range(2))
    content[begin : begin + PAGE] = content[other : other + PAGE]


def cut(content: bytearray, random: Random) -> None:
    del content[random.randrange(len(content)) :]


@pytest.mark.parametrize("spoil", [turned, turned_in_a_head, overwritten, cut])
def test_nothing_counts_as_whole_that_lmdb_finds_fault_with(
    tmp_path: Path, spoil: Callable[[bytearray, Random], None]
) -> None:
    path = tmp_path / "file"
    whole = written(path)
    refused = 0
    for seed in range(40):
        content = bytearray(whole)
        spoil(content, Random(seed))
        path.write_bytes(content)
        is_refused = not is_whole(path)
        refused += is_refused
        assert is_refused or is_whole_by_lmdb(path), f"seed {seed}"
    assert refused or spoil is turned


@pytest.mark.parametrize("option", ["dupsort", "reverse_key", "integerkey"])
def test_a_tree_of_another_sort_is_refused(tmp_path: Path, option: str) -> None:
    path = tmp_path / "file"
    with lmdb.open(str(path), subdir=False, max_dbs=1, lib_version=0) as env:
        env.open_db(b"named", **{option: True})
    with pytest.raises(PagesError):
        check(path)
