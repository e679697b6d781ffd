"""The pages of a file of LMDB, checked without LMDB, before that maps them.

LMDB trusts its file: a page that is not what it should be can end the process. Here nothing is mapped and nothing is
believed. A file is whole if its first two pages (*meta pages*, written in turn) belong together, and every other page
is used once: by the tree of the entries, by that of the lists of free pages, by a value too long for a page, or it is
free. What the values say is for whoever wrote them to check.

This server's files have one tree, without names and duplicates, of LMDB's releases 0.9; all else is refused. For this
`lmdb.verify` was left, which knows every file there can be and takes five times as long: 5 s for a million entries.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from io import FileIO
from itertools import pairwise
from operator import lt
from pathlib import Path
from struct import Struct
from typing import Final, NamedTuple

_HEADER: Final = Struct("=Q2xHHH")
"""Of a page: its number, its sort, where its offsets end, where its nodes begin."""
_LONG_HEADER: Final = Struct("=Q2xHI")
"""Of the first page of a long value: its number, its sort, how many pages there are."""
_NODE: Final = Struct("=IHH")
"""Bytes of the value, its sort, bytes of the key; in a branch the first two are the number of a page."""
_NODE_BYTES: Final = _NODE.size
_NUMBER: Final = Struct("=Q")
_META: Final = Struct("=Q2xH4xII16x")
"""Of a meta page: its number, its sort, whose file it is and of which version."""
_TREE: Final = Struct("=IHHQQQQQ")
_META_END: Final = Struct("=QQ")
_META_BYTES: Final = _META.size + 2 * _TREE.size + _META_END.size
_BRANCH, _LEAF, _LONG, _META_PAGE = 1, 2, 4, 8
_LONG_VALUE: Final = 1
_MAGIC: Final = 0xBEEFC0DE
_VERSION: Final = 1
_FREE_FLAGS: Final = 0x4008
"""MDB_NOSUBDIR of the file, and MDB_INTEGERKEY of the tree of free pages; the other tree has none."""
_PAGE_BYTES: Final = frozenset(1 << bits for bits in range(9, 16))
_METAS: Final = 2
_NOWHERE: Final = (1 << 64) - 1
_BEYOND_MAX: Final = 1 << 20
"""Pages that may be missing at the end: free ones need not be there."""


class PagesError(Exception):
    """A file that is not whole, or of another sort."""


def check(path: Path) -> None:
    """Returns if the file is whole.

    Raises:
        PagesError: it is not, or is of another sort.
        OSError: it cannot be read.
    """
    with closing(FileIO(path)) as file:
        try:
            _Pages(file.fileno()).check()
        except (struct.error, OverflowError) as error:
            raise PagesError(f"a page is not what was written there: {error}") from None


class _Tree(NamedTuple):
    """What a meta page says of a tree."""

    page_bytes: int
    flags: int
    depth: int
    branches: int
    leaves: int
    long_pages: int
    entries: int
    root: int


class _Meta(NamedTuple):
    """A meta page: its number, the trees, the last page that is in use, and the commit it stands for."""

    number: int
    free: _Tree
    entries: _Tree
    last_page: int
    commit: int


class _Page(NamedTuple):
    """A page of a tree: its number, what it is, what is in it, and where in it its nodes are."""

    number: int
    sort: int
    content: bytes
    nodes: tuple[int, ...]


class _Pages:
    """Those of one file, each to be used once."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._meta = meta = _newest_meta(fd)
        self._page_bytes = meta.free.page_bytes
        self._pages = meta.last_page + 1
        if not _METAS <= self._pages <= os.fstat(fd).st_size // self._page_bytes + _BEYOND_MAX:
            raise PagesError(f"it cannot have {self._pages} pages")
        self._is_used = bytearray(self._pages)
        self._use(0, _METAS)

    def check(self) -> None:
        for _ in self._leaves(self._meta.entries, bytes):
            pass
        for leaf in list(self._leaves(self._meta.free, _in_order)):
            self._use_free(leaf)
        unused = self._is_used.count(0)
        if unused:
            raise PagesError(f"{unused} of its pages are neither used nor free")

    def _use(self, number: int, count: int = 1) -> None:
        end = number + count
        if end > self._pages or 1 in self._is_used[number:end]:
            raise PagesError(f"page {number} is used twice, or is not there")
        self._is_used[number:end] = b"\1" * count

    def _leaves(self, tree: _Tree, order: Callable[[bytes], bytes]) -> Iterator[_Page]:
        """One leaf after the other; each key is behind the one before, and where the branches lead to it."""
        used = self._is_used.count(1)
        branches = leaves = entries = 0
        low = b""
        waiting = [(tree.root, 1, low)] if tree.root != _NOWHERE else []
        while waiting:
            number, depth, first = waiting.pop()
            page = self._read(number)
            if page.sort == _BRANCH and depth < tree.depth:
                branches += 1
                below = [(child, depth + 1, order(key) if key else first) for child, key in _children(page)]
                waiting += reversed(below)
            elif page.sort == _LEAF and depth == tree.depth:
                leaves += 1
                entries += len(page.nodes)
                low = _behind(low, first, list(map(order, self._keys(page))))
                yield page
            else:
                raise PagesError(f"page {number} does not belong there")
        found = (branches, leaves, entries, self._is_used.count(1) - used)
        if found != (tree.branches, tree.leaves, tree.entries, tree.branches + tree.leaves + tree.long_pages):
            raise PagesError("it has not as many pages or entries as it says")

    def _read(self, number: int) -> _Page:
        self._use(number)
        content = os.pread(self._fd, self._page_bytes, number * self._page_bytes)
        itself, sort, lower, upper = _HEADER.unpack_from(content)
        nodes = struct.unpack_from(f"={(lower - _HEADER.size) // 2}H", content, _HEADER.size)
        is_in_bounds = _HEADER.size < lower <= upper <= len(content) == self._page_bytes
        if itself != number or not is_in_bounds or min(nodes) < upper:
            raise PagesError(f"page {number} is not what was written there")
        return _Page(number, sort, content, nodes)

    def _keys(self, leaf: _Page) -> list[bytes]:
        """The keys on a leaf; long values are used."""
        content, page_bytes, head_of = leaf.content, self._page_bytes, _NODE.unpack_from
        keys = []
        for node in leaf.nodes:
            value_bytes, sort, key_bytes = head_of(content, node)
            begin = node + _NODE_BYTES
            end = begin + key_bytes
            if sort:
                self._use_long(content, end, sort, value_bytes)
            elif end + value_bytes > page_bytes:
                raise PagesError(f"an entry on page {leaf.number} is longer than the page")
            keys.append(content[begin:end])
        return keys

    def _use_long(self, content: bytes, at: int, sort: int, value_bytes: int) -> None:
        """Uses the pages that a long value has of its own."""
        (number,) = _NUMBER.unpack_from(content, at)
        count = (_LONG_HEADER.size + value_bytes - 1) // self._page_bytes + 1
        self._use(number, count)
        header = os.pread(self._fd, _LONG_HEADER.size, number * self._page_bytes)
        is_there = (number + count) * self._page_bytes <= os.fstat(self._fd).st_size
        if sort != _LONG_VALUE or not is_there or _LONG_HEADER.unpack(header) != (number, _LONG, count):
            raise PagesError(f"page {number} is not what was written there")

    def _use_free(self, leaf: _Page) -> None:
        """Uses the pages that are listed as free on a leaf."""
        for node in leaf.nodes:
            value_bytes, sort, key_bytes = _NODE.unpack_from(leaf.content, node)
            key_at = node + _NODE_BYTES
            at = leaf.number * self._page_bytes + key_at + key_bytes
            if sort:
                at = _NUMBER.unpack_from(leaf.content, key_at + key_bytes)[0] * self._page_bytes + _LONG_HEADER.size
            listed = os.pread(self._fd, value_bytes, at)
            count, *numbers = struct.unpack(f"={len(listed) // _NUMBER.size}Q", listed)
            (commit,) = _NUMBER.unpack_from(leaf.content, key_at)
            is_in_order = all(before > after for before, after in pairwise(numbers))
            if not 1 <= commit <= self._meta.commit or count != len(numbers) or not is_in_order:
                raise PagesError(f"the list of pages that commit {commit} freed is not in order")
            for number in numbers:
                self._use(number)


