"""PDF encryption undone: most locked documents open with the empty password, others with a word
of the thread.

Source: ISO 32000-2, 7.6.3 to 7.6.5 (standard security handler, revisions 2 to 6).
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable

import msgspec
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


class Lock(msgspec.Struct, frozen=True):
    """What a document's encryption dictionary says. `first` is the first part of its ID, `aes`
    whether streams and strings are under AES (else RC4)."""

    version: int
    revision: int
    owner: bytes
    user: bytes
    user_key: bytes
    permissions: int
    length: int
    first: bytes
    metadata: bool
    aes: bool


class Key:
    """The key of an opened document."""

    def __init__(self, lock: Lock, key: bytes) -> None:
        self._lock = lock
        self._key = key

    def opened(self, data: bytes, number: int, generation: int) -> bytes:
        """A string or a stream of object `number` in clear; what can't be is returned as it is."""
        key = self._key
        if self._lock.version < 5:
            salt = b"sAlT" if self._lock.aes else b""
            tail = struct.pack("<I", number)[:3] + struct.pack("<I", generation)[:2]
            key = _md5(key + tail + salt)[: min(len(key) + 5, 16)]
        if not self._lock.aes:
            return _rc4(key, data)
        body = data[16 : len(data) - len(data) % 16]
        if not body:
            return b""
        clear = _clear(key, data[:16], body)
        return clear[: -clear[-1]] if 1 <= clear[-1] <= 16 else clear


def unlock(lock: Lock, words: Iterable[str]) -> tuple[Key, str] | None:
    """The key and the password that gives it, the empty one tried first; None where none does."""
    for word in ("", *words):
        key = _modern(lock, word) if lock.version >= 5 else _classic(lock, word)
        if key is not None:
            return Key(lock, key), word
    return None


def _classic(lock: Lock, word: str) -> bytes | None:
    size = 5 if lock.revision == 2 else max(5, min(lock.length // 8, 16))
    seed = (word.encode("latin-1", "replace") + PAD)[:32] + lock.owner[:32]
    seed += struct.pack("<i", lock.permissions) + lock.first
    if lock.revision >= 4 and not lock.metadata:
        seed += b"\xff\xff\xff\xff"
    key = _md5(seed)
    if lock.revision == 2:
        return key[:5] if _rc4(key[:5], PAD) == lock.user[:32] else None
    for _ in range(50):
        key = _md5(key[:size])
    key = key[:size]
    proof = _md5(PAD + lock.first)
    for turn in range(20):
        proof = _rc4(bytes(byte ^ turn for byte in key), proof)
    return key if proof == lock.user[:16] else None


def _modern(lock: Lock, word: str) -> bytes | None:
    secret = word.encode()[:127]
    if len(lock.user) < 48 or len(lock.user_key) < 32:
        return None
    made = _hash if lock.revision >= 6 else _plain_hash
    if made(secret, lock.user[32:40]) != lock.user[:32]:
        return None
    middle = made(secret, lock.user[40:48])
    return _clear(middle, b"\0" * 16, lock.user_key[:32])


def _plain_hash(secret: bytes, salt: bytes) -> bytes:
    return hashlib.sha256(secret + salt).digest()


def _hash(secret: bytes, salt: bytes) -> bytes:
    """Algorithm 2.B, for a user password."""
    key = hashlib.sha256(secret + salt).digest()
    turn = 0
    last = 0
    while turn < 64 or last > turn - 32:
        cipher = Cipher(AES(key[:16]), CBC(key[16:32])).encryptor()
        block = cipher.update((secret + key) * 64)
        step = (hashlib.sha256, hashlib.sha384, hashlib.sha512)[sum(block[:16]) % 3]
        key = step(block).digest()
        last = block[-1]
        turn += 1
    return key[:32]


def _clear(key: bytes, vector: bytes, data: bytes) -> bytes:
    return Cipher(AES(key), CBC(vector)).decryptor().update(data)


def _rc4(key: bytes, data: bytes) -> bytes:
    return Cipher(ARC4(key), mode=None).encryptor().update(data)


def _md5(data: bytes) -> bytes:
    # The format asks for it; nothing here relies on its strength.
    return hashlib.md5(data, usedforsecurity=False).digest()
