"""Documents under a password: Office packages (agile, standard) and PDF (revisions 3 to 6)."""

from __future__ import annotations

import base64
import hashlib
import struct

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC, ECB

from lure.attachment.builders.compounds import compound

_SALT, _SECRET = bytes(range(16)), bytes(range(32))
_PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def _cbc(key: bytes, vector: bytes, data: bytes) -> bytes:
    return Cipher(AES(key), CBC(vector)).encryptor().update(data + b"\0" * (-len(data) % 16))


def agile(package: bytes, word: str, *, rounds: int = 500) -> bytes:
    """An Office package as Office 2013 and later lock it, with fewer rounds."""

    def sha(data: bytes) -> bytes:
        return hashlib.sha512(data).digest()

    base = sha(_SALT + word.encode("utf-16-le"))
    for number in range(rounds):
        base = sha(struct.pack("<I", number) + base)

    def locked(purpose: str, data: bytes) -> str:
        key = sha(base + bytes.fromhex(purpose))[:32]
        return base64.b64encode(_cbc(key, _SALT, data)).decode()

    proof = b"0123456789abcdef"
    salt = base64.b64encode(_SALT).decode()
    common = 'cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512"'
    xml = (
        f'<encryption><keyData saltSize="16" blockSize="16" keyBits="256" hashSize="64" {common} '
        f'saltValue="{salt}"/><keyEncryptors><p:encryptedKey spinCount="{rounds}" saltSize="16" '
        f'keyBits="256" hashSize="64" {common} saltValue="{salt}" '
        f'encryptedVerifierHashInput="{locked("fea7d2763b4b9e79", proof)}" '
        f'encryptedVerifierHashValue="{locked("d7aa0f6d3061344e", sha(proof))}" '
        f'encryptedKeyValue="{locked("146e0be7abacd0d6", _SECRET)}"/></keyEncryptors></encryption>'
    )
    body = b"".join(
        _cbc(_SECRET, sha(_SALT + struct.pack("<I", number))[:16], package[at : at + 4096])
        for number, at in enumerate(range(0, len(package), 4096))
    )
    return compound(
        {
            "EncryptionInfo": struct.pack("<HHI", 4, 4, 0x40) + xml.encode(),
            "EncryptedPackage": struct.pack("<Q", len(package)) + body,
        }
    )


def standard(package: bytes, word: str) -> bytes:
    """An Office package as Office 2007 locks it (AES-128)."""

    def sha(data: bytes) -> bytes:
        return hashlib.sha1(data).digest()

    base = sha(_SALT + word.encode("utf-16-le"))
    for number in range(50_000):
        base = sha(struct.pack("<I", number) + base)
    last = sha(base + b"\0\0\0\0").ljust(64, b"\0")
    key = sha(bytes(byte ^ 0x36 for byte in last))[:16]
    ecb = Cipher(AES(key), ECB())
    proof = b"0123456789abcdef"
    header = struct.pack("<8I", 0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0) + b"A\0E\0S\0\0\0"
    info = struct.pack("<HHII", 4, 2, 0x24, len(header)) + header
    info += struct.pack("<I", 16) + _SALT + ecb.encryptor().update(proof)
    info += struct.pack("<I", 20) + ecb.encryptor().update(sha(proof).ljust(32, b"\0"))
    body = ecb.encryptor().update(package + b"\0" * (-len(package) % 16))
    return compound(
        {"EncryptionInfo": info, "EncryptedPackage": struct.pack("<Q", len(package)) + body}
    )


def pdf(word: str, url: str, *, revision: int = 3) -> bytes:
    """A PDF with one link, its strings locked with a user password."""
    first = b"synthetic id 001"
    if revision >= 5:
        key, entries = _modern(word, revision)
    else:
        key, entries = _classic(word, first, revision)
    text = url.encode("latin-1")
    number = struct.pack("<I", 5)[:3] + b"\0\0"
    if revision == 3:
        locked = _rc4(hashlib.md5(key + number).digest()[:16], text)
    else:
        own = key if revision >= 5 else hashlib.md5(key + number + b"sAlT").digest()
        pad = 16 - len(text) % 16
        locked = _SALT + _cbc(own, _SALT, text + bytes((pad,)) * pad)
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n5 0 obj\n<< /S /URI /URI <"
        + locked.hex().encode()
        + b"> >>\nendobj\n9 0 obj\n<< /Filter /Standard "
        + entries.encode()
        + b" >>\nendobj\ntrailer\n<< /Root 1 0 R /Encrypt 9 0 R /ID [<"
        + first.hex().encode()
        + b"> <00>] >>\n"
    )


def _classic(word: str, first: bytes, revision: int) -> tuple[bytes, str]:
    owner = bytes(range(32))
    key = hashlib.md5((word.encode() + _PAD)[:32] + owner + struct.pack("<i", -44) + first).digest()
    for _ in range(50):
        key = hashlib.md5(key).digest()
    user = hashlib.md5(_PAD + first).digest()
    for turn in range(20):
        user = _rc4(bytes(byte ^ turn for byte in key), user)
    method = "/V 2" if revision == 3 else "/V 4 /CF << /StdCF << /CFM /AESV2 >> >> /StmF /StdCF"
    entries = f"{method} /R {revision} /Length 128 /P -44 /O <{owner.hex()}> "
    return key, entries + f"/U <{user.hex()}{'00' * 16}>"


def _modern(word: str, revision: int) -> tuple[bytes, str]:
    check, salt = b"checksum", b"keysalt0"
    user = _hashed(word.encode(), check, revision) + check + salt
    middle = _hashed(word.encode(), salt, revision)
    locked = Cipher(AES(middle), CBC(b"\0" * 16)).encryptor().update(_SECRET)
    entries = f"/V 5 /R {revision} /P -44 /CF << /StdCF << /CFM /AESV3 >> >> /StmF /StdCF "
    return _SECRET, entries + f"/O <00> /U <{user.hex()}> /UE <{locked.hex()}>"


def _hashed(word: bytes, salt: bytes, revision: int) -> bytes:
    """Revision 5: SHA-256. Revision 6: algorithm 2.B of ISO 32000-2, step by step."""
    k = hashlib.sha256(word + salt).digest()
    if revision == 5:
        return k
    number = 0
    while True:
        k1 = b"".join(word + k for _ in range(64))
        e = Cipher(AES(k[0:16]), CBC(k[16:32])).encryptor().update(k1)
        remainder = int.from_bytes(e[0:16], "big") % 3
        k = hashlib.new(("sha256", "sha384", "sha512")[remainder], e).digest()
        number += 1
        # From round 64 on, the last byte of E decides: it must not be over the round less 32.
        if number >= 64 and e[-1] <= number - 32:
            return k[0:32]


def _rc4(key: bytes, data: bytes) -> bytes:
    return Cipher(ARC4(key), mode=None).encryptor().update(data)
