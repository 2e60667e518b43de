"""Signed notes and checkpoints, as C2SP signed-note and tlog-checkpoint describe them, by Ed25519.

A public key is written `<name>+<key id in hex>+<base64>`, a private one with `PRIVATE+KEY+` before
it. The name of a ledger's key is the ledger's origin.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from vedette.ledger.errors import ProofError
from vedette.ledger.tree import HASH_BYTES

MAX_NOTE: Final = 4096
"""Characters of a note; ours stay below 1,000."""
_ED25519: Final = b"\1"
_PRIVATE: Final = "PRIVATE+KEY+"
_NAME: Final = re.compile(r"[!-*,-~]{1,100}")  # printable, no space, no plus
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The key that a ledger's checkpoints are checked with."""

    name: str
    raw: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.raw).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_base64(_ED25519 + self.raw)}"


class PrivateKey:
    """The key that a ledger's checkpoints are signed with."""

    def __init__(self, name: str, seed: bytes) -> None:
        if not _NAME.fullmatch(name):
            raise ProofError(f"{name!r}: is no name of a key; printable, without space and plus")
        self._seed = seed
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = PublicKey(name, self._key.public_key().public_bytes_raw())

    def text(self) -> str:
        """As it is kept in a file."""
        public = self.public
        return f"{_PRIVATE}{public.name}+{public.id.hex()}+{_base64(_ED25519 + self._seed)}"

    def sign(self, text: str) -> str:
        """`text`, which ends with a newline, as a signed note."""
        key = self.public
        return f"{text}\n— {key.name} {_base64(key.id + self._key.sign(text.encode()))}\n"


def public_key(text: str) -> PublicKey:
    """The key that `text` spells. Raises ProofError."""
    name, raw, key_id = _parts(text)
    key = PublicKey(name, raw)
    if key.id.hex() != key_id:
        raise ProofError(f"{text[:120]}: the id is not that of this key; copy the key again")
    return key


def private_key(text: str) -> PrivateKey:
    """The key that `text` spells. Raises ProofError (without telling any of the text)."""
    if not text.startswith(_PRIVATE):
        raise ProofError("is no private key of a ledger")
    try:
        name, seed, key_id = _parts(text.removeprefix(_PRIVATE))
    except ProofError as error:
        raise ProofError("is no private key of a ledger") from error
    key = PrivateKey(name, seed)
    if key.public.id.hex() != key_id:
        raise ProofError("is damaged: the id is not that of this key")
    return key


def opened(note: str, key: PublicKey) -> str:
    """The text of a signed note. Other signatures beside that of `key` are left alone. Raises
    ProofError where `key` did not sign it."""
    if len(note) > MAX_NOTE:
        raise ProofError(f"a note of {len(note)} characters; {MAX_NOTE} are allowed")
    text, blank, signatures = note.rpartition("\n\n")
    text += "\n"
    if not blank or not signatures.endswith("\n"):
        raise ProofError("is no signed note: text, an empty line, signatures")
    for line in signatures[:-1].split("\n"):
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if dash != "—" or not encoded:
            raise ProofError("is no signed note: a line of its signatures is malformed")
        signature = _decoded(encoded)
        if name == key.name and signature[:4] == key.id:
            try:
                Ed25519PublicKey.from_public_bytes(key.raw).verify(signature[4:], text.encode())
            except InvalidSignature as error:
                raise ProofError(f"the signature of {name} is not of this text") from error
            return text
    raise ProofError(f"is not signed by {key}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a ledger once was: the number of its entries and the root of their tree."""

    origin: str
    size: int
    root: bytes
    note: str = field(default="", compare=False)
    """As it was signed; "" where it is not yet."""

    def signed(self, key: PrivateKey) -> Checkpoint:
        text = f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"
        return Checkpoint(self.origin, self.size, self.root, key.sign(text))


def unsigned_checkpoint(note: str) -> Checkpoint:
    """What a note says before its signature was looked at. Raises ProofError."""
    lines = note[:MAX_NOTE].split("\n")
    if len(lines) < 5 or not _SIZE.fullmatch(lines[1]) or not lines[0]:
        raise ProofError("is no checkpoint: origin, size, root, an empty line, signatures")
    root = _decoded(lines[2])
    if len(root) != HASH_BYTES or lines[3]:
        raise ProofError("is no checkpoint: its third line is no hash, or more follows")
    return Checkpoint(lines[0], int(lines[1]), root, note)


def checkpoint(note: str, key: PublicKey) -> Checkpoint:
    """The checkpoint in a note that `key` signed. Raises ProofError."""
    opened(note, key)
    found = unsigned_checkpoint(note)
    if found.origin != key.name:
        raise ProofError(f"is of the ledger {found.origin}, the key is of {key.name}")
    return found


def _parts(text: str) -> tuple[str, bytes, str]:
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    if not _NAME.fullmatch(name):
        raise ProofError(f"{text[:120]}: is no public key: <name>+<id>+<base64>")
    raw = _decoded(encoded)
    if raw[:1] != _ED25519 or len(raw) != 33:
        raise ProofError(f"{text[:120]}: is no Ed25519 key: <name>+<id>+<base64>")
    return name, raw[1:], key_id


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decoded(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ProofError("holds a word that is no base64") from error
    if _base64(data) != text:  # one spelling only, so that no byte can be altered unseen
        raise ProofError("holds a word of base64 that is not spelled as it should be")
    return data
