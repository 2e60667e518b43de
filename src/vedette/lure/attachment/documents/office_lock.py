"""Office packages under a password, opened with a word of the thread.

Source: MS-OFFCRYPTO 2.3.4.5 to 2.3.4.9 (standard encryption), 2.3.4.10 to 2.3.4.15 (agile).
"""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Sequence

import msgspec
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB

from vedette.lure.attachment.context import Unreadable
from vedette.lure.attachment.documents.markup import attributes, tags
from vedette.lure.attachment.limits import Budget

WORDS = 16
"""Words tried. Each costs a tenth of a second: that is what the format's 100,000 rounds are for."""
ROUNDS = 200_000
"""Most rounds done; Office writes 100,000 (agile) and 50,000 (standard)."""
PIECE = 4096

_HASHES = {"SHA1": "sha1", "SHA-1": "sha1", "SHA256": "sha256", "SHA384": "sha384"} | {
    "SHA512": "sha512"
}
_INPUT, _VALUE, _KEY = (
    bytes.fromhex(text) for text in ("fea7d2763b4b9e79", "d7aa0f6d3061344e", "146e0be7abacd0d6")
)


class _Agile(msgspec.Struct, frozen=True):
    hash: str
    rounds: int
    size: int
    salt: bytes
    proof: bytes
    proof_hash: bytes
    locked_key: bytes
    data_hash: str
    data_salt: bytes


def unlock(info: bytes, package: bytes, words: Sequence[str], budget: Budget) -> tuple[bytes, str]:
    """The package in clear and the word that opened it; (b"", "") where none of `words` does.

    `info` and `package` are the streams EncryptionInfo and EncryptedPackage.

    Raises:
        Unreadable: an encryption that is not known here, or a damaged description of it.
        LimitReached: the message's budget is used up.
    """
    try:
        version = struct.unpack_from("<HH", info)
        (size,) = struct.unpack_from("<Q", package)
        body = package[8:]
        if version == (4, 4):
            lock = _read_agile(info[8:])
            for word in words[:WORDS]:
                if secret := _agile_key(lock, word, budget):
                    return _agile_clear(lock, secret, body)[:size], word
        elif version[1] == 2:
            for word in words[:WORDS]:
                if secret := _standard_key(info, word, budget):
                    whole = body[: len(body) & ~15]
                    return _blocks(secret, whole)[:size], word
        else:
            raise Unreadable(f"encrypted in a way that is not known here ({version})")
    except (struct.error, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"damaged: the description of its encryption ({error})") from error
    return b"", ""


def _read_agile(xml: bytes) -> _Agile:
    said: dict[str, dict[str, str]] = {}
    for name, tag, _ in tags(xml, "keyData", "encryptedKey"):
        said.setdefault(name, attributes(tag))
    data, key = said.get("keyData", {}), said.get("encryptedKey", {})
    if key.get("cipherAlgorithm", "AES") != "AES" or key.get("cipherChaining") != "ChainingModeCBC":
        raise Unreadable("encrypted in a way that is not known here")
    rounds = int(key.get("spinCount", "0"))
    if rounds > ROUNDS:
        raise Unreadable(f"encrypted with {rounds} rounds; at most {ROUNDS} are done")
    return _Agile(
        hash=_HASHES.get(key.get("hashAlgorithm", ""), "sha512"),
        rounds=rounds,
        size=int(key.get("keyBits", "256")) // 8,
        salt=base64.b64decode(key.get("saltValue", "")),
        proof=base64.b64decode(key.get("encryptedVerifierHashInput", "")),
        proof_hash=base64.b64decode(key.get("encryptedVerifierHashValue", "")),
        locked_key=base64.b64decode(key.get("encryptedKeyValue", "")),
        data_hash=_HASHES.get(data.get("hashAlgorithm", ""), "sha512"),
        data_salt=base64.b64decode(data.get("saltValue", "")),
    )


def _agile_key(lock: _Agile, word: str, budget: Budget) -> bytes:
    base = _spun(lock.hash, lock.salt + word.encode("utf-16-le"), lock.rounds, budget)

    def clear(purpose: bytes, data: bytes) -> bytes:
        key = _hashed(lock.hash, base + purpose)[: lock.size].ljust(lock.size, b"\x36")
        return Cipher(AES(key), CBC(lock.salt[:16])).decryptor().update(data)

    wanted = clear(_VALUE, lock.proof_hash)
    made = _hashed(lock.hash, clear(_INPUT, lock.proof)[: len(lock.salt)])
    return clear(_KEY, lock.locked_key)[: lock.size] if wanted[: len(made)] == made else b""


def _agile_clear(lock: _Agile, secret: bytes, body: bytes) -> bytes:
    pieces: list[bytes] = []
    for number, at in enumerate(range(0, len(body), PIECE)):
        vector = _hashed(lock.data_hash, lock.data_salt + struct.pack("<I", number))
        piece = body[at : at + PIECE]
        cipher = Cipher(AES(secret), CBC(vector[:16])).decryptor()
        pieces.append(cipher.update(piece[: len(piece) & ~15]))
    return b"".join(pieces)


def _standard_key(info: bytes, word: str, budget: Budget) -> bytes:
    (head,) = struct.unpack_from("<I", info, 8)
    (bits,) = struct.unpack_from("<I", info, 12 + 16)
    at = 12 + head
    (salt_size,) = struct.unpack_from("<I", info, at)
    salt = info[at + 4 : at + 4 + salt_size]
    proof = info[at + 4 + salt_size : at + 20 + salt_size]
    proof_hash = info[at + 24 + salt_size : at + 56 + salt_size]
    base = _spun("sha1", salt + word.encode("utf-16-le"), 50_000, budget)
    last = _sha1(base + b"\0\0\0\0")
    key = (_padded(last, 0x36) + _padded(last, 0x5C))[: bits // 8]
    made = _sha1(_blocks(key, proof))
    return key if _blocks(key, proof_hash)[:20] == made else b""


def _blocks(key: bytes, data: bytes) -> bytes:
    cipher = Cipher(AES(key), ECB())  # noqa: S305  # the format's choice, only ever undone here
    return cipher.decryptor().update(data)


def _padded(digest: bytes, pad: int) -> bytes:
    mixed = bytes(pad ^ byte for byte in digest).ljust(64, bytes((pad,)))
    return _sha1(mixed)


def _hashed(name: str, data: bytes) -> bytes:
    return hashlib.new(name, data).digest()


def _sha1(data: bytes) -> bytes:
    # The format asks for it; nothing here relies on its strength.
    return hashlib.sha1(data, usedforsecurity=False).digest()


def _spun(name: str, start: bytes, rounds: int, budget: Budget) -> bytes:
    make = getattr(hashlib, name)
    pack = struct.Struct("<I").pack
    digest: bytes = make(start).digest()
    for number in range(rounds):
        digest = make(pack(number) + digest).digest()
        if number % 20_000 == 0:
            budget.time()
    return digest
