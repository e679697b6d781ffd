"""The heap is kept in huge pages, where the kernel can."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runtime.huge_pages import PAGE, gather, is_possible


def huge_kib() -> int:
    return sum(map(int, re.findall(r"AnonHugePages: +(\d+)", Path("/proc/self/smaps").read_text())))


@pytest.mark.skipif(not is_possible(), reason="this kernel has no huge pages, or may not use them")
def test_what_is_in_use_is_moved_and_stays_what_it_was() -> None:
    kept = [str(number) for number in range(500_000)]
    pages = gather()
    if pages:
        assert huge_kib() * 1024 >= pages * PAGE
    assert kept == [str(number) for number in range(500_000)]
