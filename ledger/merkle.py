"""RFC 6962's hash tree: roots and proofs, from leaf hashes and the hashes of full subtrees. It knows no database.

Only the hashes of full subtrees of 256, 65,536, ... leaves are kept beside those of the leaves: whatever lies between
is made again from at most 128 of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256

# Of a stored hash, its tier (0: leaves, 1: full subtrees of 256, ...) and its place in that tier.
Place = tuple[int, int]
Stored = Mapping[Place, bytes]
BITS = 8
WIDTH = 1 << BITS
EMPTY = sha256().digest()


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Growing:
    """A tree that leaves are added to: it keeps the hashes of the largest full subtrees, from left to right."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(peaks)

    def add(self, leaf: bytes) -> Iterator[tuple[Place, bytes]]:
        """Add a leaf's hash. Yields the full subtrees to be stored that it completes, the smallest first."""
        self._peaks.append(leaf)
        self.size += 1
        left, height = self.size, 0
        while not left & 1:
            right = self._peaks.pop()
            self._peaks[-1] = node_hash(self._peaks[-1], right)
            left, height = left >> 1, height + 1
            if height % BITS == 0:
                yield (height // BITS, left - 1), self._peaks[-1]

    def root(self) -> bytes:
        if not self._peaks:
            return EMPTY
        *others, root = self._peaks
        for peak in reversed(others):
            root = node_hash(peak, root)
        return root


def peaks(size: int) -> list[tuple[int, int]]:
    """The largest full subtrees of a tree of `size` leaves, from left to right: (first leaf, leaf after the last)."""
    found, start = [], 0
    for height in range(size.bit_length() - 1, -1, -1):
        if size >> height & 1:
            found.append((start, start + (1 << height)))
            start += 1 << height
    return found


def inclusion(index: int, size: int) -> list[tuple[int, int]]:
    """The subtrees whose hashes prove that leaf `index` is in the tree of `size` leaves, from the leaf upwards."""
    return _path(index, 0, size)


def consistency(first: int, second: int) -> list[tuple[int, int]]:
    """The subtrees whose hashes prove that the tree of `second` leaves begins with that of `first`: RFC 6962, 2.1.2."""
    return _subproof(first, 0, second, True) if 0 < first < second else []


def hashes(subtrees: Sequence[tuple[int, int]], fetch: Callable[[set[Place]], Stored]) -> list[bytes]:
    """The hash of each subtree (first leaf, leaf after the last). `fetch` is asked once for all that is stored."""
    needed: set[Place] = set()
    for start, end in subtrees:
        _collect(start, end, needed)
    stored = fetch(needed)
    return [_hash(start, end, stored) for start, end in subtrees]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(step, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(first: int, second: int, proof: Sequence[bytes], old: bytes, new: bytes) -> bool:
    """RFC 9162, 2.1.4.2."""
    if first == second:
        return not proof and old == new
    if not 0 < first < second:
        return first == 0 and not proof
    steps = [old, *proof] if first & (first - 1) == 0 else list(proof)
    if not steps:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    was = now = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            was, now = node_hash(step, was), node_hash(step, now)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            now = node_hash(now, step)
        place, last = place >> 1, last >> 1
    return last == 0 and was == old and now == new


def _split(start: int, end: int) -> int:
    """Where a tree parts: after the largest power of two that is less than its size."""
    return start + (1 << ((end - start - 1).bit_length() - 1))


def _path(index: int, start: int, end: int) -> list[tuple[int, int]]:
    if end - start == 1:
        return []
    middle = _split(start, end)
    if index < middle:
        return [*_path(index, start, middle), (middle, end)]
    return [*_path(index, middle, end), (start, middle)]


def _subproof(first: int, start: int, end: int, whole: bool) -> list[tuple[int, int]]:
    if first == end:
        return [] if whole else [(start, end)]
    middle = _split(start, end)
    if first <= middle:
        return [*_subproof(first, start, middle, whole), (middle, end)]
    return [*_subproof(first, middle, end, False), (start, middle)]


def _tier(start: int, end: int) -> int | None:
    """The tier in which this subtree is stored, if it is."""
    size = end - start
    height = size.bit_length() - 1
    return height // BITS if size == 1 << height and height % BITS == 0 and start % size == 0 else None


def _collect(start: int, end: int, needed: set[Place]) -> None:
    tier = _tier(start, end)
    if tier is not None:
        needed.add((tier, start >> (tier * BITS)))
        return
    middle = _split(start, end)
    _collect(start, middle, needed)
    _collect(middle, end, needed)


def _hash(start: int, end: int, stored: Stored) -> bytes:
    tier = _tier(start, end)
    if tier is not None:
        return stored[tier, start >> (tier * BITS)]
    middle = _split(start, end)
    return node_hash(_hash(start, middle, stored), _hash(middle, end, stored))
