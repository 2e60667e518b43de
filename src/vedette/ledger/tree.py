"""The Merkle tree of RFC 6962 over SHA-256: roots, inclusion and consistency proofs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

EMPTY: Final = sha256(b"").digest()
"""The root of a tree without leaves (RFC 6962 2.1)."""
HASH_BYTES: Final = 32


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry as a leaf."""
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\1" + left + right).digest()


class Range:
    """The tree of the first `size` leaves, kept as the roots of its perfect subtrees, largest
    first: one hash for each bit set in `size`, whatever the number of leaves."""

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        """Raises ValueError where the number of hashes is not that of `size`."""
        self.size = size
        self.hashes = list(hashes)
        if size < 0 or len(self.hashes) != size.bit_count():
            raise ValueError(f"{len(self.hashes)} subtrees cannot hold {size} leaves")

    def push(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        size, hashes = self.size, self.hashes
        while size & 1:
            leaf = sha256(b"\1" + hashes.pop() + leaf).digest()
            size >>= 1
        hashes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root of the tree."""
        if not self.hashes:
            return EMPTY
        root = self.hashes[-1]
        for left in self.hashes[-2::-1]:
            root = node_hash(left, root)
        return root

    def copy(self) -> Range:
        return Range(self.size, self.hashes)


class Levels:
    """All nodes of a tree, for making proofs: 64 bytes a leaf. Where a level has an odd number
    of nodes the last is its own parent, which gives the tree of RFC 6962 2.1."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        """`leaves` are leaf hashes."""
        self.size = len(leaves)
        self._levels = [list(leaves)]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            above = [node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)]
            if len(below) & 1:
                above.append(below[-1])
            self._levels.append(above)

    def root(self) -> bytes:
        return self._levels[-1][0] if self.size else EMPTY

    def inclusion(self, index: int) -> list[bytes]:
        """PATH(index, D[size]) of RFC 6962 2.1.1. Raises ValueError for no such leaf."""
        if not 0 <= index < self.size:
            raise ValueError(f"there is no entry {index} among {self.size}")
        path = []
        for level in self._levels[:-1]:
            if index ^ 1 < len(level):
                path.append(level[index ^ 1])
            index >>= 1
        return path

    def consistency(self, first: int) -> list[bytes]:
        """PROOF(first, D[size]) of RFC 6962 2.1.2. Raises ValueError for 0 or beyond the size."""
        if not 0 < first <= self.size:
            raise ValueError(f"no proof leads from {first} entries to {self.size}")
        path: list[bytes] = []
        start, end, whole = 0, self.size, True
        while first - start != end - start:
            split = 1 << (end - start - 1).bit_length() - 1
            if first - start <= split:
                path.append(self._subtree(start + split, end))
                end = start + split
            else:
                path.append(self._subtree(start, start + split))
                start, whole = start + split, False
        if not whole:
            path.append(self._subtree(start, end))
        return path[::-1]

    def _subtree(self, start: int, end: int) -> bytes:
        height = (end - start - 1).bit_length()
        return self._levels[height][start >> height]


def inclusion_holds(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` leads from the hash of leaf `index` to the root of a tree of `size` leaves
    (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    last, found = size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            found = node_hash(step, found)
            while not index & 1 and index:
                index >>= 1
                last >>= 1
        else:
            found = node_hash(found, step)
        index >>= 1
        last >>= 1
    return last == 0 and found == root


def consistency_holds(
    first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether `path` shows that the tree of `second` leaves begins with that of `first`
    (RFC 9162 2.1.4.2). Every tree begins with the empty one."""
    if first == second:
        return not path and first_root == second_root
    if first == 0:
        return not path and first_root == EMPTY
    if not 0 < first < second or not path:
        return False
    steps = list(path)
    if first & (first - 1) == 0:
        steps.insert(0, first_root)
    index, last = first - 1, second - 1
    while index & 1:
        index >>= 1
        last >>= 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if index & 1 or index == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not index & 1 and index:
                index >>= 1
                last >>= 1
        else:
            new = node_hash(new, step)
        index >>= 1
        last >>= 1
    return last == 0 and old == first_root and new == second_root