def _newest_meta(fd: int) -> _Meta:
    """The meta page that counts: that of the later commit; they take turns."""
    first = _meta(fd, 0)
    second = _meta(fd, first.free.page_bytes)
    older, newer = sorted((first, second), key=lambda meta: meta.commit)
    is_begun = newer.commit > 0
    is_its_turn = not is_begun or newer.number == newer.commit % _METAS
    if (first.number, second.number) != (0, 1) or not is_its_turn or newer.commit - older.commit != is_begun:
        raise PagesError("its first pages do not belong together")
    if second.free.page_bytes != first.free.page_bytes:
        raise PagesError("its first pages do not belong together")
    return newer


def _meta(fd: int, at: int) -> _Meta:
    content = os.pread(fd, _META_BYTES, at)
    if len(content) < _META_BYTES:
        raise PagesError("it is not an LMDB data file")
    number, sort, magic, version = _META.unpack_from(content)
    if (sort, magic, version) != (_META_PAGE, _MAGIC, _VERSION):
        raise PagesError("it is not an LMDB data file, or one of another release or machine")
    free, entries = (_Tree(*_TREE.unpack_from(content, _META.size + tree)) for tree in (0, _TREE.size))
    if (free.flags, entries.flags) != (_FREE_FLAGS, 0) or free.page_bytes not in _PAGE_BYTES:
        raise PagesError("it is an LMDB data file of another sort")
    return _Meta(number, free, entries, *_META_END.unpack_from(content, _META_BYTES - _META_END.size))


def _children(branch: _Page) -> Iterator[tuple[int, bytes]]:
    """Pages below a branch, and the key that each begins with; that of the first is the branch's own."""
    for place, node in enumerate(branch.nodes):
        low, high, key_bytes = _NODE.unpack_from(branch.content, node)
        begin = node + _NODE_BYTES
        yield low | high << 32, branch.content[begin : begin + key_bytes] if place else b""


def _behind(low: bytes, first: bytes, keys: list[bytes]) -> bytes:
    """The least key that may come behind these, which come at or behind `low` and `first`."""
    if low > first > b"" or keys[0] < max(low, first) or not all(map(lt, keys, keys[1:])):
        raise PagesError(f"what is behind {low.hex()} is not in order")
    return keys[-1] + b"\0"


def _in_order(key: bytes) -> bytes:
    """A key of the free pages, which is a number of the machine's, so that it sorts as bytes."""
    return int.from_bytes(key, sys.byteorder).to_bytes(_NUMBER.size)
