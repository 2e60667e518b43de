"""The tree of RFC 6962 against its reference vectors and its definition."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vedette.ledger.tree import (
    EMPTY,
    Levels,
    Range,
    consistency_holds,
    inclusion_holds,
    leaf_hash,
)

LEAVES = [
    bytes.fromhex(one)
    for one in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
]
# Roots of the reference tree of Certificate Transparency with 0 to 8 of these leaves
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(entries: list[bytes]) -> bytes:
    """MTH of RFC 6962 2.1, word for word."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\0" + entries[0]).digest()
    split = 1
    while split * 2 < len(entries):
        split *= 2
    return sha256(b"\1" + naive_root(entries[:split]) + naive_root(entries[split:])).digest()


def naive_path(index: int, entries: list[bytes]) -> list[bytes]:
    """PATH of RFC 6962 2.1.1."""
    if len(entries) <= 1:
        return []
    split = 1
    while split * 2 < len(entries):
        split *= 2
    if index < split:
        return [*naive_path(index, entries[:split]), naive_root(entries[split:])]
    return [*naive_path(index - split, entries[split:]), naive_root(entries[:split])]


def naive_proof(first: int, entries: list[bytes], whole: bool = True) -> list[bytes]:
    """SUBPROOF of RFC 6962 2.1.2."""
    if first == len(entries):
        return [] if whole else [naive_root(entries)]
    split = 1
    while split * 2 < len(entries):
        split *= 2
    if first <= split:
        return [*naive_proof(first, entries[:split], whole), naive_root(entries[split:])]
    return [*naive_proof(first - split, entries[split:], False), naive_root(entries[:split])]


def test_the_roots_of_the_reference_tree() -> None:
    tree = Range()
    found = [tree.root().hex()]
    for leaf in LEAVES:
        tree.push(leaf_hash(leaf))
        found.append(tree.root().hex())
    assert found == ROOTS
    assert [Levels(list(map(leaf_hash, LEAVES[:n]))).root().hex() for n in range(9)] == ROOTS


def test_proofs_of_the_reference_tree() -> None:
    levels = Levels([leaf_hash(leaf) for leaf in LEAVES])
    assert [one.hex() for one in levels.inclusion(0)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [one.hex() for one in levels.consistency(6)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(st.integers(1, 70), st.data())
def test_proofs_are_those_of_the_definition_and_hold_for_nothing_else(
    size: int, data: st.DataObject
) -> None:
    entries = [b"%d" % number for number in range(size)]
    levels, root = Levels([leaf_hash(one) for one in entries]), naive_root(entries)
    index = data.draw(st.integers(0, size - 1))
    first = data.draw(st.integers(1, size))
    path, proof = levels.inclusion(index), levels.consistency(first)
    assert (path, proof) == (naive_path(index, entries), naive_proof(first, entries))
    leaf, old = leaf_hash(entries[index]), naive_root(entries[:first])
    assert inclusion_holds(leaf, index, size, path, root)
    assert consistency_holds(first, size, old, root, proof)
    other = data.draw(st.integers(0, size + 2))
    assert inclusion_holds(leaf, other, size, path, root) == (other == index)
    # Nothing but the root says how large a tree is, so a wrong size must come with a wrong root
    grown = naive_root([*entries, b"more"])
    assert not inclusion_holds(leaf, index, size + 1, path, grown)
    assert not consistency_holds(first, size + 1, old, grown, proof)

    def included(steps: list[bytes]) -> bool:
        return inclusion_holds(leaf, index, size, steps, root)

    def consistent(steps: list[bytes]) -> bool:
        return consistency_holds(first, size, old, root, steps)

    for steps, holds in ((path, included), (proof, consistent)):
        assert not holds([*steps, bytes(32)])
        for at in range(len(steps)):
            assert not holds(steps[:at] + steps[at + 1 :])
            assert not holds([*steps[:at], bytes(32), *steps[at + 1 :]])


@given(st.integers(0, 70), st.integers(0, 70))
def test_a_range_goes_on_from_its_hashes(before: int, more: int) -> None:
    entries = [b"%d" % number for number in range(before + more)]
    tree = Range()
    for one in entries[:before]:
        tree.push(leaf_hash(one))
    tree = Range(tree.size, tree.hashes)
    for one in entries[before:]:
        tree.push(leaf_hash(one))
    assert tree.root() == naive_root(entries)


def test_what_can_not_be() -> None:
    assert Levels([]).root() == EMPTY
    assert consistency_holds(0, 5, EMPTY, bytes(32), [])
    for wrong in (lambda: Range(3, [bytes(32)]), lambda: Levels([]).inclusion(0),
                  lambda: Levels([bytes(32)]).consistency(2)):  # fmt: skip
        with pytest.raises(ValueError, match=r"."):
            wrong()
