"""Has Linux keep the heap in pages of 2 MiB: an event touches a thousand objects, all over it.

With pages of 4 KiB most touches miss what the processor remembers of its page table: a seventh of an event's time, with
5,000 open statistics. The kernel moves a page in its own time (12 ms), in which nothing of ours must wait: so a thread
asks it to, page by page. Where the kernel cannot, or its administrator has said never, all stays as it is.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import gevent

PAGE: Final = 2 << 20
COLLAPSE: Final = 25
"""`MADV_COLLAPSE`, since Linux 6.1; Python's `mmap` does not name it."""
DENSE: Final = 0.9
"""Of a stretch of memory so much must be in use: what is reserved only (a thread's stack) is to stay so."""
EVERY_S: Final = 3.0
"""To look costs 5 ms of Python."""
_ALLOWED: Final = Path("/sys/kernel/mm/transparent_hugepage/enabled")
_STRETCHES: Final = Path("/proc/self/smaps")
_STRETCH: Final = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) rw-p \S+ \S+ 0 *(?:\[heap\])?\n(?:.*\n)*?Rss: +(\d+) kB", re.M)


def gather_for_ever() -> None:
    """Every few seconds moves what has grown since; ends where there is nothing to ask."""
    pool = gevent.get_hub().threadpool
    while pool.apply(is_possible):
        pool.apply(gather)
        gevent.sleep(EVERY_S)


def is_possible() -> bool:
    """Whether the kernel has huge pages, and may use them."""
    return _ALLOWED.exists() and "[never]" not in _ALLOWED.read_text()


def gather() -> int:
    """Moves all of the heap that is in small pages; blocks for 12 ms a page, without Python's lock.

    Returns:
        How many pages it is in now; 0 where the kernel cannot.
    """
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    return sum(advise(page, PAGE, COLLAPSE) == 0 for page in _pages(_STRETCHES.read_text()))


def _pages(stretches: str) -> Iterator[int]:
    for begin, end, in_use_kib in _STRETCH.findall(stretches):
        first, last = int(begin, 16), int(end, 16)
        if int(in_use_kib) * 1024 >= DENSE * (last - first):
            yield from range(-(-first // PAGE) * PAGE, last - PAGE + 1, PAGE)
