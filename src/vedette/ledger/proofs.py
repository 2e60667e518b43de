"""Proofs that an entry is in a ledger, or that a ledger only grew: JSON, to be checked by anyone
who has the public key, without the ledger."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from vedette.ledger.entry import MAX_ENTRY, Entry, parsed
from vedette.ledger.errors import EntryError, ProofError
from vedette.ledger.note import Checkpoint, PublicKey, checkpoint, unsigned_checkpoint
from vedette.ledger.reading import shape, stored
from vedette.ledger.tree import Levels, consistency_holds, inclusion_holds, leaf_hash

FORMAT: Final = "vedette-ledger-proof/1"
MAX_PROOF: Final = 4 * MAX_ENTRY


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof shows: that `entry` is in the ledger of `second`, or that this ledger begins
    with all entries of `first`."""

    second: Checkpoint
    entry: Entry | None = None
    first: Checkpoint | None = None


def inclusion_proof(folder: Path, index: int) -> dict[str, Any]:
    """That entry `index` is in the ledger (RFC 6962 2.1.1). Reads all of it. Raises ProofError
    for no such entry, LedgerDamagedError, UnreadableError."""
    head, leaves, entry = _read(folder, index)
    if entry is None:
        raise ProofError(f"there is no entry {index}; the ledger has {head.size}")
    path = Levels(leaves).inclusion(index)
    return {
        "format": FORMAT,
        "kind": "inclusion",
        "index": index,
        "entry": entry.decode(),
        "path": _words(path),
        "checkpoint": head.note,
    }


def consistency_proof(folder: Path, note: str) -> dict[str, Any]:
    """That the ledger begins with what the exported checkpoint saw (RFC 6962 2.1.2). Raises as
    `inclusion_proof` does."""
    first = unsigned_checkpoint(note)
    head, leaves, _ = _read(folder, -1)
    if first.size > head.size:
        raise ProofError(f"there were {first.size} entries; the ledger has {head.size}")
    path = Levels(leaves).consistency(first.size) if first.size else []
    return {
        "format": FORMAT,
        "kind": "consistency",
        "path": _words(path),
        "first": note,
        "checkpoint": head.note,
    }


def check_proof(proof: bytes, keys: Sequence[PublicKey]) -> Proven:
    """What a proof (JSON) shows to one who trusts these keys. Raises ProofError where it shows
    nothing."""
    if len(proof) > MAX_PROOF:
        raise ProofError(f"a proof of {len(proof)} bytes; at most {MAX_PROOF} are read")
    try:
        found = orjson.loads(proof)
        if found["format"] != FORMAT:
            raise ProofError(f"is no {FORMAT}")
        second = _opened(found["checkpoint"], keys)
        path = [base64.b64decode(word, validate=True) for word in found["path"]]
        if found["kind"] == "inclusion":
            return _included(found["index"], found["entry"].encode(), path, second)
        if found["kind"] == "consistency":
            return _consistent(_opened(found["first"], keys), second, path)
    except (KeyError, TypeError, AttributeError, ValueError, binascii.Error) as error:
        if isinstance(error, ProofError):
            raise
        raise ProofError(f"is no proof of a ledger ({error})") from error
    raise ProofError("is a proof of an unknown kind")


def _included(index: int, entry: bytes, path: list[bytes], second: Checkpoint) -> Proven:
    if type(index) is not int or not inclusion_holds(
        leaf_hash(entry), index, second.size, path, second.root
    ):
        raise ProofError(f"the entry is not entry {index} of the ledger of this checkpoint")
    try:
        return Proven(second, entry=parsed(index, entry))
    except EntryError as error:
        raise ProofError(str(error)) from error


def _consistent(first: Checkpoint, second: Checkpoint, path: list[bytes]) -> Proven:
    if first.origin != second.origin:
        raise ProofError(f"the ledgers {first.origin} and {second.origin} are two")
    if not consistency_holds(first.size, second.size, first.root, second.root, path):
        raise ProofError(
            f"the ledger of {second.size} entries does not begin with that of {first.size}"
        )
    return Proven(second, first=first)


def _opened(note: str, keys: Sequence[PublicKey]) -> Checkpoint:
    errors = []
    for key in keys:
        try:
            return checkpoint(note, key)
        except ProofError as error:
            errors.append(str(error))
    raise ProofError(f"its checkpoint {errors[0] if errors else 'can be checked by no key'}")


def _read(folder: Path, index: int) -> tuple[Checkpoint, list[bytes], bytes | None]:
    head = shape(folder).head
    kept: bytes | None = None
    leaves = []
    for number, entry in stored(folder, 0, head.size if head else None):
        leaves.append(leaf_hash(entry))
        if number == index:
            kept = entry
    if head is None or Levels(leaves).root() != head.root:
        raise ProofError(f"{folder}: the ledger is damaged; `vedette ledger verify` says where")
    return head, leaves, kept


def _words(path: list[bytes]) -> list[str]:
    return [base64.b64encode(one).decode() for one in path]
