"""Passwords of ZIP members: the old cipher of PKZIP, and AES as WinZip does it.

Sources: APPNOTE.TXT 6.3.10, section 6.1; WinZip, "AES Encryption Information", AE-1 and AE-2.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterator, Sequence

from vedette.lure.attachment.containers.zip_directory import DESCRIPTOR, Entry, field_of
from vedette.lure.attachment.context import Unreadable
from vedette.lure.attachment.limits import Budget

_HEADER = 12
_PIECE = 1 << 16
_AES_FIELD = 0x9901
_ITERATIONS = 1000
_CHECK, _AUTHENTICATION = 2, 10
AES = 99


def _table() -> tuple[int, ...]:
    values = []
    for index in range(256):
        value = index
        for _ in range(8):
            value = (value >> 1) ^ 0xEDB88320 if value & 1 else value >> 1
        values.append(value)
    return tuple(values)


_CRC = _table()


def opened(
    packed: bytes, entry: Entry, words: Sequence[str], budget: Budget
) -> Iterator[tuple[str, int, bytes]]:
    """The word, the method and the decrypted data for each word that may be the password.

    With the old cipher one of 256 wrong words passes this far: the checksum of the unpacked
    content tells. Raises Unreadable where the member is cut short, LimitReached.
    """
    if entry.method == AES:
        yield from _opened_aes(packed, entry, words, budget)
        return
    if len(packed) < _HEADER:
        raise Unreadable("damaged: it ends early")
    # Which of the two a writer puts there depends on whether it knew the checksum beforehand.
    expected = entry.time >> 8 if entry.flags & DESCRIPTOR else entry.crc >> 24
    for word in words:
        for password in _spellings(word):
            budget.time()
            keys = _Keys(password)
            if keys.decrypt(packed[:_HEADER])[-1] == expected & 0xFF:
                parts = []
                for at in range(_HEADER, len(packed), _PIECE):
                    budget.time()
                    parts.append(keys.decrypt(packed[at : at + _PIECE]))
                yield word, entry.method, b"".join(parts)


def _spellings(word: str) -> tuple[bytes, ...]:
    if word.isascii():
        return (word.encode(),)
    return (word.encode("utf-8", "replace"), word.encode("cp1252", "replace"))


class _Keys:
    """The three keys of the old cipher, moved on by every byte."""

    def __init__(self, password: bytes) -> None:
        self._keys = (0x12345678, 0x23456789, 0x34567890)
        first, second, third = self._keys
        for byte in password:
            first = (first >> 8) ^ _CRC[(first ^ byte) & 0xFF]
            second = ((second + (first & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
            third = (third >> 8) ^ _CRC[(third ^ (second >> 24)) & 0xFF]
        self._keys = (first, second, third)

    def decrypt(self, data: bytes) -> bytes:
        first, second, third = self._keys
        crc = _CRC
        plain = bytearray(len(data))
        for index, byte in enumerate(data):
            mask = third | 2
            byte ^= ((mask * (mask ^ 1)) >> 8) & 0xFF
            plain[index] = byte
            first = (first >> 8) ^ crc[(first ^ byte) & 0xFF]
            second = ((second + (first & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
            third = (third >> 8) ^ crc[(third ^ (second >> 24)) & 0xFF]
        self._keys = (first, second, third)
        return bytes(plain)


def _opened_aes(
    packed: bytes, entry: Entry, words: Sequence[str], budget: Budget
) -> Iterator[tuple[str, int, bytes]]:
    field = field_of(entry.extra, _AES_FIELD)
    if len(field) < 7 or field[4] not in (1, 2, 3):
        raise Unreadable("damaged: the encryption of a member is not described")
    (method,) = struct.unpack_from("<H", field, 5)
    key_size = 8 + 8 * field[4]
    salt_size = key_size // 2
    begin = salt_size + _CHECK
    if len(packed) < begin + _AUTHENTICATION:
        raise Unreadable("damaged: it ends early")
    body = packed[begin:-_AUTHENTICATION]
    for word in words:
        for password in _spellings(word):
            budget.time()
            made = hashlib.pbkdf2_hmac(
                "sha1", password, packed[:salt_size], _ITERATIONS, 2 * key_size + _CHECK
            )
            if made[-_CHECK:] != packed[salt_size:begin]:
                continue
            tag = hmac.digest(made[key_size : 2 * key_size], body, "sha1")[:_AUTHENTICATION]
            if hmac.compare_digest(tag, packed[-_AUTHENTICATION:]):
                yield word, method, _counted(made[:key_size], body)


def _counted(key: bytes, data: bytes) -> bytes:
    """AES in counter mode with a counter that begins at 1 and is little-endian, which no library
    offers: the counters are encrypted as blocks, and their bits laid over the data."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    # The format prescribes the mode; each counter is a different block.
    encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 # see above
    parts = []
    for at in range(0, len(data), _PIECE):
        piece = data[at : at + _PIECE]
        first = at // 16 + 1
        counters = b"".join(
            (first + index).to_bytes(16, "little") for index in range((len(piece) + 15) // 16)
        )
        stream = encryptor.update(counters)[: len(piece)]
        mixed = int.from_bytes(piece, "little") ^ int.from_bytes(stream, "little")
        parts.append(mixed.to_bytes(len(piece), "little"))
    return b"".join(parts)
